"""The operator's list of places: as spreadsheets write it, with every mistake named, and what it makes of the list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bot
from bot.domain.site_file import SiteEntry, read_day, read_sites
from bot.domain.site_import import planned
from bot.domain.sites import Site, SiteState
from tests.helpers.builders import LAT, LON, site
from tests.helpers.clock import EVENING
from tests.helpers.small_city import BAMBU, BBWSCC, KOJA, KOTA, LAGOA, PRIOK, PUMPS, TREE

HEAD = "name,lat,lon,radius_m,unit,task,due_on\n"


def locate(lat: float, lon: float) -> str | None:
    """A city of two kelurahan: Sungai Bambu in the west, Lagoa in the east."""
    if not -6.2 < lat < -6.0:
        return None
    return BAMBU if lon < 106.9 else LAGOA


def read(text: str) -> list[SiteEntry]:
    entries, problems = read_sites(text, locate, TREE)
    assert problems == []
    return entries


def wrong(text: str) -> list[tuple[int, str]]:
    return read_sites(text, locate, TREE)[1]


def test_a_plain_file() -> None:
    (entry,) = read(HEAD + 'Jl. Mangga,-6.1245,106.8924,100,Kec. Koja,"Keruk, angkat lumpur",31-12-2026\n')
    assert entry == SiteEntry(
        2, "Jl. Mangga", -6.1245, 106.8924, BAMBU, 100.0, KOJA, "Keruk, angkat lumpur", date(2026, 12, 31)
    )


@pytest.mark.parametrize(
    "text",
    [
        "nama;lintang;bujur\nJl. Mangga;-6,1245;106,8924\n",
        "\ufeffNama;Lintang;Bujur;;\r\nJl. Mangga;-6,1245;106,8924;;\r\n;;;;\r\n",
        "nama\tlintang\tbujur\nJl.  Mangga \t -6.1245 \t106.8924°\n",
        'lon,lat,name\n"106,8924","-6,1245",Jl. Mangga\n\n',
        "Lokasi,Latitude,Longitude,Tenggat\nJl. Mangga,−6.1245,106.8924\n",
    ],
)
def test_as_spreadsheets_write_it(text: str) -> None:
    (entry,) = read(text)
    assert (entry.name, entry.lat, entry.lon, entry.area_code) == ("Jl. Mangga", -6.1245, 106.8924, BAMBU)


@pytest.mark.parametrize(
    ("unit", "code"),
    [("", None), ("Sungai Bambu", BAMBU), ("Kec. Koja", KOJA), ("Kota", KOTA), ("31.72.02", PRIOK), (PUMPS, PUMPS)],
)
def test_how_a_unit_is_named(unit: str, code: str | None) -> None:
    (entry,) = read(HEAD + f"A,-6.1245,106.8924,,{unit},,\n")
    assert entry.unit == code


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (",-6.1245,106.8924,,,,", "name: is empty"),
        ("A,106.8924,-6.1245,,,,", "exchanged; you may have meant -6.12450, 106.89240"),
        ("A,6.1245,106.8924,,,,", "a sign is wrong; you may have meant -6.12450"),
        ("A,di sana,106.8924,,,,", 'lat: "di sana" is no number'),
        ("A,,106.8924,,,,", 'lat: "" is no number'),
        ("A,-61245,106.8924,,,,", "nowhere near Jakarta"),
        ("A,-6.5,106.8924,,,,", "not in the service area (SERVICE_AREA)"),
        ("A,-6.1245,106.8924,5,,,", "radius_m"),
        ("A,-6.1245,106.8924,lebar,,,", "radius_m"),
        ("A,-6.1245,106.8924,,Mordor,,", 'there is no unit "Mordor"'),
        (f"A,-6.1245,106.8924,,{BBWSCC},,", "outside of the bot"),
        ("A,-6.1245,106.8924,,Kelurahan,,", "may be several; write the code: 31.72.02.1003 (kelurahan Papanggo)"),
        ("A,-6.1245,106.8924,,,,31-02-2026", 'due_on: "31-02-2026" is no date'),
        (f"{'A' * 81},-6.1245,106.8924,,,,", "at most 80"),
        (f"A,-6.1245,106.8924,,,{'A' * 301},", "at most 300"),
        ("A\x1b[2J,-6.1245,106.8924,,,,", "cannot be shown"),
        ("A,-6,1245,106,8924,50,,Tugas,", "put semicolons between the columns"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(line: str, told: str) -> None:
    (problem,) = wrong(HEAD + "Ada,-6.13,106.88,,,,\n" + line + "\n")
    assert problem[0] == 3
    assert told in problem[1]


def test_all_mistakes_at_once() -> None:
    found = wrong(HEAD + ",-6.1245,106.8924,,,,\nA,x,106.8,,,,\nB,-6.1245,106.8924,,,,\nB,-6.1246,106.8924,,,,\n")
    assert [line for line, _ in found] == [2, 3, 5]
    assert "stands in line 4 too" in found[-1][1]


def test_the_same_name_elsewhere_is_another_place() -> None:
    assert len(read(HEAD + "Masjid,-6.1245,106.8924,,,,\nMasjid,-6.1345,106.8924,,,,\n")) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("nama,lintang\nA,-6.1\n", '"bujur" or "lon" is missing'),
        ("nama,lintang,bujur,warna\n", 'no column "warna"'),
        ("nama,lat,lintang,bujur\n", "is there twice"),
        ("nama,lintang,bujur\n", "no places below"),
        ("Jl. Mangga,-6.1245,106.8924\n", "is missing"),
        ('nama,lintang,bujur\n"A,-6.1,106.8\n' + "x" * 200_000, "cannot be read as CSV"),
    ],
)
def test_a_file_that_is_none(text: str, told: str) -> None:
    assert told in " ".join(what for _, what in wrong(text))


@given(st.text())
@example("nama,lintang,bujur\nA,nan,inf\n")
@example('"')
@example("nama,lintang,bujur\n\x00,\r,\n")
def test_whatever_stands_in_it_is_read_or_told(text: str) -> None:
    for tried in (text, HEAD + text, "nama;lintang;bujur\n" + text):
        entries, problems = read_sites(tried, locate, TREE)
        assert entries or problems
        assert all(line >= 0 for line, _ in problems)
        assert all(entry.name and locate(entry.lat, entry.lon) for entry in entries)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31-12-2026", date(2026, 12, 31)),
        ("1/2/26", date(2026, 2, 1)),
        ("31.12.2026", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("31 Desember 2026", date(2026, 12, 31)),
        ("Kamis, 31 Desember 2026", date(2026, 12, 31)),
        ("31-Des-2026", date(2026, 12, 31)),
        ("31 desember", None),
        ("31 Tahun 2026", None),
        ("31-12", None),
        ("besok", None),
        ("00-00-2026", None),
        ("31-12-1926", None),
        ("", None),
    ],
)
def test_how_a_date_is_written(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "\ufeffSEP=;\r"])
def test_the_line_that_tells_excel_what_stands_between_the_columns(first: str) -> None:
    assert read(f"{first}\nnama;lintang;bujur\nTaman, depan pos;-6,1245;106,8924\n")[0].name == "Taman, depan pos"


def test_a_quote_that_nobody_closed_is_named() -> None:
    ((_, told),) = wrong('nama;lintang;bujur\n"Taman;-6,1245;106,8924\nPasar;-6,1245;106,8924\n')
    assert "cannot be read as CSV" in told


# -- what becomes of the list ------------------------------------------------------------------------------------------


def test_new_places_take_what_is_usual() -> None:
    made = planned([site(4)], read(HEAD + "A,-6.1245,106.8924,,,,\nB,-6.1245,106.95,30,Kota,Keruk,\n"), EVENING, TREE)
    assert made.added == (
        Site(5, "A", -6.1245, 106.8924, 50.0, BAMBU, BAMBU, EVENING),
        Site(6, "B", -6.1245, 106.95, 30.0, LAGOA, KOTA, EVENING, "Keruk"),
    )
    assert (made.changed, made.unchanged) == ((), ())


def test_a_place_that_is_listed_is_changed_and_what_nobody_says_stays() -> None:
    old = site(4, name="Jl. Mangga", task="Keruk", radius_m=100.0, state=SiteState.WORKED, visits=3)
    made = planned([old], read(HEAD + f"jl. mangga,{LAT + 0.0001:.6f},{LON},,Kota,,31-12-2026\n"), EVENING, TREE)
    (new,) = made.changed
    assert (new.id, new.name, new.task, new.radius_m, new.unit) == (4, "jl. mangga", "Keruk", 100.0, KOTA)
    assert (new.state, new.visits, new.due_on) == (SiteState.WORKED, 3, date(2026, 12, 31))


def test_the_same_file_twice_changes_nothing() -> None:
    entries = read(HEAD + "A,-6.1245,106.8924,,,,\nB,-6.1245,106.95,30,Kota,Keruk,31-12-2026\n")
    first = planned([], entries, EVENING, TREE)
    again = planned(first.added, entries, EVENING, TREE)
    assert (again.added, again.changed, again.unchanged) == ((), (), first.added)


def test_one_that_was_dropped_comes_back() -> None:
    old = site(4, name="A", state=SiteState.DROPPED, visits=2)
    (new,) = planned([old], read(HEAD + f"A,{LAT},{LON},,,,\n"), EVENING, TREE).changed
    assert (new.id, new.state, new.visits) == (4, SiteState.OPEN, 2)


def test_the_sample_is_a_file_that_can_be_imported() -> None:
    from bot.domain.units import units_of
    from bot.geo.areas import AreaIndex

    areas = AreaIndex.from_reference_points(("31.72",))

    def served(lat: float, lon: float) -> str | None:
        located = areas.locate(lat, lon)
        return located.area.code if located.served and located.area is not None else None

    text = (Path(bot.__file__).parents[1] / "docs" / "contoh-penataan.csv").read_text(encoding="utf-8")
    entries, problems = read_sites(text, served, units_of(areas.all_served()))
    assert problems == []
    assert len(entries) == 11
    by_name = {entry.name: areas.get(entry.area_code) for entry in entries}
    for name, kelurahan in (("Jl. Mangga", "Tugu Utara"), ("Jl. Gaya Motor 2", "Sungai Bambu")):
        area = by_name[name]
        assert area is not None
        assert area.kelurahan == kelurahan
