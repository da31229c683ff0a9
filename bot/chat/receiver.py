"""Where raw updates come in, polled or delivered: on disk first, then the rest of the bot hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bot.chat.raw import MAX_INT, Json
from bot.chat.reader import press_id
from bot.domain.records import RawUpdate
from bot.ports import Clock, Meter, Store


class Receiver:
    """Puts updates into the inbox.

    Args:
        bot_id: the bot's Telegram id, half of an update's key.
        on_received: called after the commit, when anything was new, with the ids of the button presses among them, so
            that a press can be answered in time even when intake lags. Must not raise.
        meter: counts them.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bot_id: int,
        on_received: Callable[[Sequence[str]], None],
        meter: Meter | None = None,
    ) -> None:
        self._store = store
        self._meter = meter
        self._clock = clock
        self._bot_id = bot_id
        self._on_received = on_received

    async def accept(self, updates: Sequence[Json]) -> None:
        """Insert and commit. When this returns, Telegram may forget them.

        Args:
            updates: as they came; one without a usable update_id has no place in the inbox.

        Raises:
            StoreBusy: nothing was kept.
        """
        rows = [RawUpdate(number, _payload(each)) for each in updates if (number := update_id(each)) is not None]
        fresh = await self._store.receive(self._bot_id, rows, self._clock.now()) if rows else 0
        if fresh and self._meter is not None:
            self._meter.add("updates_received", fresh)
        if fresh:
            self._on_received([press for each in updates if (press := press_id(each)) is not None])

    async def accept_one(self, update: Json) -> None:
        """The same for an update that comes alone, by the webhook."""
        await self.accept([update])


def _payload(update: Json) -> str:
    # ASCII only: half of a surrogate pair, which JSON can carry, is nothing that a database can store
    try:
        return json.dumps(update)
    except RecursionError:  # one failed row, and not the end of polling
        return "nested too deeply"


def update_id(update: object) -> int | None:
    """The id of an update, None where it has none that we can store."""
    found = update.get("update_id") if isinstance(update, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and -MAX_INT <= found <= MAX_INT:
        return found
    return None
