"""The routing file cut into its tables, each key with its line, since the TOML reader tells no lines. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

from bot.domain.routing import Hours

LONGEST = timedelta(days=90)

_HEADER = re.compile(r"\s*\[")
_TABLE = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]\s*(#.*)?$")
_SYNTAX = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)
_TIME = re.compile(r"(\d{1,4}) ?(min|h|d)")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d) ?[-–] ?([01]\d|2[0-3]):([0-5]\d)")

W = TypeVar("W", bound=StrEnum)

Problem = tuple[int, str]
"""A line, and what is wrong there."""


class Wrong(Exception):
    """A mistake in a line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.problem: Problem = (line, what)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file: `[[rule]]` in line 12, with its keys and the line of each.

    What reads a value raises Wrong where it is not what it has to be.
    """

    name: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def wrong(self, key: str, what: str) -> NoReturn:
        """Raise Wrong for a key of it."""
        raise Wrong(self.lines.get(key, self.line), f"{key}: {what}")

    def text(self, key: str, longest: int) -> str:
        """Words on one line."""
        value = self.values[key]
        if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
            self.wrong(key, f'write words in quotation marks, at most {longest} characters, like {key} = "…"')
        return value.strip()

    def texts(self, key: str) -> Sequence[str]:
        """One text or a list of them; empty where the key is not there."""
        value = self.values.get(key, [])
        found = [value] if isinstance(value, str) else value
        fits = isinstance(found, list) and all(isinstance(each, str) for each in found)
        if not fits or (key in self.values and not found):
            self.wrong(key, f'write one text or a list of them, like {key} = ["…", "…"]')
        return found

    def words(self, key: str, kind: type[W]) -> frozenset[W]:
        """Words of our vocabulary."""
        known = {word.value: word for word in kind}
        for each in self.texts(key):
            if each not in known:
                self.wrong(key, f'"{each}" is not one of {", ".join(known)}')
        return frozenset(known[each] for each in self.texts(key))

    def number(self, key: str, least: float, most: float, *, whole: bool = False) -> float:
        """A number within limits."""
        value = self.values[key]
        fits = isinstance(value, int) if whole else isinstance(value, int | float)
        if not fits or isinstance(value, bool) or not least <= value <= most:
            self.wrong(
                key, f"write a {'whole ' if whole else ''}number from {least} to {most}, without quotation marks"
            )
        return float(value)

    def span(self, key: str) -> timedelta:
        """A length of time: "15 min", "6 h", "7 d"."""
        value = self.values[key]
        match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            self.wrong(key, f'write minutes, hours or days, like {key} = "15 min", "6 h" or "7 d"')
        unit = {"min": "minutes", "h": "hours", "d": "days"}[match[2]]
        span = timedelta(**{unit: int(match[1])})
        if not timedelta(0) < span <= LONGEST:
            self.wrong(key, f"must be longer than nothing, and at most {LONGEST.days} d")
        return span

    def hours(self, key: str) -> Hours | None:
        """From when to when, by the clock on the wall."""
        value = self.values.get(key)
        if value is None:
            return None
        match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            self.wrong(key, f'write two local times of day, like {key} = "22:00-05:00"')
        hours = Hours(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
        if hours.since == hours.until:
            self.wrong(key, "begins and ends at the same time; leave it out where every hour is meant")
        return hours


def cut(text: str, keys: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> tuple[list[Table], list[Problem]]:
    """Cut the text of a TOML file at its headers `[[…]]`; each piece is read by itself.

    Args:
        text: of the file.
        keys: table -> the keys that it needs, and those that it may have.

    Returns:
        The tables that have the right keys, and what is wrong with the others.
    """
    try:
        tomllib.loads(text)
    except RecursionError:
        return [], [(1, "is nested too deeply; compare it with the routing.toml of the product")]
    except ValueError as error:  # a TOMLDecodeError, or of a number with thousands of digits
        match = _SYNTAX.match(str(error))
        line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
        reason = match["what"] if match else str(error)
        return [], [(line, f"is not written as TOML ({reason}); compare it with the lines around it")]
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    tables, problems = [], []
    for number, content in enumerate(lines[: starts[0] if starts else len(lines)], start=1):
        if content.strip() and not content.lstrip().startswith("#"):
            problems.append((number, f"stands in no table; begin with one of {_named(keys)}"))
    for start, end in pairwise([*starts, len(lines)]):
        try:
            table = _table(lines, start, end, keys)
        except Wrong as wrong:
            problems.append(wrong.problem)
            continue
        if wrong_keys := _wrong_keys(table, *keys[table.name]):
            problems += wrong_keys
        else:
            tables.append(table)
    return tables, problems


def _table(lines: Sequence[str], start: int, end: int, known: Mapping[str, object]) -> Table:
    match = _TABLE.match(lines[start])
    if match is None or match[1] not in known:
        raise Wrong(start + 1, f"there is no table {lines[start].strip()}; write one of {_named(known)}")
    try:
        values = tomllib.loads("\n".join(lines[start:end]))[match[1]][0]
    except tomllib.TOMLDecodeError:
        raise Wrong(start + 1, "a value of this table begins a line with [; write it on one line") from None
    return Table(match[1], start + 1, values, {key: _line_of(key, lines, start, end) for key in values})


def _wrong_keys(table: Table, needed: Sequence[str], possible: Sequence[str]) -> list[Problem]:
    every, name = (*needed, *possible), f"[[{table.name}]]"
    return [
        (table.lines[key], f"{name} has no key {key}; it may have {', '.join(every)}")
        for key in table.values
        if key not in every
    ] + [(table.line, f"this {name} lacks {key}; add a line {key} = …") for key in needed if key not in table.values]


def _line_of(key: str, lines: Sequence[str], start: int, end: int) -> int:
    begins = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""")
    return next((number + 1 for number in range(start, end) if begins.match(lines[number])), start + 1)


def _named(tables: Mapping[str, object]) -> str:
    return ", ".join(f"[[{name}]]" for name in tables)
