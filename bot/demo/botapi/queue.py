"""Updates waiting for the bot, with Telegram's semantics of confirming."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

NOT_SENT_UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds a bot gets only when it names them in `allowed_updates`."""

FUTURE_SLACK = 10
"""An offset further ahead of the queue than this is taken as none: so does Telegram after it renumbered."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update in the queue; `lane` is the chat or person whose updates must keep their order."""

    update_id: int
    lane: int
    text: str
    """The whole update as JSON, written when it happened."""


class UpdateQueue:
    """The one queue that polling and webhook share.

    Args:
        first_id: id of the first update.

    Attributes:
        on_put, on_let_go: told of each update as it comes in, and as the bot has it and it is kept here no more.
    """

    def __init__(self, first_id: int) -> None:
        self.next_id = first_id
        self.allowed: list[str] | None = None
        self.on_put: Callable[[Waiting], None] = lambda waiting: None
        self.on_let_go: Callable[[Waiting], None] = lambda waiting: None
        self._waiting: deque[Waiting] = deque()
        self._arrival = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are kept for the bot."""
        return kind in self.allowed if self.allowed else kind not in NOT_SENT_UNASKED

    def allow(self, kinds: list[str] | None) -> None:
        """Remember `allowed_updates`; None leaves it as it is, an empty list means the default."""
        if kinds is not None:
            self.allowed = kinds or None

    def put(self, kind: str, payload: Any, lane: int) -> int | None:
        """Queue an update and return its id, or None when the bot does not want that kind."""
        if not self.wants(kind):
            return None
        return self.put_raw({kind: payload}, lane)

    def put_raw(self, update: dict[str, Any], lane: int = 0) -> int:
        """Queue any object; one without an `update_id` gets the next."""
        if "update_id" in update:
            update_id = int(update["update_id"])
        else:
            update_id = self.next_id
            update = {"update_id": update_id, **update}
        self.next_id = max(self.next_id, update_id + 1)
        text = json.dumps(update, separators=(",", ":"))
        waiting = Waiting(update_id, lane, text)
        self._waiting.append(waiting)
        self.on_put(waiting)
        self._arrival.set()
        return update_id

    def renumber(self, next_id: int) -> None:
        """Go on from another number, as Telegram may after a quiet week."""
        self.next_id = next_id

    def take(self, offset: int, limit: int) -> list[Waiting]:
        """Confirm what lies below `offset` and return up to `limit` of the rest.

        A negative offset keeps only so many from the end. Zero confirms nothing.
        """
        if offset < 0:
            while len(self._waiting) > -offset:
                self.on_let_go(self._waiting.popleft())
        elif 0 < offset <= self.next_id + FUTURE_SLACK:
            while self._waiting and self._waiting[0].update_id < offset:
                self.on_let_go(self._waiting.popleft())
        return self.head(limit)

    def head(self, limit: int) -> list[Waiting]:
        """The oldest that are waiting."""
        return list(islice(self._waiting, limit))

    def remove(self, waiting: Waiting) -> None:
        """Forget one that was delivered."""
        if self._waiting and self._waiting[0] is waiting:
            self._waiting.popleft()
        else:
            self._waiting.remove(waiting)
        self.on_let_go(waiting)

    def clear(self) -> None:
        """Drop everything pending."""
        self._waiting.clear()

    async def arrival(self, timeout_s: float | None = None) -> bool:
        """Wait (real seconds) until something is put; False when the time runs out first."""
        self._arrival.clear()
        if timeout_s is None:
            return await self._arrival.wait()
        try:
            async with asyncio.timeout(timeout_s):
                return await self._arrival.wait()
        except TimeoutError:
            return False

    def wake(self) -> None:
        """Make waiters look again."""
        self._arrival.set()
