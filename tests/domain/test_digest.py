"""Incidents -> digest: what is told, in which section, in which order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.depth_range import DepthRange, Trend, depth_range
from bot.domain.digest import FRESH_FOR, build_digest, count_standing, short_kota
from bot.domain.digest_entries import Digest, Entry, Section, SectionName
from bot.domain.digest_order import worst_first
from bot.domain.models import Area, Depth, DepthLevel, Incident, IncidentState, Kind, Passability
from bot.domain.records import Tally
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, KOTA, MORNING, UNITS, depth, puddle, rainy_night

NOTHING = Tally()


def digest_of(*incidents: Incident, tally: Tally = NOTHING, standing_before: int = 0) -> Digest:
    return build_digest(
        incidents,
        tally=tally,
        before=Tally(),
        standing_before=standing_before,
        window_from=DAY_BEFORE,
        window_to=MORNING,
        areas=AREAS,
        units=UNITS,
        region="Jakarta Utara",
    )


def numbers(section: Section) -> list[str]:
    return [entry.number for group in section.groups for entry in group.entries]


def told(digest: Digest) -> dict[str, list[str]]:
    """Section -> the numbers in it, in order."""
    return {section.name.value: numbers(section) for section in digest.sections}


def entry_of(incident: Incident) -> Entry:
    return digest_of(incident).sections[0].groups[0].entries[0]


def test_a_rainy_night_as_it_is_read() -> None:
    assert told(digest_of(*rainy_night())) == {
        # Cilincing holds the deepest, so all of Cilincing comes first, and Sukapura before the rest of it
        "standing": ["PL8", "HT4", "RB9", "KA7", "MD3", "QX2", "ZN5"],
        "silent": ["FD2", "WC6"],
        "receded": ["SK3", "GV7"],
        "unheard": ["YJ4"],
        "drains": ["TA9", "LM8"],
    }


@pytest.mark.parametrize(
    ("silence", "section"),
    [(timedelta(), "standing"), (FRESH_FOR, "standing"), (FRESH_FOR + timedelta(seconds=1), "silent")],
)
def test_a_word_confirms_for_three_hours(silence: timedelta, section: str) -> None:
    assert told(digest_of(puddle("KA7", 30, last_seen=MORNING - silence))) == {section: ["KA7"]}


@pytest.mark.parametrize(
    ("state", "ended_ago", "section"),
    [
        (IncidentState.RECEDED, timedelta(hours=1), "receded"),
        (IncidentState.UNHEARD, timedelta(hours=1), "unheard"),
        (IncidentState.RECEDED, timedelta(hours=25), None),
        (IncidentState.MERGED, timedelta(hours=1), None),
        (IncidentState.CANCELLED, timedelta(hours=1), None),
    ],
)
def test_what_ended_is_told_once_and_only_if_it_was_something(
    state: IncidentState, ended_ago: timedelta, section: str | None
) -> None:
    ended = puddle("KA7", 30, state=state, ended_at=MORNING - ended_ago)
    assert told(digest_of(ended)) == ({section: ["KA7"]} if section else {})


def test_drains_are_told_apart_from_puddles() -> None:
    drain = puddle("LM8", at="Warakas", kind=Kind.DRAIN, last_seen=DAY_BEFORE)
    mended = puddle("LM9", at="Warakas", kind=Kind.DRAIN, state=IncidentState.RECEDED, ended_at=MORNING)
    digest = digest_of(mended, drain)
    assert told(digest) == {"drains": ["LM8", "LM9"]}
    assert digest.headline.standing == 0


def test_drains_that_are_new_come_first_and_are_marked() -> None:
    old = puddle("A22", at="Warakas", kind=Kind.DRAIN, first_seen=DAY_BEFORE - timedelta(days=3))
    new = puddle("B33", at="Warakas", kind=Kind.DRAIN)
    (drains,) = digest_of(old, new).sections
    assert [(entry.number, entry.new) for entry in drains.groups[0].entries] == [("B33", True), ("A22", False)]


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
    assert told(digest_of(puddle("B", 30), closed))["standing"] == ["A", "B"]


def test_a_place_without_a_known_kelurahan_is_not_lost() -> None:
    digest = digest_of(puddle("A", 30, area_code=None), puddle("B", 10), puddle("C", 50, area_code="31.99.99.9999"))
    assert told(digest)["standing"] == ["C", "A", "B"]
    assert digest.sections[0].groups[0].area is None


def test_the_headline_counts_what_stands_and_where() -> None:
    tally = Tally(reports=63, reporters=51, opened=17, receded=6)
    headline = digest_of(*rainy_night(), tally=tally, standing_before=3).headline
    assert (headline.standing, headline.standing_before) == (9, 3)
    assert headline.places == (
        ("Cilincing", 3),
        ("Tanjung Priok", 3),
        ("Koja", 1),
        ("Pademangan", 1),
        ("Penjaringan", 1),
    )
    assert headline.tally == tally
    assert count_standing(rainy_night()) == 9


def test_over_several_kota_the_headline_counts_per_kota() -> None:
    tebet = Area("31.74.01.1001", "Tebet Timur", "Tebet", "Kota Administrasi Jakarta Selatan")
    digest = build_digest(
        [puddle("A", 30), puddle("B", 30, area_code=tebet.code), puddle("C", 30, at="Pluit")],
        tally=Tally(),
        before=Tally(),
        standing_before=0,
        window_from=DAY_BEFORE,
        window_to=MORNING,
        areas={**AREAS, tebet.code: tebet},
        units=UNITS,
        region="DKI Jakarta",
    )
    assert digest.headline.places == (("Jakarta Utara", 2), ("Jakarta Selatan", 1))


def test_an_empty_window_is_empty_and_one_with_a_report_is_not() -> None:
    assert digest_of().empty
    assert not digest_of(tally=Tally(reports=1, reporters=1)).empty
    assert not digest_of(puddle("KA7", 30)).empty


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


def test_kota_are_named_as_people_name_them() -> None:
    assert short_kota(KOTA) == "Jakarta Utara"
    assert short_kota("Kabupaten Administrasi Kepulauan Seribu") == "Kepulauan Seribu"
    assert short_kota("Jakarta Utara") == "Jakarta Utara"


incidents = st.lists(
    st.builds(
        lambda number, cms, at, hours, state: puddle(
            f"N{number}",
            *cms,
            at=at,
            state=state,
            last_seen=MORNING - timedelta(hours=hours),
            ended_at=None if state is IncidentState.WAITING else MORNING - timedelta(hours=hours),
        ),
        st.integers(0, 10_000),
        st.lists(st.sampled_from((10, 30, 50, 70, 90, 120)), max_size=3),
        st.sampled_from((*CODES, "elsewhere")),
        st.integers(0, 30),
        st.sampled_from((IncidentState.WAITING, IncidentState.WAITING, IncidentState.RECEDED)),
    ),
    max_size=25,
    unique_by=lambda incident: incident.number,
)


@given(incidents)
def test_every_shown_incident_stands_exactly_once(given_: list[Incident]) -> None:
    shown = [number for section in digest_of(*given_).sections for number in numbers(section)]
    in_time = [each.number for each in given_ if each.state.is_open or (each.ended_at and each.ended_at > DAY_BEFORE)]
    assert sorted(shown) == sorted(in_time)


@given(incidents)
def test_worst_first_and_grouped_hold_at_once(given_: list[Incident]) -> None:
    for section in digest_of(*given_).sections:
        kelurahan = [group.area.code if group.area else "" for group in section.groups]
        kecamatan = [code.rpartition(".")[0] for code in kelurahan]
        assert len(set(kelurahan)) == len(kelurahan)
        changes = 1 + sum(one != other for one, other in pairwise(kecamatan))
        assert changes == len(set(kecamatan)), "a kecamatan is torn apart"
        if section.name in (SectionName.STANDING, SectionName.SILENT):
            for group in section.groups:
                assert list(group.entries) == sorted(group.entries, key=worst_first)
            heads = {
                code: min(map(worst_first, group.entries))
                for code, group in zip(kelurahan, section.groups, strict=True)
            }
            worst_of = {
                each: min(heads[k] for k, of in zip(kelurahan, kecamatan, strict=True) if of == each)
                for each in kecamatan
            }
            in_order = list(dict.fromkeys(kecamatan))
            assert in_order == sorted(in_order, key=lambda each: worst_of[each])
            for each in in_order:
                of_it = [code for code, of in zip(kelurahan, kecamatan, strict=True) if of == each]
                assert of_it == sorted(of_it, key=lambda code: heads[code])


@given(incidents, st.randoms())
def test_the_order_in_which_incidents_come_does_not_matter(given_: list[Incident], random: Random) -> None:
    shuffled = list(given_)
    random.shuffle(shuffled)
    assert digest_of(*shuffled) == digest_of(*given_)
