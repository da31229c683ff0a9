"""Official polygons from the evaluation data, read more simply than the product does: by all edges."""

from __future__ import annotations

import json
import math
import os
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

Ring = list[list[float]]


class Truth:
    """Kelurahan polygons by code."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rings: dict[str, list[Ring]] = {}
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            geometry = feature["geometry"]
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            self._rings[feature["properties"]["code"]] = [ring for polygon in polygons for ring in polygon]
        self._boxes = {
            code: (
                min(lat for ring in rings for _, lat in ring),
                min(lon for ring in rings for lon, _ in ring),
                max(lat for ring in rings for _, lat in ring),
                max(lon for ring in rings for lon, _ in ring),
            )
            for code, rings in self._rings.items()
        }

    def kelurahan(self, lat: float, lon: float) -> str | None:
        """The code of the kelurahan that holds a point."""
        for code, (south, west, north, east) in self._boxes.items():
            if south <= lat <= north and west <= lon <= east and self._holds(code, lat, lon):
                return code
        return None

    def random_points(self, count: int, seed: int, prefix: str = "") -> list[tuple[float, float, str]]:
        """(lat, lon, code) of random points on land, evenly spread over the kelurahan whose code begins so."""
        boxes = [box for code, box in self._boxes.items() if code.startswith(prefix)]
        south, west = min(box[0] for box in boxes), min(box[1] for box in boxes)
        north, east = max(box[2] for box in boxes), max(box[3] for box in boxes)
        chance = random.Random(seed)
        points: list[tuple[float, float, str]] = []
        while len(points) < count:
            lat, lon = chance.uniform(south, north), chance.uniform(west, east)
            code = self.kelurahan(lat, lon)
            if code is not None and code.startswith(prefix):
                points.append((lat, lon, code))
        return points

    def points_outside(self, count: int, seed: int, steps_m: Sequence[int]) -> dict[int, list[tuple[float, float]]]:
        """(lat, lon) of random points around the mainland, by the first of these distances that they lie within."""
        chance = random.Random(seed)
        rings: dict[int, list[tuple[float, float]]] = {far: [] for far in steps_m}
        for _ in range(count):
            lat, lon = chance.uniform(-6.39, -6.05), chance.uniform(106.66, 107.0)
            if self.kelurahan(lat, lon) is None:
                near = (far for far in steps_m if any(self.kelurahan(*point) for point in _circle(lat, lon, far)))
                if (far := next(near, None)) is not None:
                    rings[far].append((lat, lon))
        return rings

    def _holds(self, code: str, lat: float, lon: float) -> bool:
        inside = False
        for ring in self._rings[code]:
            for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:] + ring[:1], strict=True):
                if (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) * (lon2 - lon1) / (lat2 - lat1):
                    inside = not inside
        return inside


def _circle(lat: float, lon: float, radius_m: float) -> Iterator[tuple[float, float]]:
    """Points on circles of a third, two thirds and the whole of a radius."""
    for turn in range(48):
        size = radius_m / 110_600 * (1 + turn % 3) / 3
        yield lat + size * math.sin(turn * math.tau / 48), lon + size * math.cos(turn * math.tau / 48)


@cache
def _truth(path: Path) -> Truth:
    return Truth(path)


def load_truth(name: str) -> Truth:
    """Polygons of the evaluation data; skips the test, saying so, where there is none."""
    folder = os.environ.get("GENANGAN_EVAL_DATA")
    if not folder:
        pytest.skip("GENANGAN_EVAL_DATA is not set: no official polygons to compare with")
    return _truth(Path(folder) / name)
