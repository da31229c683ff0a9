"""20,000 updates from 2,000 people, 200 kills, bad weather: nothing is lost, doubled or left without an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.flood import flood


@pytest.mark.chaos
@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_nothing_is_lost_double_or_unanswered(tmp_path: Path, way: str) -> None:
    figures = await flood(tmp_path, webhook=way == "webhook", people=1000, kills=100, terms=10, seed=20)
    assert figures["updates sent"] >= 10_000
    assert figures["digests"] >= 1  # one makes up for those that fell between the kills


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_in_short_nothing_is_lost_double_or_unanswered(tmp_path: Path, way: str) -> None:
    figures = await flood(
        tmp_path,
        webhook=way == "webhook",
        people=20,
        kills=3,
        terms=1,
        seed=7,
        speed=150,
        often_s=0.6,
    )
    assert figures["updates sent"] >= 200
    assert figures["digests"] >= 1
