"""The demo's clock: fast, still, jumping."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.demo.clock import DemoClock
from tests.helpers.clock import EVENING


def later(**by: float) -> timedelta:
    """A span of time."""
    return timedelta(**by)


async def test_a_clock_that_stands_shows_the_same_moment_until_it_is_moved() -> None:
    clock = DemoClock(EVENING)
    assert clock.now() == EVENING
    await asyncio.sleep(0.02)
    assert clock.now() == EVENING
    clock.move_to(EVENING + later(hours=2))
    assert clock.now() == EVENING + later(hours=2)


async def test_it_never_goes_back() -> None:
    clock = DemoClock(EVENING)
    clock.move_to(EVENING - later(hours=1))
    assert clock.now() == EVENING


async def test_a_jump_wakes_whoever_slept_until_then_and_nobody_else() -> None:
    clock = DemoClock(EVENING)
    woken: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    tasks = [asyncio.create_task(sleeper(name, after)) for name, after in (("soon", 10), ("late", 100))]
    await asyncio.sleep(0)
    clock.move_to(EVENING + later(seconds=30))
    await asyncio.sleep(0)
    assert woken == ["soon"]
    clock.move_to(EVENING + later(seconds=100))
    await asyncio.gather(*tasks)
    assert woken == ["soon", "late"]


async def test_appointments_are_told_and_sleepers_are_not() -> None:
    clock = DemoClock(EVENING)
    tasks = [
        asyncio.create_task(clock.sleep(5)),
        asyncio.create_task(clock.sleep_until(EVENING + later(minutes=3))),
        asyncio.create_task(clock.sleep_until(EVENING + later(minutes=2))),
    ]
    await asyncio.sleep(0)
    assert clock.next_appointment() == EVENING + later(minutes=2)
    clock.move_to(EVENING + later(minutes=2))
    assert clock.next_appointment() == EVENING + later(minutes=3)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert clock.next_appointment() is None


async def test_an_appointment_that_has_passed_is_no_wait() -> None:
    clock = DemoClock(EVENING)
    await asyncio.wait_for(clock.sleep_until(EVENING - later(hours=1)), 1)


async def test_at_speed_a_minute_takes_a_moment() -> None:
    clock = DemoClock(EVENING, speed=3000)
    await asyncio.wait_for(clock.sleep(60), 2)
    assert clock.now() >= EVENING + later(minutes=1)


async def test_a_change_of_speed_counts_for_those_who_sleep_already() -> None:
    clock = DemoClock(EVENING, speed=1)
    sleeping = asyncio.create_task(clock.sleep(600))
    await asyncio.sleep(0)
    clock.run(60_000)
    await asyncio.wait_for(sleeping, 2)
    clock.run(0)
    stopped_at = clock.now()
    await asyncio.sleep(0.02)
    assert clock.now() == stopped_at
