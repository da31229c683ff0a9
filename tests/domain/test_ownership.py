"""Who answers for an incident, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain import ownership
from bot.domain.handling import Deadline, Handling, Level, Offer, Outside, Reason, Step
from bot.domain.ownership import OFFER_LAPSES, Offices, Times
from tests.helpers.clock import EVENING
from tests.helpers.small_city import (
    BAMBU,
    BBWSCC,
    KOJA,
    KOTA,
    LAGOA,
    PAPANGGO,
    PRIOK,
    PROVINSI,
    PUMPS,
    TIMES,
    TREE,
    offices,
    unit,
)

ALL = offices()
OFFICER = 7


def later(minutes: float) -> datetime:
    return EVENING + timedelta(minutes=minutes)


def first(code: str = BAMBU, chats: Offices = ALL) -> Handling:
    return ownership.first(unit(code), chats, TIMES, EVENING)


def offer(to: str, minutes: float = 10) -> Offer:
    return Offer(to, Reason.CHANNEL, later(minutes), later(minutes) + OFFER_LAPSES)


def refused(handling: Handling, to: str, chats: Offices = ALL) -> Handling:
    return ownership.turned_down(ownership.offered(handling, offer(to)), chats, TIMES, later(20))


# -- the first owner ------------------------------------------------------------------------------------------------


def test_a_new_case_is_the_units_whose_it_is_and_its_clock_runs() -> None:
    handling = first()
    assert (handling.owner, handling.on_behalf, handling.had) == (BAMBU, None, (BAMBU,))
    assert (handling.deadline, handling.due_at, handling.hops) == (Deadline.TAKE_UP, later(60), 0)
    assert handling.remind_at == later(45)
    assert ownership.next_at(handling) == later(45)
    assert ownership.next_at(ownership.reminded(handling)) == later(60)


@pytest.mark.parametrize(
    ("chats", "owner"), [((PRIOK, KOTA), PRIOK), ((KOTA,), KOTA), ((PROVINSI,), PROVINSI), ((LAGOA,), KOTA)]
)
def test_without_a_chat_the_nearest_above_stands_in_and_without_any_the_kota(
    chats: tuple[str, ...], owner: str
) -> None:
    handling = first(BAMBU, offices(*chats))
    assert (handling.owner, handling.on_behalf) == (owner, BAMBU)


def test_nobody_is_connected_and_the_kota_owns_what_is_its_own() -> None:
    handling = first(KOTA, offices(LAGOA))
    assert (handling.owner, handling.on_behalf) == (KOTA, None)


def test_an_office_outside_never_owns() -> None:
    handling = first(BBWSCC, Offices(TREE, frozenset({BBWSCC, KOTA, PROVINSI})))
    assert (handling.owner, handling.on_behalf) == (PROVINSI, BBWSCC)


def test_a_corrected_place_finds_another_owner_without_a_hop() -> None:
    handling = ownership.rerouted(first(), unit(LAGOA), ALL, TIMES, later(5))
    assert (handling.owner, handling.had, handling.hops, handling.due_at) == (LAGOA, (LAGOA,), 0, later(65))


def test_deeper_water_only_ever_shortens_the_time() -> None:
    soon = replace(TIMES, take_up=timedelta(minutes=15))
    deeper = ownership.rerouted(first(), unit(BAMBU), ALL, soon, later(10))
    assert deeper.due_at == later(25)
    assert ownership.rerouted(deeper, unit(BAMBU), ALL, TIMES, later(12)) == deeper


def test_from_the_take_up_on_the_owner_decides() -> None:
    taken = ownership.taken_up(first(), TIMES, OFFICER, later(5))
    asking = ownership.offered(first(), offer(KOTA))
    for handling in (taken, asking, refused(first(), KOTA), ownership.escalated(first(), ALL, TIMES, later(60))):
        assert ownership.rerouted(handling, unit(LAGOA), ALL, TIMES, later(61)) == handling


def test_a_new_chat_takes_over_what_others_owned_in_its_place() -> None:
    handling = first(BAMBU, offices(KOTA))
    nearer = ownership.reconnected(handling, offices(KOTA, PRIOK), TIMES, later(5))
    assert (nearer.owner, nearer.on_behalf, nearer.had) == (PRIOK, BAMBU, (PRIOK,))
    own = ownership.reconnected(nearer, offices(KOTA, PRIOK, BAMBU), TIMES, later(9))
    assert (own.owner, own.on_behalf, own.had, own.hops) == (BAMBU, None, (BAMBU,), 0)
    assert ownership.reconnected(handling, offices(KOTA, LAGOA), TIMES, later(5)) == handling


def test_a_chat_that_closes_hands_what_nobody_took_up_to_the_next_above() -> None:
    handling = ownership.reconnected(first(), offices(PRIOK), TIMES, later(5))
    assert (handling.owner, handling.on_behalf, handling.hops) == (PRIOK, BAMBU, 0)


def test_work_begun_by_a_unit_whose_chat_closes_goes_on_above_it() -> None:
    taken = ownership.taken_up(first(), TIMES, OFFICER, later(5))
    above = ownership.reconnected(taken, offices(PRIOK), TIMES, later(6))
    assert (above.owner, above.on_behalf, above.hops) == (PRIOK, BAMBU, 0)
    assert (above.due_at, above.taken_at) == (taken.due_at, taken.taken_at)
    assert ownership.reconnected(above, ALL, TIMES, later(7)) == above, "who went on with it finishes it"
    asking = ownership.reconnected(ownership.offered(taken, offer(PRIOK)), offices(PRIOK), TIMES, later(7))
    assert (asking.owner, asking.offer) == (PRIOK, None), "nobody is asked by itself"
    assert asking.due_at is not None


# -- the owner works ------------------------------------------------------------------------------------------------


def test_taking_up_starts_the_time_to_finish() -> None:
    handling = ownership.taken_up(first(), TIMES, OFFICER, later(30))
    assert (handling.taken_at, handling.taken_by, handling.step) == (later(30), OFFICER, Step.TAKEN)
    assert (handling.deadline, handling.due_at) == (Deadline.FINISH, later(30 + 360))
    assert handling.remind_at == later(30 + 270)


def test_steps_follow_ups_and_helpers_leave_the_clock_alone() -> None:
    taken = ownership.taken_up(first(), TIMES, OFFICER, later(30))
    handling = ownership.worked(ownership.stepped(taken, Step.ON_SITE, later(50)))
    handling = ownership.helped(ownership.helped(handling, PUMPS), PUMPS)
    handling = ownership.sent_outside(ownership.helped(handling, BAMBU), Outside(BBWSCC, "123/SDA", date(2026, 2, 1)))
    assert (handling.step, handling.step_at, handling.worked, handling.helpers) == (
        Step.ON_SITE,
        later(50),
        True,
        (PUMPS,),
    )
    assert (handling.owner, handling.due_at) == (BAMBU, taken.due_at)


# -- handing on -----------------------------------------------------------------------------------------------------


def test_the_giver_stays_the_owner_and_its_clock_stands_still() -> None:
    handling = ownership.offered(first(), offer(KOTA, 10))
    assert (handling.owner, handling.due_at, handling.left_s) == (BAMBU, None, 50 * 60)
    assert ownership.next_at(handling) == later(10) + OFFER_LAPSES
    kept = ownership.kept(handling, later(25))
    assert (kept.offer, kept.due_at, kept.remind_at, kept.paused_s) == (None, later(75), later(60), 15 * 60)


def test_accepting_is_taking_up_and_a_hop() -> None:
    handling = ownership.accepted(ownership.offered(first(), offer(KOTA)), ALL, TIMES, OFFICER, later(20))
    assert (handling.owner, handling.had, handling.hops, handling.offer) == (KOTA, (BAMBU, KOTA), 1, None)
    assert (handling.taken_by, handling.due_at) == (OFFICER, later(20 + 360))
    assert handling.paused_s == 10 * 60


def test_an_offer_to_a_unit_without_a_chat_is_accepted_on_its_behalf() -> None:
    some = offices(BAMBU, PRIOK, KOTA)
    handling = ownership.accepted(ownership.offered(first(), offer(LAGOA)), some, TIMES, OFFICER, later(20))
    assert (handling.owner, handling.on_behalf, handling.hops) == (KOTA, LAGOA, 1)


def test_nothing_is_accepted_that_was_not_offered_or_comes_back_through_another_name() -> None:
    with pytest.raises(ValueError, match="accepted"):
        ownership.accepted(first(), ALL, TIMES, OFFICER, later(20))
    by_priok = first(BAMBU, offices(PRIOK))
    with pytest.raises(ValueError, match="accepted"):
        ownership.accepted(ownership.offered(by_priok, offer(PAPANGGO)), offices(PRIOK), TIMES, OFFICER, later(20))


def test_refused_or_lapsed_the_level_above_has_to_assign_it() -> None:
    handling = refused(first(), LAGOA)
    assert (handling.owner, handling.assigns, handling.hops, handling.escalations) == (PRIOK, True, 0, 0)
    assert (handling.deadline, handling.due_at) == (Deadline.TAKE_UP, later(80))
    assert not ownership.may_be_given(handling, unit(LAGOA))


def test_at_the_top_the_owner_itself_assigns() -> None:
    handling = refused(first(KOTA), PROVINSI, offices(KOTA, PRIOK))
    assert (handling.owner, handling.assigns, handling.due_at) == (KOTA, True, later(70))


def test_a_binding_decision_may_give_it_back_and_is_the_last() -> None:
    decides = refused(first(), LAGOA)
    back = ownership.assigned(decides, unit(BAMBU), ALL, TIMES, later(30))
    assert (back.owner, back.assigns, back.bound, back.hops) == (BAMBU, False, True, 1)
    assert back.had == (BAMBU, PRIOK, BAMBU)
    assert not ownership.may_be_given(back, unit(KOTA))
    up = ownership.escalated(back, ALL, TIMES, later(90))
    assert not ownership.may_be_given(up, unit(LAGOA))


def test_who_keeps_it_has_no_hop_and_may_hand_it_on() -> None:
    decides = refused(first(), LAGOA)
    keeps = ownership.assigned(decides, unit(PRIOK), ALL, TIMES, later(30))
    assert (keeps.owner, keeps.assigns, keeps.bound, keeps.hops) == (PRIOK, False, False, 0)
    assert keeps.due_at == decides.due_at
    assert ownership.may_be_given(keeps, unit(KOTA))
    assert not ownership.may_be_given(keeps, unit(BAMBU))


def test_who_keeps_it_does_so_also_without_a_chat_of_its_own() -> None:
    decides = refused(first(), LAGOA)
    keeps = ownership.assigned(decides, unit(PRIOK), offices(KOTA), TIMES, later(30))
    assert (keeps.owner, keeps.hops, keeps.bound) == (PRIOK, 0, False)


def test_a_unit_assigns_to_what_is_below_it_only() -> None:
    decides = refused(first(), LAGOA)
    for code, can in ((PRIOK, True), (BAMBU, True), (PAPANGGO, True), (LAGOA, False), (KOTA, False), (BBWSCC, False)):
        assert ownership.may_be_assigned(decides, unit(code), ALL) is can, code
    assert not ownership.may_be_assigned(first(PRIOK), unit(BAMBU), ALL)


def test_who_had_it_is_not_offered_it_again() -> None:
    there = ownership.accepted(ownership.offered(first(), offer(KOTA)), ALL, TIMES, OFFICER, later(20))
    assert not ownership.may_be_given(there, unit(BAMBU))
    assert ownership.may_be_given(there, unit(PUMPS))
    assert not ownership.may_be_given(there, unit(BBWSCC))


def test_taking_up_answers_ones_own_offer_and_ones_duty_to_assign() -> None:
    assert ownership.taken_up(ownership.offered(first(), offer(KOTA)), TIMES, OFFICER, later(20)).offer is None
    assert not ownership.taken_up(refused(first(), LAGOA), TIMES, OFFICER, later(30)).assigns


def test_an_offer_wins_no_time() -> None:
    taken = ownership.taken_up(first(), TIMES, OFFICER, EVENING)
    again = ownership.taken_up(ownership.offered(taken, offer(KOTA, 300)), TIMES, OFFICER, later(310))
    assert (again.taken_at, again.due_at) == (EVENING, later(370))


# -- time -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_runs_out_brings_it_one_level_up() -> None:
    handling = ownership.escalated(first(), ALL, TIMES, later(60))
    assert (handling.owner, handling.escalations, handling.hops) == (PRIOK, 1, 0)
    assert (handling.deadline, handling.due_at, handling.taken_at) == (Deadline.TAKE_UP, later(120), None)


def test_a_level_without_a_chat_is_stood_in_for() -> None:
    handling = ownership.escalated(first(), offices(BAMBU, KOTA), TIMES, later(60))
    assert (handling.owner, handling.on_behalf) == (KOTA, PRIOK)
    alone = ownership.escalated(first(), offices(BAMBU), TIMES, later(60))
    assert (alone.owner, alone.on_behalf) == (KOTA, PRIOK)  # the admins see to it


def test_at_the_top_it_stays_overdue() -> None:
    for handling, chats in ((first(PROVINSI), ALL), (first(KOTA, offices(KOTA)), offices(KOTA, BAMBU))):
        over = ownership.escalated(handling, chats, TIMES, later(60))
        assert (over.owner, over.overdue, over.escalations) == (handling.owner, True, 0)
        assert ownership.next_at(over) is None
        assert ownership.taken_up(over, TIMES, OFFICER, later(70)).due_at == later(70 + 360)


def test_the_level_above_answers_again_for_what_it_handed_down() -> None:
    there = ownership.accepted(ownership.offered(first(KOTA), offer(KOJA)), ALL, TIMES, OFFICER, later(20))
    handling = ownership.escalated(there, ALL, TIMES, later(400))
    assert (handling.owner, handling.had) == (KOTA, (KOTA, KOJA, KOTA))
    assert not ownership.may_be_given(handling, unit(KOJA))


def test_who_did_not_assign_it_leaves_that_to_the_level_above() -> None:
    handling = ownership.escalated(refused(first(), LAGOA), ALL, TIMES, later(80))
    assert (handling.owner, handling.assigns) == (KOTA, True)


def test_a_clock_that_stood_still_goes_on_where_it_was() -> None:
    still = ownership.paused(first(), later(20))
    assert (still.due_at, still.left_s, ownership.next_at(still)) == (None, 40 * 60, None)
    assert ownership.paused(still, later(30)) == still
    going = ownership.resumed(still, later(100))
    assert (going.due_at, going.remind_at, going.left_s) == (later(140), later(125), None)
    assert going.paused_s == 80 * 60
    assert ownership.resumed(going, later(110)) == going


def test_after_a_flood_it_starts_afresh_but_not_while_an_offer_is_open() -> None:
    still = ownership.paused(first(), later(20))
    anew = ownership.resumed(still, later(100), timedelta(minutes=60))
    assert (anew.due_at, anew.remind_at, anew.paused_s) == (later(160), later(145), 80 * 60)
    asking = ownership.resumed(ownership.offered(still, offer(KOTA, 90)), later(100), timedelta(minutes=60))
    assert asking.due_at is None
    assert ownership.kept(asking, later(110)).due_at == later(170)


def test_the_time_it_stood_still_is_counted_when_it_never_went_on() -> None:
    assert ownership.ended(ownership.paused(first(), later(20)), later(50)).paused_s == 30 * 60


# -- ends and reopening ---------------------------------------------------------------------------------------------


def test_at_an_end_nothing_runs_and_nothing_is_offered() -> None:
    for handling in (first(), ownership.offered(first(), offer(KOTA)), refused(first(), LAGOA)):
        over = ownership.ended(handling, later(30), Level.KELURAHAN)
        assert (over.due_at, over.left_s, over.offer, over.assigns, over.owner) == (
            None,
            None,
            None,
            False,
            handling.owner,
        )
        assert over.solved_level is Level.KELURAHAN
        assert ownership.ended(over, later(40)) == over


def test_reopening_goes_on_with_the_last_owner() -> None:
    taken = ownership.taken_up(first(), TIMES, OFFICER, later(5))
    over = ownership.ended(taken, later(30), Level.KELURAHAN)
    again = ownership.reopened(over, TIMES, later(60), 42, up=False, offices=ALL)
    assert (again.owner, again.had, again.taken_at, again.due_at) == (BAMBU, (BAMBU,), later(5), later(60 + 360))
    assert (again.reopened, again.reopened_by, again.solved_level) == (1, 42, None)
    waiting = ownership.reopened(ownership.ended(first(), later(30)), TIMES, later(60), 42, up=False, offices=ALL)
    assert (waiting.deadline, waiting.due_at) == (Deadline.TAKE_UP, later(120))


def test_reopening_again_goes_up_and_at_the_top_it_stays() -> None:
    over = ownership.ended(ownership.taken_up(first(), TIMES, OFFICER, later(5)), later(30))
    up = ownership.reopened(over, TIMES, later(60), 43, up=True, offices=ALL)
    assert (up.owner, up.escalations, up.hops, up.taken_at) == (PRIOK, 0, 0, None)
    top = ownership.reopened(ownership.ended(first(PROVINSI), later(30)), TIMES, later(60), 43, up=True, offices=ALL)
    assert (top.owner, top.due_at) == (PROVINSI, later(120))


def test_reopened_while_the_owner_has_no_chat_any_more_it_is_stood_in_for() -> None:
    over = ownership.ended(first(), later(30))
    again = ownership.reopened(over, TIMES, later(60), 42, up=False, offices=offices(PRIOK))
    assert (again.owner, again.on_behalf, again.hops) == (PRIOK, BAMBU, 0)


def test_undoing_a_merge_is_no_reopening() -> None:
    again = ownership.reopened(ownership.ended(first(), later(30)), TIMES, later(60), None, up=False, offices=ALL)
    assert (again.reopened, again.reopened_by, again.due_at) == (0, None, later(120))


def test_the_times_of_a_level_may_differ() -> None:
    rob = Times(timedelta(hours=24), timedelta(days=7))
    assert ownership.first(unit(KOTA), ALL, rob, EVENING).remind_at == EVENING + timedelta(hours=18)
