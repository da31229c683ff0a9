"""What the bot says of itself in Telegram: its commands per scope, its descriptions, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden

from bot.domain.command_table import Menu, offered_in
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts

DESCRIPTION = "profile.description"
SHORT_DESCRIPTION = "profile.short_description"


async def publish_profile(bot: Bot, texts: Texts) -> int:
    """Set whatever of everybody's menus and descriptions Telegram does not already show, and return how much that was.

    Raises:
        TelegramError: Telegram cannot be reached; doing it again later goes on where it stopped.
    """
    changed = 0
    for code, language in _languages():
        changed += await _descriptions(bot, texts, code, language)
        for scope, menu in (
            (BotCommandScopeAllPrivateChats(), Menu.PRIVATE),
            (BotCommandScopeAllGroupChats(), Menu.GROUP),
        ):
            changed += await _commands(bot, texts, scope, menu, code, language)
    return changed


async def publish_menus(bot: Bot, texts: Texts, menus: Mapping[int, Menu]) -> list[int]:
    """Set the menus of chats that offer more than everybody's. Returns those that do not exist (yet, or any more).

    Args:
        bot, texts: Telegram and all words.
        menus: chat id -> menu; PRIVATE takes back what was set for this chat alone.

    Raises:
        TelegramError: as in `publish_profile`.
    """
    missing = []
    for chat_id, menu in menus.items():
        scope = BotCommandScopeChat(chat_id)
        try:
            for code, language in _languages():
                if menu is not Menu.PRIVATE:
                    await _commands(bot, texts, scope, menu, code, language)
                elif await bot.get_my_commands(scope, code):
                    await bot.delete_my_commands(scope, code)
        except (BadRequest, Forbidden):
            missing.append(chat_id)
    return missing


def _languages() -> Iterator[tuple[str | None, str]]:
    """(Telegram's language code, ours). The default language is also everybody else's, so it is set without a code."""
    return ((None if language == DEFAULT_LANGUAGE else language, language) for language in LANGUAGES)


async def _commands(
    bot: Bot, texts: Texts, scope: BotCommandScope, menu: Menu, code: str | None, language: str
) -> bool:
    wanted = tuple(BotCommand(each.name, texts.plain(each.description, {}, language)) for each in offered_in(menu))
    if await bot.get_my_commands(scope, code) == wanted:
        return False
    return await bot.set_my_commands(wanted, scope, code)


async def _descriptions(bot: Bot, texts: Texts, code: str | None, language: str) -> int:
    changed = 0
    description = texts.plain(DESCRIPTION, {}, language)
    if (await bot.get_my_description(code)).description != description:
        changed += await bot.set_my_description(description, code)
    short = texts.plain(SHORT_DESCRIPTION, {}, language)
    if (await bot.get_my_short_description(code)).short_description != short:
        changed += await bot.set_my_short_description(short, code)
    return changed
