"""What still gets through, as people type it."""

from __future__ import annotations

import pytest

from bot.domain.models import Passability
from bot.domain.road_words import passability_in


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("motor bisa lewat", Passability.MOTORCYCLE),
        ("motor masih bisa lewat pelan2", Passability.MOTORCYCLE),
        ("motor ga bisa lewat", Passability.CAR),
        ("hanya mobil bisa lewat", Passability.CAR),
        ("cuma truk yg bisa lewat", Passability.TRUCK),
        ("mobil tidak bisa lewat", Passability.TRUCK),
        ("Tidak bisa lewat", Passability.NOBODY),
        ("jalan ditutup", Passability.NOBODY),
        ("nobody can pass", Passability.NOBODY),
        *((text, None) for text in ("motor bisa lewat?", "ada 2 motor mogok", "saya hanya lewat", "lewat mana")),
    ],
)
def test_what_still_gets_through(text: str, said: Passability | None) -> None:
    assert passability_in(text) is said
