"""Periods as officers type them after /ekspor ("7 hari", "18-01-2026 20-01-2026", "januari 2026") -> days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST_DAYS = 3660

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb pebruari",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags aug",
            "september sep sept",
            "oktober october okt oct",
            "november nov nopember",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
"""A month as people write it, without capitals -> its number."""

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SPAN = re.compile(
    rf"""
    (?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})                     # 2026-01-18
    | (?P<d2>\d{{1,2}})\s*[-/.]\s*(?P<m2>\d{{1,2}})\s*[-/.]\s*(?P<y2>\d{{4}}|\d{{2}})\b   # 18-01-2026, 18/1/26
    | (?P<d3>\d{{1,2}})\s*(?P<m3>{_MONTH})\b\.?\s*(?P<y3>\d{{4}})?          # 18 januari 2026, 18 jan
    | (?P<m4>{_MONTH})\b\.?\s*(?P<y4>\d{{4}})?                             # januari 2026, januari
    | (?P<today>hari\s+ini|today)
    | (?P<yesterday>kemarin|yesterday)
    """,
    re.VERBOSE,
)
_TO = r"\s*(?:s\.?\s*/?\s*d\.?|sampai|hingga|to|until|ke|[-–—,])?\s*"
_BETWEEN = re.compile(_TO)
_SHORTENED = re.compile(
    rf"(?P<d1>\d{{1,2}})\s*(?P<m1>{_MONTH})?\b{_TO}(?P<d2>\d{{1,2}})\s*(?P<m2>{_MONTH})\b\s*(?P<y>\d{{4}})"
)
_MONTHS_BACK = {"bulan ini": 0, "this month": 0, "bulan lalu": 1, "bulan kemarin": 1, "last month": 1}
_BEFORE = re.compile(r"(?:dari|sejak|from|since|tanggal|tgl|bulan)\.?\s+")
_DAYS = re.compile(r"(?P<n>\d{1,6})\s*(?P<unit>hari|days?|minggu|weeks?)(?:\s+(?:terakhir|lalu|ini))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole local days: since < t <= until. Both ends lie a microsecond before a midnight."""

    since: datetime
    until: datetime

    @property
    def first_day(self) -> date:
        """Its first local day."""
        return (self.since + timedelta(microseconds=1)).date()

    @property
    def last_day(self) -> date:
        """Its last local day."""
        return self.until.date()


class PeriodProblem(StrEnum):
    """Why what was typed is no period."""

    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"  # a day that does not exist, or one out of all reason
    BACKWARDS = "backwards"  # it ends before it begins
    FUTURE = "future"  # it begins after today


def parse_period(typed: str, now: datetime, timezone: ZoneInfo) -> Period | PeriodProblem:
    """Read a period.

    Args:
        typed: what follows the command.
        now: the present; "7 hari" are today and the six days before.
        timezone: where days begin and end.
    """
    words = " ".join(typed.split()).casefold().strip(" ,.()")
    today = now.astimezone(timezone).date()
    if words in _MONTHS_BACK:
        last = today.replace(day=1) - timedelta(days=1) if _MONTHS_BACK[words] else today
        return whole_days(last.replace(day=1), last, timezone)
    text = _BEFORE.sub("", words)
    if days := _DAYS.fullmatch(text):
        count = int(days["n"]) * (7 if days["unit"][0] in "mw" else 1)
        return last_days(count, now, timezone) if 0 < count <= LONGEST_DAYS else PeriodProblem.IMPOSSIBLE
    spans = _read_spans(text, today)
    if isinstance(spans, PeriodProblem):
        return spans
    first, last = spans[0][0], spans[-1][1]
    if last < first:
        return PeriodProblem.BACKWARDS
    if first > today:
        return PeriodProblem.FUTURE
    return whole_days(first, last, timezone)


def last_days(count: int, now: datetime, timezone: ZoneInfo) -> Period:
    """Today and the days before it, `count` in all, to the end of today."""
    today = now.astimezone(timezone).date()
    return whole_days(today - timedelta(days=count - 1), today, timezone)


def whole_days(first: date, last: date, timezone: ZoneInfo) -> Period:
    """The days from first to last, both counted in."""
    return Period(_before_midnight(first, timezone), _before_midnight(last + timedelta(days=1), timezone))


def _before_midnight(day: date, timezone: ZoneInfo) -> datetime:
    """The last microsecond before a day begins: what happens at its midnight belongs to the day."""
    return datetime.combine(day, time.min, timezone) - timedelta(microseconds=1)


def _read_spans(text: str, today: date) -> list[tuple[date, date]] | PeriodProblem:
    """One or two stretches of days, (first, last) each."""
    if shortened := _SHORTENED.fullmatch(text):
        text = _in_full(shortened)
    first = _SPAN.match(text)
    if first is None:
        return PeriodProblem.UNREADABLE
    found = [first]
    if first.end() < len(text):
        between = _BETWEEN.match(text, first.end())
        second = _SPAN.fullmatch(text, between.end() if between else first.end())
        if second is None:
            return PeriodProblem.UNREADABLE
        found.append(second)
    spans = [_span(match, today) for match in found]
    known = [span for span in spans if span is not None]
    return known if len(known) == len(spans) else PeriodProblem.IMPOSSIBLE


def _in_full(match: re.Match[str]) -> str:
    """ "18 s.d. 20 januari 2026" -> both days with month and year."""
    month, year = match["m1"] or match["m2"], int(match["y"])
    begun = year - (MONTHS[month] > MONTHS[match["m2"]])
    return f"{match['d1']} {month} {begun} {match['d2']} {match['m2']} {year}"


def _span(match: re.Match[str], today: date) -> tuple[date, date] | None:
    """(first day, last day) of a day or a month; None when it does not exist."""
    if match["today"]:
        return today, today
    if match["yesterday"]:
        return today - timedelta(days=1), today - timedelta(days=1)
    day = match["d1"] or match["d2"] or match["d3"]
    month_typed = match["m1"] or match["m2"] or match["m3"] or match["m4"]
    month = int(month_typed) if month_typed.isdigit() else MONTHS[month_typed]
    year_typed = match["y1"] or match["y2"] or match["y3"] or match["y4"]
    try:
        if year_typed is None:  # without a year the latest one that has begun
            year = today.year if date(today.year, month, int(day or 1)) <= today else today.year - 1
        else:
            year = int(year_typed) + (2000 if len(year_typed) == 2 else 0)
        if not 2000 <= year <= today.year + 1:
            return None
        if day:
            return (only := date(year, month, int(day))), only
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    except ValueError:
        return None
