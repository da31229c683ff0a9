"""The spreadsheet: what officers open with a double click."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.handling import Handling
from bot.domain.models import (
    Cause,
    Depth,
    DepthLevel,
    Fault,
    IncidentState,
    Kind,
    Passability,
    Place,
    PlaceSource,
    Report,
    Word,
)
from bot.output.columns import Words
from bot.output.csv_export import CsvFile, as_text
from bot.output.tables import INCIDENTS, REPORTS
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.puddles import AREAS, CODES, MORNING, UNITS, puddle

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


WORDS = Words(Texts(WIB), AREAS, UNITS, WIB, AT)


def as_csv(*reports: Report) -> bytes:
    """The file."""
    stream = io.BytesIO()
    CsvFile(stream, REPORTS, WORDS).write((report, "MD3") for report in reports)
    return stream.getvalue()


def table(*reports: Report) -> list[dict[str, str]]:
    """The rows as a spreadsheet in Indonesian reads them."""
    return list(csv.DictReader(as_csv(*reports).decode("utf-8-sig").splitlines(), delimiter=";"))


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
    data = as_csv(REPORT)
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
    data = as_csv(replace(REPORT, note=note, place=replace(REPORT.place, name=name)))
    header, *rows = csv.reader(data.decode("utf-8-sig").split("\r\n")[:-1], delimiter=";")
    assert len(rows) == 1
    assert len(rows[0]) == len(header)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[0])


def test_an_incident_as_a_row() -> None:
    handling = Handling(owner="31.72.02.1004", since=AT, taken_at=AT + timedelta(minutes=20), hops=1)
    ended = AT + timedelta(hours=30, minutes=5)
    incident = puddle("KA7", 30, 50, name="+62", first_seen=AT, ended_at=ended, state=IncidentState.HANDLED)
    stream = io.BytesIO()
    CsvFile(stream, INCIDENTS, WORDS).write([replace(incident, handling=handling)])
    (row,) = csv.DictReader(stream.getvalue().decode("utf-8-sig").splitlines(), delimiter=";")
    assert row["Jalan atau tempat"] == "'+62"
    assert (row["Status"], row["Hasil akhir"], row["Penanggung jawab"]) == (
        "Selesai",
        "ditangani",
        "Kelurahan Sungai Bambu",
    )
    assert (row["Tinggi awal (cm)"], row["Tinggi terakhir (cm)"], row["Tinggi maksimum (cm)"]) == ("30", "50", "50")
    assert row["Lama tergenang (jam:menit)"] == "30:05"
    assert (row["Ditangani sejak (WIB)"], row["Batas waktu (WIB)"]) == ("2026-01-18 20:02", "")
    assert (row["Dialihkan (kali)"], row["Lewat tenggat"]) == ("1", "tidak")


@pytest.mark.parametrize("state", [IncidentState.UNHEARD, IncidentState.NO_PUDDLE])
def test_nobody_knows_how_long_water_stood_that_nobody_saw_go(state: IncidentState) -> None:
    stream = io.BytesIO()
    CsvFile(stream, INCIDENTS, WORDS).write([puddle(state=state, ended_at=MORNING)])
    (row,) = csv.DictReader(stream.getvalue().decode("utf-8-sig").splitlines(), delimiter=";")
    assert (row["Status"], row["Lama tergenang (jam:menit)"]) == ("Selesai", "")
