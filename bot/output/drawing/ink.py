"""A picture that smooth shapes and words are painted on. Pixels are counted from the top left; (x, y) order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.output.drawing.lettering import Face, set_line, width_of
from bot.output.drawing.palette import Colour

Floats = NDArray[np.floating[Any]]
Distance = Callable[[Floats, Floats], Floats]
"""Signed distance in pixels to a shape's outline, negative inside, for the pixels' x and y."""

Point = tuple[float, float]
LEFT, MIDDLE, RIGHT = 0.0, 0.5, 1.0


class Canvas:
    """A picture in the making."""

    def __init__(self, width: int, height: int, colour: Colour) -> None:
        self.image = Image.new("RGB", (width, height), colour)

    @property
    def width(self) -> int:
        """In pixels."""
        return self.image.width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.image.height

    def shape(self, box: Sequence[float], distance: Distance, colour: Colour, opacity: float = 1.0) -> None:
        """Fill a shape that lies within a box (x0, y0, x1, y1). Its edge is one pixel soft."""
        x0, y0 = max(0, int(box[0]) - 1), max(0, int(box[1]) - 1)
        x1, y1 = min(self.width, int(box[2]) + 2), min(self.height, int(box[3]) + 2)
        if x0 >= x1 or y0 >= y1:
            return
        xs = np.arange(x0, x1, dtype=np.float32)[None, :] + 0.5
        ys = np.arange(y0, y1, dtype=np.float32)[:, None] + 0.5
        covered = np.clip(0.5 - distance(xs, ys), 0, 1) * (255 * opacity)
        self.image.paste(colour, (x0, y0), Image.fromarray(np.rint(covered).astype(np.uint8)))

    def disc(self, at: Point, radius: float, colour: Colour, opacity: float = 1.0) -> None:
        """A filled circle."""
        self.ring(at, radius, 2 * radius, colour, opacity)

    def ring(self, at: Point, radius: float, width: float, colour: Colour, opacity: float = 1.0) -> None:
        """A circle's line, inside of the radius."""
        x, y = at
        middle = radius - width / 2
        self.shape(
            (x - radius, y - radius, x + radius, y + radius),
            lambda xs, ys: np.abs(np.hypot(xs - x, ys - y) - middle) - width / 2,
            colour,
            opacity,
        )

    def diamond(self, at: Point, radius: float, colour: Colour, width: float | None = None) -> None:
        """A square on its corner; with a width, only a line inside of its edge."""
        x, y = at

        def distance(xs: Floats, ys: Floats) -> Floats:
            outer = (np.abs(xs - x) + np.abs(ys - y) - radius) * 0.7071
            return outer if width is None else _cut(outer, -outer - width)

        self.shape((x - radius, y - radius, x + radius, y + radius), distance, colour)

    def box(self, box: Sequence[float], radius: float, colour: Colour, opacity: float = 1.0) -> None:
        """A filled box with round corners."""
        self.shape(box, _rounded(box, radius), colour, opacity)

    def frame(self, box: Sequence[float], radius: float, width: float, colour: Colour) -> None:
        """The line of a box with round corners, inside of it."""
        outer = _rounded(box, radius)

        def distance(xs: Floats, ys: Floats) -> Floats:
            out = outer(xs, ys)
            return _cut(out, -out - width)

        self.shape(box, distance, colour)

    def line(self, start: Point, end: Point, width: float, colour: Colour) -> None:
        """A straight line with round ends."""
        (x1, y1), (x2, y2) = start, end
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy or 1.0
        half = width / 2

        def distance(xs: Floats, ys: Floats) -> Floats:
            along = np.clip(((xs - x1) * dx + (ys - y1) * dy) / length, 0, 1)
            away: Floats = np.hypot(xs - x1 - along * dx, ys - y1 - along * dy) - half
            return away

        self.shape((min(x1, x2) - half, min(y1, y2) - half, max(x1, x2) + half, max(y1, y2) + half), distance, colour)

    def arrow_head(self, tip: Point, towards: Point, size: float, colour: Colour) -> None:
        """A triangle with its tip at a point, looking in a direction (a vector of length 1)."""
        (x, y), (ux, uy) = tip, towards
        box = (x - 2 * size, y - 2 * size, x + 2 * size, y + 2 * size)

        def distance(xs: Floats, ys: Floats) -> Floats:
            along = (xs - x) * ux + (ys - y) * uy
            across = np.abs((xs - x) * -uy + (ys - y) * ux)
            return _cut((across + along * 0.75) * 0.8, -along - size)

        self.shape(box, distance, colour)

    def words(
        self,
        at: Point,
        text: str,
        face: Face,
        colour: Colour,
        *,
        align: float = LEFT,
        halo: tuple[float, Colour] | None = None,
    ) -> float:
        """A line of words with its base line at a point; `align` says which part of it is there. Returns its width."""
        line = set_line(text, face, halo[0] if halo else 0.0)
        corner = (round(at[0] - align * line.width) - line.left, round(at[1]) - line.ascent)
        if halo and line.halo:
            self.image.paste(halo[1], corner, line.halo)
        self.image.paste(colour, corner, line.letters)
        return line.width

    def words_up(self, at: Point, text: str, face: Face, colour: Colour) -> None:
        """A line of words that goes up from a point, its base line there."""
        line = set_line(text, face)
        turned = line.letters.transpose(Image.Transpose.ROTATE_90)
        corner = (round(at[0]) - line.ascent, round(at[1]) - turned.height + line.left)
        self.image.paste(colour, corner, turned)

    def drop(self, at: Point, radius: float, colour: Colour) -> None:
        """A drop of rain; the point is the middle of its round part."""
        x, y = at
        tip = 2.2 * radius
        sine = radius / tip
        cosine = (1 - sine * sine) ** 0.5

        def distance(xs: Floats, ys: Floats) -> Floats:
            across, down = np.abs(xs - x), ys - (y - tip)
            cone = _cut(across * cosine - down * sine, ys - (y - radius * sine))
            both: Floats = np.minimum(np.hypot(xs - x, ys - y) - radius, cone)
            return both

        self.shape((x - radius, y - tip, x + radius, y + radius), distance, colour)

    def words_in(self, middle: Point, text: str, face: Face, colour: Colour) -> None:
        """A line of capitals or digits with its middle at a point."""
        x, y = middle
        self.words((x - width_of(text, face) / 2, y + 0.365 * face.size_px), text, face, colour)


def _rounded(box: Sequence[float], radius: float) -> Distance:
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    w, h = (x1 - x0) / 2 - radius, (y1 - y0) / 2 - radius

    def distance(xs: Floats, ys: Floats) -> Floats:
        dx, dy = np.abs(xs - x) - w, np.abs(ys - y) - h
        away: Floats = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - radius
        return away

    return distance


def _cut(one: Floats, other: Floats) -> Floats:
    """The distance to what two shapes have in common."""
    both: Floats = np.maximum(one, other)
    return both
