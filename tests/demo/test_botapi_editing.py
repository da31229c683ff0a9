"""Edits, deletions, pins and answers to presses."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InputMediaPhoto

from bot.demo.botapi import BotApi, Person
from tests.demo.conftest import RawBot
from tests.helpers.clock import StillClock

KEYBOARD = {"inline_keyboard": [[{"text": "Lutut", "callback_data": "d:50"}]]}


@pytest.fixture
def siti(api: BotApi) -> Person:
    person = api.user("Siti")
    person.start()
    return person


@pytest.fixture
async def sent(raw: RawBot, siti: Person) -> dict[str, Any]:
    found: dict[str, Any] = await raw.result(
        "sendMessage", chat_id=siti.id, text="Setinggi apa?", reply_markup=KEYBOARD
    )
    return {"chat_id": siti.id, "message_id": found["message_id"]}


async def test_an_edit_replaces_text_and_keyboard(
    raw: RawBot, siti: Person, sent: dict[str, Any], clock: StillClock
) -> None:
    clock.move(seconds=90)
    await raw.result("editMessageText", **sent, text="<i>Selutut</i>", parse_mode="HTML")
    assert siti.last.text == "Selutut"
    assert [e["type"] for e in siti.last.entities] == ["italic"]
    assert list(siti.last.all_buttons()) == []
    assert siti.last.edited_at is not None
    assert (siti.last.edited_at - siti.last.sent_at).total_seconds() == 90
    await raw.result("editMessageText", **sent, text="Selutut")
    assert siti.last.entities == ()


async def test_an_edit_that_changes_nothing_is_refused(raw: RawBot, sent: dict[str, Any]) -> None:
    refusal = await raw.refusal("editMessageText", **sent, text="Setinggi apa?", reply_markup=KEYBOARD)
    assert refusal.startswith("Bad Request: message is not modified: specified new message content and reply markup")
    refusal = await raw.refusal("editMessageReplyMarkup", **sent, reply_markup=KEYBOARD)
    assert "message is not modified" in refusal
    await raw.result("editMessageText", **sent, text="Setinggi apa?")
    assert "message is not modified" in await raw.refusal("editMessageReplyMarkup", **sent)


async def test_what_cannot_be_edited(raw: RawBot, siti: Person, sent: dict[str, Any]) -> None:
    edit = {"chat_id": siti.id, "text": "x"}
    assert await raw.refusal("editMessageText", **edit, message_id=999) == "Bad Request: message to edit not found"
    assert "identifier is not specified" in await raw.refusal("editMessageText", **edit)
    mine = siti.send_text("halo")
    refusal = await raw.refusal("editMessageText", **edit, message_id=mine.message_id)
    assert refusal == "Bad Request: message can't be edited"
    with_keyboard = await raw.result("sendMessage", chat_id=siti.id, text="x", reply_markup={"keyboard": [["Lokasi"]]})
    refusal = await raw.refusal("editMessageText", **edit, message_id=with_keyboard["message_id"])
    assert refusal == "Bad Request: message can't be edited"
    assert await raw.refusal("editMessageText", **sent, text="a" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
    refusal = await raw.refusal("editMessageText", **sent, text="x", reply_markup={"keyboard": [["y"]]})
    assert refusal == "Bad Request: inline keyboard expected"


async def test_captions_and_media(ptb: Bot, raw: RawBot, siti: Person) -> None:
    photo = await ptb.send_photo(siti.id, b"1", caption="satu")
    await ptb.edit_message_caption(siti.id, photo.message_id, caption="dua")
    assert siti.last.text == "dua"
    await ptb.edit_message_media(InputMediaPhoto(b"2"), siti.id, photo.message_id)
    assert siti.last.photo_id != photo.photo[-1].file_id
    assert siti.last.text == ""
    refusal = await raw.refusal("editMessageText", chat_id=siti.id, message_id=photo.message_id, text="x")
    assert refusal == "Bad Request: there is no text in the message to edit"


async def test_deleting(raw: RawBot, siti: Person, sent: dict[str, Any], clock: StillClock) -> None:
    await raw.result("deleteMessage", **sent)
    assert [shown.text for shown in siti.chat] == ["/start"]
    assert await raw.refusal("deleteMessage", **sent) == "Bad Request: message to delete not found"
    old = await raw.result("sendMessage", chat_id=siti.id, text="lama")
    clock.move(hours=49)
    refusal = await raw.refusal("deleteMessage", chat_id=siti.id, message_id=old["message_id"])
    assert refusal == "Bad Request: message can't be deleted for everyone"


async def test_pinning(raw: RawBot, api: BotApi, siti: Person, sent: dict[str, Any]) -> None:
    await raw.result("pinChatMessage", **sent)
    assert [shown.text for shown in siti.chat if shown.pinned] == ["Setinggi apa?"]
    assert (await raw.result("getChat", chat_id=siti.id))["pinned_message"]["text"] == "Setinggi apa?"
    group = api.group("RW 05", members=[siti])
    message = await raw.result("sendMessage", chat_id=group.id, text="x")
    refusal = await raw.refusal("pinChatMessage", chat_id=group.id, message_id=message["message_id"])
    assert refusal == "Bad Request: not enough rights to manage pinned messages in the chat"


async def test_a_press_is_answered_once(raw: RawBot, siti: Person, sent: dict[str, Any]) -> None:
    pressed = siti.press("Lutut")
    query = (await raw.updates())[-1]["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("d:50", siti.id, "Setinggi apa?")
    await raw.result("answerCallbackQuery", callback_query_id=query["id"], text="Dicatat", show_alert=True)
    await siti.wait_for_answer(pressed, timeout=1)
    assert (pressed.text, pressed.is_alert) == ("Dicatat", True)
    refusal = await raw.refusal("answerCallbackQuery", callback_query_id=query["id"])
    assert "query is too old and response timeout expired or query ID is invalid" in refusal


async def test_a_press_cannot_be_answered_for_ever(
    raw: RawBot, siti: Person, sent: dict[str, Any], clock: StillClock
) -> None:
    pressed = siti.press("d:50")
    refusal = await raw.refusal("answerCallbackQuery", callback_query_id=pressed.query_id, text="a" * 201)
    assert refusal == "Bad Request: MESSAGE_TOO_LONG"
    clock.move(minutes=2)
    assert "query is too old" in await raw.refusal("answerCallbackQuery", callback_query_id=pressed.query_id)
    assert "query is too old" in await raw.refusal("answerCallbackQuery", callback_query_id="x")
    assert pressed.answer is None


async def test_a_press_on_a_message_that_is_gone(raw: RawBot, siti: Person, sent: dict[str, Any]) -> None:
    shown = siti.last
    await raw.result("deleteMessage", **sent)
    siti.press_data("d:50", shown)
    assert (await raw.updates())[-1]["callback_query"]["message"] == {
        "chat": {"id": siti.id, "first_name": "Siti", "type": "private"},
        "message_id": shown.message_id,
        "date": 0,
    }
