"""Slow work: done beside everything else, each kind in its own time, and its result never left lying."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import GeocoderError, RetryLater, StoreBusy
from bot.domain.records import WorkRow
from bot.services.work import Doer, Worker
from storage import SqliteStore, open_store
from tests.helpers.builders import person
from tests.helpers.clock import EVENING, StillClock
from tests.helpers.waiting import until
from tests.storage.acts import flush


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    await flush(opened, people=[person()])
    yield opened
    await opened.close()


class PatientClock(StillClock):
    """Stands still, and lets who sleeps wait until the test ends."""

    async def sleep(self, seconds: float) -> None:
        if seconds >= 30:
            await asyncio.Event().wait()
        await super().sleep(seconds)


@asynccontextmanager
async def working(store: SqliteStore, doers: Mapping[str, Doer], clock: StillClock) -> AsyncIterator[list[int]]:
    """A worker at work; how often it told that a result is there."""
    told: list[int] = []
    running = asyncio.create_task(Worker(store, clock, doers, lambda: told.append(1)).run())
    try:
        yield told
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def asked(store: SqliteStore, *kinds: str) -> None:
    await flush(store, work=[WorkRow(kind, EVENING, 1, {"n": n}) for n, kind in enumerate(kinds)])


async def results(store: SqliteStore) -> list[dict[str, Any]]:
    async with store.transaction() as tx:
        return [json.loads(row.payload) for row in await tx.take(99)]


async def done(row: WorkRow) -> Mapping[str, object]:
    return {"did": row.kind}


async def test_a_result_comes_back_through_the_inbox(store: SqliteStore) -> None:
    await asked(store, "summary")
    async with working(store, {"summary": done}, PatientClock()) as told:
        await until(lambda: told)
    assert await results(store) == [
        {"work": "summary", "person_id": 1, "asked": {"n": 0}, "result": {"did": "summary"}}
    ]


async def test_a_geocoder_that_hangs_keeps_no_officer_waiting(store: SqliteStore) -> None:
    async def hang(row: WorkRow) -> Mapping[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    await asked(store, *["geocode"] * 60, "summary")
    async with working(store, {"geocode": hang, "summary": done}, PatientClock()) as told:
        await until(lambda: told)
    assert [each["work"] for each in await results(store)] == ["summary"]


async def test_a_result_waits_for_a_database_that_takes_nothing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = store.finish_work
    refused: list[int] = []

    async def busy_twice(*args: Any) -> None:
        if len(refused) < 2:
            refused.append(1)
            raise StoreBusy("the disk is full")
        await true(*args)

    monkeypatch.setattr(store, "finish_work", busy_twice)
    await asked(store, "summary")
    async with working(store, {"summary": done}, PatientClock()) as told:
        await until(lambda: told)
    assert [each["result"] for each in await results(store)] == [{"did": "summary"}]


async def test_a_result_that_cannot_be_stored_counts_as_none(store: SqliteStore) -> None:
    async def half_a_pair(row: WorkRow) -> Mapping[str, object]:
        return {"label": "\ud83c"}

    await asked(store, "geocode")
    async with working(store, {"geocode": half_a_pair}, PatientClock()) as told:
        await until(lambda: told)
    assert [each["result"] for each in await results(store)] == [None]


async def test_a_geocoder_that_fails_is_asked_once_and_a_mistake_of_ours_thrice(store: SqliteStore) -> None:
    tries: list[str] = []

    async def fail(row: WorkRow) -> Mapping[str, object]:
        tries.append(row.kind)
        raise GeocoderError("no answer") if row.kind == "geocode" else ZeroDivisionError

    await asked(store, "geocode", "summary")
    clock = PatientClock()
    for _ in range(4):
        async with working(store, {"geocode": fail, "summary": fail}, clock):
            await asyncio.sleep(0.05)
        clock.move(seconds=31)
    assert sorted(tries) == ["geocode", "summary", "summary", "summary"]
    assert [(each["work"], each["result"]) for each in await results(store)] == [("geocode", None), ("summary", None)]


async def test_an_outage_of_telegram_gives_up_no_work_and_fills_no_log(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    async def away(row: WorkRow) -> Mapping[str, object]:
        tried.append(row.id)
        if len(tried) < 20:
            raise RetryLater("httpx.ConnectError", everyone=True)
        return {"did": row.kind}

    await asked(store, "hash")
    async with working(store, {"hash": away}, StillClock()) as told:
        await until(lambda: told)
    assert [each["result"] for each in await results(store)] == [{"did": "hash"}]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_work_that_nobody_does_any_more_is_answered_without_a_result(store: SqliteStore) -> None:
    await asked(store, "geocode")
    async with working(store, {"summary": done}, PatientClock()) as told:
        await until(lambda: told)
    assert [each["result"] for each in await results(store)] == [None]
