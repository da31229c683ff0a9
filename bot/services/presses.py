"""Answers to button presses: best effort, never stored. Until one comes, the phone shows a waiting button.

So is the last message to somebody who was erased: who does not get it has heard of it by the answer to their press.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace

from bot.domain.errors import MessageGone, RetryLater, SendError
from bot.domain.models import Say
from bot.domain.outgoing import Claimed
from bot.ports import Messenger

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""Seconds of the wall, since a finger waits: if intake lags as long as that, the answer is blank."""

PAUSES_S = (1.0, 5.0, 30.0)
"""Seconds of the wall between tries of a farewell."""

AT_ONCE = 4
REMEMBERED = 1000


class Presses:
    """Answers each press once: with what intake says after its commit, or with nothing when that takes too long.

    Args:
        messenger: answers.
        patience_s: how long a press waits for its answer.
    """

    def __init__(self, messenger: Messenger, patience_s: float = PATIENCE_S) -> None:
        self._messenger = messenger
        self._patience_s = patience_s
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._blanked: dict[str, None] = {}  # in order, so that the oldest can be forgotten
        self._tasks: set[asyncio.Future[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    def expect(self, press_ids: Sequence[str]) -> None:
        """These presses have come in (perhaps not for the first time): somebody waits from now on."""
        loop = asyncio.get_running_loop()
        for press_id in press_ids:
            if press_id in self._waiting or press_id in self._blanked:
                continue
            self._waiting[press_id] = loop.call_later(self._patience_s, self._give_up, press_id)

    def answer(self, press_id: str, say: Say | None, language: str) -> None:
        """What a press led to is committed: tell it, unless it was answered blank by now.

        A press that was received before a restart is answered all the same: Telegram may still take it.
        """
        if timer := self._waiting.pop(press_id, None):
            timer.cancel()
        if press_id in self._blanked:
            del self._blanked[press_id]
        else:
            self._start(self._messenger.answer_press(press_id, say, language))

    def bid_farewell(self, row: Claimed) -> None:
        """Tell somebody who is nobody by now that it is done, in place of the question."""
        self._keep(asyncio.ensure_future(self._farewell(row)))

    async def _farewell(self, row: Claimed) -> None:
        for pause_s in PAUSES_S:
            try:
                await self._messenger.send(row)
                return
            except MessageGone:
                row = replace(row, message_id=None)
            except RetryLater as error:
                await asyncio.sleep(error.retry_after_s or pause_s)
            except SendError as error:
                log.debug("a farewell was not taken: %s", error)
                return

    async def close(self) -> None:
        """Answer those that still wait with nothing, for a second at most."""
        for press_id, timer in list(self._waiting.items()):
            timer.cancel()
            self._give_up(press_id)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=1.0)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _give_up(self, press_id: str) -> None:
        del self._waiting[press_id]
        self._blanked[press_id] = None
        if len(self._blanked) > REMEMBERED:
            del self._blanked[next(iter(self._blanked))]
        self._start(self._messenger.answer_press(press_id, None, ""))

    def _start(self, answering: Coroutine[None, None, None]) -> None:
        self._keep(asyncio.ensure_future(self._in_turn(answering)))

    def _keep(self, task: asyncio.Future[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_turn(self, answering: Coroutine[None, None, None]) -> None:
        try:
            async with self._places:
                await answering
        finally:
            answering.close()
