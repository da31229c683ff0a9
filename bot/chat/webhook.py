"""Asking Telegram to deliver updates to us. The route that takes them is in bot/web/server.py."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot

from bot.chat.reader import ALLOWED_UPDATES
from bot.chat.trying import Trouble, until_done
from bot.ports import Clock

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 10
"""Deliveries at once. There is one writer to the database, so more would only wait for each other."""


async def register_webhook(bot: Bot, url: str, secret: str, clock: Clock, stop: asyncio.Event) -> None:
    """Set the webhook, as often as it takes; what waits at Telegram is delivered then.

    Args:
        url: the whole public URL (WEBHOOK_URL).
        secret: comes back with every delivery (WEBHOOK_SECRET).
    """

    async def register() -> None:
        await bot.set_webhook(
            url,
            max_connections=MAX_CONNECTIONS,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
            secret_token=secret,
        )

    await until_done(register, clock, stop, Trouble(log))
