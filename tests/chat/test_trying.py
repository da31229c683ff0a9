"""Trying again: what the operator hears of it."""

from __future__ import annotations

import logging

import pytest

from bot.chat.trying import FIRST_PAUSE_S, Trouble


def test_a_line_is_told_once_however_often_it_comes_and_goes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trouble = Trouble(logging.getLogger("poller"))
    for _ in range(20):
        assert trouble.pause_s("Telegram does not answer") <= FIRST_PAUSE_S
        trouble.pause_s("another program polls")
        trouble.over()
    assert [record.getMessage() for record in caplog.records] == [
        "Telegram does not answer",
        "another program polls",
        "over: another program polls",
    ]
