"""The workbook, as Excel and LibreOffice open it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.handling import Handling
from bot.domain.models import Cause, Incident, IncidentState, Report
from bot.domain.records import Tally
from bot.domain.sites import Site, SiteState
from bot.domain.snapshot import Snapshot
from bot.domain.spots import Spot
from bot.domain.staff import UnitLink
from bot.output import sheets
from bot.output.columns import Words
from bot.output.export_files import digest_workbook
from bot.texts import Texts
from tests.helpers import builders
from tests.helpers.clock import WIB
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, MORNING, UNITS, puddle, rainy_night

WORDS = Words(Texts(WIB), AREAS, UNITS, WIB, MORNING)
SUNGAI_BAMBU = CODES["Sungai Bambu"]
SITE = Site(
    1,
    "Kolong tol",
    -6.13,
    106.89,
    60,
    SUNGAI_BAMBU,
    SUNGAI_BAMBU,
    MORNING,
    due_on=date(2026, 2, 1),
    state=SiteState.TIDY,
)
SPOT = Spot(
    lat=-6.13,
    lon=106.88,
    name="Jl. Gaya Motor 2",
    area_code=SUNGAI_BAMBU,
    times=3,
    began=(DAY_BEFORE - timedelta(days=14), DAY_BEFORE - timedelta(days=6), DAY_BEFORE),
    deepest_cm=50,
    stood_s=9000,
    causes=((Cause.RAIN, 2), (Cause.TIDE, 1)),
    rain=(),
    handled=1,
    number="KA7",
    owner=SUNGAI_BAMBU,
    done_words="=tali air",
    done_at=DAY_BEFORE - timedelta(days=3),
    held_s=timedelta(days=3).total_seconds(),
)


async def workbook(
    *incidents: Incident, reports: tuple[Report, ...] = (), spots: tuple[Spot, ...] = (), sites: tuple[Site, ...] = ()
) -> Workbook:
    """The workbook of a digest, opened."""

    async def told() -> AsyncIterator[tuple[Report, str]]:
        for report in reports:
            yield report, "KA7"

    snapshot = Snapshot(
        "",
        DAY_BEFORE,
        MORNING,
        incidents,
        before=(),
        tally=Tally(),
        tally_before=Tally(),
        tally_week=Tally(),
        standing_week=0,
        links=[UnitLink(SUNGAI_BAMBU, MORNING, chat_id=-1)],
        sites=sites,
    )
    return load_workbook(io.BytesIO(await digest_workbook(snapshot, told(), spots, WORDS)))


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    """Heading -> value, of each row."""
    headings, *found = sheet.iter_rows(values_only=True)
    return [dict(zip((str(heading) for heading in headings), row, strict=True)) for row in found]


async def test_cells_have_the_types_that_spreadsheets_reckon_with() -> None:
    seen = datetime(2026, 1, 18, 12, 42, 30, tzinfo=WIB)
    handled = puddle(
        "KA7",
        30,
        first_seen=seen,
        last_seen=seen,
        state=IncidentState.HANDLED,
        ended_at=seen + timedelta(hours=30, minutes=30),
        lat=-6.134721,
        reporters=1204,
    )
    book = await workbook(handled)
    (row,) = rows(book["Genangan"])
    assert row["Laporan pertama (WIB)"] == datetime(2026, 1, 18, 12, 42)  # noqa: DTZ001  # wall time, as the heading says
    assert row["Lama tergenang (jam:menit)"] == timedelta(hours=30, minutes=30)
    assert (row["Tinggi awal (cm)"], row["Jumlah pelapor"], row["Lintang selatan"]) == (30, 1204, 6.134721)
    assert (row["Lewat tenggat"], row["Mewakili"]) == ("tidak", None)
    formats = {str(cell.number_format) for cell in book["Genangan"][2]}
    assert {"dd/mm/yyyy hh:mm", "[h]:mm", "0.000000"} <= formats


async def test_the_heading_stays_in_view_and_filters_its_columns() -> None:
    book = await workbook(*rainy_night(), reports=(builders.report(7),))
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(max(2, sheet.max_row), sheet.max_column).coordinate}"
        assert all(cell.font.bold for cell in sheet[1])
        assert all(8 <= sheet.column_dimensions[cell.column_letter].width <= 41 for cell in sheet[1])
    assert book.sheetnames == ["Genangan", "Laporan", "Unit", "Titik rawan"]


async def test_the_first_screen_says_where_how_deep_who_and_until_when() -> None:
    sheet = (await workbook(*rainy_night()))["Genangan"]
    headings = [str(cell.value) for cell in sheet[1]]
    shown = headings[: headings.index("Batas waktu (WIB)") + 1]
    assert {"Status", "Lewat tenggat", "Kelurahan", "Tinggi terakhir (cm)", "Penanggung jawab"} <= {*shown}
    assert sum(sheet.column_dimensions[cell.column_letter].width for cell in sheet[1][: len(shown)]) < 195


async def test_on_paper_it_lies_across_and_repeats_its_heading() -> None:
    sheet = (await workbook(*rainy_night()))["Genangan"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")


@pytest.mark.parametrize("typed", ["=1+1", '=HYPERLINK("http://x")', "+62", "-6", "@SUM(A1)", "http://x.id", "{=1}"])
async def test_what_people_typed_is_a_string_however_it_begins(typed: str) -> None:
    report = builders.report(7, note=typed)
    book = await workbook(puddle(name=typed), reports=(report,), spots=(SPOT,))
    for name in ("Genangan", "Laporan", "Titik rawan"):
        assert not [cell for row in book[name] for cell in row if cell.data_type == "f"]
    assert rows(book["Genangan"])[0]["Jalan atau tempat"] == typed
    assert rows(book["Laporan"])[0]["Catatan"] == typed
    assert rows(book["Titik rawan"])[0]["Tindak lanjut terakhir"] == "=tali air"


async def test_a_place_opens_on_the_map_as_long_as_links_may_be_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LINKS", 2)
    incidents = [replace(each, lat=-6.1, lon=106.9) for each in rainy_night()[:3]]
    sheet = (await workbook(*incidents))["Genangan"]
    (column,) = [cell.column for cell in sheet[1] if cell.value == "Peta"]
    links = [sheet.cell(row, column) for row in (2, 3, 4)]
    url = "https://www.google.com/maps?q=-6.100000,106.900000"
    assert [link.hyperlink and link.hyperlink.target for link in links] == [url, url, None]
    assert [link.value for link in links] == ["Buka peta", "Buka peta", url]


async def test_a_table_that_fills_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    reports = tuple(builders.report(100 + n) for n in range(7))
    book = await workbook(reports=reports)
    assert [name for name in book.sheetnames if name.startswith("Laporan")] == ["Laporan", "Laporan (2)", "Laporan (3)"]
    found = [row["Nomor laporan"] for name in book.sheetnames if "Laporan" in name for row in rows(book[name])]
    assert found == [report.number for report in reports]
    assert book["Laporan (2)"].auto_filter.ref == book["Laporan"].auto_filter.ref


async def test_units_and_their_clocks() -> None:
    began = MORNING - timedelta(hours=5)
    swift = Handling(owner=SUNGAI_BAMBU, since=began, taken_at=began + timedelta(minutes=20))
    late = Handling(owner=SUNGAI_BAMBU, since=began, due_at=MORNING - timedelta(hours=1), escalations=1)
    book = await workbook(
        puddle(first_seen=began, handling=swift, state=IncidentState.HANDLED, ended_at=MORNING),
        puddle(first_seen=began, handling=late),
        puddle(first_seen=began, handling=late, state=IncidentState.CANCELLED, ended_at=MORNING),
    )
    found = {row["Unit"]: row for row in rows(book["Unit"])}
    assert len(found) == len(UNITS.all())
    row = found["Kelurahan Sungai Bambu"]
    assert (row["Tersambung"], row["Kasus terbuka kini"], row["Lewat tenggat kini"]) == ("ya", 1, 1)
    assert (row["Kasus dalam periode"], row["Dalam batas waktu (%)"], row["Diambil alih (kali)"]) == (2, 50, 1)
    assert row["Ditanggapi, nilai tengah (jam:menit)"] in (
        timedelta(minutes=20),
        datetime.min.time().replace(minute=20),
    )
    assert found["Kelurahan Warakas"]["Tersambung"] == "tidak"


async def test_spots_that_come_back_and_listed_places() -> None:
    dropped = replace(SITE, id=2, state=SiteState.DROPPED)
    book = await workbook(spots=(SPOT,), sites=(SITE, dropped))
    (spot,) = rows(book["Titik rawan"])
    assert (spot["Berapa kali"], spot["Penyebab"], spot["Bertahan (hari)"]) == (3, "hujan 2×, rob 1×", 3)
    assert spot["Masih bertahan"] == "tidak"
    (site,) = rows(book["Penataan"])
    assert (site["Nomor"], site["Keadaan"], site["Radius (m)"]) == ("P1", "sudah ditata", 60)
    assert site["Paling lambat"] == datetime(2026, 2, 1)  # noqa: DTZ001  # a day


async def test_nobody_is_in_it() -> None:
    report = builders.report(7, person_id=987654, note="hubungi Budi 0812 3456 7890")
    book = await workbook(puddle(), reports=(report, builders.report(8, withdrawn=True)))
    (row,) = rows(book["Laporan"])
    assert row["Catatan"] == "hubungi Budi …"
    assert book.properties.creator == "Genangan"
    assert "18 Januari 2026 s.d. Senin, 19 Januari 2026" in str(book.properties.title)
    assert "987654" not in " ".join(str(cell.value) for sheet in book for line in sheet for cell in line)
