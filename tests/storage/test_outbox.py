"""Contract: what is asked for goes out once, in order, to who can be reached; a slot's message is edited."""

from __future__ import annotations

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.models import Choice, Say
from bot.domain.records import Dead, Moved, Outgoing, Postponed, Priority, Sent
from bot.ports import Store
from tests.helpers.builders import outgoing, person
from tests.helpers.clock import EVENING
from tests.storage.acts import after, ask, claim, deliver, flush, load, people, sent, texts

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


# -- slots ------------------------------------------------------------------------------------------------------------


async def test_a_sent_slot_is_edited(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    assert await claim(store) == []
    await ask(store, outgoing("second", slot="s"))
    (row,) = await claim(store)
    assert (row.say.text, row.message_id) == ("second", 77)
    await claim(store, sent(row, 77))
    assert await claim(store) == []


async def test_changes_of_a_queued_slot_come_together_and_keep_its_place(store: Store) -> None:
    await ask(store, outgoing("one", slot="s"), outgoing("plain"), outgoing("two", slot="s"))
    await ask(store, outgoing("three", slot="s"))
    assert await deliver(store) == ["three", "plain"]


async def test_a_change_of_a_sent_slot_waits_behind_what_was_asked_before(store: Store) -> None:
    await ask(store, outgoing("slot", slot="s"))
    await deliver(store)
    await ask(store, outgoing("plain"), outgoing("change", slot="s"))
    assert await deliver(store) == ["plain", "change"]


async def test_slots_of_different_chats_and_keys_are_different(store: Store) -> None:
    await ask(
        store,
        outgoing("1s", slot="s"),
        outgoing("1t", slot="t"),
        outgoing("2s", person_id=2, slot="s"),
        outgoing("gs", chat_id=GROUP, slot="s"),
    )
    assert sorted(await deliver(store)) == ["1s", "1t", "2s", "gs"]


async def test_a_change_overwrites_time_priority_and_expiry(store: Store) -> None:
    await ask(store, outgoing("held", slot="s", due_at=after(hours=1), priority=Priority.DIGEST))
    await ask(store, outgoing("now", slot="s", priority=Priority.ANSWER, expires_at=after(minutes=30)))
    (row,) = await claim(store)
    assert (row.say.text, row.priority, row.expires_at) == ("now", Priority.ANSWER, after(minutes=30))


async def test_a_change_put_off_waits(store: Store) -> None:
    await ask(store, outgoing("now", slot="s"), outgoing("later", slot="s", due_at=after(hours=1)))
    assert await claim(store) == []
    assert await store.next_due(EVENING) == after(hours=1)
    assert texts(await claim(store, at=after(hours=1))) == ["later"]


async def test_anew_sends_a_new_message_and_edits_that_from_then_on(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await ask(store, outgoing("anew", slot="s", anew=True))
    (row,) = await claim(store)
    assert (row.say.text, row.message_id) == ("anew", None)
    await claim(store, sent(row, 88))
    await ask(store, outgoing("change", slot="s"))
    assert (await claim(store))[0].message_id == 88


async def test_once_changes_nothing_if_the_slot_exists(store: Store) -> None:
    await ask(store, outgoing("first", slot="s", once=True))
    await ask(store, outgoing("again", slot="s", once=True))
    assert await deliver(store) == ["first"]
    await ask(store, outgoing("and again", slot="s", once=True))
    assert await deliver(store) == []


async def test_a_slot_changed_while_it_is_sent_keeps_its_message_and_is_edited_next(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"), outgoing("plain"))
    (row,) = await claim(store)
    await ask(store, outgoing("second", slot="s"))
    assert await claim(store) == []  # still under way
    (plain,) = await claim(store, sent(row, 77))
    assert plain.say.text == "plain"  # was asked for before the change
    (edit,) = await claim(store, sent(plain))
    assert (edit.say.text, edit.message_id) == ("second", 77)
    assert edit.rev > row.rev


async def test_a_new_message_wanted_while_the_old_one_is_sent_is_new(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"))
    (row,) = await claim(store)
    await ask(store, outgoing("anew", slot="s", anew=True))
    (row,) = await claim(store, sent(row, 77))
    assert (row.say.text, row.message_id) == ("anew", None)
    await claim(store, sent(row, 88))
    await ask(store, outgoing("change", slot="s"))
    assert (await claim(store))[0].message_id == 88


async def test_an_edit_that_changed_nothing_keeps_the_message(store: Store) -> None:
    await ask(store, outgoing("first", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await ask(store, outgoing("same", slot="s"))
    (row,) = await claim(store)
    await claim(store, Sent(row.id, row.rev, None), limit=0)
    await ask(store, outgoing("third", slot="s"))
    assert (await claim(store))[0].message_id == 77


# -- put off, dead, moved ---------------------------------------------------------------------------------------------


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


async def test_a_chat_the_bot_was_removed_from_gets_nothing_until_it_is_added_again(store: Store) -> None:
    await flush(store, unreachable_chats=[CHANNEL])
    await ask(store, outgoing("digest", chat_id=CHANNEL))
    assert await claim(store) == []
    await flush(store, reachable_chats=[CHANNEL])
    assert await deliver(store) == ["digest"]


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


# -- many -------------------------------------------------------------------------------------------------------------


async def test_a_chat_with_ten_thousand_messages_does_not_starve_the_others(store: Store) -> None:
    await ask(store, *(outgoing(str(n)) for n in range(10_000)), outgoing("other", person_id=2))
    assert texts(await claim(store, limit=2)) == ["0", "other"]
    assert texts(await claim(store, limit=2, busy=[TELEGRAM_1])) == []
    await ask(store, outgoing("third", person_id=3))
    assert texts(await claim(store, limit=1, busy=[TELEGRAM_1])) == ["third"]
