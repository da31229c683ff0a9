"""Puddles by day: what the week's chart shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.depth_classes import CLASS_COUNT
from bot.domain.memory import Past
from bot.domain.models import IncidentState
from bot.domain.weather import Rain, WeatherDay
from bot.domain.week import week
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU
from tests.helpers.clock import WIB

SUNDAY = date(2026, 1, 18)


def past(at: datetime, depth_cm: int | None = 50, state: IncidentState = IncidentState.RECEDED, id: int = 1) -> Past:
    return Past(
        id=id,
        number=f"G{id}",
        state=state,
        lat=LAT,
        lon=LON,
        weight=0.016,
        area_code=SUNGAI_BAMBU,
        name=None,
        first_seen=at,
        last_seen=at,
        ended_at=at,
        depth_cm=depth_cm,
        causes=(),
        reporters=1,
        owner=SUNGAI_BAMBU,
    )


def on(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=WIB)


def test_a_puddle_counts_on_its_local_day_in_the_class_of_its_depth() -> None:
    pasts = [past(on(12, 0), 10), past(on(18, 23, 59), 30), past(on(18), 75), past(on(18), 200), past(on(18), None)]
    found = week(pasts, [], SUNDAY, WIB)
    assert [each.day.day for each in found.days] == [12, 13, 14, 15, 16, 17, 18]
    assert found.days[0].counts == (1, 0, 0, 0, 0)
    assert found.days[-1].counts == (0, 1, 1, 1, 1)
    assert found.days[-1].deep == 2
    assert found.total == 5


def test_the_week_before_is_compared_and_the_worst_day_named() -> None:
    pasts = [past(on(11, 23, 59)), past(on(5)), past(on(4)), past(on(14)), past(on(14)), past(on(16)), past(on(19, 0))]
    found = week(pasts, [], SUNDAY, WIB)
    assert (found.total, found.before) == (3, 2)
    assert found.worst is not None
    assert found.worst.day == date(2026, 1, 14)


def test_of_two_days_with_as_many_the_deeper_is_the_worst() -> None:
    worst = week([past(on(13), 20), past(on(15), 90), past(on(17), None)], [], SUNDAY, WIB).worst
    assert worst is not None
    assert worst.day == date(2026, 1, 15)


def test_a_dry_week_has_no_worst_day() -> None:
    found = week([], [], SUNDAY, WIB)
    assert found.worst is None
    assert [day.total for day in found.days] == [0] * 7


def test_what_was_no_puddle_does_not_count() -> None:
    assert week([past(on(15), state=IncidentState.NO_PUDDLE)], [], SUNDAY, WIB).total == 0


def test_rain_is_the_most_of_any_kecamatan_where_it_is_known() -> None:
    weather = [
        WeatherDay("31.72.01", date(2026, 1, 15), Rain.LIGHT),
        WeatherDay("31.72.02", date(2026, 1, 15), Rain.HEAVY),
        WeatherDay("31.72.03", date(2026, 1, 15), Rain.NONE),
        WeatherDay("31.72.01", date(2026, 1, 16), Rain.NONE),
    ]
    rain = [each.rain for each in week([], weather, SUNDAY, WIB).days]
    assert rain == [None, None, None, Rain.HEAVY, Rain.NONE, None, None]


@given(st.lists(st.tuples(st.integers(0, 21 * 24 * 60), st.none() | st.integers(1, 400))))
def test_nothing_is_counted_twice_or_lost(told: list[tuple[int, int | None]]) -> None:
    begin = datetime(2026, 1, 1, tzinfo=WIB)
    pasts = [past(begin + timedelta(minutes=minutes), depth_cm) for minutes, depth_cm in told]
    found = week(pasts, [], SUNDAY, WIB)
    days = [each.first_seen.day for each in pasts]
    assert found.total == sum(12 <= day <= 18 for day in days)
    assert found.before == sum(5 <= day <= 11 for day in days)
    assert all(len(each.counts) == CLASS_COUNT for each in found.days)
