"""The week's chart and its caption, as a reader sees them."""

from __future__ import annotations

from datetime import date

from bot.domain.weather import Rain
from bot.domain.week import Day, Days
from bot.output.digest_text import plain
from bot.output.week_chart import chart, week_caption
from bot.texts import Texts
from tests.helpers.clock import WIB

TEXTS = Texts(WIB)


def days(*counts: tuple[int, ...], rain: Rain | None = None, before: int = 0) -> Days:
    return Days(tuple(Day(date(2026, 1, 12 + n), each, rain) for n, each in enumerate(counts)), before)


NONE = (0, 0, 0, 0, 0)


def test_the_chart_names_days_classes_and_rain() -> None:
    found = chart(days(NONE, (1, 2, 3, 0, 1), rain=Rain.HEAVY), "Jakarta Utara", TEXTS, WIB)
    assert found.title == "Genangan baru per hari, Jakarta Utara"
    assert found.subtitle == "Senin, 12 Januari 2026 s.d. Selasa, 13 Januari 2026"
    assert list(found.classes) == ["di bawah 30 cm", "30–69 cm", "70–149 cm", "150 cm lebih", "belum diketahui"]
    assert [(bar.label, bar.counts, bar.rain) for bar in found.bars] == [
        ("Sen 12 Jan", NONE, "lebat"),
        ("Sel 13 Jan", (1, 2, 3, 0, 1), "lebat"),
    ]
    assert "BMKG" in found.source


def test_without_weather_nobody_is_named_for_it() -> None:
    assert "BMKG" not in chart(days(NONE), "Jakarta Utara", TEXTS, WIB).source


def test_a_months_bars_are_numbers_and_only_rain_worth_a_look_is_named() -> None:
    month = Days(
        tuple(Day(date(2026, 1, n), NONE, Rain.HEAVY if n == 18 else Rain.LIGHT) for n in range(1, 32)), before=0
    )
    bars = chart(month, "Jakarta Utara", TEXTS, WIB).bars
    assert [bar.label for bar in bars] == [str(n) for n in range(1, 32)]
    assert {bar.label: bar.rain for bar in bars if bar.rain} == {"18": "lebat"}


def test_the_caption_says_how_many_against_before_and_the_worst_day() -> None:
    found = days((1, 0, 0, 0, 0), (4, 3, 2, 0, 0), NONE, NONE, NONE, NONE, NONE, before=4)
    assert plain(week_caption(found, TEXTS, WIB)) == (
        "Sepekan, Sen 12 Jan s.d. Min 18 Jan\n"
        "10 genangan baru, naik dari 4 (pekan sebelumnya)\n"
        "Terbanyak Sel 13 Jan: 9, 2 di antaranya 70 cm lebih"
    )
    assert "down from 20 (the week before)" in week_caption(days((1, 0, 0, 0, 0), before=20), TEXTS, WIB, "en")


def test_a_dry_week_says_so() -> None:
    assert "Tidak ada genangan baru. Pekan sebelumnya: 3" in week_caption(days(NONE, before=3), TEXTS, WIB)
