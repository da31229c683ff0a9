"""Reports are parted from the people who made them: each is of nobody afterwards, and stays what it counts for.

Of the reports of one person to one case nobody is the same nobody, so that its reporters are counted right; of those to
different cases another one each, so that they do not tell of each other.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Mapping

from bot.domain.geometry import cells_near
from storage import case_rows
from storage.codec import to_json
from storage.queries import SQL

NAME_RING = 3
"""An incident that was named by a report, and left by it since, lies within so many rings of H3 cells."""


def nobody(db: sqlite3.Connection) -> int:
    """A new person who is nobody. Their number is drawn by lot: those that follow each other would tell."""
    keys = {"nobody": -1 - secrets.randbits(62)}
    db.execute(SQL["add_nobody"], keys)
    db.execute(SQL["add_nobodys_recipient"], keys)
    return keys["nobody"]


def part_reports(db: sqlite3.Connection, person_id: int) -> int:
    """Part all reports of a person from them. Returns how many there were."""
    return part(db, db.execute(SQL["reports_ever_of"], {"person_id": person_id}).fetchall())


def part(db: sqlite3.Connection, reports: Iterable[sqlite3.Row]) -> int:
    """Part these reports (rows with `incident_lat`, `incident_lon`) from the people who made them."""
    instead: dict[tuple[int, int], int] = {}
    parted = 0
    for report in reports:
        whose = report["person_id"], report["incident_id"]
        if whose not in instead:
            instead[whose] = nobody(db)
        _part_one(db, report, instead[whose])
        parted += 1
    case_rows.forget()
    return parted


def _part_one(db: sqlite3.Connection, report: sqlite3.Row, instead: int) -> None:
    keys = {"id": report["id"]}
    for photo in db.execute(SQL["photos_ever_of"], {"keys": to_json([report["id"]])}).fetchall():
        db.execute(SQL["drop_hash"], {"file_unique_id": photo["file_unique_id"]})
    db.execute(SQL["drop_photos_of_report"], keys)
    db.execute(SQL["drop_said_of_report"], keys)
    place = {"lat": report["incident_lat"], "lon": report["incident_lon"]}
    db.execute(SQL["part_report"], {**keys, **place, "nobody": instead})
    first, behind = f"before_after:{report['incident_id']}:", f"before_after:{report['incident_id']};"
    db.execute(SQL["drop_files_of"], {"first": first, "behind": behind})
    if report["name"] is not None:
        _unname(db, report)


def _unname(db: sqlite3.Connection, report: sqlite3.Row) -> None:
    """Cases that have their name of this report alone have none any more."""
    name: Mapping[str, object] = {"name": report["name"]}
    cells = cells_near(report["lat"], report["lon"], NAME_RING) | cells_near(
        report["incident_lat"], report["incident_lon"], NAME_RING
    )
    near = db.execute(SQL["named_near"], {**name, "keys": to_json(sorted(cells)), "kind": report["kind"]})
    for incident in {row["id"] for row in near} | {report["incident_id"]}:
        keys = {**name, "id": incident}
        if not db.execute(SQL["same_name"], keys).fetchone()["given"]:
            db.execute(SQL["unname_series"], keys)
            db.execute(SQL["unname_incident"], keys)
