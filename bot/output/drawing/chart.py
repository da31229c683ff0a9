"""The chart of days: stacked bars by depth, and what it rained above them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image

from bot.output.drawing.ink import MIDDLE, RIGHT, Canvas
from bot.output.drawing.legend import SIDE_PX, swatch
from bot.output.drawing.lettering import BOLD, Face, cut_to, readable, width_of
from bot.output.drawing.page import draw_foot, draw_head
from bot.output.drawing.palette import (
    INK,
    INK_FAINT,
    INK_SOFT,
    PAPER,
    RULE,
    SEA_INK,
    UNKNOWN,
    Colour,
    depth_colours,
    ink_on,
)
from bot.output.pictures import Bar, ChartPicture

WIDTH, HEIGHT = 1280, 960
AXIS, RAIN = Face(25), Face(24)
TOTAL, COUNT, SMALL = Face(28, BOLD), Face(22, BOLD), Face(20)
BAR_SHARE = 0.68
"""So much of a day's width is the bar."""

ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
MOST_RULES = 5
LEFT_PX = 84
LONGEST_RAIN_PX = 170
FEW = 14
"""Up to so many days their classes are counted in the bars too."""


def draw(picture: ChartPicture) -> Image.Image:
    """Draw it."""
    canvas = Canvas(WIDTH, HEIGHT, PAPER)
    colours = [*depth_colours(len(picture.classes) - 1), UNKNOWN]
    top = draw_head(canvas, picture.title, picture.subtitle)
    bottom = draw_foot(canvas, [swatch(c, w) for c, w in zip(colours, picture.classes, strict=False)], picture.source)
    _days(canvas, picture, colours, top, bottom)
    return canvas.image


def _days(canvas: Canvas, picture: ChartPicture, colours: Sequence[Colour], top: float, bottom: float) -> None:
    """The plot between top and bottom: rain, bars, and the days' names."""
    if not picture.bars:
        return
    day = (WIDTH - LEFT_PX - SIDE_PX) / len(picture.bars)
    upright = any(width_of(readable(bar.rain or ""), RAIN) > day - 8 for bar in picture.bars)
    ground = bottom - 62
    axis = readable(picture.axis)
    canvas.words((SIDE_PX, top + 26), cut_to(axis, AXIS, WIDTH - 2 * SIDE_PX), AXIS, INK_SOFT)
    ceiling = top + 44 + _rain_height(picture.bars, upright)
    most = max(1, *(sum(bar.counts) for bar in picture.bars))
    step = next((size for size in ROUND if most / size <= MOST_RULES), ROUND[-1])
    px_each = (ground - ceiling - 44) / max(most, step)
    for count in range(0, most + 1, step):
        y = round(ground - count * px_each)
        canvas.box((LEFT_PX - 8, y - 1, WIDTH - SIDE_PX, y + 1), 0, INK_FAINT if count == 0 else RULE)
        canvas.words((LEFT_PX - 18, y + 8), str(count), SMALL, INK_FAINT, align=RIGHT)
    # one face for all: a higher bar must not have the smaller number
    total_face = TOTAL if max(width_of(str(sum(bar.counts)), TOTAL) for bar in picture.bars) < day - 2 else SMALL
    each = max(1, math.ceil(max(width_of(readable(bar.label), AXIS) + 10 for bar in picture.bars) / day))
    for i, bar in enumerate(picture.bars):
        x = LEFT_PX + (i + 0.5) * day
        _bar(canvas, bar, colours, (x, ground), day * BAR_SHARE, px_each, len(picture.bars) <= FEW, total_face)
        if i % each == 0:
            canvas.words((x, ground + 38), readable(bar.label), AXIS, INK, align=MIDDLE)
        if bar.rain:
            _rain(canvas, readable(bar.rain), (x, ceiling - 10), upright)
    if any(bar.rain for bar in picture.bars):
        canvas.drop((LEFT_PX - 30, ceiling - 16), 10, SEA_INK)


def _bar(
    canvas: Canvas,
    bar: Bar,
    colours: Sequence[Colour],
    foot: tuple[float, float],
    width: float,
    px_each: float,
    counted: bool,
    total_face: Face,
) -> None:
    x, y = foot
    left, right = round(x - width / 2), round(x + width / 2)
    total = 0
    for count, colour in zip(bar.counts, colours, strict=False):
        low, high = round(y - total * px_each), round(y - (total + count) * px_each)
        total += count
        if not count:
            continue
        canvas.box((left, high, right, low), 0, PAPER)
        canvas.box((left, min(high + 2, low - 1), right, low), 0, colour)
        if counted and low - high >= 25 and width_of(str(count), COUNT) < width - 6:
            canvas.words_in(((left + right) / 2, (low + high) / 2 + 1), str(count), COUNT, ink_on(colour))
    canvas.words((x, y - total * px_each - 10), str(total), total_face, INK if total else INK_FAINT, align=MIDDLE)


def _rain_height(bars: Sequence[Bar], upright: bool) -> float:
    said = [readable(bar.rain) for bar in bars if bar.rain]
    if not said:
        return 0
    return 16 + (min(LONGEST_RAIN_PX, max(width_of(words, RAIN) for words in said)) if upright else RAIN.size_px)


def _rain(canvas: Canvas, words: str, at: tuple[float, float], upright: bool) -> None:
    x, y = at
    if upright:
        canvas.words_up((x + 8, y), cut_to(words, RAIN, LONGEST_RAIN_PX), RAIN, SEA_INK)
    else:
        canvas.words((x, y), words, RAIN, SEA_INK, align=MIDDLE)
