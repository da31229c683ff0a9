"""Keeps the commands' menus as they should be, for as long as the bot serves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import Bot
from telegram.error import TelegramError

from bot.chat.profile import publish_menus, publish_profile
from bot.chat.trying import unless_stopped
from bot.domain.command_table import Menu
from bot.domain.errors import OperatorError, StoreBusy
from bot.ports import Clock, Store
from bot.services.menus import menus_of
from bot.texts import Texts

log = logging.getLogger(__name__)

AGAIN_S = 60.0


async def keep_menus(
    bot: Bot, texts: Texts, store: Store, admin_ids: Sequence[int], clock: Clock, stop: asyncio.Event
) -> None:
    """Descriptions once, menus for good: who becomes an officer, or is one no more, sees it within a minute.

    An admin's chat exists only once the admin has written: until then it is tried again every minute.

    Args:
        bot, texts, store, clock: the world.
        admin_ids: Telegram ids of ADMIN_IDS.
        stop: set when the program ends.
    """
    everybody, told = False, False
    shown: dict[int, Menu] = {}
    while not stop.is_set():
        problem = None
        try:
            if not everybody:
                await publish_profile(bot, texts)
                everybody = True
            over = {chat_id: Menu.PRIVATE for chat_id, menu in shown.items() if menu is not Menu.PRIVATE}
            wanted = over | dict(await menus_of(store, admin_ids))
            changed = {chat_id: menu for chat_id, menu in wanted.items() if shown.get(chat_id) is not menu}
            missing = set(await publish_menus(bot, texts, changed))
            # where there is no chat any more there is nothing to take back
            shown |= {each: menu for each, menu in changed.items() if each not in missing or menu is Menu.PRIVATE}
            late = missing.intersection(admin_ids)
            if late:
                problem = f"{len(late)} of ADMIN_IDS have no menu yet: they have to send /start to the bot once"
        except (TelegramError, StoreBusy, OperatorError) as error:
            problem = f"the commands' menu could not be set ({type(error).__name__})"
        if problem is not None and not told:
            log.warning("%s; tried again every minute", problem)
            told = True
        await unless_stopped(stop, clock.sleep(AGAIN_S))
