"""What is stored and cannot be read any more, say after a downgrade, keeps nobody else waiting."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.records import Draft, WorkRow
from bot.ports import Store
from tests.helpers.builders import incident, outgoing, person, report
from tests.helpers.clock import EVENING
from tests.storage.acts import ask, claim, deliver, flush, load, people


def spoil(folder: Path, statement: str, rows: int = 1) -> None:
    """Change the file behind the store's back. rows: how many of them; -1 where it is about no rows."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db, db:
        assert db.execute(statement).rowcount == rows


@pytest.mark.parametrize("say", ["{", "[]", '{"values":1}', '{"text":"hello","choices":7}'])
async def test_a_message_that_cannot_be_read_dies_and_those_behind_it_go_out(
    store: Store, tmp_path: Path, say: str
) -> None:
    await people(store, 1, 2)
    await ask(store, outgoing("spoilt"), outgoing("behind it"), outgoing("another's", person_id=2))
    spoil(tmp_path, f"UPDATE outbox SET say = '{say}' WHERE id = 1")
    assert await deliver(store) == ["behind it", "another's"]
    assert (await store.queues(EVENING))["dead"] == 1


async def test_a_conversation_that_cannot_be_read_begins_anew(store: Store, tmp_path: Path) -> None:
    await flush(store, people=[person(1), person(2)], drafts=[Draft(1, 1, EVENING), Draft(2, 2, EVENING)])
    spoil(tmp_path, "UPDATE drafts SET draft = '{\"id\":1}' WHERE person_id = 1")
    assert [draft.person_id for draft in (await load(store, person_ids=[1, 2])).drafts] == [2]
    await flush(store, drafts=[Draft(3, 1, EVENING)])
    assert {draft.id for draft in (await load(store, person_ids=[1, 2])).drafts} == {2, 3}


async def test_another_record_that_cannot_be_read_is_no_fault_of_the_store(store: Store, tmp_path: Path) -> None:
    await flush(store, people=[person(1), person(2)], incidents=[incident()], reports=[report()])
    spoil(tmp_path, "UPDATE reports SET kind = 'meteor'")
    with pytest.raises(BrokenConstraint, match="cannot be read"):
        await load(store, person_ids=[1])
    assert len((await load(store, person_ids=[2])).people) == 1
    assert await claim(store) == []


async def test_work_that_cannot_be_read_is_dropped_and_the_rest_is_done(store: Store, tmp_path: Path) -> None:
    await flush(store, people=[person()], work=[WorkRow("summary", EVENING, 1), WorkRow("export", EVENING, 1)])
    spoil(tmp_path, "UPDATE work SET asked = '{' WHERE kind = 'summary'")
    assert [work.kind for work in await store.claim_work(EVENING, 5)] == ["export"]
    assert (await store.queues(EVENING))["work"] == 1
