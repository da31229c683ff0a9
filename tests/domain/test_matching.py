"""Which reports are the same puddle."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from geopy.distance import geodesic
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.geometry import cell_of, cells_near, distance_m
from bot.domain.matching import (
    ASK_RING,
    DRAIN_RULE,
    RULE,
    Decision,
    Verdict,
    centre_after,
    centre_of,
    match,
    rule_for,
)
from bot.domain.models import Incident, IncidentState, Kind, Place, PlaceSource
from tests.helpers import builders

NOON = datetime(2026, 1, 18, 5, tzinfo=UTC)
HERE = Place(-6.1285, 106.8790, accuracy_m=29)
M_PER_DEG = 110_574.0


def away(place: Place, metres: float, bearing: float = 0.0) -> Place:
    """The place so many metres off, in a direction in radians from north."""
    north, east = metres * math.cos(bearing), metres * math.sin(bearing)
    scale = M_PER_DEG * 1.0067 * math.cos(math.radians(place.lat))
    return replace(place, lat=place.lat + north / M_PER_DEG, lon=place.lon + east / scale)


def incident(place: Place = HERE, at: datetime = NOON, key: int = 1, **more: object) -> Incident:
    """The incident that one report makes."""
    lat, lon, weight = centre_of([place])
    more = {"weight": weight, "name": place.name, "approximate": place.approximate, **more}
    return builders.incident(key, lat=lat, lon=lon, at=at, **more)


def joined(there: Incident, place: Place, at: datetime) -> Incident:
    """The incident after one more report."""
    lat, lon, weight = centre_after(there, place)
    return replace(
        there,
        lat=lat,
        lon=lon,
        weight=weight,
        reporters=there.reporters + 1,
        first_seen=min(there.first_seen, at),
        last_seen=max(there.last_seen, at),
    )


def verdict(place: Place, *others: Incident, at: datetime = NOON) -> Verdict:
    return match(place, at, others).verdict


def reach_m(accuracy_m: float | None, wanted: Sequence[Verdict]) -> int:
    """How far, in metres, a report still gets one of these answers about one other report with the same accuracy."""
    there = replace(HERE, accuracy_m=accuracy_m)
    return next(m for m in range(400) if verdict(away(there, m), incident(there)) not in wanted)


# What a resident lives


def test_a_report_at_a_puddle_joins_it_and_is_told_why() -> None:
    there = incident(reporters=4, first_seen=NOON - timedelta(hours=1))
    decision = match(away(HERE, 38), NOON + timedelta(minutes=25), [there])
    assert decision.verdict is Verdict.JOIN
    assert decision.incident == there
    assert decision.best is not None
    assert decision.best.distance_m == pytest.approx(38, abs=0.1)
    assert decision.best.age_s == 25 * 60
    assert decision.best.others == 4
    assert decision.best.by == "rule"
    assert decision.offers == ()


def test_on_an_empty_map_a_report_is_new() -> None:
    assert match(HERE, NOON, []) == Decision(Verdict.NEW)


def test_a_report_far_from_everything_is_new() -> None:
    assert verdict(away(HERE, 400), incident()) is Verdict.NEW


def test_in_between_the_resident_is_offered_what_is_near_best_first() -> None:
    metres = (230, 120, 160, 140, 320)
    near = [incident(away(HERE, m), key=key, reporters=9) for key, m in enumerate(metres, start=1)]
    decision = match(HERE, NOON, near)
    assert decision.verdict is Verdict.ASK
    assert decision.incident is None
    assert [offer.incident.id for offer in decision.offers] == [2, 4, 3]
    assert [round(offer.distance_m) for offer in decision.offers] == [120, 140, 160]


def test_halfway_between_two_puddles_the_resident_is_asked() -> None:
    east, west = incident(away(HERE, 40, 1.57), key=1), incident(away(HERE, 40, -1.57), key=2)
    assert verdict(HERE, east) is Verdict.JOIN
    assert verdict(HERE, east, west) is Verdict.ASK


def test_an_incident_the_reporter_said_is_another_one_is_never_proposed_again() -> None:
    assert match(HERE, NOON, [incident(key=7)], different=frozenset({7})).verdict is Verdict.NEW


def test_ended_incidents_and_other_kinds_are_passed_over() -> None:
    assert verdict(HERE, incident(state=IncidentState.RECEDED)) is Verdict.NEW
    assert verdict(HERE, incident(kind=Kind.DRAIN)) is Verdict.NEW
    assert match(HERE, NOON, [incident()], rule_for(Kind.DRAIN)).verdict is Verdict.NEW


@pytest.mark.parametrize(
    ("accuracy_m", "least_m", "most_m"),
    [
        (29, 75, 90),  # a usual phone
        (45, 106, 125),  # a standard error of 30 m
        (100, 190, 220),
        (5, 50, 65),  # a good phone does not tell where in the water its owner stands
        (None, 90, 110),
    ],
)
def test_the_reach_of_joining_follows_the_accuracy(accuracy_m: float | None, least_m: int, most_m: int) -> None:
    assert least_m <= reach_m(accuracy_m, [Verdict.JOIN]) <= most_m


# How long an incident is remembered


def test_belum_surut_after_a_night_joins_at_the_very_spot_and_not_at_the_next_one() -> None:
    evening = incident(reporters=3, first_seen=NOON - timedelta(hours=2))
    morning = NOON + timedelta(hours=9)
    assert verdict(away(HERE, 10), evening, at=morning) is Verdict.JOIN
    assert verdict(away(HERE, 70), evening, at=NOON) is Verdict.JOIN
    assert verdict(away(HERE, 70), evening, at=morning) is not Verdict.JOIN


def test_an_incident_beyond_memory_is_only_offered() -> None:
    later = NOON + timedelta(seconds=RULE.memory_s) + timedelta(hours=1)
    assert verdict(HERE, incident(), at=later) is Verdict.ASK


def test_silence_ends_a_busy_puddle_sooner_than_a_quiet_one() -> None:
    busy = incident(reporters=20, first_seen=NOON - timedelta(hours=2))
    quiet = incident(reporters=2, first_seen=NOON - timedelta(hours=5))
    place, later = away(HERE, 60), NOON + timedelta(hours=3)
    assert match(place, NOON, [busy]).verdict is Verdict.JOIN
    assert match(place, later, [quiet]).verdict is Verdict.JOIN
    assert match(place, later, [busy]).verdict is not Verdict.JOIN


def test_a_report_that_arrives_late_is_as_old_as_its_own_time_says() -> None:
    there = incident(first_seen=NOON - timedelta(hours=1))
    early, between = (match(HERE, NOON - timedelta(minutes=m), [there]).best for m in (90, 30))
    assert early is not None and early.age_s == 30 * 60
    assert between is not None and between.age_s == 0


# What words say


def test_a_common_street_reaches_farther_and_another_street_asks() -> None:
    mangga = replace(HERE, name="Jl. Mangga 2")
    assert verdict(away(HERE, 90), incident(mangga)) is Verdict.ASK
    assert verdict(away(replace(HERE, name="jln mangga II"), 90), incident(mangga)) is Verdict.JOIN
    assert verdict(away(replace(HERE, name="Jl. Jeruk"), 40), incident(mangga)) is Verdict.ASK


def test_names_in_the_note_count_too() -> None:
    there = [incident(replace(HERE, name="Gg. Kelinci RT 02/10"))]
    assert match(HERE, NOON, there).verdict is Verdict.JOIN
    assert match(HERE, NOON, there, note="selutut, rt 3 rw 10, tolong").verdict is Verdict.ASK


def test_one_estate_does_not_widen_the_reach() -> None:
    estate = replace(HERE, name="Komplek Sunter Indah")
    assert verdict(away(replace(HERE, name="komp sunter indah"), 130), incident(estate)) is not Verdict.JOIN


@pytest.mark.parametrize("metres", [0, 30, 120])
def test_a_place_only_described_in_words_never_merges_by_itself(metres: float) -> None:
    words = replace(away(HERE, metres), accuracy_m=None, source=PlaceSource.WORDS, approximate=True)
    assert verdict(words, incident()) is Verdict.ASK
    assert verdict(HERE, incident(words)) is Verdict.ASK
    assert verdict(words) is Verdict.NEW


def test_one_pin_under_two_names_is_a_question() -> None:
    pin = Place(-6.175414, 106.827106, source=PlaceSource.PIN)
    first = incident(replace(pin, name="Pluit dekat waduk"))
    assert verdict(pin, first) is Verdict.JOIN
    assert verdict(replace(pin, name="pluit dekat waduk"), first) is Verdict.JOIN
    assert verdict(replace(pin, name="Kelapa Gading depan mal"), first) is Verdict.ASK
    assert verdict(replace(away(pin, 5), name="Kelapa Gading depan mal"), first) is Verdict.JOIN


# Drains


def test_a_broken_drain_is_remembered_for_weeks_and_told_from_the_next_one() -> None:
    drain = incident(kind=Kind.DRAIN)
    weeks_later = NOON + timedelta(days=21)
    assert match(away(HERE, 15), weeks_later, [drain], DRAIN_RULE).verdict is Verdict.JOIN
    assert match(away(HERE, 60), NOON, [drain], DRAIN_RULE).verdict is Verdict.ASK
    assert match(away(HERE, 90), NOON, [drain], DRAIN_RULE).verdict is Verdict.NEW


# Laws

METRES = st.floats(0, 250)
BEARING = st.floats(0, math.tau)
HOURS = st.floats(0, 20)
ACCURACY = st.none() | st.floats(1, 150)
NAMES = st.sampled_from([None, "Jl. Mangga 2", "jln mangga II", "Jl. Jeruk", "RT 2/10", "depan pasar"])


@st.composite
def places(draw: st.DrawFn) -> Place:
    place = replace(
        HERE, accuracy_m=draw(ACCURACY), name=draw(NAMES), approximate=draw(st.sampled_from([False] * 4 + [True]))
    )
    return away(place, draw(METRES), draw(BEARING))


@st.composite
def incidents(draw: st.DrawFn, key: int = 1) -> Incident:
    span = timedelta(hours=draw(HOURS))
    people = draw(st.integers(1, 40))
    there = incident(draw(places()), NOON - timedelta(hours=draw(HOURS)), key)
    return replace(
        there,
        reporters=people,
        weight=there.weight * people,
        first_seen=there.last_seen - span,
        unsure=draw(st.booleans()),
    )


MAPS = st.integers(0, 4).flatmap(lambda count: st.tuples(*(incidents(key) for key in range(1, count + 1))))


@given(place=places(), near=MAPS, far=incidents(99), metres=st.floats(251, 5000), bearing=BEARING)
def test_joining_never_depends_on_a_far_incident(
    place: Place, near: tuple[Incident, ...], far: Incident, metres: float, bearing: float
) -> None:
    there = away(place, metres, bearing)
    far = replace(far, lat=there.lat, lon=there.lon)
    assert match(place, NOON, [*near, far]) == match(place, NOON, near)


@given(place=places(), near=MAPS, dice=st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(place: Place, near: tuple[Incident, ...], dice: object) -> None:
    shuffled = list(near)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = match(place, NOON, near), match(place, NOON, shuffled)
    assert (one.verdict, one.incident, one.offers) == (other.verdict, other.incident, other.offers)


@given(one=places(), other=places(), minutes=st.floats(0, 1200))
def test_on_an_empty_map_the_order_of_two_reports_does_not_matter(one: Place, other: Place, minutes: float) -> None:
    later = NOON + timedelta(minutes=minutes)
    forth = match(other, later, [incident(one, NOON)])
    back = match(one, NOON, [incident(other, later)])
    assert forth.verdict is back.verdict
    if forth.best is not None and back.best is not None:
        assert forth.best.score == pytest.approx(back.best.score)
    lat, lon, weight = centre_after(incident(one), other)
    assert (lat, lon, weight) == pytest.approx(centre_after(incident(other), one), abs=1e-12)


@given(there=incidents(), accuracy_m=ACCURACY, near=METRES, farther=METRES, bearing=BEARING)
def test_the_score_falls_with_distance(
    there: Incident, accuracy_m: float | None, near: float, farther: float, bearing: float
) -> None:
    near, farther = sorted((near, farther))
    assume(farther < 249)
    centre = Place(there.lat, there.lon, accuracy_m)
    scores = [match(away(centre, metres, bearing), NOON, [there]).best for metres in (near, farther)]
    assert scores[0] is not None and scores[1] is not None
    assert scores[0].score >= scores[1].score * (1 - 1e-9)


@given(place=places(), there=incidents(), soon=HOURS, later=HOURS)
def test_the_score_falls_with_age(place: Place, there: Incident, soon: float, later: float) -> None:
    soon, later = sorted((soon, later))
    scores = [match(place, there.last_seen + timedelta(hours=hours), [there]).best for hours in (soon, later)]
    if scores[0] is None or scores[1] is None:
        assert scores == [None, None]  # too far away at any time
    else:
        assert scores[0].score >= scores[1].score * (1 - 1e-9)


@given(st.lists(places(), min_size=1, max_size=8))
def test_the_centre_stays_among_the_reports(given_places: list[Place]) -> None:
    lat, lon, weight = centre_of(given_places)
    lats, lons = [p.lat for p in given_places], [p.lon for p in given_places]
    assert min(lats) - 1e-9 <= lat <= max(lats) + 1e-9
    assert min(lons) - 1e-9 <= lon <= max(lons) + 1e-9
    assert weight > 0


@given(st.lists(places(), min_size=1, max_size=8))
def test_counting_anew_gives_what_joining_one_by_one_gave(given_places: list[Place]) -> None:
    there = incident(given_places[0])
    for place in given_places[1:]:
        there = joined(there, place, NOON)
    assert (there.lat, there.lon, there.weight) == pytest.approx(centre_of(given_places), rel=1e-12)


def test_the_better_phone_pulls_the_centre() -> None:
    lat, lon, _ = centre_of([replace(HERE, accuracy_m=20), away(replace(HERE, accuracy_m=60), 40)])
    assert distance_m(HERE.lat, HERE.lon, lat, lon) < 10


def test_an_outlier_attaches_without_moving_the_centre() -> None:
    there = incident()
    for _ in range(5):
        there = joined(there, HERE, NOON)
    assert centre_after(there, away(HERE, 120)) == (there.lat, there.lon, there.weight)
    assert centre_after(there, away(HERE, 40))[0] > there.lat


def test_a_centre_needs_a_place() -> None:
    with pytest.raises(ValueError, match="no places"):
        centre_of([])


# Ground

LAT, LON = st.floats(-6.4, -5.9), st.floats(106.6, 107.0)


@given(lat=LAT, lon=LON, metres=st.floats(0, 300), bearing=BEARING)
def test_distances_are_those_of_the_geodesic_to_the_millimetre(
    lat: float, lon: float, metres: float, bearing: float
) -> None:
    there = away(Place(lat, lon), metres, bearing)
    expected = geodesic((lat, lon), (there.lat, there.lon)).meters
    assert distance_m(lat, lon, there.lat, there.lon) == pytest.approx(expected, abs=1e-3)


@given(lat=LAT, lon=LON, metres=METRES, bearing=BEARING)
def test_the_rings_of_cells_hold_everything_that_can_be_offered(
    lat: float, lon: float, metres: float, bearing: float
) -> None:
    there = away(Place(lat, lon), metres, bearing)
    assert cell_of(there.lat, there.lon) in cells_near(lat, lon, ASK_RING)


def test_a_ring_more_is_a_ring_of_cells_more() -> None:
    assert [len(cells_near(HERE.lat, HERE.lon, ring)) for ring in (0, 1, ASK_RING)] == [1, 7, 37]
