"""What SQLite's errors mean to us."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cattrs.errors import BaseValidationError

from bot.domain.errors import BrokenConstraint, GenanganError, StoreBusy, StoreError

UNREADABLE = (ValueError, TypeError, KeyError, BaseValidationError)
"""What making a record of a stored row raises where it cannot be done, say after a downgrade."""

_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_WAIT = {
    sqlite3.SQLITE_BUSY: "the database is locked by another program",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_READONLY: "the database cannot be written",
    sqlite3.SQLITE_CANTOPEN: "the database files cannot be opened",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_PROTOCOL: "the database is locked",
    sqlite3.SQLITE_INTERRUPT: "the database is being closed",
}

_MEND = {
    sqlite3.SQLITE_BUSY: "another program has locked it: end that program (a backup, an editor) and start again",
    sqlite3.SQLITE_LOCKED: "another program has locked it: end that program (a backup, an editor) and start again",
    sqlite3.SQLITE_FULL: "the disk is full: make room and start again",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written (full, over its quota, or broken): see to it",
    sqlite3.SQLITE_READONLY: "it cannot be written: give this user the right to write the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: give this user the right to read and write the file and its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened: give this user the right to read and write the file and its folder",
    sqlite3.SQLITE_CORRUPT: "it is damaged: put a backup in its place, or move it away to begin with an empty one",
    sqlite3.SQLITE_NOTADB: "it is no SQLite database: name another file, or move this one away",
}


def _primary(error: sqlite3.Error) -> int:
    """SQLite's error code without its details; 0 where sqlite3 itself raised it."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


@contextmanager
def running() -> Iterator[None]:
    """At work: SQLite's errors become StoreBusy, BrokenConstraint or, where the file is damaged, StoreError.

    Values that SQLite cannot hold (an integer of more than 64 bits, half a surrogate pair) count as a broken
    constraint, since the row that brings them is to blame; so do stored records that cannot be read any more.
    """
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise BrokenConstraint(str(error)) from error
    except (OverflowError, UnicodeEncodeError, sqlite3.InterfaceError, sqlite3.DataError) as error:
        raise BrokenConstraint(f"a value that cannot be stored: {type(error).__name__}") from error
    except UNREADABLE as error:
        raise BrokenConstraint(f"a record that cannot be read or made: {type(error).__name__}") from error
    except sqlite3.DatabaseError as error:
        code = _primary(error)
        if code in _WAIT:
            raise StoreBusy(_WAIT[code]) from error
        if "malformed JSON" in str(error):  # SQLite looked into a record itself
            raise BrokenConstraint("a record that cannot be read: malformed JSON") from error
        if code in _DAMAGED:
            raise StoreError(f"the file that DATABASE_URL names: {_MEND[code]}") from error
        raise


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """At start: whatever SQLite or the file system objects to becomes one line for the operator."""
    try:
        yield
    except GenanganError:
        raise
    except sqlite3.Error as error:
        mend = _MEND.get(_primary(error), f"SQLite says: {error}")
        raise StoreError(f"DATABASE_URL names {path}: {mend}") from error
    except OSError as error:
        mend = ": give this user the right to write it and its folder" if error.errno in _FORBIDDEN else ""
        what = f"{error.filename or path}: {error.strerror or error}"
        raise StoreError(f"DATABASE_URL names {path}: {what}{mend}") from error
