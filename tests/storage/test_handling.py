"""Contract: who answers for an incident is kept whole, told of any past moment, and found when something is due."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.handling import Deadline, Handling, Level, Offer, Outside, Reason, Step
from bot.domain.models import OPEN_STATES, Incident, IncidentEvent, IncidentState
from bot.domain.records import Tally
from bot.ports import Store
from tests.helpers.builders import SUNGAI_BAMBU, incident, person, report
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, load

PRIOK = "31.72.02"
FULL = Handling(
    owner=PRIOK,
    on_behalf=SUNGAI_BAMBU,
    since=EVENING,
    had=(SUNGAI_BAMBU, PRIOK),
    assigns=True,
    bound=True,
    deadline=Deadline.FINISH,
    due_at=after(hours=6),
    left_s=1800.5,
    paused_at=after(minutes=1),
    remind_at=after(hours=5),
    reminded=True,
    overdue=True,
    overdue_since=EVENING,
    taken_at=after(minutes=2),
    taken_by=1,
    step=Step.ON_SITE,
    step_at=after(minutes=3),
    worked=True,
    offer=Offer("31.72", Reason.RIVER, EVENING, after(minutes=30), note=21),
    helpers=("pump", "31.72"),
    outside=Outside("bbwscc", "12/PU/2026", date(2026, 1, 25)),
    hops=2,
    escalations=1,
    reopened=1,
    reopened_by=1,
    paused_s=90.25,
    solved_level=Level.KECAMATAN,
)


def test_the_record_to_be_kept_has_all_there_is() -> None:
    nothing = Handling()
    assert [each.name for each in fields(FULL) if getattr(FULL, each.name) == getattr(nothing, each.name)] == []


async def test_who_answers_comes_back_whole(store: Store) -> None:
    case = incident(state=IncidentState.PROCESS, handling=FULL, alerted_cm=70, posted_cm=90, carded_cm=0)
    await flush(store, incidents=[case])
    assert list((await load(store, incident_ids=[10])).incidents) == [case]
    plain = replace(case, handling=Handling(owner=PRIOK), alerted_cm=None, posted_cm=None, carded_cm=None)
    await flush(store, incidents=[plain])
    assert list((await load(store, incident_ids=[10])).incidents) == [plain]


async def test_a_past_moment_shows_who_answered_then(store: Store) -> None:
    first = incident(handling=Handling(owner=SUNGAI_BAMBU, due_at=after(hours=1)))
    later = replace(first, state=IncidentState.PROCESS, handling=FULL)
    await flush(store, incidents=[first], events=[IncidentEvent(10, "opened", "warga", EVENING, first)])
    await flush(store, incidents=[later], events=[IncidentEvent(10, "taken", PRIOK, after(hours=2), later)])
    assert await store.incidents_as_of(after(hours=1), EVENING) == [first]
    assert await store.incidents_as_of(after(hours=2), EVENING) == [later]
    history = (await load(store, files=[10])).histories[10]
    assert [one.after.handling for one in history] == [first.handling, FULL]


async def test_what_is_due_comes_oldest_first(store: Store) -> None:
    def case(number: int, state: IncidentState = IncidentState.WAITING, **handling: Any) -> Incident:
        return incident(number, state=state, handling=Handling(owner=PRIOK, **handling))

    offer = Offer(PRIOK, Reason.PUMP, EVENING, after(minutes=20))
    await flush(
        store,
        incidents=[
            case(1, due_at=after(minutes=30)),
            case(2, due_at=after(hours=1), remind_at=after(minutes=10)),
            case(3, due_at=after(hours=1), remind_at=after(minutes=10), reminded=True),
            case(4, IncidentState.DISPOSITION, left_s=600.0, offer=offer),
            case(5, IncidentState.PROCESS, deadline=Deadline.FINISH, due_at=after(minutes=25)),
            case(6, IncidentState.HANDLED, due_at=after(minutes=1)),
            case(7, left_s=600.0),
        ],
    )
    async with store.transaction() as tx:
        assert await tx.due_handlings(after(minutes=9), 9) == []
        assert await tx.due_handlings(after(minutes=25), 9) == [2, 4, 5]
        assert await tx.due_handlings(after(days=1), 9) == [2, 4, 5, 1, 3]
        assert await tx.due_handlings(after(days=1), 2) == [2, 4]


async def test_what_ended_and_is_reopened_is_due_again(store: Store) -> None:
    clock = Handling(owner=PRIOK, due_at=EVENING)
    for state, due in ((IncidentState.PROCESS, [10]), (IncidentState.HANDLED, []), (IncidentState.PROCESS, [10])):
        await flush(store, incidents=[incident(state=state, handling=clock)])
        async with store.transaction() as tx:
            assert await tx.due_handlings(EVENING, 9) == due


@pytest.mark.parametrize("state", list(IncidentState))
async def test_an_incident_has_ended_exactly_when_its_state_says_so(store: Store, state: IncidentState) -> None:
    ended_at = EVENING if state.is_open else None
    with pytest.raises(BrokenConstraint, match="open_or_ended"):
        await flush(store, incidents=[replace(incident(), state=state, ended_at=ended_at)])
    await flush(store, incidents=[incident(state=state)])


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
async def test_an_incident_that_is_worked_on_is_open_everywhere(store: Store, state: IncidentState) -> None:
    case = incident(state=state)
    old = report(at=after(days=-200))
    await flush(store, people=[person()], incidents=[case], reports=[old])
    assert list((await load(store, cells=[(case.kind, case.cell)])).incidents) == [case]
    assert list((await load(store, person_ids=[1])).reports) == [old]
    assert await store.incidents_as_of(after(days=1), after(hours=23)) == [case]
    assert (await store.queues(EVENING))["open"] == 1
    async with store.transaction() as tx:
        assert await tx.quiet_incidents(after(days=1), after(days=1), 9) == [10]


async def test_what_receded_by_itself_and_what_was_handled_are_counted_apart(store: Store) -> None:
    ends = [IncidentState.HANDLED] * 3 + [IncidentState.RECEDED, IncidentState.NOT_FOUND]
    await flush(store, incidents=[incident(number, state=state) for number, state in enumerate(ends, 1)])
    assert await store.tally(after(hours=-1), EVENING) == Tally(opened=5, receded=1, handled=3)
