"""Contract: who works here, what they write and do, mode banjir, series and hashes of photos."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.models import IncidentEvent, IncidentState
from bot.domain.outgoing import Dead, Priority
from bot.domain.records import Changes, Photo, RawUpdate
from bot.domain.staff import (
    ADMIN,
    Audit,
    Errand,
    Flood,
    FloodList,
    Invite,
    Invited,
    Note,
    Officer,
    PhotoHash,
    Series,
    UnitLink,
    Wrote,
)
from bot.ports import Store
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, cell_of, incident, outgoing, person, report
from tests.helpers.clock import EVENING
from tests.storage.acts import after, ask, claim, flush, load, people, sent

PRIOK = "31.72.02"
NOTE = Note(21, 10, SUNGAI_BAMBU, 2, Wrote.FOLLOW_UP, EVENING, "pompa <b>", "quick.pump", "file", "unique")
SERIES = Series(
    31, "ROB7", LAT, LON, cell_of(LAT, LON), SUNGAI_BAMBU, "Jl. Mangga", "31.72", after(days=-3), EVENING, 3
)


def _audit(what: str, **by: float) -> Audit:
    return Audit(after(**by), 2, SUNGAI_BAMBU, what, "G10", {"outcome": "handled", "n": 2})


@pytest.fixture
async def office(store: Store) -> Store:
    """A store with two people and one incident."""
    await people(store, 1, 2)
    await flush(store, incidents=[incident()], reports=[report()])
    return store


# -- units, officers, invitations -------------------------------------------------------------------------------------


async def test_who_works_where_comes_back_whole(office: Store) -> None:
    links = [
        UnitLink(PRIOK, EVENING, -1005, 7),
        UnitLink(SUNGAI_BAMBU, after(hours=1), person_id=2),
        UnitLink("31.72", EVENING),
    ]
    officers = [Officer(2, SUNGAI_BAMBU, "Sari <b>", EVENING), Officer(2, ADMIN, "Sari", EVENING, after(days=1))]
    floods = [Flood(PRIOK, EVENING, 1), Flood("31.72.01", EVENING, None, after(hours=3))]
    lists = [FloodList(SUNGAI_BAMBU, True), FloodList("31.72.02.1003", False, after(minutes=2))]
    await flush(office, links=links, officers=officers, floods=floods, flood_lists=lists)
    loaded = await load(office, roster=["all"])
    assert {link.unit: link for link in loaded.links} == {link.unit: link for link in links}
    assert set(loaded.officers) == set(officers)
    assert set(loaded.floods) == set(floods)
    assert set(loaded.flood_lists) == set(lists)
    assert set(await office.unit_links()) == set(links)


async def test_a_later_word_on_staff_replaces_the_earlier_one(office: Store) -> None:
    before: dict[str, list[object]] = {
        "links": [UnitLink(PRIOK, EVENING, -1005, 7)],
        "officers": [Officer(2, PRIOK, "Sari", EVENING)],
        "floods": [Flood(PRIOK, EVENING, 1)],
        "flood_lists": [FloodList(SUNGAI_BAMBU, True)],
    }
    now: dict[str, list[object]] = {
        "links": [UnitLink(PRIOK, after(days=1))],
        "officers": [Officer(2, PRIOK, "Sari D", EVENING, after(hours=1))],
        "floods": [Flood(PRIOK, EVENING, 1, after(hours=4))],
        "flood_lists": [FloodList(SUNGAI_BAMBU, False, after(minutes=1))],
    }
    await flush(office, **before)
    await flush(office, **now)
    loaded = await load(office, roster=["all"])
    assert {name: list(getattr(loaded, name)) for name in now} == now


async def test_a_unit_is_told_in_its_group_also_after_that_moved(office: Store) -> None:
    await flush(office, links=[UnitLink(PRIOK, EVENING, -5)])
    await flush(office, moved_chats=[(-5, -1005)])
    (moved,) = (await load(office, roster=["all"])).links
    assert moved.chat_id == -1005
    await flush(office, links=[replace(moved, unit="31.72.01", chat_id=-5)])  # made before the move was known
    assert {link.chat_id for link in (await load(office, roster=["all"])).links} == {-1005}


async def test_an_invitation_is_found_by_its_hash_only(office: Store) -> None:
    made = Invite("ab" * 32, Invited.UNIT, PRIOK, 1, EVENING, after(days=7))
    admin = Invite("cd" * 32, Invited.ADMIN, ADMIN, 1, EVENING, after(days=7))
    await flush(office, invites=[made, admin])
    assert list((await load(office, invites=["ab" * 32, "ef" * 32])).invites) == [made]
    used = replace(made, used_at=after(hours=1), used_by=2)
    await flush(office, invites=[used])
    assert list((await load(office, invites=["ab" * 32])).invites) == [used]
    assert not (await load(office, roster=["all"])).invites


async def test_nothing_of_staff_comes_unasked(office: Store) -> None:
    await flush(
        office,
        links=[UnitLink(PRIOK, EVENING, -5)],
        officers=[Officer(2, PRIOK, "Sari", EVENING)],
        notes=[NOTE],
        errands=[Errand(2, 10, "close", EVENING)],
        series=[SERIES],
    )
    loaded = await load(office, person_ids=[2], incident_ids=[10])
    assert not (loaded.links or loaded.officers or loaded.notes or loaded.errands or loaded.series or loaded.histories)


# -- files of cases ---------------------------------------------------------------------------------------------------


async def test_the_file_of_a_case_has_its_history_notes_and_photos(office: Store) -> None:
    opened, taken = incident(), incident(state=IncidentState.PROCESS, alerted_cm=70)
    history = [
        IncidentEvent(10, "opened", "warga", EVENING, opened, {"report": 11}),
        IncidentEvent(10, "taken", SUNGAI_BAMBU, after(minutes=9), taken),
        IncidentEvent(10, "joined", "warga", after(minutes=3), taken),  # told late
    ]
    notes = [NOTE, replace(NOTE, id=20, what=Wrote.CLOSING, at=after(minutes=5), words=None, photo=None)]
    photos = [Photo(11, "one", "u1", after(minutes=2)), Photo(11, "two", "u2", EVENING)]
    other = replace(NOTE, id=22, incident_id=12)
    await flush(office, incidents=[incident(12), taken], events=history, notes=[*notes, other], photos=photos)
    loaded = await load(office, files=[10, 99])
    told = [(one.what, one.who, one.at, one.why, one.after.state) for one in loaded.histories[10]]
    assert told == [(one.what, one.who, one.at, one.why, one.after.state) for one in history]
    assert 99 not in loaded.histories
    assert list(loaded.notes) == notes
    assert list(loaded.photos) == photos[::-1]


async def test_an_errand_is_one_a_person(office: Store) -> None:
    await flush(office, errands=[Errand(2, 10, "close", EVENING, {"outcome": "handled", "note": 21})])
    again = Errand(2, 10, "refuse", after(minutes=1), {"reason": "river", "asked": [1, None, "x"]})
    await flush(office, errands=[again])
    assert list((await load(office, errands=[1, 2])).errands) == [again]
    await flush(office, dropped_errands=[1, 2])
    assert not (await load(office, errands=[1, 2])).errands
    await flush(office, dropped_errands=[2], errands=[again])
    assert list((await load(office, errands=[2])).errands) == [again]
    await office.prune(after(days=29))
    assert (await load(office, errands=[2])).errands
    await office.prune(after(days=31))
    assert not (await load(office, errands=[2])).errands


async def test_a_series_is_found_where_it_is_while_it_is_open(office: Store) -> None:
    await flush(office, series=[SERIES], incidents=[incident(12, series_id=31)])
    cell = SERIES.cell
    assert list((await load(office, series=[cell, cell + 1])).series) == [SERIES]
    assert list((await load(office, series=[cell], series_ids=[31, 99])).series) == [SERIES]
    over = replace(SERIES, times=4, last_at=after(days=1), ended_at=after(days=20))
    await flush(office, series=[over])
    assert not (await load(office, series=[cell])).series
    assert list((await load(office, series_ids=[31])).series) == [over]


async def test_an_occurrence_may_come_with_its_series(office: Store) -> None:
    await flush(office, series=[SERIES], incidents=[incident(12, series_id=31)])
    assert [one.series_id for one in (await load(office, incident_ids=[12])).incidents] == [31]


# -- photos used again ------------------------------------------------------------------------------------------------


async def test_the_hash_of_a_photo_is_that_of_its_first_case(office: Store) -> None:
    first = PhotoHash("u1", 10, 2**64 - 1, after(minutes=5))
    older = PhotoHash("u0", 10, 2**63 - 1, EVENING)
    await flush(office, incidents=[incident(12)], hashes=[first, older])
    await flush(office, hashes=[PhotoHash("u1", 12, 2**64 - 1, after(days=1)), PhotoHash("u2", 12, 0, after(days=1))])
    assert await office.photo_like("u1", lambda _: False) == first
    assert await office.photo_like("u2", lambda _: False) == PhotoHash("u2", 12, 0, after(days=1))
    assert await office.photo_like("u1", lambda hash_: hash_ == older.hash) == older
    assert await office.photo_like("u3", lambda _: False) is None


# -- what was done stays ----------------------------------------------------------------------------------------------


async def test_what_officers_did_is_told_newest_first(office: Store) -> None:
    done = [_audit("take_up"), _audit("close", hours=2), _audit("invite", hours=1), _audit("block", hours=2)]
    await flush(office, audit=done)
    assert await office.audit(after(days=-1), 9) == [done[3], done[1], done[2], done[0]]
    assert await office.audit(EVENING, 2) == [done[3], done[1]]
    assert await office.audit(after(hours=2), 9) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET what = 'nothing'",
        "DELETE FROM audit",
        "UPDATE incident_events SET who = 'warga'",
        "DELETE FROM incident_events",
    ],
)
async def test_neither_audit_nor_history_can_be_changed(office: Store, tmp_path: Path, change: str) -> None:
    await flush(
        office, audit=[_audit("take_up")], events=[IncidentEvent(10, "taken", SUNGAI_BAMBU, EVENING, incident())]
    )
    with (
        closing(sqlite3.connect(tmp_path / "genangan.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="only added to"),
    ):
        db.execute(change)
    assert await office.audit(after(days=-1), 9) == [_audit("take_up")]
    assert [one.what for one in (await load(office, files=[10])).histories[10]] == ["taken"]


# -- who can be told --------------------------------------------------------------------------------------------------


async def test_people_to_tell_are_those_who_can_be_reached(store: Store) -> None:
    blocked = replace(person(4), blocked_at=EVENING)
    await flush(store, people=[person(1), person(2), person(3, reachable=False), blocked, person(5), person(6)])
    assert await store.people_to_tell(None, 9, 0) == [1, 2, 5, 6]
    assert await store.people_to_tell(None, 2, 0) == [1, 2]
    assert await store.people_to_tell(None, 2, 2) == [5, 6]
    assert await store.people_to_tell(None, 2, 6) == []


async def test_people_to_tell_in_an_area_have_reported_there(store: Store) -> None:
    await people(store, 1, 2, 3, 4)
    await flush(store, incidents=[incident()])
    elsewhere = replace(report().place, area_code="31.72.01.1001")
    await flush(
        store,
        reports=[
            report(11, person_id=1),
            report(12, person_id=1),
            report(13, person_id=2, place=elsewhere),
            report(14, person_id=3, withdrawn=True),
        ],
    )
    assert await store.people_to_tell(SUNGAI_BAMBU, 9, 0) == [1]
    assert await store.people_to_tell(PRIOK, 9, 0) == [1]
    assert await store.people_to_tell("31.72", 9, 0) == [1, 2]
    assert await store.people_to_tell("31.72", 9, 1) == [2]
    assert await store.people_to_tell("31.7", 9, 0) == [1, 2]
    assert await store.people_to_tell("31.73", 9, 0) == []


async def test_a_message_to_many_tells_how_far_it_has_come(store: Store) -> None:
    await people(store, 1, 2, 4)
    await ask(store, *(outgoing(person_id=who, priority=Priority.BROADCAST, slot="news:1") for who in (1, 2, 4)))
    await ask(store, outgoing(person_id=1, priority=Priority.BROADCAST, slot="news:2"))
    first, second = await claim(store, limit=2)
    await claim(store, sent(first), Dead(second.id, "blocked"), limit=0)
    assert await store.deliveries("news:1") == {"queued": 1, "sent": 1, "dead": 1}
    assert await store.deliveries("news:3") == {}


# -- incidents by other keys ------------------------------------------------------------------------------------------


async def test_an_incident_is_found_by_its_number(office: Store) -> None:
    assert list((await load(office, incident_numbers=["G10", "G99"])).incidents) == [incident()]


async def test_an_area_gives_its_open_incidents_whatever_their_state(store: Store) -> None:
    await flush(
        store,
        incidents=[
            incident(1),
            incident(2, state=IncidentState.PROCESS, area_code="31.72.02.1003"),
            incident(3, state=IncidentState.COORDINATION, area_code="31.72.01.1001"),
            incident(4, state=IncidentState.HANDLED),
            incident(5, state=IncidentState.DISPOSITION, area_code=None),
        ],
    )

    async def found(*areas: str) -> list[int]:
        return sorted(one.id for one in (await load(store, open_in=areas)).incidents)

    assert await found(SUNGAI_BAMBU) == [1]
    assert await found(PRIOK) == [1, 2]
    assert await found(PRIOK, "31.72", SUNGAI_BAMBU) == [1, 2, 3]
    assert await found("31.73") == []
    assert await found("") == [1, 2, 3, 5]


async def test_cells_give_what_ended_there_within_a_month(store: Store) -> None:
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)
    gone = IncidentState.HANDLED
    await flush(
        store,
        incidents=[
            incident(1),
            incident(2, state=gone, ended_at=after(days=-29)),
            incident(3, state=gone, ended_at=after(days=-31)),
            incident(4, state=gone, lat=LAT + 0.05),
        ],
    )
    kind, cell = incident().kind, incident().cell
    assert [one.id for one in (await load(store, ended_near=[(kind, cell)])).incidents] == [2]
    assert sorted(one.id for one in (await load(store, ended_near=[(kind, cell)], cells=[(kind, cell)])).incidents) == [
        1,
        2,
    ]


async def test_incidents_of_a_period_come_in_its_order_as_they_are_now(store: Store) -> None:
    hour = timedelta(hours=1)
    late = incident(1, at=EVENING + 2 * hour, state=IncidentState.HANDLED, ended_at=EVENING + 3 * hour)
    early = incident(2, at=EVENING + hour, state=IncidentState.RECEDED, ended_at=EVENING + 4 * hour)
    still = incident(3, at=EVENING)
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=[late, early, still]))
    assert await store.first_seen_between(EVENING, after(hours=2)) == [early, late]
    assert await store.first_seen_between(after(hours=-1), EVENING) == [still]
