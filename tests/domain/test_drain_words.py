"""What is wrong with a drain, as people type it."""

from __future__ import annotations

import pytest

from bot.domain.drain_words import drain_fault
from bot.domain.models import Fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("got mampet", Fault.CHANNEL),
        ("saluran penuh sampah", Fault.CHANNEL),
        ("Pompa air di waduk Pluit mati", Fault.PUMP),
        ("pintu air rusak", Fault.GATE),
        ("tutup got hilang bahaya", Fault.COVER),
        ("tali air tersumbat", Fault.INLET),
        ("the drain is blocked", Fault.CHANNEL),
        ("sampah menumpuk", None),
        ("motor mati", None),
        ("saluran TV", None),
    ],
)
def test_what_is_wrong_with_a_drain(text: str, fault: Fault | None) -> None:
    assert drain_fault(text) is fault
