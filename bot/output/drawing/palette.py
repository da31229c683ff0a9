"""Colours. Depth is told by lightness first, so that it reads in grey and with any colour vision; hue only helps."""

from __future__ import annotations

from collections.abc import Sequence

Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
INK: Colour = (18, 38, 56)
INK_SOFT: Colour = (74, 91, 106)
INK_FAINT: Colour = (122, 137, 149)
RULE: Colour = (224, 230, 234)

SEA: Colour = (207, 226, 236)
SEA_INK: Colour = (92, 138, 164)
COAST: Colour = (126, 166, 188)
LAND: Colour = (253, 252, 249)
LAND_AROUND: Colour = (232, 235, 234)
BORDER_AROUND: Colour = (245, 246, 246)
BORDER_KELURAHAN: Colour = (196, 204, 210)
BORDER_KECAMATAN: Colour = (126, 141, 153)
NAME: Colour = (66, 80, 92)
NAME_KECAMATAN: Colour = (84, 104, 122)

OVERDUE: Colour = (214, 69, 22)
UNKNOWN: Colour = (205, 199, 188)
UNKNOWN_INK: Colour = (92, 84, 72)
DRAIN: Colour = (88, 80, 72)

FLAT = (
    *(PAPER, INK, INK_SOFT, INK_FAINT, RULE, SEA, SEA_INK, COAST, LAND, LAND_AROUND),
    *(BORDER_AROUND, BORDER_KELURAHAN, BORDER_KECAMATAN, NAME, NAME_KECAMATAN),
    *(OVERDUE, UNKNOWN, UNKNOWN_INK, DRAIN),
)
"""All of these; what is made small must not change them."""

_DEPTHS: Sequence[Colour] = ((122, 199, 214), (58, 150, 196), (44, 98, 172), (48, 52, 132), (28, 14, 62))
"""From shallow to deep; CIE lightness falls evenly from 76 to 10."""


def depth_colours(count: int) -> list[Colour]:
    """So many colours from shallow to deep; at least one."""
    if count < 2:
        return [_DEPTHS[2]]
    return [_between(i * (len(_DEPTHS) - 1) / (count - 1)) for i in range(count)]


def _between(at: float) -> Colour:
    low = min(int(at), len(_DEPTHS) - 2)
    return mixed(_DEPTHS[low], _DEPTHS[low + 1], at - low)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """The first colour with so much of the other in it (0 to 1)."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def ink_on(colour: Colour) -> Colour:
    """White or near-black, whichever reads on a colour."""
    r, g, b = colour
    return PAPER if 0.299 * r + 0.587 * g + 0.114 * b < 140 else INK
