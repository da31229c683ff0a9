"""Buttons of listed places that are pressed late."""

from __future__ import annotations

import pytest

from bot.domain.sites import Site, SiteState
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, connect
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.officers import tap_data
from tests.helpers.site_desk import listed
from tests.helpers.small_city import BAMBU


@pytest.mark.parametrize("data", ["site:1:show", "site:1:tidy", "site:1:photos", "site:1:edit"])
async def test_of_a_place_that_was_taken_off_the_list_nothing_is_shown_any_more(desk: Desk, data: str) -> None:
    await connect(desk, BAMBU)
    dropped = Site(1, "Taman", LAT, LON, 50, BAMBU, BAMBU, desk.clock.now(), state=SiteState.DROPPED)
    await listed(desk, dropped)
    assert "daftar" in str(await tap_data(desk, OFFICERS[BAMBU], data, GROUPS[BAMBU]))
    assert "daftar" in str(await tap_data(desk, ADMIN, data))
