""" "Update pukul …" between digests, over HTTP: one message while things move, changed within the hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.botapi import Shown
from tests.e2e.borough import Borough
from tests.e2e.newsroom import at, newsroom


def updates(here: Borough) -> list[Shown]:
    """The updates that the channel shows."""
    return [shown for shown in here.channel.chat if "dalam 1 jam" in shown.text]


async def new_puddles(here: Borough, first: int, count: int) -> None:
    """Somebody each reports puddles that are 400 m from each other."""
    for n in range(first, first + count):
        await here.resident(f"Warga {n}", (-6.1302 - 0.0036 * (n % 5), 106.8868 + 0.0036 * (n // 5)))
    await here.beat()


@pytest.mark.usefixtures("quick_pictures")
async def test_twelve_puddles_in_an_hour_make_one_update_that_is_changed_and_later_a_new_one(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as here:
        await at(here, "2026-01-19T06:00")
        await at(here, "2026-01-19T09:00")
        posts = len(here.channel.chat)
        await new_puddles(here, 0, 9)
        assert updates(here) == []
        await new_puddles(here, 9, 1)
        (first,) = updates(here)
        assert "baru dalam 1 jam: 10" in first.text
        await new_puddles(here, 10, 2)
        await here.let_pass(10)
        (changed,) = updates(here)
        assert changed.message_id == first.message_id
        assert changed.edited_at is not None
        assert "baru dalam 1 jam: 12" in changed.text
        assert "Rekap berikutnya" in changed.text

        await at(here, "2026-01-19T10:30")
        assert len(updates(here)) == 1  # nothing moved
        await new_puddles(here, 12, 10)
        assert [shown.message_id == first.message_id for shown in updates(here)] == [True, False]
        assert len(here.channel.chat) == posts + 2
