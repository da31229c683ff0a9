"""The Bot API's own record, as JSON lines: what it offered and let go of, what was called, and what befell the bot.

Every line has `t` (seconds of the wall's monotonic clock), `w` (the world's clock, seconds since 1970) and `ev`:
    update   id, kind, chat, private, press      something a person did, queued for the bot
    gone     id                                  the bot has confirmed it (or taken it by webhook): it is nowhere else
    call     method, chat, row, done, new, message_id, lost, delay, press, text
    life, end    n, how                          a life of the bot, and how it ended
    fault, over  name                            a spell of trouble
    step     by_s                                the bot's clock was set
    person   id, reports, notes, photos          what somebody told, and so what has to be there
    digests  channel, times, utc_offset_s, since, within_s
    finish                                       nothing more comes
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from bot.demo.botapi import BotApi
from bot.demo.botapi.faults import Effect, Wire
from bot.demo.botapi.queue import Waiting
from bot.ports import Clock
from tests.chaos.serve import ROW

SHOWN = 400
"""Characters of a text that are kept: a report's number stands at its beginning."""


class Journal:
    """A file of JSON lines that grows."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._file = path.open("a", encoding="utf-8")

    def write(self, ev: str, **what: object) -> None:
        """A line."""
        line = {"t": round(time.monotonic(), 4), "w": round(self._clock.now().timestamp(), 3), "ev": ev, **what}
        self._file.write(json.dumps(line) + "\n")

    def flush(self) -> None:
        """All of it stands in the file."""
        self._file.flush()

    def close(self) -> None:
        """No more lines."""
        self._file.close()


class RecordedApi(BotApi):
    """A Bot API that keeps a journal.

    Attributes:
        asked: set when the bot has asked for updates: it serves.
        let_go: so many updates it has by now.
    """

    def __init__(self, journal: Journal, clock: Clock, seed: int) -> None:
        super().__init__(clock=clock, seed=seed)
        self._journal = journal
        self.asked = asyncio.Event()
        self.world.updates.on_put = self._put
        self.let_go = 0
        self.world.updates.on_let_go = self._let_go

    async def perform(self, method: str, values: dict[str, Any]) -> tuple[int, Any, Effect | None]:
        """Do one call, and note it."""
        row = values.pop(ROW, "")
        status, body, effect = await super().perform(method, values)
        if method in ("getUpdates", "setWebhook"):
            self.asked.set()
        if method != "getUpdates":
            self._note(method, values, row, status, body, effect)
        return status, body, effect

    def _note(
        self, method: str, values: dict[str, Any], row: str, status: int, body: Any, effect: Effect | None
    ) -> None:
        result = body.get("result")
        chat = values.get("chat_id")
        self._journal.write(
            "call",
            method=method,
            chat=None if chat is None else int(chat),
            row=row,
            done=status == 200 and result is not None,
            status=status,
            new=method.startswith("send"),
            message_id=result.get("message_id") if isinstance(result, dict) else None,
            lost=effect is not None and effect.wire is not Wire.WHOLE,
            delay=0.0 if effect is None else effect.delay_s,
            press=values.get("callback_query_id"),
            text=str(values.get("text") or values.get("caption") or values.get("title") or "")[:SHOWN],
        )

    def _let_go(self, waiting: Waiting) -> None:
        self.let_go += 1
        self._journal.write("gone", id=waiting.update_id)

    def _put(self, waiting: Waiting) -> None:
        update = json.loads(waiting.text)
        kind = next((name for name in update if name != "update_id"), "")
        inside = update.get(kind, {})
        chat = inside.get("chat") or inside.get("message", {}).get("chat") or {}
        self._journal.write(
            "update",
            id=waiting.update_id,
            kind=kind,
            chat=chat.get("id"),
            private=chat.get("type") == "private" and kind in ("message", "callback_query"),
            press=inside.get("id") if kind == "callback_query" else None,
        )
