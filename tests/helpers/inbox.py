"""The part of a store that takes raw updates, in memory, for tests of what comes before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from bot.domain.errors import StoreBusy
from bot.domain.records import RawUpdate
from bot.ports import Store


class Inbox:
    """`rows`: (bot_id, update_id) -> update. While `busy_times` is above 0 it takes nothing."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], Any] = {}
        self.received_at: list[datetime] = []
        self.busy_times = 0

    async def receive(self, bot_id: int, updates: Sequence[RawUpdate], at: datetime) -> int:
        """Like Store.receive."""
        if self.busy_times > 0:
            self.busy_times -= 1
            raise StoreBusy("disk full")
        new = {(bot_id, each.update_id): _read(each.payload) for each in updates}
        count = len(new.keys() - self.rows.keys())
        self.rows = new | self.rows
        self.received_at.append(at)
        return count

    @property
    def texts(self) -> list[str]:
        """The texts of the messages received, in the order they came."""
        return [row["message"]["text"] for row in sorted(self.rows.values(), key=lambda row: int(row["update_id"]))]

    def store(self) -> Store:
        """Itself, as the port."""
        return cast(Store, self)


def _read(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload
