"""The operator's list of places (CSV) -> what is to be listed; every mistake is named with its line and the way out.

As spreadsheets write it: commas, semicolons or tabs between the columns, decimal points or commas, a byte order mark or
none, headers in Indonesian or English. The columns are those of HEADERS, in any order; an empty cell leaves what is
known already as it is, and of a new place takes what is usual. Pure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from bot.domain.geometry import distance_m
from bot.domain.periods import MONTHS
from bot.domain.points import BadPoint, PointProblem, check_point
from bot.domain.site_rules import NAME_LENGTH, RADII_M, SAME_M, TASK_LENGTH, folded
from bot.domain.unit_names import find_units
from bot.domain.units import UnitTree

Problem = tuple[int, str]
"""A line of the file (from 1), and what is wrong there with what to do."""

Locate = Callable[[float, float], str | None]
"""The code of the served kelurahan that a point (lat, lon) lies in; None: the point is not served."""

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("nama", "name", "lokasi"),
    "lat": ("lintang", "lat", "latitude"),
    "lon": ("bujur", "lon", "lng", "longitude"),
    "radius_m": ("radius_m", "radius"),
    "unit": ("unit",),
    "task": ("tugas", "task"),
    "due_on": ("batas", "due_on", "tenggat"),
}
"""Column -> what its header may be."""

NEEDED = ("name", "lat", "lon")
MOST_LINES = 2000
MOST_UNITS_NAMED = 4

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_MONTH_NAMED = re.compile(r"(?:[^\W\d_]+, ?)?(\d{1,2})[- ]([^\W\d_]+)\.?[- ](\d{4})")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?', re.IGNORECASE)
"""A first line that tells Excel, and us, what stands between the columns."""

_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """A line of the file. None: nothing is said about it."""

    line: int
    name: str
    lat: float
    lon: float
    area_code: str
    radius_m: float | None = None
    unit: str | None = None
    task: str | None = None
    due_on: date | None = None


class _Wrong(Exception):
    """A mistake in a line."""


def read_sites(text: str, locate: Locate, tree: UnitTree) -> tuple[list[SiteEntry], list[Problem]]:
    """Read the file.

    Args:
        text: of the file.
        locate: points to served kelurahan.
        tree: the offices.

    Returns:
        Its places, and all that is wrong: where anything is, nothing of it should be taken.
    """
    rows, problems = _rows(text)
    if problems:
        return [], problems
    if not rows:
        return [], [(1, "the file is empty; the first line has to name the columns: name,lat,lon,…")]
    if len(rows) - 1 > MOST_LINES:  # before each is compared with those above it
        return [], [(rows[MOST_LINES + 1][0], f"only {MOST_LINES} places fit in one file; divide it")]
    line, header = rows[0]
    columns, problems = _columns(line, header)
    if problems:
        return [], problems
    entries: list[SiteEntry] = []
    for line, cells in rows[1:]:
        try:
            entry = _entry(line, _by_column(columns, cells, len(header)), locate, tree)
            _refuse_twice(entry, entries)
        except _Wrong as wrong:
            problems.append((line, str(wrong)))
        else:
            entries.append(entry)
    if not entries and not problems:
        problems.append((line, "there are no places below the headers; add a line for each"))
    return entries, problems


def read_day(typed: str) -> date | None:
    """A date as people and spreadsheets write it. None: it is none.

    31-12-2026, 31/12/26, 2026-12-31, 31 Desember 2026; also as our own texts write it: Kamis, 31 Desember 2026.
    """
    text = " ".join(typed.split())
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
    elif (match := _MONTH_NAMED.fullmatch(text)) and match[2].casefold() in MONTHS:
        day, month, year = int(match[1]), MONTHS[match[2].casefold()], int(match[3])
    else:
        return None
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


# -- lines and columns -------------------------------------------------------------------------------------------------


def _rows(text: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """The lines that say anything, with their numbers."""
    text = text.removeprefix("\ufeff").replace("\0", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    told = _SEPARATOR.fullmatch(first.strip())
    delimiter = told[1] if told else max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [" ".join(cell.split()) for cell in cells]))
    except csv.Error as error:
        return [], [(reader.line_num, f"cannot be read as CSV ({error}); save it from a spreadsheet as CSV anew")]
    return (found[1:] if told else found), []


def _columns(line: int, header: Sequence[str]) -> tuple[dict[str, int], list[Problem]]:
    """Column -> its place in a line."""
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(header):
        called = cell.casefold().replace(" ", "_")
        column = next((key for key, names in HEADERS.items() if called in names), None)
        if column is None:
            if called:
                problems.append((line, f'there is no column "{cell[:40]}"; the columns are {", ".join(HEADERS)}'))
        elif column in columns:
            problems.append((line, f'the column "{cell}" is there twice; leave one of them out'))
        else:
            columns[column] = place
    for needed in NEEDED:
        if needed not in columns:
            names = " or ".join(f'"{name}"' for name in HEADERS[needed][:2])
            problems.append((line, f"the column {names} is missing; the first line has to name the columns"))
    return columns, problems


def _by_column(columns: Mapping[str, int], cells: Sequence[str], width: int) -> dict[str, str]:
    if any(cells[width:]):
        hint = "where numbers have decimal commas, put semicolons between the columns"
        raise _Wrong(f"has {len(cells)} columns where the headers are {width}; {hint}")
    return {column: cells[place] if place < len(cells) else "" for column, place in columns.items()}


def _entry(line: int, said: Mapping[str, str], locate: Locate, tree: UnitTree) -> SiteEntry:
    name = _words("name", said["name"], NAME_LENGTH)
    if name is None:
        raise _Wrong("name: is empty; write what people call the place")
    lat, lon = _number("lat", said["lat"]), _number("lon", said["lon"])
    _check(lat, lon)
    area_code = locate(lat, lon)
    if area_code is None:
        raise _Wrong(f"lat, lon: {lat:.5f}, {lon:.5f} is not in the service area (SERVICE_AREA); look at both")
    return SiteEntry(
        line,
        name,
        lat,
        lon,
        area_code,
        _radius(said.get("radius_m", "")),
        _unit(said.get("unit", ""), tree),
        _words("task", said.get("task", ""), TASK_LENGTH),
        _date(said.get("due_on", "")),
    )


def _words(column: str, said: str, longest: int) -> str | None:
    if len(said) > longest:
        raise _Wrong(f"{column}: has {len(said)} characters; write at most {longest}")
    if not said.isprintable():
        raise _Wrong(f"{column}: holds characters that cannot be shown; type it anew")
    return said or None


def _number(column: str, said: str) -> float:
    plain = said.replace("−", "-").replace(" ", "").removesuffix("°")
    if not _NUMBER.fullmatch(plain):
        example = "-6.12345" if column == "lat" else "106.89012"
        raise _Wrong(f'{column}: "{said[:20]}" is no number in degrees; write it like {example}')
    return float(plain.replace(",", "."))


def _check(lat: float, lon: float) -> None:
    bad: BadPoint | None = check_point(lat, lon)
    if bad is None:
        return
    if bad.meant is not None:
        what = "lat and lon are exchanged" if bad.problem is PointProblem.SWAPPED else "a sign is wrong"
        raise _Wrong(f"lat, lon: {what}; you may have meant {bad.meant[0]:.5f}, {bad.meant[1]:.5f}")
    raise _Wrong(f"lat, lon: {lat:g}, {lon:g} is nowhere near Jakarta; write degrees, like -6.12345 and 106.89012")


def _radius(said: str) -> float | None:
    if not said:
        return None
    plain = said.casefold().removesuffix("m").strip()
    least, most = RADII_M
    radius_m = float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else 0.0
    if not least <= radius_m <= most:
        raise _Wrong(f'radius_m: "{said[:20]}" is no number of metres from {least:g} to {most:g}')
    return radius_m


def _unit(said: str, tree: UnitTree) -> str | None:
    if not said:
        return None
    found = find_units(tree, said)
    if len(found) > 1:  # "Kota" fits every office of that level: there is one; "Koja" is a kecamatan and a kelurahan
        named = ", ".join(f"{unit.code} ({unit.level.value} {unit.name})" for unit in found[:MOST_UNITS_NAMED])
        raise _Wrong(f'unit: "{said[:40]}" may be several; write the code: {named}')
    if not found:
        raise _Wrong(f'unit: there is no unit "{said[:40]}"; write its name or code, like "Kec. Koja" or 31.72.03')
    if found[0].outside:
        raise _Wrong(f'unit: "{said[:40]}" is outside of the bot; name the unit that writes to it')
    return found[0].code


def _date(said: str) -> date | None:
    if not said:
        return None
    found = read_day(said)
    if found is None:
        raise _Wrong(f'due_on: "{said[:20]}" is no date; write it like 31-12-2026')
    return found


def _refuse_twice(entry: SiteEntry, before: Iterable[SiteEntry]) -> None:
    for other in before:
        near = distance_m(other.lat, other.lon, entry.lat, entry.lon) <= SAME_M
        if near and folded(other.name) == folded(entry.name):
            raise _Wrong(f"name: stands in line {other.line} too, at the same place; leave one of them out")
