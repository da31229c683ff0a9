"""Point -> kelurahan by exact borders: the polygons of a GeoJSON file (AREAS_GEOJSON).

Edges are kept in metres, in bands from south to north: a lookup touches the edges of one band to see what holds the
point, and of its two neighbours to see how far a border is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.geo.finding import Finding
from bot.geo.gazetteer import M_PER_DEG_LAT, M_PER_DEG_LON, ServiceArea
from bot.geo.geojson import Ring, read_rings
from bot.geo.nearest import NearestPoints

UNSURE_M = 25.0
"""Nearer than this to a border, borders and phones are not exact enough to be sure."""

SNAP_M = 150.0
"""So far outside of all polygons a point still belongs to the nearest: sea walls, quays, gaps between polygons."""

FAR_M = 200.0
"""Distances to a border are told up to this; it is also the height of a band."""

Edge = tuple[float, float, float, float]
"""x1, y1, x2, y2 in metres."""


class _Shape:
    """The borders of one kelurahan."""

    def __init__(self, code: str, rings: list[Ring]) -> None:
        self.code = code
        self.bands: dict[int, list[Edge]] = {}
        xs: list[float] = []
        for ring in rings:
            at = [(lon * M_PER_DEG_LON, lat * M_PER_DEG_LAT) for lat, lon in ring]
            xs += [x for x, _ in at]
            for (x1, y1), (x2, y2) in zip(at, at[1:] + at[:1], strict=True):
                for band in range(int(min(y1, y2) // FAR_M), int(max(y1, y2) // FAR_M) + 1):
                    self.bands.setdefault(band, []).append((x1, y1, x2, y2))
        self.west, self.east = min(xs), max(xs)

    def holds(self, x: float, y: float, band: int) -> bool:
        """Whether the point is inside: an even-odd count of the edges to its east, holes included."""
        inside = False
        for x1, y1, x2, y2 in self.bands.get(band, ()):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
        return inside

    def distance(self, x: float, y: float, band: int) -> float:
        """Metres to the nearest edge, at most FAR_M."""
        best = FAR_M * FAR_M
        for at in (band, band - 1, band + 1):
            for x1, y1, x2, y2 in self.bands.get(at, ()):
                if (x1 > x + FAR_M and x2 > x + FAR_M) or (x1 < x - FAR_M and x2 < x - FAR_M):
                    continue
                ex, ey = x2 - x1, y2 - y1
                length = ex * ex + ey * ey
                along = ((x - x1) * ex + (y - y1) * ey) / length if length else 0.0
                along = min(1.0, max(0.0, along))
                dx, dy = x1 + along * ex - x, y1 + along * ey - y
                best = min(best, dx * dx + dy * dy)
        return float(best**0.5)


class Borders:
    """The polygons of a file, and reference points for the kelurahan that it lacks.

    Attributes:
        rings: the polygons' rings by code, for maps.
    """

    def __init__(self, rings_by_code: Mapping[str, list[Ring]]) -> None:
        self.rings = rings_by_code
        self._codes = frozenset(rings_by_code)
        self._points = NearestPoints()
        self._by_band: dict[int, list[_Shape]] = {}  # also one band above and below, for distances
        for code, rings in sorted(rings_by_code.items()):
            shape = _Shape(code, rings)
            for band in {at + step for at in shape.bands for step in (-1, 0, 1)}:
                self._by_band.setdefault(band, []).append(shape)

    @classmethod
    def read(cls, path: Path, served: ServiceArea) -> Borders:
        """Read a GeoJSON file. Raises OperatorError (see bot.geo.geojson)."""
        return cls(read_rings(path, served))

    def locate(self, lat: float, lon: float) -> Finding:
        """The kelurahan that holds the point, and its neighbour where the border is within UNSURE_M."""
        y, x = lat * M_PER_DEG_LAT, lon * M_PER_DEG_LON
        band = int(y // FAR_M)
        near = [shape for shape in self._by_band.get(band, ()) if shape.west - FAR_M < x < shape.east + FAR_M]
        holding = [shape for shape in near if shape.holds(x, y, band)]
        if not holding:
            return self._around(lat, lon, sorted((shape.distance(x, y, band), shape.code) for shape in near))
        home = holding[0]
        if len(holding) > 1:  # polygons that overlap: the file itself does not know
            return Finding(home.code, holding[1].code, 0.0)
        margin = home.distance(x, y, band)
        if margin >= UNSURE_M:
            return Finding(home.code, None, margin)
        others = [(shape.distance(x, y, band), shape.code) for shape in near if shape is not home]
        distance, other = min(others, default=(FAR_M, None))
        return Finding(home.code, other if distance < UNSURE_M else None, margin)

    def _around(self, lat: float, lon: float, near: list[tuple[float, str]]) -> Finding:
        """In no polygon: a kelurahan that the file lacks, or just off the nearest polygon, or outside."""
        guess = self._points.locate(lat, lon)
        lacking = [code for code in (guess.code, guess.other) if code is not None and code not in self._codes]
        close = [code for distance, code in near if distance < UNSURE_M]
        if lacking:
            others = close or lacking[1:]
            return Finding(lacking[0], others[0] if others else None, guess.margin_m)
        if near and near[0][0] < SNAP_M:
            unsure = len(near) > 1 and near[1][0] - near[0][0] < UNSURE_M
            return Finding(near[0][1], near[1][1] if unsure else None, 0.0)
        return Finding(None, None, 0.0)
