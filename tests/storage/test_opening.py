"""Opening: a database is made for nobody else to read; what cannot be used is told in one line and left as it is."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from bot.domain.errors import StoreBusy, StoreError
from storage import connection, open_reader, open_store
from tests.helpers.builders import person
from tests.helpers.clock import EVENING
from tests.storage.acts import flush, load
from tests.storage.files import forbid_writing, made, names, refused, run, url_of

# -- what is made -----------------------------------------------------------------------------------------------------


async def test_the_database_and_its_folder_are_made_for_nobody_else_to_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data" / "genangan.db"
    store = await open_store(url_of(path))
    await flush(store, people=[person()])
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"genangan.db": 0o600, "genangan.db-wal": 0o600, "genangan.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()
    assert names(path.parent) == ["genangan.db"]


async def test_a_relative_url_is_relative_to_where_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = await open_store("sqlite:///data/what? is #this 100%.db".replace("?", ""))
    await store.close()
    assert (tmp_path / "data" / "what is #this 100%.db").exists()


@pytest.mark.parametrize(
    "url", ["", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u:secret@host/db", "data/genangan.db"]
)
async def test_another_kind_of_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL must name a SQLite file") as error:
        await open_store(url)
    assert "secret" not in str(error.value)


async def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    store = await open_store(url_of(path))
    assert len((await load(store, person_ids=[1])).people) == 1
    async with store.transaction() as tx:
        key = (await tx.counters()).number_key
    await store.close()
    store = await open_store(url_of(path))
    async with store.transaction() as tx:
        assert (await tx.counters()).number_key == key
    await store.close()


async def test_every_write_is_on_the_disk_when_it_is_done_and_nothing_deleted_stays(tmp_path: Path) -> None:
    link = await _opened_link(tmp_path / "genangan.db")
    settings = await link.do(_settings)
    await link.close()
    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 2000
    }  # fmt: skip


def _settings(db: sqlite3.Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    return {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


async def _opened_link(path: Path) -> connection.Link:
    await made(path)
    return await connection.connect(path)


# -- what is refused --------------------------------------------------------------------------------------------------


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()
    await refused(path, says="newer genangan (schema 99")
    assert path.read_bytes() == before


async def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE inbox (x)")
    db.close()
    before = path.read_bytes()
    await refused(path, says="another program")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"This is no database. " * 300, bytes(range(256)) * 32, b"SQLite format 3\0" + b"x" * 9000]
)
async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    await refused(path, says="move this one away")
    assert path.read_bytes() == content
    assert names(tmp_path) == ["notes.txt"]


async def test_a_damaged_schema_is_told_at_start(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    content = bytearray(path.read_bytes())
    content[100:3000] = b"\xff" * 2900
    path.write_bytes(content)
    await refused(path, says="damaged: put a backup in its place")
    assert path.read_bytes() == bytes(content)


async def test_damage_found_later_is_told_when_it_is_met(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"DATABASE_URL.*damaged"):
        store = await open_store(url_of(path))
        try:
            await store.queues(EVENING)
        finally:
            await store.close()


async def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    await refused(tmp_path, says="directory")


async def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    await refused(tmp_path / "data" / "genangan.db", says="data")


async def test_a_folder_that_may_not_be_made(as_anyone: Path) -> None:
    forbid_writing(as_anyone)
    await refused(as_anyone / "data" / "genangan.db", says="Permission denied")
    assert names(as_anyone) == []


async def test_a_folder_that_may_not_be_written(as_anyone: Path) -> None:
    forbid_writing(as_anyone)
    await refused(as_anyone / "genangan.db", says="Permission denied")
    assert names(as_anyone) == []


async def test_a_database_in_a_folder_that_may_not_be_written(as_anyone: Path) -> None:
    path = as_anyone / "genangan.db"
    await made(path)
    before = path.read_bytes()
    forbid_writing(as_anyone)
    await refused(path, says="give this user the right")
    assert path.read_bytes() == before


async def test_a_file_that_may_not_be_written(as_anyone: Path) -> None:
    path = as_anyone / "genangan.db"
    await made(path)
    forbid_writing(path)
    before = path.read_bytes()
    await refused(path, says="Permission denied")
    assert path.read_bytes() == before


async def test_a_database_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "genangan.db"
    path.touch()
    backup = sqlite3.connect(path)
    backup.execute("BEGIN EXCLUSIVE")
    await refused(path, says="another program has locked it")
    backup.close()
    await made(path)


_WITHOUT_ROOM = """
import asyncio, resource, sys
from bot.domain.errors import StoreError
from storage import open_store
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    asyncio.run(open_store(sys.argv[1]))
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("room", [0, 4096, 20_000, 70_000])
async def test_no_room_to_make_the_database(tmp_path: Path, room: int) -> None:
    """The system refuses to let any file grow further, as on a full disk; with room again all goes well."""
    path = tmp_path / "genangan.db"
    told = run(_WITHOUT_ROOM, url_of(path), str(room))
    assert told.startswith(f"DATABASE_URL names {path}: the disk ")
    assert told.count("\n") == 1
    await made(path)


async def test_too_old_a_sqlite_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    with pytest.raises(StoreError, match=r"SQLite 3\.37 or newer"):
        await open_store(url_of(tmp_path / "genangan.db"))


# -- only reading -----------------------------------------------------------------------------------------------------


async def test_a_reader_sees_what_the_bot_commits_and_writes_nothing(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    reader = await open_reader(url_of(tmp_path / "genangan.db"))
    await flush(store, people=[person()])
    assert (await reader.queues(EVENING))["open"] == 0
    assert len((await load(store, person_ids=[1])).people) == 1
    with pytest.raises(StoreBusy):
        await flush(reader, people=[person(2)])
    await reader.close()
    await store.close()


async def test_a_reader_in_a_folder_that_may_not_be_written_says_so(as_anyone: Path) -> None:
    path = as_anyone / "genangan.db"
    await made(path)
    forbid_writing(as_anyone)
    with pytest.raises(StoreError, match=r"DATABASE_URL names .*: give this user the right"):
        reader = await open_reader(url_of(path))
        await reader.close()


async def test_a_reader_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"DATABASE_URL names .*genangan\.db: there is no database yet"):
        await open_reader(url_of(tmp_path / "genangan.db"))
    assert names(tmp_path) == []
