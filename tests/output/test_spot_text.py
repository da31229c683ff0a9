"""A spot that comes back, as it reads in a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.models import Cause
from bot.domain.spots import Spot
from bot.domain.weather import Rain
from bot.output.spot_text import LINE, spot_values
from bot.texts import Texts
from bot.texts import without_markup as plain
from tests.helpers.clock import EVENING, WIB
from tests.helpers.puddles import AREAS, CODES, UNITS

TEXTS = Texts(WIB)
BAMBU = CODES["Sungai Bambu"]

SPOT = Spot(
    lat=-6.13,
    lon=106.88,
    name="Jl. Gaya Motor 2",
    area_code=BAMBU,
    times=4,
    began=tuple(EVENING - timedelta(days=days) for days in (200, 90, 9, 6)),
    deepest_cm=70,
    stood_s=4 * 3600.0,
    causes=((Cause.RAIN, 3), (Cause.DRAIN, 1)),
    rain=((Rain.HEAVY, 2), (Rain.NONE, 1)),
    handled=1,
    number="KA7",
    owner=BAMBU,
    done="quick.inlet",
    done_at=EVENING - timedelta(days=65),
    held_s=56 * 86400.0,
)


def line(spot: Spot, language: str = "id") -> str:
    values = spot_values(spot, EVENING, area=AREAS[BAMBU], owner=UNITS.get(BAMBU))
    return TEXTS.render(LINE, values, language, EVENING)


def test_all_that_is_known_of_a_spot() -> None:
    assert plain(line(SPOT)) == (
        """\
Jl. Gaya Motor 2, Kel. Sungai Bambu
4×, 2× dalam 14 hari, terakhir Sen 12 Jan (6 hari lalu), nomor KA7
Paling dalam ±70 cm. Biasanya surut dalam 4 jam.
Penyebab: hujan, saluran tersumbat
Prakiraan hari itu: hujan lebat 2×, tanpa hujan 1×
Ditangani Jum 14 Nov (pembersihan tali air): kembali setelah 56 hari
Penanggung jawab: Kelurahan Sungai Bambu"""
    )
    assert "came back after 56 days" in plain(line(SPOT, "en"))


def test_what_nobody_knows_is_left_out() -> None:
    bare = replace(SPOT, name=None, deepest_cm=None, stood_s=None, causes=(), rain=(), done_at=None, done=None)
    assert plain(TEXTS.render(LINE, spot_values(bare, EVENING), "id", EVENING)) == (
        "Titik di peta\n4×, 2× dalam 14 hari, terakhir Sen 12 Jan (6 hari lalu), nomor KA7"
    )


def test_work_that_holds_and_water_that_stands() -> None:
    spot = replace(SPOT, held=True, standing=True, done=None, done_words="Got dikeruk, hubungi 0812 3456 7890.")
    shown = plain(line(spot))
    assert "⚠️ sekarang tergenang" in shown
    assert "Ditangani Jum 14 Nov (Got dikeruk, hubungi …): sejak itu belum kembali" in shown
    assert "Ditangani Jum 14 Nov: sejak itu belum kembali" in plain(line(replace(spot, done_words=None)))


def test_what_people_typed_is_no_markup_and_its_name_opens_the_map() -> None:
    shown = line(replace(SPOT, name="<b>Jl. A & B</b>", done=None, done_words="<i>pompa</i>"))
    assert '<a href="https://www.google.com/maps?q=-6.130000,106.880000">&lt;b&gt;Jl. A &amp; B&lt;/b&gt;</a>' in shown
    assert "&lt;i&gt;pompa&lt;/i&gt;" in shown
