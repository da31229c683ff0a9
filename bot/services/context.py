"""What use cases need besides the batch: look-ups and the few settings that they decide by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.domain.routing import Routing
from bot.domain.units import UnitTree
from bot.ports import AreaLookup, Meter, PlaceReader
from bot.services.region import served_region

CASE_LINK = "g_"
"""What the number of a case comes after in a link."""


def deep_link(bot_name: str, payload: str) -> str:
    """A link that opens the private chat with the bot and starts it with `payload` (at most 64 characters)."""
    return f"https://t.me/{bot_name}?start={payload}"


class Unmetered:
    """Where nobody asks how often things happen."""

    def add(self, name: str, n: int = 1, **labels: str) -> None:
        """Nothing."""

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Context:
    """Made once at start.

    Attributes:
        areas: points to kelurahan.
        places: typed text to points.
        bot_name: the bot's user name, for links.
        admin_ids: Telegram ids of the admins.
        timezone: for hours that people live by.
        geocoding: a geocoder is set up.
        label_of: the text id of a reply keyboard's button from what is written on it, in any language, since pressing
            one sends its label as text.
        units: the offices.
        routing: which of them is answerable for what, and how long it has.
        channel_id: the public channel, None where none is set up.
        meter: counts what happens.
        retention_days: how long after the end of a case its reports are parted from people.
        backups_kept: how many nightly backups are.
    """

    areas: AreaLookup
    places: PlaceReader
    bot_name: str
    admin_ids: frozenset[int]
    timezone: ZoneInfo
    geocoding: bool
    label_of: Callable[[str], str | None]
    units: UnitTree
    routing: Routing
    channel_id: int | None = None
    meter: Meter = field(default_factory=Unmetered)
    retention_days: int = 365
    backups_kept: int = 7

    @property
    def region(self) -> str:
        """What is served, as people call it."""
        return served_region(self.areas)

    def deep_link(self, payload: str) -> str:
        """A link that opens the private chat with the bot and starts it with `payload` (at most 64 characters)."""
        return deep_link(self.bot_name, payload)
