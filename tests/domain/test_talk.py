"""What people type beside places and depths, in the words they use."""

from __future__ import annotations

import pytest

from bot.domain.models import Word
from bot.domain.talk import is_courtesy, is_question, may_be_name, water_word


@pytest.mark.parametrize(
    "text",
    [
        *("makasih", "Terima kasih banyak pak", "ok", "oke siap", "baik kak, makasih ya", "🙏", "👍🏻", "halo min"),
        *("Assalamualaikum", "selamat malam", "thanks", "Thank you!", "ok noted", "alhamdulillah", "..."),
    ],
)
def test_courtesies_say_nothing(text: str) -> None:
    assert is_courtesy(text)
    assert not may_be_name(text)


@pytest.mark.parametrize("text", ["sudah", "40", "ok 40 cm", "masjid Al-Huda", "makasih, airnya sudah surut", "lapor"])
def test_what_says_something_is_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["kapan petugas datang?", "Kapan ditangani", "gimana ini min", "how long will it take"]
)
def test_questions(text: str) -> None:
    assert is_question(text)
    assert not may_be_name(text)


@pytest.mark.parametrize(
    "text", ["masjid Al-Huda", "warteg bahari", "SDN 05 pagi", "pos ronda RW 3", "rumah pak RT", "Indomaret", "blok C"]
)
def test_names_of_places(text: str) -> None:
    assert may_be_name(text)


@pytest.mark.parametrize(
    "text",
    [
        *("airnya bau", "listrik mati", "motor mogok", "sudah masuk rumah", "penuh sampah plastik", "belum", "40"),
        *("tolong cepat", "macet parah", "hujan deras", "salah", "the water is brown", "belum ada petugas", "🙏🙏"),
    ],
)
def test_talk_is_no_name_of_a_place(text: str) -> None:
    assert not may_be_name(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sudah surut", Word.GONE),
        ("udah surut pak", Word.GONE),
        ("Alhamdulillah air di depan rumah sudah surut, terima kasih", Word.GONE),
        ("surut", Word.GONE),
        ("airnya udah kering", Word.GONE),
        ("the water is gone", Word.GONE),
        ("it has receded", Word.GONE),
        ("belum surut", Word.STANDING),
        ("blm surut juga", Word.STANDING),
        ("masih banjir nih", Word.STANDING),
        ("masih tergenang", Word.STANDING),
        ("ga surut surut", Word.STANDING),
        ("still flooded", Word.STANDING),
        ("airnya naik", Word.RISING),
        ("air makin tinggi pak", Word.RISING),
        ("naik terus min", Word.RISING),
        ("the water is rising", Word.RISING),
        *((text, None) for text in ("mulai surut", "surut sedikit", "agak surut", "sudah surut belum?", "kapan surut")),
        *((text, None) for text in ("semoga cepat surut", "kalau sudah surut saya kabari", "airnya tidak naik")),
        *((text, None) for text in ("sudah", "belum", "iya", "sudah hampir surut", "Jl. Mangga", "ada 2 motor mogok")),
        *((text, None) for text in ("sudah turun, tinggal selutut", "nenek sudah dijemput pemadam, terima kasih")),
    ],
)
def test_a_word_about_the_water(text: str, word: Word | None) -> None:
    assert water_word(text) is word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((text, Word.GONE) for text in ("sudah", "Sudah pak", "udah kok", "iya", "yes", "sudah.")),
        *((text, Word.STANDING) for text in ("belum", "Belum kak", "masih", "blm min", "no", "not yet")),
        ("makasih", None),
    ],
)
def test_a_bare_answer_counts_where_one_was_asked(text: str, word: Word | None) -> None:
    assert water_word(text, asked=True) is word
