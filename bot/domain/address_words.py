"""The part of a text that says where: "banjir selutut di Jl. Mangga, Koja" -> "Jl. Mangga, Koja". Pure."""

from __future__ import annotations

import re

from bot.domain.talk import NAME_CHARACTERS

_BEGINS = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|lorong|kompl?ek\w*|perum\w*|cluster|apartemen|rusun\w*|blok|rt|rw|depan|dpn|dekat|deket|"
    r"dkt|samping|sebelah|seberang|sebrang|belakang|perempatan|pertigaan|simpang|kolong|jembatan|in front of|near|"
    r"next to|behind|across from|opposite|corner of)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[\n;!?]|\b(?:(?:ke)?banjir\w*|genang\w*|tergenang|menggenang|terendam|airnya|air|setinggi|tinggi\w*|"
    r"ketinggian|kedalaman|kira|sekitar|kurang lebih|\d+\s?(?:cm|meter|m)\b|sudah|udah|sdh|parah|tolong|mohon|masih|"
    r"karena|krn|(?:se ?-?)?(?:lutut|dengkul|betis|mata ?kaki|paha|pinggang|dada|leher|perut)|"
    r"flood\w*|water|about|knee|ankle|waist|calf|chest|thigh)\b",
    re.IGNORECASE,
)
_LEAST = 4


def address_in(text: str) -> str | None:
    """Where a text says it is, in its own words, without what it says of the water; None if it names no place.

    Args:
        text: what was typed, with other things around the place or without.
    """
    begins = _BEGINS.search(text)
    if begins is None:
        return None
    rest = text[begins.start() :]
    ends = _ENDS.search(rest, begins.end() - begins.start())
    found = " ".join((rest[: ends.start()] if ends else rest).split())[:NAME_CHARACTERS].rstrip(" ,.-:(")
    return found if len(found) >= _LEAST else None
