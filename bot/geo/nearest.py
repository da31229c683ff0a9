"""Point -> kelurahan without borders: the kelurahan that has the nearest reference point.

Right for about 96 % of the places in Jakarta Utara, and for about 98.5 % where it does not call itself unsure (see
tests/bench/test_areas.py). The islands of Kepulauan Seribu have no reference points; there the extent of the kelurahan
decides, which does no harm, since between islands is sea.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from bot.domain.map_base import Ring
from bot.geo.finding import Finding
from bot.geo.gazetteer import M_PER_DEG_LAT, M_PER_DEG_LON, all_kelurahan, reference_points

UNSURE_M = 100.0
"""If the second-best kelurahan is less than this farther away, the point is too near a border to be sure."""

REACH_M = 2_000.0
"""No place in a mainland kelurahan is farther than 1.7 km from one of its points; beyond this a point is elsewhere."""

QUAY_DEG = 0.003
"""Room of about 330 m around the islands' extents, for quays and jetties."""


class NearestPoints:
    """The reference points, sorted from south to north, so that a search looks at a narrow band only.

    Attributes:
        rings: none: there are no borders here.
    """

    def __init__(self) -> None:
        self.rings: Mapping[str, Sequence[Ring]] = {}
        points = sorted(reference_points(), key=lambda point: point.lat)
        self._ys = [point.lat * M_PER_DEG_LAT for point in points]
        self._xs = [point.lon * M_PER_DEG_LON for point in points]
        self._codes = [point.code for point in points]
        mainland = set(self._codes)
        self._islands = [known for code, known in all_kelurahan().items() if code not in mainland]

    def locate(self, lat: float, lon: float) -> Finding:
        """The likeliest kelurahan, and the second where unsure.

        Points outside of the province count against a kelurahan only where they are clearly nearer: a resident on the
        border is heard rather than sent away.
        """
        code, best, second, second_best, outside = self._nearest(lat * M_PER_DEG_LAT, lon * M_PER_DEG_LON)
        if code is None or outside < best - UNSURE_M:
            return self._on_islands(lat, lon)
        unsure = second is not None and second_best - best < UNSURE_M
        return Finding(code, second if unsure else None, max(0.0, min(second_best, outside) - best))

    def _nearest(self, y: float, x: float) -> tuple[str | None, float, str | None, float, float]:
        """(best code, distance, second code, distance, distance of the nearest point outside), each up to REACH_M."""
        ys, xs, codes = self._ys, self._xs, self._codes
        best_code = second_code = None
        best = second = outside = REACH_M * REACH_M  # squared metres
        above = bisect_left(ys, y)
        below = above - 1
        last = len(ys)
        while True:  # outward from y, whichever side is nearer, until nothing can beat the second best
            up = ys[above] - y if above < last else math.inf
            down = y - ys[below] if below >= 0 else math.inf
            if up < down:
                i, dy = above, up
                above += 1
            else:
                i, dy = below, down
                below -= 1
            if dy * dy >= second:
                break
            dx = xs[i] - x
            d = dx * dx + dy * dy
            if d >= second:
                continue
            code = codes[i]
            if code is None:
                outside = min(outside, d)
            elif code == best_code:
                best = min(best, d)
            elif d < best:
                second_code, second = best_code, best
                best_code, best = code, d
            else:
                second_code, second = code, d
        return best_code, math.sqrt(best), second_code, math.sqrt(second), math.sqrt(outside)

    def _on_islands(self, lat: float, lon: float) -> Finding:
        """The island kelurahan whose extent holds the point; the smallest, where extents overlap."""
        holding = [island for island in self._islands if island.box.holds(lat, lon, QUAY_DEG)]
        holding.sort(key=lambda island: island.box.size)
        codes = [island.area.code for island in holding]
        return Finding(codes[0] if codes else None, codes[1] if len(codes) > 1 else None, 0.0)
