"""The digest as its reader sees it, and as Telegram takes it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest import ITEMISED
from bot.domain.handling import Handling, Level
from bot.domain.memory import past_of
from bot.domain.models import Cause, Incident, IncidentState, Kind, Passability
from bot.domain.records import Tally
from bot.domain.site_rules import SiteProgress
from bot.domain.spots import Spot
from bot.output.digest_text import digest_parts, plain
from bot.texts import Texts
from tests.helpers.digest_texts import LONG_AGO, TEBET, card, ended, long_ones, parts_of, read, seen
from tests.helpers.digests import LINKS, digest_of, site
from tests.helpers.markup import assert_well_formed
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, MORNING, UNITS, puddle, rainy_night


def test_a_rainy_night_as_the_office_reads_it() -> None:
    digest = digest_of(
        *rainy_night(),
        tally=Tally(reports=63, reporters=51, opened=13, receded=2, handled=3, drains=1, without_depth=5),
        standing_week=12,
        facts={
            "tally_before": Tally(reports=9, reporters=8, opened=4, receded=2),
            "tally_week": Tally(reports=88, reporters=70, opened=20, receded=9, handled=1),
        },
    )
    assert (
        seen(digest)
        == """\
GENANGAN JAKARTA UTARA
Update pukul 06.00 WIB
Senin, 19 Januari 2026

Masih tergenang: 9 titik, naik dari 0 (kemarin 06.00), turun dari 12 (pekan lalu)
Cilincing 3, Tanjung Priok 3, Koja 1, Pademangan 1, Penjaringan 1
± perkiraan warga

TERPARAH, dikabarkan 3 jam terakhir
① PL8 · Jl. Lestari 8 RT02/10, Kel. Sukapura
± 10 s.d. 70 cm, naik, tidak bisa dilewati, luapan kali, hujan
9 warga, sejak kemarin 21.30 · Menunggu

② KA7 · Jl. Gaya Motor 2 (dekat pabrik), Kel. Sungai Bambu
± 30 s.d. 50 cm, naik, hanya truk bisa lewat, hujan
5 warga, sejak kemarin 19.10 · Menunggu

③ RB9 · Titik di peta (titik perkiraan), Kel. Cilincing
± 50 cm
1 warga, sejak kemarin 18.55 · Menunggu

BELUM ADA KABAR LAGI (2), lebih dari 3 jam
⑧ FD2 · Jl. Gunung Sahari (Lantamal), Kel. Pademangan Barat
Belum ada kabar sejak kemarin 22.45, waktu itu ± 50 cm
Menunggu

⑨ WC6 · Jl. Mangga, Kel. Tugu Utara
Belum ada kabar sejak kemarin 23.10, waktu itu ± 30 cm
Menunggu

LAINNYA PER KELURAHAN (4)
Kec. Cilincing
Kel. Sukapura
Jumlah: 2 titik (di atas: PL8)
Ketinggian: ± 35 s.d. 70 cm
Penyebab: hujan, luapan kali
④ HT4 · Jl. Cakung Cilincing Raya: 35 cm
4 warga, terakhir 03.20 · Menunggu
⚠️ Mungkin sama dengan titik di dekatnya

Kec. Tanjung Priok
Kel. Sungai Bambu
Jumlah: 2 titik (di atas: KA7)
Ketinggian: ± 10 s.d. 50 cm
Penyebab: hujan
⑥ MD3 · Jl. Yos Sudarso Raya: ± 10 s.d. 30 cm, turun, hanya mobil bisa lewat
3 warga, terakhir 04.55 · Menunggu

Kel. Papanggo
Jumlah: 1 titik
Ketinggian: ± 10 cm
Penyebab: rob
⑦ QX2 · Jl. RE Martadinata (depan JIS)
2 warga, terakhir 05.50 · Menunggu

Kec. Penjaringan
Kel. Penjaringan
Jumlah: 1 titik
Ketinggian: ± 30 cm
Penyebab: hujan, rob
⑤ ZN5 · Jl. Muara Baru
3 warga, terakhir 05.58 · Menunggu

Sudah disebut di atas: Kel. Cilincing 1, Kel. Pademangan Barat 1, Kel. Tugu Utara 1

✅ SURUT SENDIRI (2) menurut warga
GV7 · Jl. Boulevard Barat, Kel. Kelapa Gading Barat: 02.10, setelah 8 jam, tertinggi ± 50 cm
SK3 · Jl. Dermaga Ujung, Muara Angke, Kel. Pluit: kemarin 15.04, setelah 8 jam, tertinggi ± 70 cm

DITUTUP TANPA KABAR (1), dua kali ditanya
YJ4 · Jl. Kampung Sepatan, Kel. Cilincing: 03.00, setelah 9 jam, tertinggi 120 cm lebih, kabar terakhir kemarin 20.30

SALURAN BERMASALAH (2)
LM8 · Jl. Warakas 3, Kel. Warakas: tali air tersumbat (baru)
Sejak kemarin 09.00 · Menunggu

TA9 · Jl. Danau Sunter Utara, Kel. Sunter Agung: pompa rusak
Sejak Kam 15 Jan 09.00 · Menunggu

ANGKA sejak kemarin 06.00 (dalam kurung: 24 jam sebelumnya; pekan lalu)
Genangan baru: 13 (4; 20)
Ditangani petugas: 3 (0; 1)
Surut sendiri: 2 (2; 9)
Laporan: 63 (9; 88)
Warga pelapor: 51 (8; 70)
Tanpa ketinggian: 5 (0; 0)
Saluran bermasalah baru: 1 (0; 0)"""
    )


# -- an incident -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cms", "shown"),
    [
        ((), "ketinggian belum diketahui"),
        ((30,), "± 30 cm"),
        ((35,), "35 cm"),
        ((120,), "120 cm lebih"),
        ((30, 50), "± 30 s.d. 50 cm, naik"),
        ((50, 30), "± 30 s.d. 50 cm, turun"),
        ((10, 90, 30), "± 10 s.d. 90 cm, turun ke 30 cm"),
        ((35, 45), "35 s.d. 45 cm, naik"),
    ],
)
def test_depths(cms: tuple[int, ...], shown: str) -> None:
    text = read(puddle("KA7", *cms))
    assert f"\n{shown}\n1 warga, " in text
    assert ("± perkiraan warga" in text) == (bool(cms) and not {35, 45} & {*cms})


def test_what_is_not_known_is_not_told() -> None:
    known = puddle("KA7", 30, causes=(Cause.RAIN, Cause.TIDE), passability=Passability.CAR, handling=Handling("31.72"))
    assert "\n± 30 cm, hanya mobil bisa lewat, hujan, rob\n" in read(known)
    assert "\n1 warga, sejak 05.00 · Sudin SDA Jakarta Utara: Menunggu\n" in read(known)
    assert "\n± 30 cm\n1 warga, sejak 05.00 · Menunggu\n" in read(puddle("KA7", 30))
    silent = read(puddle("KA7", last_seen=DAY_BEFORE))
    assert "Belum ada kabar sejak kemarin 06.00\nMenunggu\n" in silent


def test_the_map_opens_at_a_touch_on_the_name_and_the_card_at_one_on_the_number() -> None:
    digest = digest_of(puddle("KA7", 30, name="Jl. Mangga", lat=-6.123456, lon=106.9))
    maps = "https://www.google.com/maps?q=-6.123456,106.900000"
    (part,) = parts_of(digest)
    assert f'① KA7 · <a href="{maps}">Jl. Mangga</a>, Kel. Sungai Bambu' in part
    (linked,) = parts_of(digest, card_url=card)
    assert f'① <a href="{card("KA7")}">KA7</a> · <a href="{maps}">Jl. Mangga</a>' in linked
    assert f"① KA7 · Jl. Mangga <{maps}>, Kel. Sungai Bambu" in plain(linked)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Jl. <b>Mangga</b> & Co", "Jl. <b>Mangga</b> & Co"),
        ('"> <a href="x">klik</a>', '"> <a href="x">klik</a>'),
        ("Jl. Mangga\n\n✅ SUDAH SURUT (99)", "Jl. Mangga ✅ SUDAH SURUT (99)"),
        ("Jl. \u202eaggnaM\u0000", "Jl. aggnaM"),
        ("Jl. Mangga, hubungi 0812-3456-7890", "Jl. Mangga, hubungi …"),
        ("Jl. Mangga @budi_santoso", "Jl. Mangga …"),
        (" \u200b\n ", "Titik di peta"),
        ("x" * 500, "x" * 79 + "…"),
    ],
)
def test_names_are_shown_as_typed_and_break_nothing(typed: str, shown: str) -> None:
    (part,) = parts_of(digest_of(puddle("KA7", 30, name=typed)))
    assert_well_formed(part)
    assert f"① KA7 · {shown} <https://" in plain(part)


def test_who_answers_and_until_when() -> None:
    late = Handling("31.72.02", on_behalf="31.72.02.1004", due_at=MORNING - timedelta(hours=2))
    calm = Handling("31.72.02.1007", due_at=MORNING + timedelta(hours=3))
    text = read(puddle("A2B", 30, handling=late), puddle("C3D", 120, at="Warakas", handling=calm))
    assert (
        "Satpel SDA Kec. Tanjung Priok (mewakili Kelurahan Sungai Bambu): Menunggu, ⚠️ lewat tenggat sejak 04.00" in text
    )
    assert "Kelurahan Warakas: Menunggu, batas 09.00" in text


def test_a_puddle_in_a_listed_place_and_one_of_a_series_say_so() -> None:
    progress = SiteProgress(1, 0, (), (), ((site(7), ("C3D",)),))
    earlier = ended("A2B", IncidentState.RECEDED, series_id=9, ended_at=MORNING - timedelta(hours=20))
    text = read(earlier, puddle("C3D", 30, series_id=9), sites=progress)
    assert "① C3D · dekat Jl. Lodan, Kel. Sungai Bambu · penataan P7\n± 30 cm, berulang 2×\n" in text
    assert "A2B" not in text


def test_a_drain_does_not_recede() -> None:
    mended = puddle("LM8", kind=Kind.DRAIN, state=IncidentState.RECEDED, ended_at=MORNING)
    assert "Kel. Sungai Bambu: sudah beres menurut warga 06.00" in read(mended)
    assert "SURUT SENDIRI" not in read(mended)


# -- sections ----------------------------------------------------------------------------------------------------------


def test_what_became_of_what_stood_before_told_once_and_named_where_it_belongs() -> None:
    done = Handling("31.72.02", solved_level=Level.KECAMATAN, hops=2)
    text = read(
        puddle("A2B", 10, first_seen=LONG_AGO, name="Jl. Mangga"),
        *(puddle(f"W{n}", 90) for n in range(3)),
        ended("C3D", IncidentState.HANDLED, first_seen=LONG_AGO, handling=done),
        ended("E4F", IncidentState.RECEDED, first_seen=LONG_AGO),
        ended("G5H", IncidentState.RECEDED),
    )
    assert (
        """
KELANJUTAN (3), tergenang sejak sebelum kemarin 06.00
1 masih tergenang, 1 ditangani, 1 surut sendiri

④ A2B · Jl. Mangga, Kel. Sungai Bambu
Sejak Jum 16 Jan 06.00, belum ditanggapi, ± 10 cm
Menunggu

C3D · Titik di peta, Kel. Sungai Bambu: ditangani 05.00 oleh Satpel SDA Kec. Tanjung Priok, setelah 3 hari, \
tertinggi ± 30 cm, dialihkan 2×
E4F · Titik di peta, Kel. Sungai Bambu: surut sendiri 05.00, setelah 3 hari, tertinggi ± 30 cm
"""
        in text
    )
    assert "✅ SUDAH DITANGANI (1) oleh petugas\nSudah disebut di atas: C3D\n" in text
    assert "\n✅ SURUT SENDIRI (2) menurut warga\nG5H · " in text
    assert "· kecamatan 1\n" in text


def test_work_done_and_water_that_went_by_itself_are_two_things() -> None:
    done = Handling("31.72.02", solved_level=Level.KECAMATAN)
    text = read(
        ended("A2B", IncidentState.HANDLED, handling=done),
        ended("C3D", IncidentState.RECEDED, handling=done),
        ended("E4F", IncidentState.NO_PUDDLE, handling=done),
        tally=Tally(reports=3, reporters=3, opened=3, handled=1, receded=1),
    )
    assert (
        "✅ SUDAH DITANGANI (1) oleh petugas\nA2B · Titik di peta, Kel. Sungai Bambu: 05.00 oleh Satpel SDA Kec."
        in text
    )
    assert "✅ SURUT SENDIRI (1) menurut warga\nC3D · Titik di peta, Kel. Sungai Bambu: 05.00, setelah" in text
    assert (
        "TIDAK DITEMUKAN (1) menurut petugas\nE4F · Titik di peta, Kel. Sungai Bambu: bukan genangan 05.00 oleh" in text
    )
    assert "Ditangani petugas: 1 (0)\n· kecamatan 1\nSurut sendiri: 1 (0)" in text


def test_what_needs_attention_is_a_line_each() -> None:
    def handled(**changes: Any) -> Handling:
        return Handling("31.72.02", **changes)

    spot = Spot(-6.1, 106.8, "Jl. Lodan @budi_santoso", CODES["Pluit"], 3, (), 30, None, (), (), 0, "KA7", "31.72")
    began = tuple(MORNING - timedelta(days=days, hours=1) for days in (9, 6, 0))
    text = read(
        puddle("A2B", 90, handling=handled(due_at=MORNING - timedelta(hours=2), hops=2)),
        puddle("C3D", 80, handling=handled(hops=1, escalations=1, helpers=("31.72", "31.72.02.1007"))),
        puddle("E4F", 70, handling=handled(reopened=1, on_behalf="31.72.02.1004")),
        puddle("G5H", 20, at="Warakas"),
        spots=[replace(spot, began=began)],
        neighbours=lambda code: frozenset({CODES["Pluit"]} if code != CODES["Pluit"] else AREAS),
        facts={"links": []},
    )
    assert (
        """
PERLU PERHATIAN
⚠️ Lewat tenggat (1), yang terlama dulu
A2B, Kel. Sungai Bambu: sejak 04.00, Satpel SDA Kec. Tanjung Priok

Dialihkan (2): A2B 2×, C3D
Diambil alih karena lewat waktu (1): C3D
Dibuka lagi (1): E4F
Koordinasi (1): C3D dengan Sudin SDA Jakarta Utara, Kelurahan Warakas
Belum tersambung (19 unit). 1 kasusnya dijawab unit di atasnya: Kelurahan Sungai Bambu 1

Tergenang lagi (1)
KA7 · Jl. Lodan …, Kel. Pluit: 3× dalam 14 hari, sebelumnya 6 hari lalu
"""
        in text
    )


def test_of_units_without_a_chat_few_are_named_and_of_many_those_that_are_missed() -> None:
    def without(n: int, *incidents: Incident) -> str:
        missing = [unit.code for unit in UNITS.all()][-n:]
        return read(*incidents, facts={"links": [link for link in LINKS if link.unit not in missing]})

    assert "Belum tersambung (2 unit): Kelurahan Pademangan Barat, Kelurahan Kelapa Gading Barat\n" in without(
        2, puddle()
    )
    assert "Belum tersambung (9 unit)\n" in without(9, puddle())
    instead = Handling("31.72", on_behalf=CODES["Warakas"])
    assert "Belum tersambung (9 unit). 2 kasusnya dijawab unit di atasnya: Kelurahan Warakas 2\n" in without(
        9, puddle("A2B", handling=instead), puddle("C3D", handling=instead)
    )


def test_drains_that_are_overdue_for_days_do_not_hide_last_nights_puddles() -> None:
    late = Handling("31.72", due_at=MORNING - timedelta(hours=1))
    older = Handling("31.72", due_at=DAY_BEFORE - timedelta(days=9))
    drains = [puddle(f"D{n}", kind=Kind.DRAIN, handling=older) for n in range(12)]
    text = read(puddle("A2B", 30, handling=late), *drains)
    assert "\n⚠️ Lewat tenggat (1), yang terlama dulu\nA2B, Kel. Sungai Bambu: sejak 05.00, Sudin SDA" in text
    assert "\n⚠️ Saluran lewat tenggat (12): D0, D1, D10, D11, D2, D3, D4, D5, D6, D7 dan 2 lainnya\n" in text


def test_of_many_that_stood_before_the_figures_tell_what_became_of_them() -> None:
    gone = [ended(f"G{n}", IncidentState.UNHEARD, first_seen=LONG_AGO) for n in range(20)]
    stands = [puddle(f"S{n}", 30, first_seen=LONG_AGO) for n in range(ITEMISED + 1)]
    text = read(*gone)
    assert "\nKELANJUTAN (20), tergenang sejak sebelum kemarin 06.00\n20 ditutup tanpa kabar\nG0 · " in text
    text = read(*gone, *stands)
    (carried,) = re.findall(r"^KELANJUTAN .*?\n\n(?=MASIH)", text, re.MULTILINE | re.DOTALL)
    assert carried.startswith("KELANJUTAN (51), tergenang sejak sebelum kemarin 06.00\n31 masih tergenang, 20 ditutup")
    assert "\ndan 17 lainnya\n" in carried  # 9 above, 5 here


def test_over_several_kota_a_place_is_named_with_its_own() -> None:
    text = read(puddle("A2B", 30), puddle("C3D", 50, area_code=TEBET.code))
    assert "① C3D · Titik di peta, Kel. Tebet Timur, Jakarta Selatan\n" in text
    assert "② A2B · Titik di peta, Kel. Sungai Bambu, Jakarta Utara\n" in text


def test_depths_that_nobody_told_are_no_part_of_a_sum() -> None:
    text = read(*(puddle(f"A{n}", 30 + n) for n in range(3)), puddle("B", 5), puddle("C"), puddle("D"))
    assert "\nJumlah: 6 titik (di atas: A2, A1, A0)\nKetinggian: ± 5 s.d. 32 cm (2 titik belum diketahui)\n" in text


def test_a_kelurahan_that_is_silent_while_water_stands_around_it_is_named() -> None:
    pair = frozenset({CODES["Warakas"], CODES["Papanggo"]})
    centre = CODES["Sungai Bambu"]
    text = read(
        puddle("A2B", 30, at="Warakas"),
        puddle("C3D", 30, at="Papanggo"),
        puddle("E4F", 30, at="Papanggo"),
        neighbours=lambda code: pair if code == centre else frozenset({centre}),
    )
    assert (
        "Tidak ada laporan, padahal tetangganya tergenang\nKel. Sungai Bambu (tetangganya: Papanggo 2, Warakas 1)\n"
        in text
    )


def test_an_empty_window_is_two_lines() -> None:
    title = "GENANGAN JAKARTA UTARA\nUpdate pukul 06.00 WIB\nSenin, 19 Januari 2026\n\n"
    nothing = "Tidak ada genangan dan tidak ada laporan sejak kemarin 06.00."
    assert seen(digest_of()) == title + nothing
    assert seen(digest_of(facts={"links": []})) == title + nothing


def test_below_a_caption_the_headline_is_not_told_again() -> None:
    (text,) = parts_of(digest_of(puddle("KA7", 30), late=True), captioned=True)
    assert plain(text).startswith(
        "GENANGAN JAKARTA UTARA\nUpdate pukul 06.00 WIB\nSenin, 19 Januari 2026\n\n± perkiraan warga\n\nTERPARAH"
    )
    assert parts_of(digest_of(facts={"links": []}, late=True), captioned=True) == []
    (extra,) = parts_of(digest_of(), captioned=True, extra=["ANTISIPASI BESOK"])
    assert plain(extra).endswith("2026\n\nANTISIPASI BESOK")


def test_a_late_digest_says_so() -> None:
    assert "\n⚠️ Terlambat, dijadwalkan 06.00.\n" in seen(digest_of(late=True))
    assert "Terlambat" not in seen(digest_of())


def test_when_nothing_stands_any_more_the_figures_are_told_all_the_same() -> None:
    gone = ended("KA7", IncidentState.RECEDED)
    text = read(gone, before=[puddle(f"B{n}") for n in range(3)], standing_week=0)
    assert "Tidak ada titik yang masih tergenang, turun dari 3 (kemarin 06.00)" in text
    assert "pekan lalu" not in text


def test_a_dry_week_ago_is_told_where_something_is_known_of_it() -> None:
    young = past_of(puddle("A2B"))
    old = replace(young, first_seen=MORNING - timedelta(days=30))
    assert "naik dari 0 (kemarin 06.00 dan pekan lalu)\n" in read(puddle(), facts={"pasts": [old]})
    assert "Genangan baru: 0 (0; 0)\n" in read(puddle(), facts={"pasts": [old]})
    assert "naik dari 0 (kemarin 06.00)\n" in read(puddle(), facts={"pasts": [young]})
    assert "Genangan baru: 0 (0)\n" in read(puddle(), facts={"pasts": [young]})


def test_what_others_add_comes_last_and_whole() -> None:
    extra = ["<b>PENATAAN</b>\n" + "\n".join(f"P{n} Jl. Lodan" for n in range(60)), "<b>ANTISIPASI BESOK</b>\nhujan"]
    parts = parts_of(digest_of(*long_ones(ITEMISED)), extra=extra)
    text = "\n\n".join(parts)
    assert all(sum(block in part for part in parts) == 1 for block in extra)
    assert text.endswith(extra[1])
    for part in parts:
        assert_well_formed(part)


def test_what_others_add_is_cut_between_lines_only_where_no_message_would_hold_it() -> None:
    lines = [f"<b>P{n}</b> Jl. Lodan nomor {n}" for n in range(400)]
    parts = parts_of(digest_of(), extra=["\n".join(lines)])
    assert len(parts) > 1
    assert [line for part in parts for line in part.split("\n") if line.startswith("<b>P")] == lines
    for part in parts:
        assert_well_formed(part)


def test_over_several_kota_each_kecamatan_is_named_with_its_own() -> None:
    in_tebet = [puddle(f"MD{n}", 30, area_code=TEBET.code) for n in range(2, 6)]
    text = read(puddle("KA7", 20), *in_tebet)
    assert "\nKec. Tebet, Jakarta Selatan\nKel. Tebet Timur\n" in text
    assert "\nKec. Tanjung Priok, Jakarta Utara\n" in text


def test_english_says_the_same() -> None:
    text = read(*rainy_night(), language="en")
    assert (
        "± 10 to 70 cm, rising, nobody gets through, river overflow, rain\n"
        "9 residents, since yesterday 21:30 · Waiting\n" in text
    )
    assert "1 resident, since yesterday 18:55" in text
    assert "Count: 2 places (above: PL8)\nDepth: ± 35 to 70 cm\nCause: rain, river overflow\n" in text
    # the same numbers at the same places
    indonesian = read(*rainy_night())
    numbers = re.compile(r"\b[A-Z]{2}\d\b")
    assert numbers.findall(text) == numbers.findall(indonesian)


def test_the_hour_names_its_time_zone() -> None:
    jayapura = ZoneInfo("Asia/Jayapura")
    (part,) = digest_parts(digest_of(), Texts(jayapura), jayapura)
    assert "Update pukul 08.00 WIT\n" in plain(part)
