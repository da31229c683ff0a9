"""What an incident becomes: depth that does not fall on one stranger's word, and an end that its reporters decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import incidents
from bot.domain.models import Depth, DepthLevel, Passability, Report, Word
from tests.helpers.builders import report
from tests.helpers.clock import EVENING

KNEE, CALF, WAIST = (Depth.of(level) for level in (DepthLevel.KNEE, DepthLevel.CALF, DepthLevel.WAIST))


def said(number: int, depth: Depth | None = KNEE, minutes: int = 0, **more: object) -> Report:
    at = EVENING + timedelta(minutes=minutes)
    return replace(report(id=number, person_id=number, incident_id=1, at=at), depth=depth, seen_at=at, **more)  # type: ignore[arg-type]


def gone(number: int, minutes: int) -> Report:
    return said(number, word=Word.GONE, word_at=EVENING + timedelta(minutes=minutes))


def test_a_rise_counts_at_once() -> None:
    incident = incidents.joined(incidents.opened(said(1), "AA2"), said(2, WAIST, 5))
    assert (incident.depth_first, incident.depth_last, incident.depth_max) == (KNEE, WAIST, WAIST)
    assert incident.reporters == 2


def test_a_fall_needs_two_people_or_the_same_one() -> None:
    incident = incidents.opened(said(1), "AA2")
    one = incidents.joined(incident, said(2, CALF, 5))
    assert one.depth_last == KNEE
    assert incidents.joined(one, said(3, CALF, 6)).depth_last == CALF
    assert incidents.told(incident, said(1, CALF, 7)).depth_last == CALF
    assert incidents.told(one, said(2, CALF, 8)).depth_last == KNEE  # the same voice twice is still one


def test_belum_tahu_takes_no_depth_away() -> None:
    incident = incidents.joined(incidents.opened(said(1), "AA2"), said(2, Depth.of(DepthLevel.UNKNOWN), 5))
    assert incident.depth_last == KNEE


def test_counting_anew_gives_what_joining_gave() -> None:
    reports = [said(1), said(2, WAIST, 5), said(3, None, 9, passability=Passability.NOBODY)]
    incident = incidents.opened(reports[0], "AA2")
    for each in reports[1:]:
        incident = incidents.joined(incident, each)
    assert incidents.of_reports(incident, reports) == incident


def test_the_hardest_passability_is_believed() -> None:
    words = (Passability.MOTORCYCLE, None, Passability.NOBODY, Passability.CAR)
    assert incidents.hardest(words) is Passability.NOBODY
    assert incidents.hardest((None,)) is None


def test_a_sole_reporter_decides_that_the_water_is_gone() -> None:
    assert incidents.is_gone([gone(1, 10)], {1})
    assert not incidents.is_gone([said(1)], {1})


def test_of_many_two_must_say_it_and_nobody_against() -> None:
    others = [said(number) for number in (3, 4)]
    assert not incidents.is_gone([gone(1, 10), *others], {1, 3, 4})
    assert incidents.is_gone([gone(1, 10), gone(2, 20), *others], {1, 2, 3, 4})
    still = said(5, minutes=15)
    assert not incidents.is_gone([gone(1, 10), gone(2, 20), still], {1, 2, 5})


def test_who_only_passed_by_has_no_say() -> None:
    assert incidents.is_gone([gone(1, 10), said(2, minutes=30, passing=True)], {1, 2})
    assert not incidents.is_gone([replace(gone(1, 10), passing=True)], {1})


def test_who_cannot_be_reached_is_not_waited_for() -> None:
    assert incidents.is_gone([gone(1, 10), said(2)], {1})


def test_deep_water_is_believed_to_be_gone_after_an_hour_without_contradiction() -> None:
    shallow, deep = incidents.opened(said(1), "AA2"), incidents.opened(said(1, WAIST), "AA2")
    words = [gone(1, 10), gone(2, 20)]
    assert incidents.recedes_at(shallow, words, {1, 2}) == EVENING + timedelta(minutes=10)
    assert incidents.recedes_at(deep, words, {1, 2}) == EVENING + timedelta(minutes=70)
    assert incidents.recedes_at(deep, [*words, said(3, minutes=40)], {1, 2, 3}) is None
    assert incidents.recedes_at(deep, [said(1)], {1}) is None
