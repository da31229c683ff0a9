"""Points that people send or type: what is read from them, and whether they can be true.

Pure. Coordinates are (lat, lon) in WGS84 degrees. How typed text is read: bot/geo/places.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.models import PlaceSource

SOUTH, WEST, NORTH, EAST = -6.9, 106.1, -5.0, 107.4
"""Jakarta with its neighbours and islands, in degrees: half a degree of room around the province."""

ZERO_DEG = 0.001
"""Nearer than this to (0, 0) a point is a phone's or program's "unknown", not a place (100 m of open sea)."""


class PointProblem(StrEnum):
    """Why a point cannot be taken as it is."""

    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"  # no such latitude or longitude on earth
    ZERO = "zero"  # (0, 0): the sending device did not know
    SWAPPED = "swapped"  # longitude first
    SIGN = "sign"  # a minus is missing, or too many: Jakarta is south and east
    FAR = "far"  # a real place, but nowhere near Jakarta


@dataclass(frozen=True, slots=True)
class BadPoint:
    """A point that cannot be taken as it is.

    Attributes:
        problem: why.
        meant: (lat, lon) that was probably meant, to be offered; None where nothing is probable.
    """

    problem: PointProblem
    meant: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class TypedPoint:
    """A point read from text; it has passed `check_point`.

    Attributes:
        source: COORDINATES, LINK or PLUS_CODE.
        accuracy_m: how far off its last digit allows it to be, where that is 25 m or more (minutes without
            seconds, two decimals, a plus code without its last letters); None where it was given finely enough.
    """

    lat: float
    lon: float
    source: PlaceSource
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class MapLink:
    """A link to a map that holds no coordinates (a short one, or a place by name): explained, never fetched."""

    url: str


TypedPlace = TypedPoint | MapLink | BadPoint
"""What a text can hold that says where; None stands for nothing of the kind."""


def check_point(lat: float, lon: float) -> BadPoint | None:
    """What is wrong with a point, shared or typed; None if it can be in or around Jakarta.

    Whether it is in the service area is another question (AreaLookup.locate).
    """
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return BadPoint(PointProblem.NOT_A_NUMBER)
    if abs(lat) < ZERO_DEG and abs(lon) < ZERO_DEG:
        return BadPoint(PointProblem.ZERO)
    return None if _is_near(lat, lon) else _misplaced(lat, lon)


def _misplaced(lat: float, lon: float) -> BadPoint:
    for problem, meant in (
        (PointProblem.SIGN, (-abs(lat), abs(lon))),
        (PointProblem.SWAPPED, (-abs(lon), abs(lat))),
    ):
        if _is_near(*meant):
            return BadPoint(problem, meant)
    on_earth = abs(lat) <= 90 and abs(lon) <= 180
    return BadPoint(PointProblem.FAR if on_earth else PointProblem.OUT_OF_RANGE)


def _is_near(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST
