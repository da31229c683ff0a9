"""The scale bar."""

from __future__ import annotations

from bot.output.drawing.ink import Canvas, Point
from bot.output.drawing.lettering import Face, width_of
from bot.output.drawing.palette import INK_SOFT, PAPER

ROUND_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)


def draw_scale(canvas: Canvas, at: Point, px_per_m: float, most_px: float, face: Face) -> float:
    """A bar of a round length, at most so long, with its left end at a point. Returns how wide it all is."""
    length_m = max([m for m in ROUND_M if m * px_per_m <= most_px], default=ROUND_M[0])
    length = length_m * px_per_m
    x, y = at
    for width, colour in ((7.0, PAPER), (3.0, INK_SOFT)):
        canvas.line((x, y), (x + length, y), width, colour)
        for end in (x, x + length):
            canvas.line((end, y - 7), (end, y), width, colour)
    text = f"{length_m // 1000} km" if length_m >= 1000 else f"{length_m} m"
    canvas.words((x + length + 10, y + 2), text, face, INK_SOFT, halo=(3, PAPER))
    return length + 10 + width_of(text, face)
