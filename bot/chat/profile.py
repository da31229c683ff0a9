"""What the bot says of itself in Telegram: its commands per scope, its descriptions, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest

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


async def publish_admin_menus(bot: Bot, texts: Texts, admin_ids: Sequence[int]) -> list[int]:
    """Set the admins' menus. Returns whose chat does not exist yet, since they have not written to the bot.

    Raises:
        TelegramError: as in `publish_profile`.
    """
    missing = []
    for admin_id in admin_ids:
        try:
            for code, language in _languages():
                await _commands(bot, texts, BotCommandScopeChat(admin_id), Menu.ADMIN, code, language)
        except BadRequest:
            missing.append(admin_id)
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
