"""A backup put in place: what came after it is lost and said, what must not happen twice or be undone is kept."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.backups import Restored
from bot.domain.errors import StoreError
from storage import Vault, copying, open_store, restoring
from storage.carrying import erasures_in
from storage.erasing import erase
from storage.queries import CARRYING
from tests.helpers.builders import person
from tests.helpers.clock import EVENING, WIB
from tests.storage.acts import flush
from tests.storage.files import ROOT, names, url_of
from tests.storage.versions import NEWEST, made_then, rows_of, version_of

LATER = EVENING + timedelta(hours=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a row in every table."""
    made = tmp_path / "data" / "genangan.db"
    made.parent.mkdir()
    made_then(made, NEWEST)
    return made


def vault_of(path: Path) -> Vault:
    return Vault(url_of(path), None, 7, WIB)


def backed_up(path: Path) -> Path:
    return copying.copy(path, path.parent.parent / "backup.db").path


def put_back(path: Path, file: Path, *, dry_run: bool = False, force: bool = False) -> Restored:
    return restoring.restore(vault_of(path), file, LATER, dry_run=dry_run, force=force)


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(copying.opened(path, "rw")) as db:
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")
        yield db
        db.commit()


def add(db: sqlite3.Connection, table: str, like: int = 1, **values: object) -> None:
    """Add a row that differs from another one in these columns."""
    row = {**dict(db.execute(f"SELECT * FROM {table} WHERE id = ?", [like]).fetchone()), **values}
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row)


def the(path: Path, query: str) -> object:
    with closing(sqlite3.connect(path)) as db:
        row = db.execute(query).fetchone()
        return row if row is None or len(row) > 1 else row[0]


def test_what_came_after_is_lost_and_counted_and_kept_aside(path: Path) -> None:
    before, file = rows_of(path), backed_up(path)
    with changing(path) as db:
        for number in (2, 3):
            add(db, "incidents", id=number, number=f"G{number}")
        add(db, "reports", id=4, number="R4", incident_id=2)
        add(db, "incident_events", id=2)
        db.execute("UPDATE counters SET case_id = 4")
    after = rows_of(path)
    tried = put_back(path, file, dry_run=True)
    assert tried.lost is not None
    assert (tried.lost.reports, tried.lost.cases, tried.lost.steps) == (1, 2, 1)
    assert rows_of(path) == after
    done = put_back(path, file)
    assert done.lost == tried.lost
    now = rows_of(path)
    assert {**now, "counters": before["counters"]} == before
    assert now["counters"] == [{**before["counters"][0], "case_id": 4}]  # no number is given to somebody else
    assert done.kept_as == path.with_name("genangan-before-restore-2026-01-18-2142.db")
    assert rows_of(done.kept_as) == after
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path.parent) == ["genangan-before-restore-2026-01-18-2142.db", "genangan.db"]


def test_nothing_is_lost_where_nothing_was(path: Path) -> None:
    file = backed_up(path)
    rows = rows_of(file)
    shutil.rmtree(path.parent)
    done = put_back(path, file)
    assert (done.present, done.lost, done.kept_as) == (False, None, None)
    assert rows_of(path) == rows


def test_an_earlier_version_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    made_then(old, 1)
    done = put_back(path, old)
    assert (done.schema_before, done.copy.schema) == (1, NEWEST)
    assert version_of(path) == NEWEST
    assert version_of(old) == 1


async def test_one_that_was_copied_with_its_log_is_read_with_it(path: Path, tmp_path: Path) -> None:
    store = await open_store(url_of(path))
    await flush(store, people=[person(7)])
    for end in ("", "-wal"):
        shutil.copyfile(f"{path}{end}", tmp_path / f"raw.db{end}")
    await store.close()
    put_back(path, tmp_path / "raw.db")
    assert the(path, "SELECT id FROM people WHERE id = 7") == 7


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_a_newer_one_is_refused_with_the_way_out(path: Path) -> None:
    file = backed_up(path)
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    rows = rows_of(path)
    with pytest.raises(
        StoreError, match=r"newer genangan \(schema 99, .* install that version, or name an older backup"
    ):
        put_back(path, file)
    assert rows_of(path) == rows


@pytest.mark.parametrize("content", [b"", b"no database at all " * 100])
def test_what_is_no_backup_is_refused(path: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(content)
    with pytest.raises(
        StoreError, match=r"x\.db(: this is no database of genangan| cannot be restored: the file is no database)"
    ):
        put_back(path, file)
    with pytest.raises(StoreError, match="there is no such file"):
        put_back(path, tmp_path / "y.db")
    with pytest.raises(StoreError, match="this is the database itself"):
        put_back(path, path)


def test_a_backup_cut_short_is_refused(path: Path) -> None:
    file = backed_up(path)
    os.truncate(file, file.stat().st_size - 8192)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged"):
        put_back(path, file)
    assert path.read_bytes() == before


def test_another_installations_backup_is_only_forced(path: Path) -> None:
    file = backed_up(path)
    with changing(path) as db:
        db.execute("UPDATE counters SET number_key = ?", [b"k" * 16])
        db.execute("UPDATE people SET blocked_at = 5")
    with pytest.raises(StoreError, match=r"backup of another installation .* --force"):
        put_back(path, file)
    put_back(path, file, force=True)
    assert the(path, "SELECT blocked_at FROM people") is None


def test_a_damaged_database_is_replaced_only_by_force_and_kept(path: Path) -> None:
    file = backed_up(path)
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreError, match=r"cannot be read .* restore without them with --force"):
        put_back(path, file)
    done = put_back(path, file, force=True)
    assert done.lost is None and done.kept_as is not None
    assert done.kept_as.read_bytes() == b"rubbish" * 1000
    assert rows_of(path) == rows_of(file)


async def test_while_another_program_reads_it_nothing_is_exchanged(path: Path) -> None:
    file = backed_up(path)
    store = await open_store(url_of(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM people").fetchone()
        await flush(store, people=[person(7)])
        await store.close()
        with pytest.raises(StoreError, match="another program reads it"):
            await asyncio.to_thread(put_back, path, file)
    assert the(path, "SELECT id FROM people WHERE id = 7") == 7
    assert [name for name in names(path.parent) if "restoring" in name] == []


# -- what is taken over ------------------------------------------------------------------------------------------------


def test_digests_messages_and_updates_are_not_done_twice(path: Path) -> None:
    with changing(path) as db:
        add(db, "outbox", id=2, slot=None)
    file = backed_up(path)
    with changing(path) as db:
        db.execute("INSERT INTO digests VALUES (-5, 100, 1, 100, 2, 0)")
        db.execute("INSERT INTO unit_digests VALUES ('31.72', 100, 1, 100)")
        db.execute("INSERT INTO alarms (what, since, told_at, details, times) VALUES ('disk', 7, 8, '{}', 1)")
        db.execute(
            "UPDATE outbox SET state = 'sent', message_id = 77, sent_rev = 1, say = '', done_at = 9 WHERE id = 1"
        )
        db.execute("DELETE FROM outbox WHERE id = 2")
        add_waiting = "INSERT INTO inbox (bot_id, update_id, payload, received_at) VALUES (1, ?, '{}', 5)"
        db.execute(add_waiting, [501])
        db.execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'work'")
        db.execute("UPDATE counters SET message_id = 70, person_id = 80")
    put_back(path, file)
    assert the(path, "SELECT count(*) FROM digests WHERE scheduled_at = 100") == 1
    assert the(path, "SELECT count(*) FROM unit_digests WHERE scheduled_at = 100") == 1
    assert the(path, "SELECT told_at FROM alarms WHERE since = 7") == 8
    assert rows_of(path)["outbox"][0]["state"] == "sent"
    assert the(path, "SELECT message_id FROM outbox") == 77
    assert the(path, "SELECT count(*) FROM outbox") == 1
    assert the(path, "SELECT handled FROM inbox WHERE update_id = 501") == 0
    assert the(path, "SELECT seq FROM sqlite_sequence WHERE name = 'work'") == 900
    assert the(path, "SELECT message_id, person_id FROM counters") == (70, 80)


def test_who_was_kept_out_stays_out_and_what_was_done_stays_written(path: Path) -> None:
    file = backed_up(path)
    with changing(path) as db:
        db.execute("UPDATE people SET blocked_at = 5 WHERE id = 1")
        add(db, "people", id=2, telegram_id=700_000_002, blocked_at=6)
        add(db, "people", id=3, telegram_id=700_000_003, blocked_at=None)
        db.execute("UPDATE officers SET removed_at = 7")
        db.execute("INSERT INTO officers VALUES (3, '31.72', 'Tono', 1, 8)")
        db.execute("UPDATE invites SET used_at = 9")
        db.execute("UPDATE unit_links SET at = 10, chat_id = NULL, person_id = NULL")
        add(db, "audit", id=2, what="block")
    put_back(path, file)
    rows = rows_of(path)
    assert [(one["telegram_id"], one["blocked_at"]) for one in rows["people"]] == [
        (700_000_001, 5),
        (700_000_002, 6),
        (700_000_003, None),
    ]
    assert {one["person_id"] for one in rows["recipients"]} == {1, 2, 3}
    assert [(one["person_id"], one["removed_at"]) for one in rows["officers"]] == [(1, 7), (3, 8)]
    assert [one["used_at"] for one in rows["invites"]] == [9]
    assert [one["at"] for one in rows["unit_links"]] == [10]
    assert [one["what"] for one in rows["audit"]][1] == "block"


@pytest.mark.parametrize("known_by", ["the database", "a newer backup"])
def test_who_was_forgotten_since_is_forgotten_again(path: Path, known_by: str) -> None:
    file = backed_up(path)
    with changing(path) as db:
        erase(db, 1, 5)
    if known_by == "a newer backup":
        vault_of(path).folder.mkdir()
        copying.copy(path, vault_of(path).folder / "genangan-2026-01-18-2000.db")
        path.unlink()
    done = put_back(path, file)
    assert done.forgotten == 1
    assert the(path, "SELECT count(*) FROM people WHERE telegram_id = 700000001") == 0
    assert the(path, "SELECT count(*) FROM reports") == 1
    assert the(path, "SELECT count(*) FROM erasures WHERE fingerprint <> '{}'") == 1
    assert version_of(path) == NEWEST


def test_what_an_earlier_version_does_not_know_is_left_out(path: Path, tmp_path: Path) -> None:
    """The program was exchanged and the backup put back in one go: the database that is there is an earlier one."""
    file = backed_up(path)
    old = tmp_path / "old" / "genangan.db"
    old.parent.mkdir()
    made_then(old, NEWEST - 1)
    with changing(old) as db:
        db.execute("INSERT INTO digests VALUES (-5, 100, 1, 100, 2, 0)")
    put_back(old, file)
    assert the(old, "SELECT count(*) FROM digests WHERE scheduled_at = 100") == 1
    assert version_of(old) == NEWEST
    assert erasures_in([old, tmp_path / "none.db"], b"another key, of 16") == []


@pytest.mark.parametrize("name", CARRYING)
def test_a_statement_of_restoring_runs_on_the_schema(path: Path, name: str) -> None:
    with closing(copying.opened(backed_up(path), "rw")) as db:
        db.execute("ATTACH ? AS present", [str(path)])
        db.execute(f"EXPLAIN {CARRYING[name]}").fetchall()


# -- killed ------------------------------------------------------------------------------------------------------------

_DIES = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from storage import Vault, restoring
left = int(sys.argv[3])
def dying(event, _):
    global left
    if event in ("os.rename", "os.link", "os.remove", "sqlite3.connect") and armed:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
armed = False
sys.addaudithook(dying)
vault = Vault("sqlite:///" + sys.argv[1], None, 7, ZoneInfo("Asia/Jakarta"))
now = datetime.fromisoformat(sys.argv[4])
armed = True
restoring.restore(vault, Path(sys.argv[2]), now, dry_run=False, force=False)
"""


def test_killed_at_any_step_the_old_or_the_new_one_is_there_and_again_it_is_done(path: Path) -> None:
    file = backed_up(path)
    with changing(path) as db:
        add(db, "people", id=2, telegram_id=700_000_002)
    new, old = rows_of(file)["people"], rows_of(path)["people"]
    ends = []
    for step in range(60):
        arguments = [sys.executable, "-c", _DIES, str(path), str(file), str(step), LATER.isoformat()]
        status = subprocess.run(arguments, cwd=ROOT, timeout=30, check=False).returncode
        assert version_of(path) == NEWEST
        ends.append(rows_of(path)["people"] == new)
        assert ends[-1] or rows_of(path)["people"] == old
        kept = [name for name in names(path.parent) if "before-restore" in name and not name.endswith(("-wal", "-shm"))]
        assert not ends[-1] or any(rows_of(path.parent / name)["people"] == old for name in kept)
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert status == 0
    assert ends[-1]
    assert ends.count(False) > 5
    put_back(path, file)
    assert [name for name in names(path.parent) if "restoring" in name] == []
    assert replace(put_back(path, file, dry_run=True)).lost is not None
