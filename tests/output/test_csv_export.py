"""The spreadsheet: what officers open with a double click."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import (
    Cause,
    Depth,
    DepthLevel,
    Fault,
    Kind,
    Passability,
    Place,
    PlaceSource,
    Report,
    Word,
)
from bot.output.csv_export import ReportsCsv, as_text
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.puddles import AREAS, CODES

TEXTS = Texts(WIB)
AT = datetime(2026, 1, 18, 19, 42, 30, tzinfo=WIB)
REPORT = Report(
    id=1,
    number="KA7",
    kind=Kind.PUDDLE,
    person_id=987654,
    incident_id=1,
    place=Place(-6.13472, 106.88823, 29.4, CODES["Sungai Bambu"], "Jl. Gaya Motor 2", PlaceSource.GPS),
    depth=Depth.of(DepthLevel.KNEE),
    at=AT,
    seen_at=AT,
    cause=Cause.RAIN,
    passability=Passability.TRUCK,
    note="depan pabrik; sejak sore",
    photos=2,
)


def table(*reports: Report) -> list[dict[str, str]]:
    """The rows as a spreadsheet in Indonesian reads them."""
    sheet = ReportsCsv(TEXTS, AREAS, WIB)
    for report in reports:
        sheet.add(report, "MD3")
    text = sheet.data().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_a_report_as_a_row() -> None:
    (row,) = table(REPORT)
    assert row == {
        "Nomor laporan": "KA7",
        "Nomor genangan": "MD3",
        "Jenis": "genangan",
        "Waktu lapor (WIB)": "2026-01-18 19:42",
        "Kecamatan": "Tanjung Priok",
        "Kelurahan": "Sungai Bambu",
        "Kode wilayah": "31.72.02.1004",
        "Jalan atau tempat": "Jl. Gaya Motor 2",
        "Lintang selatan": "6,134720",
        "Bujur timur": "106,888230",
        "Ketelitian titik (m)": "29",
        "Titik perkiraan": "tidak",
        "Peta": "https://www.google.com/maps?q=-6.134720,106.888230",
        "Ketinggian (cm)": "50",
        "Ketinggian": "selutut (±50 cm)",
        "Penyebab": "hujan",
        "Lalu lintas": "hanya truk bisa lewat",
        "Kerusakan saluran": "",
        "Catatan": "depan pabrik; sejak sore",
        "Jumlah foto": "2",
        "Kabar terakhir": "masih tergenang",
        "Waktu kabar terakhir (WIB)": "2026-01-18 19:42",
        "Hanya lewat": "tidak",
        "Mungkin sama dengan yang lain": "tidak",
    }


def test_a_drain_and_a_report_with_hardly_anything() -> None:
    drain = replace(REPORT, kind=Kind.DRAIN, depth=None, fault=Fault.PUMP, cause=None, note=None, word=Word.GONE)
    bare = replace(REPORT, place=Place(-6.1, 106.9), depth=Depth(DepthLevel.UNKNOWN), cause=None, passability=None)
    first, second = table(drain, bare)
    assert (first["Jenis"], first["Kerusakan saluran"], first["Ketinggian"]) == ("saluran", "pompa rusak", "")
    assert first["Kabar terakhir"] == "sudah surut"
    assert (second["Kecamatan"], second["Ketinggian (cm)"], second["Ketinggian"]) == ("", "", "belum diketahui")


def test_excel_reads_it_as_utf_8_with_windows_line_ends() -> None:
    sheet = ReportsCsv(TEXTS, AREAS, WIB)
    sheet.add(REPORT, "MD3")
    data = sheet.data()
    assert data.startswith(b"\xef\xbb\xbfNomor laporan;Nomor genangan;")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 2


def test_nobody_who_reported_is_in_it() -> None:
    note = "hubungi Budi 0812 3456 7890 atau +62-812-3456-7890, budi@contoh.id, @budi_santoso, t.me/budi"
    (row,) = table(replace(REPORT, note=note))
    assert row["Catatan"] == "hubungi Budi … atau …, …, …, …"
    assert "987654" not in "".join(row.values())


@pytest.mark.parametrize("typed", ["RT 02/10 blok C8 no. 12", "Jl. 8 sejak jam 09.00", "Jl. Raya @ km 12", "± 80 cm"])
def test_numbers_of_streets_stay(typed: str) -> None:
    (row,) = table(replace(REPORT, note=typed))
    assert row["Catatan"] == typed


@pytest.mark.parametrize("typed", ["=1+1", "+62", "-6", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1"])
def test_nothing_typed_becomes_a_formula(typed: str) -> None:
    assert as_text(typed).startswith("'")


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_was_typed_stays_in_its_cell(note: str, name: str) -> None:
    sheet = ReportsCsv(TEXTS, AREAS, WIB)
    sheet.add(replace(REPORT, note=note, place=replace(REPORT.place, name=name)), "MD3")
    header, *rows = csv.reader(sheet.data().decode("utf-8-sig").split("\r\n")[:-1], delimiter=";")
    assert len(rows) == 1
    assert len(rows[0]) == len(header)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[0])
