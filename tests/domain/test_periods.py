"""What officers type after /ekspor."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import Period, PeriodProblem, last_days, parse_period
from tests.helpers.clock import EVENING, WIB


def _read(typed: str, now: datetime = EVENING) -> tuple[str, str] | str:
    period = parse_period(typed, now, WIB)
    if isinstance(period, PeriodProblem):
        return period.value
    return period.first_day.isoformat(), period.last_day.isoformat()


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("7 hari", "2026-01-12", "2026-01-18"),
        ("7hari", "2026-01-12", "2026-01-18"),
        ("30 hari terakhir", "2025-12-20", "2026-01-18"),
        ("2 minggu", "2026-01-05", "2026-01-18"),
        ("1 day", "2026-01-18", "2026-01-18"),
        ("hari ini", "2026-01-18", "2026-01-18"),
        ("Kemarin", "2026-01-17", "2026-01-17"),
        ("18-01-2026 20-01-2026", "2026-01-18", "2026-01-20"),
        ("18/1/2026 - 20/1/2026", "2026-01-18", "2026-01-20"),
        ("01.12.25 s.d. 03.12.25", "2025-12-01", "2025-12-03"),
        ("dari 1-12-2025 sampai 3-12-2025", "2025-12-01", "2025-12-03"),
        ("2025-12-01 2025-12-03", "2025-12-01", "2025-12-03"),
        ("17-01-2026", "2026-01-17", "2026-01-17"),
        ("17 Januari 2026", "2026-01-17", "2026-01-17"),
        ("17 jan", "2026-01-17", "2026-01-17"),
        ("31 des", "2025-12-31", "2025-12-31"),
        ("17 jan s/d 18 jan 2026", "2026-01-17", "2026-01-18"),
        ("15 - 17 Januari 2026", "2026-01-15", "2026-01-17"),
        ("3 sampai 5 feb 2025", "2025-02-03", "2025-02-05"),
        ("30 des s.d. 2 jan 2026", "2025-12-30", "2026-01-02"),
        ("17 jan - hari ini", "2026-01-17", "2026-01-18"),
        ("januari 2026", "2026-01-01", "2026-01-31"),
        ("bulan Februari 2024", "2024-02-01", "2024-02-29"),
        ("desember", "2025-12-01", "2025-12-31"),
        ("bulan ini", "2026-01-01", "2026-01-18"),
        ("Bulan lalu", "2025-12-01", "2025-12-31"),
        ("november 2025 januari 2026", "2025-11-01", "2026-01-31"),
    ],
)
def test_periods_as_they_are_typed(typed: str, first: str, last: str) -> None:
    assert _read(typed) == (first, last)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("banjir", "unreadable"),
        ("18", "unreadable"),
        ("18-01-2026 banjir", "unreadable"),
        ("18-01-2026 19-01-2026 20-01-2026", "unreadable"),
        ("30-02-2026", "impossible"),
        ("18-13-2026", "impossible"),
        ("18-01-1026", "impossible"),
        ("0 hari", "impossible"),
        ("999999 hari", "impossible"),
        ("20-01-2026 18-01-2026", "backwards"),
        ("1-02-2026 3-02-2026", "future"),
    ],
)
def test_what_is_no_period_says_why(typed: str, problem: str) -> None:
    assert _read(typed) == problem


def test_a_day_holds_its_midnight_and_not_the_next_ones() -> None:
    day = parse_period("17-01-2026", EVENING, WIB)
    assert isinstance(day, Period)
    midnight = datetime(2026, 1, 17, tzinfo=WIB)
    assert day.since < midnight <= day.until
    assert day.until < midnight + timedelta(days=1)


def test_days_are_those_of_the_time_zone() -> None:
    """At 18.30 UTC it is tomorrow already in Jakarta."""
    late = datetime(2026, 1, 18, 18, 30, tzinfo=ZoneInfo("UTC"))
    assert _read("hari ini", late) == ("2026-01-19", "2026-01-19")


def test_a_day_of_a_clock_change_is_25_hours_long() -> None:
    new_york = ZoneInfo("America/New_York")
    day = last_days(1, datetime(2025, 11, 2, 12, tzinfo=new_york), new_york)
    assert day.until.astimezone(ZoneInfo("UTC")) - day.since.astimezone(ZoneInfo("UTC")) == timedelta(hours=25)


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    period = parse_period(typed, EVENING, WIB)
    assert isinstance(period, PeriodProblem) or period.since < period.until


@given(st.dates(date(2001, 1, 1), date(2026, 1, 18)), st.dates(date(2001, 1, 1), date(2026, 1, 18)))
def test_two_days_in_order_are_always_read(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert _read(f"{first:%d-%m-%Y} {last:%d/%m/%Y}") == (first.isoformat(), last.isoformat())
