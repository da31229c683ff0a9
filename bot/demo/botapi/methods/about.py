"""Methods about the bot itself: who it is, what it says of itself, its commands."""

from __future__ import annotations

import re

from bot.demo.botapi.errors import bad_request
from bot.demo.botapi.limits import MAX_COMMANDS
from bot.demo.botapi.methods.access import find_chat
from bot.demo.botapi.methods.registry import method
from bot.demo.botapi.params import Params
from bot.demo.botapi.records import Json
from bot.demo.botapi.text import utf16_length
from bot.demo.botapi.world import World

SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@method("getMe")
def get_me(world: World, params: Params) -> Json:
    """The bot as a user, with what only it is told."""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "supports_guest_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


@method("setMyCommands")
def set_my_commands(world: World, params: Params) -> bool:
    """The menu of commands for a scope and language."""
    scope, language = _scope(world, params), _language(params)
    given = params.array("commands", "BotCommand")
    if given is None:
        raise bad_request("can't parse commands JSON object")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in given]
    if commands:
        world.profile.set_commands(scope, language, commands)
    else:
        world.profile.delete_commands(scope, language)
    return True


@method("getMyCommands")
def get_my_commands(world: World, params: Params) -> list[Json]:
    """Those set for exactly this scope and language."""
    return world.profile.commands(_scope(world, params), _language(params))


@method("deleteMyCommands")
def delete_my_commands(world: World, params: Params) -> bool:
    """Let the wider scope show again."""
    world.profile.delete_commands(_scope(world, params), _language(params))
    return True


def _text_by_language(name: str, field: str, texts: str, longest: int) -> None:
    """Enter the setter and the getter of a text the bot has in several languages."""

    @method(f"setMy{name}")
    def set_text(world: World, params: Params) -> bool:
        language, text = _language(params), params.text(field)
        if utf16_length(text) > longest:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        known: dict[str, str] = getattr(world.profile, texts)
        known.pop(language, None)
        if text:
            known[language] = text
        return True

    @method(f"getMy{name}")
    def get_text(world: World, params: Params) -> Json:
        known: dict[str, str] = getattr(world.profile, texts)
        unset = world.profile.first_name if name == "Name" else ""
        return {field: known.get(_language(params)) or known.get("") or unset}


_text_by_language("Name", "name", "names", 64)
_text_by_language("Description", "description", "descriptions", 512)
_text_by_language("ShortDescription", "short_description", "short_descriptions", 120)


@method("setChatMenuButton")
def set_chat_menu_button(world: World, params: Params) -> bool:
    """The button beside the message field, of one private chat or of all."""
    button = params.table("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    if params.raw("chat_id") is None:
        world.profile.menu_button = button
    else:
        find_chat(world, params).menu_button = button
    return True


@method("getChatMenuButton")
def get_chat_menu_button(world: World, params: Params) -> Json:
    """The same, as it is."""
    if params.raw("chat_id") is not None and (button := find_chat(world, params).menu_button):
        return button
    return world.profile.menu_button


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _scope(world: World, params: Params) -> Json:
    scope = params.table("scope") or {"type": "default"}
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: type of the scope is unsupported")
    for name in SCOPES[kind]:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    if "chat_id" in scope:
        scope = {**scope, "chat_id": find_chat(world, Params({"chat_id": scope["chat_id"]})).id}
    return scope


def _command(item: object) -> Json:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(item.get("command", "")).removeprefix("/")
    description = str(item.get("description", "")).strip()
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
