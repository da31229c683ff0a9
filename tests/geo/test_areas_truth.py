"""The areas against official polygons (evaluation data), on a few hundred points; the figures are the bench's."""

from __future__ import annotations

from bot.geo.areas import AreaIndex
from tests.helpers.truth import load_truth


def test_reference_points_are_mostly_right_and_say_where_they_may_not_be() -> None:
    truth = load_truth("TRUTH_jakut_kelurahan.geojson")
    index = AreaIndex.from_reference_points(("31",))
    points = truth.random_points(400, seed=7)
    found = [(code, index.locate(lat, lon)) for lat, lon, code in points]
    right = sum(located.area is not None and located.area.code == code for code, located in found)
    unsure = sum(located.other is not None for _, located in found)
    assert right >= 0.92 * len(found)
    assert unsure <= 0.2 * len(found)


def test_the_operators_borders_are_followed() -> None:
    truth = load_truth("TRUTH_jakut_kelurahan.geojson")
    index = AreaIndex.from_geojson(truth.path, ("31.72",))
    for lat, lon, code in truth.random_points(400, seed=8):
        located = index.locate(lat, lon)
        assert located.area is not None
        assert located.area.code == code
