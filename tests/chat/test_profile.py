from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.chat.profile import publish_menus, publish_profile
from bot.chat.sender import connect
from bot.demo.botapi import BotApi, faults
from bot.domain.command_table import COMMANDS, Menu, Role, offered_in
from bot.services.commands import COMMANDS as USES
from bot.texts import Texts
from tests.helpers.clock import WIB

TEXTS = Texts(WIB)
PRIVATE = {"type": "all_private_chats"}
GROUPS = {"type": "all_group_chats"}
SETTERS = ("setMyCommands", "setMyDescription", "setMyShortDescription")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=4) as server:
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with connect(api.token, api.base_url) as connected:
        yield connected


def menu(api: BotApi, scopes: list[dict[str, Any]], language: str) -> list[str]:
    """What a person of that language sees beside the message field."""
    return [f"/{each['command']} {each['description']}" for each in api.world.profile.commands_shown(scopes, language)]


def names(lines: list[str]) -> list[str]:
    """The commands of a menu."""
    return [line.split()[0] for line in lines]


async def test_everybody_sees_commands_in_their_language(api: BotApi, bot: Bot) -> None:
    await publish_profile(bot, TEXTS)
    assert menu(api, [PRIVATE], "id")[0] == "/lapor Laporkan banjir, genangan, atau saluran rusak"
    assert menu(api, [PRIVATE], "jv") == menu(api, [PRIVATE], "id")
    assert menu(api, [PRIVATE], "en")[0] == "/lapor Report a flood, standing water or a broken drain"
    assert [line.split()[0] for line in menu(api, [GROUPS], "id")] == ["/lapor", "/bantuan", "/privasi"]
    assert "/rekap" not in str(menu(api, [PRIVATE], "en"))


async def test_the_profile_says_what_the_bot_is_for(api: BotApi, bot: Bot) -> None:
    await publish_profile(bot, TEXTS)
    profile = api.world.profile
    assert profile.descriptions[""].startswith("Ada banjir atau genangan?")
    assert profile.descriptions["en"].startswith("A flood or standing water?")
    assert profile.short_descriptions.keys() == {"", "en"}


async def test_officers_and_admins_see_theirs_besides_once_they_have_written_to_the_bot(api: BotApi, bot: Bot) -> None:
    stranger, admin, officer = api.user("Tono"), api.user("Rina"), api.user("Wati")
    admin.start()
    officer.start()
    await publish_profile(bot, TEXTS)
    menus = {stranger.id: Menu.ADMIN, admin.id: Menu.ADMIN, officer.id: Menu.OFFICER}
    assert await publish_menus(bot, TEXTS, menus) == [stranger.id]
    everybody = names(menu(api, [PRIVATE], "id"))
    for person, role in ((officer, Role.OFFICER), (admin, Role.ADMIN)):
        seen = names(menu(api, [{"type": "chat", "chat_id": person.id}, PRIVATE], "id"))
        assert seen[: len(everybody)] == everybody
        assert seen == [f"/{entry.name}" for entry in COMMANDS if entry.role <= role]
    assert "/undang" in seen and "/undang" not in everybody
    stranger.start()
    assert await publish_menus(bot, TEXTS, {stranger.id: Menu.ADMIN}) == []


def test_a_units_group_is_offered_what_may_be_asked_in_groups() -> None:
    assert [entry.name for entry in offered_in(Menu.UNIT)] == [
        "lapor",
        "bantuan",
        "privasi",
        "tugas",
        "genangan",
        "peta",
        "penataan",
        "rawan",
        "rekap",
    ]


async def test_who_is_no_officer_any_more_sees_everybodys_menu_again(api: BotApi, bot: Bot) -> None:
    officer = api.user("Wati")
    officer.start()
    await publish_profile(bot, TEXTS)
    await publish_menus(bot, TEXTS, {officer.id: Menu.ADMIN})
    await publish_menus(bot, TEXTS, {officer.id: Menu.PRIVATE})
    seen = [menu(api, [{"type": "chat", "chat_id": officer.id}, PRIVATE], language) for language in ("id", "en")]
    assert seen == [menu(api, [PRIVATE], language) for language in ("id", "en")]
    calls = len(api.calls.of("deleteMyCommands"))
    await publish_menus(bot, TEXTS, {officer.id: Menu.PRIVATE})
    assert len(api.calls.of("deleteMyCommands")) == calls == 2


async def test_nothing_is_set_twice(api: BotApi, bot: Bot) -> None:
    assert await publish_profile(bot, TEXTS) == len(api.calls.of(*SETTERS)) == 8
    assert await publish_profile(bot, TEXTS) == 0
    assert len(api.calls.of(*SETTERS)) == 8
    api.world.profile.short_descriptions["en"] = "something else"
    assert await publish_profile(bot, TEXTS) == 1


async def test_a_fault_in_the_middle_leaves_the_rest_for_later(api: BotApi, bot: Bot) -> None:
    api.faults.add(faults.server_error(502), method="setMyCommands", skip=1)
    with pytest.raises(NetworkError):
        await publish_profile(bot, TEXTS)
    await publish_profile(bot, TEXTS)
    assert len([call for call in api.calls.of(*SETTERS) if call.ok]) == 8


def test_every_command_offered_is_obeyed_and_every_other_is_an_alias() -> None:
    names = {name for entry in COMMANDS for name in (entry.name, *entry.aliases)}
    assert names == set(USES)
    for entry in COMMANDS:
        assert {USES[name].role for name in (entry.name, *entry.aliases)} == {entry.role}


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_line_fits_where_telegram_shows_it(language: str) -> None:
    for entry in offered_in(Menu.ADMIN):
        assert 1 <= len(TEXTS.plain(entry.description, {}, language)) <= 60  # more is cut off on a phone
    assert len(TEXTS.plain("profile.description", {}, language)) <= 512
    assert len(TEXTS.plain("profile.short_description", {}, language)) <= 120
