"""After somebody was forgotten: the log is emptied once nobody reads it, the file written anew now or at night."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import StoreBusy, StoreError
from bot.services import sweeping
from bot.services.sweeping import Sweeper
from storage import SqliteStore, open_store
from tests.helpers.builders import person
from tests.helpers.clock import EVENING, WIB
from tests.storage.acts import flush
from tests.storage.files import url_of


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A database of which somebody was just forgotten."""
    opened = await open_store(url_of(tmp_path / "genangan.db"))
    await flush(opened, people=[person(1), person(2)])
    async with opened.transaction() as tx:
        await tx.erase(1, EVENING)
    yield opened
    await opened.close()


@asynccontextmanager
async def running(sweeper: Sweeper) -> AsyncIterator[None]:
    """It runs meanwhile."""
    task = asyncio.create_task(sweeper.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def swept(store: SqliteStore, folder: Path) -> bool:
    """Whether it is done, within a second or two."""
    for _ in range(100):
        if await store.sweep_owed() is None and not (folder / "genangan.db-wal").stat().st_size:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_it_is_done_at_once_also_after_a_restart(store: SqliteStore, tmp_path: Path) -> None:
    async with running(Sweeper(store, WIB)):
        assert await swept(store, tmp_path)


async def test_it_waits_for_who_reads_the_log(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "LOOK_AGAIN_S", 0.05)
    with closing(sqlite3.connect(tmp_path / "genangan.db", isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM people").fetchone()
        async with running(Sweeper(store, WIB)):
            await asyncio.sleep(0.3)
            assert (tmp_path / "genangan.db-wal").stat().st_size
            reading.execute("COMMIT")
            assert await swept(store, tmp_path)


async def test_a_large_file_waits_for_the_night(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE_BYTES", 0)
    sweeper = Sweeper(store, WIB)
    async with running(sweeper):
        await asyncio.sleep(0.2)
        assert await store.sweep_owed() is not None
        await sweeper.at_night(EVENING)
        assert await store.sweep_owed() is not None
        await sweeper.at_night(EVENING.astimezone(WIB).replace(hour=3, minute=1) + timedelta(days=1))
        assert await swept(store, tmp_path)


async def test_no_room_for_it_ends_nothing_and_a_busy_database_is_waited_for(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sweeping, "LOOK_AGAIN_S", 0.01)
    troubles = [StoreBusy("locked"), StoreError("no room")]
    true = store.sweep

    async def troubled() -> None:
        if troubles:
            raise troubles.pop(0)
        await true()

    monkeypatch.setattr(store, "sweep", troubled)
    sweeper = Sweeper(store, WIB)
    async with running(sweeper):
        await asyncio.sleep(0.2)
        assert "no room" in caplog.text and not troubles
        sweeper.wake()
        assert await swept(store, tmp_path)
