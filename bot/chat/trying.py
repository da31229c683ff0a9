"""Trying again: how long to wait, how to be interrupted, and how to tell the operator once instead of every time."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.chat.telegram_errors import translated
from bot.domain.errors import RetryLater
from bot.ports import Clock

T = TypeVar("T")

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


TOLD_AGAIN_S = 300.0
"""A line is not repeated within so many seconds of the wall: a network that comes and goes would fill the log."""


class Trouble:
    """A run of failures: its pauses grow from 1 to 30 seconds, and a line is logged only when it says something new.

    Args:
        log: where lines go.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._said: str | None = None
        self._told_at_s: dict[str, float] = {}
        self._next_s = FIRST_PAUSE_S

    def pause_s(self, line: str | None, asked_s: float | None = None) -> float:
        """Tell it, if there is a line, and say how many seconds to wait: `asked_s`, or the usual pause with jitter."""
        now_s = time.monotonic()
        if line is not None and line != self._said and now_s - self._told_at_s.get(line, -TOLD_AGAIN_S) >= TOLD_AGAIN_S:
            self._log.error(line)
            self._told_at_s = {told: at_s for told, at_s in self._told_at_s.items() if now_s - at_s < TOLD_AGAIN_S}
            self._told_at_s[line] = now_s
            self._said = line
        if asked_s is not None:
            return asked_s
        longest_s, self._next_s = self._next_s, min(self._next_s * 2, LONGEST_PAUSE_S)
        return longest_s * random.uniform(0.75, 1.0)  # noqa: S311  # so that not all bots come back at once

    def over(self) -> None:
        """It works again."""
        if self._said is not None:
            self._log.info("over: %s", self._said)
        self._said = None
        self._next_s = FIRST_PAUSE_S


def explained(error: TelegramError) -> tuple[str, float | None]:
    """(one line for the operator without a token or an id in it, seconds to wait; None: the usual pause)."""
    match error:
        case InvalidToken() | EndPointNotFound():
            line = "Telegram refuses BOT_TOKEN: copy it anew from BotFather, and look at BOT_API_URL where that is set"
            return line, LONGEST_PAUSE_S
        case Conflict() if "webhook" in error.message.lower():
            line = "another program has set a webhook with this BOT_TOKEN: stop it, then start this one again"
            return line, LONGEST_PAUSE_S
        case Conflict():
            return "another program polls with this BOT_TOKEN: only one may, stop the other one", LONGEST_PAUSE_S
    ours = translated(error)
    if isinstance(ours, RetryLater):
        return f"Telegram does not answer as it should ({ours})", ours.retry_after_s
    return f"Telegram refuses: {ours}", LONGEST_PAUSE_S


async def unless_stopped(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """The result of `work`; None where `stop` is set before it is done, which cancels it."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, stopped):
            each.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)


async def until_done(
    action: Callable[[], Awaitable[object]], clock: Clock, stop: asyncio.Event, trouble: Trouble
) -> None:
    """Do something with Telegram until it works, or until `stop` is set."""
    while not stop.is_set():
        try:
            await unless_stopped(stop, action())
        except TelegramError as error:
            await unless_stopped(stop, clock.sleep(trouble.pause_s(*explained(error))))
        else:
            trouble.over()
            return
