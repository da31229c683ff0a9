"""The serving bot at a chosen moment of the clock, that dies at a chosen step: `python -m tests.e2e.serve_dying`.

CLOCK_AHEAD_S: so many seconds its clock is ahead of the wall's. DIES_AT: "module:Class.method:n:before" (or "after"):
kill -9 strikes before (after) the method is called for the n-th time; empty: it lives.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import App
from bot.services.pacing import UNLIMITED
from bot.settings import load_settings
from bot.telemetry import set_up_logging

BEATS = 100
"""So many times as often as usual it looks what is due."""


class ClockAhead:
    """The wall's clock, some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """The present moment of this clock."""
        return datetime.now(UTC) + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await asyncio.sleep(seconds)


def die_at(step: str) -> None:
    """See above."""
    module, method, n, when = step.split(":")
    owner, _, name = method.rpartition(".")
    place = functools.reduce(getattr, filter(None, owner.split(".")), importlib.import_module(module))
    works: Callable[..., Any] = getattr(place, name)
    calls = 0

    async def dying(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(n) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await works(*args, **more)
        if calls == int(n):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(place, name, dying)


async def serve() -> None:
    """Until SIGTERM."""
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format)
    if step := os.environ.get("DIES_AT"):
        die_at(step)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    clock = ClockAhead(timedelta(seconds=float(os.environ["CLOCK_AHEAD_S"])))
    await App(settings, clock, speed=BEATS, limits=UNLIMITED).run(stop)


if __name__ == "__main__":
    asyncio.run(serve())
