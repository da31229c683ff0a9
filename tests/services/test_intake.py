"""Intake: a batch gives what its rows give one by one, nothing is lost on the way, and one bad row stops nobody."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.callback import encode
from bot.chat.reader import Reader
from bot.domain.errors import BrokenConstraint
from bot.services import intake
from tests.helpers.desk import Desk, open_desk
from tests.services.test_reporting import ANI, BUDI, HERE, NEAR, report

SPOTS = [(-6.1302, 106.8868), (-6.13025, 106.88685), (-6.1306, 106.8872), (-6.1345, 106.8862)]
PEOPLE = [7_000_000_001, 7_000_000_002, 7_000_000_003]

TABLES = ("people", "drafts", "reports", "incidents", "incident_events", "photos", "said", "different", "outbox")


@dataclass(frozen=True)
class Deed:
    """One thing that one person does."""

    who: int
    what: str
    value: Any = None


who = st.sampled_from(PEOPLE)
ids = st.integers(1, 12).map(str)
deeds = st.one_of(
    st.builds(Deed, who, st.just("location"), st.sampled_from(SPOTS)),
    st.builds(
        Deed, who, st.just("text"), st.sampled_from(["selutut", "40 cm", "Jl. Mangga", "banjir", "/batal", "/lapor"])
    ),
    st.builds(Deed, who, st.just("photo")),
    st.builds(
        Deed,
        who,
        st.just("press"),
        st.one_of(
            st.tuples(st.just("d"), ids, st.sampled_from(["knee", "waist"])),
            st.tuples(st.sampled_from(["other", "gone", "still", "drop", "none", "by", "fix"]), ids),
            st.tuples(st.just("same"), ids, ids),
        ),
    ),
)


async def live(folder: Path, story: Sequence[Deed], batch: int) -> dict[str, list[Any]]:
    """What the database holds after this story, taken so many rows at a time."""
    async with open_desk(folder) as desk:
        with closing(sqlite3.connect(folder / "genangan.db")) as db, db:
            db.execute("UPDATE counters SET number_key = zeroblob(16)")  # the numbers are otherwise each database's own
        for deed in story:
            desk.clock.move(seconds=40)
            if deed.what == "location":
                await desk.location(deed.who, *deed.value, take=False)
            elif deed.what == "text":
                await desk.text(deed.who, deed.value, take=False)
            elif deed.what == "photo":
                await desk.photo(deed.who, take=False)
            else:
                act, *args = deed.value
                await desk.press_data(deed.who, encode(act, tuple(args)), take=False)
        with patch.object(intake, "BATCH", batch):
            while await desk.intake.once():
                pass
    return content(folder)


def content(folder: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        assert db.execute("SELECT count(*) FROM inbox WHERE error IS NOT NULL").fetchone() == (0,)
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(deeds, min_size=1, max_size=24))
def test_a_batch_gives_what_its_rows_give_one_by_one(story: list[Deed]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        assert asyncio.run(live(Path(many), story, 64)) == asyncio.run(live(Path(one), story, 1))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(deeds, min_size=1, max_size=30))
def test_splitting_and_joining_never_loses_a_report(story: list[Deed]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), story, 64))
        with closing(sqlite3.connect(Path(folder) / "genangan.db")) as db:
            counted = dict(
                db.execute(
                    "SELECT incident_id, count(*) FROM reports WHERE NOT withdrawn GROUP BY incident_id"
                ).fetchall()
            )
            kept = dict(db.execute("SELECT id, reporters FROM incidents WHERE reporters > 0").fetchall())
            assert kept == counted
            orphans = db.execute("SELECT count(*) FROM reports WHERE incident_id NOT IN (SELECT id FROM incidents)")
            assert orphans.fetchone() == (0,)


async def test_a_row_that_raises_loses_only_its_own_changes(desk: Desk) -> None:
    await desk.location(ANI, *HERE, take=False)
    await desk.location(BUDI, *NEAR, take=False)
    true = intake.handle
    failed: list[int] = []

    def clumsy(ctx: Any, batch: Any, event: Any) -> Any:
        done = true(ctx, batch, event)
        if event.sender.telegram_id == ANI and not failed:
            failed.append(1)
            raise RuntimeError("a mistake of ours")
        return done

    with patch.object(intake, "handle", clumsy):
        await desk.take()
    assert desk.says(ANI) == ["say.trouble"]
    assert desk.says(BUDI) == ["ask.depth"]
    queues = await desk.store.queues(desk.clock.now())
    assert (queues["failed"], queues["inbox"]) == (1, 0)


async def test_a_broken_constraint_redoes_the_rows_one_by_one(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.location(BUDI, *NEAR, take=False)
    await desk.text(BUDI, "selutut", take=False)
    flushes: list[int] = []
    cls = type(await _transaction(desk))
    true = cls.flush

    async def flush(self: Any, changes: Any) -> None:
        flushes.append(len(changes.handled))
        if len(changes.handled) > 1:
            raise BrokenConstraint("two of one")
        await true(self, changes)

    with patch.object(cls, "flush", flush):
        await desk.take()
    assert flushes[:3] == [2, 1, 1]
    [incident] = await desk.incidents()
    assert incident.reporters == 2


async def _transaction(desk: Desk) -> Any:
    async with desk.store.transaction() as tx:
        return tx


async def test_the_payload_is_emptied_when_it_is_handled_and_kept_when_it_failed(desk: Desk, tmp_path: Path) -> None:
    await desk.receive({"message": {"message_id": "nonsense"}})
    await report(desk, ANI)
    with closing(sqlite3.connect(tmp_path / "genangan.db")) as db:
        rows = db.execute("SELECT payload, error FROM inbox ORDER BY seq").fetchall()
    assert json.loads(rows[0][0])["message"]
    assert "unreadable" in rows[0][1]
    assert all(not payload for payload, error in rows if error is None)
    assert str(ANI) not in "".join(str(payload) for payload, error in rows if error is None)


async def test_a_row_that_the_reader_stumbles_over_is_kept_as_failed(desk: Desk) -> None:
    await desk.location(ANI, *HERE, take=False)
    await desk.location(BUDI, *NEAR, take=False)
    true = Reader.read
    stumbled: list[Any] = []

    def clumsy(self: Reader, row: Any) -> Any:
        if not stumbled:
            stumbled.append(row)
            raise ZeroDivisionError
        return true(self, row)

    with patch.object(Reader, "read", clumsy):
        await desk.take()
    assert desk.says(BUDI) == ["ask.depth"]
    queues = await desk.store.queues(desk.clock.now())
    assert (queues["failed"], queues["inbox"]) == (1, 0)


async def test_who_has_a_record_that_cannot_be_read_keeps_nobody_else_waiting(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await report(desk, ANI)
    spoil(tmp_path, "UPDATE reports SET kind = 'meteor'")
    await desk.text(ANI, "airnya naik", take=False)
    await desk.location(BUDI, -6.1345, 106.8862, take=False)
    await desk.take()
    assert desk.says(BUDI) == ["ask.depth"]
    queues = await desk.store.queues(desk.clock.now())
    assert (queues["failed"], queues["inbox"]) == (1, 0)
    assert str(ANI) not in caplog.text


async def test_what_cannot_be_followed_up_is_told_once_and_keeps_nothing_else_waiting(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, at=(-6.1345, 106.8862))
    spoil(tmp_path, "UPDATE reports SET kind = 'meteor' WHERE id = (SELECT min(id) FROM reports)")
    await desk.beat(hours=6, minutes=1)
    await desk.beat(hours=3, minutes=40)  # questions wait for the morning
    assert "ask.gone" in desk.says(BUDI)
    told = [record.getMessage() for record in caplog.records if "cannot be followed up" in record.getMessage()]
    assert len(told) == 2  # its silence and its clock
    assert len(set(told)) == 2


def spoil(folder: Path, statement: str) -> None:
    """Change the database behind the bot's back."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db, db:
        assert db.execute(statement).rowcount == 1
