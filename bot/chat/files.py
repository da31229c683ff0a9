"""Telegram's files, fetched when they are needed: the `Files` port."""

from __future__ import annotations

from telegram import Bot
from telegram.error import TelegramError

from bot.chat.telegram_errors import translated
from bot.domain.errors import Refused

MAX_BYTES = 20_000_000
"""What Telegram's own server gives out at most; another Bot API server gives out files of gigabytes."""


class TelegramFiles:
    """Fetches through one Bot.

    Args:
        bot: initialized.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, file_id: str) -> bytes:
        """The file's bytes (at most 20 MB). Raises SendError."""
        try:
            file = await self._bot.get_file(file_id)
            if not file.file_path:  # Telegram keeps it, but gives it to no bot
                raise Refused("the file cannot be fetched")
            if (file.file_size or 0) > MAX_BYTES:
                raise Refused("the file is too large")
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise translated(error) from error
