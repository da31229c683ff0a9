"""What leaves the house as a file: a workbook, CSV tables in a ZIP, or GeoJSON; written in constant memory.

Records come from iterators, a page at a time, and each page is written in a thread, so that a bot that serves meanwhile
goes on serving. Reports that were taken back, and incidents that are nobody's work, are in none of them.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TypeVar

from bot.domain.models import Incident
from bot.domain.performance import NO_CASES
from bot.domain.sites import Site
from bot.domain.snapshot import Snapshot
from bot.domain.spots import Spot
from bot.domain.staff import UnitLink
from bot.domain.unit_clocks import UnitGathering
from bot.output.columns import Table, Words
from bot.output.csv_export import CsvFile
from bot.output.geojson_export import GeoJsonFile
from bot.output.scratch import scratch
from bot.output.sheets import Sheet, SheetFile
from bot.output.tables import INCIDENTS, REPORTS, SITES, SPOTS, UNITS, Told

T = TypeVar("T")

PAGE = 500
"""Records written at a time."""

Count = Callable[[int], None]
"""Is told how many more records have been read."""


class Form(StrEnum):
    """What kind of file; its value is what people type."""

    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"

    @property
    def suffix(self) -> str:
        """What the file's name ends with: two tables of CSV come in one ZIP."""
        return "zip" if self is Form.CSV else self.value

    @property
    def media_type(self) -> str:
        """As Telegram and mail programs know it."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "application/zip",
    Form.GEOJSON: "application/geo+json",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a file.

    Attributes:
        title: of the workbook.
        incidents, reports: of the period.
        open_now: incidents that are open now, whenever they began.
        links: the chats of units.
    """

    title: str
    incidents: AsyncIterator[Incident]
    reports: AsyncIterator[Told]
    open_now: Sequence[Incident] = ()
    links: Sequence[UnitLink] = ()
    spots: Sequence[Spot] = ()
    sites: Sequence[Site] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """How much a file holds."""

    incidents: int = 0
    reports: int = 0


def nobody_counts(_: int) -> None:
    """For those who do not ask how far it is."""


async def write_file(form: Form, path: Path, contents: Contents, words: Words, count: Count = nobody_counts) -> Written:
    """Write a file. What it needs while it is written lies in a folder beside it, which is always removed.

    Args:
        path: must not exist yet; there is a file, perhaps half of one, whatever happens.
        count: is told how many more records have been read.

    Raises:
        OSError: the disk is full, or may not be written to.
    """
    if form is Form.XLSX:
        return await _write_workbook(path, contents, words, count)
    with path.open("xb") as stream:
        if form is Form.GEOJSON:
            return await _write_geojson(stream, contents, words, count)
        return await _write_csv(stream, contents, words, count)


async def digest_workbook(
    snapshot: Snapshot, reports: AsyncIterator[Told], spots: Sequence[Spot], words: Words
) -> bytes:
    """The spreadsheet of a digest.

    Args:
        snapshot: what the digest is made of.
        reports: of its window, each with its incident's number.
        spots: those that come back.
        words: with the end of the window as their present.
    """
    worst_first = sorted(
        snapshot.incidents,
        key=lambda each: (not each.state.is_open, -((each.depth_last and each.depth_last.cm) or 0), each.first_seen),
    )
    contents = Contents(
        title=words.title(snapshot.window_from, snapshot.window_to),
        incidents=_each(worst_first),
        reports=reports,
        open_now=[each for each in snapshot.incidents if each.state.is_open],
        links=snapshot.links,
        spots=spots,
        sites=snapshot.sites,
    )
    with scratch() as folder:
        path = folder / "digest.xlsx"
        await write_file(Form.XLSX, path, contents, words)
        return await asyncio.to_thread(path.read_bytes)


async def digest_geojson(snapshot: Snapshot, words: Words) -> bytes:
    """The incidents of a digest for map programs."""
    with io.BytesIO() as stream:
        await _write_geojson(stream, Contents("", _each(snapshot.incidents), _each(())), words, nobody_counts)
        return stream.getvalue()


async def _write_workbook(path: Path, contents: Contents, words: Words, count: Count) -> Written:
    gathering = UnitGathering(words.now)
    n_incidents = n_reports = 0
    with (
        _folder_beside(path) as folder,
        SheetFile(path, folder, words, contents.title) as file,
    ):
        incidents = Sheet(file, INCIDENTS)
        async for page in _pages(_cases(contents.incidents, count)):
            n_incidents += len(page)
            for each in page:
                gathering.add(each)
            await asyncio.to_thread(incidents.write, page)
        incidents.end()
        reports = Sheet(file, REPORTS)
        async for told in _pages(_standing(contents.reports, count)):
            n_reports += len(told)
            await asyncio.to_thread(reports.write, told)
        reports.end()
        clocks = await asyncio.to_thread(gathering.result, words.units, contents.links, contents.open_now)
        await asyncio.to_thread(_sheet, file, UNITS, clocks)
        await asyncio.to_thread(_sheet, file, SPOTS, contents.spots)
        if sites := [site for site in contents.sites if site.listed]:
            await asyncio.to_thread(_sheet, file, SITES, sites)
        await asyncio.to_thread(file.close)
    return Written(n_incidents, n_reports)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A folder for what a file needs while it is written; named after it: the next try clears what a kill left."""
    folder = path.with_name(f"{path.name}.rows")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sheet(file: SheetFile, table: Table[T], records: Sequence[T]) -> None:
    sheet = Sheet(file, table)
    sheet.write(records)
    sheet.end()


async def _write_csv(stream: IO[bytes], contents: Contents, words: Words, count: Count) -> Written:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        n_incidents = await _add_csv(archive, INCIDENTS, _cases(contents.incidents, count), words)
        n_reports = await _add_csv(archive, REPORTS, _standing(contents.reports, count), words)
    return Written(n_incidents, n_reports)


async def _add_csv(archive: zipfile.ZipFile, table: Table[T], records: AsyncIterator[T], words: Words) -> int:
    """A table as a member of the archive. Returns how many rows it has."""
    rows = 0
    member = zipfile.ZipInfo(f"{words.name(table).lower()}.csv", words.local(words.now).timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(member, "w", force_zip64=True) as stream:
        file = CsvFile(stream, table, words)
        async for page in _pages(records):
            rows += len(page)
            await asyncio.to_thread(file.write, page)
    return rows


async def _write_geojson(stream: IO[bytes], contents: Contents, words: Words, count: Count) -> Written:
    file, features = GeoJsonFile(stream, words), 0
    async for page in _pages(_cases(contents.incidents, count)):
        features += len(page)
        await asyncio.to_thread(file.write, page)
    file.end()
    return Written(incidents=features)


async def _cases(incidents: AsyncIterator[Incident], count: Count) -> AsyncIterator[Incident]:
    async for incident in incidents:
        count(1)
        if incident.state not in NO_CASES:
            yield incident


async def _standing(reports: AsyncIterator[Told], count: Count) -> AsyncIterator[Told]:
    async for told in reports:
        count(1)
        if not told[0].withdrawn:
            yield told


async def _pages(records: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    page: list[T] = []
    async for record in records:
        page.append(record)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


async def _each(records: Sequence[T]) -> AsyncIterator[T]:
    for record in records:
        yield record
