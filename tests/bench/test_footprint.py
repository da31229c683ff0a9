"""What the bot costs at rest: memory, and seconds from the start of the process until it serves.

`make bench` prints the figures. The Bot API is on loopback, so getMe takes no time.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from tests.e2e.fleet import serving

RUNS = 5
REST_S = 3.0


def resident_mb(pid: int) -> float:
    """Memory of a process in MB (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


@pytest.mark.bench
async def test_memory_at_rest_and_start(tmp_path: Path) -> None:
    starts_s, rests_mb = [], []
    for run in range(RUNS):
        folder = tmp_path / str(run)
        folder.mkdir()
        async with BotApi(seed=run) as api:
            siti = api.user("Siti")
            siti.start()
            began = time.monotonic()
            async with serving(api, folder) as bot:
                await siti.wait_for("Lapor", 30)
                starts_s.append(time.monotonic() - began)
                await asyncio.sleep(REST_S)
                rests_mb.append(resident_mb(bot.pid))
    print(f"\nStart of the process until the first answer: median {statistics.median(starts_s):.2f} s of {RUNS} runs")
    print(f"Memory at rest: median {statistics.median(rests_mb):.0f} MB (host with {os.cpu_count()} cores)")
    assert statistics.median(rests_mb) < 120
