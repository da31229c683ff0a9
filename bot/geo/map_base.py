"""What maps of the service area are drawn on, and which kelurahan border on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice

from bot.domain.map_base import MapBase, Ring
from bot.geo.gazetteer import M_PER_DEG_LAT, M_PER_DEG_LON, all_kelurahan, box_around, reference_points

ROOM_SHARE, ROOM_DEG = 0.75, 0.03
"""Room around the service area (a share of its longer side, and about 3 km) for what a map shows beside it."""

THIN_M = 10.0
"""Points of a border that are nearer together are one on any map that fits a phone."""

NEIGHBOUR_REACH_M = 4_000.0
"""Reference points farther apart than this are no witnesses that two kelurahan border on each other."""


def map_base(served: Sequence[str], rings: Mapping[str, Sequence[Ring]]) -> MapBase:
    """The ground for maps.

    Args:
        served: codes of the kelurahan that are served.
        rings: exact borders by code. They are drawn only if they hold all that is served: on a map of two kinds of
            borders nobody could tell the exact ones.
    """
    known = all_kelurahan()
    box = box_around([known[code].box for code in served])
    room_deg = ROOM_SHARE * max(box.north - box.south, box.east - box.west) + ROOM_DEG
    exact = all(code in rings for code in served)
    return MapBase(
        served={code: known[code].area.kelurahan for code in served},
        kecamatan={code.rpartition(".")[0]: known[code].area.kecamatan for code in served},
        centres={code: known[code].centre for code in served},
        points=()
        if exact
        else tuple((at.code, at.lat, at.lon) for at in reference_points() if box.holds(at.lat, at.lon, room_deg)),
        rings={
            code: tuple(thinned(ring) for ring in of_one)
            for code, of_one in sorted(rings.items())
            if any(box.holds(lat, lon, room_deg) for ring in of_one for lat, lon in ring)
        }
        if exact
        else None,
    )


def thinned(ring: Ring) -> Ring:
    """A ring without the points that are within THIN_M of the last one kept; unchanged where nothing would be left."""
    kept = [ring[0]]
    for lat, lon in islice(ring, 1, None):
        y, x = (lat - kept[-1][0]) * M_PER_DEG_LAT, (lon - kept[-1][1]) * M_PER_DEG_LON
        if y * y + x * x >= THIN_M * THIN_M:
            kept.append((lat, lon))
    return tuple(kept) if len(kept) >= 3 else ring


@cache
def neighbours(code: str) -> frozenset[str]:
    """The kelurahan of the mainland that border on one, as far as reference points can tell.

    Two are neighbours if a point of one and a point of the other lie so that the circle over the line between them
    holds no third point, be it one outside of the province (K. R. Gabriel and R. R. Sokal, "A new statistical approach
    to geographic variation analysis", 1969). Islands have no neighbours.
    """
    points = _in_metres()
    found: set[str] = set()
    for home, y, x in points:
        if home != code:
            continue
        near = sorted(
            ((other_y - y) ** 2 + (other_x - x) ** 2, other_y - y, other_x - x, other)
            for other, other_y, other_x in points
            if abs(other_y - y) < NEIGHBOUR_REACH_M and abs(other_x - x) < NEIGHBOUR_REACH_M
        )[1:]  # without the point itself
        for i, (_, dy, dx, other) in enumerate(near):
            if other in (code, "") or other in found:
                continue
            # a third point is in the circle if it sees the line between the two under an obtuse angle
            if all(third_y * dy + third_x * dx <= third for third, third_y, third_x, _ in near[:i]):
                found.add(other)
    return frozenset(found)


@cache
def _in_metres() -> tuple[tuple[str, float, float], ...]:
    """(code, y, x) of the reference points; code "": outside of the province."""
    return tuple((at.code or "", at.lat * M_PER_DEG_LAT, at.lon * M_PER_DEG_LON) for at in reference_points())
