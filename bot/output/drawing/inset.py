"""A magnified part of the map, where marks would lie on top of each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.map_base import MapBase
from bot.output.drawing.frame import Box, Frame, around, grown
from bot.output.drawing.ground import Ground, ground
from bot.output.drawing.ink import Canvas, Point
from bot.output.drawing.lettering import Face
from bot.output.drawing.marks import (
    BADGE_PX,
    Placed,
    Style,
    around_mark,
    badges,
    draw_badges,
    draw_mark,
    in_order,
    placed,
)
from bot.output.drawing.names import Names
from bot.output.drawing.palette import INK, PAPER
from bot.output.drawing.scale import draw_scale

TOUCHING_PX = 2 * BADGE_PX + 4
"""Marks nearer together than this have no room for their numbers."""

LEAST_MARKS, WIDEST_PX = 4, 190
"""An inset is for at least so many marks within so small a part of the map."""

SIZES = ((560, 300), (460, 300), (380, 300), (320, 380), (340, 250))
MARK_SCALE = 0.8

LEAST_M = 350.0
"""An inset shows at least so much: nearer up, positions would look more exact than they are."""

GAP_PX, SCALE_PX, WINDOW_PX = 22, 62, 26.0
"""Room to the panel's edge, and above the scale and the note; half of the least window."""

PLACES = 24
"""How many places are tried side by side."""

RADIUS_PX = 14


@dataclass(frozen=True, slots=True)
class Inset:
    """The magnified part.

    Attributes:
        frame: where it is drawn, and what it shows.
        window: the same part on the map, in pixels.
        shown: the marks that are in it.
    """

    frame: Frame
    window: Box
    shown: Sequence[Placed]

    @property
    def thread(self) -> tuple[Point, Point]:
        """From the window to its magnified picture."""
        box, window = self.frame.box, self.window
        from_x = (window[0] + window[2]) / 2
        to_x = min(max(from_x, box[0] + 2 * RADIUS_PX), box[2] - 2 * RADIUS_PX)
        above = box[3] < window[1]
        return (from_x, window[1] if above else window[3]), (to_x, box[3] if above else box[1])

    @property
    def way(self) -> list[Box]:
        """What the thread takes."""
        (x0, y0), (x1, y1) = self.thread
        steps = [(x0 + (x1 - x0) * i / 20, y0 + (y1 - y0) * i / 20) for i in range(21)]
        return [grown((x, y, x, y), 12) for x, y in steps]


def find_inset(marks: Sequence[Placed], frame: Frame, on: Ground, style: Style) -> Inset | None:
    """The part that needs magnifying most, and the place on the map where that covers least; None if none does."""
    crowd = _crowd([one for one in marks if one.towards is None])
    if crowd is None:
        return None
    points = [(one.mark.lat, one.mark.lon) for one in crowd]
    best: tuple[float, Frame] | None = None
    for wide, high in SIZES:
        for box in _places(frame.box, wide, high):
            shown = around(points, _inner(box), LEAST_M)
            magnified = Frame(box, shown.lat, shown.lon, shown.px_per_m)
            if magnified.px_per_m < 2 * frame.px_per_m:
                continue
            nearness = 0.25 * math.log2(magnified.px_per_m / frame.px_per_m)
            cost = _covers(box, frame, on, marks, crowd) - nearness + wide * high / 1e6
            if best is None or cost < best[0]:
                best = cost, magnified
    if best is None:
        return None
    magnified = best[1]
    window = _window(magnified, frame)
    within = {id(one.mark) for one in placed([one.mark for one in marks], magnified, style) if one.towards is None}
    return Inset(magnified, window, [one for one in marks if id(one.mark) in within])


def _crowd(marks: Sequence[Placed]) -> list[Placed] | None:
    """The group of marks that touch, with the most numbers in it."""
    left = list(marks)
    groups: list[list[Placed]] = []
    while left:
        group, edge = [], [left.pop()]
        while edge:
            one = edge.pop()
            group.append(one)
            near = [
                o for o in left if abs(o.x - one.x) < TOUCHING_PX and math.hypot(o.x - one.x, o.y - one.y) < TOUCHING_PX
            ]
            for other in near:
                left.remove(other)
            edge += near
        groups.append(group)
    small = [group for group in groups if len(group) >= LEAST_MARKS and _side(group) <= WIDEST_PX]
    numbered = [group for group in small if _numbers(group) >= 3 or len(group) == len(marks)]
    return max(numbered, key=lambda group: (_numbers(group), len(group)), default=None)


def _side(group: Sequence[Placed]) -> float:
    xs, ys = [one.x for one in group], [one.y for one in group]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _numbers(group: Sequence[Placed]) -> int:
    return sum(one.mark.label is not None for one in group)


def _places(panel: Box, wide: float, high: float) -> Iterator[Box]:
    x0, y0, x1, y1 = panel
    for y in (y0 + GAP_PX, y1 - GAP_PX - high - SCALE_PX):
        for step in range(PLACES + 1):
            x = x0 + GAP_PX + (x1 - x0 - 2 * GAP_PX - wide) * step / PLACES
            yield x, y, x + wide, y + high


def _inner(box: Box) -> Box:
    """Where the marks must be, with room for numbers around them."""
    room = 2 * BADGE_PX + 6
    return box[0] + room, box[1] + room, box[2] - room, box[3] - room


def _window(magnified: Frame, frame: Frame) -> Box:
    """Where the magnified part is on the map, and room for the marks that stand there."""
    x, y = frame.xy(magnified.lat, magnified.lon)
    share = frame.px_per_m / magnified.px_per_m / 2
    wide, high = max(WINDOW_PX, magnified.width * share), max(WINDOW_PX, magnified.height * share)
    return x - wide, y - high, x + wide, y + high


def _covers(box: Box, frame: Frame, on: Ground, marks: Sequence[Placed], crowd: Sequence[Placed]) -> float:
    """How much would be lost under it: other marks most of all, then land that is served."""
    x0, y0, x1, y1 = box
    room = 60
    if any(x0 - room < one.x < x1 + room and y0 - room < one.y < y1 + room for one in crowd):
        return math.inf
    hidden = sum(x0 < one.x < x1 and y0 < one.y < y1 for one in marks)
    left, top = frame.box[:2]
    rows, columns = slice(int(y0 - top), int(y1 - top)), slice(int(x0 - left), int(x1 - left))
    part = on.served[rows, columns]
    middle = sum(one.x for one in crowd) / len(crowd), sum(one.y for one in crowd) / len(crowd)
    far = math.hypot((x0 + x1) / 2 - middle[0], (y0 + y1) / 2 - middle[1]) / frame.width
    return hidden + 12 * float(np.mean(part)) + 0.3 * far


def draw_inset(canvas: Canvas, inset: Inset, base: MapBase, style: Style) -> None:
    """The window on the map, a line to its magnified picture, and that picture."""
    box, window = inset.frame.box, inset.window
    start, end = inset.thread
    canvas.line(start, end, 8, PAPER)
    canvas.line(start, end, 3, INK)
    canvas.frame(grown(window, 3), 12, 9, PAPER)
    canvas.frame(window, 9, 3, INK)
    inner = _magnified(inset, base, style)
    mask = Canvas(inner.width, inner.height, (0, 0, 0))
    mask.box((0, 0, inner.width, inner.height), RADIUS_PX, (255, 255, 255))
    canvas.box(grown(box, 6), RADIUS_PX + 6, PAPER)
    canvas.image.paste(inner.image, (round(box[0]), round(box[1])), mask.image.convert("L"))
    canvas.frame(grown(box, 3), RADIUS_PX + 3, 3, INK)


def _magnified(inset: Inset, base: MapBase, style: Style) -> Canvas:
    inner = Canvas(inset.frame.width, inset.frame.height, PAPER)
    here = Frame((0, 0, inner.width, inner.height), inset.frame.lat, inset.frame.lon, inset.frame.px_per_m)
    on = ground(base, here)
    inner.image.paste(on.image, (0, 0))
    style = replace(style, scale=style.scale * MARK_SCALE)
    marks = [one for one in placed([one.mark for one in inset.shown], here, style) if one.towards is None]
    scale = (8, inner.height - 54, 200, inner.height - 8)
    numbers = badges(style, marks, here.box, [scale])
    covered = [badge.box for badge in numbers] + [around_mark(one, style) for one in marks]
    for name in Names(base, here, on, [scale, *covered], ()).place_kelurahan():
        name.draw(inner)
    draw_scale(inner, (16, inner.height - 18), here.px_per_m, 110, Face(20))
    for one in in_order(marks):
        draw_mark(inner, style, one)
    draw_badges(inner, style, numbers)
    return inner
