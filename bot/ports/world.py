"""People, time, Telegram, places and feeds, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.backups import Copied, Room
from bot.domain.events import Incoming
from bot.domain.map_base import MapBase
from bot.domain.models import Area, Say
from bot.domain.outgoing import Claimed
from bot.domain.points import TypedPlace
from bot.domain.records import (
    Attachment,
    FoundPlace,
    InboxRow,
)
from bot.domain.weather import FeedState, Forecast, Gate, Nowcast


class Files(Protocol):
    """Telegram's files."""

    async def fetch(self, file_id: str) -> bytes:
        """The file's bytes (at most 20 MB). Raises SendError."""
        ...


class Clock(Protocol):
    """Time. In the demo it runs faster than the wall."""

    def now(self) -> datetime:
        """The present moment, aware."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for so many of this clock's seconds."""
        ...


class Meter(Protocol):
    """Counts and measures what happens, for the operator. Adapter: bot/telemetry. Its catalog names all there is."""

    def add(self, name: str, n: int = 1, **labels: str) -> None:
        """Count `n` more of these."""
        ...

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One more measurement, in the unit that the name ends with."""
        ...


class EventReader(Protocol):
    """Turns an inbox row into an event."""

    def read(self, row: InboxRow) -> Incoming:
        """Raises UnreadableUpdate where that cannot be done."""
        ...


class Messenger(Protocol):
    """Sends to Telegram."""

    async def send(self, row: Claimed, attachment: Attachment | None = None) -> int | None:
        """Send (or edit, where row.message_id is set) one message and return its id.

        Raises:
            RetryLater, Unreachable, ChatMoved, MessageGone, Refused
        """
        ...

    async def answer_press(self, press_id: str, say: Say | None, language: str) -> None:
        """Answer a button press, best effort: never raises, never retries."""
        ...


@dataclass(frozen=True, slots=True)
class Located:
    """What is known of a point's area.

    Attributes:
        area: the likeliest kelurahan; None outside of all of DKI Jakarta.
        other: the second likeliest, when the point is too near a border to be sure; else None.
        served: the area is in the service area.
        margin_m: how much nearer the likeliest is than the second (from polygons: distance to the border).
    """

    area: Area | None
    other: Area | None
    served: bool
    margin_m: float


class AreaLookup(Protocol):
    """Points to kelurahan."""

    def locate(self, lat: float, lon: float) -> Located:
        """The kelurahan of a point."""
        ...

    def get(self, code: str) -> Area | None:
        """The kelurahan with this code."""
        ...

    def served_kecamatan(self) -> Sequence[tuple[str, str]]:
        """(code, name) of the kecamatan in the service area, by code."""
        ...

    def served_kelurahan(self, kecamatan_code: str) -> Sequence[Area]:
        """The kelurahan of a kecamatan in the service area, by code."""
        ...

    def all_served(self) -> Sequence[Area]:
        """All kelurahan in the service area, by code."""
        ...

    def centre(self, code: str) -> tuple[float, float]:
        """(lat, lon) of a point inside or near the middle of a kelurahan."""
        ...

    def neighbours(self, code: str) -> frozenset[str]:
        """Codes of the served kelurahan that border on a kelurahan."""
        ...

    def map_base(self) -> MapBase:
        """What maps of the service area are drawn on."""
        ...


class PlaceReader(Protocol):
    """Typed text to points. Adapter: bot/geo/places.py."""

    def read(self, text: str) -> TypedPlace | None:
        """What the text says of where: a checked point, a map link to explain, or a bad point; None: nothing."""
        ...


class Geocoder(Protocol):
    """Street names to points."""

    async def find(self, text: str) -> Sequence[FoundPlace]:
        """At most three places in the service area, best first. Raises GeocoderError."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feed said.

    Attributes:
        records: all that is known of it now; None: nothing has changed since it was read before.
        etag, modified: its validators, for the next time.
        trouble: what could not be read although the rest could; None: all is well.
    """

    records: tuple[Forecast, ...] | tuple[Nowcast, ...] | tuple[Gate, ...] | None
    etag: str | None = None
    modified: str | None = None
    trouble: str | None = None


class Feed(Protocol):
    """A public feed. Adapters: bot/feeds/."""

    @property
    def name(self) -> str:
        """Whose state it is: "gates", "nowcast", "forecast:31.72.01.1001"."""
        ...

    async def read(self, before: FeedState | None, now: datetime) -> Reading:
        """Ask it, given how reading it went before. Raises FeedError."""
        ...


class Vault(Protocol):
    """Where backups of the database lie. Adapter: storage/backup.py."""

    folder: Path

    def newest(self) -> datetime | None:
        """When the newest one was made; None: there is none. Raises OperatorError."""
        ...

    async def make(self, now: datetime) -> Copied:
        """Make one, beside everything else, and drop those that have served. Raises OperatorError."""
        ...

    def room(self) -> Room:
        """For one more. Raises OperatorError, also where it could not be written."""
        ...
