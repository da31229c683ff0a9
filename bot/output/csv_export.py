"""Tables -> CSV that opens with a double click in the spreadsheets of Indonesian offices.

Excel and LibreOffice in Indonesian write 1,5 for one and a half and therefore part columns by semicolons; a file with
commas would open as one column, and 106.888 would become 106888. The mark at its beginning makes Excel read UTF-8.
A cell that begins like a formula is made text.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Generic, TypeVar

from bot.output.columns import Column, Holds, Table, Value, Words

R = TypeVar("R")

FORMULA_SIGNS = frozenset("=+-@")
"""What makes a spreadsheet take a cell for a formula when it comes first."""

DECIMALS = {Holds.DECIMAL: 1, Holds.DEGREES: 6}


class CsvFile(Generic[R]):
    """Writes the rows of a table as they come.

    Args:
        stream: opened to write bytes; stays open.
        table: what is written; words: names of things.
    """

    def __init__(self, stream: IO[bytes], table: Table[R], words: Words) -> None:
        stream.write(codecs.BOM_UTF8)
        self._writer = csv.writer(_Encoded(stream), delimiter=";", lineterminator="\r\n")
        self._table = table
        self._words = words
        self._writer.writerow([as_text(words.heading(column)) for column in table.columns])

    def write(self, records: Iterable[R]) -> None:
        """More rows."""
        columns, words = self._table.columns, self._words
        self._writer.writerows(
            [_cell(column, column.value(record, words), words) for column in columns] for record in records
        )


@dataclass(frozen=True, slots=True)
class _Encoded:
    """What the library writes, as bytes."""

    stream: IO[bytes]

    def write(self, text: str) -> int:
        return self.stream.write(text.encode())


def _cell(column: Column[R], value: Value, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, bool):
        return words.yes_or_no(value)
    if isinstance(value, datetime):
        return f"{words.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, timedelta):
        hours, minutes = divmod(round(value.total_seconds() / 60), 60)
        return f"{hours}:{minutes:02}"
    return as_text(f"{value:.{DECIMALS.get(column.holds, 0)}f}".replace(".", ","))


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front.

    Signs of full width and tabs or line breaks before the sign count as well: some spreadsheets read them the same.
    """
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return f"'{cell}" if first in FORMULA_SIGNS or cell[:1] in ("\t", "\r", "\n") else cell
