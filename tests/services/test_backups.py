"""The nightly backup: once a night, one at a time, again an hour after it failed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.backups import BackupState, Copied, Room
from bot.domain.errors import StoreError
from bot.services.backups import Backups
from tests.helpers.clock import WIB

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=WIB)


class Shelf:
    """A vault in memory."""

    def __init__(self, last: datetime | None = None) -> None:
        self.folder = Path("backups")
        self.last = last
        self.made: list[datetime] = []
        self.trouble: Exception | None = None
        self.ready = asyncio.Event()
        self.ready.set()
        self.given_up = False

    def newest(self) -> datetime | None:
        return self.last

    async def make(self, now: datetime) -> Copied:
        try:
            await self.ready.wait()
        except asyncio.CancelledError:
            self.given_up = True
            raise
        if self.trouble is not None:
            raise self.trouble
        self.made.append(now)
        self.last = now
        return Copied(self.folder / "x.db", 1, 0.1, 0, None, 4)

    def room(self) -> Room:
        return Room(self.folder, 1, 2)


async def beat(backups: Backups, now: datetime) -> BackupState:
    backups.begin_due(now)
    await backups.done()
    return backups.state()


async def test_one_a_night_also_for_nights_that_were_missed() -> None:
    shelf = Shelf(last=NIGHT - timedelta(days=4))
    backups = Backups(shelf, WIB, 7)
    for minutes in range(0, 60 * 24, 30):
        state = await beat(backups, NIGHT + timedelta(minutes=minutes))
    assert shelf.made == [NIGHT]
    assert state == BackupState(wanted=True, last_at=NIGHT)
    await beat(backups, NIGHT + timedelta(days=1))
    assert len(shelf.made) == 2


async def test_a_slow_one_holds_nothing_up_and_is_alone() -> None:
    shelf = Shelf()
    shelf.ready.clear()
    backups = Backups(shelf, WIB, 7)
    for _ in range(3):
        backups.begin_due(NIGHT)
        await asyncio.sleep(0.01)
    shelf.ready.set()
    await backups.done()
    assert shelf.made == [NIGHT]


async def test_a_failure_is_told_and_tried_again_an_hour_later(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(last=NIGHT - timedelta(days=1))
    shelf.trouble = StoreError("BACKUP_FOLDER: no backup could be made in backups: the disk is full")
    backups = Backups(shelf, WIB, 7)
    for minutes in range(0, 60, 5):
        state = await beat(backups, NIGHT + timedelta(minutes=minutes))
    assert state == BackupState(True, NIGHT - timedelta(days=1), NIGHT, str(shelf.trouble))
    assert [record.message for record in caplog.records] == [
        f"no backup was made, tried again in an hour: {shelf.trouble}"
    ]
    state = await beat(backups, NIGHT + timedelta(minutes=60))
    assert (state.failing_since, len(caplog.records)) == (NIGHT, 2)
    shelf.trouble = None
    state = await beat(backups, NIGHT + timedelta(minutes=120))
    assert state == BackupState(True, NIGHT + timedelta(minutes=120))


async def test_one_made_by_hand_after_a_failure_makes_it_well_again() -> None:
    shelf = Shelf()
    shelf.trouble = StoreError("full")
    backups = Backups(shelf, WIB, 7)
    assert (await beat(backups, NIGHT)).failing_since == NIGHT
    shelf.last = NIGHT + timedelta(minutes=10)
    assert await beat(backups, NIGHT + timedelta(minutes=11)) == BackupState(True, shelf.last)


async def test_a_mistake_of_ours_counts_as_a_failure_too() -> None:
    shelf = Shelf()
    shelf.trouble = ValueError("x")
    state = await beat(Backups(shelf, WIB, 7), NIGHT)
    assert state.failing_since == NIGHT
    assert "the log says more" in (state.why or "")


async def test_none_are_made_where_none_are_wanted() -> None:
    shelf = Shelf()
    assert await beat(Backups(shelf, WIB, 0), NIGHT) == BackupState(wanted=False)
    assert shelf.made == []


async def test_it_is_given_up_when_the_bot_stops() -> None:
    shelf = Shelf()
    shelf.ready.clear()
    backups = Backups(shelf, WIB, 7)
    backups.begin_due(NIGHT)
    await asyncio.sleep(0.05)
    await backups.stop()
    assert shelf.given_up


async def test_the_state_is_known_before_the_first_beat() -> None:
    backups = Backups(Shelf(last=NIGHT), WIB, 7)
    backups.look()
    assert backups.state().last_at == NIGHT
