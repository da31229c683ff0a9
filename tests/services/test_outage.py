"""What becomes of rows that were not sent."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import ChatMoved, MessageGone, Refused, RetryLater, StoreBusy, Unreachable
from bot.domain.models import Say
from bot.domain.outgoing import Claimed, Dead, Moved, Postponed, Priority
from bot.services.outage import MAX_ATTEMPTS, Outage, backoff_s, outcome_of
from tests.helpers.clock import EVENING

ROW = Claimed(7, 2, 55, True, None, None, Say("t.x"), "id", Priority.ANSWER, attempts=0)
EDIT = replace(ROW, message_id=31, slot="receipt:7")
NETWORK = RetryLater("httpx.ConnectError", everyone=True)


def test_each_failure_has_its_consequence() -> None:
    outage = Outage()
    assert outcome_of(ROW, Unreachable("blocked"), EVENING, outage) == Dead(7, "blocked", unreachable=True)
    assert outcome_of(ROW, Refused("bad"), EVENING, outage) == Dead(7, "bad")
    assert outcome_of(ROW, ChatMoved(-100), EVENING, outage) == Moved(7, 55, -100)
    assert outcome_of(EDIT, MessageGone("deleted"), EVENING, outage) == Postponed(
        7, EVENING, "deleted", anew=True, counted=False
    )
    # nothing to edit and yet gone: it would go round and round
    assert isinstance(outcome_of(ROW, MessageGone("?"), EVENING, outage), Dead)
    # the words that an older card parts with: there is nothing left to change
    assert isinstance(outcome_of(replace(EDIT, slot=None), MessageGone("deleted"), EVENING, outage), Dead)
    assert outcome_of(ROW, RetryLater("flood", retry_after_s=7), EVENING, outage) == Postponed(
        7, EVENING + timedelta(seconds=7), "flood", counted=False
    )
    busy = outcome_of(ROW, StoreBusy("locked"), EVENING, outage)
    assert isinstance(busy, Postponed)
    assert not busy.counted
    assert outage.until is None


@pytest.mark.parametrize("error", [RetryLater("odd"), ZeroDivisionError("secret")])
def test_what_nobody_can_explain_is_tried_ten_times(error: Exception) -> None:
    waits = []
    for attempts in range(MAX_ATTEMPTS - 1):
        again = outcome_of(replace(ROW, attempts=attempts), error, EVENING, Outage())
        assert isinstance(again, Postponed)
        assert again.counted
        waits.append((again.at - EVENING).total_seconds())
    assert waits[0] < 2 and waits[3] > 5 and max(waits) <= 75
    last = outcome_of(replace(ROW, attempts=MAX_ATTEMPTS - 1), error, EVENING, Outage())
    assert isinstance(last, Dead)
    assert not last.unreachable
    assert "secret" not in last.why


def test_while_telegram_is_away_everybody_waits_longer_and_longer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    outage, now = Outage(), EVENING
    waits: list[float] = []
    for _ in range(12):
        again = outcome_of(replace(ROW, attempts=9), NETWORK, now, outage)
        if not waits:
            # nothing had got through: it may be the row, so this one failure counts
            assert isinstance(again, Dead)
        else:
            assert again == Postponed(7, outage.until or now, "httpx.ConnectError", counted=False)
        assert outage.until is not None
        waits.append((outage.until - now).total_seconds())
        now = outage.until
    assert 0.7 < waits[0] < 1.3 and 1.4 < waits[1] < 2.6 and 45 <= waits[-1] <= 75
    outage.over()
    assert outage.until is None
    assert [record.getMessage() for record in caplog.records] == [
        "Telegram cannot be reached (httpx.ConnectError); messages wait",
        "Telegram can be reached again",
    ]


def test_eight_sends_that_meet_one_fault_make_one_pause() -> None:
    outage = Outage()
    ends = {outcome.at for _ in range(8) if isinstance(outcome := outcome_of(ROW, NETWORK, EVENING, outage), Postponed)}
    assert ends == {outage.until}
    assert outage.until is not None and outage.until < EVENING + timedelta(seconds=2)


def test_a_row_that_fails_while_others_get_through_is_given_up_in_the_end() -> None:
    outage, attempts = Outage(), 0
    for _ in range(MAX_ATTEMPTS):
        outcome = outcome_of(replace(ROW, attempts=attempts), NETWORK, EVENING, outage)
        if isinstance(outcome, Dead):
            break
        assert isinstance(outcome, Postponed)
        attempts += outcome.counted
        outage.over()
    assert isinstance(outcome, Dead)
    assert "httpx.ConnectError" in outcome.why


def test_a_clock_that_is_set_back_makes_no_pause_longer() -> None:
    outage = Outage()
    outcome_of(ROW, RetryLater("502", retry_after_s=60, everyone=True), EVENING, outage)
    assert outage.pauses(EVENING + timedelta(seconds=59)) == EVENING + timedelta(seconds=60)
    assert outage.pauses(EVENING + timedelta(seconds=60)) is None
    assert outage.pauses(EVENING - timedelta(hours=7)) is None


def test_backing_off_never_overflows() -> None:
    assert backoff_s(10**6) <= 75


def test_a_network_that_comes_and_goes_is_told_of_once_in_five_minutes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    outage = Outage()
    for second in range(400):
        assert outage.fault(EVENING + timedelta(seconds=second), "httpx.ConnectError", None)
        outage.over()
    told = [record.getMessage() for record in caplog.records]
    assert told == 2 * [
        "Telegram cannot be reached (httpx.ConnectError); messages wait",
        "Telegram can be reached again",
    ]
