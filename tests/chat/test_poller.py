from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from telegram import Bot
from telegram.error import TelegramError

from bot.chat.poller import Poller
from bot.chat.receiver import Receiver
from bot.chat.sender import connect
from bot.chat.webhook import register_webhook
from bot.demo.botapi import BotApi, faults
from tests.helpers.clock import StillClock
from tests.helpers.inbox import Inbox
from tests.helpers.waiting import until


class Polling:
    """A poller that runs against a Bot API, and what it received."""

    def __init__(self, api: BotApi, bot: Bot, inbox: Inbox, clock: StillClock, long_poll_s: int) -> None:
        self.api = api
        self.bot = bot
        self.inbox = inbox
        self.clock = clock
        self.stop = asyncio.Event()
        self.presses: list[str] = []
        self.wakes = 0
        self._receiver = Receiver(inbox.store(), clock, bot_id(api), self._on_received)
        self._poller = Poller(bot, self._receiver, clock, long_poll_s)
        self._task: asyncio.Task[None] | None = None

    def _on_received(self, presses: Sequence[str]) -> None:
        self.wakes += 1
        self.presses += presses

    def start(self) -> None:
        self._task = asyncio.create_task(self._poller.run(self.stop))

    async def end(self) -> float:
        """Stop it and say how many seconds that took."""
        began = time.monotonic()
        self.stop.set()
        if self._task is not None:
            await self._task
        return time.monotonic() - began

    async def until(self, condition: Callable[[], object]) -> None:
        task = self._task
        await until(lambda: condition() or (task and task.done()))
        if task is not None and task.done():
            task.result()

    @property
    def offsets(self) -> list[int | None]:
        sent = [call.params.get("offset") for call in self.api.calls.of("getUpdates")]
        return [None if offset is None else int(offset) for offset in sent]


def bot_id(api: BotApi) -> int:
    return int(api.token.partition(":")[0])


@asynccontextmanager
async def polling(
    api: BotApi, inbox: Inbox | None = None, *, token: str | None = None, long_poll_s: int = 1
) -> AsyncIterator[Polling]:
    bot = connect(token or api.token, api.base_url)
    with suppress(TelegramError):  # asks who it is, which is not always answered
        await bot.initialize()
    run = Polling(api, bot, inbox or Inbox(), StillClock(), long_poll_s)
    try:
        yield run
    finally:
        await run.end()
        await bot.shutdown()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=3) as server:
        yield server


async def test_updates_are_kept_in_order_and_confirmed_only_then(api: BotApi) -> None:
    siti = api.user("Siti")
    for number in range(130):
        siti.send_text(f"pesan {number}")
    async with polling(api) as run:
        run.start()
        await run.until(lambda: len(run.inbox.rows) == 130 and not api.pending_updates)
    assert run.inbox.texts == [f"pesan {number}" for number in range(130)]
    assert {key[0] for key in run.inbox.rows} == {bot_id(api)}
    assert run.inbox.received_at == [run.clock.at] * 2
    assert run.wakes == 2
    first_id = min(update_id for _, update_id in run.inbox.rows)
    assert run.offsets[:3] == [None, first_id + 100, first_id + 130]
    (kinds,) = {tuple(call.params["allowed_updates"]) for call in api.calls.of("getUpdates")}
    assert kinds == ("message", "edited_message", "callback_query", "my_chat_member")


async def test_what_was_kept_but_not_confirmed_comes_again_and_is_kept_once(api: BotApi) -> None:
    api.user("Siti").send_text("satu")
    inbox = Inbox()
    api.faults.add(faults.refused(500, "Internal Server Error"), method="getUpdates", skip=1, times=None)
    async with polling(api, inbox) as run:
        run.start()
        await run.until(lambda: len(run.offsets) >= 2)  # kept; the request that would confirm it fails
        assert api.pending_updates == 1
    api.faults.clear()
    async with polling(api, inbox) as again:
        again.start()
        await again.until(lambda: not api.pending_updates)
    assert inbox.texts == ["satu"]
    assert again.wakes == 0


async def test_presses_are_told_at_once(api: BotApi) -> None:
    async with polling(api) as run:
        run.start()
        api.push_update({"callback_query": {"id": "77", "from": {"id": 5}}})
        await run.until(lambda: run.presses)
    assert run.presses == ["77"]


async def test_an_odd_update_does_not_hold_up_the_next(api: BotApi) -> None:
    async with polling(api) as run:
        run.start()
        api.push_update({"message": "no message at all", "odd": "\ud800"})
        api.push_update({"message": {"text": "baik"}})
        await run.until(lambda: len(run.inbox.rows) == 2 and not api.pending_updates)


async def test_a_busy_database_leaves_the_updates_with_telegram(api: BotApi) -> None:
    api.user("Siti").send_text("satu")
    inbox = Inbox()
    inbox.busy_times = 3
    async with polling(api, inbox) as run:
        run.start()
        await run.until(lambda: not api.pending_updates)
    assert run.inbox.texts == ["satu"]
    assert run.offsets[:4] == [None] * 4


async def test_after_six_quiet_days_no_old_offset_is_sent(api: BotApi) -> None:
    siti = api.user("Siti")
    siti.send_text("sebelum")
    async with polling(api) as run:
        run.start()
        await run.until(lambda: not api.pending_updates)
        api.world.updates.renumber(1000)  # lower than what came before
        run.clock.move(days=6)
        await run.until(lambda: run.offsets[-1] is None)
        siti.send_text("sesudah")
        await run.until(lambda: not api.pending_updates)
    assert sorted(row["message"]["text"] for row in run.inbox.rows.values()) == ["sebelum", "sesudah"]
    assert 1001 in run.offsets


async def test_a_clock_set_back_does_not_hide_a_quiet_week(api: BotApi) -> None:
    siti = api.user("Siti")
    siti.send_text("sebelum")
    async with polling(api) as run:
        run.start()
        await run.until(lambda: not api.pending_updates)
        api.world.updates.renumber(1000)
        run.clock.move(days=-1)
        await run.until(lambda: run.offsets[-1] is None)
        siti.send_text("sesudah")
        await run.until(lambda: not api.pending_updates)
    assert sorted(row["message"]["text"] for row in run.inbox.rows.values()) == ["sebelum", "sesudah"]


async def test_an_update_nested_beyond_all_measure_is_one_row_and_not_the_end() -> None:
    deep: object = "x"
    for _ in range(50_000):
        deep = [deep]
    inbox = Inbox()
    receiver = Receiver(inbox.store(), StillClock(), 1, lambda presses: None)
    await receiver.accept([{"update_id": 1, "message": deep}, {"update_id": 2}])
    assert set(inbox.rows) == {(1, 1), (1, 2)}


async def test_a_webhook_left_over_is_removed_without_dropping_what_waits(api: BotApi) -> None:
    async with polling(api) as run:
        await register_webhook(run.bot, "https://127.0.0.1:1/gone", "secret", run.clock, run.stop)
        api.user("Siti").send_text("satu")
        run.start()
        await run.until(lambda: run.inbox.rows)
    assert run.inbox.texts == ["satu"]
    assert run.offsets


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        (faults.conflict(), "another program polls with this BOT_TOKEN"),
        (faults.refused(409, "Conflict: can't use getUpdates method while webhook is active"), "has set a webhook"),
        (faults.refused(401, "Unauthorized"), "Telegram refuses BOT_TOKEN"),
    ],
)
async def test_what_only_the_operator_can_mend_is_said_once_and_tried_again_slowly(
    api: BotApi, caplog: pytest.LogCaptureFixture, effect: faults.Effect, line: str
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    api.faults.add(effect, method="getUpdates", times=4)
    api.user("Siti").send_text("satu")
    async with polling(api) as run:
        began = run.clock.at
        run.start()
        await run.until(lambda: run.inbox.rows)
        assert (run.clock.at - began).total_seconds() == 4 * 30
    lines = [record.message for record in caplog.records if record.name == "bot.chat.poller"]
    assert len(lines) == 2
    assert line in lines[0]
    assert lines[1] == f"over: {lines[0]}"
    assert api.token.partition(":")[2] not in caplog.text


async def test_network_faults_are_waited_out_with_growing_pauses(api: BotApi) -> None:
    for effect in (faults.dropped(), faults.server_error(502), faults.half_answer(), faults.server_error(500)):
        api.faults.add(effect, method="getUpdates")
    api.user("Siti").send_text("satu")
    async with polling(api) as run:
        began = run.clock.at
        run.start()
        await run.until(lambda: run.inbox.rows)
        assert 0.75 * 15 <= (run.clock.at - began).total_seconds() <= 15  # 1 + 2 + 4 + 8


async def test_too_many_requests_are_answered_with_the_pause_asked_for(api: BotApi) -> None:
    api.faults.add(faults.too_many_requests(7), method="getUpdates")
    api.user("Siti").send_text("satu")
    async with polling(api) as run:
        began = run.clock.at
        run.start()
        await run.until(lambda: run.inbox.rows)
        assert (run.clock.at - began).total_seconds() == 7


async def test_it_starts_before_telegram_can_be_reached(api: BotApi) -> None:
    await api.go_offline()
    async with polling(api) as run:
        run.start()
        await asyncio.sleep(0.05)
        await api.go_online()
        api.user("Siti").send_text("satu")
        await run.until(lambda: run.inbox.rows)


async def test_a_wrong_token_is_no_reason_to_end(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    async with polling(api, token="99:wrong-token") as run:
        run.start()
        await run.until(lambda: "Telegram refuses BOT_TOKEN" in caplog.text)
    assert "wrong-token" not in caplog.text


async def test_it_stops_at_once_in_the_middle_of_a_long_poll(api: BotApi) -> None:
    async with polling(api, long_poll_s=30) as run:
        run.start()
        await run.until(lambda: run.offsets)
        assert await run.end() < 0.5
