"""The kelurahan of DKI Jakarta by code and name, and which of them are served. The data's sources: data/SOURCES.md."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.domain.errors import OperatorError
from bot.domain.models import Area

M_PER_DEG_LAT = 110_587.0
M_PER_DEG_LON = 110_683.0
"""Metres in a degree at 6.15° S on the WGS84 ellipsoid. From 5.2° to 6.4° S the longitude's differs by under 0.2 %."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box in degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float, room_deg: float = 0.0) -> bool:
        """Whether a point is in the box, or not farther than so many degrees from it."""
        return (
            self.south - room_deg <= lat <= self.north + room_deg
            and self.west - room_deg <= lon <= self.east + room_deg
        )

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle as (lat, lon)."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    @property
    def size(self) -> float:
        """Its area in square degrees."""
        return (self.north - self.south) * (self.east - self.west)


def box_around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of these."""
    return Box(
        min(box.south for box in boxes),
        min(box.west for box in boxes),
        max(box.north for box in boxes),
        max(box.east for box in boxes),
    )


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """A kelurahan with its extent.

    Attributes:
        centre: (lat, lon) inside it or near its middle (for islands: between them).
        box: its extent.
    """

    area: Area
    centre: tuple[float, float]
    box: Box


@dataclass(frozen=True, slots=True)
class ReferencePoint:
    """A point that stands for the part of a kelurahan around it; code None: outside of DKI Jakarta."""

    code: str | None
    lat: float
    lon: float


class ServiceArea:
    """Which codes are served.

    Args:
        prefixes: code prefixes by whole components: "31.72" holds 31.72.02.1004 but not 31.7 or 31.721.

    Raises:
        OperatorError: no prefix, or one that is no beginning of any kelurahan's code.
    """

    def __init__(self, prefixes: Sequence[str]) -> None:
        self.prefixes = tuple(prefix.strip().strip(".") for prefix in prefixes if prefix.strip())
        if not self.prefixes:
            raise OperatorError("SERVICE_AREA is empty: give the code prefixes to serve, e.g. SERVICE_AREA=31.72")
        codes = all_kelurahan()
        for prefix in self.prefixes:
            if not any(begins(code, prefix) for code in codes):
                raise OperatorError(
                    f"SERVICE_AREA: no kelurahan of DKI Jakarta has a code that begins with {prefix!r}; "
                    "use Kemendagri codes such as 31.72 (Jakarta Utara) or 31.72.02 (Tanjung Priok)"
                )
        self.codes = tuple(code for code in codes if code in self)

    def __contains__(self, code: str) -> bool:
        return any(begins(code, prefix) for prefix in self.prefixes)

    @property
    def box(self) -> Box:
        """The extent of all that is served."""
        return box_around([all_kelurahan()[code].box for code in self.codes])


def begins(code: str, prefix: str) -> bool:
    """Whether a code lies under a prefix, by whole components."""
    return code == prefix or code.startswith(prefix + ".")


@cache
def reference_points() -> tuple[ReferencePoint, ...]:
    """Five points for each mainland kelurahan, and points around the province that are outside."""
    return tuple(
        ReferencePoint(None if row["code"] == "OUT" else row["code"], float(row["lat"]), float(row["lon"]))
        for row in _rows("area_reference_points.csv")
    )


@cache
def all_kelurahan() -> Mapping[str, Kelurahan]:
    """Every kelurahan of DKI Jakarta by its Kemendagri code, in the order of the codes."""
    points: dict[str, list[tuple[float, float]]] = {}
    for point in reference_points():
        if point.code is not None:
            points.setdefault(point.code, []).append((point.lat, point.lon))
    found = {row["code"]: _kelurahan(row, points.get(row["code"], [])) for row in _rows("kelurahan.csv")}
    return dict(sorted(found.items()))


def _kelurahan(row: Mapping[str, str], points: Sequence[tuple[float, float]]) -> Kelurahan:
    centre = (float(row["lat"]), float(row["lon"]))
    if row["centroid_inside"] != "1" and points:  # bent around a neighbour: the nearest point of its own instead
        centre = min(points, key=lambda at: (at[0] - centre[0]) ** 2 + (at[1] - centre[1]) ** 2)
    return Kelurahan(
        Area(row["code"], row["kelurahan"], row["kecamatan"], row["kota"]),
        centre,
        Box(float(row["min_lat"]), float(row["min_lon"]), float(row["max_lat"]), float(row["max_lon"])),
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("bot.geo").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
