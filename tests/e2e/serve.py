"""The serving bot as a process of its own, for tests that kill it: `python -m tests.e2e.serve`.

The same as `genangan run`, without Telegram's send limits, so that a test takes seconds.
"""

from __future__ import annotations

import asyncio
import signal

from bot.app import App
from bot.services.pacing import UNLIMITED
from bot.settings import load_settings
from bot.telemetry import set_up_logging


async def serve() -> None:
    """Until SIGTERM."""
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await App(settings, limits=UNLIMITED).run(stop)


if __name__ == "__main__":
    asyncio.run(serve())
