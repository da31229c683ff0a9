"""What is wrong with a drain, pump, gate or cover, in the words people type: "got mampet", "pompa mati". Pure."""

from __future__ import annotations

import re

from bot.domain.models import Fault

_FAULTS = (
    (Fault.PUMP, r"pompa\w*|pump"),
    (Fault.GATE, r"pintu ?air|(?:flood|sluice|water) ?gate"),
    (Fault.COVER, r"tutup (?:got|saluran|gorong\w*|selokan|bak kontrol|manhole|drainase)|manhole|drain cover|grill?"),
    (Fault.INLET, r"tali ?-?air|mulut ?-?air|inlet"),
    (Fault.CHANNEL, r"saluran|got|selokan|gorong ?-?gorong|drainase|parit|phb|drain|gutter|sewer|ditch"),
)
_BROKEN = re.compile(
    r"\b(?:mampet|mampat|tersumbat|sumbat|buntu|penuh|dangkal|rusak|mati|macet|jebol|ambrol|bocor|hilang|pecah|patah|"
    r"copot|dicuri|ga jalan|gak jalan|tidak jalan|tidak berfungsi|ga berfungsi|tidak menyala|ga nyala|tertutup|"
    r"sedimen\w*|lumpur|sampah|blocked|clogged|broken|full|stuck|missing|stolen|dead|jammed|not working)\b"
)


def drain_fault(text: str) -> Fault | None:
    """What a text says is wrong with a drain, pump, gate or cover; None if it does not speak of such a thing."""
    plain = " ".join(text.casefold().split())
    if not _BROKEN.search(plain):
        return None
    return next((fault for fault, words in _FAULTS if re.search(rf"\b(?:{words})\b", plain)), None)
