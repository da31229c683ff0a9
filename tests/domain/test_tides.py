"""When water is perhaps the sea, and when it has come so often that it is one lasting task."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import tides
from bot.domain.memory import past_of
from bot.domain.models import Cause, Incident, IncidentState, Kind
from bot.geo.areas import AreaIndex
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, incident
from tests.helpers.clock import WIB

PLUIT = "31.72.01.1005"
MORNING = datetime(2026, 1, 14, 7, 30, tzinfo=WIB)
DAY = timedelta(days=1)
M = 1 / 111_000  # degrees of latitude


def water(id: int, days: float = 0, north_m: float = 0, **more: object) -> Incident:
    over: dict[str, object] = {"state": IncidentState.RECEDED, "area_code": PLUIT, **more}
    return incident(id, at=MORNING + days * DAY, lat=LAT + north_m * M, lon=LON, **over)


@pytest.mark.parametrize(("hour", "minute", "tide"), [(4, 59, False), (5, 0, True), (13, 59, True), (14, 0, False)])
def test_the_sea_comes_in_the_morning(hour: int, minute: int, tide: bool) -> None:
    at = MORNING.replace(hour=hour, minute=minute)
    assert tides.is_tide_hour(at, WIB) is tide
    assert tides.perhaps_tide(incident(at=at, area_code=PLUIT), WIB) is tide


def test_inland_it_is_suggested_only_where_it_has_come_before() -> None:
    here = incident(at=MORNING, area_code=SUNGAI_BAMBU)
    assert not tides.perhaps_tide(here, WIB)
    assert tides.perhaps_tide(here, WIB, [past_of(water(1, -1, causes=(Cause.TIDE,)))])
    assert not tides.perhaps_tide(here, WIB, [past_of(water(1, -1, causes=(Cause.RAIN,)))])
    assert tides.perhaps_tide(replace(here, series_id=5), WIB)


def test_it_is_not_suggested_where_a_cause_was_named_nor_for_drains() -> None:
    assert not tides.perhaps_tide(incident(at=MORNING, area_code=PLUIT, causes=(Cause.RAIN,)), WIB)
    assert not tides.perhaps_tide(incident(at=MORNING, area_code=PLUIT, kind=Kind.DRAIN), WIB)


def test_the_coast_is_made_of_kelurahan_that_are_served() -> None:
    areas = AreaIndex.from_reference_points(("31.72",))
    assert all(areas.get(code) is not None for code in tides.COAST)


def test_three_within_seven_days_at_a_spot_are_a_series() -> None:
    now = water(3, 6.9, north_m=20)
    assert [each.id for each in tides.occurrences(now, [water(2, 3, north_m=-20), water(1), now], WIB)] == [1, 2, 3]
    assert tides.occurrences(now, [water(2, 3), now], WIB) == []


@pytest.mark.parametrize(
    "other",
    [
        water(1, -0.2),  # more than 7 days before
        water(1, 1, north_m=90),  # another spot
        water(1, 1, causes=(Cause.RAIN,)),
        water(1, 1, state=IncidentState.NO_PUDDLE),
        water(1, 1, state=IncidentState.CANCELLED),
    ],
)
def test_what_does_not_count_for_a_series(other: Incident) -> None:
    assert tides.occurrences(water(3, 7), [water(2, 3), other], WIB) == []


def test_rain_that_was_named_makes_no_series() -> None:
    rain = (Cause.RAIN,)
    days = [water(1, 0, causes=rain), water(2, 1, causes=rain), water(3, 2, causes=rain)]
    assert tides.occurrences(days[-1], days, WIB) == []


def test_inland_it_takes_the_hours_of_the_sea_or_somebodys_word() -> None:
    mornings = [water(n, n, area_code=SUNGAI_BAMBU) for n in range(3)]
    evenings = [water(n, n + 0.5, area_code=SUNGAI_BAMBU) for n in range(3)]
    assert tides.occurrences(mornings[-1], mornings, WIB) == mornings
    assert tides.occurrences(evenings[-1], evenings, WIB) == []
    named = [replace(evenings[0], causes=(Cause.TIDE,)), *evenings[1:]]
    assert tides.occurrences(named[-1], named, WIB) == named
