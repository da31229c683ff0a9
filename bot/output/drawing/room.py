"""How much of a box lies in a part of the map, for many places of the box at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
Sums = NDArray[np.int32]

STEP = 6
"""Pixels from one place that is tried to the next."""


class Region:
    """A part of the ground that has a name.

    Attributes:
        area: its pixels; middle: (x, y) of their middle.
        xs, ys: where its name may have its middle: in it, or with `room` also so far around it.
    """

    def __init__(self, mask: Flags, room: int = 0, step: int = STEP) -> None:
        coarse = mask[::3, ::3]
        rows, columns = np.flatnonzero(coarse.any(axis=1)) * 3, np.flatnonzero(coarse.any(axis=0)) * 3
        high, wide = mask.shape
        self._top, bottom = max(0, int(rows[0]) - 3 - room), min(high, int(rows[-1]) + 4 + room)
        self._left, right = max(0, int(columns[0]) - 3 - room), min(wide, int(columns[-1]) + 4 + room)
        crop = mask[self._top : bottom, self._left : right]
        self.area = int(crop.sum())
        ys, xs = np.mgrid[0 : crop.shape[0] : step, 0 : crop.shape[1] : step]
        inside = crop[ys, xs]
        middles = inside if inside.any() else np.ones_like(inside)
        self.middle = float(xs[middles].mean()) + self._left, float(ys[middles].mean()) + self._top
        at = np.ones_like(inside) if room else inside
        self.xs: Floats = (xs[at] + self._left).astype(np.float32)
        self.ys: Floats = (ys[at] + self._top).astype(np.float32)
        self._sums = sums_of(crop)

    def share(self, wide: float, high: float) -> Floats:
        """How much of a box around each place is in the region."""
        return share_of(self._sums, self.xs - self._left, self.ys - self._top, wide, high)


def sums_of(mask: Flags) -> Sums:
    """Of all pixels above and left of each: with it a box is counted with four look-ups."""
    sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int32)
    np.cumsum(mask, axis=0, dtype=np.int32, out=sums[1:, 1:])
    np.cumsum(sums, axis=1, out=sums)
    return sums


def share_of(sums: Sums, xs: Floats, ys: Floats, wide: float, high: float) -> Floats:
    """How much of a box around each point is in the mask."""
    rows, columns = sums.shape[0] - 1, sums.shape[1] - 1
    x0, x1 = (np.clip(xs + side, 0, columns).astype(np.int32) for side in (-wide / 2, wide / 2))
    y0, y1 = (np.clip(ys + side, 0, rows).astype(np.int32) for side in (-high / 2, high / 2))
    share: Floats = (sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]) / (wide * high)
    return share
