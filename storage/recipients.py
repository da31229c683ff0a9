"""Who can be written to: people and chats, whether they are reachable, and where a chat went."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from bot.domain.records import Person
from storage import rows
from storage.codec import to_json
from storage.queries import SQL


def put_people(db: sqlite3.Connection, people: Sequence[Person]) -> None:
    """Write people; nothing stays queued for those who cannot be reached any more."""
    if not people:
        return
    db.executemany(SQL["put_person"], map(rows.person_params, people))
    known = {
        row["person_id"]: row
        for row in db.execute(SQL["recipients_of"], {"keys": to_json([person.id for person in people])})
    }
    for person in people:
        row = known.get(person.id)
        if row is None:
            db.execute(SQL["add_person_recipient"], {"person_id": person.id, "reachable": person.reachable})
        elif bool(row["reachable"]) is not person.reachable:
            set_reachable(db, row["id"], person.reachable)


def set_reachable(db: sqlite3.Connection, recipient_id: int, reachable: bool) -> None:
    """A recipient can be written to from now on, or not: then what is queued is dropped."""
    db.execute(SQL["set_reachable"], {"recipient_id": recipient_id, "reachable": reachable})
    if reachable:
        # nothing is due before the next look; that look finds what is
        remake_lanes(db, [recipient_id], 0)
    else:
        drop_queued(db, db.execute(SQL["queued_messages"], {"recipient_id": recipient_id}).fetchall(), 0)
        db.execute(SQL["drop_lanes"], {"recipient_id": recipient_id})


def set_chat_reachable(db: sqlite3.Connection, chat_id: int, reachable: bool) -> None:
    """The same for a group or channel."""
    set_reachable(db, _chat(db, chat_id)["id"], reachable)


def reachable_chat(db: sqlite3.Connection, chat_id: int) -> int:
    """The id of the recipient that a chat is; it can be written to from now on."""
    row = _chat(db, chat_id)
    if not row["reachable"]:
        set_reachable(db, row["id"], True)
    recipient_id: int = row["id"]
    return recipient_id


def _chat(db: sqlite3.Connection, chat_id: int) -> sqlite3.Row:
    """The recipient that a chat is, wherever it moved to; made if there is none."""
    keys = {"chat_id": where_chat_is(db, chat_id)}
    row: sqlite3.Row | None = db.execute(SQL["recipient_of_chat"], keys).fetchone()
    if row is None:
        db.execute(SQL["add_chat_recipient"], keys)
        row = db.execute(SQL["recipient_of_chat"], keys).fetchone()
    return row


def where_chat_is(db: sqlite3.Connection, chat_id: int) -> int:
    """The chat's id now."""
    row = db.execute(SQL["where_chat_went"], {"chat_id": chat_id}).fetchone()
    return chat_id if row is None else int(row["new_id"])


def move_chat(db: sqlite3.Connection, old_id: int, new_id: int) -> None:
    """A group is a supergroup now: what is queued and what will be asked for under the old id goes to the new one."""
    if old_id == new_id:
        return
    keys = {"old_id": old_id, "new_id": new_id}
    for name in ("forget_move", "shorten_moves", "add_move", "move_digests", "move_updates", "move_links"):
        db.execute(SQL[name], keys)
    old = db.execute(SQL["recipient_of_chat"], {"chat_id": old_id}).fetchone()
    if old is None:
        return
    new = db.execute(SQL["recipient_of_chat"], {"chat_id": new_id}).fetchone()
    db.execute(SQL["forget_message_ids"], {"recipient_id": old["id"]})
    if new is None:
        db.execute(SQL["move_recipient"], {"recipient_id": old["id"], "new_id": new_id})
        return
    db.execute(SQL["move_messages"], {"from_id": old["id"], "to_id": new["id"]})
    db.execute(SQL["pause"], {"recipient_id": new["id"], "until": old["paused_until"]})
    for name in ("drop_messages", "drop_lanes", "drop_recipient"):
        db.execute(SQL[name], {"recipient_id": old["id"]})
    remake_lanes(db, [new["id"]], 0)


def drop_queued(db: sqlite3.Connection, messages: Iterable[sqlite3.Row], now_us: int) -> None:
    """Queued messages will not be sent; a slot that was sent before stays as it was sent."""
    for row in messages:
        if row["sent_rev"]:
            db.execute(SQL["leave_slot"], {"id": row["id"], "now": now_us})
        else:
            db.execute(SQL["drop_message"], {"id": row["id"]})


def remake_lanes(db: sqlite3.Connection, recipient_ids: Iterable[int], now_us: int) -> None:
    """Say anew when to look at these recipients."""
    keys = [{"recipient_id": recipient_id, "now": now_us} for recipient_id in recipient_ids]
    db.executemany(SQL["drop_lanes"], keys)
    db.executemany(SQL["make_lanes"], keys)
