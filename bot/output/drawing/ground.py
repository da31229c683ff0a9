"""The ground of a map: sea, land, and the borders of kelurahan and kecamatan.

Each kelurahan is a field, 1 inside and 0 outside, blurred a little. A pixel belongs to the kelurahan whose field is the
greatest there; where the two greatest are equal runs the border. So borders are smooth, meet without gaps, and need no
geometry, be it that they come from reference points (nearest point wins) or from rings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.domain.map_base import MapBase
from bot.output.drawing.frame import Frame
from bot.output.drawing.palette import (
    BORDER_AROUND,
    BORDER_KECAMATAN,
    BORDER_KELURAHAN,
    COAST,
    LAND,
    LAND_AROUND,
    SEA,
    Colour,
)

REACH_M = 2_000.0
"""Farther than this from every reference point is outside of the province."""

BLUR_M, BLUR_PX, BLUR_MOST_PX = 130.0, 2.6, 14.0
"""Standard deviation of the blur: what takes the corners off borders made of points; and the least that lines need."""

ISLET_M = 500.0
"""An island of which nothing but the middle is known is drawn as a disc with this radius."""

HARBOUR_M = 1_800.0
"""How far water may reach in behind the northernmost land."""

ISLAND_M = 700.0
"""Land that is nowhere twice as wide is no mainland, and says nothing of where the sea ends."""

CORNER_M = 800.0
"""How near to its ends the coast may turn inland, along the border of the province."""

OUT = 0
"""In place of a kelurahan: sea, or land outside of the province."""

FULL = 255
"""A field's value inside; fields are whole numbers up to this: there are hundreds of them."""

Floats = NDArray[np.floating[Any]]
Levels = NDArray[np.integer[Any]]
Numbers = NDArray[np.int16]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies where, by pixel of the panel (row, column from its top left).

    Attributes:
        image: the ground as it is painted.
        codes: of the kelurahan, by their number in `number`; the first stands for OUT.
        number: whose the pixel is.
        sea: whether it is water.
        served: whether it is in the service area.
    """

    image: Image.Image
    codes: Sequence[str]
    number: Numbers
    sea: Flags
    served: Flags


@dataclass(frozen=True, slots=True)
class _Field:
    """A kelurahan's field where it is not zero: its number, the corner's column and row, and the values."""

    number: int
    x: int
    y: int
    values: Levels

    @property
    def where(self) -> tuple[slice, slice]:
        """Rows and columns."""
        high, wide = self.values.shape
        return slice(self.y, self.y + high), slice(self.x, self.x + wide)


def ground(base: MapBase, frame: Frame) -> Ground:
    """Draw the ground."""
    sigma = BLUR_PX
    if not base.rings:
        sigma = min(BLUR_MOST_PX, max(BLUR_PX, BLUR_M * frame.px_per_m))
    codes = ("", *sorted({code for code, _, _ in base.points if code} | set(base.rings or ()) | set(base.served)))
    fields = _from_rings(base, codes, frame, sigma) if base.rings else _from_points(base, codes, frame, sigma)
    return _painted(base, codes, frame, list(fields), sigma)


def _from_points(base: MapBase, codes: Sequence[str], frame: Frame, sigma: float) -> Iterator[_Field]:
    """Fields on a grid of half the pixels, which the blur does not show."""
    numbers = {code: i for i, code in enumerate(codes)}
    high, wide = frame.height // 2 + 1, frame.width // 2 + 1
    nearest = np.full((high, wide), (REACH_M * frame.px_per_m / 2) ** 2, np.float32)
    owner = np.zeros((high, wide), np.int16)
    reach = REACH_M * frame.px_per_m / 2
    with_points = {code for code, _, _ in base.points}
    islets = [(code, *base.centres[code]) for code in base.served if code not in with_points]
    for code, lat, lon in (*base.points, *islets):
        px, py = frame.xy(lat, lon)
        x, y = (px - frame.box[0]) / 2, (py - frame.box[1]) / 2
        x0, x1 = max(0, int(x - reach)), min(wide, int(x + reach) + 2)
        y0, y1 = max(0, int(y - reach)), min(high, int(y + reach) + 2)
        if x0 >= x1 or y0 >= y1:
            continue
        dx = np.arange(x0, x1, dtype=np.float32) + np.float32(0.5 - x)
        dy = np.arange(y0, y1, dtype=np.float32) + np.float32(0.5 - y)
        squared = dx[None, :] ** 2 + dy[:, None] ** 2
        closer = squared < nearest[y0:y1, x0:x1]
        if code not in with_points:
            closer &= squared < (ISLET_M * frame.px_per_m / 2) ** 2
        nearest[y0:y1, x0:x1][closer] = squared[closer]
        owner[y0:y1, x0:x1][closer] = numbers[code] if code else OUT
    room = math.ceil(3 * sigma / 2)
    for number in range(1, len(codes)):
        mask = owner == number
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not len(rows):
            continue
        y0, y1 = max(0, rows[0] - room), min(high, rows[-1] + room + 1)
        x0, x1 = max(0, columns[0] - room), min(wide, columns[-1] + room + 1)
        crop = Image.fromarray(mask[y0:y1, x0:x1].astype(np.uint8) * 255)
        blurred = crop.filter(ImageFilter.GaussianBlur(sigma / 2))
        full = blurred.resize((2 * (x1 - x0), 2 * (y1 - y0)), Image.Resampling.BILINEAR)
        inside = np.asarray(full)[: frame.height - 2 * y0, : frame.width - 2 * x0]
        yield _Field(number, int(2 * x0), int(2 * y0), inside)


def _from_rings(base: MapBase, codes: Sequence[str], frame: Frame, sigma: float) -> Iterator[_Field]:
    room = math.ceil(3 * sigma)
    left, top = frame.box[:2]
    for number, code in enumerate(codes):
        rings = (base.rings or {}).get(code, ())
        drawn = [[(x - left, y - top) for x, y in (frame.xy(lat, lon) for lat, lon in ring)] for ring in rings]
        if not drawn:
            continue
        xs, ys = [x for ring in drawn for x, _ in ring], [y for ring in drawn for _, y in ring]
        x0, x1 = max(0, int(min(xs)) - room), min(frame.width, int(max(xs)) + room + 1)
        y0, y1 = max(0, int(min(ys)) - room), min(frame.height, int(max(ys)) + room + 1)
        if x0 >= x1 or y0 >= y1:
            continue
        held = Image.new("1", (2 * (x1 - x0), 2 * (y1 - y0)))
        for ring in drawn:  # even-odd: a hole takes away, an island in it comes back
            one = Image.new("1", held.size)
            ImageDraw.Draw(one).polygon([(2 * (x - x0), 2 * (y - y0)) for x, y in ring], fill=1)
            held = ImageChops.logical_xor(held, one)
        smooth = held.convert("L").reduce(2).filter(ImageFilter.GaussianBlur(sigma))
        yield _Field(number, x0, y0, np.asarray(smooth))


class _Ranking:
    """By pixel the greatest and the second greatest of many fields."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.first, self.second = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
        self.number, self.runner_up = np.zeros(shape, np.int16), np.zeros(shape, np.int16)

    def add(self, number: int, where: tuple[slice, slice], values: Levels) -> None:
        """Count a field in."""
        first, second = self.first[where], self.second[where]
        wins = values > first
        places = ~wins & (values > second)
        second[wins], self.runner_up[where][wins] = first[wins], self.number[where][wins]
        first[wins], self.number[where][wins] = values[wins], number
        second[places], self.runner_up[where][places] = values[places], number

    def to_border_px(self, steep: np.float32) -> Floats:
        """How far the nearest border is, in pixels, as far as a line is wide."""
        distance: Floats = (self.first - self.second) * (steep / (2 * FULL))
        return distance


def _painted(base: MapBase, codes: Sequence[str], frame: Frame, fields: Sequence[_Field], sigma: float) -> Ground:
    shape = (frame.height, frame.width)
    # how steep a blurred edge is: with it fields become distances in pixels again
    steep = np.float32(sigma * math.sqrt(math.tau))
    served = np.array([code in base.served for code in codes])
    land, ours = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
    each, grouped = _Ranking(shape), _Ranking(shape)
    for field in fields:
        each.add(field.number, field.where, field.values)
        land[field.where] += field.values
    # of what is served by kecamatan, and all other land as one: their borders are stronger
    kecamatan = sorted({code.rpartition(".")[0] for code in base.served})
    for i, name in enumerate(kecamatan, start=1):
        members = [field for field in fields if served[field.number] and codes[field.number].startswith(name + ".")]
        if members:
            where, values = _together(members)
            grouped.add(i, where, values)
            ours[where] += values
    other_land = len(kecamatan) + 1
    everywhere = (slice(None), slice(None))
    out = np.clip(FULL - land, 0, FULL)
    each.add(OUT, everywhere, out)
    grouped.add(OUT, everywhere, out)
    grouped.add(other_land, everywhere, land - ours)

    water = _water(land > FULL / 2, frame)
    # colour by colour: pixel by pixel these steps take thrice the memory
    paint = np.empty((3, *shape), np.float32)
    paint[:] = np.array(LAND_AROUND, np.float32)[:, None, None]
    _lay(paint, LAND, _sharp(ours, steep))
    _lay(paint, SEA, _sharp(out, steep) * water)
    one, other = served[each.number], served[each.runner_up]
    on_land = (each.number != OUT) & (each.runner_up != OUT)
    to_border = each.to_border_px(steep)
    _line(paint, to_border, on_land & ~one & ~other, 2.0, BORDER_AROUND)
    _line(paint, to_border, one & other, 2.0, BORDER_KELURAHAN)
    near, far = grouped.number, grouped.runner_up
    on_coast = ((near == OUT) | (far == OUT)) & (water > 0.5)
    of_kecamatan = ((near > OUT) & (near < other_land)) | ((far > OUT) & (far < other_land))
    to_border = grouped.to_border_px(steep)
    _line(paint, to_border, on_coast, 2.6, COAST)
    _line(paint, to_border, of_kecamatan & ~on_coast, 3.4, BORDER_KECAMATAN)
    image = Image.fromarray(np.stack([np.rint(plane).astype(np.uint8) for plane in paint], axis=-1))
    return Ground(image, codes, each.number, (each.number == OUT) & (water > 0.5), served[each.number])


def _sharp(field: Levels, steep: np.float32) -> Floats:
    """How much of each pixel is inside, as if the field had never been blurred."""
    share: Floats = np.clip((field * np.float32(1 / FULL) - np.float32(0.5)) * steep + np.float32(0.5), 0, 1)
    return share


def _together(fields: Sequence[_Field]) -> tuple[tuple[slice, slice], Levels]:
    """The sum of fields, and where it is."""
    y0, y1 = min(field.y for field in fields), max(field.where[0].stop for field in fields)
    x0, x1 = min(field.x for field in fields), max(field.where[1].stop for field in fields)
    total = np.zeros((y1 - y0, x1 - x0), np.int16)
    for field in fields:
        rows, columns = field.where
        total[rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0] += field.values
    return (slice(y0, y1), slice(x0, x1)), total


def _line(paint: Floats, to_border: Floats, which: Flags, width: float, colour: Colour) -> None:
    _lay(paint, colour, np.clip(width / 2 + 0.5 - to_border, 0, 1) * which)


def _lay(paint: Floats, colour: Colour, share: Floats) -> None:
    """Cover so much of each pixel with a colour."""
    for i, value in enumerate(colour):
        paint[i] += (np.float32(value) - paint[i]) * share


def _water(land: Flags, frame: Frame) -> Floats:
    """How much of what is no kelurahan is water, 1, and not land of other provinces, 0.

    Jakarta's sea is in the north: water is what lies north of all land, and what is near it with land to the south
    (harbours). East and west of the province, where nothing is known, the coast goes on straight.
    """
    step = 4
    high, wide = land.shape[0] // step + 1, land.shape[1] // step + 1
    small = np.asarray(Image.fromarray(land).convert("L").resize((wide, high), Image.Resampling.BOX)) > 127
    cell_px_per_m = frame.px_per_m / step
    mainland = _around(_around(small, ISLAND_M * cell_px_per_m, all_of_it=True), ISLAND_M * cell_px_per_m)
    columns = np.flatnonzero(mainland.any(axis=0))
    if not len(columns):
        return np.ones(land.shape, np.float32)
    coast = np.argmax(mainland[:, columns], axis=0)
    corner = max(1, min(len(columns) // 2, round(CORNER_M * cell_px_per_m)))
    west, east = int(np.argmin(coast[:corner])), len(columns) - corner + int(np.argmin(coast[-corner:]))
    edge = np.interp(np.arange(wide), columns[west : east + 1], coast[west : east + 1])
    rows, at = np.arange(high)[:, None], np.arange(wide)[None, :]
    beyond = (at < columns[west]) | (at > columns[east])
    open_water = rows < edge
    near = _around(open_water, HARBOUR_M * cell_px_per_m)
    south = np.flip(np.cumsum(np.flip(small, 0), axis=0), 0) > 0
    harbours = near & south & ~beyond
    # land counts as water too beside the shore: where it fades out, the water's own field says how much there is
    water = Image.fromarray(open_water | harbours).convert("L")
    full = water.resize((wide * step, high * step), Image.Resampling.BILINEAR)
    return np.asarray(full, np.float32)[: land.shape[0], : land.shape[1]] / 255


def _around(mask: Flags, radius: float, all_of_it: bool = False) -> Flags:
    """Where any of the square around a cell is in the mask, or all of it."""
    share = np.asarray(Image.fromarray(mask).convert("L").filter(ImageFilter.BoxBlur(max(1, round(radius)))))
    found: Flags = share == 255 if all_of_it else share > 0
    return found
