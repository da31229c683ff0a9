"""The law of casework, held at every step of random lives of an incident: pure functions only, no store.

Officers press whatever they like, also what they may not; residents say what they like; chats come and go; time passes
and mode banjir stops clocks. After each step the incident has one owner, its counters are what truly happened, and an
end is an end. The laws are written down here a second time, not taken from the code that is tried.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import lifecycle, ownership
from bot.domain.handling import Handling, Level, Offer, Outside, Reason, Step
from bot.domain.lifecycle import BY_ITSELF, Act, Actor
from bot.domain.models import Incident, IncidentState
from bot.domain.ownership import OFFER_LAPSES, Offices
from bot.domain.staff import Unit
from tests.helpers.builders import incident
from tests.helpers.clock import EVENING
from tests.helpers.small_city import EVERYBODY, KOTA, PROVINSI, TIMES, TREE, unit

UNITS = sorted(EVERYBODY)
PRESSED = sorted(set(Act) - BY_ITSELF)
ACTORS = (
    *(Actor(number, frozenset({code})) for number, code in enumerate(UNITS, 1)),
    Actor(50, frozenset({UNITS[0], UNITS[-1]})),  # works for two
    Actor(90, frozenset(), admin=True),
    Actor(99, frozenset()),  # a resident with a forwarded card
)
HANDING = (Act.OFFER, Act.KEEP, Act.ACCEPT, Act.REFUSE, Act.ASSIGN, Act.COORDINATE)
WITH_UNIT = (Act.OFFER, Act.ASSIGN, Act.COORDINATE)
LAST = (Act.CLOSE, Act.MERGE)
WORKING = tuple(act for act in PRESSED if act not in HANDING or act is Act.COORDINATE)
SOME_UNITS = (*(unit(code) for code in UNITS), unit("bbwscc"))
ENDED = (
    IncidentState.HANDLED,
    IncidentState.RECEDED,
    IncidentState.NOT_FOUND,
    IncidentState.NO_PUDDLE,
    IncidentState.UNHEARD,
    IncidentState.MERGED,
    IncidentState.CANCELLED,
)


class Casework(RuleBasedStateMachine):
    """One incident, its offices, and what truly happened to it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = EVENING
        self.connected: set[str] = set()
        self.case: Incident = incident()
        self.did: Counter[str] = Counter()  # how often what happened
        self.flood = False

    # -- the world --------------------------------------------------------------------------------------------------

    @property
    def handling(self) -> Handling:
        return self.case.handling

    @property
    def offices(self) -> Offices:
        return Offices(TREE, frozenset(self.connected))

    @property
    def is_open(self) -> bool:
        return self.case.state.is_open

    def put(self, act: Act, handling: Handling, outcome: IncidentState | None = None) -> None:
        before, self.case = self.case, lifecycle.after(act, self.case, handling, outcome=outcome, at=self.at)
        self.did[act] += 1
        self.watch(act, before)

    def watch(self, act: Act, before: Incident) -> None:
        """A change of owner is one that the law knows."""
        old, new = before.handling, self.case.handling
        if new.owner == old.owner:
            return
        back = new.owner in old.had
        upwards = [each.code for each in TREE.chain(old.on_behalf or old.owner)]
        if act is Act.ACCEPT:
            self.did["accepted"] += 1
            assert not back, "given again to one that had it"
        elif act is Act.ASSIGN and new.bound:
            self.did["bound"] += 1
            self.did["given back"] += back
            assert old.assigns and not old.bound, "a binding decision is the last"
        else:
            assert act in (Act.ESCALATE, Act.REFUSE, Act.LAPSE, Act.REOPEN, Act.KEEP, Act.SPLIT, Act.ASSIGN)
            assert new.owner in upwards or new.owner == KOTA, "it only climbs by itself"
            self.did["escalated"] += act is Act.ESCALATE

    # -- what happens -----------------------------------------------------------------------------------------------

    @initialize(connected=st.sets(st.sampled_from(UNITS)), whose=st.sampled_from(SOME_UNITS))
    def begin(self, connected: set[str], whose: Unit) -> None:
        self.connected = set(connected)
        self.case = replace(self.case, handling=ownership.first(whose, self.offices, TIMES, self.at))

    @rule(data=st.data(), act=st.sampled_from(PRESSED), actor=st.sampled_from(ACTORS), words=st.booleans())
    def press_anything(self, data: st.DataObject, act: Act, actor: Actor, words: bool) -> None:
        """Any button, old or forwarded, by anybody."""
        to = data.draw(st.none() | st.sampled_from(SOME_UNITS)) if act in WITH_UNIT else None
        outcome = data.draw(st.none() | st.sampled_from(ENDED)) if act is Act.CLOSE else None
        self.press(act, actor, to, outcome, words, proof=data.draw(st.booleans()))

    @rule(data=st.data(), act=st.sampled_from(WORKING))
    def press_what_can_be_pressed(self, data: st.DataObject, act: Act) -> None:
        """Somebody does what is possible now, so that lives are long and varied."""
        if act in LAST and self.is_young:
            return
        can = [
            (actor, to)
            for actor in ACTORS
            for to in (SOME_UNITS if act in WITH_UNIT else (None,))
            if not lifecycle.refusal(
                act,
                self.case,
                actor,
                self.offices,
                at=self.at,
                to=to,
                outcome=IncidentState.HANDLED,
                words=True,
                proof=True,
            )
        ]
        if can:
            actor, to = data.draw(st.sampled_from(can))
            self.press(act, actor, to, IncidentState.HANDLED, words=True, proof=True)

    @precondition(lambda self: self.is_open)
    @rule(data=st.data(), answer=st.sampled_from((Act.ACCEPT, Act.ACCEPT, Act.REFUSE, Act.LAPSE, Act.KEEP)))
    def hand_it_on(self, data: st.DataObject, answer: Act) -> None:
        """Offer it, answer an offer, or assign it: whatever is next."""
        if self.handling.offer is None:
            act = Act.ASSIGN if self.handling.assigns else Act.OFFER
            self.press_what_can_be_pressed(data=data, act=act)
        elif answer is Act.LAPSE:
            self.time_passes(minutes=31)
        else:
            self.press_what_can_be_pressed(data=data, act=answer)

    @property
    def is_young(self) -> bool:
        """Too little happened yet to end it."""
        return self.did.total() < 8

    def press(
        self, act: Act, actor: Actor, to: Unit | None, outcome: IncidentState | None, words: bool, proof: bool
    ) -> None:
        refused = lifecycle.refusal(
            act, self.case, actor, self.offices, at=self.at, to=to, outcome=outcome, words=words, proof=proof
        )
        if refused is not None:
            return
        assert self.has_a_say(act, actor), f"{actor} may not {act}"
        if act is Act.CLOSE:
            assert words and proof
        self.put(act, self.done(act, actor, to), outcome if act is Act.CLOSE else None)

    def has_a_say(self, act: Act, actor: Actor) -> bool:
        """The law of who may, in other words than the code's."""
        handling = self.handling
        if actor.admin and act is not Act.CLAIM:
            return True
        if act in (Act.ACCEPT, Act.REFUSE):
            assert handling.offer is not None
            asked = TREE.chain(handling.offer.to)
            return any(each.code in actor.units for each in asked) or KOTA in actor.units
        if act in (Act.CLAIM, Act.ASSIGN):
            return handling.owner in actor.units
        helps = act is Act.FOLLOW_UP and bool(actor.units & set(handling.helpers))
        return helps or any(each.code in actor.units for each in TREE.chain(handling.owner))

    def done(self, act: Act, actor: Actor, to: Unit | None) -> Handling:
        """What the press makes of the handling, as a use case does it."""
        handling, at, offices = self.handling, self.at, self.offices
        if act in HANDING:
            return self.handed(act, actor, to)
        match act:
            case Act.TAKE_UP:
                return ownership.taken_up(handling, TIMES, actor.person_id, at)
            case Act.ON_THE_WAY | Act.ON_SITE:
                return ownership.stepped(handling, Step(act.value), at)
            case Act.FOLLOW_UP:
                return ownership.worked(handling)
            case Act.OUTSIDE:
                return ownership.sent_outside(handling, Outside("bbwscc"))
            case Act.SPLIT if not self.is_open:
                return ownership.reopened(handling, TIMES, at, None, up=False, offices=offices)
            case Act.CLOSE:
                return ownership.ended(handling, at, unit(handling.owner).level)
        return handling

    def handed(self, act: Act, actor: Actor, to: Unit | None) -> Handling:
        """The same, for what hands it on."""
        handling, at, offices = self.handling, self.at, self.offices
        match act:
            case Act.ACCEPT:
                return ownership.accepted(handling, offices, TIMES, actor.person_id, at)
            case Act.REFUSE:
                return ownership.turned_down(handling, offices, TIMES, at)
            case Act.KEEP:
                return ownership.reconnected(ownership.kept(handling, at), offices, TIMES, at)
        assert to is not None
        match act:
            case Act.COORDINATE:
                return ownership.helped(handling, to.code)
            case Act.OFFER:
                assert ownership.may_be_given(handling, to)
                return ownership.offered(handling, Offer(to.code, Reason.CHANNEL, at, at + OFFER_LAPSES))
        return ownership.reconnected(ownership.assigned(handling, to, offices, TIMES, at), offices, TIMES, at)

    @rule(minutes=st.sampled_from((1, 7, 31, 50, 61, 370)))
    def time_passes(self, minutes: int) -> None:
        """And what fell due meanwhile is done, once, in order."""
        self.at += timedelta(minutes=minutes)
        for _ in range(20):
            due_at = ownership.next_at(self.handling)
            if due_at is None or due_at > self.at:
                break
            self.fall_due()
        else:
            raise AssertionError("time alone finds no rest")

    def fall_due(self) -> None:
        handling = self.handling
        if handling.offer is not None and handling.offer.lapses_at <= self.at:
            self.put(Act.LAPSE, ownership.turned_down(handling, self.offices, TIMES, self.at))
        elif handling.due_at is not None and handling.due_at <= self.at:
            self.put(Act.ESCALATE, ownership.escalated(handling, self.offices, TIMES, self.at))
        else:
            self.case = replace(self.case, handling=ownership.reminded(handling))

    @rule(code=st.sampled_from(UNITS))
    def a_chat_comes_or_goes(self, code: str) -> None:
        self.connected ^= {code}
        if self.is_open:
            handling = ownership.reconnected(self.handling, self.offices, TIMES, self.at)
            self.case = replace(self.case, handling=handling, state=lifecycle.standing(handling))

    @rule(whose=st.sampled_from(SOME_UNITS))
    def the_place_is_corrected(self, whose: Unit) -> None:
        if self.is_open:
            before = self.handling
            handling = ownership.rerouted(before, whose, self.offices, TIMES, self.at)
            assert handling == before or before.taken_at is None
            self.case = replace(self.case, handling=handling)

    @rule()
    def mode_banjir(self) -> None:
        """On: the clock stands still. Off: it starts afresh."""
        self.flood = not self.flood
        if self.is_open:
            change = ownership.paused if self.flood else ownership.resumed
            afresh = {} if self.flood else {"afresh": TIMES.take_up}
            self.put(Act.PAUSE if self.flood else Act.RESUME, change(self.handling, self.at, **afresh))

    @precondition(lambda self: self.is_open and not self.is_young)
    @rule(act=st.sampled_from((Act.RECEDE, Act.RECEDE, Act.UNHEARD, Act.MERGE, Act.CANCEL)))
    def residents_end_it(self, act: Act) -> None:
        self.put(act, self.handling)

    @precondition(lambda self: not self.is_open)
    @rule(person_id=st.sampled_from((201, 202)), photo=st.booleans())
    def residents_say_that_it_still_stands(self, person_id: int, photo: bool) -> None:
        if lifecycle.may_reopen(self.case, self.at):
            before = self.handling
            up = lifecycle.goes_up(before, person_id, photo)
            assert not up or before.reopened >= 1
            self.put(Act.REOPEN, ownership.reopened(before, TIMES, self.at, person_id, up, self.offices))
            assert self.handling.reopened == before.reopened + 1
            there = before.owner in self.connected
            same = up or before.taken_at is None or not there or self.handling.had == before.had
            assert same, "the last owner goes on"

    # -- the law ----------------------------------------------------------------------------------------------------

    @invariant()
    def an_open_case_has_one_owner_that_can_be_told(self) -> None:
        handling = self.handling
        if not self.is_open or not handling.owner:
            return
        owner = TREE.get(handling.owner)
        assert owner is not None and not owner.outside
        assert handling.had[-1] == handling.owner
        whose = handling.on_behalf
        assert whose != handling.owner
        touched = handling.taken_at is not None or handling.offer is not None or handling.assigns
        if touched and handling.owner in self.connected:
            return  # who has begun goes on with it, also where a nearer one has a chat by now
        chain = [each.code for each in TREE.chain(whose or handling.owner)]
        nearest = next((code for code in chain if code in self.connected), KOTA)
        assert handling.owner == nearest, "the nearest that has a chat; without any the kota, and the admins"

    @invariant()
    def hops_are_handovers_and_escalations_are_counted_apart(self) -> None:
        assert self.handling.hops == self.did["accepted"] + self.did["bound"]
        assert self.handling.escalations == self.did["escalated"]
        assert self.did["bound"] <= 1
        assert self.did["given back"] <= 1

    @invariant()
    def an_end_is_an_end(self) -> None:
        handling = self.handling
        assert (self.case.ended_at is None) is self.is_open
        if not self.is_open:
            assert self.case.state in ENDED
            assert ownership.next_at(handling) is None
            assert (handling.offer, handling.left_s, handling.paused_at, handling.assigns) == (None, None, None, False)
        if self.case.state is IncidentState.CANCELLED:
            assert not lifecycle.may_reopen(self.case, self.at)

    @invariant()
    def clocks_run_or_stand_still_for_a_reason(self) -> None:
        handling = self.handling
        assert handling.due_at is None or handling.left_s is None
        assert (handling.left_s is None) is (handling.paused_at is None)
        if handling.offer is not None:
            assert handling.due_at is None, "while it is offered the giver's clock stands still"
        if self.is_open and handling.owner and handling.due_at is None:
            assert handling.left_s is not None or handling.overdue, "an open case is never forgotten"
        if handling.overdue:
            above = [each.code for each in TREE.chain(handling.owner)[1:]]
            assert handling.owner in (KOTA, PROVINSI) or not set(above) & self.connected

    @invariant()
    def the_state_is_what_the_handling_says(self) -> None:
        handling, state = self.handling, self.case.state
        undecided = handling.offer is not None or handling.assigns
        if undecided:
            assert state is IncidentState.DISPOSITION
        if state is IncidentState.PROCESS:
            assert handling.taken_at is not None and handling.taken_by is not None
        if state is IncidentState.WAITING:
            assert handling.taken_at is None
        if handling.solved_level is not None:
            assert state in ENDED and isinstance(handling.solved_level, Level)


TestCasework = Casework.TestCase
TestCasework.settings = settings(max_examples=400, stateful_step_count=40, deadline=None, derandomize=True)
