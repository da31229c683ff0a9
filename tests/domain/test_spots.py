"""Which places water comes back to: what belongs to a spot, and what is told of it."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.geometry import distance_m
from bot.domain.memory import Past
from bot.domain.models import Cause, IncidentState
from bot.domain.spot_finding import REACH_M, at_same_spot
from bot.domain.spots import Spot, occurrences_of, prone, spot_of, spots
from bot.domain.weather import Rain, WeatherDay
from tests.helpers.clock import EVENING, WIB

LAT, LON = -6.13, 106.88
M_LAT = 110_574.0
M_LON = 111_320.0 * math.cos(math.radians(LAT))
HANDLED, RECEDED, WAITING = IncidentState.HANDLED, IncidentState.RECEDED, IncidentState.WAITING


def past(
    incident_id: int, days_ago: float, east_m: float = 0.0, north_m: float = 0.0, error_m: float = 15.0, **more: object
) -> Past:
    """A puddle that was told of so many days ago and stood for three hours, off a corner in Sungai Bambu."""
    began = EVENING - timedelta(days=days_ago)
    made = Past(
        id=incident_id,
        number=f"N{incident_id}",
        state=RECEDED,
        lat=LAT + north_m / M_LAT,
        lon=LON + east_m / M_LON,
        weight=1 / error_m**2,
        area_code="31.72.02.1004",
        name=None,
        first_seen=began,
        last_seen=began + timedelta(hours=2),
        ended_at=began + timedelta(hours=3),
        depth_cm=30,
        causes=(),
        reporters=1,
        owner="31.72.02.1004",
    )
    return replace(made, **more)  # type: ignore[arg-type]  # the caller names fields of Past


def only(*pasts: Past, now: datetime = EVENING) -> Spot:
    (spot,) = spots(pasts, now=now)
    return spot


def ids(groups: list[list[Past]]) -> list[list[int]]:
    return [[each.id for each in group] for group in groups]


# -- what belongs together --------------------------------------------------------------------------------------------


def test_water_that_comes_back_to_a_corner_is_one_spot() -> None:
    spot = only(past(1, 200), past(2, 90, east_m=25), past(3, 6, north_m=-20))
    assert spot.times == 3
    assert spot.incident_ids == (1, 2, 3)
    assert distance_m(spot.lat, spot.lon, LAT, LON) < 15


def test_the_next_corner_is_another_spot() -> None:
    here = [past(n, 10 * n) for n in range(1, 4)]
    there = [past(n, 10 * n - 35, east_m=90) for n in range(4, 7)]
    assert {spot.incident_ids for spot in spots([*here, *there], now=EVENING)} == {(3, 2, 1), (6, 5, 4)}


def test_a_street_under_water_from_end_to_end_is_no_chain() -> None:
    street = [past(n, n, east_m=30 * n) for n in range(1, 21)]
    for group in at_same_spot(street):
        easts = [each.lon * M_LON for each in group]
        assert max(easts) - min(easts) <= 2 * REACH_M


def test_names_that_contradict_each_other_keep_apart() -> None:
    mangga, melati = (past(n, n, name=name) for n, name in ((1, "Jl. Mangga"), (2, "Jl. Melati")))
    assert spots([mangga, melati], now=EVENING) == []
    assert spots([mangga, replace(melati, name="jalan mangga raya")], now=EVENING) != []


def test_names_that_agree_reach_farther() -> None:
    apart = [past(1, 5), past(2, 1, east_m=52)]
    assert spots(apart, now=EVENING) == []
    assert spots([replace(each, name="Jl. Mangga 2") for each in apart], now=EVENING) != []


def test_places_only_described_in_words_are_of_no_spot() -> None:
    assert spots([past(n, n, error_m=250, name="Jl. Mangga") for n in range(1, 4)], now=EVENING) == []


def test_where_nothing_was_does_not_count() -> None:
    nothing = [past(n, n, state=state) for n, state in enumerate((IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE), 2)]
    assert spots([past(1, 9), *nothing], now=EVENING) == []


pasts_near = st.lists(
    st.builds(
        past,
        st.integers(1, 500),
        st.floats(0, 365),
        st.floats(-300, 300),
        st.floats(-300, 300),
        st.floats(3, 60),
        name=st.sampled_from([None, None, "Jl. Mangga", "Jl. Mangga 2", "Jl. Melati", "RT 2 RW 10"]),
        state=st.sampled_from([RECEDED, HANDLED, WAITING, IncidentState.UNHEARD]),
    ),
    max_size=40,
    unique_by=lambda each: each.id,
)


@given(pasts_near, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_puddles_makes_no_difference(found: list[Past], dice: random.Random) -> None:
    mixed = list(found)
    dice.shuffle(mixed)
    assert spots(mixed, now=EVENING) == spots(found, now=EVENING)


@given(pasts_near)
@settings(max_examples=60, deadline=None)
def test_no_puddle_is_lost_or_counted_twice(found: list[Past]) -> None:
    groups = at_same_spot(found)
    assert sorted(each.id for group in groups for each in group) == sorted(each.id for each in found)
    for spot in spots(found, now=EVENING):
        assert 2 <= spot.times == len(spot.began) <= len(spot.incident_ids)
        assert spot.began == tuple(sorted(spot.began))
        for one, other in pairwise(spot.began):
            assert other - one > timedelta(hours=6)


# -- times ------------------------------------------------------------------------------------------------------------


def test_puddles_at_the_same_time_are_one_occurrence() -> None:
    evening = [past(1, 5), past(2, 5 - 1 / 24, east_m=20), past(3, 5 - 8 / 24)]
    assert ids(occurrences_of(evening, EVENING)) == [[1, 2, 3]]
    assert ids(occurrences_of([*evening, past(4, 4)], EVENING)) == [[1, 2, 3], [4]]


def test_water_that_still_stands_goes_on() -> None:
    open_ = past(1, 3, state=WAITING, ended_at=None)
    assert spots([open_, past(2, 1)], now=EVENING) == []
    assert only(past(3, 30), open_).standing


def test_what_nobody_heard_of_any_more_may_have_stood_until_it_was_closed() -> None:
    same = past(1, 2, state=IncidentState.UNHEARD, ended_at=EVENING - timedelta(days=1))
    assert spots([same, past(2, 1)], now=EVENING) == []
    given_up = past(1, 3, state=IncidentState.UNHEARD, ended_at=EVENING - timedelta(days=2))
    spot = only(given_up, past(2, 1))
    assert spot.times == 2
    assert spot.stood_s == 3 * 3600  # of the other one; of this one nobody knows


# -- what is told of a spot -------------------------------------------------------------------------------------------


def test_a_spot_is_named_as_the_latest_that_has_a_name() -> None:
    spot = only(past(1, 30, name="Jl. Mangga"), past(2, 20, name="Jl. Mangga (depan SD)"), past(3, 10, owner="31.72"))
    assert (spot.name, spot.number, spot.owner) == ("Jl. Mangga (depan SD)", "N3", "31.72")


def test_how_deep_and_why_in_what_weather() -> None:
    rain, tide = Cause.RAIN, Cause.TIDE
    spot = only(
        past(1, 30, depth_cm=None, causes=(tide,)),
        past(2, 20, depth_cm=70, causes=(rain, tide)),
        past(3, 20 - 1 / 24, depth_cm=10, causes=(tide,)),
    )
    assert spot.deepest_cm == 70
    assert spot.causes == ((tide, 2), (rain, 1))
    assert only(past(1, 9, depth_cm=None), past(2, 1, depth_cm=None)).deepest_cm is None


@pytest.mark.parametrize(("now", "zone"), [(EVENING, None), (EVENING.astimezone(UTC), WIB)])
def test_the_weather_is_that_of_the_local_day(now: datetime, zone: ZoneInfo | None) -> None:
    after_midnight = past(1, (EVENING - datetime(2026, 1, 12, 0, 30, tzinfo=WIB)) / timedelta(days=1))  # 11th in UTC
    days = [
        WeatherDay("31.72.02", date(2026, 1, 12), Rain.HEAVY),
        WeatherDay("31.72.02", date(2026, 1, 11), Rain.NONE),
        WeatherDay("31.72.03", EVENING.date(), Rain.NONE),
    ]
    (spot,) = spots([after_midnight, past(2, 0)], days, now=now, timezone=zone)
    assert spot.rain == ((Rain.HEAVY, 1),)


def test_what_was_done_last_and_that_it_holds() -> None:
    swept = past(1, 50, state=HANDLED, done="quick.inlet")
    pumped = past(2, 20, state=HANDLED, done="quick.words", done_words="pompa")
    spot = only(swept, pumped)
    assert (spot.handled, spot.done, spot.done_words) == (2, "quick.words", "pompa")
    assert spot.held
    assert spot.held_s == timedelta(days=20, hours=-3).total_seconds()


def test_what_was_done_did_not_hold() -> None:
    spot = only(past(1, 50, state=HANDLED, done="quick.inlet"), past(2, 40), past(3, 10))
    assert (spot.handled, spot.done, spot.held) == (1, "quick.inlet", False)
    assert spot.held_s == timedelta(days=10, hours=-3).total_seconds()


def test_what_was_done_after_the_moment_it_is_looked_at_from_is_not_known_yet() -> None:
    """As in a digest of the past: water that stood then was pumped away a week later."""
    pasts = (past(1, 50, state=HANDLED, done="quick.inlet"), past(2, 2, state=HANDLED, ended_at=EVENING))
    spot = only(*pasts, now=EVENING - timedelta(days=1))
    assert (spot.handled, spot.done) == (1, "quick.inlet")
    assert (spot.held_s, spot.held) == (timedelta(days=48, hours=-3).total_seconds(), False)


def test_where_nothing_was_done_nothing_is_said_of_it() -> None:
    spot = only(past(1, 50), past(2, 40))
    assert (spot.handled, spot.done_at, spot.held_s, spot.held) == (0, None, None, False)


# -- which of them are news -------------------------------------------------------------------------------------------


def test_prone_is_three_times_or_twice_within_two_weeks() -> None:
    assert prone([only(past(1, 300), past(2, 100))]) == []
    assert prone([only(past(1, 300), past(2, 200), past(3, 100))]) != []
    assert prone([only(past(1, 110), past(2, 100))]) != []


def test_how_often_since_a_moment() -> None:
    thrice = only(past(1, 20), past(2, 9), past(3, 6))
    assert thrice.times_since(EVENING - timedelta(days=14)) == 2


def test_the_spot_of_one_puddle() -> None:
    here = [past(1, 30), past(2, 1), past(3, 2, east_m=200)]
    found = spot_of(here, 2, now=EVENING)
    assert found is not None
    assert found.incident_ids == (1, 2)
    assert spot_of(here, 3, now=EVENING) is None
