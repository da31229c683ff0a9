"""A person is forgotten: what they reported and did stays, of nobody; all that is of them, or leads to them, goes.

`erase` is for one transaction; whoever calls it empties the write-ahead log afterwards and has the file written anew
now and then (storage/sweeping.py): SQLite overwrites what it deletes, but may leave copies of rows that it once moved.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.records import Barred
from storage.codec import from_us, from_us_or_none, to_json, to_us
from storage.parting import nobody, part_reports
from storage.queries import SQL
from storage.traces import forget_in_queues, strings_of

FILES = "data"
"""What keys of files about a person begin with, before their id."""

UNTOUCHED: Mapping[str, str] = {
    "alarms": "about the bot",
    "audit": "person_id is a number without a person by then; what was done stays",
    "channel_updates": "about the channel",
    "counters": "numbers of the database",
    "different": "about reports",
    "digests": "about the channel",
    "erasures": "fingerprints with a key: of those forgotten",
    "feed_states": "public feeds",
    "flood_lists": "about kelurahan",
    "geocoded": "public places, by fingerprints of what was asked",
    "incident_events": "what happened to a case, without persons",
    "lanes": "derived from recipients",
    "moved_chats": "groups",
    "sites": "listed places",
    "subscriptions": "about units",
    "unit_digests": "about units",
    "weather_days": "weather",
}
"""Tables that an erasure leaves as they are, and why."""

TOUCHED = frozenset(
    {
        *("attachments", "drafts", "errands", "floods", "inbox", "incidents", "invites", "notes", "officers", "outbox"),
        *("people", "photo_hashes", "photos", "recipients", "reports", "said", "series", "site_visits", "site_words"),
        *("unit_links", "work"),
    }
)
"""Tables of which something goes, or is of nobody afterwards."""


def fingerprint(telegram_id: int, key: bytes) -> str:
    """What is kept of a Telegram id that was forgotten: without the key of this database it tells nothing."""
    return hmac.new(key, b"erased %d" % telegram_id, hashlib.sha256).hexdigest()


def erase(db: sqlite3.Connection, person_id: int, at_us: int, *, keep_fingerprint: bool = True) -> bool:
    """Forget a person. Whatever the rules want done before (a unit whose chat they are) was done.

    Args:
        at_us: when they asked for it.
        keep_fingerprint: also of somebody who is barred from nothing, so that no backup brings them back.

    Returns:
        Whether there was such a person.
    """
    person = db.execute(SQL["erased_person"], {"person_id": person_id}).fetchone()
    if person is None or person_id < 0:
        return False
    barred = _barred(db, person, at_us)
    keys = {"person_id": person_id}
    strings = strings_of(db, person_id)
    part_reports(db, person_id)
    _office(db, person_id)
    for name in ("drop_draft", "drop_errand", "drop_work_of", "drop_site_words_of", "drop_officer_rows_of"):
        db.execute(SQL[name], keys)
    db.execute(SQL["drop_files_of"], {"first": f"{FILES}:{person_id}:", "behind": f"{FILES}:{person_id};"})
    recipient = {"recipient_id": person["recipient_id"]}
    for name in ("drop_messages", "drop_lanes", "drop_recipient"):
        db.execute(SQL[name], recipient)
    forget_in_queues(db, person_id, person["telegram_id"], strings)
    db.execute(SQL["drop_person"], keys)
    if keep_fingerprint or barred != Barred():
        mark = fingerprint(person["telegram_id"], _key(db))
        db.execute(SQL["add_erasure"], {"fingerprint": mark, "at": at_us, "barred": _to_json(barred)})
    return True


def _barred(db: sqlite3.Connection, person: sqlite3.Row, at_us: int) -> Barred:
    """What they are kept out of. Who leaves a unit by asking to be forgotten is not kept out of it."""
    rows = db.execute(SQL["officer_rows_of"], {"person_id": person["id"]})
    removed = [(row["unit"], row["removed_at"]) for row in rows if row["removed_at"] is not None]
    out_of = tuple((unit, from_us(removed_us)) for unit, removed_us in removed if removed_us < at_us)
    return Barred(from_us_or_none(person["blocked_at"]), out_of)


def _to_json(barred: Barred) -> str:
    """As it is stored; `{}`: kept out of nothing."""
    kept: dict[str, object] = {}
    if barred.blocked_at is not None:
        kept["blocked"] = to_us(barred.blocked_at)
    if barred.removed:
        kept["removed"] = [[unit, to_us(at)] for unit, at in barred.removed]
    return to_json(kept)


def _from_json(text: str) -> Barred:
    kept = json.loads(text)
    removed = tuple((str(unit), from_us(int(at_us))) for unit, at_us in kept.get("removed", ()))
    return Barred(from_us_or_none(kept.get("blocked")), removed)


def _office(db: sqlite3.Connection, person_id: int) -> None:
    """What they did for an office is the office's: all of it of one nobody, who is not the one of any report."""
    keys = {"person_id": person_id}
    db.execute(SQL["unlink_person"], keys)
    db.execute(SQL["part_taken"], keys)
    if db.execute(SQL["office_acts_of"], keys).fetchone()["any"]:
        somebody_else = {**keys, "nobody": nobody(db)}
        for name in ("part_notes", "part_visits", "part_invites_made", "part_invites_used", "part_floods"):
            db.execute(SQL[name], somebody_else)


def _key(db: sqlite3.Connection) -> bytes:
    key: bytes = db.execute(SQL["counters"]).fetchone()["number_key"]
    return key


# -- those who come back -----------------------------------------------------------------------------------------------


def barred_of(db: sqlite3.Connection, telegram_ids: Iterable[int]) -> Mapping[int, Barred]:
    """What people who are not known (any more) are kept out of, those who are kept out of something."""
    key = _key(db)
    marks = {fingerprint(telegram_id, key): telegram_id for telegram_id in telegram_ids}
    rows = db.execute(SQL["erasures_of"], {"keys": to_json(list(marks))})
    found = {marks[row["fingerprint"]]: _from_json(row["barred"]) for row in rows}
    return {telegram_id: barred for telegram_id, barred in found.items() if barred != Barred()}


def unbar(db: sqlite3.Connection, telegram_id: int) -> None:
    """They wrote again: their own record says it from now on."""
    db.execute(SQL["unbar"], {"fingerprint": fingerprint(telegram_id, _key(db))})


# -- a backup that is put back -----------------------------------------------------------------------------------------


def fingerprints(db: sqlite3.Connection) -> Sequence[tuple[str, int, str]]:
    """(fingerprint, at in µs, what they are barred from as JSON) of everybody who was forgotten and is remembered so.

    On any connection, with or without a row factory.
    """
    return [(str(row[0]), int(row[1]), str(row[2])) for row in db.execute(SQL["all_erasures"])]


def erase_again(db: sqlite3.Connection, known: Sequence[tuple[str, int, str]]) -> int:
    """Forget whoever was forgotten since a backup was made, and remember it, in the caller's transaction.

    Who wrote again after they were forgotten is another person, who stays.

    Args:
        db: the backup's copy, opened to be written, with foreign keys on.
        known: what `fingerprints` says of newer databases of the same key.

    Returns:
        How many people were forgotten.
    """
    before, db.row_factory = db.row_factory, sqlite3.Row
    try:
        return _erase_again(db, known)
    finally:
        db.row_factory = before


def _erase_again(db: sqlite3.Connection, known: Sequence[tuple[str, int, str]]) -> int:
    since = {mark: at_us for mark, at_us, _ in known}
    key = _key(db)
    gone = 0
    for person in db.execute(SQL["all_people"]).fetchall():
        at_us = since.get(fingerprint(person["telegram_id"], key))
        if at_us is not None and person["created_at"] <= at_us:
            gone += erase(db, person["id"], at_us)
    for mark, at_us, barred in known:
        db.execute(SQL["add_erasure"], {"fingerprint": mark, "at": at_us, "barred": barred})
    return gone
