"""What the marks mean: a row of signs and words that breaks where it must."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.output.drawing.ink import Canvas
from bot.output.drawing.lettering import Face, cut_to, readable, width_of
from bot.output.drawing.marks import Placed, Style, draw_mark, radius_of
from bot.output.drawing.palette import INK, INK_FAINT, Colour
from bot.output.pictures import MapWords, Mark

FACE = Face(27)
ROW_PX, GAP_PX, SIDE_PX, WIDEST_PX = 52, 34, 40, 800
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign, so wide and high, and its words; `sign` draws it with its left end at (x, y)."""

    wide: float
    high: float
    words: str
    sign: Callable[[Canvas, float, float], None]

    @property
    def width(self) -> float:
        """Of both."""
        return self.wide + 12 + width_of(self.words, FACE)


def rows_of(entries: Sequence[Entry], width: float) -> list[list[Entry]]:
    """Entries in rows that are at most so wide."""
    rows: list[list[Entry]] = [[]]
    used = 0.0
    for entry in entries:
        if rows[-1] and used + entry.width > width:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += entry.width + GAP_PX
    return rows


def height_of(rows: Sequence[Sequence[Entry]]) -> float:
    """Of all rows."""
    return sum(_height(row) for row in rows)


def _height(row: Sequence[Entry]) -> float:
    return max([ROW_PX, *(entry.high + 12 for entry in row)])


def draw_rows(canvas: Canvas, rows: Sequence[Sequence[Entry]], x: float, y: float) -> None:
    """The rows, with their top left at (x, y)."""
    for row in rows:
        at, middle = x, y + _height(row) / 2
        for entry in row:
            entry.sign(canvas, at, middle)
            canvas.words((at + entry.wide + 12, middle + 9), entry.words, FACE, INK)
            at += entry.width + GAP_PX
        y += _height(row)


def map_entries(words: MapWords, style: Style) -> list[Entry]:
    """Depths, unknown depth, the ring, the hollow mark, drains, and sizes."""

    plain = Style(style.depths_from_cm)

    def entry(mark: Mark, text: str) -> Entry:
        reach = plain.extent(mark)
        words = cut_to(readable(text), FACE, WIDEST_PX)
        return Entry(
            2 * reach, 2 * reach, words, lambda canvas, x, y: draw_mark(canvas, plain, Placed(mark, x + reach, y))
        )

    def mark(depth_cm: int | None, overdue: bool = False, receded: bool = False, drain: bool = False) -> Mark:
        return Mark(0, 0, depth_cm, 2, overdue=overdue, receded=receded, drain=drain)

    starts = [start for start, _ in words.depths]
    middle = starts[len(starts) // 2] if starts else None
    made = [entry(mark(start), text) for start, text in words.depths]
    made.append(entry(mark(None), words.unknown))
    made.append(entry(mark(middle, overdue=True), words.overdue))
    made.append(entry(mark(middle, receded=True), words.receded))
    made.append(entry(mark(None, drain=True), words.drain))
    made.append(_sizes(words.reporters))
    return made


def swatch(colour: Colour, text: str) -> Entry:
    """A square of a colour."""
    words = cut_to(readable(text), FACE, WIDEST_PX)
    return Entry(26, 26, words, lambda canvas, x, y: canvas.box((x, y - 13, x + 26, y + 13), 5, colour))


def _sizes(text: str) -> Entry:
    """Circles of the sizes that the words name ("1, 5, 20 pelapor")."""
    counts = [int(number) for number in NUMBER.findall(text)][:4] or [1]
    radii = [radius_of(count) for count in counts]

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for radius in radii:
            canvas.ring((x + radius, y), radius, 2.5, INK_FAINT)
            x += 2 * radius + 7

    words = cut_to(readable(text), FACE, WIDEST_PX)
    return Entry(2 * sum(radii) + 7 * (len(radii) - 1), 2 * max(radii), words, draw)
