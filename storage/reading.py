"""What statistics and exports read, beside the writer. What digests are made of is read in digests.py."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from bot.domain.models import Incident, Report
from bot.domain.records import Tally
from bot.domain.staff import Audit, PhotoHash, UnitLink
from storage import case_rows, rows, staff_rows
from storage.codec import after_from_json, to_json, to_us
from storage.queries import SQL


def incidents_as_of(db: sqlite3.Connection, at: datetime, ended_after: datetime, area_code: str = "") -> list[Incident]:
    """Incidents as they were at `at`: first seen by then, and open then or ended after `ended_after`.

    Of areas whose codes begin with area_code, as the code was then.
    """
    keys = {"at": to_us(at), "ended_after": to_us(ended_after), "area_code": area_code}
    found = rows.records(db.execute(SQL["incidents_as_of"], keys), _as_it_was)
    return [
        incident
        for incident in found
        if incident.state.is_open or (incident.ended_at is not None and incident.ended_at > ended_after)
    ]


def _as_it_was(row: rows.Row) -> Incident:
    now = case_rows.incident(row)
    return now if row["after"] is None else after_from_json(row["after"], now)


def tally(db: sqlite3.Connection, since: datetime, until: datetime, area_code: str = "") -> Tally:
    """Counts of since < t <= until, of areas whose codes begin with area_code.

    Reports that were not withdrawn, of both kinds; `opened`, `receded` and `handled` are puddles, `drains` are
    incidents of kind saluran first seen in the window; merged and cancelled incidents do not count.
    """
    keys = {"since": to_us(since), "until": to_us(until), "area_code": area_code}
    counts: dict[str, int] = {}
    for name in ("tally_reports", "tally_opened", "tally_ended", "tally_renewed"):
        counts.update(dict(db.execute(SQL[name], keys).fetchone()))
    return Tally(**counts)


def reports_page(
    db: sqlite3.Connection, after: tuple[int, int], until: datetime, area_code: str, limit: int
) -> list[tuple[Report, str]]:
    """The next reports after (at in µs, id), up to `until`, oldest first, with their incident's number."""
    keys = {"at": after[0], "id": after[1], "until": to_us(until), "area_code": area_code, "limit": limit}
    return rows.records(
        db.execute(SQL["reports_page"], keys), lambda row: (case_rows.report(row), row["incident_number"])
    )


def count_reports(db: sqlite3.Connection, since: datetime, until: datetime, area_code: str) -> int:
    """How many reports were made in since < t <= until."""
    keys = {"since": to_us(since), "until": to_us(until), "area_code": area_code}
    count: int = db.execute(SQL["count_reports"], keys).fetchone()["reports"]
    return count


def incidents_page(
    db: sqlite3.Connection, after: tuple[int, int], until: datetime, area_code: str, limit: int
) -> list[Incident]:
    """The next incidents after (first_seen in µs, id), up to `until`, oldest first, as they are now."""
    keys = {"at": after[0], "id": after[1], "until": to_us(until), "area_code": area_code, "limit": limit}
    return rows.records(db.execute(SQL["incidents_page"], keys), case_rows.incident)


def ratings(db: sqlite3.Connection, since: datetime, until: datetime, area_code: str) -> dict[str, int]:
    """How many reporters of puddles ended in since < t <= until found them handled "good" and "bad"."""
    keys = {"since": to_us(since), "until": to_us(until), "area_code": area_code}
    return {"good": 0, "bad": 0} | {row["rating"]: row["n"] for row in db.execute(SQL["ratings"], keys)}


def first_seen_between(db: sqlite3.Connection, since: datetime, until: datetime) -> list[Incident]:
    """The incidents first seen in since < t <= until, as they are now."""
    window = {"since": to_us(since), "until": to_us(until)}
    return rows.records(db.execute(SQL["first_seen_between"], window), case_rows.incident)


def unit_links(db: sqlite3.Connection) -> list[UnitLink]:
    """The chats of units, also of those that are not connected any more."""
    return rows.records(db.execute(SQL["all_links"]), staff_rows.link)


def photo_like(db: sqlite3.Connection, file_unique_id: str, like: Callable[[int], bool]) -> PhotoHash | None:
    """The oldest photo of that name, or with a hash (signed, 64 bits) that is `like` it.

    After years there are some hundred thousand: all are looked at, none but the one found is kept.
    """
    cursor = db.cursor()
    cursor.row_factory = None
    found = [key for key, name, made in cursor.execute(SQL["all_hashes"]) if name == file_unique_id or like(made)]
    row = db.execute(SQL["oldest_hash"], {"keys": to_json(found)}).fetchone() if found else None
    return None if row is None else staff_rows.photo_hash(row)


def audit(db: sqlite3.Connection, since: datetime, limit: int) -> list[Audit]:
    """What officers and admins did after `since`, newest first."""
    return rows.records(db.execute(SQL["audit"], {"since": to_us(since), "limit": limit}), staff_rows.audit)


def people_to_tell(db: sqlite3.Connection, area_code: str | None, limit: int, after: int) -> list[int]:
    """Person ids, in order after `after`, of people who can be reached and are not blocked (in an area)."""
    name = "people_to_tell" if area_code is None else "people_to_tell_in"
    found = db.execute(SQL[name], {"area_code": area_code, "after": after, "limit": limit})
    return [row["id"] for row in found]


def deliveries(db: sqlite3.Connection, slot: str) -> dict[str, int]:
    """State -> how many messages of a slot are in it, over all recipients."""
    return {row["state"]: row["n"] for row in db.execute(SQL["deliveries"], {"slot": slot})}


def queues(db: sqlite3.Connection, now: datetime) -> dict[str, int]:
    """Sizes and ages (in seconds) of all that waits."""
    now_us = to_us(now)
    sizes = dict(db.execute(SQL["queue_sizes"], {"now": now_us}).fetchone())
    for name in ("inbox", "outbox"):
        since = sizes.pop(f"{name}_since")
        sizes[f"{name}_age_s"] = 0 if since is None else max(0, (now_us - since) // 1_000_000)
    return sizes
