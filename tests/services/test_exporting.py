"""/ekspor: what an admin asks for, is told meanwhile, and gets."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.domain.events import WorkDone
from bot.domain.models import IncidentState, Kind, Report, Say
from bot.domain.outgoing import Outgoing
from bot.domain.records import Attachment, Changes, Counters, WorkRow
from bot.domain.units import units_of
from bot.domain.weather import Rain, WeatherDay
from bot.geo.areas import AreaIndex
from bot.output.digest_text import plain
from bot.output.tables import SPOTS
from bot.ports import Store
from bot.services import exporting
from bot.services.batch import Batch
from bot.services.exporting import Exports
from bot.services.work import tell_result
from bot.texts import Texts
from storage import SqliteStore, open_store
from tests.helpers import builders
from tests.helpers.clock import EVENING, WIB, StillClock
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.puddles import CODES, puddle

TEXTS = Texts(WIB)
AREAS = AreaIndex.from_reference_points(["31.72"])
UNITS = units_of(AREAS.all_served())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


class Sleeper(StillClock):
    """Sleeps until it is woken."""

    def __init__(self) -> None:
        super().__init__()
        self.woken = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        """Wait for the next wake."""
        await self.woken.acquire()
        self.at += timedelta(seconds=seconds)


def exports(store: Store, clock: StillClock | None = None) -> Exports:
    return Exports(store, clock or Sleeper(), TEXTS, AREAS, UNITS, WIB, on_told=lambda: None)


def wanted(form: str, first: str, last: str) -> WorkRow:
    """The work that is asked for, of local days."""
    tick = timedelta(microseconds=1)
    since = datetime.fromisoformat(f"{first}T00:00+07:00") - tick
    until = datetime.fromisoformat(f"{last}T00:00+07:00") + timedelta(days=1) - tick
    asked = {"form": form, "since": since.isoformat(), "until": until.isoformat()}
    return WorkRow("export", EVENING + timedelta(minutes=1), 1, asked, id=77)


async def make(by: Exports, row: WorkRow) -> Say:
    """What an admin is told, carried through the inbox as it is."""
    result = await by.doers()["export"](row)
    batch = Batch(Counters(0, 0, bytes(16)))
    tell_result(batch, WorkDone(EVENING, "export", 1, row.asked, result))
    outbox: list[Outgoing] = list(batch.changes().outbox)
    (outgoing,) = outbox
    return outgoing.say


def read(say: Say, language: str = "id") -> str:
    return plain(TEXTS.render(say.text, say.values, language, EVENING))


async def file_of(store: Store, say: Say) -> Attachment:
    assert say.attachment is not None
    file = await store.attachment(say.attachment)
    assert file is not None
    return file


async def write_reports(store: Store) -> None:
    """Three days of two kelurahan: one puddle is gone, one stands, and one report was taken back."""
    two_days_ago = EVENING - timedelta(days=2)
    gone = puddle(
        "A22", first_seen=two_days_ago, state=IncidentState.RECEDED, ended_at=two_days_ago + timedelta(hours=6)
    )
    open_ = puddle("B33", at="Warakas", first_seen=EVENING, last_seen=EVENING)
    drain = puddle("C44", at="Warakas", kind=Kind.DRAIN, first_seen=EVENING, last_seen=EVENING)
    warakas = builders.place(area_code=CODES["Warakas"])

    def told(number: int, incident_id: int, at: datetime = EVENING, **more: object) -> Report:
        return builders.report(number, at=at, incident_id=incident_id, place=warakas, **more)

    reports = [
        told(101, gone.id, two_days_ago),
        told(102, open_.id, depth=None),
        told(103, open_.id, person_id=2, note="=HYPERLINK(1)"),
        told(104, open_.id, person_id=2, withdrawn=True),
        told(105, drain.id, kind=Kind.DRAIN, depth=None),
    ]
    people = [builders.person(1), builders.person(2)]
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=[gone, open_, drain], reports=reports, people=people))


# -- what is made ------------------------------------------------------------------------------------------------------


async def test_a_workbook_of_the_last_days(store: SqliteStore) -> None:
    await write_reports(store)
    said = await make(exports(store), wanted("xlsx", "2026-01-12", "2026-01-18"))
    assert read(said).startswith("3 genangan dan saluran, 4 laporan\nSenin, 12 Januari 2026 s.d. Minggu, 18 Januari")
    file = await file_of(store, said)
    assert file.name == "genangan_2026-01-12_2026-01-18.xlsx"
    book = load_workbook(io.BytesIO(file.data))
    reports = list(book["Laporan"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert reports == [("R101", "A22"), ("R102", "B33"), ("R103", "B33"), ("R105", "C44")]
    assert [row[0].value for row in book["Genangan"].iter_rows(min_row=2)] == ["A22", "B33", "C44"]


async def test_a_single_day_is_told_once(store: SqliteStore) -> None:
    await write_reports(store)
    said = await make(exports(store), wanted("geojson", "2026-01-18", "2026-01-18"))
    assert "\nMinggu, 18 Januari 2026\n" in read(said)
    said = await make(exports(store), wanted("csv", "2026-01-10", "2026-01-10"))
    assert read(said) == "Tidak ada laporan Sabtu, 10 Januari 2026."


async def test_spots_are_those_known_at_the_end_of_the_period_with_their_rain(store: SqliteStore) -> None:
    """What was done held until the end of a period long over; what came after is not of it."""
    days = [datetime(2025, 1, n, 16, tzinfo=WIB) for n in (5, 12, 19)]
    pasts = [
        puddle(f"A{day:%d}", first_seen=day, last_seen=day, state=IncidentState.HANDLED, ended_at=day) for day in days
    ]
    again = puddle("A99", first_seen=EVENING, last_seen=EVENING)
    once = puddle("Z01", first_seen=days[0], last_seen=days[0], lat=-6.11)
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=[*pasts, again, once]))
    await store.put_weather([WeatherDay("31.72.02", each.date(), Rain.HEAVY) for each in days])
    file = await file_of(store, await make(exports(store), wanted("xlsx", "2025-01-01", "2025-01-31")))
    sheet = load_workbook(io.BytesIO(file.data))["Titik rawan"]
    (row,) = sheet.iter_rows(min_row=2, values_only=True)
    spot = {column.key: value for column, value in zip(SPOTS.columns, row, strict=True)}
    assert (spot["times"], spot["rain"], spot["held"]) == (3, "lebat 3×", "ya")
    assert spot["held_days"] == pytest.approx(12.3, abs=0.1)  # from the 19th to the end of the month


async def test_two_csv_tables_of_one_day_in_a_zip(store: SqliteStore) -> None:
    await write_reports(store)
    said = await make(exports(store), wanted("csv", "2026-01-18", "2026-01-18"))
    file = await file_of(store, said)
    assert file.name == "genangan_2026-01-18_2026-01-18.zip"
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.testzip() is None
        tables = {
            name: list(csv.DictReader(archive.read(name).decode("utf-8-sig").splitlines(), delimiter=";"))
            for name in archive.namelist()
        }
    assert [row["Nomor genangan"] for row in tables["genangan.csv"]] == ["B33", "C44"]
    assert [row["Nomor laporan"] for row in tables["laporan.csv"]] == ["R102", "R103", "R105"]
    assert tables["laporan.csv"][1]["Catatan"] == "'=HYPERLINK(1)"


async def test_geojson_has_incidents_and_no_reports(store: SqliteStore) -> None:
    await write_reports(store)
    said = await make(exports(store), wanted("geojson", "2026-01-16", "2026-01-16"))
    assert read(said).startswith("1 titik genangan dan saluran\n")
    file = await file_of(store, said)
    assert file.name.endswith(".geojson")
    assert [feature["id"] for feature in json.loads(file.data)["features"]] == ["A22"]


async def test_a_period_without_anything_says_so(store: SqliteStore) -> None:
    said = await make(exports(store), wanted("xlsx", "2025-12-01", "2025-12-02"))
    assert said.attachment is None
    assert read(said) == "Tidak ada laporan Senin, 1 Desember 2025 s.d. Selasa, 2 Desember 2025."


@pytest.mark.parametrize(
    ("name", "limit", "form"),
    [("MOST_BYTES", 3, "xlsx"), ("MOST_BYTES", 3, "geojson"), ("MOST_REPORTS", {"csv": 3}, "csv")],
)
async def test_what_telegram_would_not_take_is_told_with_the_way_out(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, name: str, limit: object, form: str
) -> None:
    await write_reports(store)
    monkeypatch.setattr(exporting, name, limit)
    said = await make(exports(store), wanted(form, "2026-01-12", "2026-01-18"))
    assert said.attachment is None
    assert "genangan export" in read(said)


async def test_nothing_is_left_behind_on_the_disk(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await write_reports(store)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    await make(exports(store), wanted("xlsx", "2026-01-12", "2026-01-18"))

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("bot.output.sheets.SheetFile.close", broken)
    with pytest.raises(OSError, match="disk full"):
        await make(exports(store), wanted("xlsx", "2026-01-12", "2026-01-18"))
    assert list(temporary.iterdir()) == []


async def test_who_waits_sees_how_far_it_is(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await write_reports(store)
    clock, told = Sleeper(), asyncio.Event()
    by = Exports(store, clock, TEXTS, AREAS, UNITS, WIB, on_told=told.set)
    shown = []

    async def look() -> None:
        told.clear()
        clock.woken.release()
        await told.wait()
        (row,) = await store.exchange([], clock.now(), 10, frozenset())
        assert row.slot == "export:77"
        shown.append(read(row.say))
        await store.release_claims()

    contents = exporting.contents_of

    async def slowly(*args: object) -> object:
        await look()
        await look()
        return await contents(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting, "contents_of", slowly)
    await make(by, wanted("xlsx", "2026-01-12", "2026-01-18"))
    assert shown == ["Menyiapkan tabel … ░░░░░░░░░░ 0%"] * 2
    (last,) = await store.exchange([], clock.now(), 10, frozenset())
    assert (last.slot, read(last.say)) == ("export:77", "Selesai, lihat di bawah.")


async def test_a_file_that_is_made_at_once_needs_no_word(store: SqliteStore) -> None:
    await write_reports(store)
    await make(exports(store), wanted("xlsx", "2026-01-12", "2026-01-18"))
    assert await store.exchange([], EVENING, 10, frozenset()) == []


# -- how it is asked for -----------------------------------------------------------------------------------------------


async def work_of(desk: Desk) -> list[WorkRow]:
    return [row for row in await desk.store.claim_work(desk.clock.now(), 10) if row.kind == "export"]


def days_of(row: WorkRow) -> tuple[object, str, str]:
    """Kind of file, first and last day."""
    since, until = (datetime.fromisoformat(str(row.asked[key])).astimezone(WIB) for key in ("since", "until"))
    return row.asked["form"], f"{since + timedelta(microseconds=1):%d-%m-%Y}", f"{until:%d-%m-%Y}"


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("7 hari", ("xlsx", "12-01-2026", "18-01-2026")),
        ("excel kemarin", ("xlsx", "17-01-2026", "17-01-2026")),
        ("csv januari 2026", ("csv", "01-01-2026", "31-01-2026")),
        ("GeoJSON 15-01-2026 16-01-2026", ("geojson", "15-01-2026", "16-01-2026")),
        ("peta  2 minggu", ("geojson", "05-01-2026", "18-01-2026")),
    ],
)
async def test_a_kind_of_file_and_a_period(desk: Desk, typed: str, understood: tuple[str, str, str]) -> None:
    await desk.text(ADMIN, f"/ekspor {typed}")
    (row,) = await work_of(desk)
    assert days_of(row) == understood
    await desk.text(ADMIN, "/log")
    (log,) = await desk.store.audit(EVENING - timedelta(days=1), 10)
    form, first, _ = understood
    assert log.what == "exported"
    assert log.subject.startswith(f"{form} {first}")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("banjir", "Periode itu tidak terbaca. Contoh:\n/ekspor 7 hari\n"),
        ("csv 31-02-2026", "Tanggal itu tidak ada."),
        ("20-01-2026 18-01-2026", "Tanggal awal harus sebelum tanggal akhir."),
        ("1-02-2026", "Periode itu belum mulai."),
    ],
)
async def test_what_is_no_period_is_answered_at_once(desk: Desk, typed: str, answer: str) -> None:
    await desk.text(ADMIN, f"/ekspor {typed}")
    assert desk.shown(ADMIN).startswith(answer)
    assert await work_of(desk) == []
    assert await desk.store.audit(EVENING - timedelta(days=1), 10) == []


async def test_without_a_period_there_is_a_choice_to_press(desk: Desk) -> None:
    await desk.text(ADMIN, "/ekspor")
    assert "/ekspor januari 2026" in desk.shown(ADMIN)
    assert "/ekspor geojson 7 hari" in desk.shown(ADMIN)
    assert await work_of(desk) == []
    assert await desk.press(ADMIN, "30 hari") == "toast.exporting"
    (row,) = await work_of(desk)
    assert days_of(row) == ("xlsx", "20-12-2025", "18-01-2026")


async def test_the_choice_is_of_the_kind_that_was_named(desk: Desk) -> None:
    await desk.text(ADMIN, "/ekspor geojson")
    assert "/ekspor csv" not in desk.shown(ADMIN)
    await desk.press(ADMIN, "Bulan ini")
    (row,) = await work_of(desk)
    assert days_of(row) == ("geojson", "01-01-2026", "18-01-2026")


@pytest.mark.parametrize("data", ["ekspor:exe:7", "ekspor:xlsx:8", "ekspor"])
async def test_a_button_that_is_none_of_ours_does_nothing(desk: Desk, data: str) -> None:
    assert await desk.press_data(ADMIN, data) == "toast.too_old"
    assert await work_of(desk) == []


async def test_only_admins_may_press(desk: Desk) -> None:
    assert await desk.press_data(5_000_000_777, "ekspor:xlsx:7") == "refused.admins_only"
    assert await work_of(desk) == []
