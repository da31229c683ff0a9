from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.casework import GROUPS, OFFICERS, connect
from tests.helpers.desk import Desk, open_desk
from tests.helpers.officers import report, tap
from tests.helpers.small_city import BAMBU


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
async def case(desk: Desk) -> Desk:
    """A puddle in Sungai Bambu that the kelurahan has taken up."""
    await connect(desk, BAMBU)
    await report(desk)
    await tap(desk, OFFICERS[BAMBU], "Saya tangani", GROUPS[BAMBU])
    return desk
