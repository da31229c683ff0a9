"""At work: a full disk, another program's lock, a kill; nothing is half done, and it goes on by itself."""

from __future__ import annotations

import asyncio
import logging
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import BrokenConstraint, StoreBusy, StoreError
from bot.domain.records import Handled, Photo, RawUpdate
from storage import connection, open_store
from storage.errors import running
from tests.helpers.builders import incident, outgoing, person, report
from tests.helpers.clock import EVENING
from tests.storage.acts import after, claim, flush, load
from tests.storage.files import ROOT, url_of


@contextmanager
def no_file_may_grow_over(size: int) -> Iterator[None]:
    """As on a full disk: the system refuses to let files of this process grow further."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_changes_nothing_and_is_over_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    await flush(store, people=[person()], incidents=[incident()], reports=[report()], outbox=[outgoing()])
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)
    big = [Photo(11, "x" * 400, str(n), EVENING) for n in range(3000)]
    with no_file_may_grow_over(path.with_name("genangan.db-wal").stat().st_size):
        with pytest.raises(StoreBusy, match="disk"):
            await store.receive(4242, [RawUpdate(2, "x" * 100_000)], EVENING)
        with pytest.raises(StoreBusy, match="disk"):
            await flush(store, handled=[Handled(1)], people=[person(2)], photos=big)
        with pytest.raises(StoreBusy, match="disk"):
            await claim(store)
        assert (await store.queues(EVENING))["inbox"] == 1  # reading goes on
    async with store.transaction() as tx:
        assert [row.update_id for row in await tx.take(9)] == [1]
    assert (await load(store, person_ids=[2])).people == []
    assert len(await claim(store)) == 1
    await flush(store, handled=[Handled(1)], people=[person(2)], photos=big)
    await store.close()


async def test_a_lock_of_another_program_is_waited_for_and_then_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    backup = sqlite3.connect(path, isolation_level=None)
    backup.execute("BEGIN IMMEDIATE")
    for work in (flush(store, people=[person()]), claim(store), store.prune(after(days=1))):
        with pytest.raises(StoreBusy, match="locked by another program"):
            await work
    assert (await store.queues(EVENING))["open"] == 0
    backup.execute("ROLLBACK")
    backup.close()
    await flush(store)  # nothing new stands in it, which shows nothing
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    await flush(store, people=[person()])
    await flush(store, people=[person(2)])
    assert [record.getMessage() for record in caplog.records] == [
        "the database cannot be written (the database is locked by another program): nothing is lost, updates wait at "
        "Telegram and messages here; all goes on by itself once that is mended",
        "the database can be written again",
    ]
    await store.close()


@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_taken_into_a_file_that_was_deleted_or_replaced(tmp_path: Path, replaced: bool) -> None:
    """It would be gone with the last process that has the file open."""
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    await flush(store, people=[person()])
    path.rename(tmp_path / "elsewhere.db")
    if replaced:
        path.touch()
    for work in (store.receive(4242, [RawUpdate(1, "{}")], EVENING), flush(store, people=[person(2)]), claim(store)):
        with pytest.raises(StoreError, match="was moved, replaced or deleted"):
            await work
    (tmp_path / "elsewhere.db").rename(path)
    assert await store.receive(4242, [RawUpdate(1, "{}")], EVENING) == 1
    await store.close()


async def test_who_comes_after_the_end_is_told(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    writing = [asyncio.create_task(store.receive(4242, [RawUpdate(n, "{}")], EVENING)) for n in range(5)]
    await asyncio.sleep(0)
    await store.close()
    for work in (store.receive(4242, [], EVENING), store.queues(EVENING), flush(store), claim(store)):
        with pytest.raises(StoreBusy, match="closed"):
            await work
    done = await asyncio.gather(*writing, return_exceptions=True)
    assert all(one == 1 or isinstance(one, StoreBusy) for one in done)


def _full() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("PRAGMA max_page_count = 3")
    try:
        db.execute("CREATE TABLE a (x)")
        db.execute("INSERT INTO a VALUES (zeroblob(100000))")
    finally:
        db.close()


def _not_ours() -> None:
    db = sqlite3.connect(":memory:")
    try:
        db.execute("SELECT nothing")
    finally:
        db.close()


def test_what_sqlite_says_is_told_in_our_words() -> None:
    with pytest.raises(StoreBusy, match="the disk is full"), running():
        _full()
    with pytest.raises(sqlite3.OperationalError), running():  # a mistake of ours stays what it is
        _not_ours()
    with pytest.raises(BrokenConstraint), running():
        raise sqlite3.IntegrityError("UNIQUE")
    damaged = sqlite3.DatabaseError("malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    with pytest.raises(StoreError, match="DATABASE_URL"), running():
        raise damaged


# -- what people typed is gone when it is handled ---------------------------------------------------------------------


async def test_a_handled_payload_is_nowhere_in_the_files(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    await store.receive(4242, [RawUpdate(n, f"SECRET-{n}" * 50) for n in range(50)], EVENING)
    await flush(store, handled=[Handled(seq, "boo" if seq == 50 else None) for seq in range(1, 51)])
    await store.prune(EVENING)
    stored = b"".join(file.read_bytes() for file in _files(tmp_path))
    assert stored.count(b"SECRET-49SECRET-49") > 0  # the failed one, kept to be looked into
    assert b"SECRET-7SECRET-7" not in stored
    await store.prune(after(days=31))
    assert b"SECRET" not in b"".join(file.read_bytes() for file in _files(tmp_path))
    await store.close()


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_only_people_know_a_telegram_id(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    known = person(1, 987_654_321)
    await flush(store, people=[known], incidents=[incident()], reports=[report()], outbox=[outgoing(slot="s")])
    assert [row.chat_id for row in await claim(store)] == [987_654_321]
    await store.close()
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    knowing = [name for name in tables if "987654321" in str(db.execute(f"SELECT * FROM {name}").fetchall())]
    db.close()
    assert knowing == ["people"]


# -- kill -9 ----------------------------------------------------------------------------------------------------------

_BATCHES = """
import asyncio, sys
from datetime import timedelta
from bot.domain.models import IncidentEvent
from bot.domain.outgoing import Sent
from bot.domain.records import Changes, Counters, Handled, RawUpdate
from storage import open_store
from tests.helpers.builders import incident, outgoing, person, report
from tests.helpers.clock import EVENING

async def main():
    store = await open_store(sys.argv[1])
    await store.release_claims()
    done = []
    while True:
        async with store.transaction() as tx:
            first = (await tx.counters()).case + 1
        await store.receive(4242, [RawUpdate(first * 10 + n, "{}") for n in range(4)], EVENING)
        print("received", first, flush=True)
        async with store.transaction() as tx:
            rows = await tx.take(100)
            ids = range(first, first + 5)
            await tx.flush(Changes(
                handled=[Handled(row.seq) for row in rows],
                people=[person(n) for n in ids],
                incidents=[incident(n) for n in ids],
                reports=[report(n, number=f"R{n}", person_id=n, incident_id=n) for n in ids],
                events=[IncidentEvent(n, "opened", "warga", EVENING, incident(n)) for n in ids],
                outbox=[outgoing(str(n), person_id=n) for n in ids],
                counters=Counters(first + 4, first + 4, b""),
            ))
        print("committed", first, flush=True)
        done = [Sent(row.id, row.rev, 1) for row in await store.exchange(done, EVENING, 3, frozenset())]

asyncio.run(main())
"""


@contextmanager
def _working(path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _BATCHES, url_of(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def test_a_killed_process_leaves_whole_batches_and_all_that_it_had_committed(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    moments = random.Random(20260118)
    told: set[str] = set()
    for _ in range(6):
        with _working(path) as process:
            assert process.stdout is not None
            told.add(process.stdout.readline().strip())
            await asyncio.sleep(moments.uniform(0.0, 0.25))
            process.kill()
            told |= {line.strip() for line in process.stdout if line.endswith("\n")}
        _whole(path, told)
    assert len(told) > 12


def _whole(path: Path, told: set[str]) -> None:
    """The file is sound, batches are whole, and what was told as done is there."""
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    (case,) = db.execute("SELECT case_id FROM counters").fetchone()
    for table in ("people", "incidents", "reports", "incident_events", "recipients"):
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (case,)
    (asked,) = db.execute("SELECT message_id FROM counters").fetchone()
    assert asked == case
    received = {update_id for (update_id,) in db.execute("SELECT update_id FROM inbox")}
    handled = {update_id for (update_id,) in db.execute("SELECT update_id FROM inbox WHERE handled = 1")}
    for what, first in (line.split() for line in told):
        updates = {int(first) * 10 + n for n in range(4)}
        assert updates <= received
        if what == "committed":
            assert updates <= handled
            assert int(first) + 4 <= case
    waiting = db.execute(
        "SELECT count(*) FROM outbox o WHERE state = 'queued' AND NOT EXISTS "
        "(SELECT 1 FROM lanes l WHERE l.recipient_id = o.recipient_id AND l.priority = o.priority)"
    ).fetchone()
    assert waiting == (0,)
    db.close()
