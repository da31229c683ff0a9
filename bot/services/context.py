"""What use cases need besides the batch: look-ups and the few settings that they decide by."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.ports import AreaLookup, PlaceReader


@dataclass(frozen=True, slots=True)
class Context:
    """Made once at start.

    Attributes:
        areas: points to kelurahan.
        places: typed text to points.
        bot_name: the bot's user name, for links.
        bot_id: its Telegram id.
        admin_ids: Telegram ids of the admins.
        channel_id: where digests go, None while there is no channel.
        timezone: for hours that people live by.
        geocoding: a geocoder is set up.
        labels: what is written on the reply keyboard's buttons, in every language, with their text ids: Telegram on a
            desktop sends the label as text.
    """

    areas: AreaLookup
    places: PlaceReader
    bot_name: str
    bot_id: int
    admin_ids: frozenset[int]
    channel_id: int | None
    timezone: ZoneInfo
    geocoding: bool
    labels: dict[str, str]

    def deep_link(self, payload: str) -> str:
        """A link that opens the private chat with the bot and starts it with `payload` (at most 64 characters)."""
        return f"https://t.me/{self.bot_name}?start={payload}"
