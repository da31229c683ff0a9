"""The schema: made, checked and brought up to date when the database is opened."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from bot.domain.errors import StoreError, StoreMissing, StoreOlder
from storage.connection import roll_back
from storage.queries import SQL, migrations, statements

APPLICATION_ID = 0x47454E41
"""Marks the file as ours ("GENA"), so that no other program's database is mistaken for one."""

OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""


def check(db: sqlite3.Connection, path: Path) -> int:
    """The schema version of the database: 0 for an empty one. Nothing is written.

    Raises:
        StoreError: newer than this program, or not ours.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite 3.37 or newer is needed, this Python has {sqlite3.sqlite_version}")
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    tables: int = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise StoreError(f"DATABASE_URL names {path}: it is the database of another program: name another file")
    newest = max(migrations())
    if version > newest:
        raise StoreError(
            f"DATABASE_URL names {path}: it was written by a newer genangan (schema {version}, this one knows "
            f"{newest}): install that version, or `genangan restore` the copy made before the upgrade "
            f"(genangan-before-schema-{newest + 1}-….db or later in BACKUP_FOLDER)"
        )
    return version


def require_newest(db: sqlite3.Connection, path: Path) -> None:
    """Check that the database can be read as it is, without migrating it.

    Raises:
        StoreMissing: there is nothing in it yet.
        StoreOlder: it is older than this program.
        StoreError: it is newer, or not ours.
    """
    version = check(db, path)
    if version == 0:
        raise missing(path)
    if version < max(migrations()):
        raise older(path, version)


def older(path: Path, version: int) -> StoreOlder:
    """What to say where the database has to be brought up to date first."""
    return StoreOlder(
        f"DATABASE_URL names {path}: it was written by an older genangan: start the bot once, or `genangan migrate` "
        f"(schema {version}, this one needs {max(migrations())})"
    )


def missing(path: Path) -> StoreMissing:
    """What to say where there is no database."""
    return StoreMissing(f"DATABASE_URL names {path}: there is no database yet: start the bot once, or name its file")


def migrate(db: sqlite3.Connection, path: Path, number_key: bytes | None = None) -> None:
    """Run the migrations that are missing, each in a transaction of its own.

    A new database gets its number key: a secret one, unless `number_key` is given.
    """
    for number, script in migrations().items():
        db.execute("BEGIN IMMEDIATE")
        try:
            # looked at inside the transaction: another process may have just done it
            if check(db, path) < number:
                for statement in statements(script):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {number}")
            db.execute(SQL["begin_counters"], {"number_key": number_key or secrets.token_bytes(16)})
            db.commit()
        finally:
            roll_back(db)
