"""What a store wrote, row by row, and plain sqlite3 that writes the same rows and nothing else.

`WriteLog` is attached to the store's own connection by temporary triggers and notes each row that is inserted, changed
or dropped, as it was before and as it is after. Of that come the statements of the raw loop: an insert with all
columns, an update of just the columns that changed by the primary key, a delete by the primary key; in the same order,
one `executemany` for each run of equal ones, all made beforehand. And, backwards, those that put the database back.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

Row = tuple[object, ...]
NOT_LOGGED = ("sqlite_sequence",)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, and which of them are its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One row that was written. before None: it is new; after None: it was dropped. mark: see `WriteLog.mark`."""

    table: Table
    before: Row | None
    after: Row | None
    mark: str

    def back(self) -> Written:
        """What undoes it."""
        return Written(self.table, self.after, self.before, self.mark)

    @property
    def key(self) -> Row:
        """Its primary key."""
        row = self.after if self.before is None else self.before
        assert row is not None
        return tuple(row[n] for n in self.table.key)


@dataclass(frozen=True, slots=True)
class Step:
    """A statement for some rows."""

    sql: str
    rows: Sequence[Row]


class WriteLog:
    """Notes what a connection writes. `mark` is what rows written from now on are noted with."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._tables = tables_of(db)
        # triggers cannot be told where a value comes from, but can read it from a table
        db.execute("CREATE TEMP TABLE logged (n INTEGER PRIMARY KEY, mark TEXT)")
        db.execute("CREATE TEMP TABLE log_mark (mark TEXT)")
        db.execute("INSERT INTO log_mark VALUES ('')")
        for table in self._tables:
            self._watch(table)

    def _watch(self, table: Table) -> None:
        width = len(table.columns)
        columns = [f"{side}{n}" for side in "ba" for n in range(width)]
        self._db.execute(f"CREATE TEMP TABLE log_{table.name} (n, op, {', '.join(columns)})")
        nothing = ["NULL"] * width
        old, new = ([f"{side}.{each}" for each in table.columns] for side in ("old", "new"))
        for op, before, after in (("insert", nothing, new), ("update", old, new), ("delete", old, nothing)):
            self._db.execute(
                f"CREATE TEMP TRIGGER log_{op}_{table.name} AFTER {op} ON main.{table.name} BEGIN"
                f" INSERT INTO logged (mark) SELECT mark FROM log_mark;"
                f" INSERT INTO log_{table.name} VALUES (last_insert_rowid(), '{op}', {', '.join([*before, *after])});"
                f" END"
            )

    def mark(self, mark: str) -> None:
        """Rows written from now on belong to this."""
        self._db.execute("UPDATE log_mark SET mark = ?", (mark,))

    def written(self) -> list[Written]:
        """All that was written, in order."""
        found: list[tuple[int, Written]] = []
        for table in self._tables:
            width = len(table.columns)
            log = self._db.execute(f"SELECT l.n, g.mark, l.op, l.* FROM log_{table.name} l JOIN logged g ON g.n = l.n")
            for n, mark, op, _, _, *values in map(tuple, log):
                before = None if op == "insert" else tuple(values[:width])
                after = None if op == "delete" else tuple(values[width:])
                found.append((n, Written(table, before, after, mark)))
        return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def tables_of(db: sqlite3.Connection) -> list[Table]:
    """All tables, with their columns and primary keys."""
    found = []
    names = db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall()
    for (name,) in map(tuple, names):
        if name not in NOT_LOGGED:
            info = [tuple(row) for row in db.execute(f"PRAGMA main.table_info({name})")]
            key = tuple(column[0] for column in sorted(info, key=lambda column: column[5]) if column[5])
            found.append(Table(name, tuple(column[1] for column in info), key))
    return found


def steps_of(written: Iterable[Written]) -> list[Step]:
    """The statements that write these rows."""
    single = [made for each in written if (made := _statement(each)) is not None]
    return [Step(sql, [row for _, row in rows]) for sql, rows in groupby(single, key=lambda pair: pair[0])]


def _statement(each: Written) -> tuple[str, Row] | None:
    table = each.table
    where = " AND ".join(f"{table.columns[n]} = ?" for n in table.key)
    if each.before is None:
        assert each.after is not None
        places = ", ".join("?" * len(table.columns))
        return f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})", each.after
    if each.after is None:
        return f"DELETE FROM {table.name} WHERE {where}", each.key
    changed = [n for n, (old, new) in enumerate(zip(each.before, each.after, strict=True)) if old != new]
    if not changed:
        return None
    sets = ", ".join(f"{table.columns[n]} = ?" for n in changed)
    return f"UPDATE {table.name} SET {sets} WHERE {where}", (*(each.after[n] for n in changed), *each.key)


def in_parts(written: Sequence[Written], parts: int) -> list[list[Step]]:
    """The statements of so many transactions, of about as many rows each."""
    parts = max(1, parts)
    edges = [len(written) * n // parts for n in range(parts + 1)]
    return [steps_of(written[first:end]) for first, end in pairwise(edges)]


def connect(path: Path) -> sqlite3.Connection:
    """Plain sqlite3 with the settings that the store's connection has."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "journal_size_limit = 67108864",
        "cache_size = -8000",
        "temp_store = MEMORY",
    ):
        db.execute(f"PRAGMA {pragma}")
    return db


def write(db: sqlite3.Connection, transactions: Iterable[Iterable[Step]]) -> float:
    """The raw loop. Returns the seconds of the wall that it took."""
    began = time.perf_counter()
    for steps in transactions:
        db.execute("BEGIN IMMEDIATE")
        for step in steps:
            db.executemany(step.sql, step.rows)
        db.commit()
    return time.perf_counter() - began


def put_back(path: Path, written: Sequence[Written]) -> None:
    """Make the database what it was before all this was written."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA secure_delete = ON")
    triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    db.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:  # history is only added to, but here
        db.execute(f"DROP TRIGGER {name}")
    for step in steps_of(each.back() for each in reversed(written)):
        db.executemany(step.sql, step.rows)
    for _, sql in triggers:
        db.execute(sql)
    db.execute("UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(seq), 0) FROM inbox) WHERE name = 'inbox'")
    db.execute("UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(id), 0) FROM work) WHERE name = 'work'")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def rows_now(path: Path, written: Sequence[Written]) -> dict[tuple[str, Row], Row | None]:
    """How all rows stand that were written, by table and key; None: it is not there."""
    db = sqlite3.connect(path)
    found: dict[tuple[str, Row], Row | None] = {}
    for each in written:
        at = (each.table.name, each.key)
        if at not in found:
            where = " AND ".join(f"{each.table.columns[n]} = ?" for n in each.table.key)
            found[at] = db.execute(f"SELECT * FROM {each.table.name} WHERE {where}", each.key).fetchone()
    db.close()
    return found
