"""Reads and the start with years of reports behind them: how long, how much memory, how long others wait meanwhile.

One million reports with `make bench`, ten million with `make bench-large`. Others are a resident who writes to the bot
again and again; "beside" is their wait from the message to the answer in the outbox.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from tests.bench.conftest import Figures
from tests.bench.driving import percentile
from tests.bench.growth_cost import NOTHING, Cost
from tests.bench.history import make_history
from tests.e2e.fleet import serving

pytestmark = pytest.mark.bench

SMALL, YEARS, LARGE = 10_000, 1_000_000, 10_000_000
"""Reports: of a first week, of years of a city's north, and ten times as many."""

TIMES: Mapping[str, int] = {
    NOTHING: 3,
    "beat": 200,
    "/tugas": 200,
    "/statistik": 40,
    "/rawan": 30,
    "digest": 10,
    "unit's part": 40,
    "photo": 40,
    "xlsx 7 d": 8,
    "csv 7 d": 30,
    "geojson 7 d": 60,
    "xlsx 31 d": 4,
    "csv 31 d": 12,
    "geojson 31 d": 40,
}
"""How often each is done with YEARS; with LARGE a tenth of it, where it takes ten times as long."""

STARTS = 3
AIM_WAIT, AIM_START, AIM_MEMORY, AIM_BEAT = "< 250 ms", "≤ 3 s", "< 256 MB", "≤ 1.2"


async def test_a_million_reports(tmp_path: Path, figures: Figures) -> None:
    await grown(tmp_path, YEARS, figures, TIMES)


@pytest.mark.large
async def test_ten_million_reports(tmp_path: Path, figures: Figures) -> None:
    await grown(tmp_path, LARGE, figures, {read: max(2, times // 10) for read, times in TIMES.items()})


async def grown(folder: Path, reports: int, figures: Figures, times: Mapping[str, int]) -> None:
    """All of it on a database with so many reports."""
    group = f"growth: {reports:,} reports"
    for name, count in (("small", SMALL), ("grown", reports)):
        (folder / name).mkdir()
        await make_history(folder / name / "genangan.db", count)
    figures.add(group, "database", (folder / "grown" / "genangan.db").stat().st_size / 1e6, "MB")
    for read in times:
        cost = cost_of(folder / "grown", read, times[read])
        _note(figures, group, read, cost)
        assert cost.peak_mb < 256
        if read == "beat":
            before = cost_of(folder / "small", read, times[read])
            ratio = percentile(cost.seconds, 0.5) / percentile(before.seconds, 0.5)
            figures.add(group, f"beat: of that with {SMALL:,} reports", ratio, "", AIM_BEAT)
    starts_s = [await start_s(folder / "grown", seed) for seed in range(STARTS)]
    figures.add(
        group, "start with cold files, until the first answer: median", percentile(starts_s, 0.5), "s", AIM_START
    )


def cost_of(folder: Path, read: str, times: int) -> Cost:
    """Of a read, in a process of its own."""
    program = [sys.executable, "-m", "tests.bench.growth_cost", str(folder), read, str(times)]
    root = Path(__file__).parents[2]
    told = subprocess.run(program, cwd=root, stdout=subprocess.PIPE, check=True, text=True)
    return Cost(**json.loads(told.stdout))


def _note(figures: Figures, group: str, read: str, cost: Cost) -> None:
    if read != NOTHING:
        for share in (0.5, 0.99):
            value = 1000 * percentile(cost.seconds, share)
            figures.add(group, f"{read}: p{share * 100:.0f} of {len(cost.seconds)}", value, "ms")
    figures.add(group, f"{read}: answer beside it, p50", 1000 * percentile(cost.answers_s, 0.5), "ms")
    figures.add(group, f"{read}: answer beside it, p99", 1000 * percentile(cost.answers_s, 0.99), "ms", AIM_WAIT)
    figures.add(group, f"{read}: nothing else got its turn for at most", 1000 * max(cost.waits_s), "ms", AIM_WAIT)
    if read != NOTHING:
        figures.add(group, f"{read}: memory at most", cost.peak_mb, "MB", AIM_MEMORY)
        figures.add(group, f"{read}: of which it took", cost.peak_mb - cost.before_mb, "MB")


async def start_s(folder: Path, seed: int) -> float:
    """From the start of the process to the first answer, the database's files being on the disk only."""
    _forget(folder)
    async with BotApi(seed=seed) as api:
        siti = api.user("Siti")
        siti.start()
        began = time.monotonic()
        async with serving(api, folder):
            await siti.wait_for("Lapor", 60)
            return time.monotonic() - began


def _forget(folder: Path) -> None:
    """Have the system drop what it has of the database in memory."""
    for path in folder.glob("genangan.db*"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
