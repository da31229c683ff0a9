"""Telegram's limits: lengths of what is sent, and how fast it may be sent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from bot.demo.botapi.errors import too_many_requests
from bot.demo.botapi.records import Chat
from bot.ports import Clock

MAX_TEXT = 4096
"""UTF-16 units of a text after entity parsing."""
MAX_CAPTION = 1024
MAX_CALLBACK_ANSWER = 200
MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100
ALBUM_SIZES = range(2, 11)
MAX_COMMANDS = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` sends in the long run, `burst` at once."""

    per_second: float
    burst: float


OVERALL = Rate(30, 30)
PRIVATE_CHAT = Rate(1, 3)
GROUP_OR_CHANNEL = Rate(20 / 60, 20)
"""Telegram names 30 a second in all, one a second to a person "with short bursts", 20 a minute to a group."""

JITTER = 0.1
"""Share of a burst granted on top: a client that keeps the rate to the letter is not caught by the network."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A send faster than Telegram allows; `limit` is "overall", "private" or "group"."""

    chat_id: int
    method: str
    at: datetime
    limit: str
    retry_after_s: int


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class FloodGuard:
    """Counts what is sent; notes every violation and, when `enforced`, refuses it with 429.

    Rates are counted in the clock's seconds.
    """

    def __init__(self, clock: Clock, enforced: bool = False) -> None:
        self.enforced = enforced
        self.violations: list[Violation] = []
        self._clock = clock
        self._buckets: dict[int | None, _Bucket] = {}

    def spend(self, chat: Chat, method: str, messages: int = 1) -> None:
        """Count so many messages to a chat.

        Raises:
            ApiError: 429 with `retry_after`, when limits are enforced and this is too fast.
        """
        now = self._clock.now()
        now_s = now.timestamp()
        limit, rate = ("private", PRIVATE_CHAT) if chat.private else ("group", GROUP_OR_CHANNEL)
        of_chat, of_all = self._filled(chat.id, rate, now_s), self._filled(None, OVERALL, now_s)
        wait_s = max(0.0, (messages - of_chat.tokens) / rate.per_second)
        if messages > of_all.tokens:
            overall_s = (messages - of_all.tokens) / OVERALL.per_second
            if overall_s > wait_s:
                limit, wait_s = "overall", overall_s
        if wait_s > 0:
            retry_after_s = max(1, math.ceil(wait_s))
            self.violations.append(Violation(chat.id, method, now, limit, retry_after_s))
            if self.enforced:
                raise too_many_requests(retry_after_s)
        of_chat.tokens = max(0.0, of_chat.tokens - messages)
        of_all.tokens = max(0.0, of_all.tokens - messages)

    def _filled(self, key: int | None, rate: Rate, now_s: float) -> _Bucket:
        full = rate.burst * (1 + JITTER)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(full, now_s)
        else:
            bucket.tokens = min(full, bucket.tokens + (now_s - bucket.at_s) * rate.per_second)
            bucket.at_s = now_s
        return bucket
