"""What still gets through the water, in the words people type: "motor ga bisa lewat", "cuma truk yg lewat". Pure."""

from __future__ import annotations

import re

from bot.domain.models import Passability

_CAN = r"(?:masih |msh |tetap )?(?:bisa|bs|dapat|can) (?:di)?(?:lewat|lewati|lalui|lintasi|lintas|pass|get through)\w*"
_CANNOT = (
    r"(?:(?:tidak|tdk|gak?|gk|nggak|ngga|enggak|belum|blm) (?:bisa|bs|dapat)|can'?t|cannot) "
    r"(?:di)?(?:lewat|lewati|lalui|lintasi|lintas|pass|get through)\w*"
)
_ONLY = r"(?:hanya|cuma|cuman|only) (?:\w+ )?"
_SAID = (
    (Passability.TRUCK, rf"{_ONLY}(?:truk|truck)s?\b|(?:mobil|cars?) {_CANNOT}"),
    (Passability.CAR, rf"{_ONLY}(?:mobil|cars?)\b|(?:motor|motorbikes?|motorcycles?) {_CANNOT}"),
    (Passability.NOBODY, rf"{_CANNOT}|jalan(?:an)? (?:putus|ditutup|tertutup|lumpuh)|impassable|nobody can pass"),
    (Passability.MOTORCYCLE, rf"(?:motor|motorbikes?|motorcycles?) {_CAN}"),
)


def passability_in(text: str) -> Passability | None:
    """What a text says still gets through, None if it does not say."""
    plain = " ".join(text.casefold().split())
    if "?" in plain:
        return None
    return next((said for said, words in _SAID if re.search(rf"\b(?:{words})", plain)), None)
