"""What one message says is found out in no time, whatever it is."""

from __future__ import annotations

import time

import pytest

from bot.domain.events import Origin, Sender, SentText
from bot.services.hearing import hear
from tests.helpers.clock import EVENING
from tests.helpers.desk import Desk


@pytest.mark.parametrize("piece", ["1-6°08'", "6,", "jl", "rt05", "x", "1/2", "(", "😀", "se", "http", "\n.", "6P58"])
async def test_a_text_ten_times_as_long_as_any_keeps_nobody_waiting(desk: Desk, piece: str) -> None:
    """Work that grows with the square of the length would take 20 s."""
    said = SentText(at=EVENING, sender=Sender(1), origin=Origin(1), text=(piece * 40960)[:40960])
    began = time.process_time()
    hear(desk.intake._context, said)
    assert time.process_time() - began < 2
