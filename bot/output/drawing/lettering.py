"""Words as pixels: DejaVu Sans, which comes with matplotlib, set narrow (90 %, as DejaVu Sans Condensed is)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

NARROW = 0.9
FINE = 2
"""Letters are drawn so many times larger and scaled down: narrow ones stay sharp."""

LEADING = 1.18
"""From line to line, in font sizes."""

ELLIPSIS = "…"
PLAIN, BOLD, ITALIC = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"


@dataclass(frozen=True, slots=True)
class Face:
    """A size (pixels) and a cut of the letters; `spacing_px` between them."""

    size_px: int
    cut: str = PLAIN
    spacing_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Lettering:
    """A line of words as masks: the letters and their halo, which share the origin.

    Attributes:
        width: pixels from the first letter's origin to the end of the last.
        left, ascent: where the origin (on the base line) lies in the masks.
    """

    letters: Image.Image
    halo: Image.Image | None
    width: float
    left: int
    ascent: int


@cache
def width_of(text: str, face: Face) -> float:
    """How wide a line is, in pixels."""
    return float(_font(face).getlength(text)) * NARROW / FINE + face.spacing_px * max(0, len(text) - 1)


@cache
def set_line(text: str, face: Face, halo_px: float = 0.0) -> Lettering:
    """A line of (readable) words, with a halo so wide around each letter."""
    font = _font(face)
    room = round(halo_px + 3) * FINE
    width = width_of(text, face)
    high = round(face.size_px * 1.5) * FINE + 2 * room
    wide = round(width / NARROW * FINE) + 2 * room + face.size_px
    origin = (room, room + round(face.size_px * 1.1) * FINE)

    def mask(stroke: int) -> Image.Image:
        drawn = Image.new("L", (wide, high))
        pen = ImageDraw.Draw(drawn)
        if face.spacing_px:
            for i, letter in enumerate(text):
                x = origin[0] + float(font.getlength(text[:i])) + i * face.spacing_px / NARROW * FINE
                pen.text((x, origin[1]), letter, 255, font, anchor="ls", stroke_width=stroke)
        else:
            pen.text(origin, text, 255, font, anchor="ls", stroke_width=stroke)
        return drawn.resize((round(wide / FINE * NARROW), high // FINE), Image.Resampling.LANCZOS)

    halo = mask(round(halo_px * FINE)) if halo_px else None
    return Lettering(mask(0), halo, width, round(origin[0] / FINE * NARROW), origin[1] // FINE)


def readable(text: str) -> str:
    """The text on one line, without what the letters lack (emoji, other scripts)."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(letter for letter in plain if letter.isprintable() and (letter.isascii() or _has(letter)))
    return " ".join(kept.split())


def cut_to(text: str, face: Face, width: float) -> str:
    """The text, or its beginning and an ellipsis, if it is wider than that."""
    if width_of(text, face) <= width:
        return text
    while text and width_of(text + ELLIPSIS, face) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(text: str, face: Face, width: float, lines: int) -> list[str]:
    """The text in at most so many lines of at most that width."""
    made: list[str] = []
    words = readable(text).split()
    while words:
        if len(made) == lines - 1:
            made.append(cut_to(" ".join(words), face, width))
            break
        count = len(words)
        while count > 1 and width_of(" ".join(words[:count]), face) > width:
            count -= 1
        made.append(cut_to(" ".join(words[:count]), face, width))
        words = words[count:]
    return made


def fitting(text: str, sizes_px: Sequence[int], cut: str, width: float) -> tuple[str, Face]:
    """The text on one line in the largest size that it fits in; cut in the smallest, if need be."""
    line = readable(text)
    for size in sizes_px:
        face = Face(size, cut)
        if width_of(line, face) <= width:
            return line, face
    return cut_to(line, face, width), face


def fitted(text: str, sizes_px: Sequence[int], width: float) -> tuple[list[str], Face]:
    """The text on one line in the largest size that it fits in, else on two in the largest."""
    for size in sizes_px:
        if width_of(readable(text), Face(size)) <= width:
            return [readable(text)], Face(size)
    return wrapped(text, Face(sizes_px[0]), width, 2), Face(sizes_px[0])


@cache
def _font(face: Face) -> ImageFont.FreeTypeFont:
    # read from where matplotlib keeps it: importing matplotlib takes half a second and wants a folder to write to
    return ImageFont.truetype(str(_folder() / face.cut), face.size_px * FINE, layout_engine=ImageFont.Layout.BASIC)


@cache
def _folder() -> Path:
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib, whose letters the pictures use, is not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def _has(letter: str) -> bool:
    face = Face(20)
    return bytes(_font(face).getmask(letter)) != _lacking(face)


@cache
def _lacking(face: Face) -> bytes:
    return bytes(_font(face).getmask("\U0010fffd"))  # for private use: no letter
