"""What a person sees on the chart of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.output.drawing import chart
from bot.output.drawing.palette import PAPER, SEA_INK, UNKNOWN, Colour, depth_colours
from bot.output.pictures import Bar, ChartPicture
from tests.helpers.sample_pictures import week

COLOURS = [*depth_colours(5), UNKNOWN]


def drawn(picture: ChartPicture) -> NDArray[np.uint8]:
    """The picture's pixels: row, column, colour."""
    return np.asarray(chart.draw(picture))


def count(pixels: NDArray[np.uint8], colour: Colour) -> int:
    """How many pixels have exactly this colour."""
    return int((pixels == np.array(colour, np.uint8)).all(axis=-1).sum())


def of_one_day(counts: Sequence[int], days: int = 7) -> ChartPicture:
    """A week in which only Monday has any."""
    none = [0] * len(counts)
    return replace(week(), bars=[Bar(str(day + 1), counts if day == 0 else none) for day in range(days)])


def test_bars_are_stacked_by_depth_in_proportion() -> None:
    legend = drawn(of_one_day([0] * 6))
    pixels = drawn(of_one_day([30, 0, 60, 0, 0, 10]))
    shallow, middle, unknown = (count(pixels, COLOURS[i]) - count(legend, COLOURS[i]) for i in (0, 2, 5))
    assert middle == pytest.approx(2 * shallow, rel=0.1)
    assert shallow == pytest.approx(3 * unknown, rel=0.2)
    assert count(pixels, COLOURS[1]) == count(legend, COLOURS[1])


def test_rain_is_told_where_it_is_known_only() -> None:
    assert count(drawn(week()), SEA_INK) > 300
    assert count(drawn(week(rain=False)), SEA_INK) == 0


@pytest.mark.parametrize("days", [0, 1, 31])
def test_any_number_of_days_has_room(days: int) -> None:
    picture = of_one_day([3, 1, 4, 1, 5, 9], days=days)
    picture = replace(picture, bars=[replace(bar, rain="sangat lebat") for bar in picture.bars])
    pixels = drawn(picture)
    assert pixels.shape == (960, 1280, 3)
    for edge in (pixels[:10], pixels[-10:], pixels[:, :10], pixels[:, -10:]):
        assert count(edge, PAPER) == edge.shape[0] * edge.shape[1]


@pytest.mark.parametrize("counts", [[0] * 6, [1, 0, 0, 0, 0, 0], [9_000, 80_000, 7, 6, 5, 4]])
def test_few_and_many_have_room(counts: list[int]) -> None:
    pixels = drawn(of_one_day(counts))
    assert count(pixels[:, -10:], PAPER) == 960 * 10


def test_words_are_taken_as_they_come() -> None:
    junk = "$\\sum$ 🌧️ \x00 雨 \n" + "panjang" * 60
    picture = ChartPicture(junk, junk, junk, [junk] * 3, [Bar(junk, [1, 2, 3], junk)] * 7, junk)
    assert drawn(picture).shape == (960, 1280, 3)
