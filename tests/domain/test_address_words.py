"""Where a text says it is."""

from __future__ import annotations

import pytest

from bot.domain.address_words import address_in


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Jl. Gaya Motor 2, depan pabrik", "Jl. Gaya Motor 2, depan pabrik"),
        ("banjir selutut di jl mangga depan masjid tugu utara", "jl mangga depan masjid tugu utara"),
        ("jl mangga depan masjid banjir selutut", "jl mangga depan masjid"),
        ("Jl. Lestari 8 RT02/10, Sukapura, air 40 cm", "Jl. Lestari 8 RT02/10, Sukapura"),
        ("tolong ibu saya terjebak di jl mangga 5", "jl mangga 5"),
        ("depan masjid, selutut", "depan masjid"),
        ("Gg. Kelinci tergenang sudah 2 jam", "Gg. Kelinci"),
        ("flooded, knee deep near Sunter mall", "near Sunter mall"),
        (f"Jl. Mangga {' ' * 4000}, banjir", "Jl. Mangga"),
        ("banjir parah", None),
        ("selutut", None),
        ("jl", None),
    ],
)
def test_the_place_in_a_text(text: str, address: str | None) -> None:
    assert address_in(text) == address
