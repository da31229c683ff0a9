"""Digests made in tests: the real maker; where pictures are not looked at they are a single pixel, drawn at once."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.units import UnitTree, units_of
from bot.geo.areas import AreaIndex
from bot.ports import AreaLookup, Store
from bot.services.digest_maker import Artists, DigestMaker
from bot.texts import Texts
from tests.helpers.clock import WIB

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
)
AREAS = AreaIndex.from_reference_points(["31.72"])


async def _pixel(_: object) -> bytes:
    return PIXEL


def maker_of(
    store: Store,
    *,
    areas: AreaLookup = AREAS,
    units: UnitTree | None = None,
    timezone: ZoneInfo = WIB,
    feeds: frozenset[str] = frozenset(),
) -> DigestMaker:
    """Who makes digests of a store."""
    tree = units or units_of(areas.all_served())
    return DigestMaker(store, Texts(timezone), areas, tree, timezone, "genangan_bot", feeds, Artists(_pixel, _pixel))
