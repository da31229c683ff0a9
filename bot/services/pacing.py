"""Telegram's limits on sending: which chats are ready now. Pure: time comes in as `now`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast messages may go out; edits count too. None: no such limit.

    Figures from Telegram's bot FAQ ("My bot is hitting limits, how do I avoid this?"). It tolerates short bursts to one
    chat, without saying how short, so we make none.

    Attributes:
        per_second: messages in any second, over all chats.
        chat_gap: from one message to a chat to the next.
        per_minute: messages in any minute to a group or channel.
    """

    per_second: int | None = 30
    chat_gap: timedelta = SECOND
    per_minute: int | None = 20


TELEGRAM = Limits()
UNLIMITED = Limits(per_second=None, chat_gap=timedelta(), per_minute=None)


class Pacing:
    """Remembers what was sent for as long as that matters: a second, for groups a minute."""

    def __init__(self, limits: Limits = TELEGRAM) -> None:
        self._limits = limits
        self._recent: deque[datetime] = deque()  # sends of the last second
        self._ready_at: dict[int, datetime] = {}  # chats that have to wait
        self._groups: dict[int, deque[datetime]] = {}  # sends of the last minute
        self._latest: datetime | None = None

    def room(self, now: datetime) -> int | None:
        """How many messages may go out at this moment in all; None: any number."""
        self._forget(now)
        return None if self._limits.per_second is None else self._limits.per_second - len(self._recent)

    def busy(self, now: datetime) -> frozenset[int]:
        """The chats that may get nothing at this moment."""
        self._forget(now)
        return frozenset(self._ready_at)

    def next_change(self, now: datetime) -> datetime | None:
        """When a chat that waits becomes ready, or there is room again; None: nothing has to wait."""
        self._forget(now)
        moments = list(self._ready_at.values())
        if self._limits.per_second is not None and len(self._recent) >= self._limits.per_second:
            moments.append(self._recent[0] + SECOND)
        return min(moments, default=None)

    def sent(self, chat_id: int, private: bool, now: datetime) -> None:
        """A message goes out to a chat at this moment."""
        self._forget(now)
        limits = self._limits
        if limits.per_second is not None:
            self._recent.append(now)
        ready_at = now + limits.chat_gap
        if not private and limits.per_minute is not None:
            window = self._groups.setdefault(chat_id, deque())
            window.append(now)
            if len(window) >= limits.per_minute:
                ready_at = max(ready_at, window[-limits.per_minute] + MINUTE)
        if ready_at > now:
            self._ready_at[chat_id] = ready_at

    def _forget(self, now: datetime) -> None:
        """Drop what no longer matters at this moment."""
        if self._latest is not None and now < self._latest - SECOND:
            # the clock was set back: what was noted would silence chats for as long as that
            self._recent.clear()
            self._ready_at.clear()
            self._groups.clear()
        if now == self._latest:
            return
        self._latest = now
        while self._recent and self._recent[0] + SECOND <= now:
            self._recent.popleft()
        for chat_id in [chat_id for chat_id, ready_at in self._ready_at.items() if ready_at <= now]:
            del self._ready_at[chat_id]
        for chat_id, window in list(self._groups.items()):
            while window and window[0] + MINUTE <= now:
                window.popleft()
            if not window:
                del self._groups[chat_id]
