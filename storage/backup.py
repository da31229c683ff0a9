"""Where backups of a database lie: made, found, and dropped when they have served."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.backups import Copied, Room, in_order, made_at, name_of, outlived
from bot.domain.errors import GenanganError, StoreError
from storage import migrate
from storage.copying import PART, alone_in, copy, require_room, room_for
from storage.location import database_path

T = TypeVar("T")

log = logging.getLogger(__name__)

DEFAULT_FOLDER = "backups"
"""Beside the database, where BACKUP_FOLDER is empty."""

GIVE_WAY = 10
"""How much nicer than the bot the thread is that copies: on one core, answers come first."""


class Vault:
    """The backups of one database.

    Args:
        url: DATABASE_URL.
        folder: BACKUP_FOLDER; None: beside the database.
        keep: BACKUP_KEEP.
        timezone: the one that names are told in.
    """

    def __init__(self, url: str, folder: Path | None, keep: int, timezone: ZoneInfo) -> None:
        self.database = database_path(url)
        self.folder = folder or self.database.parent / DEFAULT_FOLDER
        self._keep = keep
        self.timezone = timezone

    def newest(self) -> datetime | None:
        """When the newest one was made; None: there is none. Only verified ones are called as ours are.

        Raises:
            StoreError: the folder cannot be read.
        """
        with in_words(f"BACKUP_FOLDER: {self.folder} cannot be read"):
            ours = in_order(self.names())
        return made_at(ours[-1], self.timezone) if ours else None

    def names(self) -> list[str]:
        """What is in the folder. Raises OSError."""
        return os.listdir(self.folder) if self.folder.is_dir() else []  # noqa: PTH208  # the names are all we need

    def room(self) -> Room:
        """For one more.

        Raises:
            StoreMissing: there is no database.
            StoreError: it cannot be told.
        """
        if not self.database.exists():
            raise migrate.missing(self.database)
        there = next(each for each in (self.folder, *self.folder.absolute().parents) if each.exists())
        if not there.is_dir() or not _may_write(there):
            raise StoreError(f"BACKUP_FOLDER: {there} cannot be written: give this user the right, or name another one")
        with in_words(f"DATABASE_URL names {self.database}: it cannot be copied"):
            return room_for(self.database, self.folder)

    async def make(self, now: datetime, out: Path | None = None, *, replace: bool = False) -> Copied:
        """Make one, beside everything else. When cancelled it leaves nothing behind.

        Args:
            now: the present.
            out: the file; None: one in the folder, where those that have served are dropped then.
            replace: write over `out`.

        Raises:
            StoreError: it could not be made, with what to do.
        """
        if out is None:
            return await apart(lambda stop: self._make(now, "", stop))
        return await apart(lambda stop: self._write(out, replace, stop))

    def before_upgrade(self, schema: int, now: datetime) -> Copied:
        """Make one before the schema is brought to this version. Raises StoreError."""
        return self._make(now, f"before-schema-{schema}-", threading.Event())

    def drop_outlived(self, now: datetime) -> None:
        """Drop those that have served, and databases that were kept aside. Raises OSError."""
        for folder in {self.folder.absolute(), self.database.parent.absolute()}:
            if folder.is_dir():
                for name in outlived(os.listdir(folder), self._keep, now, self.timezone):  # noqa: PTH208
                    if (folder / name).is_symlink() or not (folder / name).is_file():
                        continue
                    (folder / name).unlink(missing_ok=True)
                    log.info("dropped %s", folder / name)

    def _make(self, now: datetime, kind: str, stop: threading.Event) -> Copied:
        setting, local = f"BACKUP_FOLDER: no backup could be made in {self.folder}", now.astimezone(self.timezone)
        room = self.room()
        with in_words(setting):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with alone_in(self.folder):
                for half in self.folder.glob(PART.format("genangan-*")):  # of one that was killed
                    half.unlink(missing_ok=True)
                require_room(room, setting)
                made = copy(self.database, self.folder / name_of(local, self.names(), kind), stop=stop)
                self.drop_outlived(now)
        return made

    def _write(self, out: Path, replace: bool, stop: threading.Event) -> Copied:
        if not self.database.exists():
            raise migrate.missing(self.database)
        with in_words(f"--out {out} cannot be written"):
            if out.exists() and not replace:
                raise StoreError(
                    f"{out} is there already: choose another name with --out, or write over it with --force"
                )
            if out.is_dir() or (out.exists() and self.database.exists() and out.samefile(self.database)):
                raise StoreError(f"--out {out}: this is {'a folder' if out.is_dir() else 'the database itself'}")
            if not out.parent.is_dir():
                raise StoreError(f"--out {out}: there is no folder {out.parent}; make it first")
            require_room(room_for(self.database, out.parent), f"--out {out}")
            return copy(self.database, out, replace=replace, stop=stop)


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


_WORDS = {
    sqlite3.SQLITE_FULL: "the disk is full: make room, or name another folder",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written (full, over its quota, or broken): see to it",
    sqlite3.SQLITE_CANTOPEN: "a file cannot be opened: give this user the right to read the database and write there",
    sqlite3.SQLITE_READONLY: "it cannot be written: give this user the right to write there",
    sqlite3.SQLITE_PERM: "a file cannot be opened: give this user the right to read the database and write there",
    sqlite3.SQLITE_BUSY: "another program has locked it: end that program and try again",
    sqlite3.SQLITE_CORRUPT: "the database is damaged: put an older backup in its place with `genangan restore`",
    sqlite3.SQLITE_NOTADB: "the file is no database",
}


@contextmanager
def in_words(what: str) -> Iterator[None]:
    """Whatever SQLite or the file system objects to becomes one line for the operator, after `what` it is about."""
    try:
        yield
    except GenanganError:
        raise
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(f"{what}: {_WORDS.get(code, f'SQLite says: {error}')}") from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise StoreError(f"{what}: {where}{error.strerror or error}") from error


async def apart(work: Callable[[threading.Event], T]) -> T:
    """Do `work` on a thread of its own that gives way to all others; cancelled, it is told to stop and waited for."""
    stop = threading.Event()
    pool = ThreadPoolExecutor(1, "backup", _give_way)
    done = asyncio.get_running_loop().run_in_executor(pool, work, stop)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([done])
        if not done.cancelled():
            done.exception()  # looked at, so that nobody complains that it was not
        raise
    finally:
        pool.shutdown(wait=False)


def _give_way() -> None:
    if sys.platform == "linux":  # where a thread has a niceness of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVE_WAY)
