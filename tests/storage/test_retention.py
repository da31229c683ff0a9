"""Retention: old reports are parted from their people, who stay away goes, and figures of the past stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.models import IncidentState
from bot.domain.records import Photo
from bot.domain.sites import SiteWord
from bot.domain.staff import Officer, PhotoHash
from bot.ports import Store
from bot.services import retention
from bot.services.retention import Retention
from storage import open_store
from storage import retention as rules
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, incident, person, place, report, site
from tests.helpers.clock import EVENING, WIB
from tests.storage.acts import flush
from tests.storage.files import url_of

OLD = EVENING - timedelta(days=400)
YOUNG = EVENING - timedelta(days=10)
BEFORE = EVENING - timedelta(days=365)


async def lived(store: Store) -> None:
    """Person 1 reported long ago, 2 long ago and lately, 3 never; 4 worked, and was removed long ago; 5 is blocked."""
    old: dict[str, Any] = {"state": IncidentState.RECEDED, "ended_at": OLD + timedelta(hours=5)}
    here = place(LAT + 0.0003, LON, name="warung bu Ani")
    await flush(
        store,
        people=[person(n, created_at=OLD) for n in (1, 2, 3, 4)]
        + [replace(person(5, created_at=OLD), blocked_at=OLD), person(6, created_at=YOUNG), person(7, created_at=OLD)],
        incidents=[
            incident(10, at=OLD, reporters=2, photos=1, name="warung bu Ani", **old),
            incident(20, at=YOUNG, state=IncidentState.RECEDED, ended_at=YOUNG),
            incident(30, at=OLD),
        ],
        reports=[
            report(11, at=OLD, place=here, note="pagar biru", photos=1),
            report(12, at=OLD, person_id=2),
            report(13, at=OLD, person_id=5),
            report(21, at=YOUNG, person_id=2, incident_id=20, note="baru"),
            report(31, at=OLD, person_id=7, incident_id=30, note="masih"),
        ],
        photos=[Photo(11, "f1", "u1", OLD), Photo(21, "f2", "u2", YOUNG)],
        hashes=[PhotoHash("u1", 10, 1, OLD), PhotoHash("u2", 20, 2, YOUNG)],
        officers=[Officer(4, SUNGAI_BAMBU, "Tono", OLD, removed_at=OLD), Officer(2, SUNGAI_BAMBU, "Sri", OLD)],
        sites=[site(3)],
        site_words=[SiteWord(3, 2, OLD, tidy=True)],
    )


async def run(store: Store) -> None:
    """All that is due."""
    while await store.retain(EVENING, BEFORE):
        pass


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What a query gives."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        return db.execute(query).fetchall()


async def test_old_reports_are_parted_and_those_who_stay_away_go(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await lived(store)
    await run(store)
    assert rows(tmp_path, "SELECT id FROM people WHERE id > 0 ORDER BY id") == [(2,), (6,), (7,)]
    assert rows(tmp_path, "SELECT id, person_id < 0, note FROM reports ORDER BY id") == [
        (11, 1, None),
        (12, 1, None),
        (13, 1, None),
        (21, 0, "baru"),
        (31, 0, "masih"),
    ]
    assert rows(tmp_path, "SELECT name, photos FROM incidents WHERE id = 10") == [(None, 1)]
    assert rows(tmp_path, "SELECT file_unique_id FROM photos") == [("u2",)]
    assert rows(tmp_path, "SELECT file_unique_id FROM photo_hashes") == [("u2",)]
    assert rows(tmp_path, "SELECT name FROM officers") == [("Sri",)]
    assert rows(tmp_path, "SELECT count(*) FROM site_words") == [(0,)]
    # of those whom something keeps out it is remembered, of the others not
    assert len(rows(tmp_path, "SELECT * FROM erasures")) == 2
    await store.close()


async def test_figures_exports_and_digests_of_the_past_stay_as_they_were(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await lived(store)

    async def figures() -> list[object]:
        windows: list[tuple[datetime, datetime]] = [
            (OLD - timedelta(days=1), OLD + timedelta(days=1)),
            (OLD - timedelta(days=1), EVENING),
        ]
        found: list[object] = []
        for since, until in windows:
            tally = await store.tally(since, until)
            # over both: who was one person in all of it is not known to be any more
            found += [tally if until < EVENING else replace(tally, reporters=0)]
            found += [await store.count_reports(since, until)]
            snapshot = await store.snapshot(since, until)
            found.append([replace(each, name=None) for each in snapshot.incidents])
            found.append([replace(each, name=None) async for each in store.incidents_of(since, until)])
            found.append(
                [
                    (each.number, each.depth, each.at, number)
                    async for each, number in store.reports_between(since, until)
                ]
            )
            found.append([replace(past, name=None) for past in await store.pasts(since, until)])
        return found

    before = await figures()
    await run(store)
    assert await figures() == before
    await store.close()


async def test_admins_of_the_settings_are_kept(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await lived(store)
    while await store.retain(EVENING, BEFORE, [person(3).telegram_id]):
        pass
    assert (3,) in rows(tmp_path, "SELECT id FROM people")
    await store.close()


async def test_it_goes_in_small_steps_and_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "CASES", 2)
    store = await open_store(url_of(tmp_path / "genangan.db"))
    ends = [OLD + timedelta(minutes=n // 2) for n in range(9)]  # pairs that end at the same moment
    await flush(
        store,
        people=[person(1, created_at=OLD)],
        incidents=[incident(100 + n, at=OLD, state=IncidentState.RECEDED, ended_at=end) for n, end in enumerate(ends)],
        reports=[report(200 + n, at=OLD, incident_id=100 + n, number=f"Q{n}") for n in range(9)],
    )
    steps = 0
    while await store.retain(EVENING, BEFORE):
        steps += 1
    assert steps >= 5
    assert rows(tmp_path, "SELECT count(*) FROM reports WHERE person_id > 0") == [(0,)]
    await store.close()


async def test_who_was_forgotten_is_remembered_while_a_backup_may_hold_them(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await flush(store, people=[person(1), person(2)])
    async with store.transaction() as tx:
        await tx.erase(1, EVENING - timedelta(days=9))
        await tx.erase(2, EVENING - timedelta(days=7))
    service = Retention(store, WIB, 365, 7, ())
    await service.all_due(EVENING)
    assert len(rows(tmp_path, "SELECT * FROM erasures")) == 1
    await store.close()


async def test_it_is_done_once_a_day_and_not_before_the_night_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "STEPS", 1)
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await lived(store)
    service = Retention(store, WIB, 365, 7, ())
    midnight = EVENING.astimezone(WIB).replace(hour=0, minute=30)
    await service.all_due(midnight)
    assert (1,) in rows(tmp_path, "SELECT id FROM people")
    for minute in range(6):
        await service.all_due(midnight.replace(hour=3, minute=minute))
    assert (1,) not in rows(tmp_path, "SELECT id FROM people")
    await flush(store, people=[person(9, created_at=OLD)])
    await service.all_due(EVENING)
    assert (9,) in rows(tmp_path, "SELECT id FROM people")
    await service.all_due(EVENING + timedelta(days=1))
    assert (9,) not in rows(tmp_path, "SELECT id FROM people")
    await store.close()
