"""After an outage: 50,000 updates wait at Telegram, and in the outbox old digests and answers nobody has had yet."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from bot.domain.models import Say
from bot.domain.outgoing import Priority
from bot.services.batch import Batch
from bot.services.intake import settle
from storage import open_store
from tests.bench.conftest import Figures
from tests.bench.driving import TOLD, awake, places

REPORTS = 25_000
"""Each a location, and the depth in words."""

ANSWERS = DIGESTS = 300
IN_FLIGHT = 32
PATIENCE_S = 900.0


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of it."""

    took_s: float
    told: int
    answers_first: bool


async def drain(folder: Path, reports: int, waiting: int, seed: int = 0) -> Drained:
    """Let so many reports pile up while the bot is away, with so many old digests and unsent answers; then start it."""
    async with BotApi(seed=seed) as api, awake(api, folder) as bot:
        await bot.end(signal.SIGTERM)
        groups = [api.group(f"Kanal {n}", bot="administrator", supergroup=True).id for n in range(2 * waiting)]
        await _leave_unsent(folder, groups[:waiting], Priority.DIGEST)
        await _leave_unsent(folder, groups[waiting:], Priority.ANSWER)
        people = [api.user(f"Warga {n}") for n in range(reports)]
        for person, place in zip(people, places(reports, seed), strict=True):
            person.send_location(*place, horizontal_accuracy=9.0)
        for person in people:
            person.send_text("selutut")
        before, began = len(api.calls.all), time.perf_counter()
        await bot.start()
        told: set[int] = set()
        async with asyncio.timeout(PATIENCE_S):
            seen = before
            while len(told) < reports:
                await asyncio.sleep(0.05)
                calls = api.calls.all[seen:]
                seen += len(calls)
                told |= {
                    call.chat_id
                    for call in calls
                    if call.ok and call.chat_id is not None and TOLD in str(call.params.get("text"))
                }
        took_s = time.perf_counter() - began
        old = [call.chat_id for call in api.calls.all[before:] if call.chat_id in set(groups)]
        digests = [n for n, chat in enumerate(old) if chat in set(groups[:waiting])]
        answers = [n for n, chat in enumerate(old) if chat in set(groups[waiting:])]
        return Drained(took_s, len(told), max(answers) < min(digests) + IN_FLIGHT)


async def _leave_unsent(folder: Path, chats: list[int], priority: Priority) -> None:
    store = await open_store(f"sqlite:///{folder}/genangan.db")
    now = datetime.now(UTC) - timedelta(hours=1)
    try:
        async with store.transaction() as tx:
            batch = Batch(await tx.counters())

            def say() -> None:
                for chat in chats:
                    batch.say(Say("say.trouble"), now, chat_id=chat, priority=priority)

            await settle(tx, batch, say)
            await tx.flush(batch.changes())
    finally:
        await store.close()


@pytest.mark.bench
def test_a_backlog_is_worked_off(tmp_path: Path, figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        found = asyncio.run(drain(tmp_path / "bot", REPORTS, DIGESTS))
        figures.add("backlog", f"{2 * REPORTS:,} updates after an outage: worked off in", found.took_s, "s")
        figures.add("backlog", "updates a second", 2 * REPORTS / found.took_s, "/s")
    assert found.told == REPORTS
    assert found.answers_first, "an old digest went out before answers that people wait for"
