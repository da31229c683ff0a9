"""The store against plain sqlite3 that writes the very same rows, in the same run on the same database.

What is in: for intake, all that the store does for batches of 64 updates: taking them, ids, loading what they need in
as many rounds as the use cases really asked for, and writing and committing what they changed, over the store's thread
and back. For the whole path also: receiving the updates, a hundred at a time, and delivery's recording and claiming, 64
messages at once. What is out: reading updates, conversation and matching (done beforehand; what they asked of the store
is asked again), and sending.

A report is a location and a tap: two updates, and whatever the bot really writes for them, the offices' cards too. The
raw loop writes exactly the rows that the store wrote (asserted), by statements made beforehand, in transactions of 50
reports, with the same settings (synchronous=FULL, WAL); it reads nothing. A database is put back after each repetition,
so all of them write the same to the same.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import open_store
from tests.bench import raw_sqlite
from tests.bench.conftest import Figures
from tests.bench.history import make_history, people_in
from tests.bench.raw_sqlite import WriteLog, Written
from tests.bench.report_load import Asked, Flood, Recorder, ask_again

ROUND = 800
"""Reports that come in before delivery has its turn: 25 batches of intake."""

ROUNDS = 2
REPEATED = 5
A_TRANSACTION = 50
"""Reports that the raw loop writes in one transaction."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Reports a second, medians: of the store and of the raw loop, for intake and for the whole path."""

    intake: float
    raw_intake: float
    whole: float
    raw_whole: float
    rows: int
    """Rows that a report writes, all in all."""

    @property
    def intake_ratio(self) -> float:
        """Of the raw loop."""
        return self.intake / self.raw_intake

    @property
    def whole_ratio(self) -> float:
        """Of the raw loop."""
        return self.whole / self.raw_whole


async def measure(
    path: Path, history: int, *, reports: int = ROUND, rounds: int = ROUNDS, repeated: int = REPEATED, at_once: int = 64
) -> Speed:
    """Measure on a database with a history. It stays as it is.

    Args:
        path: of the database.
        history: how many reports are in it.
        reports: that come in before delivery has its turn; rounds: how often so many do.
        repeated: repetitions; at_once: messages claimed at once.
    """
    asked, first_round, written = await recorded(path, history, reports, rounds, at_once)
    try:
        return await _measured(path, asked, written, reports * rounds, repeated)
    finally:
        raw_sqlite.put_back(path, first_round)


async def _measured(path: Path, asked: list[Asked], written: list[Written], count: int, repeated: int) -> Speed:
    intake: list[float] = []
    whole: list[float] = []
    raw_intake: list[float] = []
    raw_whole: list[float] = []
    stands: dict[tuple[str, raw_sqlite.Row], raw_sqlite.Row | None] | None = None
    for _ in range(repeated):
        store = await open_store(f"sqlite:///{path}")
        took = await ask_again(store, asked)
        await store.close()
        intake.append(count / took["intake"])
        whole.append(count / sum(took.values()))
        now = raw_sqlite.rows_now(path, written)
        assert stands is None or now == stands
        stands = now
        raw_sqlite.put_back(path, written)
        for only in (False, True):
            raw = _raw_intake(path, written, count) if only else _raw_whole(path, written, count)
            (raw_intake if only else raw_whole).append(count / raw)
            assert raw_sqlite.rows_now(path, written) == stands, "the raw loop wrote something else"
            raw_sqlite.put_back(path, written)
    middle = [statistics.median(each) for each in (intake, raw_intake, whole, raw_whole)]
    return Speed(middle[0], middle[1], middle[2], middle[3], rows=round(len(written) / count))


async def recorded(
    path: Path, history: int, reports: int, rounds: int, at_once: int
) -> tuple[list[Asked], list[Written], list[Written]]:
    """What the store is asked to do for these reports, and what it writes: in a round before them, and for them.

    The database is put back to where it was after the round before.
    """
    store = await open_store(f"sqlite:///{path}")
    # one round before: who taps in the first one has shared a location by then
    log = await store._writer.outside(WriteLog)
    recorder = Recorder(store, lambda kind: store._writer.outside(lambda _: log.mark(kind)))
    flood = Flood(recorder, known=people_in(history), at_once=at_once)
    await flood.round(reports)
    before, first = await store._writer.outside(lambda _: len(log.written())), len(recorder.asked)
    for _ in range(rounds):
        await flood.round(reports)
    written = await store._writer.outside(lambda _: log.written())
    await store.close()
    raw_sqlite.put_back(path, written[before:])
    return recorder.asked[first:], written[:before], written[before:]


def _raw_whole(path: Path, written: list[Written], count: int) -> float:
    db = raw_sqlite.connect(path)
    took_s = raw_sqlite.write(db, raw_sqlite.in_parts(written, count // A_TRANSACTION))
    db.close()
    return took_s


def _raw_intake(path: Path, written: list[Written], count: int) -> float:
    """Only what intake writes is timed; the rest is written in between."""
    db = raw_sqlite.connect(path)
    took_s = 0.0
    intake = sum(each.mark == "intake" for each in written)
    runs: list[list[Written]] = []
    for each in written:
        if not runs or (runs[-1][0].mark == "intake") != (each.mark == "intake"):
            runs.append([])
        runs[-1].append(each)
    for run in runs:
        parts = round(len(run) / intake * count / A_TRANSACTION)
        took = raw_sqlite.write(db, raw_sqlite.in_parts(run, parts))
        took_s += took if run[0].mark == "intake" else 0.0
    db.close()
    return took_s


def _note(figures: Figures, name: str, speed: Speed) -> None:
    group = "storage against raw sqlite3"
    figures.add(group, f"{name}: intake", speed.intake_ratio, "of raw", "≥ 0.4")
    figures.add(group, f"{name}: intake, alone", speed.intake, "reports/s")
    figures.add(group, f"{name}: whole path", speed.whole_ratio, "of raw", "≥ 0.2")
    figures.add(group, f"{name}: whole path, alone", speed.whole, "reports/s")
    figures.add(group, f"{name}: raw sqlite3, intake's rows", speed.raw_intake, "reports/s")
    figures.add(group, f"{name}: rows written for a report", speed.rows, "rows")


@pytest.mark.bench
def test_storage_against_raw_sqlite(tmp_path: Path, figures: Figures) -> None:
    for history, name in ((10_000, "10k reports"), (1_000_000, "1M reports")):
        path = tmp_path / f"{history}.db"
        asyncio.run(make_history(path, history))
        _note(figures, name, asyncio.run(measure(path, history)))


@pytest.mark.bench
@pytest.mark.large
def test_storage_with_ten_million(tmp_path: Path, figures: Figures) -> None:
    speeds = {}
    for history in (10_000, 10_000_000):
        path = tmp_path / "genangan.db"
        asyncio.run(make_history(path, history))
        speeds[history] = asyncio.run(measure(path, history))
        path.unlink()
    few, many = speeds.values()
    _note(figures, "10M reports", many)
    for name, ratio in (("intake", few.intake / many.intake), ("whole path", few.whole / many.whole)):
        figures.add("storage against raw sqlite3", f"10M against 10k reports: {name}", ratio, "times", "≤ 1.2")
