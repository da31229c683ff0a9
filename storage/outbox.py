"""The outbox: what is wanted, what is being sent, and what became of it.

Messages for one recipient at one priority form a lane. A claim takes from each lane its first message that is due, most
urgent lanes first, and never a second one for a chat that has one under way. A pause is the recipient's, not the
message's: so nothing overtakes a message that waits, and what is asked for during the pause waits too.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.errors import BrokenConstraint
from bot.domain.outgoing import Claimed, Dead, Moved, Outcome, Outgoing, Postponed, Priority, Sent
from storage.codec import from_us_or_none, say_from_json, say_to_json, to_json, to_us, to_us_or_none
from storage.errors import UNREADABLE
from storage.queries import SQL, UNREACHABLE
from storage.recipients import (
    drop_queued,
    move_chat,
    reachable_chat,
    remake_lanes,
    set_reachable,
)

log = logging.getLogger(__name__)

EXPIRE_AT_ONCE = 500
"""Messages dropped in one exchange because their time is over: so many that it is not felt."""


def enqueue(db: sqlite3.Connection, messages: Sequence[Outgoing]) -> None:
    """Put messages in, in the order of asking."""
    if not messages:
        return
    if any((message.person_id is None) == (message.chat_id is None) for message in messages):
        raise BrokenConstraint("a message must be for a person or for a chat")
    last: int = db.execute(SQL["counters"]).fetchone()["message_id"]
    chats: dict[int, int] = {}
    for chat_id in {message.chat_id for message in messages if message.chat_id is not None}:
        # it asked us, or the settings name it: worth another try, should it have refused us before
        chats[chat_id] = reachable_chat(db, chat_id)
    params: list[dict[str, object]] = []
    partings: list[dict[str, object]] = []
    for message in messages:
        last += 1
        row: dict[str, object] = {
            "id": last,
            "recipient_id": None if message.chat_id is None else chats[message.chat_id],
            "person_id": message.person_id,
            "topic_id": message.topic_id,
            "priority": int(message.priority),
            "slot": message.slot,
            "say": say_to_json(message.say),
            "due_at": to_us(message.due_at),
            "expires_at": to_us_or_none(message.expires_at),
            "anew": message.anew,
            "once": message.once,
            "cause": message.cause,
        }
        params.append(row)
        if message.anew and message.parting is not None:
            last += 1
            partings.append({**row, "id": last, "parting": say_to_json(message.parting)})
    db.executemany(SQL["add_parting"], partings)  # while the rows still know the messages that are left behind
    db.executemany(SQL["add_message"], params)
    db.executemany(SQL["look_at"], _looks(params))
    db.execute(SQL["put_message_counter"], {"message_id": last})


def _looks(params: Iterable[Mapping[str, object]]) -> Iterable[Mapping[str, object]]:
    """Of the messages of a lane the one that is due first: that is when to look at it."""
    first: dict[tuple[object, ...], Mapping[str, object]] = {}
    for row in params:
        lane = (row["recipient_id"], row["person_id"], row["priority"])
        known = first.get(lane)
        if known is None or row["due_at"] < known["due_at"]:  # type: ignore[operator]
            first[lane] = row
    return first.values()


def exchange(
    db: sqlite3.Connection, outcomes: Sequence[Outcome], now_us: int, limit: int, busy: frozenset[int]
) -> list[Claimed]:
    """Record what became of claimed messages and claim due ones."""
    # nothing else that became of messages is about the chats of those that were sent: one is under way at a time
    touched = _record_sent(db, [outcome for outcome in outcomes if isinstance(outcome, Sent)], now_us)
    for outcome in outcomes:
        if not isinstance(outcome, Sent) and (recipient := _record(db, outcome, now_us)) is not None:
            touched.add(recipient)
    expired = db.execute(SQL["expired_messages"], {"now": now_us, "limit": EXPIRE_AT_ONCE}).fetchall()
    drop_queued(db, expired, now_us)
    remake_lanes(db, touched | {row["recipient_id"] for row in expired}, now_us)
    return _claim(db, now_us, limit, busy) if limit > 0 else []


def _record_sent(db: sqlite3.Connection, sent: Sequence[Sent], now_us: int) -> set[int]:
    """Write all that went out, in a few statements; ids of the recipients whose lanes it changes."""
    by_id = {outcome.id: outcome for outcome in reversed(sent)}  # what is told twice counts the first time
    touched: set[int] = set()
    gone: list[dict[str, object]] = []
    kept: list[dict[str, object]] = []
    for row in db.execute(SQL["claimed_among"], {"keys": to_json(list(by_id))}) if by_id else ():
        number = row["id"]
        touched.add(row["recipient_id"])
        if row["slot"] is None:
            gone.append({"id": number})
        else:
            outcome = by_id[number]
            kept.append({"id": number, "rev": outcome.rev, "message_id": outcome.message_id, "now": now_us})
    db.executemany(SQL["drop_message"], gone)
    db.executemany(SQL["sent_slot"], kept)
    return touched


def _record(db: sqlite3.Connection, outcome: Postponed | Dead | Moved, now_us: int) -> int | None:
    """Write what else became of one; the id of the recipient whose lanes it changes. One dropped meanwhile has none."""
    row = db.execute(SQL["claimed_message"], {"id": outcome.id}).fetchone()
    if row is None:
        if isinstance(outcome, Moved):
            move_chat(db, outcome.old_chat_id, outcome.new_chat_id)
        return None
    recipient_id: int = row["recipient_id"]
    match outcome:
        case Postponed(id=number, at=at, why=why, anew=anew, counted=counted):
            db.execute(SQL["queue_again"], {"id": number, "why": why, "anew": anew, "counted": counted})
            db.execute(SQL["pause"], {"recipient_id": recipient_id, "until": to_us(at)})
        case Dead(id=number, why=why, unreachable=unreachable):
            db.execute(SQL["die"], {"id": number, "why": UNREACHABLE + why if unreachable else why, "now": now_us})
            if unreachable:
                set_reachable(db, recipient_id, False)
        case Moved(id=number, old_chat_id=old_id, new_chat_id=new_id):
            db.execute(SQL["queue_again"], {"id": number, "why": "the chat moved", "anew": True, "counted": False})
            move_chat(db, old_id, new_id)
            return recipient_id
    return recipient_id


def _claim(db: sqlite3.Connection, now_us: int, limit: int, busy: frozenset[int]) -> list[Claimed]:
    taken = set(busy) | {row["chat_id"] for row in db.execute(SQL["claimed_messages"])}
    claimed: list[Claimed] = []
    stale: list[int] = []
    for priority in Priority:
        for lane in db.execute(SQL["lanes_to_look_at"], {"priority": int(priority), "now": now_us}):
            if lane["chat_id"] in taken:
                continue
            keys = {"recipient_id": lane["recipient_id"], "priority": int(priority), "now": now_us}
            # the lane stays: it is skipped while its chat has something under way, and made anew by the outcome
            message = _claim_first(db, lane, keys)
            if message is None:
                stale.append(lane["recipient_id"])
                continue
            taken.add(lane["chat_id"])
            claimed.append(message)
            if len(claimed) == limit:
                break
        if len(claimed) == limit:
            break
    remake_lanes(db, stale, now_us)
    return claimed


def _claim_first(db: sqlite3.Connection, lane: sqlite3.Row, keys: Mapping[str, int]) -> Claimed | None:
    """The first message due in a lane. One that cannot be read any more dies: the others are not to wait for it."""
    while (row := db.execute(SQL["claim_first_in_lane"], keys).fetchone()) is not None:
        try:
            return _claimed(row, lane)
        except UNREADABLE as error:  # not told in full: what people wrote may stand in it
            log.error("outbox row %d cannot be read (%s) and is given up", row["id"], type(error).__name__)
            db.execute(SQL["die"], {"id": row["id"], "why": "cannot be read", "now": keys["now"]})
    return None


def _claimed(row: sqlite3.Row, lane: sqlite3.Row) -> Claimed:
    chat_id: int = lane["chat_id"]
    return Claimed(
        id=row["id"],
        rev=row["wanted_rev"],
        chat_id=chat_id,
        # a positive chat id is a person's, also where it was given as a chat's
        private=lane["person_id"] is not None or chat_id > 0,
        topic_id=row["topic_id"],
        message_id=row["message_id"],
        say=say_from_json(row["say"]),
        language=lane["language"],
        priority=Priority(row["priority"]),
        attempts=row["attempts"],
        slot=row["slot"],
        expires_at=from_us_or_none(row["expires_at"]),
        cause=row["cause"],
        heard_at=from_us_or_none(row["heard_at"]),
    )


def release(db: sqlite3.Connection) -> None:
    """What a process that is gone was sending or doing is due again."""
    recipients = {row["recipient_id"] for row in db.execute(SQL["release_messages"]).fetchall()}
    remake_lanes(db, recipients, 0)
    db.execute(SQL["release_work"])


def next_due(db: sqlite3.Connection, now_us: int) -> int | None:
    """When something becomes due after now; what is due already waits for its chat, not for the time."""
    looks = [
        db.execute(SQL["next_look"], {"priority": int(priority), "now": now_us}).fetchone()["look_at"]
        for priority in Priority
    ]
    return min((look for look in looks if look is not None), default=None)
