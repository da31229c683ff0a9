"""While the bot serves, threads take short turns and the garbage collector makes short stops."""

from __future__ import annotations

import asyncio
import gc
import sys
import time

import pytest

from bot.app.turns import short_turns


def test_what_is_changed_is_changed_back() -> None:
    before = sys.getswitchinterval(), gc.get_freeze_count()
    with short_turns():
        assert sys.getswitchinterval() < before[0]
        assert gc.get_freeze_count() > before[1]
    assert (sys.getswitchinterval(), gc.get_freeze_count()) == before


def test_so_it_is_when_serving_fails() -> None:
    before = sys.getswitchinterval()
    with pytest.raises(OSError, match="full"), short_turns():
        raise OSError("full")
    assert sys.getswitchinterval() == before


async def test_hopping_between_threads_is_quicker_beside_one_that_computes() -> None:
    async def hops() -> float:
        over = False

        def compute() -> None:
            while not over:
                sum(range(1000))

        computing = asyncio.create_task(asyncio.to_thread(compute))
        await asyncio.sleep(0.01)
        began = time.perf_counter()
        for _ in range(20):
            await asyncio.to_thread(lambda: None)
        took_s = time.perf_counter() - began
        over = True
        await computing
        return took_s

    usual = await hops()
    with short_turns():
        assert await hops() < usual
