"""Facts of a window -> digest: what is told, where, in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.depth_range import DepthRange, Trend, depth_range
from bot.domain.digest import FRESH_FOR, ITEMISED, LABELS, MOST_SUMMED, WORST
from bot.domain.digest_entries import Digest, Entry, SectionName
from bot.domain.digest_order import worst_first
from bot.domain.digest_sums import sum_up
from bot.domain.handling import Handling, Level
from bot.domain.kota import short_kota
from bot.domain.models import Area, Cause, Depth, DepthLevel, Incident, IncidentState, Kind, Passability
from bot.domain.records import Tally
from bot.domain.site_rules import SiteProgress
from bot.domain.spots import Spot
from tests.helpers.digests import digest_of, site, snapshot_of
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, KOTA, MORNING, depth, puddle, rainy_night

NIGHT_BEFORE = DAY_BEFORE - timedelta(hours=9)


def told(digest: Digest) -> dict[str, list[str]]:
    """Section -> the numbers of those that it tells of, in order; "per kelurahan" for what stands there."""
    found = {section.name.value: [entry.number for entry in section.entries] for section in digest.sections}
    return {**found, "per kelurahan": [entry.number for group in digest.standing for entry in group.entries]}


def named(digest: Digest) -> dict[str, list[str]]:
    """The same of those that belong to a section and are told of above it."""
    return {section.name.value: [entry.number for entry in section.above] for section in digest.sections}


def entry_of(incident: Incident) -> Entry:
    (entry,) = digest_of(incident).entries
    return entry


def ended(number: str, state: IncidentState = IncidentState.RECEDED, **changes: Any) -> Incident:
    return puddle(number, 30, state=state, **{"ended_at": MORNING - timedelta(hours=1), **changes})


# -- where each is told of ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area_code", "places"),
    [
        ("", (("Koja", 1), ("Tanjung Priok", 1))),
        ("31.72.02", (("Sungai Bambu", 1),)),
        (CODES["Sungai Bambu"], ()),
    ],
)
def test_a_units_part_counts_what_lies_below_it(area_code: str, places: tuple[tuple[str, int], ...]) -> None:
    night = [puddle("A", 30), puddle("B", 30, at="Tugu Utara")]
    inside = [each for each in night if (each.area_code or "").startswith(area_code)]
    assert digest_of(snapshot=snapshot_of(*inside, area_code=area_code)).headline.places == places


def test_a_rainy_night_as_it_is_read() -> None:
    assert told(digest_of(*rainy_night())) == {
        "worst": ["PL8", "KA7", "RB9"],
        "silent": ["FD2", "WC6"],
        # Cilincing holds the deepest, so all of it comes first
        "per kelurahan": ["HT4", "MD3", "QX2", "ZN5"],
        "receded": ["GV7", "SK3"],
        "unheard": ["YJ4"],
        "drains": ["LM8", "TA9"],
    }


def test_a_kelurahan_names_all_that_stands_there_also_what_is_told_of_above() -> None:
    digest = digest_of(*rainy_night())
    found = {group.area.kelurahan: [entry.number for entry in group.all] for group in digest.standing if group.area}
    assert found == {
        "Sukapura": ["PL8", "HT4"],
        "Cilincing": ["RB9"],
        "Sungai Bambu": ["KA7", "MD3"],
        "Papanggo": ["QX2"],
        "Pademangan Barat": ["FD2"],
        "Penjaringan": ["ZN5"],
        "Tugu Utara": ["WC6"],
    }


@pytest.mark.parametrize(
    ("silence", "section"),
    [(timedelta(), "worst"), (FRESH_FOR, "worst"), (FRESH_FOR + timedelta(seconds=1), "silent")],
)
def test_a_word_confirms_for_three_hours(silence: timedelta, section: str) -> None:
    assert told(digest_of(puddle("KA7", 30, last_seen=MORNING - silence))) == {section: ["KA7"], "per kelurahan": []}


@pytest.mark.parametrize(
    ("state", "ended_ago", "section"),
    [
        (IncidentState.RECEDED, timedelta(hours=1), "receded"),
        (IncidentState.HANDLED, timedelta(hours=1), "handled"),
        (IncidentState.NOT_FOUND, timedelta(hours=1), "closed"),
        (IncidentState.NO_PUDDLE, timedelta(hours=1), "closed"),
        (IncidentState.UNHEARD, timedelta(hours=1), "unheard"),
        (IncidentState.RECEDED, timedelta(hours=25), None),
        (IncidentState.MERGED, timedelta(hours=1), None),
        (IncidentState.CANCELLED, timedelta(hours=1), None),
    ],
)
def test_what_ended_is_told_once_and_only_if_it_was_something(
    state: IncidentState, ended_ago: timedelta, section: str | None
) -> None:
    found = told(digest_of(puddle("KA7", 30, state=state, ended_at=MORNING - ended_ago)))
    assert found == {"per kelurahan": []} | ({section: ["KA7"]} if section else {})


def test_what_became_of_what_stood_when_the_window_began_the_oldest_unattended_first() -> None:
    taken = Handling(owner="31.72", taken_at=NIGHT_BEFORE)
    digest = digest_of(
        puddle("A2B", 10, first_seen=NIGHT_BEFORE, handling=taken),
        puddle("B2C", 10, first_seen=NIGHT_BEFORE + timedelta(hours=1)),
        puddle("C2D", 10, first_seen=NIGHT_BEFORE + timedelta(hours=2)),
        puddle("D2E", 90, first_seen=NIGHT_BEFORE),
        puddle("E2F", 90),
        puddle("F2G", 90),
        ended("G2H", IncidentState.RECEDED, first_seen=NIGHT_BEFORE),
        ended("H2J", IncidentState.HANDLED, first_seen=NIGHT_BEFORE),
        ended("J2K", IncidentState.HANDLED),
    )
    assert told(digest) == {
        "worst": ["D2E", "E2F", "F2G"],
        "carried": ["B2C", "C2D", "A2B", "H2J", "G2H"],
        "per kelurahan": [],
        "handled": ["J2K"],
        "receded": [],
    }
    assert named(digest) == {"worst": [], "carried": ["D2E"], "handled": ["H2J"], "receded": ["G2H"]}
    assert {section.name.value: section.count for section in digest.sections} == {
        "worst": 3,
        "carried": 6,
        "handled": 2,
        "receded": 1,
    }


def test_drains_are_told_apart_from_puddles() -> None:
    drain = puddle("LM8", at="Warakas", kind=Kind.DRAIN, last_seen=DAY_BEFORE)
    mended = puddle("LM9", at="Warakas", kind=Kind.DRAIN, state=IncidentState.RECEDED, ended_at=MORNING)
    digest = digest_of(mended, drain)
    assert told(digest) == {"drains": ["LM8", "LM9"], "per kelurahan": []}
    assert digest.headline.standing == 0


def test_drains_that_are_new_come_first_and_are_marked() -> None:
    old = puddle("A22", at="Warakas", kind=Kind.DRAIN, first_seen=DAY_BEFORE - timedelta(days=3))
    (drains,) = digest_of(old, puddle("B33", at="Warakas", kind=Kind.DRAIN)).sections
    assert [(entry.number, entry.new) for entry in drains.entries] == [("B33", True), ("A22", False)]


def test_occurrences_of_a_series_are_one_entry() -> None:
    earlier = ended("A2B", series_id=9, ended_at=MORNING - timedelta(hours=20))
    entries = digest_of(earlier, puddle("C3D", 30, series_id=9)).entries
    assert [(entry.number, entry.times) for entry in entries] == [("C3D", 2)]


def test_a_series_that_stands_at_two_corners_counts_once_then_as_now() -> None:
    corners = [puddle(number, 30, series_id=9, first_seen=DAY_BEFORE, last_seen=MORNING) for number in ("A2B", "C3D")]
    headline = digest_of(*corners).headline
    assert (headline.standing, headline.standing_before) == (1, 1)


def test_of_many_that_are_silent_the_less_deep_come_with_their_kelurahan() -> None:
    silent = [puddle(f"S{n:03}", 10 + n, last_seen=DAY_BEFORE) for n in range(12)]
    digest = digest_of(*silent)
    assert told(digest) == {
        "silent": [f"S{n:03}" for n in range(11, 1, -1)],
        "per kelurahan": ["S001", "S000"],
    }
    assert [(section.count, section.more) for section in digest.sections] == [(12, 2)]


def test_many_are_summed_up_and_the_worst_nine_are_named() -> None:
    itemised = digest_of(*(puddle(f"N{n:03}", 30) for n in range(ITEMISED)))
    assert not itemised.summed
    assert sum(len(group.entries) for group in itemised.standing) == ITEMISED - WORST
    silent = [puddle(f"S{n:03}", 90, last_seen=DAY_BEFORE) for n in range(12)]
    summed = digest_of(*(puddle(f"N{n:03}", 30) for n in range(ITEMISED)), *silent)
    assert summed.summed
    found = {section.name: (len(section.entries), section.more) for section in summed.sections}
    assert found[SectionName.WORST] == (LABELS, 0)
    assert found[SectionName.SILENT] == (MOST_SUMMED, 12 - MOST_SUMMED)


# -- entries -----------------------------------------------------------------------------------------------------------


def test_the_worst_nine_have_numbers_on_the_map_those_confirmed_first() -> None:
    stands = [puddle(f"N{n}", 10 * n) for n in range(1, 9)]
    silent = [puddle(f"S{n}", 100 + n, last_seen=DAY_BEFORE) for n in range(3)]
    assert [entry.number for entry in digest_of(*stands, *silent).hot] == [
        *(f"N{n}" for n in range(8, 0, -1)),
        "S2",
    ]


def test_of_many_only_those_that_the_text_tells_of_have_numbers_on_the_map() -> None:
    silent = [puddle(f"S{n:03}", 100 + n, last_seen=DAY_BEFORE) for n in range(ITEMISED + 1)]
    digest = digest_of(puddle("N1", 10), *silent)
    told_of = {entry.number for section in digest.sections for entry in section.entries}
    assert [entry.number for entry in digest.hot] == ["N1", *(f"S{n:03}" for n in range(30, 30 - MOST_SUMMED, -1))]
    assert {entry.number for entry in digest.hot} <= told_of


def test_worst_first() -> None:
    """The depth now, then what gets through, then rising water, then the greatest depth, then people, then age."""
    earlier = MORNING - timedelta(hours=2)
    ranked = [
        puddle("A", 70),
        puddle("B", 50, passability=Passability.NOBODY),
        puddle("C", 50, passability=Passability.TRUCK),
        puddle("D", 10, 50),
        puddle("E", 90, 50),
        puddle("F", 50, reporters=4),
        puddle("G", 50, first_seen=earlier),
        puddle("H", 50),
        puddle("I", passability=Passability.CAR),
        puddle("J", 120, 10),
        puddle("K", reporters=9),
    ]
    entries = [entry_of(incident) for incident in reversed(ranked)]
    assert "".join(entry.number for entry in sorted(entries, key=worst_first)) == "ABCDEFGHIJK"


def test_a_place_nobody_gets_through_counts_as_deep_where_no_depth_was_told() -> None:
    closed = puddle("A", at="Cilincing", passability=Passability.NOBODY)
    assert told(digest_of(puddle("B", 30), closed))["worst"] == ["A", "B"]


def test_a_place_without_a_known_kelurahan_is_not_lost() -> None:
    digest = digest_of(puddle("A", 30, area_code=None), puddle("B", 10), puddle("C", 50, area_code="31.99.99.9999"))
    assert told(digest)["worst"] == ["C", "A", "B"]
    assert [(group.area, len(group.all)) for group in digest.standing] == [(None, 2), (AREAS[CODES["Sungai Bambu"]], 1)]


def test_a_puddle_within_a_listed_place_says_so() -> None:
    progress = SiteProgress(1, 0, (), (), ((site(7), ("KA7",)),))
    digest = digest_of(puddle("KA7", 30), puddle("MD3", 30), sites=progress)
    assert {entry.number: entry.site for entry in digest.entries} == {"KA7": "P7", "MD3": None}


def test_a_place_that_nobody_named_is_known_by_the_list_or_by_what_it_was_called_before() -> None:
    here, again, named = puddle("A2B", 30), puddle("B3C", 30), puddle("C4D", 30, name="Jl. Deli")
    progress = SiteProgress(1, 0, (), (), ((site(7), ("A2B",)),))
    spot = Spot(-6.1, 106.8, "Jl. Mangga", None, 2, (MORNING,), 30, None, (), (), 0, "B3C", "31.72")
    spot = replace(spot, incident_ids=(here.id, again.id, named.id))
    digest = digest_of(here, again, named, puddle("D5E", 30), sites=progress, spots=[spot])
    assert {entry.number: entry.near for entry in digest.entries} == {
        "A2B": "Jl. Lodan",
        "B3C": "Jl. Mangga",
        "C4D": None,
        "D5E": None,
    }


@pytest.mark.parametrize(
    ("cms", "low", "high", "now", "trend"),
    [
        ((30,), 30, 30, 30, Trend.STEADY),
        ((30, 50), 30, 50, 50, Trend.RISING),
        ((50, 30), 30, 50, 30, Trend.FALLING),
        ((10, 50, 30), 10, 50, 30, Trend.FALLING),
        ((30, 50, 10), 10, 50, 10, Trend.FALLING),
    ],
)
def test_the_range_of_a_depth_and_where_it_goes(
    cms: tuple[int, ...], low: int, high: int, now: int, trend: Trend
) -> None:
    shown = entry_of(puddle("KA7", *cms)).depth
    assert shown == DepthRange(low, high, now, estimated=True, trend=trend)


def test_what_is_measured_is_no_estimate() -> None:
    measured, guessed = Depth.from_cm(35), Depth.of(DepthLevel.KNEE)
    one = depth_range(measured, measured, measured)
    assert one is not None
    assert not one.estimated
    both = depth_range(measured, guessed, guessed)
    assert both is not None
    assert both.estimated


def test_chest_deep_has_no_upper_end_unless_measured() -> None:
    chest, measured = Depth.of(DepthLevel.CHEST), Depth.from_cm(140)
    assert (open_ended := depth_range(chest, chest, chest)) is not None
    assert open_ended.or_more
    assert (known := depth_range(measured, measured, measured)) is not None
    assert not known.or_more


def test_an_unknown_depth_is_none() -> None:
    unknown = Depth.of(DepthLevel.UNKNOWN)
    assert depth_range(None, None, None) is None
    assert depth_range(unknown, unknown, unknown) is None
    assert depth_range(depth(30), unknown, depth(30)) == DepthRange(30, 30, 30, True, Trend.STEADY)


# -- sums and figures --------------------------------------------------------------------------------------------------


def test_several_are_summed_up_by_their_present_depths_and_most_frequent_causes() -> None:
    entries = digest_of(
        puddle("A", 10, 70, causes=(Cause.RIVER, Cause.RAIN)),
        puddle("B", 35, causes=(Cause.RAIN,)),
        puddle("C", 90, 20),
        puddle("D"),
    ).entries
    total = sum_up(entries)
    assert (total.count, total.unknown, total.causes) == (4, 1, (Cause.RAIN, Cause.RIVER))
    assert total.depth is not None
    assert (total.depth.low_cm, total.depth.high_cm, total.depth.estimated) == (20, 70, True)


def test_one_alone_keeps_where_it_goes_and_none_has_no_depth() -> None:
    assert sum_up([entry_of(puddle("A", 10, 70))]).depth == DepthRange(10, 70, 70, True, Trend.RISING)
    assert sum_up([entry_of(puddle("A")), entry_of(puddle("B"))]).depth is None


def test_the_headline_counts_what_stands_and_where() -> None:
    tally = Tally(reports=63, reporters=51, opened=17, receded=6)
    before = [puddle(f"B{n}", 30, first_seen=NIGHT_BEFORE) for n in range(3)]
    before.append(puddle("B9", kind=Kind.DRAIN, first_seen=NIGHT_BEFORE))
    headline = digest_of(*rainy_night(), tally=tally, before=before, standing_week=4).headline
    assert (headline.standing, headline.standing_before, headline.standing_week) == (9, 3, 4)
    assert headline.places == (
        ("Cilincing", 3),
        ("Tanjung Priok", 3),
        ("Koja", 1),
        ("Pademangan", 1),
        ("Penjaringan", 1),
    )
    assert headline.tally == tally


def test_what_offices_solved_is_counted_per_level_and_never_what_receded_by_itself() -> None:
    def solved(number: str, level: Level) -> Incident:
        return ended(number, IncidentState.HANDLED, handling=Handling(solved_level=level))

    headline = digest_of(
        solved("A", Level.KOTA), solved("B", Level.KELURAHAN), solved("C", Level.KELURAHAN), ended("D")
    ).headline
    assert headline.solved == ((Level.KELURAHAN, 2), (Level.KOTA, 1))


def test_over_several_kota_the_headline_counts_per_kota() -> None:
    tebet = Area("31.74.01.1001", "Tebet Timur", "Tebet", "Kota Administrasi Jakarta Selatan")
    digest = digest_of(
        puddle("A", 30),
        puddle("B", 30, area_code=tebet.code),
        puddle("C", 30, at="Pluit"),
        areas={**AREAS, tebet.code: tebet},
    )
    assert digest.headline.places == (("Jakarta Utara", 2), ("Jakarta Selatan", 1))


def test_an_empty_window_is_empty_and_one_with_a_report_is_not() -> None:
    assert digest_of().empty
    assert not digest_of(tally=Tally(reports=1, reporters=1)).empty
    assert not digest_of(puddle("KA7", 30)).empty


def test_kota_are_named_as_people_name_them() -> None:
    assert short_kota(KOTA) == "Jakarta Utara"
    assert short_kota("Kabupaten Administrasi Kepulauan Seribu") == "Kepulauan Seribu"
    assert short_kota("Jakarta Utara") == "Jakarta Utara"
