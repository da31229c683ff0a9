"""getUpdates -> inbox -> confirm: Telegram lets go of an update only when it is on our disk."""

from __future__ import annotations

import asyncio
import logging
import warnings
from datetime import datetime, timedelta
from typing import cast

from telegram import Bot
from telegram.error import TelegramError
from telegram.warnings import PTBUserWarning

from bot.chat.raw import Json
from bot.chat.reader import ALLOWED_UPDATES
from bot.chat.receiver import Receiver, update_id
from bot.chat.trying import Trouble, explained, unless_stopped, until_done
from bot.domain.errors import StoreBusy
from bot.ports import Clock

log = logging.getLogger(__name__)

LONG_POLL_S = 10
"""How long Telegram holds a request when there is nothing (seconds of the wall). A connection that died without a word
is noticed only when that and ANSWER_WITHIN_S are over, and nobody is heard until then."""

ANSWER_WITHIN_S = 5
"""How much later than that its answer may come."""

BATCH = 100
"""Telegram's limit of updates a request."""

QUIET = timedelta(days=6)
"""After a week without updates Telegram goes on with a random id (Bot API, Update): an older offset could confirm what
was never seen."""


class _Nonsense(Exception):
    """An answer of Telegram's that holds nothing to take."""


class Poller:
    """Fetches raw updates: parsing is intake's, so that one odd update is one failed row and not the end of polling.

    Args:
        bot: ours, with requests initialized.
        receiver: takes the updates.
        clock: for pauses and for how long it has been quiet.
        long_poll_s: see LONG_POLL_S.
    """

    def __init__(self, bot: Bot, receiver: Receiver, clock: Clock, long_poll_s: int = LONG_POLL_S) -> None:
        self._bot = bot
        self._receiver = receiver
        self._clock = clock
        self._long_poll_s = long_poll_s
        self._offset: int | None = None
        self._last_at: datetime | None = None
        self._trouble = Trouble(log)

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set. What Telegram, the network or a busy database do only makes it wait."""
        # The library offers no other way to updates that are not parsed, yet advises against this one each time.
        warnings.filterwarnings("ignore", r"Please use 'Bot\.getUpdates' instead", PTBUserWarning)
        # One left by an earlier way of running would keep us from polling. What waits at Telegram stays.
        await until_done(self._delete_webhook, self._clock, stop, self._trouble)
        while not stop.is_set():
            try:
                updates = await unless_stopped(stop, self._fetch())
                if updates is not None:
                    await self._take(updates)
                    self._trouble.over()
            except TelegramError as error:
                await self._pause(stop, *explained(error))
            except StoreBusy:  # the store has told the operator; updates wait at Telegram meanwhile
                await self._pause(stop)
            except _Nonsense as error:
                await self._pause(stop, str(error))

    async def _delete_webhook(self) -> None:
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _fetch(self) -> object:
        asked: dict[str, object] = {
            "timeout": self._long_poll_s,
            "limit": BATCH,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        # a clock set back may hide a quiet week; asking without an offset costs nothing, since known ones are skipped
        if self._last_at is not None and not timedelta(0) <= self._clock.now() - self._last_at < QUIET:
            self._offset = None
        if self._offset is not None:
            asked["offset"] = self._offset
        return await self._bot.do_api_request("getUpdates", asked, read_timeout=self._long_poll_s + ANSWER_WITHIN_S)

    async def _take(self, updates: object) -> None:
        """Store them, then move the offset, which confirms them with the next request."""
        if not isinstance(updates, list):
            raise _Nonsense("Telegram's answer to getUpdates is not a list")
        readable = [(number, cast(Json, each)) for each in updates if (number := update_id(each)) is not None]
        if len(readable) < len(updates):
            log.error("%d updates without a usable update_id were left out", len(updates) - len(readable))
        if not readable:
            if updates:
                raise _Nonsense("Telegram sends only updates without a usable update_id")
            return
        await self._receiver.accept([each for _, each in readable])
        self._offset = max(number for number, _ in readable) + 1
        self._last_at = self._clock.now()

    async def _pause(self, stop: asyncio.Event, line: str | None = None, asked_s: float | None = None) -> None:
        await unless_stopped(stop, self._clock.sleep(self._trouble.pause_s(line, asked_s)))
