"""The beat: it comes, it survives failures, it never runs twice at once, it ends cleanly."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot import jobs
from bot.jobs import Jobs
from tests.helpers.clock import WIB


async def _until(happened: asyncio.Event) -> None:
    async with asyncio.timeout(5):
        await happened.wait()


async def test_beats_come_again_and_again() -> None:
    beats = 0
    third = asyncio.Event()

    async def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            third.set()

    running = Jobs(beat, [time(6)], WIB, every_s=0.02)
    running.start()
    await _until(third)
    await running.stop()
    stopped_at = beats
    await asyncio.sleep(0.06)
    assert beats == stopped_at


async def test_a_clock_that_is_set_back_does_not_silence_it(monkeypatch: pytest.MonkeyPatch) -> None:
    came = asyncio.Event()

    async def beat() -> None:
        came.set()

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> SetBack:
            return cls.fromtimestamp(datetime.now(tz).timestamp() - 7 * 3600, tz)

    running = Jobs(beat, [time(6)], WIB, every_s=0.05)
    running.start()
    for module in ("apscheduler.schedulers.base", "apscheduler.triggers.interval"):
        monkeypatch.setattr(f"{module}.datetime", SetBack)
    for _ in range(3):
        came.clear()
        await _until(came)
    await running.stop()


async def test_a_failing_beat_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    beats = 0
    second = asyncio.Event()

    async def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 1:
            raise RuntimeError("the disk is full")
        second.set()

    running = Jobs(beat, [], WIB, every_s=0.02)
    with caplog.at_level(logging.ERROR, logger="bot.jobs"):
        running.start()
        await _until(second)
        await running.stop()
    assert "the disk is full" in caplog.text


async def test_it_beats_at_the_digest_times_of_its_timezone() -> None:
    """A digest time about a second from now beats without waiting for the 30 seconds."""
    zone = ZoneInfo("Asia/Jayapura")
    soon = (datetime.now(zone) + timedelta(seconds=1.3)).replace(microsecond=0).time()
    came = asyncio.Event()

    async def beat() -> None:
        came.set()

    running = Jobs(beat, [soon], zone, every_s=3600)
    running.start()
    await _until(came)
    await running.stop()


async def test_two_triggers_at_once_run_one_after_the_other() -> None:
    at_once = most = 0
    enough = asyncio.Event()
    beats = 0

    async def beat() -> None:
        nonlocal at_once, most, beats
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        at_once -= 1
        beats += 1
        if beats == 3:
            enough.set()

    soon = (datetime.now(WIB) + timedelta(seconds=1.3)).replace(microsecond=0).time()
    running = Jobs(beat, [soon], WIB, every_s=0.3)
    running.start()
    await _until(enough)
    await running.stop()
    assert most == 1


async def test_stopping_lets_a_running_beat_finish() -> None:
    begun = asyncio.Event()
    finished = False

    async def beat() -> None:
        nonlocal finished
        begun.set()
        await asyncio.sleep(0.1)
        finished = True

    running = Jobs(beat, [], WIB, every_s=0.01)
    running.start()
    await _until(begun)
    await running.stop()
    assert finished


async def test_a_beat_that_hangs_does_not_keep_it_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STOP_WITHIN_S", 0.05)
    begun = asyncio.Event()
    cancelled = asyncio.Event()

    async def beat() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.set()

    running = Jobs(beat, [], WIB, every_s=0.01)
    running.start()
    await _until(begun)
    await running.stop()
    await _until(cancelled)
