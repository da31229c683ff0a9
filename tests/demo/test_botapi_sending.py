"""What the bot sends: who gets it, what it looks like there, what Telegram refuses."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest, Forbidden

from bot.demo.botapi import BotApi, Person
from tests.demo.conftest import RawBot


@pytest.fixture
def siti(api: BotApi) -> Person:
    person = api.user("Siti")
    person.start()
    return person


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_text_with_its_entities_and_buttons_is_shown(raw: RawBot, siti: Person) -> None:
    sent = await raw.result(
        "sendMessage",
        chat_id=siti.id,
        text="<b>Setinggi apa?</b>",
        parse_mode="HTML",
        reply_markup=inline({"text": "Lutut", "callback_data": "d:50"}, {"text": "Peta", "url": "https://a.id"}),
    )
    shown = siti.last
    assert (shown.message_id, shown.text, shown.from_bot, shown.mine) == (
        sent["message_id"],
        "Setinggi apa?",
        True,
        False,
    )
    assert [(e["type"], e["length"]) for e in shown.entities] == [("bold", 13)]
    assert [button.text for button in shown.all_buttons()] == ["Lutut", "Peta"]
    assert sent["entities"] == list(shown.entities)


async def test_nobody_is_written_to_uninvited(api: BotApi, ptb: Bot) -> None:
    stranger = api.user("Budi")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(stranger.id, "halo")
    api.group("RW 05", members=[stranger])
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await ptb.send_message(stranger.id, "halo")
    stranger.start()
    await ptb.send_message(stranger.id, "halo")
    assert stranger.last.text == "halo"


async def test_blocking_and_unblocking(raw: RawBot, siti: Person) -> None:
    siti.block()
    for method, more in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
        refusal = await raw.refusal(method, chat_id=siti.id, **more)
        assert refusal == "Forbidden: bot was blocked by the user"
    with pytest.raises(RuntimeError, match="unblock"):
        siti.send_text("x")
    siti.unblock()
    siti.start()
    await raw.result("sendMessage", chat_id=siti.id, text="x")
    changes = [u["my_chat_member"] for u in await raw.updates() if "my_chat_member" in u]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_a_deleted_account(raw: RawBot, siti: Person) -> None:
    siti.delete_account()
    assert await raw.refusal("sendMessage", chat_id=siti.id, text="x") == "Forbidden: user is deactivated"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"text": ""}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "  \n "}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "🌊" * 2049}, "message is too long"),
        ({"text": "<b>x</b", "parse_mode": "HTML"}, "can't parse entities: Unclosed end tag at byte offset 4"),
        ({"text": "x\ud800"}, "strings must be encoded in UTF-8"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "chat_id": "nobody"}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
    ],
)  # fmt: skip
async def test_refused_texts(raw: RawBot, siti: Person, params: dict[str, Any], refusal: str) -> None:
    assert await raw.refusal("sendMessage", **{"chat_id": siti.id, **params}) == f"Bad Request: {refusal}"
    assert len(siti.chat) == 1


async def test_length_counts_after_parsing(raw: RawBot, siti: Person) -> None:
    await raw.result("sendMessage", chat_id=siti.id, text="<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")
    await raw.result("sendMessage", chat_id=siti.id, text="🌊" * 2048)
    assert siti.chat[1].text == "&" * 4096


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ("nonsense", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array'),
        ({"inline_keyboard": ["x"]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        (inline({"text": "x"}),
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (inline({"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline({"text": "x", "callback_data": "x" * 65}), "BUTTON_DATA_INVALID"),
        (inline({"text": "x", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (inline({"text": "x", "url": "bukan tautan"}), "BUTTON_URL_INVALID"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 13}, "reply markup is too long"),
        ({"keyboard": [[5]]}, "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        ({"keyboard": [["x"]], "resize_keyboard": "yes"},
         'field "resize_keyboard" of the ReplyKeyboardMarkup must be of the type Boolean'),
    ],
)  # fmt: skip
async def test_refused_keyboards(raw: RawBot, siti: Person, markup: Any, refusal: str) -> None:
    found = await raw.refusal("sendMessage", chat_id=siti.id, text="x", reply_markup=markup)
    assert found == f"Bad Request: {refusal}"


async def test_callback_data_of_64_bytes_fits(raw: RawBot, siti: Person) -> None:
    markup = inline({"text": "x", "callback_data": "é" * 32})
    await raw.result("sendMessage", chat_id=siti.id, text="x", reply_markup=markup)


async def test_location_and_venue(raw: RawBot, siti: Person) -> None:
    await raw.result("sendLocation", chat_id=siti.id, latitude="-6.12", longitude=106.9, horizontal_accuracy=15)
    assert siti.last.location == (-6.12, 106.9)
    await raw.result("sendVenue", chat_id=siti.id, latitude=-6.1, longitude=106.9, title="Pompa", address="Jl. A")
    assert siti.last.venue is not None
    assert siti.last.venue["title"] == "Pompa"
    assert "latitude" in await raw.refusal("sendLocation", chat_id=siti.id, longitude=106.9)
    assert "wrong latitude" in await raw.refusal("sendLocation", chat_id=siti.id, latitude=106.9, longitude=-6)


async def test_typing_is_shown_until_the_message_comes(raw: RawBot, siti: Person) -> None:
    await raw.result("sendChatAction", chat_id=siti.id, action="typing")
    assert siti.bot_is == "typing"
    await raw.result("sendMessage", chat_id=siti.id, text="x")
    assert siti.bot_is is None
    assert "wrong parameter action" in await raw.refusal("sendChatAction", chat_id=siti.id, action="dancing")


async def test_a_reply_shows_what_it_answers(raw: RawBot, siti: Person) -> None:
    asked = siti.send_text("di mana?")
    await raw.result("sendMessage", chat_id=siti.id, text="di sini", reply_parameters={"message_id": asked.message_id})
    assert siti.last.reply_to == asked.message_id
    await raw.result(
        "sendMessage",
        chat_id=siti.id,
        text="entah",
        reply_parameters={"message_id": 999, "allow_sending_without_reply": True},
    )
    assert siti.last.reply_to is None


async def test_photos_documents_and_albums(api: BotApi, ptb: Bot, siti: Person) -> None:
    photo = await ptb.send_photo(siti.id, b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + b"\0\0\x05\0\0\0\x03\xc0", caption="x")
    assert [(size.width, size.height) for size in photo.photo] == [(90, 68), (320, 240), (1280, 960)]
    assert siti.last.photo_id == photo.photo[-1].file_id
    again = await ptb.send_photo(siti.id, photo.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id
    document = await ptb.send_document(siti.id, b"a;b", filename="data.csv")
    assert document.document
    assert (document.document.file_name, document.document.file_size) == ("data.csv", 3)
    assert api.file_content(document.document.file_id) == b"a;b"
    album = await ptb.send_media_group(siti.id, [InputMediaPhoto(b"1"), InputMediaPhoto(b"2", caption="dua")])
    assert len({message.media_group_id for message in album}) == 1
    assert siti.last.text == "dua"


async def test_refused_media(ptb: Bot, raw: RawBot, siti: Person) -> None:
    with pytest.raises(BadRequest, match="caption is too long"):
        await ptb.send_photo(siti.id, b"x", caption="a" * 1025)
    with pytest.raises(BadRequest, match="ile must be non-empty"):
        await ptb.send_document(siti.id, b"", filename="x")
    assert await raw.refusal("sendPhoto", chat_id=siti.id) == "Bad Request: there is no photo in the request"
    assert "wrong file identifier" in await raw.refusal("sendPhoto", chat_id=siti.id, photo="AgAC")
    one = [{"type": "photo", "media": "AgAC"}]
    assert "too few messages" in await raw.refusal("sendMediaGroup", chat_id=siti.id, media=one)
    assert "too many messages" in await raw.refusal("sendMediaGroup", chat_id=siti.id, media=one * 11)
    mixed = [*one, {"type": "document", "media": "x"}]
    assert "in the album" in await raw.refusal("sendMediaGroup", chat_id=siti.id, media=mixed)


async def test_copies_and_forwards(api: BotApi, ptb: Bot, siti: Person) -> None:
    budi = api.user("Budi")
    budi.start()
    photo = siti.send_photo(caption="selutut")
    await ptb.copy_message(budi.id, siti.id, photo.message_id)
    assert (budi.last.text, budi.last.photo_id) == ("selutut", photo.photo_id)
    assert "forward_origin" not in budi.last.data
    await ptb.copy_message(budi.id, siti.id, photo.message_id, caption="dari warga")
    assert budi.last.text == "dari warga"
    forwarded = await ptb.forward_message(budi.id, siti.id, photo.message_id)
    assert forwarded.forward_origin is not None
    assert budi.last.data["forward_origin"]["sender_user"]["id"] == siti.id
    with pytest.raises(BadRequest, match="to copy not found"):
        await ptb.copy_message(budi.id, siti.id, 999)
