"""A press is answered once: with words in time, else with nothing."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.errors import MessageGone, RetryLater, SendError, Unreachable
from bot.domain.models import Say
from bot.domain.outgoing import Claimed, Priority
from bot.domain.records import Attachment
from bot.services import presses as presses_of
from bot.services.presses import Presses

DONE = Say("press.done")


class Answers:
    """A messenger that notes what presses are answered; `held` keeps answers from arriving."""

    def __init__(self) -> None:
        self.given: list[tuple[str, Say | None, str]] = []
        self.sent: list[Claimed] = []
        self.troubles: list[SendError] = []
        self.held = asyncio.Event()
        self.held.set()
        self.at_once = 0
        self.most = 0

    async def send(self, row: Claimed, attachment: Attachment | None = None) -> int | None:
        """Note it, and fail as often as is wanted."""
        self.sent.append(row)
        if self.troubles:
            raise self.troubles.pop(0)
        return 7

    async def answer_press(self, press_id: str, say: Say | None, language: str) -> None:
        """Note it."""
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.held.wait()
        await asyncio.sleep(0)
        self.at_once -= 1
        self.given.append((press_id, say, language))


@pytest.fixture
def answers() -> Answers:
    """What arrives."""
    return Answers()


async def test_what_a_press_led_to_is_told(answers: Answers) -> None:
    presses = Presses(answers, patience_s=0.02)
    presses.expect(["a", "b"])
    presses.answer("a", DONE, "en")
    presses.answer("b", None, "id")
    await asyncio.sleep(0.05)
    assert answers.given == [("a", DONE, "en"), ("b", None, "id")]
    await presses.close()


async def test_who_waits_too_long_gets_a_blank_answer_and_no_second_one(answers: Answers) -> None:
    presses = Presses(answers, patience_s=0.01)
    presses.expect(["a"])
    await asyncio.sleep(0.03)
    presses.answer("a", DONE, "id")
    await presses.close()
    assert answers.given == [("a", None, "")]


async def test_a_press_that_comes_in_twice_is_answered_once(answers: Answers, caplog: pytest.LogCaptureFixture) -> None:
    presses = Presses(answers, patience_s=0.01)
    presses.expect(["a"])
    presses.expect(["a"])
    await asyncio.sleep(0.03)
    presses.expect(["a"])
    await asyncio.sleep(0.03)
    await presses.close()
    assert answers.given == [("a", None, "")]
    assert caplog.text == ""


async def test_a_press_from_before_a_restart_is_answered(answers: Answers) -> None:
    presses = Presses(answers)
    presses.answer("old", DONE, "id")
    await presses.close()
    assert answers.given == [("old", DONE, "id")]


async def test_at_the_end_nobody_is_left_waiting(answers: Answers) -> None:
    presses = Presses(answers)
    presses.expect(["a"])
    await presses.close()
    assert answers.given == [("a", None, "")]


async def test_a_crowd_is_answered_a_few_at_a_time(answers: Answers) -> None:
    presses = Presses(answers)
    for number in range(40):
        presses.answer(str(number), DONE, "id")
    await presses.close()
    assert len(answers.given) == 40
    assert answers.most == 4


async def test_an_answer_that_hangs_does_not_hold_up_the_end(answers: Answers) -> None:
    answers.held.clear()
    presses = Presses(answers)
    for number in range(6):
        presses.answer(str(number), DONE, "id")
    async with asyncio.timeout(3):
        await presses.close()
    assert answers.given == []


FAREWELL = Claimed(0, 0, 101, True, None, 55, Say("erase.done"), "id", Priority.ANSWER, 0)


async def test_a_farewell_is_tried_again_and_sent_anew_where_its_message_is_gone(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses_of, "PAUSES_S", (0.0, 0.0, 0.0))
    presses = Presses(answers)
    answers.troubles = [RetryLater("slow down"), MessageGone("gone")]
    presses.bid_farewell(FAREWELL)
    await asyncio.sleep(0.05)
    assert [row.message_id for row in answers.sent] == [55, 55, None]
    await presses.close()


async def test_a_farewell_that_is_not_taken_is_dropped(answers: Answers) -> None:
    presses = Presses(answers)
    answers.troubles = [Unreachable("blocked")]
    presses.bid_farewell(FAREWELL)
    await asyncio.sleep(0.02)
    assert len(answers.sent) == 1
    await presses.close()
