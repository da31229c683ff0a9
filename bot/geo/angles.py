"""Reads coordinates as people type them: points or commas, degrees with minutes and seconds, LS/BT, either order.

The text is cut into words, numbers and signs; an angle is a few of them in a row, and two angles next to each other are
a place if they look like one, so that house numbers, RT/RW, telephone numbers, prices and hours are none. Each step
looks at a bounded number of pieces: the time grows with the length of the text only.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from bot.domain.points import check_point
from bot.geo.gazetteer import M_PER_DEG_LON

_HEMISPHERES = {
    **dict.fromkeys(("s", "south", "selatan", "ls"), ("lat", -1)),
    **dict.fromkeys(("n", "north", "u", "utara", "lu"), ("lat", 1)),
    **dict.fromkeys(("e", "east", "t", "timur", "bt"), ("lon", 1)),
    **dict.fromkeys(("w", "west", "b", "barat", "bb"), ("lon", -1)),
}
"""Half of the earth: axis and sign, in English and Indonesian (lintang selatan, bujur timur)."""

_AXES = {
    **dict.fromkeys(("lat", "latitude", "lintang"), "lat"),
    **dict.fromkeys(("lon", "lng", "long", "longitude", "bujur"), "lon"),
}
"""Words for an axis, which leave the sign to the number or to the word after them."""

MAX_DEG = 400.0
"""More is no mistyped angle but another number."""

_DEGREE_WORDS = frozenset(("d", "deg", "degree", "degrees", "der", "derajat"))
_MINUTE_MARKS = frozenset(("'", "m", "min", "mnt", "minute", "minutes", "menit"))
_SECOND_MARKS = frozenset(('"', "sec", "second", "seconds", "dtk", "detik"))
_BETWEEN = frozenset((",", ";", "/", "|", "&", "~", "(", ")", "[", "]", "dan", "and"))

_UNIT_BEFORE_HEMISPHERE = r"(?<=[0-9])[dms](?=(?:[nsew]|ls|lu|bt|bb)(?![^\W\d_]))"  # the s of 24sS, 24sLS
_POINT_PIECES = re.compile(rf"[0-9]+(?:\.[0-9]+)?|{_UNIT_BEFORE_HEMISPHERE}|[^\W\d_]+|\S", re.IGNORECASE)
_COMMA_PIECES = re.compile(rf"[0-9]+(?:[.,][0-9]+)?|{_UNIT_BEFORE_HEMISPHERE}|[^\W\d_]+|\S", re.IGNORECASE)

_QUOTED_NAME = re.compile(r'"(lat|lng|lon|latitude|longitude)"', re.IGNORECASE)

_TIDY = str.maketrans(
    {
        **dict.fromkeys("’‘´`ʹʼ′", "'"),
        **dict.fromkeys("”“„ˮ″", '"'),
        **dict.fromkeys("º˚∘", "°"),
        **dict.fromkeys("−–—‐‑－", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff", None),
    }
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two angles that were typed as a place, in degrees; not checked yet.

    Attributes:
        accuracy_m: half a step of the coarser angle's last digit, as a distance on the ground (both axes).
    """

    lat: float
    lon: float
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    spaced: bool  # white space before it

    @property
    def is_number(self) -> bool:
        return self.text[0].isascii() and self.text[0].isdigit()


@dataclass(frozen=True, slots=True)
class _Angle:
    """value in degrees; axis "lat", "lon" or None; step: of its last digit, in degrees."""

    value: float
    axis: str | None
    step: float
    minus: bool  # written with a minus
    signed: bool  # has a degree sign
    split: bool  # has minutes


def tidy(text: str) -> str:
    """The same text with the many quotes, dashes, degree signs and spaces of phones made plain."""
    return _QUOTED_NAME.sub(r"\1", text.translate(_TIDY).replace("''", '"'))


def find_pair(text: str) -> Pair | None:
    """The first two angles in a tidy text that look like a place."""
    for pattern in (_POINT_PIECES, _COMMA_PIECES):  # "1,2" is two numbers first, and one only if that gave nothing
        pieces = _cut(pattern, text)
        for start, piece in enumerate(pieces):
            if piece.is_number or piece.text in "+-" or _is_marker(piece):
                found = _pair_at(pieces, start)
                if found is not None and _looks_like_place(*found):
                    return _pair(*found)
    return None


def leading_pair(text: str) -> Pair | None:
    """The two angles that a tidy text begins with, whatever they look like: for values that must be coordinates."""
    for pattern in (_POINT_PIECES, _COMMA_PIECES):
        found = _pair_at(_cut(pattern, text), 0)
        if found is not None:
            return _pair(*found)
    return None


def _cut(pattern: re.Pattern[str], text: str) -> list[_Piece]:
    return [
        _Piece(match.group().lower(), match.start() > 0 and text[match.start() - 1].isspace())
        for match in pattern.finditer(text)
    ]


def _is_marker(piece: _Piece) -> bool:
    return piece.text in _HEMISPHERES or piece.text in _AXES


def _pair_at(pieces: list[_Piece], start: int) -> tuple[_Angle, _Angle] | None:
    if _is_inside_number(pieces, start):
        return None
    first, at = _angle_at(pieces, start)
    if first is None:
        return None
    for _ in range(4):
        if at < len(pieces) and pieces[at].text in _BETWEEN:
            at += 1
    second, end = _angle_at(pieces, at)
    if second is None or (first.axis is not None and first.axis == second.axis):
        return None
    if _is_inside_number(pieces, end + 1):
        return None
    return first, second


def _is_inside_number(pieces: list[_Piece], at: int) -> bool:
    """Whether the number at `at` goes on from one before it: 12.01.2026, 1.250.000, 0812-3456-789."""
    if not 2 <= at < len(pieces) or not pieces[at].is_number or pieces[at].spaced:
        return False
    joint, before = pieces[at - 1], pieces[at - 2]
    return joint.text in (".", "-") and not joint.spaced and before.is_number


def _angle_at(pieces: list[_Piece], at: int) -> tuple[_Angle | None, int]:
    """The angle that begins at a piece, and where it ends."""

    def peek(ahead: int = 0) -> str:
        return pieces[at + ahead].text if at + ahead < len(pieces) else ""

    axis, half, at = _marker_at(pieces, at)
    if axis is not None and peek() in (":", "="):
        at += 1
    minus = peek() == "-"
    if peek() in ("-", "+"):
        at += 1
    numbers, signed, at = _numbers_at(pieces, at, has_half=half is not None)
    if not numbers:
        return None, at
    if half is None:
        after, half_after, end = _marker_at(pieces, at)
        if half_after is not None:
            axis, half, at = after, half_after, end
    value = sum(_number(text) / 60**power for power, text in enumerate(numbers))
    if value > MAX_DEG:
        return None, at
    sign = half if half is not None else -1 if minus else 1
    decimals = len(re.split("[.,]", numbers[-1])[1]) if re.search("[.,]", numbers[-1]) else 0
    step = 10.0**-decimals / 60 ** (len(numbers) - 1)
    return _Angle(sign * value, axis, step, minus, signed, len(numbers) > 1), at


def _marker_at(pieces: list[_Piece], at: int) -> tuple[str | None, int | None, int]:
    """(axis, sign of the hemisphere, where it ends) of a word like S, BT, lat or Lintang Selatan."""
    if at >= len(pieces):
        return None, None, at
    word = pieces[at].text
    if word in _HEMISPHERES:
        return *_HEMISPHERES[word], at + 1
    if word in _AXES:
        following = pieces[at + 1].text if at + 1 < len(pieces) else ""
        if following in _HEMISPHERES and _HEMISPHERES[following][0] == _AXES[word]:
            return *_HEMISPHERES[following], at + 2
        return _AXES[word], None, at + 1
    return None, None, at


def _numbers_at(pieces: list[_Piece], at: int, has_half: bool) -> tuple[list[str], bool, int]:
    """Degrees, and minutes and seconds if they are there; whether a degree sign was; where they end.

    Without a degree sign, "6 08 24" are degrees, minutes and seconds only if a hemisphere comes before or after.
    """
    numbers: list[str] = []
    signed = False
    bare_end = at  # where the degrees end, should the rest turn out not to belong to them
    for marks in (_DEGREE_WORDS | {"°", ":"}, _MINUTE_MARKS | {":"}, _SECOND_MARKS):
        if at >= len(pieces) or not pieces[at].is_number:
            break
        if numbers and (not _is_whole(numbers[-1]) or not _is_sixtieth(pieces[at].text)):
            break
        numbers.append(pieces[at].text)
        at += 1
        if at < len(pieces) and (pieces[at].text in marks or _is_letter_second(pieces, at, len(numbers), signed)):
            signed = signed or pieces[at].text not in (":", "'", '"')
            at += 1
        if len(numbers) == 1:
            bare_end = at
    if len(numbers) > 1 and not signed and not has_half and _marker_at(pieces, at)[1] is None:
        return numbers[:1], False, bare_end
    return numbers, signed, at


def _is_letter_second(pieces: list[_Piece], at: int, count: int, signed: bool) -> bool:
    """6d08m24s, 6 d 8 m 24 s S: here the first s are seconds. In 6 08 24 S, 6°08'24S and 6d08m24 S it is the south."""
    if count < 3 or not signed or pieces[at].text != "s" or pieces[at - 2].text not in _MINUTE_MARKS - {"'"}:
        return False
    return not pieces[at].spaced or _marker_at(pieces, at + 1)[1] is not None


def _is_whole(number: str) -> bool:
    return "." not in number and "," not in number


def _is_sixtieth(number: str) -> bool:
    return len(re.split("[.,]", number)[0]) <= 2 and _number(number) < 60


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _looks_like_place(first: _Angle, second: _Angle) -> bool:
    """Whether somebody who types this means a place.

    Four decimals, degrees and minutes, or two decimals with a minus before are typed for nothing else. Anything coarser
    must fall near Jakarta (or would with the axes exchanged or a minus added), and have a decimal or a degree sign.
    """
    both = (first, second)
    if all(angle.split or angle.step < 0.00011 for angle in both) or (
        first.minus and all(angle.step < 0.011 for angle in both)
    ):
        return True
    if not all(angle.split or angle.step < 1 or angle.signed for angle in both):
        return False
    pair = _pair(first, second)
    problem = check_point(pair.lat, pair.lon)
    return problem is None or problem.meant is not None


def _pair(first: _Angle, second: _Angle) -> Pair:
    lon_first = first.axis == "lon" or second.axis == "lat"
    lat, lon = (second, first) if lon_first else (first, second)
    step = max(lat.step, lon.step)
    return Pair(lat.value, lon.value, math.sqrt(2) * step / 2 * M_PER_DEG_LON)
