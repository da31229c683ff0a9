"""One who misuses the bot harms nobody else."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from bot.demo.botapi import BotApi
from tests.e2e.fleet import serving

HERE = (-6.1302, 106.8868)
MESSAGES = 600


async def test_one_who_floods_the_bot_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    async with BotApi(seed=4) as api:
        pest, siti = api.user("Usil"), api.user("Siti")
        # as it is served to real people, within Telegram's limits
        async with serving(api, tmp_path, program="bot run") as bot:
            siti.start()
            await siti.wait_for("Lapor", 15)
            for number in range(MESSAGES):
                pest.send_text(f"banjir {number} " + "A" * 4000)
            began = time.monotonic()
            siti.send_location(*HERE, horizontal_accuracy=10.0)
            await siti.wait_for("Setinggi apa airnya?", 15)
            await asyncio.sleep(1.1)
            siti.press("Lutut ±50")
            await siti.wait_for("diterima", 15)
            assert time.monotonic() - began < 10
            assert "Traceback" not in bot.log
        assert len(pest.chat) < MESSAGES + 30  # answers to the pest go out one a second, and are still waiting
        assert api.violations == []
