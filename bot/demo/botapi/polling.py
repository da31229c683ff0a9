"""Long polling: one poller at a time."""

from __future__ import annotations

import asyncio

from bot.demo.botapi.errors import conflict
from bot.demo.botapi.queue import UpdateQueue, Waiting

ONE_INSTANCE = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Polls:
    """The long poll that is being held, if any.

    A newer poll ends the older one with 409, as does a webhook.
    """

    def __init__(self, updates: UpdateQueue) -> None:
        self._updates = updates
        self._turn = 0
        self._ended_by = ONE_INSTANCE
        self._closed = False

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[Waiting]:
        """Confirm below `offset` and wait up to `timeout_s` real seconds for something to return.

        Raises:
            ApiError: 409, when another poll or a webhook takes over meanwhile.
        """
        self.end(ONE_INSTANCE)
        turn = self._turn
        until_s = asyncio.get_running_loop().time() + timeout_s
        found = self._updates.take(offset, limit)
        while not found and not self._closed:
            left_s = until_s - asyncio.get_running_loop().time()
            if left_s <= 0 or not await self._updates.arrival(left_s):
                break
            if turn != self._turn:
                raise conflict(self._ended_by)
            found = self._updates.take(0, limit)
        return found

    def end(self, reason: str) -> None:
        """End the poll being held."""
        self._turn += 1
        self._ended_by = reason
        self._updates.wake()

    def close(self) -> None:
        """Let the poll being held return empty, for good: the server stops."""
        self._closed = True
        self._updates.wake()

    def reopen(self) -> None:
        """Hold polls again."""
        self._closed = False
