"""Contract: a batch sees what it asks for and writes all it changed, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.models import (
    Cause,
    Depth,
    DepthLevel,
    Fault,
    IncidentState,
    Kind,
    Match,
    Passability,
    Place,
    PlaceSource,
    Report,
    Word,
)
from bot.domain.records import Changes, Counters, Draft, Handled, Photo, PostedDigest, RawUpdate, Wanted
from bot.ports import Store
from tests.helpers.builders import CALF, KNEE, LAT, LON, cell_of, incident, outgoing, person, place, report
from tests.helpers.clock import EVENING
from tests.storage.acts import after, claim, flush, load, people

FULL_DRAFT = Draft(
    id=40,
    person_id=1,
    updated_at=EVENING,
    kind=Kind.DRAIN,
    place=Place(LAT, LON, 12.5, "31.72.02.1004", "Jl. Mangga", PlaceSource.GEOCODER, approximate=True),
    depth=Depth.from_cm(45),
    fault=Fault.PUMP,
    name="depan masjid",
    note="bau \U0001f30a <b>",
    photos=(Photo(40, "file", "unique", EVENING),),
    filed=True,
    expecting="note",
    album_id="album",
    found=(place(), Place(-6.2, 106.8)),
    messages=((5, "depth"), (6, "note")),
    started_at=after(minutes=-3),
    remind_at=after(minutes=3),
    expires_at=after(hours=1),
)
FULL_REPORT = Report(
    id=12,
    number="K7M2",
    kind=Kind.DRAIN,
    person_id=1,
    incident_id=10,
    place=FULL_DRAFT.place or place(),
    depth=Depth(DepthLevel.UNKNOWN),
    at=EVENING,
    seen_at=after(minutes=9),
    fault=Fault.COVER,
    cause=Cause.TIDE,
    passability=Passability.CAR,
    note="hati-hati\0\n<b>\U0001f30a",
    photos=2,
    passing=True,
    word=Word.RISING,
    word_at=after(minutes=8),
    match=Match(2.5e-6, 38.2, 1500.0, 4, "reporter"),
    unsure=True,
    withdrawn=True,
    muted=True,
    far=True,
    heard_at=after(minutes=7),
    heard=3,
    rating="bad",
)
FULL_INCIDENT = incident(
    13,
    kind=Kind.DRAIN,
    state=IncidentState.MERGED,
    name="Jl. Mangga",
    depth_first=CALF,
    depth_last=Depth.from_cm(45),
    depth_max=KNEE,
    depth_by=12,
    lower_by=11,
    causes=(Cause.RAIN, Cause.DRAIN),
    faults=(Fault.INLET, Fault.CHANNEL),
    passability=Passability.NOBODY,
    photos=3,
    approximate=True,
    unsure=True,
    asked_at=after(hours=6),
    asked=2,
    ended_at=after(hours=7),
    merged_into=10,
)


# -- what was written is what is loaded -------------------------------------------------------------------------------


async def test_records_come_back_as_they_were_written(store: Store) -> None:
    known = replace(person(1, language="en", language_chosen=True), blocked_at=after(days=1))
    await flush(
        store,
        people=[known],
        drafts=[FULL_DRAFT],
        incidents=[FULL_INCIDENT, incident()],  # refers to one that is written after it
        reports=[FULL_REPORT],
        messages=[(1, 5, 12, "depth")],
        different=[(12, 13)],
    )
    loaded = await load(
        store, telegram_ids=[known.telegram_id], report_ids=[12], incident_ids=[13], messages=[(1, 5), (1, 6)]
    )
    assert list(loaded.people) == [known]
    assert list(loaded.drafts) == [FULL_DRAFT]
    assert list(loaded.reports) == [FULL_REPORT]
    assert sorted(loaded.incidents, key=lambda one: one.id) == [incident(), FULL_INCIDENT]
    assert loaded.messages == {(1, 5): (12, "depth")}
    assert loaded.different == {(12, 13)}


async def test_a_changed_record_replaces_the_old_one(store: Store) -> None:
    await flush(store, people=[person()], drafts=[FULL_DRAFT], incidents=[incident()], reports=[report()])
    changed = (
        person(language="en"),
        replace(FULL_DRAFT, id=41, depth=None, remind_at=None),
        replace(incident(), state=IncidentState.RECEDED, ended_at=after(hours=2), reporters=3),
        replace(report(), depth=CALF, note="turun", word=Word.GONE, place=place(-6.13, 106.9)),
    )
    await flush(store, people=changed[:1], drafts=changed[1:2], incidents=changed[2:3], reports=changed[3:])
    loaded = await load(store, person_ids=[1])
    assert (*loaded.people, *loaded.drafts, *loaded.incidents, *loaded.reports) == changed


async def test_a_dropped_conversation_is_gone_and_another_may_begin(store: Store) -> None:
    await flush(store, people=[person(1), person(2)], drafts=[FULL_DRAFT, replace(FULL_DRAFT, person_id=2)])
    await flush(store, dropped_drafts=[1, 2, 3], drafts=[replace(FULL_DRAFT, id=50)])
    assert [draft.id for draft in (await load(store, person_ids=[1, 2])).drafts] == [50]


async def test_nothing_wanted_is_nothing_loaded(store: Store) -> None:
    loaded = await load(store)
    assert not (loaded.people or loaded.drafts or loaded.reports or loaded.incidents or loaded.messages)


async def test_who_is_not_known_is_not_there(store: Store) -> None:
    loaded = await load(store, telegram_ids=[5], person_ids=[5], report_numbers=["X"], report_ids=[1], incident_ids=[1])
    assert not (loaded.people or loaded.reports or loaded.incidents)


# -- which reports of a person ----------------------------------------------------------------------------------------


async def _filed(store: Store, at: datetime, ids: Sequence[int], **more: object) -> None:
    """Reports of person 1, each in an incident of its own (id + 1000) that has receded unless told otherwise."""
    state = more.pop("state", IncidentState.RECEDED)
    await flush(
        store,
        people=[person()],
        incidents=[incident(number + 1000, state=state) for number in ids],
        reports=[
            report(number, at=at + timedelta(seconds=number), incident_id=number + 1000, **more) for number in ids
        ],
    )


async def _mine(store: Store) -> list[int]:
    return sorted(found.id for found in (await load(store, person_ids=[1])).reports)


async def test_a_persons_reports_are_the_open_and_those_of_the_last_30_days(store: Store) -> None:
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)
    await _filed(store, after(days=-200), [1], state=IncidentState.WAITING)
    await _filed(store, after(days=-31), [2])
    await _filed(store, after(days=-29), [3])
    await _filed(store, after(minutes=-5), [4], state=IncidentState.WAITING)
    await _filed(store, after(minutes=-4), [5], withdrawn=True)
    await _filed(store, after(minutes=-3), [6], state=IncidentState.WAITING, withdrawn=True)
    await _filed(store, after(days=-2), [7], withdrawn=True)
    loaded = await load(store, telegram_ids=[person().telegram_id])
    assert sorted(found.id for found in loaded.reports) == [1, 3, 4, 5, 6]  # withdrawn: those of the last day
    assert sorted(found.id for found in loaded.incidents) == [1001, 1003, 1004, 1005, 1006]


async def test_of_a_persons_reports_the_newest_twenty_are_loaded(store: Store) -> None:
    await _filed(store, after(days=-40), range(1, 13), state=IncidentState.WAITING)
    await _filed(store, after(days=-1), range(20, 33))
    assert await _mine(store) == [*range(6, 13), *range(20, 33)]


async def test_a_report_counts_as_open_with_its_incident(store: Store) -> None:
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)
    await _filed(store, after(days=-60), [1], state=IncidentState.WAITING)
    assert await _mine(store) == [1]
    await flush(store, incidents=[incident(1001, state=IncidentState.UNHEARD)])
    assert await _mine(store) == []
    await flush(store, incidents=[incident(1001)])
    assert await _mine(store) == [1]
    await flush(store, incidents=[incident(2, state=IncidentState.RECEDED)], reports=[
        report(1, at=after(days=-60), incident_id=2)
    ])  # fmt: skip
    assert await _mine(store) == []


async def test_reports_of_others_are_not_mine(store: Store) -> None:
    await people(store, 1, 2)
    await flush(store, incidents=[incident()], reports=[report(1), report(2, person_id=2)])
    assert await _mine(store) == [1]


# -- which reports and incidents else ---------------------------------------------------------------------------------


async def test_an_incident_comes_with_its_reports_that_stand(store: Store) -> None:
    await people(store, 1, 2)
    await flush(store, incidents=[incident()], reports=[report(1), report(2, person_id=2), report(3, withdrawn=True)])
    loaded = await load(store, incident_ids=[10])
    assert sorted(found.id for found in loaded.reports) == [1, 2]
    assert list(loaded.incidents) == [incident()]


async def test_a_report_comes_with_its_incident_also_when_it_is_withdrawn(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()], reports=[report(1), report(3, withdrawn=True)])
    for wanted in ({"report_ids": [3]}, {"report_numbers": ["R3"]}):
        loaded = await load(store, **wanted)
        assert [found.id for found in loaded.reports] == [3]
        assert list(loaded.incidents) == [incident()]


async def test_cells_give_the_open_incidents_of_that_kind(store: Store) -> None:
    cell, far = cell_of(LAT, LON), cell_of(LAT + 0.01, LON)
    await flush(
        store,
        incidents=[
            incident(1),
            incident(2, state=IncidentState.RECEDED),
            incident(3, kind=Kind.DRAIN),
            incident(4, lat=LAT + 0.01),
            incident(5, lat=LAT + 0.05),
        ],
    )
    loaded = await load(store, cells=[(Kind.PUDDLE, cell), (Kind.PUDDLE, far)])
    assert sorted(found.id for found in loaded.incidents) == [1, 4]
    assert not loaded.reports
    assert [found.id for found in (await load(store, cells=[(Kind.DRAIN, cell)])).incidents] == [3]


async def test_an_incident_wanted_in_two_ways_comes_once(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()], reports=[report()])
    loaded = await load(
        store,
        person_ids=[1],
        telegram_ids=[person().telegram_id],
        report_ids=[11],
        report_numbers=["R11"],
        incident_ids=[10],
        cells=[(Kind.PUDDLE, incident().cell)],
    )
    assert (len(loaded.people), len(loaded.reports), len(loaded.incidents)) == (1, 1, 1)


# -- what is due ------------------------------------------------------------------------------------------------------


async def test_conversations_are_due_at_their_reminder_or_end_oldest_first(store: Store) -> None:
    await people(store, 1, 2, 3, 4)
    await flush(
        store,
        drafts=[
            Draft(1, 1, EVENING, remind_at=after(minutes=3), expires_at=after(hours=1)),
            Draft(2, 2, EVENING, expires_at=after(minutes=2)),
            Draft(3, 3, EVENING, remind_at=after(minutes=9)),
            Draft(4, 4, EVENING),
        ],
    )
    async with store.transaction() as tx:
        assert await tx.due_drafts(after(minutes=1), 9) == []
        assert await tx.due_drafts(after(minutes=3), 9) == [2, 1]
        assert await tx.due_drafts(after(hours=2), 2) == [2, 1]


async def test_quiet_puddles_are_those_nobody_was_asked_about_since(store: Store) -> None:
    seen: dict[str, Any] = {"at": after(hours=-8)}
    await flush(
        store,
        incidents=[
            incident(1, **seen),
            incident(2, at=after(hours=-9)),
            incident(3, at=after(hours=-5)),
            incident(4, kind=Kind.DRAIN, **seen),
            incident(5, state=IncidentState.RECEDED, **seen),
            incident(6, asked_at=after(hours=-1), asked=1, **seen),
            incident(7, asked_at=after(hours=-4), asked=1, **seen),
            incident(8, asked_at=after(hours=-9), asked=1, **seen),  # seen since
        ],
    )
    async with store.transaction() as tx:
        assert await tx.quiet_incidents(after(hours=-6), after(hours=-3), 9) == [2, 1, 7, 8]
        assert await tx.quiet_incidents(after(hours=-6), after(hours=-3), 1) == [2]


# -- all or nothing ---------------------------------------------------------------------------------------------------


async def test_counters_begin_at_zero_and_the_key_stays(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.counters()
        assert (first.case, first.person, len(first.number_key)) == (0, 0, 16)
        await tx.flush(Changes(counters=Counters(7, 3, b"not the key")))
    async with store.transaction() as tx:
        assert await tx.counters() == Counters(7, 3, first.number_key)


async def test_a_transaction_that_raises_changes_nothing(store: Store) -> None:
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)

    async def fail() -> None:
        async with store.transaction() as tx:
            (row,) = await tx.take(9)
            await tx.flush(
                Changes(
                    handled=[Handled(row.seq)], people=[person()], outbox=[outgoing()], counters=Counters(9, 9, b"")
                )
            )
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with store.transaction() as tx:
        assert len(await tx.take(9)) == 1
        assert (await tx.counters()).case == 0
        assert (await tx.load(Wanted(person_ids=frozenset({1})))).people == []
    assert await claim(store) == []


async def test_a_cancelled_transaction_changes_nothing_and_hinders_nobody(store: Store) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with store.transaction() as tx:
            await tx.flush(Changes(people=[person()]))
            inside.set()
            await asyncio.sleep(60)

    for moment in range(6):
        task = asyncio.create_task(work())
        for _ in range(moment):
            await asyncio.sleep(0)
        if moment == 5:
            await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert (await load(store, person_ids=[1])).people == []
    await flush(store, people=[person()])


@pytest.mark.parametrize(
    "broken",
    [
        {"reports": [report(11, person_id=99)]},
        {"reports": [report(12, number="R11")]},
        {"incidents": [incident(20, merged_into=99)]},
        {"people": [person(2, person(1).telegram_id)]},
        {"people": [person(2, 2**70)]},
        {"photos": [Photo(99, "a", "b", EVENING)]},
        {"reports": [report(13, note="\ud83d")]},
        {"reports": [report(13, incident_id=99)]},
        {"digests": [PostedDigest(EVENING, -5, EVENING, EVENING, 1, False)]},
    ],
    ids=["no person", "number taken", "no incident", "id taken", "too big", "no report", "surrogate", "gone", "digest"],
)  # fmt: skip
async def test_what_breaks_a_constraint_breaks_the_whole_batch(store: Store, broken: dict[str, object]) -> None:
    await flush(
        store,
        people=[person()],
        incidents=[incident()],
        reports=[report()],
        digests=[PostedDigest(EVENING, -5, EVENING, EVENING, 1, False)],
    )
    with pytest.raises(BrokenConstraint):
        await flush(store, drafts=[FULL_DRAFT], **broken)
    assert (await load(store, person_ids=[1])).drafts == []
    await flush(store, drafts=[FULL_DRAFT])


async def test_after_a_broken_flush_the_transaction_is_over(store: Store) -> None:
    with pytest.raises(RuntimeError):
        async with store.transaction() as tx:
            with pytest.raises(BrokenConstraint):
                await tx.flush(Changes(people=[person()], reports=[report()]))
            await tx.counters()
    with pytest.raises(RuntimeError):  # also when nobody asks anything of it any more
        async with store.transaction() as tx:
            with pytest.raises(BrokenConstraint):
                await tx.flush(Changes(people=[person()], reports=[report()]))
    assert (await load(store, person_ids=[1])).people == []


async def test_transactions_come_one_after_another(store: Store) -> None:
    """Each adds one to a counter that it has read: none is lost."""

    async def count() -> None:
        async with store.transaction() as tx:
            before = await tx.counters()
            await tx.flush(Changes(counters=replace(before, case=before.case + 1)))

    await asyncio.gather(*(count() for _ in range(30)))
    async with store.transaction() as tx:
        assert (await tx.counters()).case == 30


async def test_the_same_picture_twice_is_one(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()], reports=[report()])
    await flush(store, photos=[Photo(11, "a", "same", EVENING), Photo(11, "b", "same", EVENING)])
    await flush(store, photos=[Photo(11, "c", "same", EVENING)])


async def test_an_edited_message_says_something_else(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()], reports=[report()], messages=[(1, 5, 11, "depth")])
    await flush(store, messages=[(1, 5, 11, "note")])
    assert (await load(store, messages=[(1, 5)])).messages == {(1, 5): (11, "note")}
