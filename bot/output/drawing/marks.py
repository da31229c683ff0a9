"""The marks of incidents: how large, which colour, and the numbers beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.output.drawing.frame import Box, Frame
from bot.output.drawing.ink import Canvas, Point
from bot.output.drawing.lettering import BOLD, Face
from bot.output.drawing.palette import DRAIN, INK, OVERDUE, PAPER, UNKNOWN, UNKNOWN_INK, Colour, depth_colours
from bot.output.pictures import Mark

SMALLEST_PX, LARGEST_PX = 11.0, 36.0
CROWD, CROWDED = 40, 0.7
"""With more marks than this they are drawn smaller, down to that share."""

RIM_PX = 2.0
RING_PX, RING_GAP_PX = 4.5, 2.5
HOLLOW_PX = 4.5
BADGE_PX, BADGE_FACE, BADGE_SMALL = 17.0, Face(25, BOLD), Face(18, BOLD)
ARROW_PX, EDGE_PX = 30.0, 10.0
"""Room for the arrow of a mark that lies beyond the panel, and from there to its edge."""


@dataclass(frozen=True, slots=True)
class Style:
    """How marks look on this picture.

    Attributes:
        depths_from_cm: where the classes of depth begin, shallow to deep.
        scale: 1, or less where there are many.
    """

    depths_from_cm: Sequence[int]
    scale: float = 1.0

    def colour(self, depth_cm: int | None) -> Colour:
        """Of a depth; what is shallower than the first class is drawn as the first."""
        if depth_cm is None:
            return UNKNOWN
        reached = sum(depth_cm >= start for start in self.depths_from_cm)
        return depth_colours(len(self.depths_from_cm))[max(0, reached - 1)]

    def radius(self, mark: Mark) -> float:
        """Of a mark without its rim and ring."""
        return self.scale * (SMALLEST_PX + 2 if mark.drain else radius_of(mark.reporters))

    def extent(self, mark: Mark) -> float:
        """Radius of everything that is drawn of it."""
        return self.radius(mark) + RIM_PX + (RING_GAP_PX + RING_PX if mark.overdue else 0)


def style_for(depths_from_cm: Sequence[int], count: int) -> Style:
    """For so many marks."""
    return Style(depths_from_cm, max(CROWDED, 1 - 0.1 * math.log2(max(1, count / CROWD))))


ROOM_AT_EDGE = 100
"""So many marks find room along the edge; more lie upon them, instead of being tried everywhere."""


def radius_of(reporters: int) -> float:
    """Grows with the reporters so that the area tells their number, a little less for the largest."""
    return min(LARGEST_PX, SMALLEST_PX * math.pow(max(1, reporters), 0.4))


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark where it is drawn. `towards`: the direction (length 1) of one that lies beyond the panel."""

    mark: Mark
    x: float
    y: float
    towards: Point | None = None


def placed(marks: Sequence[Mark], frame: Frame, style: Style) -> list[Placed]:
    """All marks in the panel; those beyond it at its edge, moved along it where they would cover each other."""
    inside: list[Placed] = []
    beyond: list[Placed] = []
    for mark in marks:
        x, y = frame.xy(mark.lat, mark.lon)
        if frame.holds(x, y, 4.0):
            inside.append(Placed(mark, x, y))
        else:
            beyond.append(_at_edge(mark, x, y, frame, _edge(mark, style)))
    kept: list[Placed] = []
    for one in sorted(beyond, key=lambda one: (one.x, one.y)):
        moved = one
        for turn in range(1, 40 if len(kept) < ROOM_AT_EDGE else 1):
            if all(_apart(moved, other, style) for other in kept):
                break
            moved = _slid(one, SMALLEST_PX * turn * (-1 if turn % 2 else 1), frame, _edge(one.mark, style))
        kept.append(moved)
    return inside + kept


def _edge(mark: Mark, style: Style) -> float:
    return style.extent(mark) + ARROW_PX + EDGE_PX


def _apart(one: Placed, other: Placed, style: Style) -> bool:
    return math.hypot(one.x - other.x, one.y - other.y) > style.extent(one.mark) + style.extent(other.mark) + 8


def _at_edge(mark: Mark, x: float, y: float, frame: Frame, edge: float) -> Placed:
    middle_x, middle_y = frame.middle
    dx, dy = x - middle_x, y - middle_y
    share = min(
        (frame.width / 2 - edge) / abs(dx) if dx else math.inf,
        (frame.height / 2 - edge) / abs(dy) if dy else math.inf,
        1.0,
    )
    at_x, at_y = middle_x + dx * share, middle_y + dy * share
    away = math.hypot(x - at_x, y - at_y) or 1.0
    return Placed(mark, at_x, at_y, ((x - at_x) / away, (y - at_y) / away))


def _slid(one: Placed, along: float, frame: Frame, edge: float) -> Placed:
    x0, y0, x1, y1 = frame.box
    upright = min(one.x - x0, x1 - one.x) < min(one.y - y0, y1 - one.y)
    x = one.x if upright else min(max(one.x + along, x0 + edge), x1 - edge)
    y = min(max(one.y + along, y0 + edge), y1 - edge) if upright else one.y
    return Placed(one.mark, x, y, one.towards)


def in_order(marks: Sequence[Placed]) -> list[Placed]:
    """Receded ones below, then from large to small, so that none is hidden by one that it could be seen on."""
    return sorted(
        marks,
        key=lambda one: (not one.mark.receded, one.mark.overdue, -one.mark.reporters, -one.y, one.x),
    )


def draw_mark(canvas: Canvas, style: Style, one: Placed) -> None:
    """A mark, with an arrow if it lies beyond the panel."""
    mark, at = one.mark, (one.x, one.y)
    radius, colour = style.radius(mark), DRAIN if mark.drain else style.colour(mark.depth_cm)
    if one.towards:
        reach = style.extent(mark) + 20
        tip = (one.x + one.towards[0] * reach, one.y + one.towards[1] * reach)
        canvas.arrow_head((tip[0] + one.towards[0] * 3, tip[1] + one.towards[1] * 3), one.towards, 18, PAPER)
        canvas.arrow_head(tip, one.towards, 13, INK)
    if mark.drain:
        _diamond(canvas, at, radius, colour, mark)
        return
    reach = style.extent(mark) if mark.overdue else radius
    if mark.receded:  # what lies below shows through
        canvas.disc(at, reach + RIM_PX, PAPER, 0.65)
    else:
        canvas.disc(at, reach + RIM_PX, PAPER)
    if mark.overdue:
        canvas.ring(at, reach, RING_PX, OVERDUE)
    if mark.receded:
        canvas.ring(at, radius, HOLLOW_PX * style.scale, UNKNOWN_INK if mark.depth_cm is None else colour)
        return
    canvas.disc(at, radius, colour)
    if mark.depth_cm is None:
        canvas.ring(at, radius, 1.5, UNKNOWN_INK)
        canvas.words_in(at, "?", Face(max(12, round(radius * 1.35)), BOLD), UNKNOWN_INK)


def around_mark(one: Placed, style: Style) -> Box:
    """What a mark covers, with its arrow."""
    reach = style.extent(one.mark) + (ARROW_PX if one.towards else 0)
    return one.x - reach, one.y - reach, one.x + reach, one.y + reach


def _diamond(canvas: Canvas, at: Point, radius: float, colour: Colour, mark: Mark) -> None:
    if mark.overdue:
        outer = radius + 1.4 * (RING_GAP_PX + RING_PX + RIM_PX)
        canvas.diamond(at, outer + 1.4 * RIM_PX, PAPER)
        canvas.diamond(at, outer, OVERDUE, RING_PX)
    else:
        canvas.diamond(at, radius + 1.4 * RIM_PX, PAPER)
    canvas.diamond(at, radius, PAPER if mark.receded else colour)
    if mark.receded:
        canvas.diamond(at, radius, colour, HOLLOW_PX * 0.8)


@dataclass(frozen=True, slots=True)
class Badge:
    """The number of a mark, and where its middle is."""

    of: Placed
    x: float
    y: float

    @property
    def box(self) -> Box:
        """What it covers."""
        reach = BADGE_PX + RIM_PX
        return self.x - reach, self.y - reach, self.x + reach, self.y + reach


def badges(style: Style, marks: Sequence[Placed], panel: Box, avoid: Sequence[Box] = ()) -> list[Badge]:
    """Places for the numbers: beside their marks, farther off where they would cover another or what is to avoid."""
    found: list[Badge] = []
    for one in sorted(marks, key=lambda one: one.mark.label or 0):
        if one.mark.label is not None:
            near = [(o, style.radius(o.mark)) for o in marks if abs(o.x - one.x) < FAR_PX and abs(o.y - one.y) < FAR_PX]
            found.append(Badge(one, *_badge_place(one, style, near, found, panel, avoid)))
    return found


def draw_badges(canvas: Canvas, style: Style, numbers: Sequence[Badge]) -> None:
    """The numbers, with a line to the mark where that is not beside it."""
    for badge in numbers:
        one = badge.of
        away = math.hypot(badge.x - one.x, badge.y - one.y)
        if away > style.extent(one.mark) + BADGE_PX + 9:
            rim = style.radius(one.mark) * 0.5 / away
            start = (one.x + (badge.x - one.x) * rim, one.y + (badge.y - one.y) * rim)
            canvas.line(start, (badge.x, badge.y), 6, PAPER)
            canvas.line(start, (badge.x, badge.y), 2.6, INK)
    for badge in numbers:
        at = (badge.x, badge.y)
        canvas.disc(at, BADGE_PX + RIM_PX, PAPER)
        canvas.disc(at, BADGE_PX, INK)
        text = str(badge.of.mark.label)
        canvas.words_in(at, text, BADGE_FACE if len(text) < 3 else BADGE_SMALL, PAPER)


_DIRECTIONS = tuple(
    (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
    for degrees in (-45, -135, -90, 0, 180, 45, 135, 90, -22, -158, -67, -112, 22, 158, 67, 112)
)
FAR_PX = 260.0
"""No number is farther from its mark, nor would it cover a mark that is."""


def _badge_place(
    one: Placed,
    style: Style,
    near: Sequence[tuple[Placed, float]],
    taken: Sequence[Badge],
    panel: Box,
    avoid: Sequence[Box],
) -> Point:
    best, least = (one.x, one.y), math.inf
    room = BADGE_PX + RIM_PX + 2
    # a large mark is still seen with a number on its edge
    beside = style.extent(one.mark) + BADGE_PX - 0.3 * style.radius(one.mark)
    for ring, away in enumerate((0.0, 8.0, 28.0, 50.0, 80.0, 115.0, 155.0)):
        if least < 0.9 * ring:
            break
        reach = beside + away
        for i, (cosine, sine) in enumerate(_DIRECTIONS):
            x, y = one.x + reach * cosine, one.y + reach * sine
            if not (panel[0] + room < x < panel[2] - room and panel[1] + room < y < panel[3] - room):
                continue
            cost = 0.9 * ring + 0.05 * i
            if one.towards:
                cost += 3 * max(0.0, cosine * one.towards[0] + sine * one.towards[1])  # the arrow is there
            cost += sum(20 for other in taken if math.hypot(other.x - x, other.y - y) < 2 * BADGE_PX + 3)
            cost += sum(20 for x0, y0, x1, y1 in avoid if x0 - room < x < x1 + room and y0 - room < y < y1 + room)
            for other, radius in near:
                gap = math.hypot(other.x - x, other.y - y) - radius - BADGE_PX
                if gap < 0 and other is not one:
                    cost += min(1.5, -gap / 8) * (2 if other.mark.label is not None else 1)
            if cost < least:
                best, least = (x, y), cost
    return best
