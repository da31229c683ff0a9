"""Hours as people type them after /rekap ("jam 06.00 15.00", "6 pagi dan 3 sore") -> times of day. Pure."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum

MOST_HOURS = 4
"""Digests a day that one chat may ask for."""

_OFF = frozenset(["berhenti", "stop", "off", "mati", "matikan", "batal", "hentikan", "nonaktif", "selesai"])

_BETWEEN = re.compile(
    r"(?: \s | [&,;/+] | \b(?:jam|pukul|pkl|setiap|tiap|hari|wib|dan|serta|at|every|day|daily|and)\b \.? )+", re.VERBOSE
)
_HOUR = re.compile(
    r"""
    (?: (?P<h4>\d{2}) (?P<m4>\d{2})                                           # 0600
      | (?P<hour>\d{1,2}) (?: (?:[.:] | ,(?=00|[3-5]\d)) (?P<minute>\d{2}) )?  # 6, 06.00, 6:30; 06,00, but not 6,15
    )
    (?: \s* (?P<part>pagi|siang|sore|petang|malam|am|pm) )?
    (?![\w:])
    """,
    re.VERBOSE,
)


class HoursProblem(StrEnum):
    """Why what was typed are no hours."""

    UNREADABLE = "unreadable"
    TOO_MANY = "too_many"


def means_off(typed: str) -> bool:
    """Whether it asks for none any more: "berhenti"."""
    return typed.strip(" .!").casefold() in _OFF


def parse_hours(typed: str) -> tuple[time, ...] | HoursProblem:
    """The times of day in a text that holds nothing else, each once, earliest first."""
    text = typed.casefold().strip(" .!")
    found: set[time] = set()
    at = 0
    while at < len(text):
        if between := _BETWEEN.match(text, at):
            at = between.end()
            continue
        match = _HOUR.match(text, at)
        told = None if match is None else _time(match)
        if match is None or told is None:
            return HoursProblem.UNREADABLE
        found.add(told)
        at = match.end()
    if not found:
        return HoursProblem.UNREADABLE
    return tuple(sorted(found)) if len(found) <= MOST_HOURS else HoursProblem.TOO_MANY


def _time(match: re.Match[str]) -> time | None:
    """The time meant, None where there is no such time."""
    hour, minute = int(match["h4"] or match["hour"]), int(match["m4"] or match["minute"] or 0)
    match match["part"]:
        case "pagi" | "am" if hour == 12:
            hour = 0
        case "malam" if hour == 12:
            hour = 0
        case "siang" if hour < 5:
            hour += 12
        case "sore" | "petang" if hour < 12:
            hour += 12
        case "malam" if 6 <= hour < 12:
            hour += 12
        case "pm" if hour < 12:
            hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
