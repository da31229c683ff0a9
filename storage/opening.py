"""Opening a database file: made, checked, migrated, or refused with one line that says what to do."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from storage import migrate
from storage.connection import BUSY_TIMEOUT_S, Link, Readers, Writer, connect
from storage.errors import opening
from storage.queries import migrations
from storage.sqlite import SqliteStore

READERS = 3
"""Connections beside the writer."""


Upgrade = Callable[[int], object]
"""Does what has to be done before the schema is brought to this version, or raises StoreError."""


async def open_file(path: Path, number_key: bytes | None = None, upgrade: Upgrade | None = None) -> SqliteStore:
    """Open the database, made (with this number key, where one is given) and migrated where needed.

    Args:
        path: its file.
        number_key: see storage.open_store.
        upgrade: called before one with an earlier schema is migrated; None: that is refused.

    Raises:
        StoreOlder: its schema is an earlier one, which may not be changed now.
        StoreError: it cannot be used as it is; nothing was changed.
    """
    with opening(path):
        _make(path)
        link = await connect(path)
        try:
            await link.do(lambda db: _bring_up(db, path, number_key, upgrade))
            return SqliteStore(Writer(link), await _readers(path))
        except BaseException:
            await link.close()
            raise


async def open_file_to_read(path: Path) -> SqliteStore:
    """Open a database that is there without ever writing to it, also while another process serves it.

    Raises:
        StoreMissing: it is not there.
        StoreError: it cannot be read as it is.
    """
    with opening(path):
        _require(path)
        link = await connect(path, read_only=True)
        try:
            await link.do(lambda db: migrate.require_newest(db, path))
            return SqliteStore(Writer(link), await _readers(path))
        except BaseException:
            await link.close()
            raise


def _make(path: Path) -> None:
    """Make the file and its folder, if they are not there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # made by us, so that nobody else may read it; its -wal and -shm take over its mode
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _require(path: Path) -> None:
    if not path.exists():
        raise migrate.missing(path)


def _bring_up(db: sqlite3.Connection, path: Path, number_key: bytes | None, upgrade: Upgrade | None) -> None:
    version, newest = migrate.check(db, path), max(migrations())
    if 0 < version < newest:
        if upgrade is None:
            raise migrate.older(path, version)
        upgrade(newest)
    _write_ahead(db)
    migrate.migrate(db, path, number_key)


def _write_ahead(db: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait for its lock here as it does elsewhere, so we do."""
    give_up_at_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= give_up_at_s:
                raise
            time.sleep(0.02)


async def _readers(path: Path) -> Readers:
    links: list[Link] = []
    try:
        for _ in range(READERS):
            links.append(await connect(path, read_only=True))
    except BaseException:
        for link in links:
            await link.close()
        raise
    return Readers(links)
