"""A database of before offices answered: what is in it goes on, and the Suku Dinas is said to have answered for all."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.handling import Handling
from bot.domain.models import IncidentState
from storage import SqliteStore, migrate, open_store
from storage.codec import to_us
from storage.queries import migrations, statements
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, cell_of
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, load
from tests.storage.files import url_of

AT, LATER, END = to_us(EVENING), to_us(after(hours=1)), to_us(after(hours=2))
SUDIN = Handling(owner="31.72", since=EVENING, had=("31.72",))


def _insert(db: sqlite3.Connection, table: str, **columns: object) -> None:
    names = ", ".join(columns)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in columns)})", columns)


def _old_incident(
    db: sqlite3.Connection, number: int, state: str, ended_at: int | None, area_code: str | None = SUNGAI_BAMBU
) -> None:
    _insert(
        db,
        "incidents",
        id=number, number=f"G{number}", kind="genangan", state=state, lat=LAT, lon=LON, weight=0.016,
        cell=cell_of(LAT, LON), reporters=1, area_code=area_code, first_seen=AT, last_seen=LATER, causes="rain",
        faults="", photos=0, approximate=0, unsure=0, asked=0, ended_at=ended_at,
    )  # fmt: skip


@pytest.fixture
async def old_store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A store that was made by the first schema, with rows of then, and is opened by this program."""
    path = tmp_path / "genangan.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements(migrations()[1]):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        _insert(db, "people", id=1, telegram_id=700_000_001, language="id", language_chosen=0, created_at=AT)
        _insert(db, "recipients", person_id=1)
        _old_incident(db, 10, "waiting", None)
        _old_incident(db, 11, "receded", END)
        _old_incident(db, 12, "unheard", None)
        _old_incident(db, 13, "waiting", END, area_code=None)
        for number in (10, 11):
            _insert(
                db,
                "reports",
                id=number + 100, number=f"R{number}", kind="genangan", person_id=1, incident_id=number, lat=LAT,
                lon=LON, source="gps", approximate=0, at=AT, seen_at=AT, photos=0, passing=0, word="standing",
                match_score=0.0, match_others=0, match_by="first", unsure=0, withdrawn=0, active=number == 10,
            )  # fmt: skip
        for at, state, ended in ((AT, "waiting", ""), (END, "receded", f',"ended_at":{END}')):
            seen = f'"reporters":1,"area_code":null,"last_seen":{LATER}'
            then = f'{{"state":"{state}","lat":{LAT},"lon":{LON},{seen}{ended}}}'
            _insert(db, "incident_events", incident_id=11, what="x", who="warga", at=at, why="{}", after=then)
    store = await open_store(url_of(path), upgrade=lambda _: None)
    yield store
    await store.close()


async def test_the_suku_dinas_answered_for_all_and_no_clock_runs(old_store: SqliteStore) -> None:
    loaded = await load(old_store, incident_ids=[10, 11, 12, 13])
    assert {one.id: one.handling for one in loaded.incidents} == dict.fromkeys((10, 11, 12, 13), SUDIN)
    async with old_store.transaction() as tx:
        assert await tx.due_handlings(after(days=999), 9) == []


async def test_past_moments_show_that_too(old_store: SqliteStore) -> None:
    shown = {one.id: one for one in await old_store.incidents_as_of(after(minutes=90), EVENING)}
    assert (shown[11].state, shown[11].handling) == (IncidentState.WAITING, SUDIN)
    history = (await load(old_store, files=[11])).histories[11]
    assert [(one.after.state, one.after.ended_at, one.after.handling) for one in history] == [
        (IncidentState.WAITING, None, SUDIN),
        (IncidentState.RECEDED, after(hours=2), SUDIN),
    ]


async def test_what_had_ended_has_an_end_and_what_was_open_has_none(old_store: SqliteStore) -> None:
    loaded = await load(old_store, incident_ids=[10, 11, 12, 13])
    ends = {10: None, 11: after(hours=2), 12: after(hours=1), 13: None}
    assert {one.id: one.ended_at for one in loaded.incidents} == ends
    assert (await old_store.queues(EVENING))["open"] == 2


async def test_people_and_reports_go_on_as_they_were(old_store: SqliteStore) -> None:
    loaded = await load(old_store, person_ids=[1])
    (person,) = loaded.people
    assert (person.blocked_at, person.reachable) == (None, True)
    assert sorted((one.id, one.muted, one.far, one.heard, one.rating) for one in loaded.reports) == [
        (110, False, False, 0, None),
        (111, False, False, 0, None),
    ]
    await flush(old_store, people=loaded.people, incidents=loaded.incidents, reports=loaded.reports)
    assert await load(old_store, person_ids=[1]) == loaded
