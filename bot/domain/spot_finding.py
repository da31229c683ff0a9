"""Puddles of months -> which of them stood at the same spot. Pure.

The idea is that of matching.py, without the silence between reports: a puddle belongs to the spot that explains its
centre best, where it explains it better than a spot that nobody has heard of yet::

    score = √n · N₂(d; s² + SPREAD_M² + V) · words        against NEW_DENSITY, in 1/m²

- n puddles were there before. Spots differ a lot in how often they flood, of which the root is a cautious guess.
- s² = 1/weight is the variance of the puddle's centre, V = 1/Σ(1/(s² + SPREAD_M²)) that of the spot's. Water does not
  come back to the metre, nor do people stand where others stood: without that spread spots would shrink to points.
- words: names that contradict each other keep apart, names that agree help.

All that makes a reach of 45 to 55 m, and no more than REACH_M for the vaguest. A spot has one centre, so that a street
under water from end to end is several spots and no chain. The best known puddles come first, in whatever order they are
given; when all are placed, each is asked once more, now that the centres are known (more rounds change nothing to speak
of). Parameters were chosen on simulated years (tests/bench/test_spots.py), where the result changes little within a
factor of two of NEW_DENSITY.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.geometry import distance_m
from bot.domain.memory import Past
from bot.domain.place_names import Names, Relation, names_in, relation

REACH_M = 80.0
"""A puddle farther from a spot's centre is not of it."""

SPREAD_M = 15.0
"""How far apart the same water stands and is told of: standard deviation per axis."""

VAGUE_M = 100.0
"""A puddle whose centre is known no better (it was only described in words) is of no spot."""

NEW_DENSITY = 5e-5
"""Density in 1/m² of puddles at spots that were not heard of yet."""

SAME_NAME = 2.0
"""Factor where names agree: the next spot mostly lies in the same street, so it says less than in matching."""


def at_same_spot(pasts: Iterable[Past]) -> list[list[Past]]:
    """Puddles that stood at the same spot, together; each puddle once, one too vague to tell by itself.

    Returns:
        The spots in the order of their first puddle, each oldest first.
    """
    oldest_first = sorted(pasts, key=lambda past: (past.first_seen, past.id))
    puddles = _in_plane([past for past in oldest_first if past.weight >= 1 / VAGUE_M**2])
    puddles.sort(key=lambda puddle: (puddle.variance, puddle.past.first_seen, puddle.past.id))
    finding = _Finding()
    for puddle in puddles:
        finding.put(puddle)
    for puddle in puddles:
        finding.ask_again(puddle)
    spot_of = {puddle.past.id: id(puddle.spot) for puddle in puddles}
    found: dict[int, list[Past]] = {}
    for past in oldest_first:
        found.setdefault(spot_of.get(past.id, -past.id), []).append(past)
    return list(found.values())


@dataclass(slots=True, eq=False)
class _Spot:
    """A spot in the making: its centre in the plane, Σ 1/variance of its n puddles in 1/m², all that it was called."""

    east_m: float
    north_m: float
    precision: float
    n: int
    names: Names | None
    square: tuple[int, int]


@dataclass(slots=True, eq=False)
class _Puddle:
    """Where a puddle stood, in the plane; `variance` of its centre as one of its spot's, in m²."""

    past: Past
    east_m: float
    north_m: float
    variance: float
    names: Names | None
    spot: _Spot | None = None


class _Finding:
    """The spots found so far, by the squares, as wide as a spot reaches, in which their puddles may lie."""

    def __init__(self) -> None:
        self._near: defaultdict[tuple[int, int], list[_Spot]] = defaultdict(list)
        self._said: dict[tuple[Names, Names], Relation] = {}

    def put(self, puddle: _Puddle) -> None:
        """Add a puddle to the spot that explains it best, or to a new one."""
        spot = self._best(puddle)
        if spot is None:
            square = _square(puddle.east_m, puddle.north_m)
            spot = _Spot(puddle.east_m, puddle.north_m, 1 / puddle.variance, 1, puddle.names, square)
            self._add(spot)
        else:
            self._shift(spot, puddle, 1)
            spot.names = _both(spot.names, puddle.names)
        puddle.spot = spot

    def ask_again(self, puddle: _Puddle) -> None:
        """Put a puddle where it belongs now that the others are placed."""
        spot = puddle.spot
        if spot is not None and spot.n > 1:
            self._shift(spot, puddle, -1)
        elif spot is not None:
            self._drop(spot)
        self.put(puddle)

    def _best(self, puddle: _Puddle) -> _Spot | None:
        best, highest = None, NEW_DENSITY
        east, north, variance, names = puddle.east_m, puddle.north_m, puddle.variance, puddle.names
        for spot in self._near.get(_square(east, north), ()):
            distance2 = (east - spot.east_m) ** 2 + (north - spot.north_m) ** 2
            if distance2 > REACH_M**2:
                continue
            spread = variance + 1 / spot.precision
            score = math.sqrt(spot.n) * math.exp(-distance2 / (2 * spread)) / (math.tau * spread)
            if score * SAME_NAME <= highest:  # whatever the names say
                continue
            if names is not None and spot.names is not None:
                said = self._relation(names, spot.names)
                if said is Relation.DIFFERENT:
                    continue
                score *= SAME_NAME if said is Relation.SAME else 1.0
            if score > highest:
                best, highest = spot, score
        return best

    def _shift(self, spot: _Spot, puddle: _Puddle, times: int) -> None:
        """A puddle joins a spot (times 1), or leaves those that stay there (times -1)."""
        weight = times / puddle.variance
        precision = spot.precision + weight
        spot.east_m = (spot.east_m * spot.precision + puddle.east_m * weight) / precision
        spot.north_m = (spot.north_m * spot.precision + puddle.north_m * weight) / precision
        spot.precision = precision
        spot.n += times
        square = _square(spot.east_m, spot.north_m)
        if square != spot.square:
            self._drop(spot)
            spot.square = square
            self._add(spot)

    def _add(self, spot: _Spot) -> None:
        for square in _around(spot.square):
            self._near[square].append(spot)

    def _drop(self, spot: _Spot) -> None:
        for square in _around(spot.square):
            self._near[square].remove(spot)

    def _relation(self, one: Names, other: Names) -> Relation:
        said = self._said.get((one, other))
        if said is None:
            said = self._said[one, other] = relation(one, other)
        return said


def _in_plane(pasts: list[Past]) -> list[_Puddle]:
    """Metres east and north: a city is flat enough for it (a tenth of a percent over 20 km)."""
    if not pasts:
        return []
    lats = [past.lat for past in pasts]
    middle = (min(lats) + max(lats)) / 2
    east_m = distance_m(middle, 0.0, middle, 0.01) / 0.01
    north_m = distance_m(middle - 0.005, 0.0, middle + 0.005, 0.0) / 0.01
    called: dict[str | None, Names | None] = {None: None}
    for past in pasts:
        if past.name not in called:
            names = names_in(past.name or "")
            called[past.name] = None if names == Names() else names
    return [
        _Puddle(past, past.lon * east_m, past.lat * north_m, 1 / past.weight + SPREAD_M**2, called[past.name])
        for past in pasts
    ]


def _square(east_m: float, north_m: float) -> tuple[int, int]:
    return int(east_m // REACH_M), int(north_m // REACH_M)


def _around(square: tuple[int, int]) -> list[tuple[int, int]]:
    """A square and those that touch it."""
    column, row = square
    return [(x, y) for x in (column - 1, column, column + 1) for y in (row - 1, row, row + 1)]


def _both(one: Names | None, other: Names | None) -> Names | None:
    if one is None or other is None or one == other:
        return one or other
    return Names(
        one.streets | other.streets,
        one.blocks | other.blocks,
        one.estates | other.estates,
        one.rt or other.rt,
        one.rw or other.rw,
    )
