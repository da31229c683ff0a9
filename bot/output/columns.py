"""Tables as data: what each column is called, what it holds and how wide it is, for spreadsheets and CSV alike.

The tables themselves are in tables.py; sheets.py and csv_export.py write any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from functools import cache, lru_cache
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.models import Area, Depth
from bot.domain.units import UnitTree, unit_values
from bot.output.words import one_line, without_contacts
from bot.texts import DEFAULT_LANGUAGE, Texts, word_id

R_contra = TypeVar("R_contra", contravariant=True)
R = TypeVar("R")

Value = str | int | float | bool | datetime | date | timedelta | None
"""What a cell holds; None: nothing is known."""


class AreaNames(Protocol):
    """Code -> kelurahan: a dict of them, or the area lookup."""

    def get(self, code: str, /) -> Area | None:
        """The kelurahan with this code."""
        ...


class Holds(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"  # one decimal place
    DEGREES = "degrees"  # six decimal places: 11 cm
    DATETIME = "datetime"
    DATE = "date"
    BOOL = "bool"
    LINK = "link"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Column(Generic[R_contra]):
    """A column.

    Attributes:
        key: its heading is the text "export.column." + key.
        width: in characters, as spreadsheets count it.
        value: what it holds of a record.
    """

    key: str
    holds: Holds
    width: int
    value: Callable[[R_contra, Words], Value]


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A table of records; its name is the text "export.table." + key."""

    key: str
    columns: Sequence[Column[R]]

    def cells(self, record: R, words: Words) -> list[Value]:
        """What stands in the record's row, column by column."""
        return [column.value(record, words) for column in self.columns]


class Words:
    """How the things that stand in cells are called. Tables are always in Indonesian, whoever asks for them.

    Args:
        texts, areas, units: names of everything.
        timezone: in which hours are told.
        now: the present, by which is told what is overdue.
    """

    def __init__(self, texts: Texts, areas: AreaNames, units: UnitTree, timezone: ZoneInfo, now: datetime) -> None:
        self._texts = texts
        self._areas = areas
        self.units = units
        self.timezone = timezone
        self.now = now
        # a million rows say the same few words
        self._plain = cache(lambda text_id: texts.plain(text_id, {}, DEFAULT_LANGUAGE))
        self._depth = lru_cache(maxsize=1000)(self._depth_anew)
        self._unit = cache(self._unit_anew)

    def text(self, text_id: str, **values: object) -> str:
        """A text."""
        return self._texts.plain(text_id, values, DEFAULT_LANGUAGE) if values else self._plain(text_id)

    def title(self, first: datetime, last: datetime) -> str:
        """What a file about a period is called."""
        return self.text("export.title", first=first.isoformat(), last=last.isoformat())

    def heading(self, column: Column[R]) -> str:
        """What a column is called."""
        return self.text(f"export.column.{column.key}", zone=f"{self.now.astimezone(self.timezone):%Z}")

    def name(self, table: Table[R]) -> str:
        """What a table is called."""
        return self.text(f"export.table.{table.key}")

    def word(self, *words: StrEnum) -> str | None:
        """Words of the domain, with commas between them; None where there is none."""
        return ", ".join(self._plain(word_id(word)) for word in words) or None

    def yes_or_no(self, value: bool) -> str:
        """ "ya" or "tidak"."""
        return self._plain("export.yes" if value else "export.no")

    def depth(self, depth: Depth | None) -> str | None:
        """ "selutut (±50 cm)"; None where none was said."""
        return None if depth is None else self._depth(depth)

    def unit(self, code: str | None) -> str | None:
        """The office with this code; one that is not known any more: its code."""
        return self._unit(code) if code else None

    def area(self, code: str | None) -> Area | None:
        """The kelurahan with this code."""
        return self._areas.get(code) if code else None

    def local(self, moment: datetime) -> datetime:
        """Wall time, without its zone: spreadsheets know none, the heading names it."""
        return moment.astimezone(self.timezone).replace(tzinfo=None)

    def _depth_anew(self, depth: Depth) -> str:
        told: Mapping[str, object] = {"level": depth.level, "cm": depth.cm, "measured": depth.measured}
        return self.text("export.depth", depth=told)

    def _unit_anew(self, code: str) -> str:
        unit = self.units.get(code)
        return code if unit is None else self.text("export.unit", unit=unit_values(unit))


def typed(text: str | None) -> str | None:
    """What a person typed, as it stands in a cell: on one line, without ways to reach somebody."""
    return without_contacts(one_line(text))
