"""Spots that come back: puddles of months -> the places where water stands again and again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.models import Cause
from bot.domain.weather import Rain

RECENTLY = timedelta(days=14)
"""Within so long "came back" is news for a digest."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where water stood more than once.

    Attributes:
        lat, lon: its centre; name, area_code: of the latest puddle that has one.
        times: occurrences; puddles there at the same time are one.
        began: when each occurrence began, oldest first.
        deepest_cm: None where nobody gave a depth; stood_s: median time until the water was gone, None: never known.
        causes: (cause, times), most first; rain: (class, times) of the days it began, where known, most first.
        handled: occurrences that an office ended; done, done_words: what was done there last, and done_at: when.
        held_s: how long after that the water stayed away; None: nothing was done. held: it is still away.
        number: of the latest incident.
    """

    lat: float
    lon: float
    name: str | None
    area_code: str | None
    times: int
    began: tuple[datetime, ...]
    deepest_cm: int | None
    stood_s: float | None
    causes: tuple[tuple[Cause, int], ...]
    rain: tuple[tuple[Rain, int], ...]
    handled: int
    number: str
    owner: str
    done: str | None = None
    done_words: str | None = None
    done_at: datetime | None = None
    held_s: float | None = None
    held: bool = False
    incident_ids: tuple[int, ...] = ()
