"""A backup of a large database while updates come in: how long, what others wait, how the log and memory grow.

Updates are received as the poller does it, two at once and 25 times a second (a location and a tap of 25 people); each
is a commit that reaches the disk. The same is measured for as long before, with no backup. What a copy takes is told
next to plainly copying the file and looking through it, in the same run.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
import statistics
import time
from collections.abc import Awaitable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.records import RawUpdate
from storage import SqliteStore, Vault, open_store, restoring
from storage.copying import reach_disk
from tests.bench.conftest import Figures
from tests.bench.history import make_history
from tests.helpers.clock import EVENING, WIB

EVERY_S = 0.04
QUIET_S = 10.0
"""How long it is measured without a backup, at least."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a backup costs. Waits are of commits, in ms, without and with one."""

    size_mb: float
    took_s: float
    plain_s: float
    log_mb: float
    memory_mb: float
    median_before_ms: float
    median_ms: float
    p99_before_ms: float
    p99_ms: float
    longest_before_ms: float
    longest_ms: float
    restored_s: float


async def measure(folder: Path, reports: int, quiet_s: float = QUIET_S) -> Cost:
    """Make such a database, and a backup of it while updates come in."""
    path = folder / "genangan.db"
    await make_history(path, reports)
    plain_s = await asyncio.to_thread(_plainly, path, folder / "plain.db")
    store = await open_store(f"sqlite:///{path}")
    vault = Vault(f"sqlite:///{path}", None, 7, WIB)
    load = _Load(store, path)
    before = await load.during(asyncio.sleep(quiet_s))
    load.log_bytes, at_first = 0, _resident_mb()
    making = asyncio.create_task(vault.make(EVENING))
    waits = await load.during(making)
    made, peak = making.result(), load.memory_mb
    await store.close()
    began_s = time.monotonic()
    await asyncio.to_thread(restoring.restore, vault, made.path, EVENING, dry_run=False, force=False)
    return Cost(
        size_mb=made.size_bytes / 1e6,
        took_s=made.took_s,
        plain_s=plain_s,
        log_mb=load.log_bytes / 1e6,
        memory_mb=peak - at_first,
        median_before_ms=statistics.median(before),
        median_ms=statistics.median(waits),
        p99_before_ms=_p99(before),
        p99_ms=_p99(waits),
        longest_before_ms=max(before),
        longest_ms=max(waits),
        restored_s=time.monotonic() - began_s,
    )


class _Load:
    """Updates that come in, how long each commit took, and what else was seen meanwhile."""

    def __init__(self, store: SqliteStore, path: Path) -> None:
        self._store = store
        self._log = path.with_name(path.name + "-wal")
        self._next = 1
        self.log_bytes = 0
        self.memory_mb = 0.0

    async def during(self, what: Awaitable[object]) -> list[float]:
        """Waits in ms until that is over."""
        over = asyncio.ensure_future(what)
        waits = []
        while not over.done():
            began_s = time.perf_counter()
            updates = [RawUpdate(self._next + each, '{"message":{"text":"' + "x" * 600 + '"}}') for each in range(2)]
            self._next += 2
            await self._store.receive(7, updates, EVENING)
            took_s = time.perf_counter() - began_s
            waits.append(1000 * took_s)
            self.log_bytes = max(self.log_bytes, self._log.stat().st_size)
            self.memory_mb = max(self.memory_mb, _resident_mb())
            await asyncio.sleep(max(0.0, EVERY_S - took_s))
        return waits


def _plainly(path: Path, to: Path) -> float:
    """Seconds to copy the file and look through it."""
    began_s = time.monotonic()
    shutil.copyfile(path, to)
    reach_disk(to.parent)
    with closing(sqlite3.connect(to)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchone() is None
    took_s = time.monotonic() - began_s
    to.unlink()
    return took_s


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


def note(figures: Figures, cost: Cost, what: str) -> None:
    """Note all of it."""
    group = f"backup of {what}, 50 updates/s coming in"
    figures.add(group, "size of the copy", cost.size_mb, "MB")
    figures.add(group, "time to copy and look through", cost.took_s, "s")
    figures.add(
        group, "the same, plainly copying the file and looking through it, of it", cost.took_s / cost.plain_s, "×"
    )
    figures.add(group, "write-ahead log at its largest", cost.log_mb, "MB", "no more than what came in, + 4")
    figures.add(group, "memory, more than before", cost.memory_mb, "MB", "≤ 32")
    for name, before, during, aim in (
        ("median", cost.median_before_ms, cost.median_ms, ""),
        ("p99", cost.p99_before_ms, cost.p99_ms, "≤ 250"),
        ("longest", cost.longest_before_ms, cost.longest_ms, ""),
    ):
        figures.add(group, f"a commit of two updates, {name}, without a backup", before, "ms")
        figures.add(group, f"a commit of two updates, {name}, during it", during, "ms", aim)
    figures.add(group, "time to restore it", cost.restored_s, "s")


@pytest.mark.bench
async def test_a_backup_of_a_million_reports(tmp_path: Path, figures: Figures) -> None:
    note(figures, await measure(tmp_path, 1_000_000), "1M reports")


@pytest.mark.bench
@pytest.mark.large
async def test_a_backup_of_ten_million_reports(tmp_path: Path, figures: Figures) -> None:
    note(figures, await measure(tmp_path, 10_000_000), "10M reports")
