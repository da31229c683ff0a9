"""What all pictures have in common: title above, legend and source below."""

from __future__ import annotations

from collections.abc import Sequence

from bot.output.drawing.ink import Canvas
from bot.output.drawing.legend import SIDE_PX, Entry, draw_rows, height_of, rows_of
from bot.output.drawing.lettering import BOLD, Face, fitted, fitting, wrapped
from bot.output.drawing.palette import INK, INK_FAINT, INK_SOFT

TITLE_SIZES_PX, SUBTITLE_SIZES_PX = (46, 42, 38, 34, 30), (31, 29, 27)
SOURCE = Face(21)


def draw_head(canvas: Canvas, title: str, subtitle: str) -> int:
    """Title and subtitle. Returns where they end."""
    width = canvas.width - 2 * SIDE_PX
    line, face = fitting(title, TITLE_SIZES_PX, BOLD, width)
    y = 34 + round(0.76 * face.size_px)
    canvas.words((SIDE_PX, y), line, face, INK)
    y += 12
    lines, face = fitted(subtitle, SUBTITLE_SIZES_PX, width)
    for line in lines:
        y += 38
        canvas.words((SIDE_PX, y), line, face, INK_SOFT)
    return y + 28


def draw_foot(canvas: Canvas, entries: Sequence[Entry], source: str) -> int:
    """Legend and source. Returns where they begin."""
    width = canvas.width - 2 * SIDE_PX
    rows = rows_of(entries, width)
    lines = wrapped(source, SOURCE, width, 2)
    y = canvas.height - 28 - 28 * len(lines) - height_of(rows)
    draw_rows(canvas, rows, SIDE_PX, y)
    for i, line in enumerate(reversed(lines)):
        canvas.words((SIDE_PX, canvas.height - 24 - 28 * i), line, SOURCE, INK_FAINT)
    return round(y - 14)
