"""A spot that comes back in words, for /rawan and the month in review."""

from __future__ import annotations

from datetime import datetime

from bot.domain.map_links import place_url
from bot.domain.models import Area
from bot.domain.spots import RECENTLY, Spot
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.output.words import clause, one_line, without_contacts
from bot.texts import word_id

LINE = "spot.line"
"""Text id of a spot among others."""

LONGEST_NAME = 80
"""Characters shown of a street or landmark."""

LONGEST_WORDS = 100
"""Characters shown of what was done."""

MOST_CAUSES = 3
"""So many causes are named, the most frequent."""


def spot_values(spot: Spot, now: datetime, *, area: Area | None = None, owner: Unit | None = None) -> dict[str, object]:
    """The values of LINE, JSON only.

    Args:
        spot: which.
        now: the present.
        area: its kelurahan, where it is to be named.
        owner: who answered for its latest puddle, where it is to be named.
    """
    name = one_line(without_contacts(spot.name), LONGEST_NAME)
    ago = now - spot.last_at
    lately = spot.times_since(now - RECENTLY)
    return {
        "map": place_url(spot.lat, spot.lon),
        "place": "spot.unnamed" if name is None else "spot.named",
        "name": name,
        "area": None if area is None else _area(area),
        "number": spot.number,
        "times": spot.times,
        "lately": lately if 1 < lately < spot.times else None,
        "all_lately": "spot.all_lately" if lately == spot.times else None,
        "last": spot.last_at.isoformat(),
        "ago_s": ago.total_seconds() if ago <= RECENTLY else None,
        "standing": "spot.standing" if spot.standing else None,
        "deepest_cm": spot.deepest_cm,
        "stood_s": spot.stood_s,
        "causes": [word_id(cause) for cause, _ in spot.causes[:MOST_CAUSES]] or None,
        "rain": [f"spot.rain.{rain.name.lower()}" for rain, _ in spot.rain] or None,
        **{rain.name.lower(): times for rain, times in spot.rain},
        "owner": None if owner is None else unit_values(owner),
        **done_values(spot),
    }


def done_values(spot: Spot) -> dict[str, object]:
    """What was done there last, and whether it held: {} where nothing was.

    The line to show is `done_line`; its values stand beside it.
    """
    if spot.done_at is None:
        return {}
    words = None if spot.done_words is None else clause(without_contacts(spot.done_words), LONGEST_WORDS)
    return {
        "done_line": "spot.held" if spot.held else "spot.came_back",
        "done": spot.done or (None if words is None else "spot.words"),
        "words": words,
        "done_at": spot.done_at.isoformat(),
        "held_s": spot.held_s,
    }


def _area(area: Area) -> dict[str, str]:
    return {"kelurahan": area.kelurahan, "kecamatan": area.kecamatan, "kota": area.kota}
