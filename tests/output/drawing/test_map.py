"""What a person sees on the map."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.domain.map_base import MapBase
from bot.output.drawing import map as map_
from bot.output.drawing.frame import Frame, around, to_show
from bot.output.drawing.ground import Ground, ground
from bot.output.drawing.ink import Canvas
from bot.output.drawing.inset import find_inset
from bot.output.drawing.marks import Placed, Style, badges, draw_mark, placed, style_for
from bot.output.drawing.names import Name, Names
from bot.output.drawing.palette import (
    DRAIN,
    LAND,
    LAND_AROUND,
    OVERDUE,
    SEA,
    UNKNOWN,
    UNKNOWN_INK,
    Colour,
    depth_colours,
)
from bot.output.pictures import MapPicture, Mark
from tests.helpers.sample_pictures import (
    BOULEVARD_BARAT,
    CIBUBUR,
    DEPTHS,
    PULAU_PRAMUKA,
    SUNTER,
    index,
    many,
    map_of,
    one_street,
    words,
)

Pixels = NDArray[np.uint8]
PANEL = (0.0, 150.0, 1280.0, 1020.0)
COLOURS = depth_colours(len(DEPTHS))


def drawn(picture: MapPicture) -> Pixels:
    """The picture's pixels: row, column, colour."""
    return np.asarray(map_.draw(picture))


def count(pixels: Pixels, colour: Colour) -> int:
    """How many pixels have exactly this colour."""
    return int((pixels == np.array(colour, np.uint8)).all(axis=-1).sum())


def count_in_mark(colour: Colour, mark: Mark) -> int:
    """How many pixels of a mark have exactly this colour."""
    canvas = Canvas(200, 200, LAND)
    draw_mark(canvas, Style([start for start, _ in DEPTHS]), Placed(mark, 100, 100))
    return count(np.asarray(canvas.image), colour)


@cache
def frame_of(*service_area: str) -> Frame:
    return around(to_show(index(*service_area).map_base()), PANEL, north_share=0.74)


@cache
def ground_of(*service_area: str) -> Ground:
    return ground(index(*service_area).map_base(), frame_of(*service_area))


def at(on: Ground, frame: Frame, lat: float, lon: float) -> Colour:
    """The ground's colour at a place."""
    x, y = frame.xy(lat, lon)
    red, green, blue = np.asarray(on.image)[int(y - frame.box[1]), int(x - frame.box[0])]
    return int(red), int(green), int(blue)


def lightness(colour: Colour) -> float:
    """What a grey copy shows of it (ITU-R BT.601)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def test_deeper_is_darker_by_a_clear_step_and_nothing_is_as_light_as_the_ground() -> None:
    for classes in (1, 3, 5, 6):
        greys = [lightness(colour) for colour in (LAND, *depth_colours(classes))]
        assert all(lighter - darker > 15 for lighter, darker in itertools.pairwise(greys))


def test_a_mark_is_filled_with_the_colour_of_its_depth() -> None:
    for depth_cm, colour in ((10, COLOURS[0]), (50, COLOURS[2]), (300, COLOURS[4])):
        assert count_in_mark(colour, Mark(*SUNTER, depth_cm, 1)) > 250
    assert count_in_mark(UNKNOWN, Mark(*SUNTER, None, 9)) > 500
    assert count_in_mark(UNKNOWN_INK, Mark(*SUNTER, None, 9)) > 50  # the question mark


def test_more_reporters_make_a_larger_mark() -> None:
    sizes = [count_in_mark(COLOURS[2], Mark(*SUNTER, 50, reporters)) for reporters in (1, 5, 20, 1000)]
    assert sizes[1] > 2 * sizes[0] and sizes[2] > 2 * sizes[1]
    assert sizes[3] < 5000  # however many they are, they do not cover the kelurahan


def test_a_receded_one_is_hollow_and_an_overdue_one_has_a_ring() -> None:
    filled = count_in_mark(COLOURS[2], Mark(*SUNTER, 50, 9))
    assert 0 < count_in_mark(COLOURS[2], Mark(*SUNTER, 50, 9, receded=True)) < 0.6 * filled
    assert count_in_mark(OVERDUE, Mark(*SUNTER, 50, 9)) == 0
    assert count_in_mark(OVERDUE, Mark(*SUNTER, 50, 9, overdue=True)) > 300
    assert count_in_mark(OVERDUE, Mark(*SUNTER, None, 1, overdue=True, drain=True)) > 150


def test_a_drain_is_another_sign() -> None:
    assert count_in_mark(DRAIN, Mark(*SUNTER, None, 1, drain=True)) > 150
    assert count_in_mark(UNKNOWN, Mark(*SUNTER, None, 1, drain=True)) == 0


def test_all_marks_are_on_the_map() -> None:
    marks = [Mark(-6.12 - 0.01 * i, 106.75 + 0.04 * i, 30, 4, receded=i == 2) for i in range(4)]
    marks += [Mark(*PULAU_PRAMUKA, 50, 4, overdue=True)]
    with_marks, without = drawn(map_of(marks)), drawn(map_of([Mark(*CIBUBUR, None, 1)]))
    each = count_in_mark(COLOURS[1], Mark(*SUNTER, 30, 4))
    assert count(with_marks, COLOURS[1]) - count(without, COLOURS[1]) >= 3 * each
    assert count(with_marks, COLOURS[2]) - count(without, COLOURS[2]) >= each
    top = with_marks[: int(PANEL[1]) + 100]
    assert count(top, OVERDUE) > 200  # the one in the far north, at the upper edge
    assert count(without[: int(PANEL[1]) + 100], OVERDUE) == 0


def test_one_beyond_the_map_stands_at_its_edge_with_an_arrow() -> None:
    frame = frame_of()
    style = Style([start for start, _ in DEPTHS])
    north, south = placed([Mark(*PULAU_PRAMUKA, 30, 2), Mark(*CIBUBUR, 30, 2)], frame, style)
    assert north.towards is not None and north.towards[1] < 0 and north.y < frame.box[1] + 80
    assert south.towards is not None and south.towards[1] > 0.9 and south.y > frame.box[3] - 80


def test_those_beyond_the_map_do_not_cover_each_other() -> None:
    style = Style([0])
    marks = placed([Mark(-6.2, 107.2 + i / 1000, 30, 3) for i in range(9)], frame_of(), style)
    for one, other in itertools.combinations(marks, 2):
        assert np.hypot(one.x - other.x, one.y - other.y) > style.extent(one.mark) + style.extent(other.mark)
        assert frame_of().holds(one.x, one.y, 20)


def test_land_and_sea_are_where_they_are() -> None:
    on, frame = ground_of(), frame_of()
    assert at(on, frame, *SUNTER) == at(on, frame, *BOULEVARD_BARAT) == LAND
    assert at(on, frame, -6.07, 106.86) == SEA  # off Ancol
    assert at(on, frame, -6.1900, 106.8330) == LAND_AROUND  # Jakarta Pusat
    assert at(on, frame, -6.1500, 106.9810) == LAND_AROUND  # Bekasi


def test_borders_are_drawn_from_rings_too_holes_and_all() -> None:
    lat, lon = SUNTER

    def square(size: float) -> list[tuple[float, float]]:
        return [(lat + up * size, lon + right * size) for up, right in ((-1, -1), (-1, 1), (1, 1), (1, -1))]

    code = "31.72.02.1006"
    rings = {code: [square(0.02), square(0.01)], "31.71.03.1001": [[(a, o + 0.03) for a, o in square(0.01)]]}
    base = MapBase({code: "Sunter Agung"}, {"31.72.02": "Tanjung Priok"}, {code: SUNTER}, rings=rings)
    frame = around(to_show(base), PANEL)
    on = ground(base, frame)
    assert at(on, frame, lat + 0.015, lon) == LAND
    assert at(on, frame, *SUNTER) not in (LAND, SEA)
    assert at(on, frame, lat, lon + 0.03) == LAND_AROUND


def test_islands_do_not_shrink_the_city_and_alone_they_are_in_the_sea() -> None:
    city, all_of_it = frame_of("31.71", "31.72"), frame_of("31.71", "31.72", "31.01")
    assert all_of_it.px_per_m == pytest.approx(city.px_per_m)
    on, frame = ground_of("31.01"), frame_of("31.01")
    assert np.mean(on.sea) > 0.95
    assert frame.holds(*frame.xy(*PULAU_PRAMUKA))


def _names(marks: Sequence[Mark], *service_area: str) -> list[Name]:
    frame, on = frame_of(*service_area), ground_of(*service_area)
    style = style_for([0], len(marks))
    boxes = [badge.box for badge in badges(style, placed(marks, frame, style), frame.box)]
    return Names(index(*service_area).map_base(), frame, on, [], boxes).place_all("Laut Jawa")


@pytest.mark.parametrize("labels", [0, 12])
def test_all_names_of_jakarta_utara_have_room(labels: int) -> None:
    names = _names(many(labels, labels=labels))
    written = {" ".join(name.lines) for name in names}
    expected = {area.kelurahan for area in index().all_served()} | {"Laut Jawa"}
    expected |= {name.upper() for _, name in index().served_kecamatan()}
    if labels:
        assert len(expected - written) <= 2
    else:
        assert written == expected
    assert all(name.face.size_px >= 17 for name in names)


@pytest.mark.parametrize("service_area", [(), ("31",), ("31.72.02",), ("31.01",)])
def test_no_name_covers_another_or_leaves_the_map(service_area: tuple[str, ...]) -> None:
    names = _names([], *service_area)
    assert len(names) >= 7
    for (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) in itertools.combinations([name.box for name in names], 2):
        assert ax1 <= bx0 or bx1 <= ax0 or ay1 <= by0 or by1 <= ay0
    assert all(frame_of(*service_area).holds(name.x, name.y, 10) for name in names)


def test_one_street_is_magnified_beside_the_map() -> None:
    frame, style = frame_of(), Style([0])
    street = one_street(12)
    inset = find_inset(placed(street, frame, style), frame, ground_of(), style)
    assert inset is not None
    assert inset.frame.px_per_m > 4 * frame.px_per_m
    assert {one.mark.label for one in inset.shown} == set(range(1, 13))
    x, y = frame.xy(*BOULEVARD_BARAT)
    x0, y0, x1, y1 = inset.frame.box
    assert not (x0 < x < x1 and y0 < y < y1)
    assert frame.holds(x0, y0) and frame.holds(x1, y1)
    numbers = badges(style, placed(street, inset.frame, style), inset.frame.box)
    for one, other in itertools.combinations(numbers, 2):
        assert np.hypot(one.x - other.x, one.y - other.y) > 34


def test_marks_that_have_room_are_not_magnified() -> None:
    frame, style = frame_of(), Style([0])
    assert find_inset(placed([Mark(*SUNTER, 30, 1, label=1)], frame, style), frame, ground_of(), style) is None
    apart = [Mark(-6.12 - i / 100, 106.78 + i / 30, 30, 1, label=i) for i in range(5)]
    assert find_inset(placed(apart, frame, style), frame, ground_of(), style) is None


def test_numbers_of_many_do_not_cover_each_other() -> None:
    style = style_for([0], 400)
    numbers = badges(style, placed(many(400, labels=30), frame_of(), style), PANEL)
    assert len(numbers) == 30
    for one, other in itertools.combinations(numbers, 2):
        assert np.hypot(one.x - other.x, one.y - other.y) > 34


def test_words_are_taken_as_they_come() -> None:
    """Formulas, emoji, line breaks, other scripts and endless words neither fail nor warn."""
    junk = "$\\frac{1}{2}$ 🌧️💥 \x00\x07 <b>&amp;</b> 雨 \u202eabc _^{} \n\t" + "panjang" * 60
    picture = map_of([Mark(*SUNTER, 50, 3, label=12345)], outside=junk)
    names = dict.fromkeys(picture.base.served, junk[:90])
    said = replace(picture.words, title=junk, unknown=junk, source=junk, sea=junk, reporters=junk)
    base = MapBase(names, picture.base.kecamatan, picture.base.centres, picture.base.points)
    assert drawn(MapPicture(base, picture.marks, said)).shape == (1280, 1280, 3)


def test_nothing_to_show_is_said() -> None:
    empty, silent = drawn(map_of([])), drawn(replace(map_of([]), words=words(empty="")))
    assert count(empty, SEA) < count(silent, SEA) - 10_000
