"""From degrees to pixels, and what part of the earth a map shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.map_base import MapBase

M_PER_DEG_LAT = 110_587.0
"""At 6.15° S on the WGS84 ellipsoid; a degree of longitude there is 110,683 m. On a map of a city that is constant."""

M_PER_DEG_LON = 110_683.0

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels."""

LatLon = tuple[float, float]

APART_M = 8_000.0
"""Middles of neighbouring kelurahan are nearer together; islands are farther from the mainland."""

ROOM_DEG = 0.007
"""A kelurahan goes on so far beyond its points, or about."""

_CORNERS = ((-1, -1), (1, 1))

MARGIN = 0.03
"""Room around what must be seen, as a share of the panel's side."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A panel of the picture, and the point of the earth in its middle.

    Attributes:
        box: the panel.
        px_per_m: scale.
    """

    box: Box
    lat: float
    lon: float
    px_per_m: float

    @property
    def width(self) -> int:
        """In pixels."""
        return round(self.box[2] - self.box[0])

    @property
    def height(self) -> int:
        """In pixels."""
        return round(self.box[3] - self.box[1])

    @property
    def middle(self) -> tuple[float, float]:
        """(x, y) of the panel's middle."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point of the earth is in the picture."""
        x, y = self.middle
        return (
            x + (lon - self.lon) * M_PER_DEG_LON * self.px_per_m,
            y - (lat - self.lat) * M_PER_DEG_LAT * self.px_per_m,
        )

    def holds(self, x: float, y: float, room: float = 0.0) -> bool:
        """Whether a pixel is in the panel, so far from its edge."""
        x0, y0, x1, y1 = self.box
        return x0 + room <= x <= x1 - room and y0 + room <= y <= y1 - room


def around(points: Sequence[LatLon], box: Box, least_m: float = 0.0, north_share: float = 0.5) -> Frame:
    """The panel that shows all these points as large as it can, but at least so many metres across.

    Of the height that it does not need, `north_share` is given to the north.
    """
    south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
    west, east = min(lon for _, lon in points), max(lon for _, lon in points)
    high_m = max((north - south) * M_PER_DEG_LAT, least_m)
    wide_m = max((east - west) * M_PER_DEG_LON, least_m)
    wide, high = box[2] - box[0], box[3] - box[1]
    scale = min(wide * (1 - 2 * MARGIN) / wide_m, high * (1 - 2 * MARGIN) / high_m)
    spare_m = high * (1 - 2 * MARGIN) / scale - high_m
    lat = (south + north) / 2 + spare_m * (north_share - 0.5) / M_PER_DEG_LAT
    return Frame(box, lat, (west + east) / 2, scale)


def grown(box: Box, room: float) -> Box:
    """A box with so much room around it."""
    return box[0] - room, box[1] - room, box[2] + room, box[3] + room


def to_show(base: MapBase) -> list[LatLon]:
    """The points that must be on the map: of the served kelurahan, but far islands do not shrink the mainland."""
    codes = _mainland(base.centres)
    if base.rings:
        return [at for code in codes for ring in base.rings.get(code, ()) for at in ring]
    shown = [(lat, lon) for code, lat, lon in base.points if code in codes]
    shown += [base.centres[code] for code in codes]
    return [(lat + up * ROOM_DEG, lon + right * ROOM_DEG) for lat, lon in shown for up, right in _CORNERS]


def _mainland(centres: Mapping[str, LatLon]) -> frozenset[str]:
    """The largest group of kelurahan that hang together; all of them, if it has not even half of them."""
    left = dict(centres)
    largest: set[str] = set()
    while left:
        group, edge = set(), [next(iter(left))]
        while edge:
            code = edge.pop()
            at = left.pop(code, None)
            if at is None:
                continue
            group.add(code)
            edge += _near(at, left)
        largest = max(largest, group, key=len)
    return frozenset(largest if 2 * len(largest) >= len(centres) else centres)


def _near(at: LatLon, centres: Mapping[str, LatLon]) -> Iterable[str]:
    lat, lon = at
    for code, (other_lat, other_lon) in centres.items():
        if math.hypot((other_lat - lat) * M_PER_DEG_LAT, (other_lon - lon) * M_PER_DEG_LON) < APART_M:
            yield code
