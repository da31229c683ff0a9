"""The smallest bot that python-telegram-bot makes: answers each text, stores nothing. What ours is measured by."""

from __future__ import annotations

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """One text for one text."""
    assert update.message is not None
    await update.message.reply_text("Terima kasih, pesan Anda diterima.")


def main() -> None:
    """Poll until it is killed."""
    url = os.environ["BOT_API_URL"]
    application = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


if __name__ == "__main__":
    main()
