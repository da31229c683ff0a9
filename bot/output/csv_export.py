"""Reports -> a CSV that opens with a double click in the spreadsheets of Indonesian offices.

Excel and LibreOffice in Indonesian write 1,5 for one and a half and therefore part columns by semicolons; a file with
commas would open as one column, and 106.888 would become 106888. The mark at its beginning makes Excel read UTF-8.
Who reported, and where their photos are kept, is not in it. Latitudes are told as degrees south, as offices here do, so
that none begins with a minus: a cell that begins like a formula is made text, whatever it is.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digest import AreaNames
from bot.domain.map_links import place_url
from bot.domain.models import Report
from bot.output.words import one_line, without_contacts
from bot.texts import DEFAULT_LANGUAGE, Texts, word_id

FORMULA_SIGNS = frozenset("=+-@")
"""What makes a spreadsheet take a cell for a formula when it comes first."""

Value = str | int | float | bool | datetime | None


class ReportsCsv:
    """Takes reports one by one and keeps them as rows."""

    def __init__(self, texts: Texts, areas: AreaNames, timezone: ZoneInfo) -> None:
        """Begin, with the line of column names still to come.

        Args:
            texts: words for columns and cells.
            areas: code -> kelurahan.
            timezone: in which hours are told.
        """
        self._texts = texts
        self._areas = areas
        self._timezone = timezone
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, delimiter=";", lineterminator="\r\n")
        self.rows = 0

    def add(self, report: Report, incident_number: str) -> None:
        """One report."""
        cells = self._cells(report, incident_number)
        if not self.rows:
            zone = f"{report.at.astimezone(self._timezone):%Z}"
            self._writer.writerow([self._text(f"figures.column.{key}", zone=zone) for key in cells])
        self._writer.writerow([self._cell(value) for value in cells.values()])
        self.rows += 1

    def data(self) -> bytes:
        """The file so far."""
        return self._buffer.getvalue().encode("utf-8-sig")

    def _cells(self, report: Report, incident_number: str) -> dict[str, Value]:
        """Column -> value, in order."""
        place, depth = report.place, report.depth
        area = self._areas.get(place.area_code) if place.area_code else None
        told = {"depth": {"level": depth.level, "cm": depth.cm, "measured": depth.measured}} if depth else None
        return {
            "number": report.number,
            "incident": incident_number,
            "kind": self._text(word_id(report.kind)),
            "at": report.at,
            "kecamatan": area.kecamatan if area else None,
            "kelurahan": area.kelurahan if area else None,
            "area_code": place.area_code,
            "name": without_contacts(one_line(place.name)),
            "south": -place.lat,
            "east": place.lon,
            "accuracy": round(place.accuracy_m) if place.accuracy_m is not None else None,
            "approximate": place.approximate,
            "map": place_url(place.lat, place.lon),
            "depth_cm": depth.cm if depth else None,
            "depth": self._text("figures.cell.depth", **told) if told else None,
            "cause": self._text(word_id(report.cause)) if report.cause else None,
            "passability": self._text(word_id(report.passability)) if report.passability else None,
            "fault": self._text(word_id(report.fault)) if report.fault else None,
            "note": without_contacts(one_line(report.note)),
            "photos": report.photos,
            "word": self._text(f"figures.word.{report.word}"),
            "word_at": report.word_at or report.seen_at,
            "passing": report.passing,
            "unsure": report.unsure,
        }

    def _cell(self, value: Value) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._text("figures.yes" if value else "figures.no")
        if isinstance(value, datetime):
            return f"{value.astimezone(self._timezone):%Y-%m-%d %H:%M}"
        if isinstance(value, float):
            return as_text(f"{value:.6f}".replace(".", ","))
        return as_text(str(value))

    def _text(self, text_id: str, **values: object) -> str:
        return self._texts.plain(text_id, values, DEFAULT_LANGUAGE)


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front.

    Signs of full width and tabs or line breaks before the sign count as well: some spreadsheets read them the same.
    """
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return f"'{cell}" if first in FORMULA_SIGNS or cell[:1] in ("\t", "\r", "\n") else cell
