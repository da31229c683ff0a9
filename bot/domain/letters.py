"""A letter to an office outside, as officers type it: its number, and when to ask again. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

ASK_AGAIN_AFTER = timedelta(days=7)
"""Where no date is said."""

FARTHEST = timedelta(days=730)
"""A day later than this is mistyped: nobody would be asked ever again."""

LONGEST_NUMBER = 60

MAX_LENGTH = 1_000
"""Characters that are looked at."""

_DATE = re.compile(r"(?<![\d/])(\d{1,2})[-./ ](\d{1,2})(?:[-./ ](\d{4}|\d{2}))?(?![\d/])")
_WORDS_AROUND = re.compile(
    r"^(?:surat|letter|no(?:mor)?|number)\b[\s.:]*|[\s,;.–-]+$|\b(?:tgl|tanggal|on)\.?\s*$", re.I
)


def letter_in(text: str, today: date) -> tuple[str | None, date]:
    """The letter's number (None: none is said) and the day on which to ask again.

    The day is the last date in the text ("25/1", "25-01-2026"): of one without a year, the next such day; one that is
    over, years ahead, or not a day at all, is none. Then it is a week from today.
    """
    text = text[:MAX_LENGTH]
    day, number = today + ASK_AGAIN_AFTER, text
    for found in reversed(list(_DATE.finditer(text))):
        said = _day(found, today)
        if said is not None and today < said <= today + FARTHEST:
            day, number = said, text[: found.start()] + text[found.end() :]
            break
    number = " ".join(number.split())
    while (shorter := _WORDS_AROUND.sub("", number).strip()) != number:
        number = shorter
    is_number = any(char.isdigit() for char in number)  # "belum ada" is none
    return number[:LONGEST_NUMBER] if is_number else None, day


def _day(found: re.Match[str], today: date) -> date | None:
    day, month, year = found.groups()
    try:
        if year is not None:
            return date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
        this_year = date(today.year, int(month), int(day))
        return this_year if this_year > today else this_year.replace(year=today.year + 1)
    except ValueError:
        return None
