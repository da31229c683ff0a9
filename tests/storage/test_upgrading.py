"""Upgrades: every earlier version goes on with all that was in it, after a copy was made; and there is a way back."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.domain.errors import StoreError, StoreOlder
from storage import Vault, migrate, open_store, opening, restoring, upgrading
from storage.queries import migrations
from tests.helpers.clock import EVENING, WIB
from tests.storage.files import ROOT, names, url_of
from tests.storage.versions import NEWEST, Rows, made_then, rows_of, version_of

EARLIER = range(1, NEWEST)

CHANGED = {
    ("geocoded", 4): "emptied: its queries were what people typed",
    ("incident_events", 2): "each says since when the Suku Dinas answered for the case",
}
"""Tables whose rows a migration changes, and why."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "genangan.db"


@pytest.fixture(params=EARLIER)
def version(request: pytest.FixtureRequest, path: Path) -> Iterator[int]:
    """That of the database at `path`."""
    path.parent.mkdir()
    made_then(path, request.param)
    yield request.param


def vault_of(path: Path) -> Vault:
    return Vault(url_of(path), None, 7, WIB)


async def started(path: Path) -> None:
    """Open it as the serving bot does, and close it."""
    store = await open_store(url_of(path), upgrade=lambda schema: vault_of(path).before_upgrade(schema, EVENING))
    await store.close()


def copies(path: Path) -> list[Path]:
    return sorted(vault_of(path).folder.glob("*.db"))


def assert_all_there(before: Rows, after: Rows, version: int) -> None:
    for table, rows in before.items():
        assert rows, table
        if any((table, number) in CHANGED for number in range(version + 1, NEWEST + 1)):
            continue
        kept = [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)]
        assert kept == rows, table


async def test_all_that_was_there_goes_on_and_a_copy_of_before_is_kept(path: Path, version: int) -> None:
    before = rows_of(path)
    await started(path)
    assert version_of(path) == NEWEST
    assert_all_there(before, rows_of(path), version)
    (copy,) = copies(path)
    assert copy.name == f"genangan-before-schema-{NEWEST}-2026-01-18-1942.db"
    assert (version_of(copy), rows_of(copy)) == (version, before)


async def test_migrations_run_once(path: Path, version: int) -> None:
    await started(path)
    after = rows_of(path)
    await started(path)
    assert rows_of(path) == after
    assert len(copies(path)) == 1


async def test_two_that_start_at_once_both_find_it_migrated(path: Path, version: int) -> None:
    before = rows_of(path)
    stores = await asyncio.gather(*(open_store(url_of(path), upgrade=lambda _: None) for _ in range(2)))
    for store in stores:
        await store.close()
    assert_all_there(before, rows_of(path), version)


def test_trying_it_on_a_copy_changes_nothing(path: Path, version: int) -> None:
    content = path.read_bytes()
    tried = upgrading.try_upgrade(vault_of(path))
    assert (tried.before, tried.after, tried.copy) == (version, NEWEST, None)
    assert tried.room is not None and tried.room.needed_bytes > len(content)
    assert path.read_bytes() == content
    assert names(path.parent) == ["genangan.db"]


def test_the_command_makes_a_copy_migrates_and_does_nothing_the_second_time(path: Path, version: int) -> None:
    before = rows_of(path)
    done = upgrading.upgrade(vault_of(path), EVENING)
    assert (done.before, done.after) == (version, NEWEST)
    assert done.copy is not None and rows_of(done.copy.path) == before
    assert_all_there(before, rows_of(path), version)
    assert upgrading.upgrade(vault_of(path), EVENING).copy is None


async def test_only_what_may_upgrade_does(path: Path, version: int) -> None:
    before = rows_of(path)
    with pytest.raises(StoreOlder, match=rf"`genangan migrate` \(schema {version}, this one needs {NEWEST}\)"):
        await open_store(url_of(path))
    assert (version_of(path), rows_of(path)) == (version, before)


_DIES = """
import os, signal, sys
from pathlib import Path
from storage import migrate
left = int(sys.argv[2])
whole = migrate.statements
def dying(script):
    global left
    for statement in whole(script):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        yield statement
migrate.statements = dying
from storage.copying import opened
migrate.migrate(opened(Path(sys.argv[1]), "rw"), Path(sys.argv[1]))
"""


def _killed(path: Path, after: int) -> int:
    """Migrate in a process that kills itself after so many statements; its exit status."""
    arguments = [sys.executable, "-c", _DIES, str(path), str(after)]
    return subprocess.run(arguments, cwd=ROOT, timeout=30, check=False).returncode


@pytest.mark.parametrize("after", [1, 4, 9])
async def test_killed_in_the_middle_it_is_done_by_the_next_start(tmp_path: Path, after: int) -> None:
    path = tmp_path / "data" / "genangan.db"
    path.parent.mkdir()
    made_then(path, 1)
    before = rows_of(path)
    assert _killed(path, after) == -signal.SIGKILL
    await started(path)
    assert version_of(path) == NEWEST
    assert_all_there(before, rows_of(path), 1)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))


@pytest.mark.usefixtures("no_room")
async def test_without_room_for_the_copy_it_is_not_upgraded(path: Path, version: int) -> None:
    before = rows_of(path)
    with pytest.raises(StoreError, match=r"BACKUP_FOLDER: .* are needed in .*, 1\.0 MB are free: make room for"):
        await started(path)
    with pytest.raises(StoreError, match=r"the upgrade cannot be tried: .* or name another one with TMPDIR"):
        upgrading.try_upgrade(vault_of(path))
    assert (version_of(path), rows_of(path)) == (version, before)


async def test_the_two_last_copies_are_kept_and_none_longer_than_backups(tmp_path: Path) -> None:
    path = tmp_path / "data" / "genangan.db"
    path.parent.mkdir()
    made_then(path, NEWEST)
    vault = vault_of(path)
    made = [vault.before_upgrade(NEWEST + number, EVENING + timedelta(days=number)).path.name for number in range(3)]
    assert names(vault.folder) == made[1:]
    await vault.make(EVENING + timedelta(days=8, hours=1))
    assert names(vault.folder) == ["genangan-2026-01-26-2042.db", made[2]]


async def test_back_to_the_version_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    made_then(path, NEWEST)
    before, known = rows_of(path), migrations()
    newer = {**known, NEWEST + 1: "CREATE TABLE extra (x INTEGER) STRICT;"}
    with monkeypatch.context() as upgraded:
        for module in (migrate, opening):
            upgraded.setattr(module, "migrations", lambda: newer)
        await started(path)
    assert version_of(path) == NEWEST + 1
    way_back = rf"newer genangan .* `genangan restore` the copy .*genangan-before-schema-{NEWEST + 1}-"
    with pytest.raises(StoreError, match=way_back):
        await started(path)
    (copy,) = copies(path)
    done = restoring.restore(vault_of(path), copy, EVENING, dry_run=False, force=False)
    assert done.copy.schema == version_of(path) == NEWEST
    assert rows_of(path) == before
    assert done.kept_as is not None and version_of(done.kept_as) == NEWEST + 1
    await started(path)


def test_a_database_that_is_none_is_told(path: Path) -> None:
    for do in (upgrading.try_upgrade, lambda vault: upgrading.upgrade(vault, EVENING)):
        with pytest.raises(StoreError, match="there is no database yet"):
            do(vault_of(path))
