"""What a message adds to a report that is filed, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.afterwards import add, corrected, in_focus, is_about_other_water, name_in
from bot.domain.models import Depth, DepthLevel, Kind, Report
from bot.domain.records import Draft
from bot.domain.steps import Add, Heard
from tests.helpers.builders import place, report
from tests.helpers.clock import EVENING

ME = 7
KNEE = Depth.of(DepthLevel.KNEE)
MINE = report(id=41, person_id=ME)
ASKED_NAME = Draft(41, ME, EVENING, filed=True, expecting="name")


def hear(text: str = "", **what: object) -> Heard:
    return replace(Heard(at=EVENING, message_id=1, text=text), **what)  # type: ignore[arg-type]


def added(heard: Heard, target: Report = MINE, draft: Draft | None = ASKED_NAME) -> Add:
    [act] = add(draft, heard, ME, target).acts
    assert isinstance(act, Add)
    return act


def test_the_report_just_spoken_of_is_in_focus_and_no_old_one() -> None:
    older = report(id=40, person_id=ME)
    assert in_focus(Draft(40, ME, EVENING, filed=True), EVENING, [MINE, older]) == older
    assert in_focus(None, EVENING, [MINE, older]) == MINE
    assert in_focus(None, EVENING + timedelta(hours=7), [MINE, older]) is None
    assert in_focus(Draft(99, ME, EVENING), EVENING, [MINE]) is None  # what is being made takes it itself


def test_a_street_and_a_depth_in_one_text_are_both_taken_and_need_no_note() -> None:
    said = added(hear("Jl. Mangga selutut", street=True, depth=KNEE))
    assert (said.name, said.depth, said.note) == ("Jl. Mangga", KNEE, None)


def test_a_bare_number_is_a_depth_only_where_none_is_known() -> None:
    forty = hear("40", bare_depth=Depth.from_cm(40))
    assert added(forty, replace(MINE, depth=None)).depth == Depth.from_cm(40)
    assert added(forty).note == "40"


def test_the_depth_of_a_drain_is_a_note() -> None:
    drain = replace(MINE, kind=Kind.DRAIN, depth=None)
    assert added(hear("lumpur selutut", depth=KNEE), drain) == Add(41, note="lumpur selutut")


def test_what_comes_with_danger_says_so() -> None:
    assert added(hear("tolong", danger=True)).danger


@pytest.mark.parametrize(
    ("heard", "target", "is_other"),
    [
        (hear("banjir di Jl. Bugis", flood=True, street=True), replace(MINE, place=place(name="Jl. Kelinci")), True),
        (hear("banjir di Jl. Kelinci", flood=True, street=True), replace(MINE, place=place(name="Jl. Kelinci")), False),
        (hear("banjir di Jl. Bugis", flood=True, street=True), MINE, False),
        (hear("dekat Jl. Bugis", street=True), replace(MINE, place=place(name="Jl. Kelinci")), False),
        (hear("banjir", flood=True), replace(MINE, kind=Kind.DRAIN), True),
    ],
)
def test_water_elsewhere_is_another_report(heard: Heard, target: Report, is_other: bool) -> None:
    assert is_about_other_water(heard, target) is is_other


def test_a_name_is_told_from_what_is_said_of_the_water() -> None:
    assert name_in(hear("Jl. Mangga depan masjid", street=True)) == "Jl. Mangga depan masjid"
    assert name_in(hear("banjir di Jl. Mangga", street=True, flood=True)) == "Jl. Mangga"
    assert name_in(hear("warteg Bahari")) is None
    assert name_in(hear("warteg Bahari"), any_text=True) == "warteg Bahari"


def test_a_correction_replaces_the_line_that_it_corrects() -> None:
    notes = "airnya bau sekali\nada 2 motor mogok"
    assert corrected(notes, "ada 3 motor mogok") == "airnya bau sekali\nada 3 motor mogok"
    assert corrected(notes, "listrik padam") == notes + "\nlistrik padam"
    assert corrected(None, "ada 3 motor mogok") == "ada 3 motor mogok"
