"""The map that the page draws is the bot's own idea of where kelurahan end."""

from __future__ import annotations

import random
import re

from bot.demo.page.outline import outline, project
from bot.geo.areas import AreaIndex
from bot.geo.gazetteer import all_kelurahan

Polygon = list[tuple[float, float]]

SLACK_M = 3.0
"""Corners are drawn in whole metres."""


def polygons(path: str) -> list[Polygon]:
    """The closed shapes of an SVG path of ours."""
    shapes = [shape for shape in path.removesuffix("Z").removeprefix("M").split("ZM") if shape]
    return [[(float(x), float(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", shape)] for shape in shapes]


def inside(shape: Polygon, x: float, y: float) -> bool:
    """Even-odd rule."""
    odd = False
    for (x1, y1), (x2, y2) in zip(shape, shape[1:] + shape[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def test_the_map_shows_what_the_bot_believes() -> None:
    drawn = {area["code"]: polygons(area["path"]) for area in outline()["kelurahan"]}
    areas = AreaIndex.from_reference_points(["31.72"])
    dice = random.Random(4)
    seen = set()
    for _ in range(600):
        lat, lon = dice.uniform(-6.18, -6.08), dice.uniform(106.72, 106.97)
        located = areas.locate(lat, lon)
        if located.margin_m < SLACK_M or located.other is not None:
            continue
        x, y = project(lat, lon)
        found = {code for code, shapes in drawn.items() if any(inside(shape, x, y) for shape in shapes)}
        believed = located.area.code if located.area and located.served else None
        assert found == ({believed} if believed else set()), (lat, lon)
        seen |= found
    assert len(seen) > 25


def test_every_kelurahan_of_the_city_has_its_shape_and_name() -> None:
    drawn = outline()["kelurahan"]
    assert [area["code"] for area in drawn] == [code for code in all_kelurahan() if code.startswith("31.72.")]
    assert len(drawn) == 31
    for area in drawn:
        assert any(inside(shape, area["x"], area["y"]) for shape in polygons(area["path"])), area["name"]


def test_the_sea_lies_in_the_north_and_touches_no_land() -> None:
    sea = polygons(outline()["sea"])
    bay, ancol, cikarang = project(-6.03, 106.83), project(-6.1256, 106.8357), project(-6.3, 107.1)
    assert any(inside(shape, *bay) for shape in sea)
    assert not any(inside(shape, *ancol) or inside(shape, *cikarang) for shape in sea)
    for kind in ("kelurahan", "kecamatan", "city", "coast"):
        assert outline()["borders"][kind].startswith("M")
