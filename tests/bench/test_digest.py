"""What a digest costs with 400 incidents and a year of 100,000 behind it, with 12, and with none; `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.digest_years import fill, size_mb

pytestmark = pytest.mark.bench

SCENES = {
    "a year, 400 + 250": {"history": 100_000, "standing": 400, "receded": 250},
    "12 + 5": {"history": 0, "standing": 12, "receded": 5},
    "none": {"history": 0, "standing": 0, "receded": 0},
}
"""Standing and receded ones; with history, or without."""

SECONDS = (
    *("snapshot", "spots", "building", "text", "caption and map's words", "picture", "workbook"),
    *("GeoJSON", "whole post", "longest others waited", "parts of all units"),
)
BYTES = ("PNG", "XLSX", "GeoJSON bytes")
COUNTS = ("units", "pasts", "incidents", "spots found", "caption", "text parts", "text length")
MEGABYTES = ("memory before", "memory", "memory of the drawing")


async def test_what_a_digest_costs(tmp_path: Path) -> None:
    measured = []
    for n, (name, scene) in enumerate(SCENES.items()):
        folder = tmp_path / str(n)
        folder.mkdir()
        began = time.monotonic()
        await fill(f"sqlite:///{folder}/genangan.db", **scene)
        print(f"\n{name}: database of {size_mb(folder):.0f} MB made in {time.monotonic() - began:.0f} s", end="")
        measured.append(_measured(folder))
    _tell(measured)
    for costs in measured:
        assert costs["picture CPU"] < 2  # it computes on one core
        assert costs["PNG"] < 1_000_000
        assert costs["caption"] <= 1_024
        assert costs["whole post"] < 60


def _measured(folder: Path) -> dict[str, float]:
    program = [sys.executable, "-m", "tests.bench.digest_cost", f"sqlite:///{folder}/genangan.db"]
    root = Path(__file__).parents[2]
    told = subprocess.run(program, cwd=root, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(told.stdout)
    return found


def _tell(measured: list[dict[str, float]]) -> None:
    print(f"\n\n{'':28}" + "".join(f"{name:>20}" for name in SCENES))
    print("seconds of the wall (of the processor)")
    for name in SECONDS:
        print(f"{name:28}" + "".join(f"{costs[name]:>11.2f} ({costs[f'{name} CPU']:5.2f})" for costs in measured))
    for names, form in ((COUNTS, "{:,.0f}"), (MEGABYTES, "{:.0f} MB")):
        for name in names:
            print(f"{name:28}" + "".join(f"{form.format(costs[name]):>20}" for costs in measured))
    for name in BYTES:
        print(f"{name:28}" + "".join(f"{costs[name] / 1000:>17,.0f} kB" for costs in measured))
