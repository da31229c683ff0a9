"""Where names stand: inside of what they name if there is room, and never over each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.map_base import MapBase
from bot.output.drawing.frame import Box, Frame
from bot.output.drawing.ground import Ground
from bot.output.drawing.ink import MIDDLE, Canvas
from bot.output.drawing.lettering import BOLD, ITALIC, LEADING, PLAIN, Face, readable, width_of
from bot.output.drawing.palette import LAND, LAND_AROUND, NAME, NAME_KECAMATAN, SEA, SEA_INK, Colour
from bot.output.drawing.room import STEP, Flags, Floats, Region, share_of, sums_of

SIZES_PX = (30, 28, 26, 24, 22)
"""Of kelurahan names: the largest at which all have room, else the smallest. 22 px are 6.7 pt on a phone."""

MOSTLY_INSIDE = 0.66
"""So much of a name must stand on its own ground."""

TIGHT = ((20, 0.5), (18, 0.45), (17, 0.35))
"""Sizes of those that have no room so, and how much of them must stand on their own ground."""

MOST_MOVED, MOST_TRIED = 4, 250
"""How many other names may move for one that has no room, and how many of its places are tried."""

KECAMATAN_SIZES_PX, SEA_PX = (29, 26, 24, 22, 20, 18), 36
MANY = 60
"""Of more kelurahan than this, no names are written but those of their kecamatan, and these in small letters."""

BESIDE_PX, STRANGE, STRANGE_OF_MANY = 70, 0.06, 0.3
"""How far outside of a region room is looked for, and how much of a name may stand on other served land then."""

HALO_PX = 3.0


@dataclass(frozen=True, slots=True)
class Name:
    """A name, its place (the middle of its box, in pixels of the picture), and what it covers there."""

    lines: Sequence[str]
    face: Face
    colour: Colour
    halo: Colour
    x: float
    y: float
    box: Box

    def draw(self, canvas: Canvas) -> None:
        """Write it."""
        top = self.box[1]
        for i, line in enumerate(self.lines):
            base = top + (0.86 + i * LEADING) * self.face.size_px
            canvas.words((self.x, base), line, self.face, self.colour, align=MIDDLE, halo=(HALO_PX, self.halo))


class Names:
    """Finds places for names on a ground.

    Args:
        taken: boxes that nothing may be written in.
        marks: boxes that had better be left free.
    """

    def __init__(self, base: MapBase, frame: Frame, ground: Ground, taken: Sequence[Box], marks: Sequence[Box]) -> None:
        self._base, self._frame, self._ground = base, frame, ground
        self._many = len(base.served) > MANY
        self._taken = list(taken)
        self._others: list[Name] = []
        self._placed: dict[int, Name] = {}
        self._tried: dict[tuple[int, int, float], Sequence[Name]] = {}
        left, top = frame.box[:2]
        marked = np.zeros((frame.height, frame.width), np.bool_)
        for box in marks:
            x0, x1 = (max(0, int(x - left)) for x in box[::2])
            y0, y1 = (max(0, int(y - top)) for y in box[1::2])
            marked[y0:y1, x0:x1] = True
        self._marked = sums_of(marked)
        numbers = [int(i) for i in np.unique(ground.number[::3, ::3]) if ground.codes[i] in base.served]
        found = {i: Region(ground.number == i) for i in numbers}
        # the smallest first: they have the least choice
        self._regions = dict(sorted(found.items(), key=lambda item: item[1].area))
        self._kecamatan_regions: dict[str, Region | None] = {}
        self._served = sums_of(ground.served)

    def place_all(self, sea: str) -> list[Name]:
        """Names of kelurahan, kecamatan and the sea."""
        base, ground = self._base, self._ground
        if not self._many:
            left = list(self._regions)
            for size in SIZES_PX:
                self._placed = {}
                left = self._each(list(self._regions), size, MOSTLY_INSIDE)
                if not left:
                    break
            for size, least in TIGHT:
                left = self._each(left, size, least)
                left = [number for number in left if not self._make_room(number, size, least)]
            for number in left:  # islands
                region = Region(ground.number == number, room=BESIDE_PX, step=STEP)
                self._beside(region, readable(base.served[ground.codes[number]]), Face(SIZES_PX[-1]), NAME)
        if len(self._base.kecamatan) > 1:
            self._kecamatan()
        self._sea(readable(sea))
        return [*self._placed.values(), *self._others]

    def place_kelurahan(self) -> list[Name]:
        """Names of kelurahan alone."""
        self._each(list(self._regions), SIZES_PX[-1], MOSTLY_INSIDE)
        return list(self._placed.values())

    def _each(self, numbers: Sequence[int], size_px: int, least: float) -> list[int]:
        """Place what has room. Returns what has none."""
        return [number for number in numbers if not self._one(number, size_px, least)]

    def _one(self, number: int, size_px: int, least: float) -> bool:
        for name in self._tries(number, size_px, least):
            if not self._in_the_way(name):
                self._placed[number] = name
                return True
        return False

    def _make_room(self, number: int, size_px: int, least: float) -> bool:
        """Place a name where others stand that can go elsewhere."""
        before = dict(self._placed)
        for name in self._tries(number, size_px, least)[:MOST_TRIED]:
            moved = self._in_the_way(name)
            if len(moved) > MOST_MOVED:
                continue
            for other in moved:
                del self._placed[other]
            self._placed[number] = name
            sizes = (TIGHT[0][0], size_px)
            if all(any(self._one(other, size, least) for size in sizes) for other in moved):
                return True
            self._placed = dict(before)
        return False

    def _in_the_way(self, name: Name) -> list[int]:
        x0, y0, x1, y1 = name.box
        boxes = ((number, other.box) for number, other in self._placed.items())
        return [i for i, box in boxes if x0 - 5 < box[2] and box[0] < x1 + 5 and y0 < box[3] and box[1] < y1]

    def _tries(self, number: int, size_px: int, least: float) -> Sequence[Name]:
        """Places that are free of all but other kelurahan's names, the best first."""
        key = (number, size_px, least)
        if key not in self._tried:
            self._tried[key] = self._all_tries(number, size_px, least)
        return self._tried[key]

    def _all_tries(self, number: int, size_px: int, least: float) -> Sequence[Name]:
        region = self._regions[number]
        face = Face(size_px, PLAIN)
        off = np.hypot(region.xs - region.middle[0], region.ys - region.middle[1]) / math.sqrt(region.area)
        tried: list[tuple[float, int, list[str]]] = []
        for lines in _ways_to_break(readable(self._base.served[self._ground.codes[number]])):
            wide, high = _extent(lines, face)
            own = region.share(wide, high)
            hidden = share_of(self._marked, region.xs, region.ys, wide, high)
            score = own - 0.25 * off - 0.03 * (len(lines) - 1) - 1.5 * hidden
            good = (own >= least) & self._free(region.xs, region.ys, wide, high)
            tried += [(float(score[i]), int(i), lines) for i in np.flatnonzero(good)]
        best_first = sorted(tried, key=lambda one: -one[0])
        return [self._name(lines, face, NAME, LAND, region.xs[i], region.ys[i]) for _, i, lines in best_first]

    def _kecamatan(self) -> None:
        placed = list(self._others), list(self._taken)
        for size in KECAMATAN_SIZES_PX:
            self._others, self._taken = list(placed[0]), list(placed[1])
            face = Face(size, BOLD, spacing_px=0 if self._many else size / 20)
            missing = [code for code in sorted(self._base.kecamatan) if not self._one_kecamatan(code, face)]
            if not missing:
                break

    def _one_kecamatan(self, code: str, face: Face) -> bool:
        """In its land or beside it; true also where nothing of it is on the map."""
        if code not in self._kecamatan_regions:
            numbers = [i for i in self._regions if self._ground.codes[i].startswith(code + ".")]
            self._kecamatan_regions[code] = (
                Region(np.isin(self._ground.number, numbers), room=BESIDE_PX, step=2 * STEP) if numbers else None
            )
        region = self._kecamatan_regions[code]
        text = readable(self._base.kecamatan[code])
        text = text if self._many else text.upper()
        return region is None or self._beside(region, text, face, NAME_KECAMATAN)

    def _beside(self, region: Region, text: str, face: Face, colour: Colour) -> bool:
        """Where kelurahan's names leave room: in the region, off its coast, or on the pale land around it."""
        xs, ys = region.xs, region.ys
        off = np.hypot(xs - region.middle[0], 1.5 * (ys - region.middle[1])) / math.sqrt(region.area)
        best: tuple[float, Name] | None = None
        for lines in _ways_to_break(text):
            wide, high = _extent(lines, face)
            own = region.share(wide, high)
            strange = share_of(self._served, xs, ys, wide, high) - own > (STRANGE_OF_MANY if self._many else STRANGE)
            touches = region.share(wide + 60, high + 60) > 0
            hidden = share_of(self._marked, xs, ys, wide, high)
            buried = (own < 0.5) & (own * wide * high > 0.3 * region.area)  # an island under its own name
            score = 0.5 * own - 0.4 * off - 1.5 * hidden - 0.02 * len(lines) - buried
            score[strange | ~touches | ~self._free(xs, ys, wide, high)] = -np.inf
            for i in np.argsort(-score, kind="stable"):
                if not np.isfinite(score[i]) or (best is not None and score[i] <= best[0]):
                    break
                halo = LAND if own[i] > 0.5 else SEA if self._ground.sea[int(ys[i]), int(xs[i])] else LAND_AROUND
                name = self._name(lines, face, colour, halo, xs[i], ys[i])
                if not self._in_the_way(name):
                    best = float(score[i]), name
                    break
        if best is not None:
            self._keep(best[1])
        return best is not None

    def _sea(self, text: str) -> None:
        if not text:
            return
        face = Face(SEA_PX, ITALIC, spacing_px=4)
        wide, high = _extent([text], face)
        ys, xs = (at.ravel() for at in np.mgrid[0 : self._frame.height : 12, 0 : self._frame.width : 12])
        water = share_of(sums_of(self._ground.sea), xs, ys, wide + 50, high + 50)
        score = water - np.hypot((xs - self._frame.width / 2) / self._frame.width, (ys - 90) / self._frame.height)
        score[(water < 0.98) | ~self._free(xs, ys, wide + 20, high + 10)] = -np.inf
        i = int(np.argmax(score))
        if np.isfinite(score[i]):
            self._keep(self._name([text], face, SEA_INK, SEA, xs[i], ys[i]))

    def _name(self, lines: Sequence[str], face: Face, colour: Colour, halo: Colour, x: float, y: float) -> Name:
        middle_x, middle_y = float(x) + self._frame.box[0], float(y) + self._frame.box[1]
        wide, high = _extent(lines, face)
        box = (middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)
        return Name(lines, face, colour, halo, middle_x, middle_y, box)

    def _keep(self, name: Name) -> None:
        self._others.append(name)
        self._taken.append(name.box)

    def _free(self, xs: Floats, ys: Floats, wide: float, high: float) -> Flags:
        """Where a box would be in the panel and on nothing that is taken."""
        left, top = self._frame.box[:2]
        room = 10
        free: Flags = (xs - wide / 2 >= room) & (xs + wide / 2 <= self._frame.width - room)
        free &= (ys - high / 2 >= room) & (ys + high / 2 <= self._frame.height - room)
        for x0, y0, x1, y1 in self._taken:
            across = (xs + wide / 2 + 5 > x0 - left) & (xs - wide / 2 - 5 < x1 - left)
            free &= ~(across & (ys + high / 2 > y0 - top) & (ys - high / 2 < y1 - top))
        return free


def _extent(lines: Sequence[str], face: Face) -> tuple[float, float]:
    return max(width_of(line, face) for line in lines), (1 + LEADING * (len(lines) - 1)) * face.size_px


def _ways_to_break(name: str) -> Iterator[list[str]]:
    words = name.split()
    yield [name]
    for i in range(1, len(words)):
        yield [" ".join(words[:i]), " ".join(words[i:])]
    if len(words) > 2:
        yield words
