"""What befalls a bot: kills, and spells of bad weather at Telegram, at random instants."""

from __future__ import annotations

import asyncio
import random
import signal
from contextlib import suppress

from bot.demo.botapi import faults
from tests.chaos.run import Run

EARLY = 0.15
"""So many kills strike while the program still starts, within so many seconds; the others once it serves."""
EARLY_S = 0.9
START_WITHIN_S = 30.0
PROGRESS_WITHIN_S = 1.5

SPELLS = {
    "429 storm": [faults.too_many_requests(2)],
    "5xx": [faults.server_error(500), faults.server_error(502), faults.server_error(504)],
    "slow answers": [faults.slow(0.4), faults.slow(1.5)],
    "half answers": [faults.half_answer()],
    "closed after the work": [faults.dropped()],
    "closed before the work": [faults.dropped(worked=False)],
    "no answer": [faults.no_answer(worked=True), faults.no_answer()],
    "getUpdates 409": [faults.conflict()],
}

LIKELY = {"429 storm": 0.6, "5xx": 0.5, "slow answers": 0.5, "no answer": 0.05, "getUpdates 409": 1.0}
"""How many calls a spell strikes; the others one in five."""

METHODS = {"getUpdates 409": "getUpdates", "no answer": "sendMessage"}
"""Those that strike one method only; a poll that is never answered is an act of its own, since it takes its time."""


async def bad_weather(run: Run, dice: random.Random, *, often_s: float) -> None:
    """Until cancelled: a spell, a pause, the next; in an order of chance."""
    while True:
        for name in dice.sample(sorted(SPELLS), len(SPELLS)):
            if run.webhook and METHODS.get(name) == "getUpdates":
                continue
            await asyncio.sleep(dice.uniform(0.5, 1.5) * often_s)
            with run.trouble(name):
                for effect in SPELLS[name]:
                    likely = LIKELY.get(name, 0.2) / len(SPELLS[name])
                    run.api.faults.add(effect, method=METHODS.get(name, "*"), times=None, probability=likely)
                try:
                    await asyncio.sleep(dice.uniform(0.5, 1.0) * often_s)
                finally:
                    run.api.faults.clear()


async def strike(run: Run, dice: random.Random, *, kills: int, terms: int, updates: int) -> None:
    """End the bot so many times by SIGKILL and by SIGTERM, and start it again at once.

    Args:
        run, dice: the bot, chance.
        kills, terms: how often.
        updates: so many are expected in all: the instants are spread over them, however fast they go.

    Raises:
        AssertionError: a SIGTERM did not end it well within ten seconds.
    """
    hows = [signal.SIGKILL] * kills + [signal.SIGTERM] * terms
    dice.shuffle(hows)
    for how in hows:
        if how is signal.SIGKILL and dice.random() < EARLY:
            await asyncio.sleep(dice.uniform(0.0, EARLY_S))
        else:
            await asyncio.wait_for(run.api.asked.wait(), START_WITHIN_S)
            await _progress(run, dice.randrange(2 * updates // len(hows)))
            await asyncio.sleep(dice.uniform(0.0, 0.1))
        with run.trouble(how.name):
            status = await asyncio.wait_for(run.end(how), 10)
            assert how is signal.SIGKILL or status in (0, -signal.SIGTERM), status  # -15: it had not begun yet
            await run.start()


async def _progress(run: Run, updates: int) -> None:
    """Wait until the bot has so many more updates, but not for long: at the end there are no more."""
    until = run.api.let_go + updates
    with suppress(TimeoutError):
        async with asyncio.timeout(PROGRESS_WITHIN_S):
            while run.api.let_go < until:  # noqa: ASYNC110  # nothing tells of it
                await asyncio.sleep(0.005)
