"""Records to rows and back: reports, photos, incidents and what happened to them."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

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
from bot.domain.ownership import next_at
from bot.domain.records import Photo
from storage.codec import (
    after_from_json,
    after_to_json,
    depth_from_json,
    depth_to_json,
    from_us,
    from_us_or_none,
    handling_from_json,
    handling_to_json,
    to_json,
    to_us,
    to_us_or_none,
)
from storage.rows import Params, Remembered, Row

E = TypeVar("E", bound=StrEnum)


def _or_none(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)


def _words(values: tuple[StrEnum, ...]) -> str:
    """Several values in one column, e.g. `rain tide`."""
    return " ".join(values)


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
        "muted": report.muted,
        "far": report.far,
        "heard_at": to_us_or_none(report.heard_at),
        "heard": report.heard,
        "rating": report.rating,
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
        muted=bool(row["muted"]),
        far=bool(row["far"]),
        heard_at=from_us_or_none(row["heard_at"]),
        heard=row["heard"],
        rating=row["rating"],
    )


REPORTS = Remembered(report, 4096)
"""Reports of rows with the columns of `reports` and no others."""


def photo_params(photo: Photo) -> Params:
    """Columns of `photos`."""
    return {
        "report_id": photo.report_id,
        "file_unique_id": photo.file_unique_id,
        "file_id": photo.file_id,
        "at": to_us(photo.at),
    }


def photo(row: Row) -> Photo:
    """A row of `photos`."""
    return Photo(row["report_id"], row["file_id"], row["file_unique_id"], from_us(row["at"]))


def _handling_due(incident: Incident) -> datetime | None:
    """When something of its handling is due; nothing is of one that ended."""
    return next_at(incident.handling) if incident.state.is_open else None


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
        "handling": handling_to_json(incident.handling),
        "owner": incident.handling.owner,
        "handling_due": to_us_or_none(_handling_due(incident)),
        "series_id": incident.series_id,
        "alerted_cm": incident.alerted_cm,
        "posted_cm": incident.posted_cm,
        "carded_cm": incident.carded_cm,
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
        causes=causes_of(row["causes"]),
        faults=tuple(map(Fault, row["faults"].split())),
        passability=_or_none(Passability, row["passability"]),
        photos=row["photos"],
        approximate=bool(row["approximate"]),
        unsure=bool(row["unsure"]),
        asked_at=from_us_or_none(row["asked_at"]),
        asked=row["asked"],
        ended_at=from_us_or_none(row["ended_at"]),
        merged_into=row["merged_into"],
        handling=handling_from_json(row["handling"]),
        series_id=row["series_id"],
        alerted_cm=row["alerted_cm"],
        posted_cm=row["posted_cm"],
        carded_cm=row["carded_cm"],
    )


INCIDENTS = Remembered(incident, 2048)
"""Incidents of rows with the columns of `incidents` and no others."""


def forget() -> None:
    """Remember no reports and incidents: somebody's notes and names are among them. On the writer's thread."""
    REPORTS.forget()
    INCIDENTS.forget()


@lru_cache(maxsize=1024)
def causes_of(words: str) -> tuple[Cause, ...]:
    """Several causes from one column. There are few different ones, so they are remembered."""
    return tuple(map(Cause, words.split()))


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


def event(row: Row, now: Incident) -> IncidentEvent:
    """A row of `incident_events`; `now`: its incident as it is now."""
    return IncidentEvent(
        incident_id=row["incident_id"],
        what=row["what"],
        who=row["who"],
        at=from_us(row["at"]),
        after=after_from_json(row["after"], now),
        why=json.loads(row["why"]),
    )
