"""Records to rows and back. Rows are read by column name, written by named parameter."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.models import (
    Cause,
    Depth,
    DepthLevel,
    Fault,
    Incident,
    IncidentEvent,
    IncidentState,
    Kind,
    Match,
    Passability,
    Place,
    PlaceSource,
    Report,
    Word,
)
from bot.domain.records import Draft, InboxRow, Person, Photo, PostedDigest, WorkRow
from storage.codec import (
    after_to_json,
    depth_from_json,
    depth_to_json,
    draft_to_json,
    from_us,
    from_us_or_none,
    to_json,
    to_us,
    to_us_or_none,
)

E = TypeVar("E", bound=StrEnum)
R = TypeVar("R")
Params = Mapping[str, object]
Row = sqlite3.Row | Mapping[str, Any]
"""What a record is made of."""


def records(found: sqlite3.Cursor, make: Callable[[Row], R]) -> list[R]:
    """All rows of a statement as records. For wide rows: sqlite3.Row finds a column by going through all of them."""
    names = [column[0] for column in found.description]
    return [make(dict(zip(names, row, strict=True))) for row in found]


def _or_none(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)


def _words(values: tuple[StrEnum, ...]) -> str:
    """Several values in one column, e.g. `rain tide`."""
    return " ".join(values)


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


def report_params(report: Report) -> Params:
    """Columns of `reports` but for `active`."""
    place, depth, match = report.place, report.depth, report.match
    return {
        "id": report.id,
        "number": report.number,
        "kind": report.kind,
        "person_id": report.person_id,
        "incident_id": report.incident_id,
        "lat": place.lat,
        "lon": place.lon,
        "accuracy_m": place.accuracy_m,
        "area_code": place.area_code,
        "name": place.name,
        "source": place.source,
        "approximate": place.approximate,
        "depth_level": None if depth is None else depth.level,
        "depth_cm": None if depth is None else depth.cm,
        "depth_measured": None if depth is None else depth.measured,
        "at": to_us(report.at),
        "seen_at": to_us(report.seen_at),
        "fault": report.fault,
        "cause": report.cause,
        "passability": report.passability,
        "note": report.note,
        "photos": report.photos,
        "passing": report.passing,
        "word": report.word,
        "word_at": to_us_or_none(report.word_at),
        "match_score": match.score,
        "match_distance_m": match.distance_m,
        "match_age_s": match.age_s,
        "match_others": match.others,
        "match_by": match.by,
        "unsure": report.unsure,
        "withdrawn": report.withdrawn,
    }


def report(row: Row) -> Report:
    """A row of `reports`."""
    level = row["depth_level"]
    return Report(
        id=row["id"],
        number=row["number"],
        kind=Kind(row["kind"]),
        person_id=row["person_id"],
        incident_id=row["incident_id"],
        place=Place(
            lat=row["lat"],
            lon=row["lon"],
            accuracy_m=row["accuracy_m"],
            area_code=row["area_code"],
            name=row["name"],
            source=PlaceSource(row["source"]),
            approximate=bool(row["approximate"]),
        ),
        depth=None if level is None else Depth(DepthLevel(level), row["depth_cm"], bool(row["depth_measured"])),
        at=from_us(row["at"]),
        seen_at=from_us(row["seen_at"]),
        fault=_or_none(Fault, row["fault"]),
        cause=_or_none(Cause, row["cause"]),
        passability=_or_none(Passability, row["passability"]),
        note=row["note"],
        photos=row["photos"],
        passing=bool(row["passing"]),
        word=Word(row["word"]),
        word_at=from_us_or_none(row["word_at"]),
        match=Match(
            score=row["match_score"],
            distance_m=row["match_distance_m"],
            age_s=row["match_age_s"],
            others=row["match_others"],
            by=row["match_by"],
        ),
        unsure=bool(row["unsure"]),
        withdrawn=bool(row["withdrawn"]),
    )


def photo_params(photo: Photo) -> Params:
    """Columns of `photos`."""
    return {
        "report_id": photo.report_id,
        "file_unique_id": photo.file_unique_id,
        "file_id": photo.file_id,
        "at": to_us(photo.at),
    }


def incident_params(incident: Incident) -> Params:
    """Columns of `incidents`."""
    return {
        "id": incident.id,
        "number": incident.number,
        "kind": incident.kind,
        "state": incident.state,
        "lat": incident.lat,
        "lon": incident.lon,
        "weight": incident.weight,
        "cell": incident.cell,
        "reporters": incident.reporters,
        "area_code": incident.area_code,
        "first_seen": to_us(incident.first_seen),
        "last_seen": to_us(incident.last_seen),
        "name": incident.name,
        "depth_first": depth_to_json(incident.depth_first),
        "depth_last": depth_to_json(incident.depth_last),
        "depth_max": depth_to_json(incident.depth_max),
        "depth_by": incident.depth_by,
        "lower_by": incident.lower_by,
        "causes": _words(incident.causes),
        "faults": _words(incident.faults),
        "passability": incident.passability,
        "photos": incident.photos,
        "approximate": incident.approximate,
        "unsure": incident.unsure,
        "asked_at": to_us_or_none(incident.asked_at),
        "asked": incident.asked,
        "ended_at": to_us_or_none(incident.ended_at),
        "merged_into": incident.merged_into,
    }


def incident(row: Row) -> Incident:
    """A row of `incidents`."""
    return Incident(
        id=row["id"],
        number=row["number"],
        kind=Kind(row["kind"]),
        state=IncidentState(row["state"]),
        lat=row["lat"],
        lon=row["lon"],
        weight=row["weight"],
        cell=row["cell"],
        reporters=row["reporters"],
        area_code=row["area_code"],
        first_seen=from_us(row["first_seen"]),
        last_seen=from_us(row["last_seen"]),
        name=row["name"],
        depth_first=depth_from_json(row["depth_first"]),
        depth_last=depth_from_json(row["depth_last"]),
        depth_max=depth_from_json(row["depth_max"]),
        depth_by=row["depth_by"],
        lower_by=row["lower_by"],
        causes=tuple(map(Cause, row["causes"].split())),
        faults=tuple(map(Fault, row["faults"].split())),
        passability=_or_none(Passability, row["passability"]),
        photos=row["photos"],
        approximate=bool(row["approximate"]),
        unsure=bool(row["unsure"]),
        asked_at=from_us_or_none(row["asked_at"]),
        asked=row["asked"],
        ended_at=from_us_or_none(row["ended_at"]),
        merged_into=row["merged_into"],
    )


def event_params(event: IncidentEvent) -> Params:
    """Columns of `incident_events`."""
    return {
        "incident_id": event.incident_id,
        "what": event.what,
        "who": event.who,
        "at": to_us(event.at),
        "why": to_json(event.why),
        "after": after_to_json(event.after),
    }


def digest_params(digest: PostedDigest) -> Params:
    """Columns of `digests`."""
    return {
        "channel_id": digest.channel_id,
        "scheduled_at": to_us(digest.scheduled_at),
        "window_from": to_us(digest.window_from),
        "window_to": to_us(digest.window_to),
        "parts": digest.parts,
        "late": digest.late,
    }


def digest(row: Row) -> PostedDigest:
    """A row of `digests`."""
    return PostedDigest(
        scheduled_at=from_us(row["scheduled_at"]),
        channel_id=row["channel_id"],
        window_from=from_us(row["window_from"]),
        window_to=from_us(row["window_to"]),
        parts=row["parts"],
        late=bool(row["late"]),
    )


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
