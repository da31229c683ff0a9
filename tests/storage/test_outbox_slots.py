"""Contract: a slot is one message: changes of what is wanted come together, and edit it where it was sent."""

from __future__ import annotations

import pytest

from bot.domain.outgoing import Priority, Sent
from bot.ports import Store
from tests.helpers.builders import outgoing, person
from tests.helpers.clock import EVENING
from tests.storage.acts import after, ask, claim, deliver, people, sent, texts

TELEGRAM_1 = person(1).telegram_id
GROUP, CHANNEL, SUPERGROUP = -4001, -1009002, -1009003


@pytest.fixture(autouse=True)
async def three_people(store: Store) -> None:
    await people(store, 1, 2, 3)


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
