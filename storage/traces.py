"""What leads to a person in rows that are not theirs: queued messages to others, updates kept as failed, work."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator

from storage.codec import to_json
from storage.queries import SQL

SHORTENED = 20
"""Characters: what is at least as long is also found where only its beginning stands."""


def strings_of(db: sqlite3.Connection, person_id: int) -> frozenset[str]:
    """What a person typed, is called, and sent as files, wherever it is kept as theirs."""
    keys = {"person_id": person_id}
    found: set[str] = set()
    reports = db.execute(SQL["reports_ever_of"], keys).fetchall()
    for report in reports:
        found |= {report["name"] or "", report["note"] or ""}
    for photo in db.execute(SQL["photos_ever_of"], {"keys": to_json([report["id"] for report in reports])}):
        found |= {photo["file_id"], photo["file_unique_id"]}
    found |= {row["name"] for row in db.execute(SQL["officer_rows_of"], keys)}
    draft = db.execute(SQL["draft_of"], keys).fetchone()
    if draft is not None:
        found |= _typed(draft["draft"])
    return frozenset(found - {""})


def _typed(draft: str) -> set[str]:
    """The words and files of a conversation."""
    try:
        kept = json.loads(draft)
    except ValueError:  # it goes as it is
        return set()
    found = {str(kept.get(key) or "") for key in ("name", "note")}
    return found | {str(photo.get(key)) for photo in kept.get("photos", ()) for key in ("file_id", "file_unique_id")}


def forget_in_queues(db: sqlite3.Connection, person_id: int, telegram_id: int, strings: frozenset[str]) -> None:
    """Nothing of them is left in what waits, or failed."""
    # an update that waits and is theirs is what they said after they asked to be forgotten: it stays
    for row in db.execute(SQL["inbox_kept"]).fetchall():
        if is_about(row, person_id, telegram_id, strings):
            db.execute(SQL["handle"], {"seq": row["seq"]})
    for row in db.execute(SQL["open_work"]).fetchall():
        if any(value in strings for value in _values(_parsed(row["asked"]))):
            db.execute(SQL["drop_work"], {"id": row["id"]})
    # thousands may be queued for everybody: only those are read of which a part is a beginning of what is theirs
    beginnings = [to_json(each)[1:-1][:SHORTENED] for each in strings]
    for row in db.execute(SQL["messages_kept"]).fetchall() if beginnings else ():
        if not any(begun in row["say"] for begun in beginnings):
            continue
        say = _parsed(row["say"])
        if any(_tells(value, strings) for value in _values(say)):
            _blank(db, row["id"], say, strings)


def is_about(
    row: sqlite3.Row, person_id: int, telegram_id: int, strings: frozenset[str], *, waiting: bool = False
) -> bool:
    """Whether an inbox row tells of the person: their Telegram id stands in it, or (a result of work) their own id.

    Args:
        strings: what is theirs, see `strings_of`.
        waiting: ask it also of updates that wait.
    """
    payload = _parsed(row["payload"])
    values = set(_values(payload))
    if row["bot_id"] == 0:
        mine = isinstance(payload, dict) and payload.get("person_id") == person_id
        return mine or telegram_id in values or any(_tells(value, strings) for value in values)
    if not (row["handled"] or waiting):
        return False
    # what is not even JSON may hold anything
    return telegram_id in values or str(telegram_id) in row["payload"] + (row["error"] or "")


def _blank(db: sqlite3.Connection, message_id: int, say: object, strings: frozenset[str]) -> None:
    """A message to somebody else goes out without it; where it is the photo itself, there is nothing to send."""
    if not isinstance(say, dict) or _tells(say.get("photo"), strings):
        db.execute(SQL["drop_message"], {"id": message_id})
    else:
        without = {**say, "values": _without(say.get("values", {}), strings)}
        db.execute(SQL["blank_message"], {"id": message_id, "say": to_json(without)})


def _without(value: object, strings: frozenset[str]) -> object:
    """A JSON value in which these are nothing. (A line whose value is nothing is not shown.)"""
    if isinstance(value, dict):
        # a text with values of its own: its id is ours, and may be a word that somebody typed
        return {
            key: each
            if key == "text" and "values" in value
            else None
            if _tells(each, strings)
            else _without(each, strings)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_without(each, strings) for each in value if not _tells(each, strings)]
    return value


def _tells(value: object, strings: Collection[str]) -> bool:
    """Whether a value is one of these, or the beginning of one (with an ellipsis)."""
    if not isinstance(value, str):
        return False
    begun = value.rstrip("… .")
    return value in strings or (len(begun) >= SHORTENED and any(each.startswith(begun) for each in strings))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _values(value: object) -> Iterator[str | int | float]:
    """All that is no list and no object in a JSON value."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str | int | float):
            yield each
