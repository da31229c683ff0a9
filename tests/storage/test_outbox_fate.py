"""Contract: what becomes of a message that could not be sent, and of its chat."""

from __future__ import annotations

import pytest

from bot.domain.outgoing import Dead, Moved, Postponed, Priority
from bot.ports import Store
from tests.helpers.builders import outgoing, person
from tests.helpers.clock import EVENING
from tests.storage.acts import after, ask, claim, deliver, flush, load, people, sent, texts

TELEGRAM_1 = person(1).telegram_id
GROUP, CHANNEL, SUPERGROUP = -4001, -1009002, -1009003


@pytest.fixture(autouse=True)
async def three_people(store: Store) -> None:
    await people(store, 1, 2, 3)


async def test_a_message_put_off_holds_its_whole_chat_in_order(store: Store) -> None:
    await ask(store, outgoing("a"), outgoing("b"), outgoing("other", person_id=2))
    a, _ = await claim(store)
    await claim(store, Postponed(a.id, after(seconds=30), "429"), limit=0)
    await ask(store, outgoing("c"), outgoing("urgent", priority=Priority.ANSWER))
    assert await claim(store, at=after(seconds=29)) == []
    assert await store.next_due(EVENING) == after(seconds=30)
    assert await deliver(store, at=after(seconds=30)) == ["a", "b", "c", "urgent"]


async def test_tries_are_counted_unless_they_should_not_be(store: Store) -> None:
    await ask(store, outgoing())
    (row,) = await claim(store)
    (row,) = await claim(store, Postponed(row.id, EVENING, "5xx"))
    assert row.attempts == 1
    (row,) = await claim(store, Postponed(row.id, EVENING, "outage", counted=False))
    assert row.attempts == 1


async def test_a_message_that_is_gone_is_sent_anew(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await ask(store, outgoing("second", slot="s"))
    (row,) = await claim(store)
    (row,) = await claim(store, Postponed(row.id, EVENING, "gone", anew=True))
    assert (row.say.text, row.message_id) == ("second", None)


async def test_a_change_does_not_overtake_what_waits_with_it(store: Store) -> None:
    """The slot is first, fails, is changed meanwhile: it is still before the message asked for in between."""
    await ask(store, outgoing("first", slot="s"), outgoing("plain"))
    (row,) = await claim(store)
    await ask(store, outgoing("second", slot="s"))
    await claim(store, Postponed(row.id, after(seconds=5), "429"), limit=0)
    assert await deliver(store, at=after(seconds=5)) == ["second", "plain"]


async def test_a_longer_pause_is_not_cut_short_by_a_shorter_one(store: Store) -> None:
    await ask(store, outgoing("a"), outgoing("b"))
    (row,) = await claim(store)
    await claim(store, Postponed(row.id, after(seconds=30), "429"), limit=0)
    (row,) = await claim(store, at=after(seconds=30))
    await claim(store, Postponed(row.id, after(seconds=20), "old"), at=after(seconds=30), limit=0)
    assert len(await claim(store, at=after(seconds=30))) == 1


async def test_a_dead_message_is_counted_and_the_next_one_goes_out(store: Store) -> None:
    await ask(store, outgoing("bad"), outgoing("good"))
    (row,) = await claim(store)
    assert texts(await claim(store, Dead(row.id, "bad HTML"))) == ["good"]
    assert (await store.queues(EVENING))["dead"] == 1


async def test_a_dead_slot_can_be_wanted_anew(store: Store) -> None:
    await ask(store, outgoing("bad", slot="s"))
    (row,) = await claim(store)
    await claim(store, Dead(row.id, "bad HTML"))
    await ask(store, outgoing("bad again", slot="s", once=True))
    assert await claim(store) == []
    await ask(store, outgoing("good", slot="s"))
    assert texts(await claim(store)) == ["good"]
    assert (await store.queues(EVENING))["dead"] == 0


async def test_a_slot_refused_while_another_content_is_wanted_goes_out_with_that(store: Store) -> None:
    await ask(store, outgoing("bad HTML", slot="s"))
    (row,) = await claim(store)
    await ask(store, outgoing("good", slot="s"))
    assert texts(await claim(store, Dead(row.id, "bad HTML"))) == ["good"]


async def test_who_blocked_the_bot_gets_nothing_until_they_come_back(store: Store) -> None:
    await ask(store, outgoing("a"), outgoing("b"), outgoing("other", person_id=2))
    first = await claim(store)
    await claim(store, Dead(first[0].id, "blocked", unreachable=True), sent(first[1]))
    assert await claim(store) == []
    assert not (await load(store, person_ids=[1])).people[0].reachable
    await ask(store, outgoing("while away", expires_at=after(hours=1)))
    assert await claim(store) == []
    assert await store.next_due(EVENING) is None
    await flush(store, people=[person(1)], outbox=[outgoing("hello again")])
    assert await deliver(store, at=after(hours=2)) == ["hello again"]


async def test_a_person_written_as_unreachable_gets_nothing_more(store: Store) -> None:
    await ask(store, outgoing("kept", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await ask(store, outgoing("edit", slot="s"), outgoing("plain"))
    await flush(store, people=[person(1, reachable=False)])
    assert await claim(store) == []
    await flush(store, people=[person(1)])
    assert await claim(store) == []
    await ask(store, outgoing("edit again", slot="s"))
    assert (await claim(store))[0].message_id == 77
    await store.prune(after(days=1))
    assert (await store.queues(EVENING))["outbox"] == 1


async def test_a_chat_the_bot_was_removed_from_gets_nothing_of_what_waited_but_is_tried_again(store: Store) -> None:
    await ask(store, outgoing("card", chat_id=CHANNEL))
    await flush(store, unreachable_chats=[CHANNEL])
    assert await claim(store) == []
    await ask(store, outgoing("digest", chat_id=CHANNEL))  # the channel may have taken the bot back unnoticed
    (row,) = await claim(store)
    await claim(store, Dead(row.id, "kicked", unreachable=True))
    await flush(store, reachable_chats=[CHANNEL])
    await ask(store, outgoing("next digest", chat_id=CHANNEL))
    assert await deliver(store) == ["next digest"]


async def test_a_group_that_became_a_supergroup_is_followed(store: Store) -> None:
    await ask(store, outgoing("card", chat_id=GROUP, slot="card"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await ask(store, outgoing("a", chat_id=GROUP), outgoing("b", chat_id=GROUP))
    (row,) = await claim(store)
    (again,) = await claim(store, Moved(row.id, GROUP, SUPERGROUP))
    assert (again.say.text, again.chat_id, again.attempts) == ("a", SUPERGROUP, 0)
    await ask(store, outgoing("card 2", chat_id=GROUP, slot="card"), outgoing("c", chat_id=SUPERGROUP))
    (b,) = await claim(store, sent(again))
    assert (b.say.text, b.chat_id) == ("b", SUPERGROUP)
    (card,) = await claim(store, sent(b))
    assert (card.say.text, card.chat_id, card.message_id) == ("card 2", SUPERGROUP, None)
    assert texts(await claim(store, sent(card))) == ["c"]


async def test_moves_in_a_row_are_followed_to_the_end(store: Store) -> None:
    await flush(store, moved_chats=[(-1, -2), (-2, -3)])
    await ask(store, outgoing("a", chat_id=-1))
    assert (await claim(store))[0].chat_id == -3
    await flush(store, moved_chats=[(-3, -4)])
    await ask(store, outgoing("b", chat_id=-1), outgoing("c", chat_id=-2))
    await store.release_claims()
    assert {row.chat_id for row in await claim(store)} == {-4}


async def test_a_move_to_a_chat_that_is_written_to_already_joins_the_two(store: Store) -> None:
    await ask(store, outgoing("old", chat_id=GROUP), outgoing("old slot", chat_id=GROUP, slot="s"))
    await ask(store, outgoing("new slot", chat_id=SUPERGROUP, slot="s"))
    await flush(store, moved_chats=[(GROUP, SUPERGROUP)])
    assert await deliver(store) == ["old", "new slot"]


async def test_a_message_dropped_while_it_was_sent_is_forgotten(store: Store) -> None:
    await ask(store, outgoing())
    (row,) = await claim(store)
    await claim(store, sent(row))
    assert await claim(store, sent(row), Dead(row.id, "again"), Postponed(row.id, EVENING, "again")) == []
    assert (await store.queues(EVENING))["dead"] == 0


async def test_what_a_process_that_is_gone_was_sending_is_sent_again(store: Store) -> None:
    await ask(store, outgoing("a", slot="s"), outgoing("b"))
    await claim(store)
    await ask(store, outgoing("a2", slot="s"))
    await store.release_claims()
    assert await deliver(store) == ["a2", "b"]
