"""Groups, supergroups, channels: membership, rights, privacy, migration."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from bot.demo.botapi import BotApi, Person, Room
from tests.demo.conftest import RawBot


@pytest.fixture
def siti(api: BotApi) -> Person:
    return api.user("Siti")


@pytest.fixture
def group(api: BotApi, siti: Person) -> Room:
    return api.group("RW 05", members=[siti])


async def heard(raw: RawBot) -> list[str]:
    """Texts that reached the bot, service messages by their name."""
    found = []
    for update in await raw.updates():
        message = update.get("message") or update.get("channel_post") or {}
        found += [message[key] for key in ("text", "caption") if key in message]
    return found


async def test_being_added_is_told(raw: RawBot, api: BotApi, siti: Person, group: Room) -> None:
    change, service = await raw.updates()
    assert change["my_chat_member"]["chat"] == {"id": group.id, "type": "group", "title": "RW 05"}
    assert change["my_chat_member"]["from"]["id"] == siti.id
    assert change["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert service["message"]["new_chat_members"][0]["username"] == "genangan_bot"


async def test_privacy_lets_through_what_is_meant_for_the_bot(
    raw: RawBot, api: BotApi, siti: Person, group: Room
) -> None:
    here = siti.at(group)
    here.send_text("ngobrol saja")
    here.send_text("/lapor")
    here.send_text("/lapor@other_bot")
    here.send_text("/lapor@Genangan_Bot banjir")
    here.send_photo(caption="foto lepas")
    here.send_location(-6.1, 106.9)
    assert await heard(raw) == ["/lapor@Genangan_Bot banjir"]

    await raw.result("sendMessage", chat_id=group.id, text="Di mana?")
    answer = here.send_text("di gang 3", reply_to=here.last)
    here.send_text("/status")
    here.send_text("menyambung", reply_to=answer)
    assert (await heard(raw))[1:] == ["di gang 3", "/status", "menyambung"]


async def test_administrators_and_bots_without_privacy_hear_everything(raw: RawBot, siti: Person, group: Room) -> None:
    group.add_bot(admin=True)
    siti.at(group).send_text("ngobrol saja")
    assert await heard(raw) == ["ngobrol saja"]


async def test_presses_come_through_in_groups(raw: RawBot, api: BotApi, siti: Person, group: Room) -> None:
    budi = api.user("Budi")
    group.add(budi)
    markup = {"inline_keyboard": [[{"text": "Saya juga lihat", "callback_data": "s:1"}]]}
    await raw.result("sendMessage", chat_id=group.id, text="KA7", reply_markup=markup)
    budi.at(group).press("Saya juga lihat")
    query = (await raw.updates())[-1]["callback_query"]
    assert query["from"]["id"] == budi.id
    assert query["message"]["chat"]["id"] == group.id


async def test_contacts_and_locations_are_asked_for_in_private_only(raw: RawBot, group: Room) -> None:
    keyboard = {"keyboard": [[{"text": "Lokasi", "request_location": True}]]}
    refusal = await raw.refusal("sendMessage", chat_id=group.id, text="?", reply_markup=keyboard)
    assert refusal == "Bad Request: location can be requested in private chats only"


async def test_outsiders_cannot_write(api: BotApi, group: Room) -> None:
    with pytest.raises(RuntimeError, match="not in RW 05"):
        api.user("Orang luar").at(group).send_text("halo")


@pytest.mark.parametrize("supergroup", [False, True])
async def test_a_bot_thrown_out(raw: RawBot, api: BotApi, siti: Person, supergroup: bool) -> None:
    group = api.group("RW 05", members=[siti], supergroup=supergroup)
    group.remove_bot()
    kind = "supergroup" if supergroup else "group"
    refusal = await raw.refusal("sendMessage", chat_id=group.id, text="halo")
    assert refusal == f"Forbidden: bot was kicked from the {kind} chat"
    assert (await raw.updates())[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    siti.at(group).send_text("/lapor@genangan_bot")
    assert await heard(raw) == []


async def test_leaving(raw: RawBot, group: Room) -> None:
    await raw.result("leaveChat", chat_id=group.id)
    refusal = await raw.refusal("sendMessage", chat_id=group.id, text="halo")
    assert refusal == "Forbidden: bot is not a member of the group chat"


async def test_a_group_becomes_a_supergroup(raw: RawBot, ptb: Bot, siti: Person, group: Room) -> None:
    old_id = group.id
    new_id = group.upgrade_to_supergroup()
    assert group.id == new_id < -1_000_000_000_000
    with pytest.raises(ChatMigrated) as caught:
        await ptb.send_message(old_id, "halo")
    assert caught.value.new_chat_id == new_id
    service = [u["message"] for u in await raw.updates() if "message" in u][-2:]
    assert (service[0]["chat"]["id"], service[0]["migrate_to_chat_id"]) == (old_id, new_id)
    assert (service[1]["chat"]["id"], service[1]["migrate_from_chat_id"]) == (new_id, old_id)
    await ptb.send_message(new_id, "halo")
    assert siti.at(group).last.text == "halo"
    assert group.chat[-1].text == "halo"


async def test_posting_in_a_channel_needs_the_right(raw: RawBot, api: BotApi) -> None:
    channel = api.channel("SDA", bot="member")
    refusal = await raw.refusal("sendMessage", chat_id=channel.id, text="Rekap")
    assert refusal == "Bad Request: need administrator rights in the channel chat"
    channel.add_bot(admin=True, rights=frozenset({"can_edit_messages"}))
    assert "need administrator rights" in await raw.refusal("sendMessage", chat_id=channel.id, text="Rekap")
    channel.add_bot(admin=True)
    await raw.result("sendMessage", chat_id=channel.id, text="Rekap")
    assert [shown.text for shown in channel.chat] == ["Rekap"]
    channel.remove_bot()
    refusal = await raw.refusal("sendMessage", chat_id=channel.id, text="Rekap")
    assert refusal == "Forbidden: bot was kicked from the channel chat"


async def test_a_channel_the_bot_never_saw(raw: RawBot, api: BotApi) -> None:
    hidden, public = api.channel("Tertutup"), api.channel("Terbuka", username="sda_jakut")
    assert await raw.refusal("sendMessage", chat_id=hidden.id, text="x") == "Bad Request: chat not found"
    refusal = await raw.refusal("sendMessage", chat_id="@sda_jakut", text="x")
    assert refusal == "Forbidden: bot is not a member of the channel chat"
    public.add_bot(admin=True)
    sent = await raw.result("sendMessage", chat_id="@SDA_jakut", text="x")
    assert (
        sent["sender_chat"]
        == sent["chat"]
        == {
            "id": public.id,
            "type": "channel",
            "title": "Terbuka",
            "username": "sda_jakut",
        }
    )
    assert "from" not in sent


async def test_channels_take_inline_keyboards_only(raw: RawBot, api: BotApi) -> None:
    channel = api.channel("SDA", admins=["bot"])
    refusal = await raw.refusal("sendMessage", chat_id=channel.id, text="x", reply_markup={"keyboard": [["y"]]})
    assert refusal == "Bad Request: inline keyboard expected"


async def test_posts_of_others_reach_the_bot_of_a_channel(raw: RawBot, api: BotApi, siti: Person) -> None:
    reader = api.user("Pembaca")
    channel = api.channel("SDA", admins=[siti, "bot"], subscribers=[reader])
    siti.at(channel).send_text("Siaga 3")
    assert await heard(raw) == ["Siaga 3"]
    with pytest.raises(RuntimeError, match="subscribers cannot post"):
        reader.at(channel).send_text("halo")


async def test_topics_of_a_forum(raw: RawBot, api: BotApi, siti: Person) -> None:
    forum = api.group("RW 06", members=[siti], forum=True, bot="administrator")
    siti.at(forum, topic=7).send_text("di topik")
    assert (await raw.updates())[-1]["message"]["message_thread_id"] == 7
    sent = await raw.result("sendMessage", chat_id=forum.id, text="x", message_thread_id=7)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (7, True)


async def test_who_is_in_a_chat(raw: RawBot, api: BotApi, siti: Person, group: Room) -> None:
    budi = api.user("Budi")

    async def status(person: Person) -> str:
        found: dict[str, Any] = await raw.result("getChatMember", chat_id=group.id, user_id=person.id)
        return str(found["status"])

    assert await status(siti) == "creator"
    assert await status(budi) == "left"
    group.add(budi, admin=True)
    assert await status(budi) == "administrator"
    assert await raw.result("getChatMemberCount", chat_id=group.id) == 3
    admins = await raw.result("getChatAdministrators", chat_id=group.id)
    assert [admin["user"]["first_name"] for admin in admins] == ["Siti", "Budi"]
    group.remove(budi)
    assert await status(budi) == "left"
    assert "invalid user_id" in await raw.refusal("getChatMember", chat_id=group.id, user_id=1)
    assert (await raw.result("getChat", chat_id=group.id))["title"] == "RW 05"


async def test_rights_of_the_bot_can_be_read(raw: RawBot, api: BotApi) -> None:
    channel = api.channel("SDA", admins=["bot"])
    me = await raw.result("getMe")
    member = await raw.result("getChatMember", chat_id=channel.id, user_id=me["id"])
    assert (member["status"], member["can_post_messages"]) == ("administrator", True)
