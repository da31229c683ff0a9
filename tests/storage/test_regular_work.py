"""What the bot does all day costs the same however long the history: counted in steps of SQLite's machine.

Two databases with as many open puddles, one of them with five times the history: the beat, intake, delivery, looks for
work and health do as much in both. What is asked for now and then (digests, exports, whether a photo was used before)
may grow; tests/bench/test_growth.py says how.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.outgoing import Sent
from storage import connection
from tests.bench.history import UNTIL, make_history, telegram_id_of
from tests.helpers.desk import Desk, open_desk

SHORT, LONG = 12_000, 60_000
"""Reports; in both 300 puddles are open."""

A_STEP = 10
"""So many instructions are counted at a time."""


async def _reports(desk: Desk) -> None:
    """A new reporter, at a place where nothing stands; then one of the history."""
    for who, north in ((77, 0.0), (telegram_id_of(9), 0.003)):
        await desk.text(who, "/start")
        await desk.location(who, -6.1 + north, 106.97)
        await desk.press(who, "Lutut")
        await desk.text(who, "airnya masuk ke rumah")


async def _asks(desk: Desk) -> None:
    await desk.text(telegram_id_of(3), "/laporanku")
    await desk.text(telegram_id_of(3), "/bantuan")


async def _beat(desk: Desk) -> None:
    await desk.follow_ups.all_due()
    await desk.floods.all_due()
    await desk.escalations.all_due()


async def _sweep(desk: Desk) -> None:
    await desk.store.prune(desk.clock.now())


async def _delivers(desk: Desk) -> None:
    now = desk.clock.now()
    while rows := await desk.store.exchange([], now, 30, frozenset()):
        await desk.store.exchange([Sent(row.id, row.rev, 5) for row in rows], now, 0, frozenset())
    await desk.store.next_due(now)


async def _looks(desk: Desk) -> None:
    now = desk.clock.now()
    await desk.store.claim_work(now, 50)
    await desk.store.queues(now)
    await desk.store.subscriptions()
    await desk.store.unit_links()
    await desk.store.feed_states()


async def _starts(desk: Desk) -> None:
    await desk.store.release_claims()


WORK = (_starts, _reports, _asks, _beat, _sweep, _delivers, _looks)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Steps of all connections opened from now on."""
    counted = 0
    prepare = connection._prepare

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    def counting(db: sqlite3.Connection) -> None:
        prepare(db)
        db.set_progress_handler(count, A_STEP)

    monkeypatch.setattr(connection, "_prepare", counting)
    return lambda: counted


async def test_what_is_done_all_day_does_not_grow(tmp_path: Path, steps: Callable[[], int]) -> None:
    took: dict[str, list[int]] = {do.__name__: [] for do in WORK}
    for reports in (SHORT, LONG):
        folder = tmp_path / str(reports)
        folder.mkdir()
        await make_history(folder / "genangan.db", reports)
        async with open_desk(folder) as desk:
            desk.clock.at = UNTIL
            for do in WORK:
                took[do.__name__].append(await _steps_of(do, desk, steps))
    grown = {name: counts for name, counts in took.items() if counts[1] > 1.2 * counts[0] + 20}
    assert grown == {}


async def _steps_of(do: Callable[[Desk], Awaitable[None]], desk: Desk, steps: Callable[[], int]) -> int:
    before = steps()
    await do(desk)
    return steps() - before
