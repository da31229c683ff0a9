"""Everything that is kept on a person, table by table, as rows of plain values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from storage.codec import from_us, to_json
from storage.erasing import FILES, fingerprint
from storage.queries import SQL
from storage.traces import is_about, strings_of

Rows = Sequence[Mapping[str, object]]

SHOWN = frozenset(
    {
        *("attachments", "audit", "different", "drafts", "erasures", "errands", "floods", "inbox", "incidents"),
        *("invites", "notes", "officers", "outbox", "people", "photo_hashes", "photos", "recipients", "reports"),
        *("said", "site_visits", "site_words", "unit_links", "work"),
    }
)
"""Tables that hold something of a person, all of which is told."""

LEFT_OUT: Mapping[str, str] = {
    "alarms": "about the bot",
    "channel_updates": "about the channel",
    "counters": "numbers of the database",
    "digests": "about the channel",
    "feed_states": "public feeds",
    "flood_lists": "about kelurahan",
    "geocoded": "public places; who asked is not kept",
    "incident_events": "what happened to a case, without persons",
    "lanes": "when to look at the messages that are told",
    "moved_chats": "groups",
    "series": "about spots",
    "sites": "listed places",
    "subscriptions": "about units",
    "unit_digests": "about units",
    "weather_days": "weather",
}
"""Tables of which nothing is told, and why."""

_INTERNAL = frozenset(
    {"person_id", "recipient_id", "incident_id", "incident_lat", "incident_lon", "report_id", "site_id", "active"}
)
"""Columns that only say which rows belong together."""

_JSON = frozenset({"draft", "args", "asked", "say", "details", "payload", "barred"})


def read_dossier(db: sqlite3.Connection, person_id: int) -> Mapping[str, Rows]:
    """Section -> rows; sections without any are left out. Moments are aware datetimes, JSON is its values."""
    person = db.execute(SQL["erased_person"], {"person_id": person_id}).fetchone()
    if person is None:
        return {}
    keys = {"person_id": person_id}

    def all_of(name: str, **more: object) -> list[sqlite3.Row]:
        return db.execute(SQL[name], {**keys, **more}).fetchall()

    reports, notes, visits = all_of("reports_ever_of"), all_of("notes_by"), all_of("visits_by")
    photos = all_of("photos_ever_of", keys=to_json([report["id"] for report in reports]))
    numbers = {report["id"]: report["number"] for report in reports}
    uniques = [row["photo_unique"] for row in (*notes, *visits) if row["photo_unique"] is not None]
    mark = fingerprint(person["telegram_id"], db.execute(SQL["counters"]).fetchone()["number_key"])
    found: Mapping[str, Sequence[Mapping[str, object] | sqlite3.Row]] = {
        "person": [person],
        "draft": all_of("draft_of"),
        "reports": reports,
        "photos": [{"report": numbers[photo["report_id"]], **dict(photo)} for photo in photos],
        "photo_hashes": all_of("hashes_of", keys=to_json([*(photo["file_unique_id"] for photo in photos), *uniques])),
        "said": all_of("said_by"),
        "different": all_of("different_by"),
        "site_words": all_of("site_words_by"),
        "messages": all_of("messages_of", recipient_id=person["recipient_id"]),
        "waiting": _inbox(db, person),
        "work": all_of("work_of"),
        "files": all_of("files_of", first=f"{FILES}:{person_id}:", behind=f"{FILES}:{person_id};"),
        "roles": all_of("officer_rows_of"),
        "unit_chats": all_of("links_to"),
        "errand": all_of("errand_of"),
        "cases": all_of("taken_by"),
        "notes": notes,
        "visits": visits,
        "invitations": all_of("invites_by"),
        "floods": all_of("floods_by"),
        "log": all_of("audit_of"),
        "erased_before": all_of("erasures_of", keys=to_json([mark])),
    }
    return {section: [_plain(row) for row in rows] for section, rows in found.items() if rows}


def _inbox(db: sqlite3.Connection, person: sqlite3.Row) -> list[Mapping[str, object]]:
    """Updates of theirs that wait, or failed and are kept for a while."""
    strings = strings_of(db, person["id"])
    rows = db.execute(SQL["inbox_kept"]).fetchall()
    return [
        {"payload": row["payload"], "error": row["error"]}
        for row in rows
        if is_about(row, person["id"], person["telegram_id"], strings, waiting=True)
    ]


def _plain(row: Mapping[str, object] | sqlite3.Row) -> Mapping[str, object]:
    return {key: _value(key, value) for key, value in dict(row).items() if key not in _INTERNAL}


def _value(key: str, value: object) -> object:
    if isinstance(value, int) and (key == "at" or key.endswith("_at")):
        return from_us(value)
    if isinstance(value, str) and key in _JSON:
        try:
            return json.loads(value)
        except ValueError:  # say the content of a message that was sent, which is empty
            return value
    return value
