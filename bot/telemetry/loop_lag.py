"""How late the event loop comes to what is due: while it computes, nobody is answered."""

from __future__ import annotations

import asyncio

from bot.ports import Meter

EVERY_S = 0.5


async def watch_loop(meter: Meter) -> None:
    """Measure it twice a second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due_s = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        meter.observe("loop_lag_seconds", max(0.0, loop.time() - due_s))
