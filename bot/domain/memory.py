"""What a spot remembers: puddles that were there before, and which spots come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.models import Cause, Incident, IncidentState

REMEMBERED = timedelta(days=365)
"""So far back spots are looked for."""

MOST_REMEMBERED = 100_000
"""Only the latest so many puddles are looked at: some 100 MB and three seconds of computing. A new puddle every five
minutes, day and night, all the year: twenty times what a million reports in five years come to."""


@dataclass(frozen=True, slots=True)
class Past:
    """A puddle as its spot remembers it: the lean part of an incident, as it is now.

    Never of those merged (they live on in another) or cancelled; the lists that are made of these are therefore right
    whatever is merged or split later.

    Attributes:
        weight: of its centre, see Incident.weight.
        depth_cm: the greatest.
        owner: code of the unit that answered for it last.
        done: text id of the quick choice, done_words: the words, by which a unit last said what it did there.
    """

    id: int
    number: str
    state: IncidentState
    lat: float
    lon: float
    weight: float
    area_code: str | None
    name: str | None
    first_seen: datetime
    last_seen: datetime
    ended_at: datetime | None
    depth_cm: int | None
    causes: tuple[Cause, ...]
    reporters: int
    owner: str
    done: str | None = None
    done_words: str | None = None


def past_of(incident: Incident) -> Past:
    """A puddle as its spot will remember it, but for what was done there: that is written in notes."""
    return Past(
        id=incident.id,
        number=incident.number,
        state=incident.state,
        lat=incident.lat,
        lon=incident.lon,
        weight=incident.weight,
        area_code=incident.area_code,
        name=incident.name,
        first_seen=incident.first_seen,
        last_seen=incident.last_seen,
        ended_at=incident.ended_at,
        depth_cm=None if incident.depth_max is None else incident.depth_max.cm,
        causes=incident.causes,
        reporters=incident.reporters,
        owner=incident.handling.owner,
    )
