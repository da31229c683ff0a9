"""Where names stand: inside of what they name if there is room, and never over each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.map_base import MapBase
from bot.output.drawing.frame import Box, Frame
from bot.output.drawing.ground import Ground
from bot.output.drawing.ink import MIDDLE, Canvas
from bot.output.drawing.lettering import BOLD, ITALIC, LEADING, PLAIN, Face, readable, width_of
from bot.output.drawing.palette import LAND, LAND_AROUND, NAME, NAME_KECAMATAN, SEA, SEA_INK, Colour

SIZES_PX = (30, 28, 26, 24, 22)
"""Of kelurahan names: the largest at which all have room, else the smallest. 22 px are 6.7 pt on a phone."""

TIGHT_PX = (20, 18)
"""Of those that have none at that size."""

KECAMATAN_PX, SEA_PX = 29, 36
MANY = 60
"""With more kelurahan than this the names of kecamatan come first; theirs only where there is room left."""

BESIDE_PX = 70
"""How far outside of a kecamatan its name is looked for room."""

STEP = 6
"""Pixels from one place that is tried to the next."""

MOSTLY_INSIDE, TIGHTLY_INSIDE = 0.7, 0.5
"""So much of a name must stand on its own ground; where room is tight, so much."""

Floats = NDArray[np.floating[Any]]
Sums = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that has its place: middle of its box, in pixels of the picture."""

    lines: Sequence[str]
    face: Face
    colour: Colour
    halo: Colour
    x: float
    y: float

    @property
    def box(self) -> Box:
        """What it covers."""
        wide, high = _extent(self.lines, self.face)
        return self.x - wide / 2, self.y - high / 2, self.x + wide / 2, self.y + high / 2

    def draw(self, canvas: Canvas) -> None:
        """Write it."""
        high = _extent(self.lines, self.face)[1]
        for i, line in enumerate(self.lines):
            base = self.y - high / 2 + (0.86 + i * LEADING) * self.face.size_px
            canvas.words((self.x, base), line, self.face, self.colour, align=MIDDLE, halo=(3.0, self.halo))


class _Region:
    """A part of the ground that has a name: where that could stand, and sums that tell how much of a box is in it."""

    def __init__(self, mask: NDArray[np.bool_], room: int = 0, step: int = STEP) -> None:
        coarse = mask[::3, ::3]
        rows, columns = np.flatnonzero(coarse.any(axis=1)) * 3, np.flatnonzero(coarse.any(axis=0)) * 3
        self.found = len(rows) > 0
        if not self.found:
            return
        high, wide = mask.shape
        top, bottom = max(0, rows[0] - 3 - room), min(high, rows[-1] + 4 + room)
        left, right = max(0, columns[0] - 3 - room), min(wide, columns[-1] + 4 + room)
        crop = mask[top:bottom, left:right]
        self.left, self.top = int(left), int(top)
        self.area = int(crop.sum())
        ys, xs = np.mgrid[0 : crop.shape[0] : step, 0 : crop.shape[1] : step]
        inside = crop[ys, xs]
        self.middle = (float(xs[inside].mean() + left), float(ys[inside].mean() + top)) if inside.any() else (left, top)
        at = inside if not room else np.ones_like(inside)
        self.xs = (xs[at] + left).astype(np.float32)
        self.ys = (ys[at] + top).astype(np.float32)
        self._sums = _sums(crop)

    def share(self, wide: float, high: float) -> Floats:
        """How much of a box around each place is in the region."""
        return _share(self._sums, self.xs - self.left, self.ys - self.top, wide, high)


@dataclass(slots=True)
class Names:
    """Finds places for names on a ground.

    Attributes:
        taken: boxes that nothing may be written in.
        marks: boxes that are better left free.
    """

    base: MapBase
    frame: Frame
    ground: Ground
    taken: list[Box]
    marks: Sequence[Box] = ()
    placed: list[Name] = field(default_factory=list)
    _regions: dict[int, _Region] = field(default_factory=dict)
    _marked: Sums = field(default_factory=lambda: np.zeros((1, 1), np.int32))

    def place_all(self, sea: str) -> list[Name]:
        """Names of kelurahan, kecamatan and the sea, in the order of drawing."""
        self._look()
        if len(self.base.served) > MANY:
            self._kecamatan()
            self._place(SIZES_PX[-1:], list(self._regions), MOSTLY_INSIDE)
        else:
            left = self._place(SIZES_PX, list(self._regions), MOSTLY_INSIDE)
            for size in TIGHT_PX:
                left = self._place((size,), left, TIGHTLY_INSIDE)
            self._kecamatan()
        self._sea(sea)
        return self.placed

    def place_kelurahan(self) -> list[Name]:
        """Names of kelurahan alone."""
        self._look()
        self._place(SIZES_PX[-1:], list(self._regions), MOSTLY_INSIDE)
        return self.placed

    def _look(self) -> None:
        left, top = self.frame.box[:2]
        marked = np.zeros((self.frame.height, self.frame.width), np.bool_)
        for x0, y0, x1, y1 in self.marks:
            marked[max(0, int(y0 - top)) : max(0, int(y1 - top)), max(0, int(x0 - left)) : max(0, int(x1 - left))] = (
                True
            )
        self._marked = _sums(marked)
        regions = {
            number: _Region(self.ground.number == number)
            for number in np.unique(self.ground.number[::3, ::3])
            if self.ground.codes[number] in self.base.served
        }
        # the smallest first: they have the least choice
        self._regions = dict(sorted(regions.items(), key=lambda item: item[1].area if item[1].found else 0))

    def _place(self, sizes_px: Sequence[int], numbers: Sequence[int], least: float) -> list[int]:
        """Place what has room, in the first size in which all have, else the last. Returns what has none."""
        taken, placed = list(self.taken), list(self.placed)
        left: list[int] = []
        for size in sizes_px:
            self.taken, self.placed = list(taken), list(placed)
            left = [number for number in numbers if not self._one(number, size, least)]
            if not left:
                break
        return left

    def _one(self, number: int, size_px: int, least: float) -> bool:
        region = self._regions[number]
        if not region.found or not len(region.xs):
            return True
        face = Face(size_px, PLAIN)
        off = np.hypot(region.xs - region.middle[0], region.ys - region.middle[1]) / math.sqrt(region.area)
        best: tuple[float, Name] | None = None
        for lines in _ways_to_break(readable(self.base.served[self.ground.codes[number]])):
            wide, high = _extent(lines, face)
            own = region.share(wide, high)
            score = own - 0.25 * off - 0.03 * (len(lines) - 1) - 0.6 * self._on_marks(region, wide, high)
            score[(own < least) | ~self._free(region.xs, region.ys, wide, high)] = -np.inf
            i = int(np.argmax(score))
            if np.isfinite(score[i]) and (best is None or score[i] > best[0]):
                best = float(score[i]), self._name(lines, face, NAME, LAND, region.xs[i], region.ys[i])
        if best is not None:
            self._keep(best[1])
        return best is not None

    def _kecamatan(self) -> None:
        """Beside their kelurahan's names, or off the coast, or on the pale land around: never on another kecamatan."""
        face = Face(KECAMATAN_PX, BOLD, spacing_px=1.5)
        order = ["", *sorted(self.base.kecamatan)]
        home = [code.rpartition(".")[0] if code in self.base.served else "" for code in self.ground.codes]
        of_pixel = np.array([order.index(code) for code in home], np.int16)[self.ground.number]
        served = _sums(of_pixel > 0)
        for i, code in enumerate(order[1:], start=1):
            region = _Region(of_pixel == i, room=BESIDE_PX, step=2 * STEP)
            if region.found:
                self._one_kecamatan(region, served, readable(self.base.kecamatan[code]).upper(), face)

    def _one_kecamatan(self, region: _Region, served: Sums, name: str, face: Face) -> None:
        xs, ys = region.xs, region.ys
        off = np.hypot(xs - region.middle[0], 1.5 * (ys - region.middle[1])) / math.sqrt(region.area)
        best: tuple[float, Name] | None = None
        for lines in _ways_to_break(name):
            wide, high = _extent(lines, face)
            own = region.share(wide, high)
            strange = _share(served, xs, ys, wide, high) - own > 0.02
            touches = region.share(wide + 60, high + 60) > 0.05
            score = 0.5 * own - 0.4 * off - 0.6 * self._on_marks(region, wide, high) - 0.02 * len(lines)
            score[strange | ~touches | ~self._free(xs, ys, wide, high)] = -np.inf
            i = int(np.argmax(score))
            if np.isfinite(score[i]) and (best is None or score[i] > best[0]):
                halo = LAND if own[i] > 0.5 else SEA if self.ground.sea[int(ys[i]), int(xs[i])] else LAND_AROUND
                best = float(score[i]), self._name(lines, face, NAME_KECAMATAN, halo, xs[i], ys[i])
        if best is not None:
            self._keep(best[1])

    def _sea(self, sea: str) -> None:
        text = readable(sea)
        if not text:
            return
        face = Face(SEA_PX, ITALIC, spacing_px=4)
        wide, high = _extent([text], face)
        sums = _sums(self.ground.sea)
        ys, xs = np.mgrid[0 : self.frame.height : 2 * STEP, 0 : self.frame.width : 2 * STEP]
        ys, xs = ys.ravel().astype(np.float32), xs.ravel().astype(np.float32)
        water = _share(sums, xs, ys, wide + 50, high + 50)
        score = water - np.hypot((xs - self.frame.width / 2) / self.frame.width, (ys - 90) / self.frame.height)
        score[(water < 0.98) | ~self._free(xs, ys, wide + 20, high + 10)] = -np.inf
        i = int(np.argmax(score))
        if np.isfinite(score[i]):
            self._keep(self._name([text], face, SEA_INK, SEA, xs[i], ys[i]))

    def _name(self, lines: Sequence[str], face: Face, colour: Colour, halo: Colour, x: float, y: float) -> Name:
        return Name(lines, face, colour, halo, float(x) + self.frame.box[0], float(y) + self.frame.box[1])

    def _keep(self, name: Name) -> None:
        self.placed.append(name)
        self.taken.append(name.box)

    def _free(self, xs: Floats, ys: Floats, wide: float, high: float) -> NDArray[np.bool_]:
        """Where a box would be in the panel and on nothing that is taken."""
        left, top = self.frame.box[:2]
        room = 10
        free = (xs - wide / 2 >= room) & (xs + wide / 2 <= self.frame.width - room)
        free &= (ys - high / 2 >= room) & (ys + high / 2 <= self.frame.height - room)
        for x0, y0, x1, y1 in self.taken:
            across = (xs + wide / 2 + 5 > x0 - left) & (xs - wide / 2 - 5 < x1 - left)
            free &= ~(across & (ys + high / 2 > y0 - top) & (ys - high / 2 < y1 - top))
        return free

    def _on_marks(self, region: _Region, wide: float, high: float) -> Floats:
        """How much of the name marks would hide."""
        return _share(self._marked, region.xs, region.ys, wide, high)


def _extent(lines: Sequence[str], face: Face) -> tuple[float, float]:
    return max(width_of(line, face) for line in lines), (1 + LEADING * (len(lines) - 1)) * face.size_px


def _ways_to_break(name: str) -> Iterator[list[str]]:
    words = name.split()
    yield [name]
    for i in range(1, len(words)):
        yield [" ".join(words[:i]), " ".join(words[i:])]
    if len(words) > 2:
        yield words


def _sums(mask: NDArray[np.bool_]) -> Sums:
    sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int32)
    np.cumsum(np.cumsum(mask, axis=0, dtype=np.int32), axis=1, out=sums[1:, 1:])
    return sums


def _share(sums: Sums, xs: Floats, ys: Floats, wide: float, high: float) -> Floats:
    """How much of a box around each point is in the mask."""
    rows, columns = sums.shape[0] - 1, sums.shape[1] - 1
    x0, x1 = (np.clip(xs + side, 0, columns).astype(np.int32) for side in (-wide / 2, wide / 2))
    y0, y1 = (np.clip(ys + side, 0, rows).astype(np.int32) for side in (-high / 2, high / 2))
    held = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
    share: Floats = held / (wide * high)
    return share
