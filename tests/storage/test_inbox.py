"""Contract: what was received is there, once, in order, until it is handled; then it is empty."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.domain.records import Handled, RawUpdate, WorkRow
from bot.ports import Store
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, people

BOT = 4242


async def _waiting(store: Store) -> list[tuple[int, str]]:
    async with store.transaction() as tx:
        return [(row.update_id, row.payload) for row in await tx.take(100)]


async def test_updates_come_out_in_the_order_in_which_they_came_in(store: Store) -> None:
    assert await store.receive(BOT, [RawUpdate(900, "a"), RawUpdate(901, "b")], EVENING) == 2
    assert await store.receive(BOT, [RawUpdate(5, "c")], after(seconds=1)) == 1  # Telegram restarted its ids
    async with store.transaction() as tx:
        rows = await tx.take(2)
    assert [(row.bot_id, row.update_id, row.payload, row.received_at) for row in rows] == [
        (BOT, 900, "a", EVENING),
        (BOT, 901, "b", EVENING),
    ]
    assert [update_id for update_id, _ in await _waiting(store)] == [900, 901, 5]


async def test_an_update_counts_once_also_after_it_was_handled(store: Store) -> None:
    assert await store.receive(BOT, [RawUpdate(1, "a"), RawUpdate(1, "a"), RawUpdate(2, "b")], EVENING) == 2
    async with store.transaction() as tx:
        rows = await tx.take(9)
    await flush(store, handled=[Handled(row.seq) for row in rows])
    assert await store.receive(BOT, [RawUpdate(2, "b"), RawUpdate(3, "c")], EVENING) == 1
    assert await _waiting(store) == [(3, "c")]


async def test_two_bots_may_use_the_same_update_id(store: Store) -> None:
    await store.receive(BOT, [RawUpdate(1, "a")], EVENING)
    assert await store.receive(BOT + 1, [RawUpdate(1, "b")], EVENING) == 1


async def test_nothing_received_is_nothing_new(store: Store) -> None:
    assert await store.receive(BOT, [], EVENING) == 0


async def test_a_failed_row_is_not_taken_again_and_counted(store: Store) -> None:
    await store.receive(BOT, [RawUpdate(1, "a"), RawUpdate(2, "b")], EVENING)
    async with store.transaction() as tx:
        first, _ = await tx.take(2)
    await flush(store, handled=[Handled(first.seq, "ValueError: what")])
    assert await _waiting(store) == [(2, "b")]
    sizes = await store.queues(after(seconds=90))
    assert (sizes["failed"], sizes["inbox"], sizes["inbox_age_s"]) == (1, 1, 90)


async def test_half_a_surrogate_pair_does_not_hold_up_what_comes_behind(store: Store) -> None:
    assert await store.receive(BOT, [RawUpdate(1, "\ud83d"), RawUpdate(2, "\U0001f30a")], EVENING) == 2
    assert await _waiting(store) == [(1, "?"), (2, "\U0001f30a")]


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.receive(BOT, [RawUpdate(1, "a")], datetime(2026, 1, 18, 12))  # noqa: DTZ001
    assert await _waiting(store) == []


async def test_times_are_instants_in_whatever_zone_they_were_given(store: Store) -> None:
    london = datetime(2026, 1, 18, 12, 42, 0, 123456, tzinfo=timezone(timedelta(0)))
    await store.receive(BOT, [RawUpdate(1, "a")], london)
    async with store.transaction() as tx:
        (row,) = await tx.take(1)
    assert row.received_at == EVENING + timedelta(microseconds=123456)
    assert row.received_at.utcoffset() == timedelta(0)


# -- work -------------------------------------------------------------------------------------------------------------


async def test_work_is_done_once_and_its_result_comes_back_as_an_internal_event(store: Store) -> None:
    await people(store, 1)
    await flush(store, work=[WorkRow("geocode", EVENING, 1, {"text": "Jl. Mangga"}), WorkRow("export", after(hours=1))])
    (work,) = await store.claim_work(EVENING, 5)
    assert (work.kind, work.person_id, work.asked, work.attempts) == ("geocode", 1, {"text": "Jl. Mangga"}, 0)
    assert await store.claim_work(EVENING, 5) == []
    await store.finish_work(work, {"places": [1, 2]}, after(seconds=3))
    await store.finish_work(work, {"places": []}, after(seconds=4))  # told twice, heard once
    async with store.transaction() as tx:
        (row,) = await tx.take(9)
    assert (row.bot_id, row.update_id, row.received_at) == (0, work.id, after(seconds=3))
    assert row.payload == ('{"work":"geocode","person_id":1,"asked":{"text":"Jl. Mangga"},"result":{"places":[1,2]}}')
    assert [later.kind for later in await store.claim_work(after(hours=1), 5)] == ["export"]


async def test_work_that_failed_says_so_with_no_result(store: Store) -> None:
    await flush(store, work=[WorkRow("export", EVENING)])
    (work,) = await store.claim_work(EVENING, 5)
    await store.finish_work(work, None, EVENING)
    assert await _waiting(store) == [(work.id, '{"work":"export","person_id":null,"asked":{},"result":null}')]


async def test_work_is_tried_again_later(store: Store) -> None:
    await flush(store, work=[WorkRow("geocode", EVENING)])
    (work,) = await store.claim_work(EVENING, 5)
    await store.finish_work(work, None, EVENING, retry_at=after(minutes=1))
    assert await store.claim_work(after(seconds=59), 5) == []
    (again,) = await store.claim_work(after(minutes=1), 5)
    assert (again.id, again.attempts, again.due_at) == (work.id, 1, after(minutes=1))
    assert await _waiting(store) == []


async def test_work_comes_oldest_first(store: Store) -> None:
    await flush(
        store, work=[WorkRow("b", after(seconds=2)), WorkRow("a", after(seconds=1)), WorkRow("c", after(days=1))]
    )
    assert [work.kind for work in await store.claim_work(after(minutes=1), 1)] == ["a"]
    assert [work.kind for work in await store.claim_work(after(minutes=1), 9)] == ["b"]
    assert (await store.queues(EVENING))["work"] == 3


async def test_work_that_a_process_left_is_due_again(store: Store) -> None:
    await flush(store, work=[WorkRow("geocode", EVENING)])
    await store.claim_work(EVENING, 5)
    await store.release_claims()
    assert len(await store.claim_work(EVENING, 5)) == 1


async def test_ids_of_work_never_come_back(store: Store) -> None:
    """They are keys of results in the inbox, where a known key is skipped."""
    for _ in range(2):
        await flush(store, work=[WorkRow("geocode", EVENING)])
        (work,) = await store.claim_work(EVENING, 5)
        await store.finish_work(work, {}, EVENING)
    assert len(await _waiting(store)) == 2
