"""Numbers that people say aloud: short, unambiguous, not guessable in sequence.

Letters that are heard or read as another (I, O, Q, U, V and so on) and the digits 0 and 1 are left out, and R too: RT 5
and RW 5 are neighbourhoods. A number is two letters and a growing tail of digits, e.g. KA7: 2,888 of them, then KA72,
KA729 … Ids are scattered over each length by a keyed permutation, so that a number does not tell its neighbours.
"""

from __future__ import annotations

import hashlib
import re

LETTERS = "ABCDEFGHJKLMNPSTWXY"
DIGITS = "23456789"

_SHAPE = re.compile(rf"[{LETTERS}]{{2}}[{DIGITS}]{{1,8}}")
_ROUNDS = 4


def number_of(case_id: int, key: bytes) -> str:
    """The number of a report or incident.

    Args:
        case_id: its id, counted from 1.
        key: the secret of this database.
    """
    rest = case_id - 1
    digits = 1
    while rest >= (size := len(LETTERS) ** 2 * len(DIGITS) ** digits):
        rest -= size
        digits += 1
    scattered = _permute(rest, size, key + bytes([digits]))
    tail = ""
    for _ in range(digits):
        scattered, digit = divmod(scattered, len(DIGITS))
        tail = DIGITS[digit] + tail
    first, second = divmod(scattered, len(LETTERS))
    return LETTERS[first] + LETTERS[second] + tail


def read_number(text: str) -> str | None:
    """The number that somebody typed ("ka7", "#KA 7"), or None."""
    squeezed = re.sub(r"[\s#.\-]+", "", text[:32]).upper()
    return squeezed if _SHAPE.fullmatch(squeezed) else None


def numbers_in(text: str) -> list[str]:
    """The numbers that a text holds, written as we write them, in order."""
    return re.findall(rf"\b{_SHAPE.pattern}\b", text)


def _permute(value: int, size: int, key: bytes) -> int:
    """A keyed permutation of range(size): a small Feistel network, walked until it lands inside (cycle walking)."""
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    while True:
        left, right = value >> half, value & mask
        for turn in range(_ROUNDS):
            digest = hashlib.blake2s(right.to_bytes(8, "big") + bytes([turn]), key=key, digest_size=8).digest()
            left, right = right, left ^ (int.from_bytes(digest, "big") & mask)
        value = (left << half) | right
        if value < size:
            return value
