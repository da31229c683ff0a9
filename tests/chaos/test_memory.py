"""256 MB of memory are enough while a crowd writes all at once after an outage, and all of it is exported."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.chaos.memory import MB, limited, most_used
from tests.chaos.people import AT_ONE_PUDDLE, PATIENCE_S, live_all, places, residents
from tests.chaos.run import chaos

MOST = 256 * MB


async def _live_within(folder: Path, people: int) -> None:
    async with chaos(folder, seed=5, speed=30) as run:
        crowd = residents(run, places(people // AT_ONE_PUDDLE))
        writing = asyncio.create_task(live_all(crowd, at_once=people))
        await asyncio.sleep(0.3)
        await run.start()
        with limited(run.bot.pid, MOST) as limit:
            await writing
            before = run.api.version
            run.admin.send_text("/ekspor 7 hari")
            await run.admin.wait_for(lambda shown: shown.document is not None, PATIENCE_S, after=before)
            await run.quiet()
            used = most_used(run.bot.pid)  # it is the first life still: nothing has killed it
        assert used < MOST
        assert "MemoryError" not in run.bot.log
        assert "Traceback" not in run.bot.log
        await run.verdict(
            f"256 MB of memory ({limit.name}): {used / MB:.0f} MB used at most by {people} people at once"
        )


@pytest.mark.chaos
async def test_a_crowd_within_256_mb(tmp_path: Path) -> None:
    await _live_within(tmp_path, 300)


async def test_in_short_a_few_within_256_mb(tmp_path: Path) -> None:
    await _live_within(tmp_path, 10)
