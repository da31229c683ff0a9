"""The whole life of an incident: what may be done, by whom, and what it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from bot.domain import lifecycle, ownership
from bot.domain.handling import Handling, Offer, Outside, Reason, Step
from bot.domain.lifecycle import BY_ITSELF, TABLE, Act, Actor, Refusal
from bot.domain.models import OPEN_STATES, Cause, Incident, IncidentState
from bot.domain.ownership import OFFER_LAPSES, Offices
from tests.helpers.builders import incident
from tests.helpers.clock import EVENING
from tests.helpers.small_city import BAMBU, BBWSCC, KOTA, LAGOA, PAPANGGO, PRIOK, PUMPS, TIMES, offices, unit

ALL = offices()
S = IncidentState
LURAH = Actor(1, frozenset({BAMBU}))
SATPEL = Actor(2, frozenset({PRIOK}))
SUDIN = Actor(3, frozenset({KOTA}))
NEIGHBOUR = Actor(4, frozenset({PAPANGGO}))
CREW = Actor(5, frozenset({PUMPS}))
ADMIN = Actor(6, frozenset(), admin=True)
RESIDENT = Actor(7, frozenset())
EVERYBODY = (LURAH, SATPEL, SUDIN, NEIGHBOUR, CREW, ADMIN, RESIDENT)

NEW = ownership.first(unit(BAMBU), ALL, TIMES, EVENING)
TAKEN = ownership.taken_up(NEW, TIMES, LURAH.person_id, EVENING)
OFFERED = ownership.offered(NEW, Offer(PAPANGGO, Reason.OTHER_AREA, EVENING, EVENING + OFFER_LAPSES))
DECIDES = ownership.turned_down(OFFERED, ALL, TIMES, EVENING)
BOUND = ownership.assigned(DECIDES, unit(BAMBU), ALL, TIMES, EVENING)


def case(state: IncidentState = S.WAITING, handling: Handling = NEW, **more: object) -> Incident:
    return replace(
        incident(state=state, handling=handling, ended_at=None if state.is_open else EVENING),
        **more,  # type: ignore[arg-type]
    )


def refusal(act: Act, of: Incident, actor: Actor, chats: Offices = ALL, **more: object) -> Refusal | None:
    return lifecycle.refusal(act, of, actor, chats, **{"at": EVENING, **more})  # type: ignore[arg-type]


def who_may(act: Act, of: Incident) -> set[Actor]:
    return {actor for actor in EVERYBODY if lifecycle.may(act, of, actor, ALL)}


# -- the table ------------------------------------------------------------------------------------------------------


def test_every_state_and_act_is_decided() -> None:
    assert set(TABLE) == set(product(IncidentState, Act))
    for act in Act:
        assert any(TABLE[state, act] for state in IncidentState), act


def test_only_a_fresh_word_a_claim_or_an_undone_merge_leads_out_of_an_end() -> None:
    ways = {(state, act) for (state, act), after in TABLE.items() if not state.is_open and after}
    assert {act for _, act in ways} == {Act.REOPEN, Act.CLAIM, Act.SPLIT, Act.RECEDE, Act.MERGE, Act.CANCEL}
    assert not any(TABLE[S.CANCELLED, act] for act in Act)
    assert TABLE[S.UNHEARD, Act.RECEDE] == {S.RECEDED}  # a late answer tells how it ended


def test_what_was_handled_is_never_counted_as_anything_else() -> None:
    assert {act for act in Act if TABLE[S.HANDLED, act]} == {Act.REOPEN}
    assert {state for state, act in TABLE if S.HANDLED in TABLE[state, act]} - OPEN_STATES == {S.RECEDED}


def test_what_the_table_forbids_cannot_happen() -> None:
    for (state, act), possible in TABLE.items():
        if not possible:
            with pytest.raises(ValueError, match="cannot make it"):
                lifecycle.after(act, case(state), NEW, at=EVENING)
    with pytest.raises(ValueError, match="cannot make it cancelled"):
        lifecycle.after(Act.CLOSE, case(), NEW, outcome=S.CANCELLED, at=EVENING)


@pytest.mark.parametrize(
    ("act", "before", "handling", "state"),
    [
        (Act.TAKE_UP, S.WAITING, TAKEN, S.PROCESS),
        (Act.TAKE_UP, S.DISPOSITION, TAKEN, S.PROCESS),
        (Act.ON_SITE, S.PROCESS, ownership.stepped(TAKEN, Step.ON_SITE, EVENING), S.PROCESS),
        (Act.FOLLOW_UP, S.WAITING, ownership.worked(NEW), S.WAITING),
        (Act.COORDINATE, S.PROCESS, ownership.helped(TAKEN, PUMPS), S.COORDINATION),
        (Act.COORDINATE, S.DISPOSITION, ownership.helped(DECIDES, PUMPS), S.DISPOSITION),
        (Act.OUTSIDE, S.PROCESS, ownership.sent_outside(TAKEN, Outside(BBWSCC)), S.COORDINATION),
        (Act.OFFER, S.WAITING, OFFERED, S.DISPOSITION),
        (Act.KEEP, S.DISPOSITION, NEW, S.WAITING),
        (Act.KEEP, S.DISPOSITION, TAKEN, S.PROCESS),
        (Act.ACCEPT, S.DISPOSITION, ownership.accepted(OFFERED, ALL, TIMES, 4, EVENING), S.PROCESS),
        (Act.REFUSE, S.DISPOSITION, DECIDES, S.DISPOSITION),
        (Act.LAPSE, S.DISPOSITION, DECIDES, S.DISPOSITION),
        (Act.ASSIGN, S.DISPOSITION, BOUND, S.DISPOSITION),
        (Act.ASSIGN, S.DISPOSITION, ownership.assigned(DECIDES, unit(PRIOK), ALL, TIMES, EVENING), S.WAITING),
        (Act.ESCALATE, S.PROCESS, ownership.escalated(TAKEN, ALL, TIMES, EVENING), S.WAITING),
        (Act.ESCALATE, S.PROCESS, replace(TAKEN, due_at=None, overdue=True), S.PROCESS),
        (Act.ESCALATE, S.PROCESS, ownership.escalated(BOUND, ALL, TIMES, EVENING), S.DISPOSITION),
        (Act.ESCALATE, S.DISPOSITION, ownership.escalated(DECIDES, ALL, TIMES, EVENING), S.DISPOSITION),
        (Act.PAUSE, S.WAITING, ownership.paused(NEW, EVENING), S.WAITING),
        (Act.CLAIM, S.RECEDED, TAKEN, S.HANDLED),
        (Act.REOPEN, S.HANDLED, TAKEN, S.PROCESS),
        (Act.REOPEN, S.RECEDED, NEW, S.WAITING),
    ],
)
def test_the_state_that_follows(act: Act, before: IncidentState, handling: Handling, state: IncidentState) -> None:
    assert lifecycle.after(act, case(before), handling, at=EVENING).state is state


def test_an_end_has_its_moment_and_no_clock_and_a_reopening_has_neither() -> None:
    later = EVENING + timedelta(hours=1)
    over = lifecycle.after(Act.CLOSE, case(handling=OFFERED, asked=2), OFFERED, outcome=S.NOT_FOUND, at=later)
    assert (over.state, over.ended_at, over.handling.offer, over.handling.left_s) == (S.NOT_FOUND, later, None, None)
    going = ownership.reopened(over.handling, TIMES, later, 9, up=False, offices=ALL)
    again = lifecycle.after(Act.REOPEN, over, going, at=later)
    assert (again.state, again.ended_at, again.asked) == (S.WAITING, None, 0)


def test_a_claim_leaves_the_moment_when_the_water_was_gone() -> None:
    claimed = lifecycle.after(Act.CLAIM, case(S.RECEDED), TAKEN, at=EVENING + timedelta(hours=5))
    assert (claimed.state, claimed.ended_at) == (S.HANDLED, EVENING)


# -- who may --------------------------------------------------------------------------------------------------------


def test_the_owners_officers_those_above_and_admins_work_on_a_case() -> None:
    for act in (Act.TAKE_UP, Act.ON_SITE, Act.FOLLOW_UP, Act.COORDINATE, Act.OFFER, Act.CLOSE, Act.MERGE, Act.SPLIT):
        assert who_may(act, case()) == {LURAH, SATPEL, SUDIN, ADMIN}, act


def test_what_time_and_residents_do_no_officer_does() -> None:
    for act in BY_ITSELF:
        assert who_may(act, case()) == set()


def test_an_offer_is_answered_by_who_was_asked() -> None:
    for act in (Act.ACCEPT, Act.REFUSE):
        assert who_may(act, case(S.DISPOSITION, OFFERED)) == {NEIGHBOUR, ADMIN}
        assert who_may(act, case()) == set()
    without_chat = offices(BAMBU, PRIOK, KOTA)
    assert lifecycle.may(Act.REFUSE, case(S.DISPOSITION, OFFERED), SATPEL, without_chat)


def test_only_who_has_to_assign_it_assigns() -> None:
    assert who_may(Act.ASSIGN, case(S.DISPOSITION, DECIDES)) == {SATPEL, ADMIN}
    assert who_may(Act.ASSIGN, case()) == set()


def test_helpers_tell_what_they_did_and_no_more() -> None:
    helped = case(S.COORDINATION, ownership.helped(TAKEN, PUMPS))
    assert CREW in who_may(Act.FOLLOW_UP, helped)
    assert CREW not in who_may(Act.CLOSE, helped)


def test_offices_outside_are_the_business_of_the_kota_and_above() -> None:
    assert who_may(Act.OUTSIDE, case()) == set()
    assert who_may(Act.OUTSIDE, case(handling=ownership.first(unit(KOTA), ALL, TIMES, EVENING))) == {SUDIN, ADMIN}


def test_a_claim_is_made_by_who_had_taken_it_up() -> None:
    assert who_may(Act.CLAIM, case(S.RECEDED, TAKEN)) == {LURAH}
    assert who_may(Act.CLAIM, case(S.RECEDED, NEW)) == set()


# -- what it needs --------------------------------------------------------------------------------------------------


def test_who_may_not_is_told_so() -> None:
    assert refusal(Act.TAKE_UP, case(), RESIDENT) is Refusal.NOT_ALLOWED
    assert refusal(Act.ACCEPT, case(S.DISPOSITION, OFFERED), CREW, words=True) is Refusal.NOT_ALLOWED
    assert refusal(Act.TAKE_UP, case(), LURAH) is None


def test_old_buttons_come_too_late() -> None:
    assert refusal(Act.TAKE_UP, case(S.RECEDED), LURAH) is Refusal.TOO_LATE
    assert refusal(Act.ACCEPT, case(), NEIGHBOUR) is Refusal.TOO_LATE
    assert refusal(Act.KEEP, case(S.DISPOSITION, DECIDES), SATPEL) is Refusal.TOO_LATE
    assert refusal(Act.ASSIGN, case(), LURAH, to=unit(BAMBU)) is Refusal.TOO_LATE
    assert refusal(Act.ON_SITE, case(S.HANDLED, TAKEN), LURAH) is Refusal.TOO_LATE


def test_what_was_done_is_not_done_twice() -> None:
    assert refusal(Act.TAKE_UP, case(S.PROCESS, TAKEN), SATPEL) is Refusal.ALREADY
    on_site = ownership.stepped(TAKEN, Step.ON_SITE, EVENING)
    assert refusal(Act.ON_SITE, case(S.PROCESS, on_site), LURAH) is Refusal.ALREADY
    assert refusal(Act.OFFER, case(S.DISPOSITION, OFFERED), LURAH, to=unit(KOTA), words=True) is Refusal.ALREADY
    helped = case(S.COORDINATION, ownership.helped(TAKEN, PUMPS))
    assert refusal(Act.COORDINATE, helped, LURAH, to=unit(PUMPS)) is Refusal.ALREADY
    assert refusal(Act.ON_SITE, case(), LURAH) is Refusal.TAKE_UP_FIRST


def test_a_case_is_handed_on_to_where_it_can_go_and_with_a_reason() -> None:
    def offering(to: str, chats: Offices = ALL, of: Incident | None = None, words: bool = True) -> Refusal | None:
        return refusal(Act.OFFER, of or case(), LURAH, chats, to=unit(to), words=words)

    assert offering(KOTA) is None
    assert offering(KOTA, words=False) is Refusal.NEEDS_WORDS
    assert offering(BBWSCC) is Refusal.NOT_THERE
    assert offering(BAMBU) is Refusal.ONCE_OWNED
    assert offering(KOTA, of=case(S.DISPOSITION, BOUND)) is Refusal.BOUND
    by_sudin = case(handling=ownership.accepted(OFFERED, ALL, TIMES, 4, EVENING))
    assert refusal(Act.OFFER, by_sudin, NEIGHBOUR, to=unit(BAMBU), words=True) is Refusal.ONCE_OWNED


def test_it_does_not_come_back_in_the_name_of_another() -> None:
    """A unit without a chat would be stood in for by one that had the case."""
    by_satpel = case(handling=ownership.first(unit(BAMBU), offices(PRIOK), TIMES, EVENING))
    assert refusal(Act.OFFER, by_satpel, SATPEL, offices(PRIOK), to=unit(PAPANGGO), words=True) is Refusal.ONCE_OWNED
    asked = replace(by_satpel.handling, offer=OFFERED.offer)
    assert refusal(Act.ACCEPT, case(S.DISPOSITION, asked), SATPEL, offices(PRIOK)) is Refusal.ONCE_OWNED


def test_it_is_assigned_to_itself_or_below() -> None:
    deciding = case(S.DISPOSITION, DECIDES)
    assert refusal(Act.ASSIGN, deciding, SATPEL, to=unit(BAMBU)) is None
    assert refusal(Act.ASSIGN, deciding, SATPEL, to=unit(PRIOK)) is None
    assert refusal(Act.ASSIGN, deciding, SATPEL, to=unit(LAGOA)) is Refusal.NOT_THERE
    assert refusal(Act.ASSIGN, deciding, SATPEL) is Refusal.NOT_THERE


def test_selesai_needs_an_outcome_words_and_proof() -> None:
    def closing(of: Incident | None = None, **given: object) -> Refusal | None:
        return refusal(Act.CLOSE, of or case(S.PROCESS, TAKEN), LURAH, ALL, **given)

    assert closing(words=True, proof=True) is Refusal.NOT_THERE
    assert closing(outcome=S.CANCELLED, words=True, proof=True) is Refusal.NOT_THERE
    assert closing(outcome=S.HANDLED, proof=True) is Refusal.NEEDS_WORDS
    assert closing(outcome=S.HANDLED, words=True) is Refusal.NEEDS_PROOF
    for outcome in (S.HANDLED, S.RECEDED, S.NOT_FOUND, S.NO_PUDDLE):
        assert closing(outcome=outcome, words=True, proof=True) is None


def test_the_single_tides_of_a_series_need_no_photo() -> None:
    tide = case(S.PROCESS, TAKEN, causes=(Cause.TIDE,), series_id=3)
    assert refusal(Act.CLOSE, tide, LURAH, outcome=S.RECEDED, words=True) is None
    rain = replace(tide, causes=(Cause.RAIN,))
    assert refusal(Act.CLOSE, rain, LURAH, outcome=S.RECEDED, words=True) is Refusal.NEEDS_PROOF


def test_work_done_is_claimed_within_a_day_and_in_words() -> None:
    def claiming(hours: float, state: IncidentState = S.RECEDED, words: bool = True) -> Refusal | None:
        at: datetime = EVENING + timedelta(hours=hours)
        return refusal(Act.CLAIM, case(state, TAKEN), LURAH, at=at, words=words)

    assert claiming(24) is None
    assert claiming(24.1) is Refusal.TOO_LATE
    assert claiming(1, words=False) is Refusal.NEEDS_WORDS
    assert claiming(1, S.HANDLED) is Refusal.ALREADY
    assert claiming(1, S.UNHEARD) is Refusal.TOO_LATE


# -- the residents' word --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.HANDLED, S.RECEDED, S.NOT_FOUND, S.NO_PUDDLE, S.UNHEARD])
def test_soon_after_its_end_it_is_reopened(state: IncidentState) -> None:
    assert lifecycle.may_reopen(case(state), EVENING + timedelta(hours=3))
    assert not lifecycle.may_reopen(case(state), EVENING + timedelta(hours=3, minutes=1))


@pytest.mark.parametrize("state", [S.WAITING, S.MERGED, S.CANCELLED])
def test_what_is_open_merged_or_withdrawn_is_not(state: IncidentState) -> None:
    assert not lifecycle.may_reopen(case(state), EVENING)


def test_a_second_reopening_goes_up_with_another_voice_or_a_photo() -> None:
    once = replace(NEW, reopened=1, reopened_by=9)
    assert not lifecycle.goes_up(NEW, 8, photo=True)
    assert not lifecycle.goes_up(once, 9, photo=False)
    assert lifecycle.goes_up(once, 8, photo=False)
    assert lifecycle.goes_up(once, 9, photo=True)
