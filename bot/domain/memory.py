"""What a spot remembers: puddles that were there before, and which spots come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.models import Cause, IncidentState

REMEMBERED = timedelta(days=365)
"""So far back spots are looked for."""


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
