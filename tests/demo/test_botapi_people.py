"""The people's side: what one sends, presses, sees and waits for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.botapi import BotApi, Person
from tests.demo.conftest import RawBot


@pytest.fixture
def siti(api: BotApi) -> Person:
    return api.user("Siti", last_name="Aminah", username="siti", language_code="id")


async def last_message(raw: RawBot) -> dict[str, Any]:
    found: dict[str, Any] = (await raw.updates())[-1]["message"]
    return found


async def test_start_carries_a_deep_link(raw: RawBot, siti: Person) -> None:
    siti.start("rw05")
    message = await last_message(raw)
    assert message["text"] == "/start rw05"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert message["from"] == {
        "id": siti.id,
        "is_bot": False,
        "first_name": "Siti",
        "last_name": "Aminah",
        "username": "siti",
        "language_code": "id",
    }


async def test_a_live_location_moves_and_ends(raw: RawBot, siti: Person) -> None:
    first = siti.send_location(-6.12, 106.9, horizontal_accuracy=8.5, live_period=600)
    siti.move_live_location(-6.125, 106.91)
    siti.stop_live_location()
    sent, moved, ended = await raw.updates()
    assert sent["message"]["location"] == {
        "latitude": -6.12,
        "longitude": 106.9,
        "horizontal_accuracy": 8.5,
        "live_period": 600,
    }
    assert moved["edited_message"]["message_id"] == first.message_id
    assert moved["edited_message"]["location"]["latitude"] == -6.125
    assert "edit_date" in moved["edited_message"]
    assert "live_period" not in ended["edited_message"]["location"]
    assert sent["message"]["location"]["latitude"] == -6.12, "what was queued does not change afterwards"


async def test_an_album_is_several_messages_of_one_group(raw: RawBot, siti: Person) -> None:
    siti.send_photo(caption="selutut", album="pagi")
    siti.send_photo(album="pagi")
    siti.send_photo(album="siang")
    groups = [update["message"]["media_group_id"] for update in await raw.updates()]
    assert groups[0] == groups[1] != groups[2]


@pytest.mark.parametrize("kind", ["sticker", "voice", "video", "poll", "contact", "dice", "document"])
async def test_other_things_people_send(raw: RawBot, siti: Person, kind: str) -> None:
    getattr(siti, f"send_{kind}")()
    assert kind in await last_message(raw)


async def test_correcting_a_text_and_a_caption(raw: RawBot, siti: Person) -> None:
    siti.send_text("sebetis")
    siti.edit_text("selutut")
    siti.send_photo(caption="di gang")
    siti.edit_text("di gang 3")
    edits = [u["edited_message"] for u in await raw.updates() if "edited_message" in u]
    assert edits[0]["text"] == "selutut"
    assert edits[1]["caption"] == "di gang 3"
    assert [shown.text for shown in siti.chat] == ["selutut", "di gang 3"]


async def test_reply_keyboards_open_and_close(raw: RawBot, siti: Person) -> None:
    siti.start()
    keyboard = {"keyboard": [[{"text": "📍 Kirim lokasi", "request_location": True}, "✍️ Tulis alamat"]]}
    await raw.result("sendMessage", chat_id=siti.id, text="Di mana?", reply_markup=keyboard)
    assert [button.text for button in siti.keyboard[0]] == ["📍 Kirim lokasi", "✍️ Tulis alamat"]
    with pytest.raises(ValueError, match="say which"):
        siti.press("📍 Kirim lokasi")
    siti.press("📍 Kirim lokasi", location=(-6.12, 106.9), horizontal_accuracy=20)
    assert (await last_message(raw))["location"]["horizontal_accuracy"] == 20
    siti.press("✍️ Tulis alamat")
    assert (await last_message(raw))["text"] == "✍️ Tulis alamat"
    await raw.result("sendMessage", chat_id=siti.id, text="Baik", reply_markup={"remove_keyboard": True})
    assert siti.keyboard == ()
    with pytest.raises(LookupError, match="no button"):
        siti.press("✍️ Tulis alamat")


async def test_a_one_time_keyboard_closes_when_used(raw: RawBot, siti: Person) -> None:
    siti.start()
    keyboard = {"keyboard": [["Ya"]], "one_time_keyboard": True}
    await raw.result("sendMessage", chat_id=siti.id, text="?", reply_markup=keyboard)
    siti.press("Ya")
    assert siti.keyboard == ()


async def test_the_newest_button_of_that_name_is_pressed(raw: RawBot, siti: Person) -> None:
    siti.start()
    for data in ("lama", "baru"):
        markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": data}]]}
        await raw.result("sendMessage", chat_id=siti.id, text=data, reply_markup=markup)
    assert siti.press("Ya").data == "baru"
    assert siti.press("lama").data == "lama"
    assert siti.press("Ya", message=siti.chat[1]).data == "lama"
    with pytest.raises(LookupError, match="there are: \\['Ya', 'Ya'\\]"):
        siti.press("Tidak")


async def test_waiting_for_a_message(api: BotApi, raw: RawBot, siti: Person) -> None:
    siti.start()
    waiting = asyncio.create_task(siti.wait_for("diterima"))
    await asyncio.sleep(0.01)
    await raw.result("sendMessage", chat_id=siti.id, text="Sebentar")
    sent = await raw.result("sendMessage", chat_id=siti.id, text="Laporan KA7 diterima")
    assert (await waiting).message_id == sent["message_id"]
    assert (await siti.wait_for(lambda shown: shown.mine)).text == "/start"


async def test_waiting_sees_edits_and_can_overlook_the_past(api: BotApi, raw: RawBot, siti: Person) -> None:
    siti.start()
    sent = await raw.result("sendMessage", chat_id=siti.id, text="KA7 diterima")
    mark = api.version
    with pytest.raises(TimeoutError, match="the chat shows:\n  Siti: '/start'\n  Genangan: 'KA7 diterima'"):
        await siti.wait_for("diterima", timeout=0.02, after=mark)
    await raw.result("editMessageText", chat_id=siti.id, message_id=sent["message_id"], text="KA7 diterima, surut")
    assert (await siti.wait_for("diterima", after=mark)).text == "KA7 diterima, surut"


async def test_onlookers_hear_of_every_change(api: BotApi, raw: RawBot, siti: Person) -> None:
    siti.start()
    seen = api.version
    watcher = asyncio.create_task(api.changed(seen))
    await asyncio.sleep(0.01)
    assert not watcher.done()
    sent = await raw.result("sendMessage", chat_id=siti.id, text="satu")
    assert await watcher == seen + 1
    assert api.changed_chats(seen) == [siti.id]
    seen = api.version
    await raw.result("editMessageText", chat_id=siti.id, message_id=sent["message_id"], text="dua")
    assert [shown.text for shown in siti.chat if shown.version > seen] == ["dua"]


async def test_the_menu_follows_scope_and_language(api: BotApi, raw: RawBot, siti: Person) -> None:
    async def offer(name: str, **more: Any) -> None:
        commands = [{"command": name, "description": name}]
        await raw.result("setMyCommands", commands=commands, **more)

    def menu(person: Any) -> list[str]:
        return [command["command"] for command in person.menu]

    tom = api.user("Tom", language_code="en")
    group = api.group("RW 05", members=[siti, tom])
    await offer("bantuan")
    await offer("help", language_code="en")
    assert (menu(siti), menu(tom)) == (["bantuan"], ["help"])
    await offer("lapor", scope={"type": "all_private_chats"})
    await offer("tugas", scope={"type": "all_chat_administrators"})
    await offer("peta", scope={"type": "all_group_chats"})
    assert (menu(siti), menu(tom)) == (["lapor"], ["lapor"])
    assert (menu(siti.at(group)), menu(tom.at(group))) == (["tugas"], ["peta"])
    await raw.result("deleteMyCommands", scope={"type": "all_private_chats"})
    assert menu(tom) == ["help"]
