"""The serving bot by a clock that the harness moves: `python -m tests.chaos.serve`.

The same as `genangan run`, without Telegram's send limits. CHAOS_CLOCK: the clock's file. CHAOS_BEATS: how many times
as often as usual it looks what is due. CHAOS_LIFE: the number of this life. Each message tells the Bot API which row of
the outbox it comes from, in a parameter that Telegram knows nothing of: "life.row.revision".
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

from telegram import Bot

from bot.app import App
from bot.chat import sender
from bot.chat.http import call
from bot.domain.errors import OperatorError
from bot.domain.outgoing import Claimed
from bot.domain.records import Attachment
from bot.services.pacing import UNLIMITED
from bot.settings import load_settings
from bot.telemetry import set_up_logging
from tests.chaos.clock import SharedClock

ROW = "x_row"

_row: ContextVar[str] = ContextVar("row", default="")


def tell_rows(life: str) -> None:
    """See above."""
    send = sender.Sender.send

    async def sending(self: sender.Sender, row: Claimed, attachment: Attachment | None = None) -> int | None:
        _row.set(f"{life}.{row.id}.{row.rev}")
        return await send(self, row, attachment)

    async def calling(bot: Bot, method: str, params: Mapping[str, object]) -> object:
        return await call(bot, method, {**params, ROW: row} if (row := _row.get()) else params)

    for owner, name, new in ((sender.Sender, "send", sending), (sender, "call", calling)):
        setattr(owner, name, new)


async def serve() -> int:
    """Until SIGTERM, or until it cannot: then the line for the operator, as the program prints it, and 1."""
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format)
    tell_rows(os.environ["CHAOS_LIFE"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    clock = SharedClock(Path(os.environ["CHAOS_CLOCK"]), erring=True)
    app = App(settings, clock, speed=float(os.environ["CHAOS_BEATS"]), limits=UNLIMITED)
    try:
        await app.run(stop)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
