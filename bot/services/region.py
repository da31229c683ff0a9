"""What is served, as people call it."""

from __future__ import annotations

from bot.domain.kota import short_kota
from bot.ports import AreaLookup


def served_region(areas: AreaLookup) -> str:
    """What is served, in a word or two: the kota, or all of Jakarta where there are several."""
    kota = {area.kota for code, _ in areas.served_kecamatan() for area in areas.served_kelurahan(code)}
    return short_kota(kota.pop()) if len(kota) == 1 else "DKI Jakarta"
