"""How often a point's kelurahan, kecamatan and kota are right, against official polygons; and what a lookup costs.

`make bench` with GENANGAN_EVAL_DATA set. The polygons are evaluation data and, at the same time, an example of the file
that an operator gives as AREAS_GEOJSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from geopy.distance import great_circle

from bot.geo.areas import AreaIndex
from bot.ports import Located
from tests.helpers.truth import load_truth

pytestmark = pytest.mark.bench

POINTS = 20_000
SEED = 20_260_118
ALL = ("31",)

Points = Sequence[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares in per cent of all points; best_two of the unsure ones, sure_right of the others."""

    kelurahan: float
    kecamatan: float
    kota: float
    unsure: float
    best_two: float
    sure_right: float
    nowhere: float
    cost: float  # a lookup, in calls of geopy's great_circle

    def row(self, name: str) -> str:
        """A line of the table."""
        return (
            f"{name:<44}{self.kelurahan:8.2f}{self.kecamatan:8.2f}{self.kota:8.2f}{self.unsure:9.2f}"
            f"{self.best_two:9.2f}{self.sure_right:9.2f}{self.nowhere:9.2f}{self.cost:8.2f}"
        )


HEADER = (
    f"\n{'per cent':<44}"
    + "".join(
        f"{title:>{width}}"
        for title, width in (("kel.", 8), ("kec.", 8), ("kota", 8), ("unsure", 9), ("best 2", 9), ("others", 9))
    )
    + f"{'nowhere':>9}{'cost':>8}"
)


def share(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / len(hits) if hits else 100.0


def code_of(located: Located) -> str:
    return located.area.code if located.area is not None else ""


def score(index: AreaIndex, points: Points) -> Score:
    found = [(index.locate(lat, lon), code) for lat, lon, code in points]
    unsure = [(located, code) for located, code in found if located.other is not None]
    sure = [(located, code) for located, code in found if located.other is None]

    def right(length: int) -> float:
        return share([code_of(located)[:length] == code[:length] for located, code in found])

    return Score(
        kelurahan=right(13),
        kecamatan=right(8),
        kota=right(5),
        unsure=100 * len(unsure) / len(found),
        best_two=share(
            [code in (code_of(located), located.other.code if located.other else "") for located, code in unsure]
        ),
        sure_right=share([code_of(located) == code for located, code in sure]),
        nowhere=share([located.area is None for located, _ in found]),
        cost=cost(index, points),
    )


def cost(index: AreaIndex, points: Points) -> float:
    """The cost of a lookup as a multiple of one of geopy's great_circle, in interleaved runs; the median of nine."""
    some = [(lat, lon) for lat, lon, _ in points[:500]]
    here = some[0]
    ratios = []
    for _ in range(9):
        lookups = timed(lambda: [index.locate(lat, lon) for lat, lon in some])
        distances = timed(lambda: [great_circle(here, point).m for point in some])
        ratios.append(lookups / distances)
    return sorted(ratios)[4]


def timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_areas_against_official_polygons() -> None:
    jakut, dki = load_truth("TRUTH_jakut_kelurahan.geojson"), load_truth("TRUTH_jakarta_kelurahan.geojson")
    by_points = AreaIndex.from_reference_points(ALL)
    in_jakut = jakut.random_points(POINTS, SEED)
    on_mainland = [point for point in dki.random_points(POINTS, SEED) if not point[2].startswith("31.01")]
    on_islands = dki.random_points(2_000, SEED, "31.01")
    print(HEADER)
    points_in_jakut = score(by_points, in_jakut)
    print(points_in_jakut.row("reference points, Jakarta Utara"))
    points_in_dki = score(by_points, on_mainland)
    print(points_in_dki.row("reference points, DKI mainland"))
    islands = score(by_points, on_islands)
    print(islands.row("extents, Kepulauan Seribu"))
    whole_file = score(AreaIndex.from_geojson(dki.path, ALL), on_mainland)
    print(whole_file.row("AREAS_GEOJSON of DKI, DKI mainland"))
    jakut_file = score(AreaIndex.from_geojson(jakut.path, ALL), in_jakut)
    print(jakut_file.row("AREAS_GEOJSON of Jakarta Utara, there"))
    mixed = score(AreaIndex.from_geojson(jakut.path, ALL), on_mainland)
    print(mixed.row("AREAS_GEOJSON of Jakarta Utara, DKI mainland"))

    assert points_in_jakut.kelurahan > 95
    assert points_in_jakut.kecamatan > 97.5
    assert points_in_jakut.kota > 98.5
    assert points_in_jakut.sure_right > 98
    assert points_in_dki.kelurahan > 95
    assert islands.kota > 99
    assert whole_file.kelurahan > 99.9
    assert jakut_file.kelurahan > 99.9
    assert max(points_in_jakut.cost, whole_file.cost) < 10


def test_points_beyond_the_province_are_told_apart() -> None:
    """Of points on land and sea around the province, how many are taken as inside, by their distance from it."""
    dki = load_truth("TRUTH_jakarta_kelurahan.geojson")
    indexes = {
        "reference points": AreaIndex.from_reference_points(ALL),
        "AREAS_GEOJSON": AreaIndex.from_geojson(dki.path, ALL),
    }
    rings = dki.points_outside(4_000, SEED, steps_m=(150, 500, 1_500))
    print(f"\n{'taken as inside, %':<30}" + "".join(f"{f'to {far} m':>12}" for far in rings))
    for name, index in indexes.items():
        shares = {far: share([index.locate(*point).area is not None for point in ring]) for far, ring in rings.items()}
        print(f"{name:<30}" + "".join(f"{inside:12.1f}" for inside in shares.values()))
        assert shares[1_500] < 2
