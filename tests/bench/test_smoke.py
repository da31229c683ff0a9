"""Every bench still runs: each once, as small as it can be. What it measures then says nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.pacing import TELEGRAM
from tests.bench.history import make_history
from tests.bench.test_backlog import drain
from tests.bench.test_backup import measure as measure_backup
from tests.bench.test_crowd import crowd
from tests.bench.test_growth import cost_of, start_s
from tests.bench.test_open_loop import at_rate, memory
from tests.bench.test_storage import measure as measure_storage
from tests.bench.test_whole_bot import compare


async def test_storage(tmp_path: Path) -> None:
    await make_history(tmp_path / "genangan.db", 1000)
    speed = await measure_storage(tmp_path / "genangan.db", 1000, reports=64, rounds=1, repeated=1)
    assert speed.intake_ratio > 0
    assert speed.whole_ratio > 0


def test_whole_bot(tmp_path: Path) -> None:
    costs = compare(tmp_path, 10, 1)
    assert set(costs) == {"ours", "python-telegram-bot", "aiogram"}
    assert all(cost.updates_per_s > 0 for cost in costs.values())


async def test_open_loop(tmp_path: Path) -> None:
    waits = await at_rate(tmp_path, 10, 1)
    assert waits.unanswered == 0
    assert waits.longest_s > 0


async def test_memory(tmp_path: Path) -> None:
    assert len(await memory(tmp_path, 10, 2)) == 2


async def test_backlog(tmp_path: Path) -> None:
    drained = await drain(tmp_path, 20, 4)
    assert drained.answers_first


def test_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.demo.world.UNLIMITED", TELEGRAM)
    night, _ = asyncio.run(crowd(20, timedelta(minutes=1)))
    assert len(night.waits_s) == 40


async def test_backup(tmp_path: Path) -> None:
    cost = await measure_backup(tmp_path, 1000, 0.2)
    assert cost.took_s > 0


async def test_growth(tmp_path: Path) -> None:
    await make_history(tmp_path / "genangan.db", 1000)
    cost = cost_of(tmp_path, "/tugas", 2)
    assert len(cost.seconds) == 2
    assert cost.peak_mb > 0
    assert await start_s(tmp_path, 1) > 0
