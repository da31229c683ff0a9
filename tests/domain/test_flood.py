"""When mode banjir goes on and off by itself, and how clocks start again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import flood as rules
from bot.domain.models import Incident, IncidentState, Kind
from bot.domain.staff import Flood
from tests.helpers.builders import incident
from tests.helpers.clock import EVENING

PRIOK, KOJA = "31.72.02", "31.72.03"
MINUTE = timedelta(minutes=1)


def fresh(n: int, minutes_ago: float = 5, **more: Any) -> list[Incident]:
    return [incident(id=100 + i, at=EVENING - minutes_ago * MINUTE, **more) for i in range(n)]


@pytest.mark.parametrize(
    ("n", "minutes_ago", "codes"), [(15, 5, []), (16, 5, [PRIOK]), (16, 29.9, [PRIOK]), (16, 30, [])]
)
def test_more_than_fifteen_within_half_an_hour(n: int, minutes_ago: float, codes: list[str]) -> None:
    assert rules.to_switch_on(fresh(n, minutes_ago), [], EVENING) == codes


@pytest.mark.parametrize(
    "more",
    [{"kind": Kind.DRAIN}, {"state": IncidentState.MERGED}, {"state": IncidentState.CANCELLED}, {"area_code": None}],
)
def test_what_is_no_new_puddle_does_not_count(more: dict[str, Any]) -> None:
    assert rules.to_switch_on(fresh(20, **more), [], EVENING) == []


def test_water_that_has_gone_again_counts() -> None:
    assert rules.to_switch_on(fresh(16, state=IncidentState.RECEDED), [], EVENING) == [PRIOK]


def test_each_kecamatan_for_itself() -> None:
    ten = fresh(10)
    assert rules.to_switch_on([*ten, *(replace(each, area_code=f"{KOJA}.1001") for each in ten)], [], EVENING) == []


def test_once_on_it_is_not_switched_on_and_once_off_only_new_places_count() -> None:
    on = Flood(PRIOK, EVENING - 60 * MINUTE)
    assert rules.to_switch_on(fresh(20), [on], EVENING) == []
    assert rules.to_switch_on(fresh(20), [replace(on, until=EVENING - 4 * MINUTE)], EVENING) == []
    assert rules.to_switch_on(fresh(20), [replace(on, until=EVENING - 6 * MINUTE)], EVENING) == [PRIOK]


def test_over_after_two_hours_without_a_new_place_there() -> None:
    on = Flood(PRIOK, EVENING - 180 * MINUTE)
    assert rules.is_over(on, [], EVENING)
    assert rules.is_over(on, fresh(5, area_code=f"{KOJA}.1001"), EVENING)
    assert not rules.is_over(on, fresh(1, 119), EVENING)
    assert rules.is_over(on, fresh(1, 120), EVENING)
    assert not rules.is_over(replace(on, since=EVENING - 119 * MINUTE), [], EVENING)


def test_clocks_are_half_a_minute_apart_and_at_most_twice_the_time() -> None:
    hour = timedelta(hours=1)
    assert [rules.staggered(n, 3, hour) - hour for n in range(3)] == [timedelta(seconds=30 * n) for n in range(3)]
    assert rules.staggered(599, 600, hour) < 2 * hour


def test_a_summary_every_three_hours() -> None:
    on = Flood(PRIOK, EVENING)
    assert rules.news_period(on, EVENING + timedelta(hours=2, minutes=59)) is None
    assert rules.news_period(on, EVENING + timedelta(hours=7)) == (2, EVENING + timedelta(hours=6))
