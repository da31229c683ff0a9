"""Every update, every result and every call of a real client against the description of Bot API 10.0."""

from __future__ import annotations

import io
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    MenuButtonCommands,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from bot.demo.botapi import BotApi, Person, faults
from tests.demo.conftest import RawBot
from tests.helpers.botapi_schema import BotApiSchema, load_schema


@pytest.fixture
def schema() -> BotApiSchema:
    return load_schema()


def live_through_everything(api: BotApi, person: Person) -> None:
    """All a person can do, in private, in a group, in a supergroup and in a channel."""
    person.start("rw05")
    person.send_text("lihat https://example.org #banjir @genangan_bot", reply_to=person.chat[0])
    person.edit_text("se lutut")
    person.send_location(-6.12, 106.9, horizontal_accuracy=12.5, live_period=900)
    person.move_live_location(-6.13, 106.91)
    person.stop_live_location()
    person.send_venue(-6.12, 106.9, "Masjid", "Jl. Gaya Motor 2")
    person.send_photo(caption="ini /lapor", album="a")
    person.send_photo(album="a")
    person.edit_text("pagi ini")
    person.send_document(caption="surat")
    person.send_sticker()
    person.send_voice()
    person.send_video(caption="arus")
    person.send_contact()
    person.send_dice()
    person.send_poll()
    person.press_data("d:50", 999)
    person.block()
    person.unblock()
    group = api.group("RW 05", members=[person], bot="administrator")
    person.at(group).send_text("halo")
    group.add(api.user("Budi", last_name="S", username="budi"))
    group.upgrade_to_supergroup()
    person.at(group).send_text("halo lagi")
    group.remove_bot()
    channel = api.channel("SDA", admins=["bot", person])
    posted = person.at(channel).send_text("Rekap")
    person.at(channel).edit_text("Rekap pagi", message=posted)
    forum = api.group("RW 06", members=[person], forum=True, bot="administrator")
    person.at(forum, topic=7).send_text("di topik")


async def test_every_update_is_well_formed(api: BotApi, raw: RawBot, schema: BotApiSchema) -> None:
    live_through_everything(api, api.user("Siti", username="siti"))

    updates = await raw.updates()

    assert len(updates) >= 35
    assert {key for update in updates for key in update} >= {
        "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member",
    }  # fmt: skip
    assert [problem for update in updates for problem in schema.problems("Update", update)] == []


async def speak_in(bot: Bot, chat_id: int) -> Any:
    """All a bot can send."""
    inline = InlineKeyboardMarkup([[InlineKeyboardButton("Lutut", callback_data="d:50")]])
    first = await bot.send_message(
        chat_id,
        "<b>Halo</b> <a href='https://example.org'>peta</a> <pre><code class='language-py'>x</code></pre>",
        parse_mode="HTML",
        reply_markup=inline,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
    )
    await bot.send_location(chat_id, -6.1, 106.9, horizontal_accuracy=20)
    await bot.send_venue(chat_id, -6.1, 106.9, "Pompa", "Jl. Yos Sudarso")
    photo = await bot.send_photo(chat_id, b"\x89PNG....", caption="<i>genangan</i>", parse_mode="HTML")
    await bot.send_document(chat_id, io.BytesIO(b"a;b\n"), filename="ekspor.csv", caption="data")
    await bot.send_media_group(chat_id, [InputMediaPhoto(b"1", caption="satu"), InputMediaPhoto(b"2")])
    await bot.send_media_group(chat_id, [InputMediaDocument(b"1"), InputMediaDocument(b"2")])
    await bot.send_chat_action(chat_id, "typing")
    await bot.copy_message(chat_id, chat_id, first.message_id)
    await bot.forward_message(chat_id, chat_id, first.message_id)
    await bot.edit_message_text("baru", chat_id, first.message_id, reply_markup=inline)
    await bot.edit_message_reply_markup(chat_id, first.message_id)
    await bot.edit_message_caption(chat_id, photo.message_id, caption="kering")
    await bot.edit_message_media(InputMediaPhoto(b"3", caption="x"), chat_id, photo.message_id)
    await bot.pin_chat_message(chat_id, first.message_id)
    await bot.get_chat(chat_id)
    await bot.get_chat_member(chat_id, bot.id)
    await bot.unpin_chat_message(chat_id)
    await bot.delete_messages(chat_id, [photo.message_id])
    reply = await bot.send_message(chat_id, "jawab", reply_parameters=ReplyParameters(first.message_id))
    await bot.delete_message(chat_id, reply.message_id)


async def test_every_call_and_result_is_well_formed(api: BotApi, ptb: Bot, schema: BotApiSchema) -> None:
    siti = api.user("Siti", user_id=5_000_000_001)
    siti.start()
    group = api.group("RW 05", members=[siti], supergroup=True, bot="administrator")
    channel = api.channel("SDA", admins=["bot"])

    for chat_id in (siti.id, group.id, channel.id):
        await speak_in(ptb, chat_id)
    await ptb.send_message(
        siti.id, "di mana?", reply_markup=ReplyKeyboardMarkup([[KeyboardButton("Lokasi", request_location=True)]])
    )
    siti.press("Lokasi", location=(-6.1, 106.9))
    sent = await ptb.send_message(
        siti.id, "?", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="y")]])
    )
    siti.press("Ya")
    updates = await ptb.get_updates(allowed_updates=["message", "callback_query"])
    assert updates[-1].callback_query is not None
    await updates[-1].callback_query.answer("baik", show_alert=True)
    await ptb.get_file((await ptb.send_photo(siti.id, b"x")).photo[-1].file_id)
    await ptb.set_my_commands([BotCommand("lapor", "Lapor genangan")], language_code="id")
    await ptb.set_my_commands([BotCommand("peta", "Peta")], scope=BotCommandScopeAllGroupChats())
    await ptb.set_my_commands([BotCommand("tugas", "Tugas")], scope=BotCommandScopeChat(group.id))
    await ptb.get_my_commands(language_code="id")
    await ptb.delete_my_commands(scope=BotCommandScopeAllGroupChats())
    await ptb.set_my_name("Genangan Jakarta Utara", language_code="id")
    await ptb.set_my_description("Lapor genangan")
    await ptb.set_my_short_description("Genangan")
    await ptb.get_my_name()
    await ptb.get_my_description()
    await ptb.get_my_short_description()
    await ptb.set_chat_menu_button(menu_button=MenuButtonCommands())
    await ptb.get_chat_menu_button(siti.id)
    await ptb.get_chat_administrators(channel.id)
    await ptb.get_chat_member_count(group.id)
    await ptb.set_webhook("http://127.0.0.1:9/hook", secret_token="rahasia", max_connections=1)
    await ptb.get_webhook_info()
    await ptb.delete_webhook()
    await ptb.leave_chat(group.id)
    assert sent.chat_id == siti.id

    failed = [call for call in api.calls.all if not call.ok]
    assert failed == []
    assert schema.problems_of_calls(api.calls.all) == []


async def test_refusals_are_well_formed(api: BotApi, raw: RawBot, schema: BotApiSchema) -> None:
    group = api.group("RW 05")
    old_id = group.id
    group.upgrade_to_supergroup()
    await raw.refusal("sendMessage", chat_id=old_id, text="x")
    api.faults.add(faults.too_many_requests(3))
    await raw.refusal("sendMessage", chat_id=group.id, text="x")
    migrated, limited = (call.error for call in api.calls.all)
    assert migrated is not None
    assert limited is not None
    assert (migrated.parameters, limited.parameters) == ({"migrate_to_chat_id": group.id}, {"retry_after": 3})
    assert schema.problems_of_calls(api.calls.all) == []


async def test_the_checker_finds_what_is_wrong(schema: BotApiSchema) -> None:
    good: dict[str, Any] = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
    assert schema.problems("Message", good) == []
    assert schema.problems("Message", {**good, "colour": "red"}) == ["Message: unknown field colour"]
    assert schema.problems("Message", {**good, "date": "now"}) == ["Message.date: 'now' is no Integer"]
    assert schema.problems("Message", {"date": 0, "chat": {"id": 1}}) == [
        "Message: message_id is missing",
        "Message.chat: type is missing",
    ]
    assert schema.problems("ChatMember", {"status": "left", "user": {}}) != []
    assert schema.problems_of_params("sendMessage", {"chat_id": "5", "text": "x", "reply_markup": "?"}) != []
    assert schema.problems_of_params("getUpdates", {"offset": "5", "timeout": 1}) == []
