"""The month in review as it reads on a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.models import Cause, IncidentState
from bot.domain.records import Tally
from bot.domain.review import review
from bot.domain.weather import Rain
from bot.geo.areas import AreaIndex
from bot.output.digest_pages import MAX_ENTITIES, MAX_UNITS, units
from bot.output.digest_text import plain
from bot.output.review_text import review_caption, review_parts
from bot.texts import LANGUAGES, Texts
from tests.domain.test_review import DAY_15, NOW, ended, january, spot
from tests.helpers.builders import incident
from tests.helpers.clock import WIB

TEXTS = Texts(WIB)
AREAS = AreaIndex.from_reference_points(("31.72",))


def test_it_reads_well() -> None:
    found = january(
        ended(1, IncidentState.HANDLED, 2, name="Jl. <Gaya> Motor, WA 0812-3456-7890"),
        ended(2, IncidentState.RECEDED, 4),
        incident(3, at=DAY_15 - timedelta(days=1), area_code="31.72.02.1007"),
        before=(incident(4),),
        spots=(spot("A", DAY_15 - timedelta(days=30), DAY_15),),
    )
    text, spots = [plain(part) for part in review_parts(found, AREAS, TEXTS, WIB, "Jakarta Utara")]
    link = "<https://www.google.com/maps?q=-6.124500,106.892400>"
    assert text == (
        "GENANGAN JAKARTA UTARA, Januari 2026\n"
        "\n"
        f"Terdalam: selutut (±50 cm), Jl. <Gaya> Motor, WA … {link}, Kel. Sungai Bambu, Kam 15 Jan\n"
        "\n"
        "PENANGANAN\n"
        "Ditangani petugas: 1\n"
        "Surut sendiri: 1\n"
        "Masih terbuka: 1\n"
        "Surut dalam 3 jam (nilai tengah)\n"
        "\n"
        "KATA WARGA\n"
        "9 laporan dari 7 warga\n"
        "Menilai penanganan: 3 baik, 1 belum baik (dari 4 jawaban)\n"
        "\n"
        "PER KELURAHAN (bulan sebelumnya)\n"
        "Sungai Bambu: 2 (1), surut dalam 3 jam\n"
        "Warakas: 1 (0)"
    )
    assert spots == (
        "TITIK BERULANG JAKARTA UTARA, Januari 2026\n"
        "1 titik tergenang berulang dalam setahun, dan bulan itu lagi.\n"
        "\n"
        f"1. Titik di peta {link}, Kel. Sungai Bambu\n"
        "2×, terakhir Kam 15 Jan, nomor A\n"
        "Paling dalam ±50 cm.\n"
        "Bulan itu: 1×"
    )


def test_the_caption_has_how_many() -> None:
    found = january(ended(1, IncidentState.HANDLED, 2), ended(2, IncidentState.RECEDED, 4), before=(incident(4),))
    assert plain(review_caption(found, TEXTS, WIB, "Jakarta Utara")) == (
        "GENANGAN JAKARTA UTARA, Januari 2026\n2 genangan, naik dari 1 (bulan sebelumnya)\n"
        "Hari terbanyak: Kam 15 Jan, 2 genangan"
    )


def test_how_they_ended_adds_up() -> None:
    states = (IncidentState.HANDLED, IncidentState.RECEDED, IncidentState.UNHEARD, IncidentState.NOT_FOUND)
    found = january(*(ended(n, state, 2) for n, state in enumerate(states, start=1)), incident(9, at=DAY_15))
    text = plain(review_parts(found, AREAS, TEXTS, WIB, "Jakarta Utara")[0])
    assert (
        "Ditangani petugas: 1\nSurut sendiri: 1\nDitutup tanpa kabar: 1\nTidak ditemukan: 1\nMasih terbuka: 1\n" in text
    )
    assert found.days.total == 5


def test_a_month_without_water_is_its_caption_alone() -> None:
    dry = replace(january(before=(incident(4),)), tally=Tally(), good=0, bad=0)
    assert review_parts(dry, AREAS, TEXTS, WIB, "Jakarta Utara") == []
    assert "Tidak ada genangan. Bulan sebelumnya: 1" in review_caption(dry, TEXTS, WIB, "Jakarta Utara")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worst_month_fits_and_adds_up(language: str) -> None:
    codes = [area.code for area in AREAS.all_served()]
    name = "Jl. " + "<&" * 40
    water = [ended(n, IncidentState.HANDLED, n % 9, area_code=codes[n % 31], name=name) for n in range(1, 2000)]
    spots = [replace(spot(f"S{n}", DAY_15, DAY_15), name=name, stood_s=9e5, handled=9) for n in range(300)]
    found = review(
        water,
        (),
        first=date(2026, 1, 1),
        last=date(2026, 1, 31),
        now=NOW,
        timezone=WIB,
        tally=Tally(reports=9999, reporters=8888),
        ratings={"good": 5000, "bad": 4000},
        spots=spots,
    )
    parts = review_parts(found, AREAS, TEXTS, WIB, "Jakarta Utara", language)
    assert len(parts) == 2
    for part in parts:
        assert units(part) < MAX_UNITS
        assert part.count("<b>") + part.count("<a ") < MAX_ENTITIES
    if language == "id":
        lines = parts[0].split("PER KELURAHAN")[1].split("\n")[1:]
        assert sum(int(line.split(": ")[1].split(" ")[0].replace(".", "")) for line in lines) == 1999


def test_of_spots_of_which_much_is_known_fewer_are_listed() -> None:
    known = replace(
        spot("S", DAY_15, DAY_15),
        name="🌊" * 80,
        causes=tuple((cause, 2) for cause in Cause),
        rain=tuple((rain, 2) for rain in Rain),
        stood_s=9e5,
        done_words="🌊" * 200,
        done_at=DAY_15,
        held_s=9e5,
    )
    found = january(spots=tuple(replace(known, number=f"S{n}") for n in range(12)))
    page = review_parts(found, AREAS, TEXTS, WIB, "Jakarta Utara")[-1]
    assert MAX_UNITS - 700 < units(page) <= MAX_UNITS
    listed = sum(f"\n{n}. " in page for n in range(1, 13))
    assert plain(page).endswith(f"dan {12 - listed} titik lain")
