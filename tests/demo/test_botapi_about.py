"""What the bot says of itself: commands, name, descriptions, menu button."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.botapi import BotApi
from tests.demo.conftest import RawBot

LAPOR = {"command": "lapor", "description": "Lapor genangan"}


async def test_commands_are_kept_by_scope_and_language(raw: RawBot) -> None:
    english = [{"command": "lapor", "description": "Report"}]
    private = {"type": "all_private_chats"}
    await raw.result("setMyCommands", commands=[LAPOR])
    await raw.result("setMyCommands", commands=english, scope=private, language_code="en")
    assert await raw.result("getMyCommands") == [LAPOR]
    assert await raw.result("getMyCommands", scope=private) == []
    assert await raw.result("getMyCommands", scope=private, language_code="en") == english
    await raw.result("deleteMyCommands")
    assert await raw.result("getMyCommands") == []


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"commands": [{"command": "Lapor!", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "lapor", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [LAPOR] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [LAPOR], "language_code": "english"}, "invalid language code specified"),
        ({"commands": [LAPOR], "scope": {"type": "chat"}}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"commands": [LAPOR], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ],
)
async def test_refused_commands(raw: RawBot, params: dict[str, Any], refusal: str) -> None:
    assert await raw.refusal("setMyCommands", **params) == f"Bad Request: {refusal}"


async def test_name_and_descriptions_fall_back_to_no_language(raw: RawBot) -> None:
    await raw.result("setMyName", name="Genangan Jakut", language_code="id")
    assert await raw.result("getMyName", language_code="id") == {"name": "Genangan Jakut"}
    assert await raw.result("getMyName") == {"name": "Genangan"}
    await raw.result("setMyDescription", description="Lapor genangan")
    assert await raw.result("getMyDescription", language_code="en") == {"description": "Lapor genangan"}
    await raw.result("setMyShortDescription", short_description="x")
    await raw.result("setMyShortDescription", short_description="")
    assert await raw.result("getMyShortDescription") == {"short_description": ""}
    assert "too long" in await raw.refusal("setMyDescription", description="a" * 513)


async def test_the_menu_button_of_all_and_of_one(api: BotApi, raw: RawBot) -> None:
    siti = api.user("Siti")
    siti.start()
    app = {"type": "web_app", "text": "Peta", "web_app": {"url": "https://example.org"}}
    await raw.result("setChatMenuButton", chat_id=siti.id, menu_button=app)
    assert await raw.result("getChatMenuButton", chat_id=siti.id) == app
    assert await raw.result("getChatMenuButton") == {"type": "commands"}
    assert "unsupported type" in await raw.refusal("setChatMenuButton", menu_button={"type": "party"})


async def test_who_the_bot_is(api: BotApi, raw: RawBot) -> None:
    me = await raw.result("getMe")
    assert me["id"] == int(api.token.split(":")[0])
    assert (me["is_bot"], me["can_read_all_group_messages"]) == (True, False)
