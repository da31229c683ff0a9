"""What public feeds tell of the weather and the gates, and how reading them goes: frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class Rain(IntEnum):
    """How much rain a forecast expects, in BMKG's classes (it tells no millimetres)."""

    NONE = 0
    LIGHT = 1  # hujan ringan
    MODERATE = 2  # hujan sedang, hujan lokal
    HEAVY = 3  # hujan lebat, hujan petir


@dataclass(frozen=True, slots=True)
class Forecast:
    """A step of BMKG's forecast for a kelurahan (Kemendagri code), three hours as a rule."""

    area_code: str
    at: datetime
    until: datetime
    rain: Rain


@dataclass(frozen=True, slots=True)
class Nowcast:
    """An early warning of BMKG (CAP).

    Attributes:
        id: of the message; replaces: ids of those that it updates or takes back; cancelled: it only takes back.
        event: what is coming, in BMKG's words; text: the whole of it, in plain words.
        kecamatan: codes of those in the service area that it names or touches.
    """

    id: str
    sent_at: datetime
    starts_at: datetime
    ends_at: datetime
    event: str
    text: str
    kecamatan: tuple[str, ...]
    replaces: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """The water at a gate (Dinas SDA). siaga: 4 normal, 3, 2, 1 critical."""

    name: str
    level_cm: float
    siaga: int
    at: datetime
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """How reading a feed goes; one record a feed ("gates", "nowcast", "forecast:31.72.01.1001").

    Attributes:
        tried_at: when it was asked last; next_at: when it may be asked again.
        fetched_at: when it last answered with something to use (or "not modified").
        etag, modified: its validators.
        content: what was read, as JSON of the records above; None: nothing yet.
        failing_since, why: since when it has not answered well, and how; None: all is well.
        failures: in a row.
    """

    name: str
    tried_at: datetime
    next_at: datetime
    fetched_at: datetime | None = None
    etag: str | None = None
    modified: str | None = None
    content: str | None = None
    failing_since: datetime | None = None
    why: str | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class WeatherDay:
    """The most rain that was forecast for a kecamatan on a local day, as far as feeds were read."""

    kecamatan: str
    day: date
    rain: Rain
