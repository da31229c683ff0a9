"""A backup put in the place of the database.

All is made ready in a file beside it: copied, brought up to date, given what must not be lost, looked through. Then one
rename puts it in place. Killed at any instant, the old or the new one is there, and the old one in any case.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.domain.backups import KEPT_ASIDE, Copied, Lost, Restored, in_order, name_of
from bot.domain.errors import StoreError
from storage import migrate
from storage.backup import Vault, in_words
from storage.carrying import Erasures, beside, carry, erasures_in, is_of_same_installation, lost, number_key
from storage.connection import roll_back
from storage.copying import looked_through, opened, reach_disk, require_room, room_for, write_copy
from storage.erasing import erase_again
from storage.queries import migrations

READY = ".{}.restoring"
"""What the file is called until it is in place."""

ASIDE = "before-restore-"

SIDECARS = ("-wal", "-shm")


def restore(vault: Vault, file: Path, now: datetime, *, dry_run: bool, force: bool) -> Restored:
    """Put `file` in the place of the database of `vault`, whose serving lock the caller holds (but for a dry run).

    Args:
        vault: of the database to be replaced.
        file: the backup.
        now: the present.
        dry_run: only look what would become of it.
        force: also where the database that is there cannot be read, or is of another installation.

    Raises:
        StoreError: it cannot be done, with what to do; all is as it was.
    """
    database = vault.database
    with in_words(f"{file} cannot be restored"):
        found = _checked(file, database)
        present = database.exists() and database.stat().st_size > 0
        missing = _lost(file, database, force) if present else None
        if dry_run:
            return Restored(replace(found, path=database), found.schema, present, missing)
    with in_words(f"DATABASE_URL names {database}: it is as it was"):
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_room(room_for(file, database.parent, 1.3), f"{file} cannot be restored")
        ready = database.with_name(READY.format(database.name))
        try:
            write_copy(file, ready)
            forgotten = _made_ready(ready, vault, readable=missing is not None)
            copied = looked_through(ready)
            kept = _put_in_place(ready, database, now.astimezone(vault.timezone)) if present else None
            if not present:
                _drop_sidecars(database)
                ready.replace(database)
            reach_disk(database.parent)
        finally:
            for name in (ready, ready.with_name(ready.name + "-journal")):
                with suppress(OSError):
                    name.unlink(missing_ok=True)
    done = replace(copied, path=database)
    return Restored(done, found.schema, present, missing, kept, forgotten)


def _checked(file: Path, database: Path) -> Copied:
    """What the file holds; it is whole, ours, and not newer than this program."""
    if not file.is_file():
        raise StoreError(f"{file}: there is no such file: name a backup, for example one of those in BACKUP_FOLDER")
    if database.exists() and file.samefile(database):
        raise StoreError(f"{file}: this is the database itself: name a backup")
    found, newest = looked_through(file), max(migrations())
    if found.schema > newest:
        raise StoreError(
            f"{file}: it was written by a newer genangan (schema {found.schema}, this one knows {newest}): install "
            f"that version, or name an older backup, such as genangan-before-schema-{newest + 1}-….db in BACKUP_FOLDER"
        )
    return found


def _lost(file: Path, database: Path, force: bool) -> Lost | None:
    """What would be lost of the database that is there; None: it cannot be read, and that is to be."""
    try:
        with closing(opened(file)) as db, beside(db, database):
            if not force and not is_of_same_installation(db):
                raise StoreError(
                    f"{file}: it is the backup of another installation than {database} (their numbers are made with "
                    "different keys): name another file, or replace the database all the same with --force"
                )
            return lost(db)
    except sqlite3.Error as error:
        if force:
            return None
        raise StoreError(
            f"DATABASE_URL names {database}: it cannot be read ({error}), so that digests posted, people blocked and "
            "people forgotten since cannot be taken over from it: restore without them with --force"
        ) from error


def _made_ready(ready: Path, vault: Vault, *, readable: bool) -> int:
    """Bring it up to date, and give it what must not be lost; how many people were forgotten again."""
    with closing(opened(ready, "rw")) as db:
        migrate.migrate(db, ready)
        folders = {vault.folder, vault.database.parent}
        backups = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("genangan-*.db"))]
        known = erasures_in([*backups, *([vault.database] if readable else [])], number_key(db))
        if not readable:
            return _in_one(db, known, present=False)
        with beside(db, vault.database):
            return _in_one(db, known, present=True)


def _in_one(db: sqlite3.Connection, known: Erasures, *, present: bool) -> int:
    """All that is taken over, in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if present and is_of_same_installation(db):
            carry(db)
        forgotten = erase_again(db, known)
        db.commit()
    finally:
        roll_back(db)
    return forgotten


def _put_in_place(ready: Path, database: Path, local: datetime) -> Path:
    """Exchange them; where the old one is then."""
    folder = database.parent
    for name in in_order(os.listdir(folder), KEPT_ASIDE):  # noqa: PTH208
        if (folder / name).samefile(database):  # of one that was killed before the exchange
            (folder / name).unlink()
    aside = folder / name_of(local, os.listdir(folder), ASIDE)  # noqa: PTH208
    _write_log_into(database)
    _keep(database, aside)
    # Only where it was damaged, or somebody reads it: else its log is in it by now, and gone.
    for end in SIDECARS:
        if database.with_name(database.name + end).exists():
            _keep(database.with_name(database.name + end), aside.with_name(aside.name + end))
    reach_disk(folder)
    _drop_sidecars(database)  # they would be taken for the new one's
    ready.replace(database)
    return aside


def _write_log_into(database: Path) -> None:
    """Have all that was committed in the one file; where it is damaged that cannot be.

    Raises:
        StoreError: somebody reads it.
    """
    with suppress(sqlite3.DatabaseError), closing(opened(database, "rw")) as db:
        if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise StoreError(
                f"DATABASE_URL names {database}: another program reads it (an export, a backup): wait until it is done"
            )
        db.execute("PRAGMA journal_mode = DELETE").fetchall()


def _keep(file: Path, aside: Path) -> None:
    """Give it a second name; where the file system has no such thing, copy it."""
    try:
        aside.hardlink_to(file)
    except OSError:
        with suppress(FileNotFoundError):
            shutil.copyfile(file, aside)
            aside.chmod(0o600)
    with suppress(FileNotFoundError):
        fd = os.open(aside, os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)


def _drop_sidecars(database: Path) -> None:
    for end in SIDECARS:
        database.with_name(database.name + end).unlink(missing_ok=True)
