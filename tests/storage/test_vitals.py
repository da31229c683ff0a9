"""How the database is: queues, what was lost, the channel, sizes; and alarms that are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.alarms import Alarm
from bot.domain.health import Mishaps, Waiting
from bot.domain.models import IncidentState, Say
from bot.domain.outgoing import Claimed, Dead, Outgoing, Priority, Sent
from bot.domain.records import Changes, Handled, Person, PostedDigest, RawUpdate, WorkRow
from storage import SqliteStore, open_store
from storage.vitals import stored
from tests.helpers.builders import incident
from tests.helpers.clock import EVENING
from tests.storage.files import url_of

CHANNEL = -100_77


async def flush(store: SqliteStore, **changes: object) -> None:
    async with store.transaction() as tx:
        await tx.flush(Changes(**changes))  # type: ignore[arg-type]


async def claim(store: SqliteStore) -> Sequence[Claimed]:
    return await store.exchange([], EVENING, 50, frozenset())


def post(slot: str) -> Outgoing:
    return Outgoing(Say("t.x"), EVENING, chat_id=CHANNEL, priority=Priority.DIGEST, slot=slot)


def to(person_id: int, priority: Priority = Priority.ANSWER) -> Outgoing:
    return Outgoing(Say("t.x"), EVENING, person_id=person_id, priority=priority)


async def test_an_empty_database(store: SqliteStore) -> None:
    found = await store.stored(EVENING, CHANNEL)
    assert (found.inbox, found.work, found.outbox) == (Waiting(), Waiting(), {})
    assert (found.failed, found.dead, found.channel_refused) == (Mishaps(), Mishaps(), None)
    assert found.schema >= 4
    assert found.database_bytes + found.wal_bytes > 0
    assert found.disk_free_bytes > 0


async def test_what_waits_and_for_how_long(store: SqliteStore) -> None:
    await store.receive(1, [RawUpdate(1, "{}"), RawUpdate(2, "{}")], EVENING)
    people = [Person(number, number, "id", EVENING) for number in (1, 2)]
    work = WorkRow("geocode", EVENING, 1, {})
    later = replace(to(2), due_at=EVENING + timedelta(hours=5))
    await flush(store, people=people, work=[work], outbox=[to(1), to(2, Priority.BROADCAST), later])
    found = await store.stored(EVENING + timedelta(seconds=90), None)
    assert (found.inbox, found.work) == (Waiting(2, 90), Waiting(1, 90))
    assert found.outbox == {Priority.ANSWER: Waiting(2, 90), Priority.BROADCAST: Waiting(1, 90)}
    await store.claim_work(EVENING, 5)  # somebody does it, for a very long time
    assert (await store.stored(EVENING + timedelta(seconds=900), None)).work == Waiting(1, 900)


async def test_what_failed_lately_is_told_by_the_kind_of_the_first(store: SqliteStore) -> None:
    await store.receive(1, [RawUpdate(n, "secret words") for n in range(3)], EVENING)
    errors = ["KeyError: 'Jalan Rahasia'", "unreadable: nothing", "X"]
    await flush(store, handled=[Handled(n + 1, error) for n, error in enumerate(errors)])
    found = await store.stored(EVENING + timedelta(hours=23), None)
    assert (found.failed, found.failed_rows) == (Mishaps(3, "KeyError", EVENING), 3)
    found = await store.stored(EVENING + timedelta(hours=25), None)
    assert (found.failed, found.failed_rows) == (Mishaps(), 3)


async def test_that_people_block_the_bot_is_no_mishap(store: SqliteStore) -> None:
    people = [Person(number, number, "id", EVENING) for number in (1, 2)]
    await flush(store, people=people, outbox=[to(1), to(2)])
    one, two = await claim(store)
    dead = [Dead(one.id, "bot was blocked", unreachable=True), Dead(two.id, "Can't parse entities: Jalan Rahasia")]
    await store.exchange(dead, EVENING, 0, frozenset())
    found = await store.stored(EVENING, None)
    assert (found.dead, found.dead_rows) == (Mishaps(1, "Can't parse entities", EVENING), 2)


async def test_what_is_for_nobody_is_not_late(store: SqliteStore) -> None:
    """Who blocked the bot or was erased gets nothing: nobody must look into it."""
    people = [Person(1, -1, "id", EVENING, reachable=False), Person(2, 2, "id", EVENING)]
    await flush(store, people=people, outbox=[to(1), to(2)])
    found = await store.stored(EVENING + timedelta(hours=8), None)
    assert found.outbox == {Priority.ANSWER: Waiting(1, 8 * 3600)}


async def test_how_the_channel_took_the_last_post(store: SqliteStore) -> None:
    async def becomes(slot: str, at_minute: int, why: str | None = None, *, gone: bool = False) -> str | None:
        await flush(store, outbox=[post(slot)])
        (row,) = await claim(store)
        outcome = Sent(row.id, row.rev, 5) if why is None else Dead(row.id, why, unreachable=gone)
        now = EVENING + timedelta(minutes=at_minute)
        await store.exchange([outcome], now, 0, frozenset())
        found = await store.stored(now, CHANNEL)
        assert found.dead == Mishaps()  # told of by itself
        assert (await store.stored(now, -5)).channel_refused is None
        return found.channel_refused

    assert await becomes("a", 1) is None
    assert await becomes("b", 2, "Forbidden: bot is not a member", gone=True) == "Forbidden"
    assert await becomes("c", 3) is None
    assert await becomes("d", 4, "Message is too long") == "Message is too long"


async def test_cases_by_state_and_the_last_digest(store: SqliteStore) -> None:
    ended = incident(3, state=IncidentState.RECEDED, ended_at=EVENING, number="E3")
    posted = PostedDigest(EVENING, CHANNEL, EVENING - timedelta(days=1), EVENING, 1, late=False)
    await flush(store, incidents=[incident(1), incident(2, number="E2"), ended], digests=[posted])
    found = await store.stored(EVENING, CHANNEL)
    assert dict(found.open_incidents) == {"waiting": 2}
    assert found.last_digest_at == EVENING
    assert (await store.stored(EVENING, None)).last_digest_at is None


async def test_what_is_long_over_costs_nothing(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine."""
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    await flush(store, incidents=[incident(1)])
    steps = []
    for round_ in range(2):
        first = 100 + 3000 * round_
        ended = [
            incident(n, state=IncidentState.RECEDED, ended_at=EVENING, number=f"E{n}")
            for n in range(first, first + 3000)
        ]
        await store.receive(1, [RawUpdate(n, "{}") for n in range(first, first + 3000)], EVENING)
        seqs = range(3000 * round_ + 1, 3000 * (round_ + 1) + 1)
        await flush(store, incidents=ended, handled=[Handled(seq) for seq in seqs])
        steps.append(_steps(path))
    await store.close()
    assert steps[0] == steps[1]


def _steps(path: Path) -> int:
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1

    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        stored(db, EVENING, CHANNEL)  # the schema is read by now
        db.set_progress_handler(counted, 1)
        stored(db, EVENING, CHANNEL)
    return count


async def test_alarms_are_kept_with_what_is_said_of_them(tmp_path: Path) -> None:
    store = await open_store(url_of(tmp_path / "genangan.db"))
    await flush(store, people=[Person(1, 10, "id", EVENING)])
    told = Alarm("disk", EVENING, EVENING, None, {"free_gb": 0.4})
    await store.put_alarms([told], [replace(to(1), slot="alarm:disk")])
    await store.close()
    store = await open_store(url_of(tmp_path / "genangan.db"))
    assert await store.alarms(EVENING + timedelta(days=9)) == [told]  # stands, however long
    over = replace(told, over_at=EVENING + timedelta(hours=1), times=2)
    await store.put_alarms([over], [])
    assert await store.alarms(EVENING) == [over]
    assert await store.alarms(EVENING + timedelta(days=1)) == []
    assert [row.slot for row in await claim(store)] == ["alarm:disk"]
    await store.prune(EVENING + timedelta(days=91))
    assert await store.alarms(EVENING) == []
    await store.close()
