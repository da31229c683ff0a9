"""A copy of a database, made while it is in use, and looked through before it counts.

VACUUM INTO reads one state of the database and writes it anew without its free pages: nothing that was deleted is in
the copy. Who writes meanwhile does not wait, but the write-ahead log cannot begin anew until it is done.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bot.domain.backups import Copied, Room, size
from bot.domain.errors import StoreError
from storage import migrate
from storage.codec import from_us
from storage.connection import BUSY_TIMEOUT_S

log = logging.getLogger(__name__)

SPARE_BYTES = 32 << 20
"""Room that is left free besides the copy: the bot writes on."""

LARGEST_LOG_BYTES = 1 << 30
"""A copy during which the write-ahead log grows beyond this is given up: it would fill the disk."""

FLUSH_BYTES = 16 << 20
"""So much is written before it is made to reach the disk: one flush of everything would hold up who commits."""

LOOK_EVERY = 20_000
"""Steps of SQLite's between two looks at how it goes: some milliseconds."""

PART = ".{}.part"
"""What a file is called until it is whole."""


class Stopped(Exception):
    """The copy was given up because we were asked to."""


class _TooMuchMeanwhile(Exception):
    """The log of the database grew too large."""


Problem = Callable[[str], StoreError]
"""Makes the error to be raised of what is wrong."""


def opened(path: Path, mode: str = "ro") -> sqlite3.Connection:
    """A connection with little memory. Raises sqlite3.Error."""
    db = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
    )
    for pragma in ("cache_size = -8000", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        db.execute(f"PRAGMA {pragma}")
    return db


def room_for(source: Path, folder: Path, times: float = 1.0) -> Room:
    """What a copy of `source` needs in a folder.

    Args:
        source: the database.
        folder: where it is to go; one that is not there yet is on the disk of the nearest that is.
        times: how many times its size is needed.

    Raises:
        sqlite3.Error, OSError
    """
    with closing(opened(source)) as db:
        pages, free, size = (db.execute(f"PRAGMA {each}").fetchone()[0] for each in _SIZES)
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    return Room(folder, int((pages - free) * size * times) + SPARE_BYTES, shutil.disk_usage(there).free)


_SIZES = ("page_count", "freelist_count", "page_size")


def require_room(room: Room, what: str) -> None:
    """Check that it fits.

    Raises:
        StoreError: it does not; says how much is missing, after `what` it is about.
    """
    if room.missing_bytes:
        raise StoreError(
            f"{what}: {size(room.needed_bytes)} are needed in {room.folder}, {size(room.free_bytes)} are "
            f"free: make room for {size(room.missing_bytes)} more"
        )


def copy(source: Path, out: Path, *, replace: bool = False, stop: threading.Event | None = None) -> Copied:
    """Copy a database that may be in use into a file, which is there whole and verified or not at all.

    Args:
        source: the database.
        out: the file to be made, readable by nobody else.
        replace: whether a file of that name may be written over.
        stop: give up once it is set.

    Raises:
        Stopped: `stop` was set.
        StoreError: the source is damaged, or the copy is not as it should be.
        sqlite3.Error, OSError: it cannot be read or written.
    """
    began_s = time.monotonic()
    part = out.with_name(PART.format(out.name))
    try:
        write_copy(source, part, stop)
        copied = looked_through(part, stop)
        if out.exists() and not replace:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(out))
        part.replace(out)
    finally:
        with suppress(OSError):  # where nothing can be written there is nothing to remove
            part.unlink(missing_ok=True)
    reach_disk(out.parent)
    return Copied(out, copied.size_bytes, time.monotonic() - began_s, copied.reports, copied.until, copied.schema)


def write_copy(source: Path, part: Path, stop: threading.Event | None = None) -> None:
    """Copy a database into a new file, in place of one that was left behind. Whoever calls it looks it through.

    Raises:
        Stopped: `stop` was set.
        StoreError: too much was written meanwhile.
        sqlite3.Error, OSError: it cannot be read or written.
    """
    with _made(part) as fd:
        _write(source, part, fd, stop or threading.Event())


def _write(source: Path, part: Path, fd: int, stop: threading.Event) -> None:
    journal, flushed = source.with_name(source.name + "-wal"), 0
    grown_from = _size(journal)
    error: list[Exception] = []

    def look() -> int:
        nonlocal flushed
        try:
            if stop.is_set():
                raise Stopped
            if _size(journal) - grown_from > LARGEST_LOG_BYTES:
                raise _TooMuchMeanwhile
            if (size := os.fstat(fd).st_size) - flushed > FLUSH_BYTES:
                os.fdatasync(fd)
                flushed = size
        except (Stopped, _TooMuchMeanwhile, OSError) as found:
            error.append(found)
        return len(error)

    try:
        with closing(opened(source)) as db:
            db.set_progress_handler(look, LOOK_EVERY)
            db.execute("VACUUM INTO ?", [str(part.absolute())])
    except sqlite3.OperationalError:
        if error and isinstance(error[0], _TooMuchMeanwhile):
            much = size(LARGEST_LOG_BYTES)
            raise StoreError(
                f"more than {much} were written while {source} was copied: try when less comes in"
            ) from None
        if error:
            raise error[0] from None
        raise
    os.fsync(fd)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def looked_through(path: Path, stop: threading.Event | None = None, problem: Problem = StoreError) -> Copied:
    """What a database file holds, after all of it was checked.

    Args:
        path: the file.
        stop: give up once it is set.
        problem: makes the error.

    Raises:
        Stopped: `stop` was set.
        StoreError: it is not ours or damaged.
        sqlite3.Error, OSError: it cannot be read.
    """
    began_s = time.monotonic()
    with closing(opened(path)) as db:
        if stop is not None:
            db.set_progress_handler(lambda: int(stop.is_set()), LOOK_EVERY)
        try:
            version = schema_of(db)
            if version == 0:
                raise problem(f"{path}: this is no database of genangan")
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                raise problem(f"{path}: it is damaged ({found[0].splitlines()[-1]})")
            broken = db.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise problem(f"{path}: it is damaged (a row of {broken[0]} refers to one of {broken[2]} that is gone)")
            reports, last_us = db.execute("SELECT count(*), max(at) FROM reports").fetchone()
        except sqlite3.OperationalError:
            if stop is not None and stop.is_set():
                raise Stopped from None
            raise
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:
                raise
            raise problem(f"{path}: it is damaged or no database ({error})") from error
    until: datetime | None = None if last_us is None else from_us(last_us)
    return Copied(path, path.stat().st_size, time.monotonic() - began_s, reports, until, version)


def schema_of(db: sqlite3.Connection) -> int:
    """The version of the schema; 0 where it is empty or not ours. Raises sqlite3.Error."""
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version if application == migrate.APPLICATION_ID else 0


@contextmanager
def _made(part: Path) -> Iterator[int]:
    """A new, empty file that nobody else may read."""
    part.unlink(missing_ok=True)  # of one that was killed
    fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One copy at a time in a folder, over all processes; a file system without such locks goes without.

    Raises:
        StoreError: another one is being made.
        OSError: the folder cannot be opened.
    """
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK):
                raise StoreError(f"{folder}: another backup is being made there: wait until it is done") from None
            log.debug("%s has no locks: %s", folder, error)
        yield
    finally:
        os.close(fd)


def reach_disk(folder: Path) -> None:
    """Have a change of names in a folder survive a loss of power."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
