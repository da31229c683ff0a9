"""Invitations, as an admin, a group and an officer meet them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.domain.command_table import Menu
from bot.domain.errors import ChatMoved, TopicClosed, Unreachable
from bot.domain.outgoing import Claimed
from bot.services.delivery import Delivery
from bot.services.menus import menus_of
from bot.telemetry import Metrics
from tests.helpers.casework import LAT, LON
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import (
    GROUP,
    OTHER_GROUP,
    RINA,
    TONO,
    WATI,
    connect,
    in_group,
    invited,
    membership,
    opens,
    roster,
    tokens,
)

SUNGAI_BAMBU = "31.72.02.1004"


async def chats(desk: Desk) -> dict[str, tuple[int | None, int | None, bool]]:
    """Unit -> (chat, topic, a private chat) of the connected."""
    links = (await roster(desk)).links
    return {link.unit: (link.chat_id, link.topic_id, link.person_id is not None) for link in links if link.connected}


def all_words(desk: Desk, who: int) -> str:
    return "\n".join(desk.texts.plain(say.text, say.values, "id", desk.clock.now()) for say in desk.chats[who].values())


async def test_undang_semua_makes_one_link_for_each_unit_in_messages_that_fit(desk: Desk) -> None:
    await desk.text(ADMIN, "/undang semua")
    texts = [desk.texts.plain(s.text, s.values, "id", desk.clock.now()) for s in desk.chats[ADMIN].values()]
    assert all(len(text) <= 4096 for text in texts)
    together = "\n".join(texts)
    lines = [line for line in together.splitlines() if "startgroup=" in line]
    assert len(lines) == len(tokens(together)) == 31 + 6 + 1 + 1
    assert sum(line.startswith("Kelurahan Sungai Bambu: https://t.me/") for line in lines) == 1
    assert "39 unit belum tersambung" in texts[0]


async def test_only_hashes_of_links_are_kept(desk: Desk) -> None:
    token = await invited(desk, "Sungai Bambu")
    with closing(sqlite3.connect(desk.folder / "genangan.db")) as db:
        dump = "\n".join(db.iterdump())
    assert token not in dump


async def test_a_units_link_makes_the_group_its_chat(desk: Desk) -> None:
    token = await invited(desk, "sungai bambu")
    await in_group(desk, RINA, f"/start@genangan_bot {token}")
    assert await chats(desk) == {SUNGAI_BAMBU: (GROUP, None, False)}
    assert "Grup ini sekarang chat Kelurahan Sungai Bambu" in desk.shown(GROUP)
    assert "Kelurahan Sungai Bambu tersambung oleh Rina di grup" in desk.shown(ADMIN)
    await in_group(desk, RINA, f"/start@genangan_bot {token}")  # pressed twice
    assert desk.says(GROUP)[-1] == "join.already_here"
    await in_group(desk, RINA, f"/start@genangan_bot {token}", OTHER_GROUP)
    assert desk.says(OTHER_GROUP) == ["join.used"]


async def test_in_a_topic_the_topic_becomes_the_chat_and_one_group_may_serve_several_units(desk: Desk) -> None:
    first, second = await invited(desk, "Warakas"), await invited(desk, "Papanggo")
    await in_group(desk, RINA, f"/start@genangan_bot {first}", topic=7)
    await in_group(desk, RINA, f"/start@genangan_bot {second}", topic=8)
    assert sorted(await chats(desk)) == ["31.72.02.1003", "31.72.02.1007"]
    assert set((await chats(desk)).values()) == {(GROUP, 7, False), (GROUP, 8, False)}
    assert "Topik ini" in desk.shown(GROUP)


async def test_a_units_link_opened_in_private_makes_that_chat_the_units(desk: Desk) -> None:
    token = await invited(desk, "Sungai Bambu")
    await opens(desk, TONO, token)
    assert await chats(desk) == {SUNGAI_BAMBU: (None, None, True)}
    [officer] = (await roster(desk)).officers
    assert (officer.unit, officer.name) == (SUNGAI_BAMBU, "Tono")
    assert "Anda petugasnya" in desk.shown(TONO)
    assert "tersambung oleh Tono di chat pribadi" in desk.shown(ADMIN)


async def test_an_officers_link_makes_one_officer(desk: Desk) -> None:
    token = await invited(desk, "petugas Sungai Bambu")
    await opens(desk, TONO, token)
    assert "Anda sekarang petugas Kelurahan Sungai Bambu" in desk.shown(TONO)
    assert "Tono sekarang petugas Kelurahan Sungai Bambu" in desk.shown(ADMIN)
    await opens(desk, TONO, token)
    assert desk.says(TONO)[-1] == "join.already_officer"
    await opens(desk, WATI, token)
    assert desk.says(WATI) == ["join.used"]
    await desk.text(TONO, "/undang admin")
    assert desk.says(TONO)[-1] == "refused.admins_only"


async def test_an_invited_admin_counts_as_one(desk: Desk) -> None:
    token = await invited(desk, "admin")
    await opens(desk, WATI, token, "Wati")
    assert "Anda sekarang admin" in desk.shown(WATI)
    assert "Wati sekarang admin" in desk.shown(ADMIN)
    unit = await invited(desk, "Koja kelurahan", WATI)
    await in_group(desk, RINA, f"/start@genangan_bot {unit}")
    assert list(await chats(desk)) == ["31.72.03.1001"]
    assert desk.says(WATI)[-1] == "join.told_unit"
    mine = await invited(desk, "admin")
    await opens(desk, ADMIN, mine)  # who is one already leaves the link for others
    assert desk.says(ADMIN)[-1] == "join.already_admin"
    await opens(desk, TONO, mine)
    assert desk.says(TONO) == ["join.admin"]


@pytest.mark.parametrize("typed", ["", "apa saja", "petugas", "petugas entah"])
async def test_wrongly_used_it_says_how(desk: Desk, typed: str) -> None:
    await desk.text(ADMIN, f"/undang {typed}")
    assert desk.says(ADMIN) == ["invite.usage" if typed in ("", "petugas") else "office.unknown"]
    assert "petugas entah" not in desk.shown(ADMIN)


async def test_an_ambiguous_name_is_answered_with_a_choice(desk: Desk) -> None:
    await desk.text(ADMIN, "/undang petugas penjaringan")
    assert "Unit yang mana?" in desk.shown(ADMIN)
    await desk.press(ADMIN, "Satpel SDA Kec. Penjaringan")
    assert "Undangan petugas Satpel SDA Kec. Penjaringan" in desk.shown(ADMIN)
    await desk.text(ADMIN, "/undang 31.72.01")
    assert "Undangan untuk Satpel SDA Kec. Penjaringan" in desk.shown(ADMIN)


async def test_links_that_are_no_good_say_why_and_the_way_out(desk: Desk) -> None:
    token = await invited(desk, "petugas Warakas")
    await opens(desk, TONO, token[:-1])
    assert "tidak dikenal" in desk.shown(TONO)
    desk.clock.move(days=7)
    await opens(desk, TONO, token)
    assert "lewat 7 hari" in desk.shown(TONO)
    assert "Minta yang baru kepada admin" in desk.shown(TONO)
    assert not (await roster(desk)).officers


async def test_a_link_left_over_does_not_move_a_unit_that_was_connected_since(desk: Desk) -> None:
    left_over = await invited(desk, "Sungai Bambu")
    desk.clock.move(minutes=1)
    await connect(desk, "Sungai Bambu")
    await in_group(desk, TONO, f"/start@genangan_bot {left_over}", OTHER_GROUP)
    assert desk.says(OTHER_GROUP) == ["join.revoked"]
    assert (await chats(desk))[SUNGAI_BAMBU] == (GROUP, None, False)


async def test_a_new_link_moves_a_connected_unit_and_the_old_chat_hears_it(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    desk.clock.move(minutes=1)
    await desk.text(ADMIN, "/undang Sungai Bambu")
    assert "sudah tersambung" in desk.shown(ADMIN)
    [token] = tokens(desk.shown(ADMIN))
    await in_group(desk, RINA, f"/start@genangan_bot {token}", OTHER_GROUP)
    assert (await chats(desk))[SUNGAI_BAMBU] == (OTHER_GROUP, None, False)
    assert "pindah ke chat lain" in desk.shown(GROUP)


async def test_links_of_an_admin_who_was_removed_are_void(desk: Desk) -> None:
    await opens(desk, WATI, await invited(desk, "admin"), "Wati")
    token = await invited(desk, "admin", WATI)
    await desk.text(ADMIN, "/petugas")
    await desk.press(ADMIN, "Keluarkan Wati")
    await desk.press(ADMIN, "Ya, keluarkan")
    await opens(desk, TONO, token)
    assert desk.says(TONO) == ["join.revoked"]


async def test_links_of_an_admin_who_is_blocked_are_void(desk: Desk) -> None:
    await opens(desk, WATI, await invited(desk, "admin"), "Wati")
    token = await invited(desk, "admin", WATI)
    await desk.location(WATI, LAT, LON)
    await desk.press(WATI, "Lutut")
    await desk.text(ADMIN, f"/blokir {desk.receipt(WATI).values['number']} akun dicuri")
    await opens(desk, TONO, token)
    assert desk.says(TONO) == ["join.revoked"]


async def test_an_officers_link_in_a_group_stays_unused(desk: Desk) -> None:
    token = await invited(desk, "petugas Warakas")
    await in_group(desk, RINA, f"/start@genangan_bot i_{token}")
    assert desk.says(GROUP) == ["join.private_only"]
    await opens(desk, TONO, token)
    assert desk.says(TONO) == ["join.officer"]


async def test_who_writes_as_the_group_is_told_how_to_show_themselves(desk: Desk) -> None:
    token = await invited(desk, "Sungai Bambu")
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    chat = {"id": GROUP, "type": "supergroup", "title": "Kelurahan"}
    as_group: dict[str, Any] = {"from": hidden, "sender_chat": chat}
    await in_group(desk, RINA, f"/start@genangan_bot {token}", **as_group)
    assert "Tetap anonim" in desk.shown(GROUP)
    await in_group(desk, RINA, f"/start@genangan_bot {token}")
    assert list(await chats(desk)) == [SUNGAI_BAMBU]


async def test_a_group_that_becomes_a_supergroup_stays_the_units(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu", -4444)
    old = {"id": -4444, "type": "group", "title": "Kelurahan"}
    await desk.send(RINA, chat=old, migrate_to_chat_id=GROUP)
    assert await chats(desk) == {SUNGAI_BAMBU: (GROUP, None, False)}


async def test_a_units_group_sees_what_officers_may(desk: Desk) -> None:
    await in_group(desk, RINA, "/bantuan@genangan_bot")
    assert "Untuk petugas" not in desk.shown(GROUP)
    await connect(desk, "Sungai Bambu")
    await in_group(desk, RINA, "/bantuan@genangan_bot")
    assert "Untuk petugas" in desk.shown(GROUP) and "Untuk admin" not in desk.shown(GROUP)
    assert (await menus_of(desk.store, []))[GROUP] is Menu.UNIT


async def test_a_group_without_a_link_is_shown_the_private_chat(desk: Desk) -> None:
    await in_group(desk, RINA, "/start@genangan_bot")
    assert desk.says(GROUP) == ["refused.in_group"]
    await in_group(desk, RINA, "/start@genangan_bot entah")
    assert desk.says(GROUP)[-1] == "join.unknown"


async def test_removed_from_its_group_a_unit_is_not_connected_and_the_admins_hear_it(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await connect(desk, "Warakas")
    await membership(desk, GROUP, RINA, present=False)
    assert await chats(desk) == {}
    shown = desk.shown(ADMIN)
    assert "tidak bisa dijangkau lagi" in shown
    assert "Kelurahan Sungai Bambu" in shown and "Kelurahan Warakas" in shown
    await membership(desk, GROUP, RINA, present=False)
    assert desk.says(ADMIN).count("office.lost") == 1


async def test_an_officer_who_blocks_the_bot_is_no_chat_any_more(desk: Desk) -> None:
    await opens(desk, TONO, await invited(desk, "Sungai Bambu"))
    await membership(desk, TONO, TONO, present=False)
    assert await chats(desk) == {}
    assert desk.says(ADMIN)[-1] == "office.lost"


class Closed:
    """A messenger to whom one chat is closed."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, row: Claimed, attachment: object = None) -> int | None:
        raise self.error

    async def answer_press(self, press_id: str, say: object, language: str) -> None:
        raise AssertionError


async def fails(desk: Desk, error: Exception) -> None:
    """Something is sent to the group, and Telegram refuses."""
    await in_group(desk, RINA, "/bantuan@genangan_bot", topic=7, take=False)
    while await desk.intake.once():
        pass
    delivery = Delivery(desk.store, Closed(error), desk.clock, Metrics(), on_chat_news=lambda: None)
    await delivery._round()
    await delivery._finish()
    await desk.take()


async def test_a_closed_group_is_as_good_as_none(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await fails(desk, Unreachable("not enough rights to send text messages to the chat"))
    assert SUNGAI_BAMBU not in await chats(desk)
    assert desk.says(ADMIN)[-1] == "office.lost"


async def test_a_closed_topic_takes_only_its_own_unit(desk: Desk) -> None:
    first, second = await invited(desk, "Warakas"), await invited(desk, "Papanggo")
    await in_group(desk, RINA, f"/start@genangan_bot {first}", topic=7)
    await in_group(desk, RINA, f"/start@genangan_bot {second}", topic=8)
    await fails(desk, TopicClosed("TOPIC_CLOSED"))
    assert set((await chats(desk)).values()) == {(GROUP, 8, False)}


async def test_that_a_group_moved_is_learned_from_a_refused_message_too(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await fails(desk, ChatMoved(OTHER_GROUP))
    assert (await chats(desk))[SUNGAI_BAMBU] == (OTHER_GROUP, None, False)


async def test_what_delivery_tells_leaves_no_id_behind(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await fails(desk, Unreachable("bot was kicked"))
    with closing(sqlite3.connect(desk.folder / "genangan.db")) as db:
        payloads = [payload for (payload,) in db.execute("SELECT payload FROM inbox WHERE bot_id = 0")]
    assert payloads and not any(json.loads(payload or "{}").get("lost_chat") for payload in payloads)
