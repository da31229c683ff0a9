"""What a failed send means for its row, and for all others while Telegram cannot be reached."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.errors import (
    ChatMoved,
    GenanganError,
    MessageGone,
    Refused,
    RetryLater,
    StoreBusy,
    TokenRefused,
    TopicClosed,
    Unreachable,
)
from bot.domain.outgoing import Claimed, Dead, Moved, Outcome, Postponed

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
"""Failures nobody can explain, until a row is given up."""

LONGEST_BACKOFF_S = 60.0
BUSY_PAUSE_S = 2.0

TOLD_AGAIN_AFTER = timedelta(minutes=5)
"""A network that comes and goes is told of once in so long: each time anew would fill the log."""


class Outage:
    """Whether Telegram can be reached. While it cannot, everybody waits: 1 s, 2 s, 4 s … a minute, with jitter.

    Attributes:
        until: nothing is sent before; None: all is well.
    """

    def __init__(self) -> None:
        self.until: datetime | None = None
        self._since: datetime | None = None
        self._faults = 0
        self._told_at: datetime | None = None
        self._told = False

    def pauses(self, now: datetime) -> datetime | None:
        """Until when nothing is sent, None if something may be. A clock that was set back makes no pause longer."""
        if self.until is None or self._since is None or not self._since <= now < self.until:
            return None
        return self.until

    def fault(self, now: datetime, why: str, asked_s: float | None) -> bool:
        """A send met trouble that concerns everyone. Returns whether it may be the row's own fault all the same.

        It may when others got through since the last trouble: a row that fails again and again between them must not
        go on for ever, while a night without network counts against nobody.
        """
        first = self._faults == 0
        if self.pauses(now) is None:  # else one of several that met the same trouble
            pause_s = asked_s if asked_s is not None else backoff_s(self._faults)
            self._since, self.until = now, now + timedelta(seconds=pause_s)
            self._faults += 1
        if first and (self._told_at is None or not timedelta(0) <= now - self._told_at < TOLD_AGAIN_AFTER):
            log.warning("Telegram cannot be reached (%s); messages wait", why)
            self._told_at, self._told = now, True
        return first

    def over(self) -> None:
        """A message got through."""
        if self._told:
            log.info("Telegram can be reached again")
        self._faults, self.until, self._told = 0, None, False


def backoff_s(failures: int) -> float:
    """Seconds to wait after so many failures: doubled each time, with jitter so that not all come back at once."""
    return min(LONGEST_BACKOFF_S, 2.0 ** min(failures, 16)) * random.uniform(0.75, 1.25)  # noqa: S311


def outcome_of(row: Claimed, error: Exception, now: datetime, outage: Outage) -> Outcome:
    """What becomes of a row that was not sent.

    Args:
        row: the row.
        error: why; anything that is no error of ours counts as unexplained.
        now: the present.
        outage: told when the trouble concerns everyone.
    """
    match error:
        case TopicClosed():
            return Dead(row.id, str(error))
        case Unreachable():
            return Dead(row.id, str(error), unreachable=True)
        case ChatMoved():
            return Moved(row.id, row.chat_id, error.new_chat_id)
        case MessageGone() if row.message_id is not None and row.slot is not None:
            return Postponed(row.id, now, str(error), anew=True, counted=False)
        case Refused() | MessageGone():
            return Dead(row.id, str(error))
        case StoreBusy():
            return Postponed(row.id, now + timedelta(seconds=BUSY_PAUSE_S), "the database is busy", counted=False)
        case RetryLater(everyone=True):
            counted = outage.fault(now, str(error), error.retry_after_s)
            return _again(row, outage.until or now, str(error), counted)
        case RetryLater(retry_after_s=float() | int() as pause_s):
            return Postponed(row.id, now + timedelta(seconds=pause_s), str(error), counted=False)
    pause_s = backoff_s(row.attempts)
    return _again(row, now + timedelta(seconds=pause_s), type(error).__name__, counted=True)


_NAMES: Mapping[type[GenanganError], str] = {
    TokenRefused: "token",
    RetryLater: "network",
    TopicClosed: "topic",
    Unreachable: "unreachable",
    ChatMoved: "moved",
    MessageGone: "gone",
    Refused: "refused",
    StoreBusy: "database",
}
"""How metrics call errors. The first that fits counts, so kinds of an error come before it."""


def name_of(error: Exception | None) -> str:
    """How metrics call why a message was not sent."""
    if isinstance(error, RetryLater) and not error.everyone:
        return "limit"
    return next((name for kind, name in _NAMES.items() if isinstance(error, kind)), "mistake")


def _again(row: Claimed, at: datetime, why: str, counted: bool) -> Outcome:
    if counted and row.attempts + 1 >= MAX_ATTEMPTS:
        return Dead(row.id, f"given up after {MAX_ATTEMPTS} attempts: {why}")
    return Postponed(row.id, at, why, counted=counted)
