"""What SQLite leaves of rows that it moved, is gone once the file was written anew."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.records import Draft
from storage import open_store
from tests.helpers.builders import person
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush
from tests.storage.files import url_of

PEOPLE = 400


def bytes_of(folder: Path) -> bytes:
    """All files of the database."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def test_nothing_of_the_forgotten_is_left_between_the_rows(tmp_path: Path) -> None:
    """Many people with drafts that grew: their rows were moved from page to page."""
    store = await open_store(url_of(tmp_path / "genangan.db"))
    lot = random.Random(4)
    drafts = [
        Draft(n, n, EVENING, note=f"canary-{n}-" + "x" * lot.randint(0, 400)) for n in lot.sample(range(1, PEOPLE), 300)
    ]
    await flush(store, people=[person(n) for n in range(1, PEOPLE)])
    for draft in drafts:
        await flush(store, drafts=[draft])
    for draft in drafts:
        await flush(store, drafts=[Draft(draft.id, draft.person_id, EVENING, note=f"{draft.note}" + "y" * 200)])
    assert await store.sweep_owed() is None
    gone = drafts[::3]
    async with store.transaction() as tx:
        for draft in gone:
            await tx.erase(draft.person_id, after(hours=1))
    assert (await store.sweep_owed() or 0) > 0
    await store.sweep()
    assert await store.empty_log()
    assert await store.sweep_owed() is None
    left = bytes_of(tmp_path)
    assert [draft.id for draft in gone if f"canary-{draft.id}-".encode() in left] == []
    assert all(f"canary-{draft.id}-".encode() in left for draft in drafts[1::3])
    await store.close()


async def test_while_somebody_reads_the_log_is_not_emptied_and_nobody_waits_long(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM people").fetchone()
        await flush(store, people=[person(1)])
        assert not await store.empty_log()
    assert await store.empty_log()
    assert not (tmp_path / "genangan.db-wal").stat().st_size
    await store.close()


async def test_what_is_kept_survives_being_written_anew(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await flush(store, people=[person(n) for n in range(1, 9)])
    async with store.transaction() as tx:
        await tx.erase(3, after(hours=1))
    await store.sweep()
    async with store.transaction() as tx:
        await tx.erase(4, after(hours=1))
    assert await store.people_to_tell(None, 100, 0) == [1, 2, 5, 6, 7, 8]
    await store.close()
    again = await open_store(url_of(tmp_path / "genangan.db"))
    assert await again.sweep_owed() is not None
    await again.close()
