"""Tables -> an XLSX workbook for Excel and LibreOffice, in constant memory: rows go to disk as they come.

Cells have types: moments are dates (wall time, since spreadsheets know no zones), numbers are numbers, and whatever
people typed is a string, however it begins: nothing is made a formula, and no link but ours is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.output.columns import Holds, Table, Value, Words

R = TypeVar("R")

MOST_ROWS = 1_048_576
"""Rows that a sheet of Excel has, its heading among them."""

MOST_LINKS = 20_000
"""Links on a sheet; beyond it their addresses stand there as text. Excel takes 65,530, but each stays in memory."""

A4 = 9
PAGE_WIDTH = 220
"""Characters that are read well across a printed page; a wider table is printed on several, side by side."""

FORMATS = {
    Holds.INTEGER: "#,##0;-#,##0;–",  # a column of noughts says less than one of dashes
    Holds.DECIMAL: "#,##0.0",
    Holds.DEGREES: "0.000000",
    Holds.DATETIME: "dd/mm/yyyy hh:mm",
    Holds.DATE: "dd/mm/yyyy",
    Holds.DURATION: "[h]:mm",
}
"""As spreadsheets write them; each shows them with its own marks for thousands and decimals."""

CENTRED = frozenset({Holds.DATETIME, Holds.DATE, Holds.DURATION, Holds.BOOL, Holds.LINK})

Write = Callable[[int, int, Value], object]


class SheetFile:
    """A workbook that is being written.

    Args:
        path: where it will be; there once the context ends well.
        folder: where rows wait until then; it has to be removed by who made it.
        words: names of things.
        title: of the workbook.
    """

    def __init__(self, path: Path, folder: Path, words: Words, title: str) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": str(folder),
                "use_zip64": True,  # of any size; small ones are as they were
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"title": title, "subject": words.text("export.subject"), "author": "Genangan"})
        base = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#D9E6F2", "bottom": 1}
        self._headings = {holds: self._book.add_format(base | _aligned(holds)) for holds in Holds}
        link = {"font_color": "#0563C1", "underline": 1}
        self._formats = {
            holds: self._book.add_format(
                {"num_format": FORMATS.get(holds, "General"), "valign": "vcenter"}
                | _aligned(holds)
                | (link if holds is Holds.LINK else {})
            )
            for holds in Holds
        }
        self.words = words

    def close(self) -> None:
        """Put it all together, every sheet having ended; takes a while for large ones. Raises OSError."""
        try:
            self._book.close()
        except FileCreateError as error:
            raise OSError(str(error)) from error

    def add(self, name: str, table: Table[R]) -> tuple[Worksheet, list[Write]]:
        """A worksheet with its heading, and how each of its columns is written."""
        words, sheet = self.words, self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.set_default_row(17)  # fonts that stand in for Excel's are taller
        sheet.set_row(0, 62)
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, column.width)
        for number, column in enumerate(table.columns):
            sheet.write_string(0, number, words.heading(column), self._headings[column.holds])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(math.ceil(sum(column.width for column in table.columns) / PAGE_WIDTH), 0)
        sheet.print_across()
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        sheet.hide_gridlines(0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_header("&L&F&R&A")
        sheet.set_footer("&R&P / &N")
        return sheet, [self._write(sheet, column.holds) for column in table.columns]

    def _write(self, sheet: Worksheet, holds: Holds) -> Write:
        """How a cell of a column is written."""
        form: Format = self._formats[holds]
        words = self.words

        def moment(row: int, column: int, value: Value) -> None:
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, words.local(value).replace(second=0, microsecond=0), form)

        def span(row: int, column: int, value: Value) -> None:
            if isinstance(value, timedelta):
                sheet.write_number(row, column, value / timedelta(days=1), form)

        def day(row: int, column: int, value: Value) -> None:
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, form)

        def number(row: int, column: int, value: Value) -> None:
            if isinstance(value, int | float) and math.isfinite(value):
                sheet.write_number(row, column, value, form)

        def flag(row: int, column: int, value: Value) -> None:
            if value is not None:
                sheet.write_string(row, column, words.yes_or_no(bool(value)), form)

        def link(row: int, column: int, value: Value) -> None:
            if row <= MOST_LINKS:
                sheet.write_url(row, column, str(value), form, words.text("export.open_map"))
            else:
                sheet.write_string(row, column, str(value), form)

        def text(row: int, column: int, value: Value) -> None:
            if value is not None:
                sheet.write_string(row, column, str(value), form)

        special: dict[Holds, Write] = {
            Holds.DATETIME: moment,
            Holds.DURATION: span,
            Holds.DATE: day,
            Holds.BOOL: flag,
            Holds.LINK: link,
            Holds.TEXT: text,
        }
        return special.get(holds, number)

    def __enter__(self) -> SheetFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Whatever was opened and not closed is let go of."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()


def _aligned(holds: Holds) -> dict[str, object]:
    """Numbers to the right, but not onto the text beside them."""
    if holds in CENTRED:
        return {"align": "center"}
    return {"align": "left"} if holds is Holds.TEXT else {"align": "right", "indent": 1}


class Sheet(Generic[R]):
    """The rows of a table; they go on in "Name (2)" where a sheet is full."""

    def __init__(self, file: SheetFile, table: Table[R]) -> None:
        self._file = file
        self._table = table
        self._sheets = 0
        self._begin()

    def write(self, records: Iterable[R]) -> None:
        """More rows."""
        words = self._file.words
        for record in records:
            if self._row == MOST_ROWS:
                self.end()
                self._begin()
            for column, (write, value) in enumerate(zip(self._writes, self._table.cells(record, words), strict=True)):
                write(self._row, column, value)
            self._row += 1

    def end(self) -> None:
        """No more rows: now the filter knows how far they reach."""
        self._sheet.autofilter(0, 0, max(1, self._row - 1), len(self._table.columns) - 1)

    def _begin(self) -> None:
        self._sheets += 1
        name = self._file.words.name(self._table)
        self._sheet, self._writes = self._file.add(
            f"{name} ({self._sheets})" if self._sheets > 1 else name, self._table
        )
        self._row = 1
