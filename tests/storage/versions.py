"""Databases of every earlier version, with a row in every table that there was then."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from storage import migrate
from storage.queries import migrations, statements

NEWEST = max(migrations())

_AFTER = '{"state":"waiting","lat":-6.1,"lon":106.8,"reporters":1,"area_code":null,"last_seen":1}'

VALUES: Mapping[tuple[str, str], object] = {
    ("counters", "number_key"): bytes(range(16)),
    ("errands", "incident_id"): 1,
    ("incident_events", "after"): _AFTER,
    ("incidents", "state"): "waiting",
    ("outbox", "slot"): "receipt:1",
    ("outbox", "state"): "queued",
    ("people", "telegram_id"): 700_000_001,
    ("photo_hashes", "incident_id"): 1,
    ("recipients", "person_id"): 1,
    ("reports", "depth_cm"): 50,
    ("reports", "note"): "airnya bau",
}
"""What stands in a column, where it is not nothing (if it may be), 1, or an empty JSON object."""

Rows = Mapping[str, list[Mapping[str, object]]]
"""Table -> its rows."""


def made_then(path: Path, version: int, *, empty: bool = False) -> None:
    """Make a database as it was in this version; `empty`: with nothing in it, for what reads its records."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        for number in range(1, version + 1):
            for statement in statements(migrations()[number]):
                db.execute(statement)
        for table in () if empty else _tables(db):
            names, values = [], []
            for _, name, kind, needed, default, key in db.execute(f"PRAGMA table_info({table})"):
                if (table, name) in VALUES or ((needed or key) and default is None):
                    names.append(name)
                    values.append(VALUES.get((table, name), {"TEXT": "{}", "BLOB": b"x"}.get(kind, 1)))
            db.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)
        db.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    assert version_of(path) == version


def rows_of(path: Path) -> Rows:
    """All that is in it."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")] for table in _tables(db)}


def version_of(path: Path) -> int:
    """The version of its schema, after it was found to be whole."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        return version


def _tables(db: sqlite3.Connection) -> list[str]:
    found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [row[0] for row in found]
