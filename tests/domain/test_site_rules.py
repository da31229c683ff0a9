"""Listed places: which one holds a point, what visits and words do, the order to walk, progress."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.geometry import distance_m
from bot.domain.handling import Level
from bot.domain.models import IncidentState, Kind
from bot.domain.site_rules import (
    LOOK_AGAIN,
    counted,
    overdue,
    progress,
    read_site_number,
    same_place,
    site_at,
    visited,
    walk_order,
)
from bot.domain.sites import Site, SiteState, SiteWord, Visit
from tests.helpers.builders import LAT, LON, incident, site
from tests.helpers.clock import EVENING
from tests.helpers.small_city import BAMBU, KOTA, PRIOK, PUMPS

TODAY = date(2026, 1, 18)
NORTH_M = 1 / 111_195
"""Degrees of latitude in a metre, about."""


def at_m(north_m: float, id: int = 1, **more: object) -> Site:
    """A place so far north of LAT, LON."""
    return site(id, lat=LAT + north_m * NORTH_M, lon=LON, at=EVENING, **more)


def visit(found: SiteState, at: datetime = EVENING, photo: str | None = None) -> Visit:
    return Visit(1, BAMBU, 7, at, found, "Bersih", photo)


# -- which one ---------------------------------------------------------------------------------------------------------


def test_the_nearest_of_those_that_hold_a_point() -> None:
    far, near, small = at_m(80, 1, radius_m=200), at_m(-60, 2, radius_m=100), at_m(20, 3, radius_m=10)
    assert site_at([far, near, small], LAT, LON) == near
    assert site_at([far], LAT, LON) == far
    assert site_at([small], LAT, LON) is None
    assert site_at([], LAT, LON) is None


def test_one_taken_off_the_list_holds_nothing() -> None:
    assert site_at([at_m(0, state=SiteState.DROPPED)], LAT, LON) is None


@given(st.floats(-300, 300), st.floats(-300, 300), st.floats(10, 250), st.integers(0, 1000))
def test_a_place_holds_exactly_what_is_within_its_radius(north: float, east: float, radius_m: float, seed: int) -> None:
    lat, lon = LAT + north * NORTH_M, LON + east * NORTH_M
    here = site(1, radius_m=radius_m)
    assert (site_at([here], lat, lon) is not None) == (distance_m(here.lat, here.lon, lat, lon) <= radius_m)
    several = [at_m(Random(seed + n).uniform(-200, 200), n, radius_m=radius_m) for n in range(1, 6)]
    found = site_at(several, lat, lon)
    assert site_at(list(reversed(several)), lat, lon) == found


@pytest.mark.parametrize(
    ("typed", "number"),
    [("P7", 7), ("p7", 7), (" 7 ", 7), ("#P 7", 7), ("p-12", 12), ("Taman 7", None), ("", None), ("P", None)],
)
def test_how_numbers_are_typed(typed: str, number: int | None) -> None:
    assert read_site_number(typed) == number


def test_the_same_name_near_by_is_the_same_place() -> None:
    here, there = at_m(0, 1, name="Jl.  Mangga"), at_m(500, 2, name="jl. mangga")
    assert same_place([here, there], "JL. MANGGA", LAT + 90 * NORTH_M, LON) == here
    assert same_place([here, there], "Jl. Mangga", LAT + 250 * NORTH_M, LON) is None
    assert same_place([here, there], "Jl. Manggis", LAT, LON) is None


# -- visits and words --------------------------------------------------------------------------------------------------


def test_photos_before_and_after() -> None:
    place = site(1)
    for found, photo in (
        (SiteState.OPEN, "a"),
        (SiteState.WORKED, "b"),
        (SiteState.TIDY, "c"),
        (SiteState.AGAIN, "d"),
        (SiteState.TIDY, None),
    ):
        place = visited(place, visit(found, photo=photo))
    assert (place.photo_before, place.photo_after) == ("a", "c")
    assert (place.state, place.visits, place.visited_at, place.tidied_at) == (SiteState.TIDY, 5, EVENING, EVENING)


def test_a_visit_begins_the_count_of_words_anew() -> None:
    place = visited(site(1, tidy_words=2, again_words=1), visit(SiteState.WORKED))
    assert (place.tidy_words, place.again_words) == (0, 0)


def words(*tidy: bool, at: datetime = EVENING) -> list[SiteWord]:
    return [SiteWord(1, person, at, each) for person, each in enumerate(tidy, start=1)]


def test_two_who_contradict_are_believed() -> None:
    tidy = site(1, state=SiteState.TIDY, visited_at=EVENING - timedelta(days=1))
    assert counted(tidy, words(False, True)).state is SiteState.TIDY
    assert counted(tidy, words(False, True, False)).state is SiteState.AGAIN
    assert counted(tidy, words(False, True, False)).again_words == 2


def test_what_was_said_before_the_visit_counts_no_more() -> None:
    tidy = site(1, state=SiteState.TIDY, visited_at=EVENING)
    assert counted(tidy, words(False, False, False)) == tidy


def test_of_a_place_that_is_not_tidy_words_are_only_counted() -> None:
    assert counted(site(1), words(False, False, True)) == site(1, again_words=2, tidy_words=1)


# -- the order to walk -------------------------------------------------------------------------------------------------


def test_where_nobody_was_longest_comes_first_and_who_rests_last() -> None:
    day = timedelta(days=1)
    never_late = site(1, at=EVENING - day)
    never_early = site(2, at=EVENING - 9 * day)
    long_ago = site(3, state=SiteState.WORKED, visited_at=EVENING - 20 * day)
    lately = site(4, state=SiteState.WORKED, visited_at=EVENING - 2 * day)
    due_again = site(5, state=SiteState.TIDY, visited_at=EVENING - LOOK_AGAIN)
    rests = site(6, state=SiteState.TIDY, visited_at=EVENING - LOOK_AGAIN + day)
    dropped = site(7, state=SiteState.DROPPED)
    order = walk_order([rests, dropped, lately, due_again, never_late, long_ago, never_early], EVENING)
    assert [each.id for each in order] == [2, 1, 5, 3, 4, 6]


def test_the_nearest_first_from_where_one_stands() -> None:
    rests = at_m(10, 3, state=SiteState.TIDY, visited_at=EVENING)
    order = walk_order([at_m(900, 1), at_m(100, 2, visited_at=EVENING), rests], EVENING, (LAT, LON))
    assert [each.id for each in order] == [2, 1, 3]


# -- progress ----------------------------------------------------------------------------------------------------------


def test_what_is_past_its_date() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert overdue(site(1, due_on=yesterday), TODAY)
    assert not overdue(site(1, due_on=TODAY), TODAY)
    assert not overdue(site(1), TODAY)
    assert not overdue(site(1, due_on=yesterday, state=SiteState.TIDY), TODAY)
    assert not overdue(site(1, due_on=yesterday, state=SiteState.DROPPED), TODAY)


def test_progress_by_level() -> None:
    sites = [
        site(1, state=SiteState.TIDY),
        site(2, due_on=date(2026, 1, 17)),
        site(3, due_on=date(2026, 1, 2)),
        site(4, unit=PRIOK, state=SiteState.AGAIN),
        site(5, unit=KOTA),
        site(6, unit=PUMPS),
        site(7, state=SiteState.DROPPED),
    ]
    made = progress(sites, [], TODAY)
    assert (made.total, made.tidy) == (6, 1)
    assert [(each.level, each.total, each.tidy, each.overdue) for each in made.levels] == [
        (Level.KELURAHAN, 3, 1, 2),
        (Level.KECAMATAN, 1, 0, 0),
        (Level.KOTA, 1, 0, 0),
        (Level.OTHER, 1, 0, 0),
    ]
    assert [each.id for each in made.overdue] == [3, 2]
    assert progress([], [], TODAY).total == 0


def test_which_stand_under_water() -> None:
    here, there = at_m(0, 1), at_m(300, 2, radius_m=100)
    one = incident(1, number="KA7", first_seen=EVENING)
    two = incident(2, number="MD3", lat=LAT + 280 * NORTH_M, first_seen=EVENING)
    three = incident(3, number="KB2", lat=LAT + 320 * NORTH_M, first_seen=EVENING - timedelta(hours=1))
    drain = incident(4, number="KC2", kind=Kind.DRAIN)
    over = incident(5, number="KD2", state=IncidentState.RECEDED)
    elsewhere = incident(6, number="KE2", lat=LAT + 800 * NORTH_M)
    made = progress([here, there], [one, two, three, drain, over, elsewhere], TODAY)
    assert [(each.id, numbers) for each, numbers in made.under_water] == [(2, ("KB2", "MD3")), (1, ("KA7",))]
    assert made.dried == ()  # at the place of the one that is over water still stands


def test_and_which_stood_under_water_until_it_went() -> None:
    here, there = at_m(0, 1), at_m(300, 2, radius_m=100)
    over = incident(1, number="KA7", state=IncidentState.HANDLED)
    nothing = incident(2, number="MD3", lat=LAT + 300 * NORTH_M, state=IncidentState.NOT_FOUND)
    made = progress([here, there], [over, nothing], TODAY)
    assert made.under_water == ()
    assert [(each.id, numbers) for each, numbers in made.dried] == [(1, ("KA7",))]
