"""Callback data: what a button gives back when it is pressed, in at most 64 bytes.

`act:arg:arg`, with ":" and "%" in a part written as %3A and %25. It carries no version: an act that no longer exists is
answered like any other press that is not ours. Buttons stay valid over restarts, since nothing is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_BYTES = 64
"""Telegram's limit for callback_data."""

_ACT = re.compile(r"[a-z][a-z0-9_.-]*")
_STRAY_PERCENT = re.compile(r"%(?!25|3A)")


def encode(act: str, args: Sequence[str] = ()) -> str:
    """The callback data of a button.

    Raises:
        ValueError: the act is no identifier, or it all takes more than 64 bytes.
    """
    if not _ACT.fullmatch(act):
        raise ValueError(f"an act is a lower-case identifier, not {act!r}")
    data = ":".join((act, *(arg.replace("%", "%25").replace(":", "%3A") for arg in args)))
    size = len(data.encode())
    if size > MAX_BYTES:
        raise ValueError(f"callback data of {act!r} takes {size} bytes, Telegram allows {MAX_BYTES}")
    return data


def decode(data: str | None) -> tuple[str, tuple[str, ...]] | None:
    """(act, args), or None where this is no data of ours. Never raises: anybody can send anything."""
    if data is None or _size(data) > MAX_BYTES or _STRAY_PERCENT.search(data):
        return None
    act, *args = data.split(":")
    if not _ACT.fullmatch(act):
        return None
    return act, tuple(arg.replace("%3A", ":").replace("%25", "%") for arg in args)


def _size(data: str) -> int:
    try:
        return len(data.encode())
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can carry
        return MAX_BYTES + 1
