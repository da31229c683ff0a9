"""Copies made while the database is in use: whole and verified, or not there at all."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.domain.errors import StoreError
from storage import Vault, backup, copying, open_store
from tests.helpers.builders import incident, person, report
from tests.helpers.clock import EVENING, WIB
from tests.storage.acts import flush
from tests.storage.files import forbid_writing, names, url_of
from tests.storage.versions import NEWEST, made_then, rows_of, version_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with a row in every table."""
    made = tmp_path / "data" / "genangan.db"
    made.parent.mkdir()
    made_then(made, NEWEST)
    return made


def vault_of(path: Path, folder: Path | None = None, keep: int = 7) -> Vault:
    return Vault(url_of(path), folder, keep, WIB)


def contains(file: Path, what: bytes) -> bool:
    return what in file.read_bytes()


async def test_all_is_in_the_copy_and_it_is_said_how_it_was_made(path: Path) -> None:
    made = await vault_of(path).make(EVENING)
    assert made.path == path.parent / "backups" / "genangan-2026-01-18-1942.db"
    assert rows_of(made.path) == rows_of(path)
    assert (version_of(made.path), made.schema, made.reports) == (NEWEST, NEWEST, 1)
    assert made.size_bytes == made.path.stat().st_size
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert names(made.path.parent) == [made.path.name]
    assert vault_of(path).newest() == EVENING


async def test_it_is_of_one_moment_while_others_write_and_they_do_not_wait(path: Path) -> None:
    store = await open_store(url_of(path))
    await flush(store, people=[person(number) for number in range(2, 12)])
    over = asyncio.Event()

    async def report_on() -> int:
        number = 1000
        while not over.is_set():
            number += 1
            case = incident(number, number=f"G{number}")
            await flush(
                store, incidents=[case], reports=[report(number + 5000, number=f"R{number}", incident_id=number)]
            )
        return number - 1000

    writing = asyncio.create_task(report_on())
    await asyncio.sleep(0.1)
    made = await vault_of(path).make(EVENING)
    over.set()
    assert await writing > 1
    await store.close()
    copied, there = rows_of(made.path), rows_of(path)
    assert len(copied["incidents"]) == len(copied["reports"])  # never the one without the other
    assert 1 <= made.reports < len(there["reports"])
    assert copied["reports"] == there["reports"][: made.reports]


async def test_what_was_deleted_is_not_in_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("UPDATE reports SET note = 'kenari kuning ' || hex(randomblob(3000))")
        db.commit()
        db.execute("UPDATE reports SET note = NULL")
        db.commit()
    assert contains(path, b"kenari kuning")
    made = await vault_of(path).make(EVENING)
    assert not contains(made.path, b"kenari kuning")


async def test_so_many_are_kept_and_files_of_others_stay(path: Path) -> None:
    vault = vault_of(path, keep=3)
    vault.folder.mkdir()
    (vault.folder / "notes.txt").write_text("mine")
    for day in range(5):
        await vault.make(EVENING + timedelta(days=day))
    assert names(vault.folder) == [*(f"genangan-2026-01-{day}-1942.db" for day in (20, 21, 22)), "notes.txt"]


async def test_half_a_file_of_one_that_was_killed_is_cleared_away(path: Path) -> None:
    vault = vault_of(path)
    vault.folder.mkdir()
    (vault.folder / ".genangan-2026-01-17-0230.db.part").write_bytes(b"half")
    await vault.make(EVENING)
    assert names(vault.folder) == ["genangan-2026-01-18-1942.db"]


async def test_a_file_that_is_there_is_written_over_only_when_asked(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "here.db"
    out.write_text("mine")
    with pytest.raises(StoreError, match=r"here\.db is there already: .* --force"):
        await vault_of(path).make(EVENING, out)
    assert out.read_text() == "mine"
    await vault_of(path).make(EVENING, out, replace=True)
    assert version_of(out) == NEWEST
    with pytest.raises(StoreError, match="this is the database itself"):
        await vault_of(path).make(EVENING, path, replace=True)


async def test_how_much_room_is_missing_is_said_before_it_begins(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(StoreError, match=r"^BACKUP_FOLDER: .* MB are needed in .*, 1\.0 MB are free: make room for "):
        await vault_of(path).make(EVENING)
    assert names(path.parent / "backups") == []


async def test_a_folder_that_may_not_be_written_is_named(as_anyone: Path) -> None:
    path = as_anyone / "genangan.db"
    made_then(path, NEWEST)
    folder = as_anyone / "locked"
    folder.mkdir()
    forbid_writing(folder)
    with pytest.raises(StoreError, match=rf"^BACKUP_FOLDER: {folder} cannot be written: give this user the right"):
        await vault_of(path, folder).make(EVENING)


async def test_a_damaged_database_gives_no_backup(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'reports'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\0" * size)
    with pytest.raises(StoreError, match="damaged"):
        await vault_of(path).make(EVENING)
    assert names(path.parent / "backups") == []


async def test_a_row_that_refers_to_nothing_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE said SET report_id = 99")
        db.commit()
    with pytest.raises(StoreError, match="a row of said refers to one of reports that is gone"):
        await vault_of(path).make(EVENING)


async def test_one_at_a_time_in_a_folder(path: Path) -> None:
    vault = vault_of(path)
    vault.folder.mkdir()
    with copying.alone_in(vault.folder), pytest.raises(StoreError, match="another backup is being made there"):
        await vault.make(EVENING)


async def test_given_up_it_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "LOOK_EVERY", 1)
    begun, write = threading.Event(), copying._write

    def told(source: Path, part: Path, fd: int, stop: threading.Event) -> None:
        begun.set()
        stop.wait(5)
        write(source, part, fd, stop)

    monkeypatch.setattr(copying, "_write", told)
    making = asyncio.create_task(vault_of(path).make(EVENING))
    await asyncio.to_thread(begun.wait, 5)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert names(path.parent / "backups") == []


async def test_a_log_that_grows_too_large_meanwhile_ends_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "LOOK_EVERY", 1)
    monkeypatch.setattr(copying, "LARGEST_LOG_BYTES", -1)
    with pytest.raises(StoreError, match=r"were written while .* was copied: try when less comes in"):
        await vault_of(path).make(EVENING)
    assert names(path.parent / "backups") == []


async def test_a_disk_that_gets_full_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "_write", full)
    with pytest.raises(StoreError, match=r"^BACKUP_FOLDER: no backup could be made in .*: No space left on device"):
        await vault_of(path).make(EVENING)
    assert names(path.parent / "backups") == []


def test_there_is_no_database_to_copy(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database yet"):
        vault_of(tmp_path / "genangan.db").room()
    assert backup.DEFAULT_FOLDER == "backups"
