"""After somebody was forgotten: nothing of them is left in the write-ahead log, nor between the rows of the file.

SQLite overwrites what it deletes (secure_delete), but where it moved rows to other pages before, copies may be left in
the room between others. So the file is written anew.
"""

from __future__ import annotations

import sqlite3

from storage.queries import SQL

IN_MEMORY_BYTES = 32_000_000
"""A file up to this size is put together in memory."""


def empty_log(db: sqlite3.Connection) -> bool:
    """Empty the write-ahead log, unless somebody reads it just now: then the next time will do."""
    (patience_ms,) = db.execute("PRAGMA busy_timeout").fetchone()
    db.execute("PRAGMA busy_timeout = 100")
    try:
        (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        db.execute(f"PRAGMA busy_timeout = {patience_ms:d}")
    return not busy


def is_owed(db: sqlite3.Connection) -> bool:
    """Whether somebody was forgotten since the file was written anew."""
    return bool(db.execute(SQL["unswept"]).fetchone()["any"])


def size(db: sqlite3.Connection) -> int:
    """Bytes of the file."""
    pages: int = db.execute("PRAGMA page_count").fetchone()[0]
    page_bytes: int = db.execute("PRAGMA page_size").fetchone()[0]
    return pages * page_bytes


def rewrite(db: sqlite3.Connection) -> None:
    """Write the file anew. Who writes waits for it: about a second for 100 MB."""
    large = size(db) > IN_MEMORY_BYTES
    if large:  # into SQLite's folder for such: SQLITE_TMPDIR, TMPDIR, /var/tmp, /tmp
        db.execute("PRAGMA temp_store = FILE")
    try:
        db.execute("VACUUM")
    finally:
        if large:
            db.execute("PRAGMA temp_store = MEMORY")
    db.execute(SQL["swept"])
