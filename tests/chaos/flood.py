"""A flood: everybody writes at once, while the bot is killed again and again and Telegram has bad days."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from bot.demo.botapi.webhook import Disorder
from tests.chaos.people import (
    AT_ONE_PUDDLE,
    EACH,
    ask_for_figures,
    connect_units,
    live_all,
    places,
    residents,
    work_cards,
)
from tests.chaos.run import chaos
from tests.chaos.weather import bad_weather, strike


async def flood(
    folder: Path,
    *,
    webhook: bool,
    people: int,
    kills: int,
    terms: int,
    seed: int,
    speed: float = 10.0,
    often_s: float = 4.0,
) -> Mapping[str, float]:
    """Live through one, and let the checker count.

    Args:
        folder: for everything.
        webhook: deliveries come twice and in any order, too.
        people: residents; each sends ten updates.
        kills, terms: SIGKILL and SIGTERM at random instants.
        seed: of chance.
        speed: of the clock: a digest is due every 20 minutes of it.
        often_s: seconds of the wall between spells of bad weather, about.
    """
    dice = random.Random(seed)
    async with chaos(folder, seed=seed, webhook=webhook, speed=speed, beats=speed) as run, AsyncExitStack() as stack:
        await run.start()
        officers = await connect_units(run)
        run.api.world.webhook.disorder = Disorder(random.Random(seed), twice=0.1, shuffled=True)

        def beside(work: Coroutine[None, None, None]) -> None:
            task = asyncio.create_task(work)

            async def end() -> None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

            stack.push_async_callback(end)

        for officer in officers:
            beside(work_cards(officer, random.Random(officer.id)))
        beside(ask_for_figures(run.admin, dice))
        beside(bad_weather(run, random.Random(seed), often_s=often_s))
        async with asyncio.TaskGroup() as together:
            together.create_task(live_all(residents(run, places(people // AT_ONE_PUDDLE)), at_once=60))
            together.create_task(strike(run, random.Random(seed + 1), kills=kills, terms=terms, updates=EACH * people))
        await stack.aclose()
        run.api.faults.clear()
        run.api.world.webhook.disorder = None
        run.on_to_the_next_digest()
        await run.quiet()
        assert "Traceback" not in run.bot.log, run.bot.log[run.bot.log.index("Traceback") - 500 :][:3000]
        way = "webhook" if webhook else "polling"
        title = f"{way}: a flood, {kills} SIGKILL, {terms} SIGTERM, {run.life} lives of the bot"
        return await run.verdict(title)
