"""The half-minute look at what is due, in the whole bot."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.services.digests import Digests
from tests.e2e.borough import borough
from tests.e2e.newsroom import TEN_TO_SIX, at


async def test_a_digest_that_cannot_be_made_holds_up_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: Digests, now: datetime) -> None:
        raise ZeroDivisionError(now)

    monkeypatch.setattr(Digests, "post_due", broken)
    async with borough(tmp_path, start=TEN_TO_SIX) as here:
        await here.resident("Siti")
        number = await here.kelurahan.new_case()
        await here.kelurahan.press(number, "Saya tangani")
        here.kelurahan.here.send_text("/rekap@genangan_bot jam 06.00")
        await here.settle()
        await at(here, "2026-01-19T06:00")
        assert any(shown.text.startswith("GENANGAN KEL. SUNGAI BAMBU") for shown in here.kelurahan.room.chat)
    assert "the digest failed" in caplog.text
