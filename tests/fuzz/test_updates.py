"""Updates of every kind, most of them bad: no exception, no row that is stuck, no message that Telegram would refuse.

A failure tells the seed, the problem and the update, made as small as it can be. GENANGAN_FUZZ_SEED: other nights.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.fuzz.night import Morning, night
from tests.helpers.botapi_schema import load_schema

SEED = int(os.environ.get("GENANGAN_FUZZ_SEED", "1"))
"""The first night's; each night has its own."""

UPDATES, NIGHTS = 100_000, 20


def told(mornings: list[Morning]) -> str:
    """What to say of nights that went wrong."""
    return "\n\n".join(
        f"seed {morning.seed}, after {morning.updates} updates: {problem}"
        for morning in mornings
        for problem in morning.problems
    )


async def test_some_bad_updates(tmp_path: Path) -> None:
    morning = await night(tmp_path, SEED, 1000, None)
    assert not morning.problems, told([morning])
    assert morning.incidents >= 5, "they reached the bot's insides"


async def test_some_updates_made_from_types(tmp_path: Path) -> None:
    morning = await night(tmp_path, SEED, 300, load_schema())
    assert not morning.problems, told([morning])


def one_night(seed: int) -> Morning:
    """A night in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(night(Path(folder), seed, UPDATES // NIGHTS, load_schema()))


@pytest.mark.chaos
def test_a_hundred_thousand_bad_updates() -> None:
    load_schema()  # skips, saying so, where there is none
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        mornings = list(pool.map(one_night, range(SEED, SEED + NIGHTS)))
    refused = sum((morning.refused for morning in mornings), Counter[str]())
    print(
        f"\n{sum(morning.updates for morning in mornings):,} updates in {NIGHTS} nights (seeds from {SEED}): "
        f"{sum(morning.incidents for morning in mornings):,} cases, "
        f"{sum(morning.unreadable for morning in mornings):,} updates kept as unreadable, "
        f"{sum(morning.calls for morning in mornings):,} calls checked, "
        f"{sum(refused.values()):,} of them refused rightly; "
        f"unhandled exceptions: {sum(len(morning.exceptions) for morning in mornings)}, "
        f"stuck: {sum(len(morning.stuck) for morning in mornings)}, "
        f"broken messages: {sum(len(morning.broken) for morning in mornings)}"
    )
    assert not any(morning.problems for morning in mornings), told(mornings)
