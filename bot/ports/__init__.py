"""What touches the world, as Protocols.

Adapters: storage/, bot/chat/, bot/geo/, bot/feeds/, bot/clock.py; `bot.app` puts them together.
"""

from bot.ports.store import Store, Transaction
from bot.ports.world import (
    AreaLookup,
    Clock,
    EventReader,
    Feed,
    Files,
    Geocoder,
    Located,
    Messenger,
    Meter,
    PlaceReader,
    Reading,
    Vault,
)

__all__ = [
    "AreaLookup",
    "Clock",
    "EventReader",
    "Feed",
    "Files",
    "Geocoder",
    "Located",
    "Messenger",
    "Meter",
    "PlaceReader",
    "Reading",
    "Store",
    "Transaction",
    "Vault",
]
