"""The caption of the digest's picture."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.digest_entries import Digest
from bot.domain.foresight import Anticipation, Expected
from bot.domain.handling import Handling
from bot.domain.weather import Rain
from bot.output.digest_caption import MAX_CAPTION, digest_caption
from bot.output.digest_pages import units
from bot.output.digest_text import plain
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.digests import digest_of
from tests.helpers.markup import assert_well_formed
from tests.helpers.puddles import DAY_BEFORE, MORNING, puddle, rainy_night

TEXTS = Texts(WIB)


def caption_of(digest: Digest, language: str = "id") -> str:
    caption = digest_caption(digest, TEXTS, WIB, language)
    assert_well_formed(caption, MAX_CAPTION)
    return re.sub(r" <https:[^>]*>", "", plain(caption))


def test_what_is_understood_in_ten_seconds() -> None:
    late = Handling("31.72.04", due_at=MORNING - timedelta(hours=1))
    night = rainy_night()
    deepest = puddle("A2B", 120, at="Cilincing", name="Jl. Kampung Sepatan", handling=late)
    assert (
        caption_of(digest_of(deepest, *night, before=[puddle(f"B{n}") for n in range(3)], standing_week=12))
        == """\
GENANGAN JAKARTA UTARA
Update pukul 06.00 WIB, Sen 19 Jan
Masih tergenang: 10 titik, naik dari 3 (kemarin 06.00), turun dari 12 (pekan lalu)
Cilincing 4, Tanjung Priok 3, Koja 1, Pademangan 1, Penjaringan 1
⚠️ Lewat tenggat: 1

① Jl. Kampung Sepatan, Kel. Cilincing
120 cm lebih
Satpel SDA Kec. Cilincing: Menunggu, ⚠️ lewat tenggat sejak 05.00

② Jl. Lestari 8 RT02/10, Kel. Sukapura
± 10 s.d. 70 cm, naik, tidak bisa dilewati
Menunggu

③ Jl. Gaya Motor 2 (dekat pabrik), Kel. Sungai Bambu
± 30 s.d. 50 cm, naik, hanya truk bisa lewat
Menunggu

± perkiraan warga"""
    )


def test_what_is_alike_yesterday_and_last_week_is_told_once() -> None:
    more = digest_of(puddle("A2B"), puddle("C4D"), before=[puddle("B3C")], standing_week=1)
    assert "Masih tergenang: 2 titik, naik dari 1 (kemarin 06.00 dan pekan lalu)\n" in caption_of(more)
    same = digest_of(puddle("A2B"), before=[puddle("B3C")], standing_week=1)
    assert "Masih tergenang: 1 titik, tetap (kemarin 06.00 dan pekan lalu)\n" in caption_of(same)


def test_what_nobody_has_confirmed_lately_says_so() -> None:
    caption = caption_of(digest_of(puddle("A2B", 120, last_seen=DAY_BEFORE), puddle("C3D", 10)))
    assert caption.index("± 10 cm") < caption.index("120 cm lebih, belum ada kabar sejak kemarin 06.00")


def test_an_empty_morning_and_a_late_one() -> None:
    assert caption_of(digest_of(late=True)).endswith(
        "Sen 19 Jan\n⚠️ Terlambat, dijadwalkan 06.00.\nTidak ada genangan dan tidak ada laporan sejak kemarin 06.00."
    )


def test_rain_that_is_expected_tomorrow() -> None:
    expected = [Expected(f"31.72.0{n}", name, Rain.HEAVY, None, None, ()) for n, name in enumerate("ABCDEFG")]
    anticipation = Anticipation(date(2026, 1, 20), tuple(expected), (), (), False, True)
    caption = caption_of(digest_of(anticipation=anticipation))
    assert caption.endswith("\nAntisipasi besok: hujan di A, B, C, D, E dan 2 lainnya")
    calm = Anticipation(date(2026, 1, 20), (), ("A",), (), False, True)
    assert "Antisipasi" not in caption_of(digest_of(anticipation=calm))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=5), st.integers(1, 40), st.sampled_from(("id", "en")))
def test_it_fits_whatever_was_typed_and_whatever_the_region_is_called(
    names: list[str], length: int, language: str
) -> None:
    """Telegram refuses a picture whose caption is too long, and with it the digest."""
    digest = digest_of(
        *(puddle(f"N{n}", 30, name=name) for n, name in enumerate(names)), region="Jakarta & <b>" * length
    )
    assert_well_formed(digest_caption(digest, TEXTS, WIB, language), MAX_CAPTION)


def test_long_names_are_cut_before_places_are_left_out() -> None:
    names = ["🌊" * 200] * 3
    caption = digest_caption(
        digest_of(*(puddle(f"N{n}", 30, name=name) for n, name in enumerate(names)), region="Jakarta " * 40),
        TEXTS,
        WIB,
    )
    assert units(caption) <= MAX_CAPTION
    assert "③" in caption
