"""Records for tests: each builder makes a whole one, with what the test cares about given by name."""

from __future__ import annotations

from datetime import datetime

import h3

from bot.domain.models import (
    OPEN_STATES,
    Depth,
    DepthLevel,
    Incident,
    IncidentState,
    Kind,
    Place,
    PlaceSource,
    Report,
    Say,
)
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Person
from bot.domain.sites import Site
from tests.helpers.clock import EVENING

LAT, LON = -6.1245, 106.8924
"""Jl. Gaya Motor, Sungai Bambu: where most tests stand in the water."""

SUNGAI_BAMBU = "31.72.02.1004"

KNEE = Depth.of(DepthLevel.KNEE)
CALF = Depth.of(DepthLevel.CALF)


def cell_of(lat: float, lon: float) -> int:
    """The H3 cell of resolution 10 of a point, as incidents keep it."""
    return int(h3.str_to_int(h3.latlng_to_cell(lat, lon, 10)))


def person(
    id: int = 1,
    telegram_id: int | None = None,
    *,
    language: str = "id",
    created_at: datetime = EVENING,
    language_chosen: bool = False,
    reachable: bool = True,
) -> Person:
    """A person; the Telegram id is 700000000 and the id where none is given."""
    return Person(
        id, 700_000_000 + id if telegram_id is None else telegram_id, language, created_at, language_chosen, reachable
    )


def place(lat: float = LAT, lon: float = LON, **more: object) -> Place:
    """A place in Sungai Bambu, from the share button with an accuracy of 12 m."""
    fields: dict[str, object] = {"accuracy_m": 12.0, "area_code": SUNGAI_BAMBU, "source": PlaceSource.GPS, **more}
    return Place(lat, lon, **fields)  # type: ignore[arg-type]


def report(id: int = 11, *, at: datetime = EVENING, **more: object) -> Report:
    """A report of person 1 about incident 10: knee-deep, made in the evening."""
    fields: dict[str, object] = {
        "number": f"R{id}",
        "kind": Kind.PUDDLE,
        "person_id": 1,
        "incident_id": 10,
        "place": place(),
        "depth": KNEE,
        "seen_at": at,
        **more,
    }
    return Report(id=id, at=at, **fields)  # type: ignore[arg-type]


def incident(id: int = 10, *, lat: float = LAT, lon: float = LON, at: datetime = EVENING, **more: object) -> Incident:
    """An open puddle in Sungai Bambu with one reporter, first and last seen at `at`; in another state it ended then."""
    fields: dict[str, object] = {
        "number": f"G{id}",
        "kind": Kind.PUDDLE,
        "state": IncidentState.WAITING,
        "weight": 0.016,
        "cell": cell_of(lat, lon),
        "reporters": 1,
        "area_code": SUNGAI_BAMBU,
        "first_seen": at,
        "last_seen": at,
        "depth_first": KNEE,
        "depth_last": KNEE,
        "depth_max": KNEE,
        **more,
    }
    if fields["state"] not in OPEN_STATES:
        fields.setdefault("ended_at", at)
    return Incident(id=id, lat=lat, lon=lon, **fields)  # type: ignore[arg-type]


def outgoing(
    text: str = "hello", *, person_id: int | None = None, chat_id: int | None = None, **more: object
) -> Outgoing:
    """A message due in the evening, to person 1 where nobody is named."""
    if person_id is None and chat_id is None:
        person_id = 1
    fields: dict[str, object] = {"due_at": EVENING, "priority": Priority.ANSWER, **more}
    return Outgoing(Say(text), person_id=person_id, chat_id=chat_id, **fields)  # type: ignore[arg-type]


def site(id: int = 1, *, lat: float = LAT, lon: float = LON, at: datetime = EVENING, **more: object) -> Site:
    """A listed place of the kelurahan Sungai Bambu, not yet put in order, with a radius of 50 m."""
    fields: dict[str, object] = {
        "name": f"Lokasi {id}",
        "radius_m": 50.0,
        "area_code": SUNGAI_BAMBU,
        "unit": SUNGAI_BAMBU,
        **more,
    }
    return Site(id=id, lat=lat, lon=lon, at=at, **fields)  # type: ignore[arg-type]
