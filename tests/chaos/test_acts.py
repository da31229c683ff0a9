"""Single troubles: one clear line for the operator, nothing confirmed that is not stored, and all goes on by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.chaos.acts import Act, amid, away, conflict, full, locked, revoked, silent_poll, wrong_clock
from tests.chaos.disk import small_disk
from tests.chaos.people import AT_ONE_PUDDLE, Resident, live_all, places, residents
from tests.chaos.run import Run, chaos

TOLD = {
    "another poller": "another program polls with this BOT_TOKEN",
    "token revoked": "Telegram refuses BOT_TOKEN",
    "locked by a backup": "the database cannot be written (the database is locked by another program)",
    "disk full": "the database cannot be written (the disk",
}
"""What has to be told, in one line; the other troubles pass without the operator."""

NOT_THAT = ("Telegram cannot be reached", "Telegram does not answer", "bot.services.watching: ")
"""Lines about the network, and about alarms, which are a record of their own: what follows from it is among them."""

ACTS: dict[str, Act] = {
    "away": away,
    "another poller": conflict,
    "token revoked": revoked,
    "locked by a backup": locked,
    "clock set by hours": wrong_clock,
}


def told_once(name: str, lines: list[str]) -> None:
    """Of what the operator has to mend there is one line, and no other; and never a traceback."""
    assert not [line for line in lines if "Traceback" in line], lines
    if name in TOLD:
        told = [line for line in lines if not any(words in line for words in NOT_THAT)]
        assert len(told) == 1, (name, told)
        assert TOLD[name] in told[0], told


def crowds(run: Run, people: int, count: int) -> list[list[Resident]]:
    """So many crowds of so many residents."""
    size = people // AT_ONE_PUDDLE
    points = places(size * count)
    return [residents(run, points[n * size : (n + 1) * size], first=n * people) for n in range(count)]


async def bad_day(folder: Path, *, webhook: bool, people: int, lasts_s: float, speed: float = 10) -> None:
    """All of ACTS, one after the other."""
    acts = {name: act for name, act in ACTS.items() if not (webhook and act is conflict)}
    if not webhook and lasts_s > 5:
        acts["silent poll"] = silent_poll
    async with chaos(folder, webhook=webhook, speed=speed) as run:
        run.admin.start()  # else the bot says that they never did
        await run.start()
        await run.quiet()
        for (name, act), crowd in zip(acts.items(), crowds(run, people, len(acts)), strict=True):
            told_once(name, await amid(run, name, act, crowd, lasts_s, TOLD.get(name)))
        assert await run.end(signal.SIGTERM) == 0
        await run.verdict(f"{'webhook' if webhook else 'polling'}: {', '.join(acts)}; {lasts_s:g} s each")


async def bad_disk(folder: Path, *, people: int, lasts_s: float) -> None:
    """The disk is full while people report; then it cannot be written at a start."""
    with small_disk(folder / "home") as disk:
        async with chaos(folder) as run:
            run.admin.start()
            await run.start()
            await run.quiet()
            first, second = crowds(run, people, 2)
            told_once(
                "disk full", await amid(run, "disk full", full(disk), first, lasts_s, TOLD["disk full"], at_once=people)
            )
            assert await run.end(signal.SIGTERM) == 0
            if disk.mounted or os.geteuid() != 0:  # root may write anywhere
                living = asyncio.create_task(live_all(second, people))
                before = len(run.bot.log)
                with run.trouble("read-only"), disk.read_only():
                    await run.start()
                    assert await run.ended_by_itself() == 1
                told = run.bot.log[before:].splitlines()
                assert len(told) == 1, told
                assert "DATABASE_URL names" in told[0] and "give this user the right" in told[0], told
                await run.start()
                await living
            else:
                await run.start()
            await run.quiet()
            how = "a small file system" if disk.mounted else "no file may grow"
            await run.verdict(f"disk full ({how}), then read-only; {lasts_s:g} s")


async def test_in_short_a_bad_day(tmp_path: Path) -> None:
    await bad_day(tmp_path, webhook=False, people=5, lasts_s=1.0, speed=60)


@pytest.mark.chaos
@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_bad_day(tmp_path: Path, way: str) -> None:
    await bad_day(tmp_path, webhook=way == "webhook", people=50, lasts_s=8)


async def test_in_short_a_full_disk(tmp_path: Path) -> None:
    await bad_disk(tmp_path, people=10, lasts_s=2)


@pytest.mark.chaos
async def test_a_full_disk(tmp_path: Path) -> None:
    await bad_disk(tmp_path, people=100, lasts_s=10)
