"""Short words on white, laid on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.output.drawing.frame import Box, Frame
from bot.output.drawing.ground import Ground
from bot.output.drawing.ink import Canvas
from bot.output.drawing.lettering import BOLD, Face, width_of, wrapped
from bot.output.drawing.palette import INK, PAPER

OUTSIDE, EMPTY = Face(25), Face(36, BOLD)
EDGE_PX, ARROW_PX = 22.0, 28.0


@dataclass(frozen=True, slots=True)
class Note:
    """Words in a box; with an arrow before them where they tell of marks beyond the edge."""

    box: Box
    lines: Sequence[str]
    face: Face
    arrow: bool = False

    def draw(self, canvas: Canvas) -> None:
        """Draw it."""
        x0, y0, x1, y1 = self.box
        size = self.face.size_px
        canvas.box(self.box, min(24.0, (y1 - y0) / 2), PAPER, 0.94)
        if self.arrow:
            canvas.arrow_head((x0 + 38, (y0 + y1) / 2), (1.0, 0.0), 15, INK)
        for i, line in enumerate(self.lines):
            x = (x0 + x1 + (ARROW_PX if self.arrow else 0) - width_of(line, self.face)) / 2
            y = (y0 + y1) / 2 + 0.36 * size + (i - (len(self.lines) - 1) / 2) * 1.3 * size
            canvas.words((x, y), line, self.face, INK)


def outside_note(text: str, frame: Frame) -> Note:
    """At the lower right."""
    lines = wrapped(text, OUTSIDE, frame.width * 0.6, 1)
    wide = width_of("".join(lines), OUTSIDE) + 40 + ARROW_PX
    x1, y1 = frame.box[2] - EDGE_PX, frame.box[3] - EDGE_PX
    return Note((x1 - wide, y1 - 48, x1, y1), lines, OUTSIDE, arrow=True)


def empty_note(text: str, frame: Frame, on: Ground) -> Note:
    """In the middle, as high as it covers the least of what is served."""
    lines = wrapped(text, EMPTY, frame.width * 0.8, 3)
    wide, high = max(width_of(line, EMPTY) for line in lines) + 80, 47.0 * len(lines) + 44
    x = frame.width / 2
    columns = on.served[:, int(x - wide / 2) : int(x + wide / 2)]
    starts = range(int(EDGE_PX), int(frame.height - high - EDGE_PX), 10)
    middle = (frame.height - high) / 2
    start = min(starts, key=lambda y: (round(float(np.mean(columns[y : y + int(high)])), 2), abs(y - middle)))
    left, top = frame.box[:2]
    return Note((left + x - wide / 2, top + start, left + x + wide / 2, top + start + high), lines, EMPTY)
