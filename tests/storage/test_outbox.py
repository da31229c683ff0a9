"""Contract: what is asked for goes out once, when it is due, in order, and the urgent first."""

from __future__ import annotations

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.models import Choice, Say
from bot.domain.outgoing import Outgoing, Priority
from bot.ports import Store
from tests.helpers.builders import outgoing, person
from tests.helpers.clock import EVENING
from tests.storage.acts import after, ask, claim, deliver, flush, people, sent, texts

TELEGRAM_1 = person(1).telegram_id
GROUP, CHANNEL, SUPERGROUP = -4001, -1009002, -1009003


@pytest.fixture(autouse=True)
async def three_people(store: Store) -> None:
    await people(store, 1, 2, 3)


# -- what a claim says ------------------------------------------------------------------------------------------------


async def test_a_claim_carries_the_message_as_it_was_asked_for(store: Store) -> None:
    say = Say(
        "receipt",
        {"number": "A7", "at": "2026-01-18T19:42:00+07:00", "others": [1, {"x": None}]},
        choices=((Choice("rising", "rising", ("7",)), Choice("map", url="https://example.org/?q=-6,106")), ()),
        keyboard="ask",
        pin=(-6.1, 106.9),
        attachment="map",
        quiet=True,
    )
    await flush(store, people=[person(4, language="en")])
    await ask(
        store,
        Outgoing(say, EVENING, person_id=4, priority=Priority.ALERT, slot="report:7", expires_at=after(hours=1)),
    )
    (row,) = await claim(store)
    assert row.say == say
    assert (row.chat_id, row.private, row.language) == (person(4).telegram_id, True, "en")
    assert (row.message_id, row.topic_id, row.attempts, row.slot) == (None, None, 0, "report:7")
    assert (row.priority, row.expires_at) == (Priority.ALERT, after(hours=1))


async def test_a_group_is_written_to_in_its_topic_and_in_indonesian(store: Store) -> None:
    await ask(store, outgoing(chat_id=GROUP, topic_id=9))
    (row,) = await claim(store)
    assert (row.chat_id, row.private, row.topic_id, row.language) == (GROUP, False, 9, "id")


async def test_the_language_is_the_one_at_the_time_of_sending(store: Store) -> None:
    await ask(store, outgoing())
    await flush(store, people=[person(1, language="en")])
    assert (await claim(store))[0].language == "en"


async def test_a_private_chat_named_by_its_id_is_private(store: Store) -> None:
    await ask(store, outgoing(chat_id=4242))
    assert (await claim(store))[0].private


async def test_a_message_to_nobody_breaks_the_batch(store: Store) -> None:
    for nobody in (
        Outgoing(Say("x"), EVENING),
        Outgoing(Say("x"), EVENING, person_id=1, chat_id=2),
        outgoing(person_id=99),
    ):
        with pytest.raises(BrokenConstraint):
            await ask(store, nobody)
    assert await deliver(store) == []


# -- order ------------------------------------------------------------------------------------------------------------


async def test_one_message_a_chat_is_under_way_and_in_the_order_of_asking(store: Store) -> None:
    await ask(store, outgoing("a"), outgoing("b"), outgoing("c", person_id=2))
    first = await claim(store)
    assert texts(first) == ["a", "c"]
    assert await claim(store) == []
    assert texts(await claim(store, sent(first[0]))) == ["b"]


async def test_answers_go_before_alerts_digests_and_broadcasts(store: Store) -> None:
    for priority in reversed(Priority):
        await ask(store, outgoing(priority.name, priority=priority), outgoing(f"{priority.name}2", priority=priority))
    assert await deliver(store) == [
        "ANSWER", "ANSWER2", "ALERT", "ALERT2", "DIGEST", "DIGEST2", "BROADCAST", "BROADCAST2"
    ]  # fmt: skip


async def test_urgent_chats_come_first_where_only_some_can_be_claimed(store: Store) -> None:
    await ask(
        store,
        outgoing("broadcast", person_id=1, priority=Priority.BROADCAST),
        outgoing("alert", person_id=2, priority=Priority.ALERT),
        outgoing("answer", person_id=3),
    )
    assert texts(await claim(store, limit=2)) == ["answer", "alert"]


async def test_of_two_chats_the_one_waiting_longer_comes_first(store: Store) -> None:
    await ask(store, outgoing("later", person_id=1, due_at=after(seconds=5)), outgoing("sooner", person_id=2))
    assert texts(await claim(store, at=after(minutes=1), limit=1)) == ["sooner"]


async def test_a_person_and_the_same_chat_named_by_its_id_are_one_chat(store: Store) -> None:
    await ask(store, outgoing("a"), outgoing("b", chat_id=TELEGRAM_1))
    first = await claim(store)
    assert len(first) == 1
    assert len(await claim(store, sent(first[0]))) == 1


async def test_busy_chats_get_nothing(store: Store) -> None:
    await ask(store, outgoing("a"), outgoing("b", person_id=2))
    assert texts(await claim(store, busy=[TELEGRAM_1])) == ["b"]
    assert texts(await claim(store)) == ["a"]


async def test_recording_alone_claims_nothing(store: Store) -> None:
    await ask(store, outgoing())
    assert await claim(store, limit=0) == []
    assert len(await claim(store)) == 1


# -- due and expiry ---------------------------------------------------------------------------------------------------


async def test_a_message_waits_until_it_is_due_and_holds_nothing_up(store: Store) -> None:
    await ask(store, outgoing("question", due_at=after(hours=9)), outgoing("answer"))
    assert await deliver(store) == ["answer"]
    assert await store.next_due(EVENING) == after(hours=9)
    assert await deliver(store, at=after(hours=9)) == ["question"]
    assert await store.next_due(EVENING) is None


async def test_the_next_due_is_one_after_now(store: Store) -> None:
    assert await store.next_due(EVENING) is None
    await ask(store, outgoing(), outgoing(person_id=2, due_at=after(minutes=2)), outgoing(due_at=after(minutes=1)))
    assert await store.next_due(EVENING) == after(minutes=2)


async def test_a_message_past_its_time_is_dropped(store: Store) -> None:
    await ask(store, outgoing("old", expires_at=after(hours=1)), outgoing("lasting"))
    assert await deliver(store, at=after(hours=1)) == ["lasting"]
    assert (await store.queues(EVENING))["outbox"] == 0


async def test_an_expired_change_of_a_sent_slot_leaves_it_as_it_was_sent(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await ask(store, outgoing("change", slot="s", expires_at=after(hours=1)))
    assert await claim(store, at=after(hours=2)) == []
    await ask(store, outgoing("next", slot="s"))
    (row,) = await claim(store, at=after(hours=3))
    assert (row.say.text, row.message_id) == ("next", 77)


async def test_a_message_under_way_does_not_expire(store: Store) -> None:
    await ask(store, outgoing("slow", slot="s", expires_at=after(minutes=1)))
    (row,) = await claim(store)
    await claim(store, at=after(minutes=2))
    await claim(store, sent(row, 5), at=after(minutes=3))
    await ask(store, outgoing("edit", slot="s"))
    assert (await claim(store, at=after(minutes=3)))[0].message_id == 5


async def test_a_great_many_expired_messages_go_with_time(store: Store) -> None:
    await ask(store, *(outgoing(str(n), expires_at=after(hours=1)) for n in range(1200)), outgoing("live"))
    assert await deliver(store, at=after(hours=2)) == ["live"]
    for _ in range(2):
        await claim(store, at=after(hours=2))
    assert (await store.queues(after(hours=2)))["outbox"] == 0


# -- many -------------------------------------------------------------------------------------------------------------


async def test_a_chat_with_ten_thousand_messages_does_not_starve_the_others(store: Store) -> None:
    await ask(store, *(outgoing(str(n)) for n in range(10_000)), outgoing("other", person_id=2))
    assert texts(await claim(store, limit=2)) == ["0", "other"]
    assert texts(await claim(store, limit=2, busy=[TELEGRAM_1])) == []
    await ask(store, outgoing("third", person_id=3))
    assert texts(await claim(store, limit=1, busy=[TELEGRAM_1])) == ["third"]
