"""From the outbox to people's chats: in order, within Telegram's limits, through every kind of trouble."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.sender import Sender, connect
from bot.demo.botapi import BotApi, faults
from bot.domain.errors import ChatMoved, MessageGone, Refused, RetryLater, StoreBusy, Unreachable
from bot.domain.models import Say
from bot.domain.outgoing import Claimed, Outcome, Outgoing
from bot.domain.records import Attachment, Changes, Person
from bot.ports import Clock, Store
from bot.services import delivery
from bot.services.delivery import Delivery
from bot.services.pacing import MINUTE, SECOND, UNLIMITED, Limits
from bot.telemetry import Metrics
from bot.texts import Texts
from storage import open_store
from tests.helpers.clock import EVENING, WIB, FastClock, StillClock

GROUP = -100_500
GONE = "send_failures{error=unreachable,outcome=unreachable,priority=answer}"


@dataclass
class Phone:
    """A messenger that notes what goes where; `trouble` makes it fail."""

    clock: Clock
    sends: list[tuple[int, str, datetime]] = field(default_factory=list)
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    trouble: Callable[[Claimed], Exception | None] = lambda row: None
    held: asyncio.Event | None = None
    now_sending: int = 0
    most: int = 0

    async def send(self, row: Claimed, attachment: Attachment | None = None) -> int | None:
        """Note it; message ids count up."""
        self.now_sending += 1
        self.most = max(self.most, self.now_sending)
        at = self.clock.now()
        try:
            if self.held is not None:
                await self.held.wait()
            await asyncio.sleep(0)
        finally:
            self.now_sending -= 1
        if error := self.trouble(row):
            raise error
        words = str(row.say.values.get("words", "")) + (attachment.data.decode() if attachment else "")
        if row.message_id is not None:
            self.edits.append((row.chat_id, row.message_id, words))
            return row.message_id
        self.sends.append((row.chat_id, words, at))
        return 1000 + len(self.sends)

    async def answer_press(self, press_id: str, say: Say | None, language: str) -> None:
        """No presses here."""

    def to(self, chat_id: int) -> list[str]:
        """What a chat was sent."""
        return [words for chat, words, _ in self.sends if chat == chat_id]


@pytest.fixture
def clock() -> StillClock:
    """Time that moves when somebody sleeps."""
    return StillClock()


@pytest.fixture
def phone(clock: StillClock) -> Phone:
    """Where messages go."""
    return Phone(clock)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A real database with people 1 to 99, whose Telegram ids are 10 times that."""
    store = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    people = [Person(number, number * 10, "id", EVENING) for number in range(1, 100)]
    async with store.transaction() as tx:
        await tx.flush(Changes(people=people))
    yield store
    await store.close()


def to_person(number: int, words: str, **options: object) -> Outgoing:
    """A message to a person."""
    return Outgoing(Say("t.x", {"words": words}), EVENING, person_id=number, **options)  # type: ignore[arg-type]


def to_group(words: str, **options: object) -> Outgoing:
    """A message to the group."""
    return Outgoing(Say("t.x", {"words": words}), EVENING, chat_id=GROUP, **options)  # type: ignore[arg-type]


async def enqueue(store: Store, *messages: Outgoing) -> None:
    """Put messages into the outbox."""
    async with store.transaction() as tx:
        await tx.flush(Changes(outbox=messages))


@asynccontextmanager
async def delivering(
    store: Store, phone: Phone, limits: Limits | None = None, at_once: int = 8, counters: Metrics | None = None
) -> AsyncIterator[Delivery]:
    """Delivery at work."""
    chosen: dict[str, Any] = {} if limits is None else {"limits": limits}
    running = Delivery(store, phone, phone.clock, counters or Metrics(), at_once=at_once, **chosen)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        await running.stop()
        await task


async def until(happened: Callable[[], bool]) -> None:
    """Wait for it, a few real seconds at most."""
    async with asyncio.timeout(8):
        while not happened():  # noqa: ASYNC110  # what happens has no event of its own
            await asyncio.sleep(0.002)


def most_within(moments: Sequence[datetime], span: timedelta) -> int:
    """The most moments in any half-open window of this length."""
    return max((sum(start <= at < start + span for at in moments) for start in moments), default=0)


async def test_what_is_in_the_outbox_arrives_once(store: Store, phone: Phone) -> None:
    await enqueue(store, *(to_person(number, f"halo {number}") for number in range(1, 41)))
    async with delivering(store, phone):
        await until(lambda: len(phone.sends) >= 40)
    assert sorted(phone.sends)[0][:2] == (10, "halo 1")
    assert len({chat for chat, _, _ in phone.sends}) == len(phone.sends) == 40
    assert await store.next_due(EVENING) is None


async def test_a_new_message_leaves_as_soon_as_delivery_is_told(store: Store) -> None:
    phone = Phone(FastClock(EVENING, speed=1))
    async with delivering(store, phone) as running:
        await asyncio.sleep(0.05)
        assert phone.sends == []
        await enqueue(store, to_person(1, "halo"))
        running.wake()
        await until(lambda: phone.to(10) == ["halo"])
    assert phone.clock.now() < EVENING + timedelta(seconds=5)


async def test_messages_of_a_chat_keep_their_order(store: Store, phone: Phone) -> None:
    await enqueue(store, *(to_person(1, str(number)) for number in range(6)))
    async with delivering(store, phone):
        await until(lambda: len(phone.sends) >= 6)
    assert phone.to(10) == ["0", "1", "2", "3", "4", "5"]


async def test_telegrams_limits_hold(store: Store, phone: Phone) -> None:
    await enqueue(
        store,
        *(to_group(f"g{number}") for number in range(25)),
        *(to_person(person, f"{turn}") for turn in range(3) for person in range(1, 50)),
    )
    async with delivering(store, phone, at_once=100):
        await until(lambda: len(phone.sends) >= 25 + 3 * 49)
    assert most_within([at for _, _, at in phone.sends], SECOND) <= 30
    moments = defaultdict(list)
    for chat, _, at in phone.sends:
        moments[chat].append(at)
    assert all(most_within(of_chat, SECOND) == 1 for of_chat in moments.values())
    assert most_within(moments[GROUP], MINUTE) == 20
    # and no slower than they ask: 147 messages to people need 5 seconds, the last of the group's another minute
    assert max(at for chat, _, at in phone.sends if chat > 0) <= EVENING + timedelta(seconds=7)
    assert phone.to(GROUP) == [f"g{number}" for number in range(25)]


async def test_edits_count_too(store: Store, phone: Phone) -> None:
    async with delivering(store, phone) as running:
        for turn in range(3):
            await enqueue(store, to_person(1, f"rev {turn}", slot="receipt"))
            running.wake()
            await until(lambda turn=turn: len(phone.sends) + len(phone.edits) > turn)  # type: ignore[misc]
    assert phone.to(10) == ["rev 0"]
    assert phone.edits == [(10, 1001, "rev 1"), (10, 1001, "rev 2")]
    assert phone.clock.now() >= EVENING + 2 * SECOND


async def test_only_so_many_go_out_at_the_same_time(store: Store, phone: Phone) -> None:
    phone.held = asyncio.Event()
    await enqueue(store, *(to_person(number, "x") for number in range(1, 31)))
    async with delivering(store, phone, UNLIMITED):
        await until(lambda: phone.now_sending == 8)
        await asyncio.sleep(0.05)
        assert phone.now_sending == 8
        phone.held.set()
        await until(lambda: len(phone.sends) == 30)
    assert phone.most == 8


async def test_a_flood_pause_holds_up_one_chat_only(store: Store, phone: Phone) -> None:
    refusals = iter([RetryLater("flood", retry_after_s=40)])
    phone.trouble = lambda row: next(refusals, None) if row.chat_id == 10 else None
    await enqueue(store, to_person(1, "a"), to_person(1, "b"), *(to_person(n, "x") for n in range(2, 20)))
    async with delivering(store, phone):
        await until(lambda: len(phone.sends) == 20)
    late = [at for chat, _, at in phone.sends if chat == 10]
    assert phone.to(10) == ["a", "b"]
    assert late[0] >= EVENING + timedelta(seconds=40)
    assert all(at < EVENING + timedelta(seconds=5) for chat, _, at in phone.sends if chat != 10)


async def test_without_network_everybody_waits_and_nothing_is_lost(
    store: Store, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    back_at = EVENING + timedelta(hours=3)
    phone.trouble = lambda row: RetryLater("no net", everyone=True) if phone.clock.now() < back_at else None
    await enqueue(store, *(to_person(number, "x") for number in range(1, 12)))
    async with delivering(store, phone):
        await until(lambda: len(phone.sends) == 11)
    assert min(at for _, _, at in phone.sends) <= back_at + timedelta(minutes=2)
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


async def test_nothing_more_goes_to_whoever_blocked_the_bot(store: Store, phone: Phone) -> None:
    counters = Metrics()
    phone.trouble = lambda row: Unreachable("blocked") if row.chat_id == 10 else None
    await enqueue(store, to_person(1, "a"), to_person(1, "b"), to_person(2, "x"))
    async with delivering(store, phone, counters=counters):
        await until(lambda: counters.snapshot().get(GONE) == 1)
        phone.trouble = lambda row: None
        await until(lambda: len(phone.sends) == 1)
        await asyncio.sleep(0.05)
    assert phone.to(10) == []
    assert await store.next_due(phone.clock.now()) is None


async def test_a_group_that_moved_is_followed(store: Store, phone: Phone) -> None:
    phone.trouble = lambda row: ChatMoved(-777) if row.chat_id == GROUP else None
    await enqueue(store, to_group("a"), to_group("b"))
    async with delivering(store, phone):
        await until(lambda: len(phone.sends) == 2)
    assert phone.to(-777) == ["a", "b"]


async def test_a_message_that_is_gone_is_said_anew(store: Store, phone: Phone) -> None:
    async with delivering(store, phone) as running:
        await enqueue(store, to_person(1, "first", slot="receipt"))
        running.wake()
        await until(lambda: len(phone.sends) == 1)
        phone.trouble = lambda row: MessageGone("deleted") if row.message_id else None
        await enqueue(store, to_person(1, "second", slot="receipt"))
        running.wake()
        await until(lambda: len(phone.sends) == 2)
    assert phone.to(10) == ["first", "second"]


async def test_what_telegram_refuses_is_given_up_and_told(
    store: Store, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    phone.trouble = lambda row: Refused("can't parse entities") if row.say.values["words"] == "bad" else None
    await enqueue(store, to_person(1, "bad"), to_person(1, "good"))
    async with delivering(store, phone):
        await until(lambda: phone.to(10) == ["good"])
    (said,) = (record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR)
    assert "t.x" in said and "can't parse entities" in said
    assert "bad" not in said and "10" not in said.split()


async def test_what_nobody_foresaw_is_tried_ten_times(store: Store, phone: Phone) -> None:
    tries = []

    def odd(row: Claimed) -> Exception | None:
        if row.chat_id != 10:
            return None
        tries.append(row.attempts)
        return ZeroDivisionError("oh")

    phone.trouble = odd
    await enqueue(store, to_person(1, "odd"), to_person(2, "x"))
    async with delivering(store, phone):
        await until(lambda: len(tries) == 10)
        await asyncio.sleep(0.05)
    assert tries == list(range(10))
    assert phone.to(20) == ["x"]


async def test_a_file_is_fetched_for_its_message(store: Store, phone: Phone) -> None:
    await store.put_attachment("export-1", Attachment("a.csv", "text/csv", b"nomor"), EVENING + timedelta(days=1))
    say = Say("t.x", attachment="export-1")
    await enqueue(store, Outgoing(say, EVENING, person_id=1))
    async with delivering(store, phone):
        await until(lambda: phone.to(10) == ["nomor"])


async def test_held_messages_go_out_when_they_are_due(store: Store, phone: Phone) -> None:
    due_at = EVENING + timedelta(hours=9)
    say = Say("t.x", {"words": "pagi"})
    await enqueue(store, Outgoing(say, due_at, person_id=1), to_person(2, "malam"))
    async with delivering(store, phone):
        await until(lambda: len(phone.sends) == 2)
    assert [(words, at) for _, words, at in phone.sends] == [("malam", EVENING), ("pagi", due_at)]


class SometimesBusy:
    """A store whose exchanges fail now and then."""

    def __init__(self, store: Store, failures: Sequence[bool]) -> None:
        self._store = store
        self._failures = iter(failures)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def exchange(
        self, outcomes: Sequence[Outcome], now: datetime, limit: int, busy: frozenset[int]
    ) -> Sequence[Claimed]:
        """Fail, or do it."""
        if next(self._failures, False):
            raise StoreBusy("disk full")
        return await self._store.exchange(outcomes, now, limit, busy)


async def test_a_busy_database_loses_no_outcome(store: Store, phone: Phone) -> None:
    busy = SometimesBusy(store, [True, True, False, True, True, True, False, True])
    await enqueue(store, *(to_person(number, "x") for number in range(1, 4)))
    async with delivering(busy, phone):  # type: ignore[arg-type]
        await until(lambda: len(phone.sends) == 3)
        await asyncio.sleep(0.05)
    assert await store.exchange([], phone.clock.now() + timedelta(hours=1), 9, frozenset()) == []
    await store.release_claims()
    assert await store.exchange([], phone.clock.now() + timedelta(hours=1), 9, frozenset()) == []
    assert len(phone.sends) == 3


async def test_a_channel_that_refuses_the_bot_is_told_to_the_operator_a_person_who_does_is_not(
    store: Store, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    phone.trouble = lambda row: Unreachable("bot was kicked")
    await enqueue(store, to_person(1, "x"), Outgoing(Say("t.x"), EVENING, chat_id=GROUP))
    async with delivering(store, phone):
        await until(lambda: "cannot be reached" in caplog.text)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert str(GROUP) not in caplog.text


async def test_stopping_lets_sends_in_flight_arrive_and_records_them(store: Store, phone: Phone) -> None:
    phone.held = asyncio.Event()
    await enqueue(store, *(to_person(number, "x") for number in range(1, 21)))
    async with delivering(store, phone, UNLIMITED) as running:
        await until(lambda: phone.now_sending == 8)
        ending = asyncio.create_task(running.stop())
        await asyncio.sleep(0.02)
        phone.held.set()
        await ending
    assert len(phone.sends) == 8
    phone.held = None
    await store.release_claims()
    async with delivering(store, phone, UNLIMITED):
        await until(lambda: len(phone.sends) == 20)
    assert len({chat for chat, _, _ in phone.sends}) == 20


async def test_a_send_that_hangs_does_not_hold_up_the_end(
    store: Store, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "STOP_WITHIN_S", 0.05)
    phone.held = asyncio.Event()
    await enqueue(store, to_person(1, "x"))
    async with delivering(store, phone) as running:
        await until(lambda: phone.now_sending == 1)
        async with asyncio.timeout(2):
            await running.stop()
    assert phone.now_sending == 0
    # nobody knows whether it arrived: it is sent again
    phone.held = None
    await store.release_claims()
    async with delivering(store, phone):
        await until(lambda: phone.to(10) == ["x"])


async def test_a_database_that_takes_nothing_does_not_hold_up_the_end(
    store: Store, phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivery, "STOP_WITHIN_S", 0.1)
    monkeypatch.setattr(delivery, "RECORD_WITHIN_S", 0.1)
    phone.held = asyncio.Event()
    await enqueue(store, to_person(1, "x"))

    async def busy(*_: object) -> Sequence[Claimed]:
        raise StoreBusy("the disk is full")

    running = Delivery(store, phone, phone.clock, Metrics())
    task = asyncio.create_task(running.run())
    await until(lambda: phone.now_sending == 1)
    monkeypatch.setattr(store, "exchange", busy)
    phone.held.set()
    async with asyncio.timeout(2):
        await running.stop()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert "1 sent messages could not be recorded" in caplog.text


async def test_a_night_of_faults_against_a_bot_api(store: Store, tmp_path: Path) -> None:
    clock = FastClock(EVENING, speed=25)
    texts = Texts(WIB, {"id": {"t.x": "{words}"}})
    async with BotApi(seed=5, clock=clock, limits=True) as api, connect(api.token, api.base_url) as bot:
        siti, budi = api.user("Siti", user_id=10), api.user("Budi", user_id=20)
        siti.start()
        budi.start()
        rt = api.group("RT 03", [siti])
        api.faults.add(faults.dropped(worked=False), times=3, probability=0.2)
        api.faults.add(faults.server_error(502), times=2, probability=0.2)
        api.faults.add(faults.too_many_requests(2), chat=siti, times=2, skip=1)
        messages = [
            *(to_person(person, f"{person} {turn}") for turn in range(6) for person in (1, 2)),
            *(Outgoing(Say("t.x", {"words": f"rt {turn}"}), EVENING, chat_id=rt.id) for turn in range(22)),
        ]
        await enqueue(store, *messages)
        running = Delivery(store, Sender(bot, texts, clock), clock, Metrics())
        task = asyncio.create_task(running.run())
        await siti.wait_for("1 5", timeout=20)
        await budi.wait_for("2 5", timeout=20)
        rt.upgrade_to_supergroup()
        await rt.wait_for("rt 21", timeout=20)
        await running.stop()
        await task
        assert [shown.text for shown in siti.chat if shown.from_bot] == [f"1 {turn}" for turn in range(6)]
        assert [shown.text for shown in budi.chat if shown.from_bot] == [f"2 {turn}" for turn in range(6)]
        assert api.violations == []
