"""Waiting for what another task does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within_s: float = 5, every_s: float = 0.005) -> None:
    """Return once the condition, looked at so often, holds; TimeoutError where it does not in time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(every_s)
