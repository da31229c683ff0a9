"""What to expect tomorrow, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.feed_content import Missing
from bot.domain.foresight import Anticipation, Check, Expected
from bot.domain.models import Fault
from bot.domain.weather import Gate, Rain
from bot.output.anticipation_text import anticipation_blocks
from bot.output.digest_pages import units
from bot.texts import Texts, without_markup
from tests.helpers.clock import EVENING, WIB
from tests.helpers.small_city import LAGOA, TREE

TEXTS = Texts(WIB)
SPOT = Check("spot", "KA7", "Jl. Deli", -6.1, 106.8, LAGOA, TREE.get(LAGOA), times=4)
DRAIN = Check("drain", "MD3", None, -6.1, 106.8, LAGOA, TREE.get(LAGOA), faults=(Fault.INLET, Fault.COVER))
SITE = Check("site", "P7", "Pasar Koja", -6.1, 106.8, LAGOA, TREE.get("31.72.03"), task="Angkat sampah di saringan.")
WET = Expected("31.72.03", "Koja", Rain.HEAVY, 13, 19, (SPOT, DRAIN, SITE))
DAY = date(2026, 1, 19)
NOTHING = Anticipation(DAY, (), (), (), gates_known=False, forecast_known=False)
RAINY = Anticipation(DAY, (WET,), ("Cilincing",), (), gates_known=False, forecast_known=True)


def link(number: str) -> str:
    return f"https://t.me/genangan_bot?start=g_{number}"


def said(told: Anticipation, language: str = "id") -> str:
    return without_markup("\n\n".join(anticipation_blocks(told, TEXTS, language, EVENING, link)))


def test_it_reads_at_a_glance() -> None:
    gates = (Gate("Manggarai", 750, 3, EVENING),)
    sea = (Gate("Pasar Ikan - Laut", 215.4, 3, EVENING),)
    told = replace(RAINY, gates=gates, gates_known=True, sea=sea, rob=2, elsewhere=5)
    assert said(told) == (
        "ANTISIPASI BESOK · Senin, 19 Januari 2026\n"
        "Tanpa hujan: Cilincing\n\n"
        "Kec. Koja: hujan lebat, 13.00–19.00\n"
        "• KA7 Jl. Deli (4× setahun), Kelurahan Lagoa: cek tali air\n"
        "• MD3 Titik di peta, Kelurahan Lagoa: tali air tersumbat, tutup saluran hilang\n"
        "• P7 Pasar Koja, Satpel SDA Kec. Koja: Angkat sampah di saringan\n\n"
        "5 titik lain di luar wilayah hujan tidak ditulis di sini.\n"
        "Pintu air di atas normal: Manggarai 750 cm (Siaga 3)\n"
        "Muka laut: Pasar Ikan - Laut 215 cm (Siaga 3)\n"
        "Rob: 2 kasus masih terbuka. Jam pasang belum ada di sini; lihat muka laut.\n"
        "Sumber: BMKG, Dinas SDA DKI Jakarta"
    )


def test_bmkg_is_named_wherever_its_forecast_is_told() -> None:
    assert [
        said(RAINY, language).endswith(f"{word}: BMKG") for language, word in (("id", "Sumber"), ("en", "Source"))
    ] == [
        True,
        True,
    ]
    assert "Sumber" not in said(NOTHING)


def test_without_a_forecast_what_is_to_be_checked_is_told_all_the_same() -> None:
    assert said(replace(NOTHING, anyway=(SPOT, SITE))) == (
        "ANTISIPASI BESOK · Senin, 19 Januari 2026\n\n"
        "Tetap perlu dicek\n"
        "• KA7 Jl. Deli (4× setahun), Kelurahan Lagoa: cek tali air\n"
        "• P7 Pasar Koja, Satpel SDA Kec. Koja: Angkat sampah di saringan"
    )
    assert "… dan 3 lagi" in said(replace(NOTHING, anyway=(SPOT,) * 8))


def test_numbers_of_cases_open_their_card_and_those_of_listed_places_nothing() -> None:
    _, block, _ = anticipation_blocks(RAINY, TEXTS, "id", EVENING, link)
    assert f'<a href="{link("KA7")}">KA7</a>' in block
    assert "start=g_P7" not in block
    _, unlinked, _ = anticipation_blocks(RAINY, TEXTS, "id", EVENING)
    assert "• KA7 <a" in unlinked


@pytest.mark.parametrize("kind", ["forecast", "nowcast", "gates"])
def test_what_could_not_be_read_is_said_in_one_line(kind: str) -> None:
    since = replace(NOTHING, missing=(Missing(kind, EVENING - timedelta(hours=30)),))
    assert said(since).endswith("tidak terbaca sejak kemarin 13.42.")
    assert said(replace(NOTHING, missing=(Missing(kind, None),))).endswith("tidak terbaca.")


def test_a_dry_day_says_so() -> None:
    dry = replace(RAINY, expected=(), calm=("Koja", "Cilincing"))
    assert "Tidak ada hujan dalam prakiraan." in said(dry)
    assert "Tanpa hujan" not in said(dry)
    assert "Belum ada prakiraan: Koja" in said(replace(dry, unknown=("Koja",)))
    assert "Pintu air: semua normal." in said(replace(dry, gates_known=True))


def test_many_things_to_check_are_summed_up() -> None:
    many = replace(RAINY, expected=(replace(WET, checks=(SPOT,) * 12),))
    assert "… dan 7 lagi" in said(many)
    assert said(many).count("KA7") == 5


def test_a_listed_place_without_a_task_is_to_be_gone_on_with() -> None:
    told = replace(RAINY, expected=(replace(WET, checks=(replace(SITE, task=None),)),))
    assert "P7 Pasar Koja, Satpel SDA Kec. Koja: lanjutkan penataan" in said(told)


def test_names_and_tasks_that_people_typed_are_only_words() -> None:
    nasty = replace(SITE, name="<b>x\n</b> 081234567890", task="<a href='x'>" + "y" * 500)
    block = anticipation_blocks(replace(RAINY, expected=(replace(WET, checks=(nasty,)),)), TEXTS, "id", EVENING)[1]
    assert "&lt;b&gt;x &lt;/b&gt; …" in block
    assert "&lt;a href=" in block
    assert units(block) < 400


def test_six_rainy_kecamatan_fit_into_one_message() -> None:
    told = replace(RAINY, expected=(replace(WET, checks=(SPOT, DRAIN, SITE) * 3),) * 6)
    assert units("\n\n".join(anticipation_blocks(told, TEXTS, "id", EVENING, link))) < 4096
