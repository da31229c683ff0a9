"""How a batch's keys become statements: one for all keys of a kind, none where there are no keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from typing import TypeVar

from storage import rows
from storage.codec import to_json
from storage.queries import SQL

T = TypeVar("T")


def fetch(
    db: sqlite3.Connection,
    name: str,
    keys: Collection[object],
    make: Callable[[rows.Row], T] | rows.Remembered[T],
    **more: object,
) -> list[T]:
    """What a statement finds for these keys; no keys, no statement."""
    # the order of the keys does not matter, but let it be the same in every run
    if not keys:
        return []
    found = sorted(keys)  # type: ignore[type-var]
    return rows.records(db.execute(SQL[name], {"keys": to_json(found), **more}), make)
