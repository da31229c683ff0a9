"""Records to rows and back: what comes in and goes out. Rows are read by column name, written by named parameter.

Those of cases are in case_rows.py, those of staff in staff_rows.py, those of listed places in site_rows.py, those of
digests in digest_rows.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from bot.domain.records import Draft, InboxRow, Person, WorkRow
from storage.codec import draft_to_json, from_us, from_us_or_none, to_json, to_us, to_us_or_none

R = TypeVar("R")
Params = Mapping[str, object]
Row = sqlite3.Row | Mapping[str, Any]
"""What a record is made of."""


def records(found: sqlite3.Cursor, make: Callable[[Row], R] | Remembered[R]) -> list[R]:
    """All rows of a statement as records. For wide rows: sqlite3.Row finds a column by going through all of them."""
    if isinstance(make, Remembered):
        return make.all(found)
    names = [column[0] for column in found.description]
    found.row_factory = None
    return [make(dict(zip(names, row, strict=True))) for row in found]


class Remembered(Generic[R]):
    """Makes records of rows, and remembers those made last: what is open is loaded batch after batch, mostly as it was.

    Args:
        make: pure, and of immutable records.
        room: how many are remembered.
    """

    def __init__(self, make: Callable[[Row], R], room: int) -> None:
        self._make = make
        self._room = room
        self._known: dict[tuple[object, ...], R] = {}

    def forget(self) -> None:
        """Remember nothing: rows may hold what people typed."""
        self._known.clear()

    def all(self, found: sqlite3.Cursor) -> list[R]:
        """All rows of a statement as records."""
        names = [column[0] for column in found.description]
        known = self._known
        records = []
        found.row_factory = None
        for row in found:
            record = known.get(row)
            if record is None:
                record = self._make(dict(zip(names, row, strict=True)))
                if len(known) >= self._room:
                    known.clear()
                known[row] = record
            records.append(record)
        return records


def inbox_row(row: Row) -> InboxRow:
    """A row of `inbox`."""
    return InboxRow(row["seq"], row["bot_id"], row["update_id"], row["payload"], from_us(row["received_at"]))


def person_params(person: Person) -> Params:
    """Columns of `people`; `reachable` is its recipient's."""
    return {
        "id": person.id,
        "telegram_id": person.telegram_id,
        "language": person.language,
        "language_chosen": person.language_chosen,
        "created_at": to_us(person.created_at),
        "blocked_at": to_us_or_none(person.blocked_at),
    }


def person(row: Row) -> Person:
    """A row of `people` with `reachable` of its recipient."""
    return Person(
        id=row["id"],
        telegram_id=row["telegram_id"],
        language=row["language"],
        created_at=from_us(row["created_at"]),
        language_chosen=bool(row["language_chosen"]),
        reachable=bool(row["reachable"]),
        blocked_at=from_us_or_none(row["blocked_at"]),
    )


def draft_params(draft: Draft) -> Params:
    """Columns of `drafts`."""
    due = [to_us(at) for at in (draft.remind_at, draft.expires_at) if at is not None]
    return {
        "person_id": draft.person_id,
        "updated_at": to_us(draft.updated_at),
        "due_at": min(due, default=None),
        "draft": draft_to_json(draft),
    }


def work_params(work: WorkRow) -> Params:
    """Columns of `work` for new work."""
    return {
        "kind": work.kind,
        "person_id": work.person_id,
        "asked": to_json(work.asked),
        "due_at": to_us(work.due_at),
        "attempts": work.attempts,
    }


def work(row: Row) -> WorkRow:
    """A row of `work`."""
    return WorkRow(
        kind=row["kind"],
        due_at=from_us(row["due_at"]),
        person_id=row["person_id"],
        asked=json.loads(row["asked"]),
        id=row["id"],
        attempts=row["attempts"],
    )
