"""Tells who looks on that a chat shows something new."""

from __future__ import annotations

import asyncio
from collections import defaultdict


class Changes:
    """A version for every chat and one over all; waiters sleep until theirs moves on."""

    def __init__(self) -> None:
        self.version = 0
        self._of_chat: dict[int, int] = {}
        self._waiters: defaultdict[int | None, list[asyncio.Future[None]]] = defaultdict(list)

    def of(self, chat_id: int) -> int:
        """The version at which this chat last changed (0: never)."""
        return self._of_chat.get(chat_id, 0)

    def since(self, version: int) -> list[int]:
        """The chats that changed after `version`."""
        return [chat_id for chat_id, changed in self._of_chat.items() if changed > version]

    def tell(self, chat_id: int) -> int:
        """A chat shows something new, from the returned version on."""
        self.version += 1
        self._of_chat[chat_id] = self.version
        for key in (chat_id, None):
            for waiter in self._waiters.pop(key, ()):
                if not waiter.done():
                    waiter.set_result(None)
        return self.version

    async def after(self, version: int, chat_id: int | None = None) -> int:
        """Wait for a change later than `version`, in one chat or in any, and return its version."""
        while (now := self.version if chat_id is None else self.of(chat_id)) <= version:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters[chat_id].append(waiter)
            await waiter
        return now
