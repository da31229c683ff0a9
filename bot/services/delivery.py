"""The outbox to Telegram: claim what is due, send it outside of any transaction, record what became of it.

Each round records the outcomes of finished sends and claims new rows in one commit. Telegram's limits are kept by
claiming only for chats that are ready; nothing sleeps in a sending place. A crash at any instant loses nothing:
unfinished claims are released at start and sent again, so a message may at worst come twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.errors import ChatMoved, SendError, StoreBusy, StoreError, TopicClosed, Unreachable
from bot.domain.outgoing import Claimed, Dead, Outcome, Postponed, Priority, Sent
from bot.domain.records import INTERNAL, RawUpdate
from bot.ports import Clock, Messenger, Meter, Store
from bot.services.outage import Outage, name_of, outcome_of
from bot.services.pacing import TELEGRAM, Limits, Pacing
from bot.services.request import request

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Sends at the same time: enough for Telegram's 30 a second when each takes a second."""

GATHERED_WITHIN_S = 0.02
"""What became of sends is recorded when half of the places are done, after so many seconds of the wall, or at once if
nothing else is under way: a commit for each would cost more than the sends. What is new is claimed without waiting."""

LONGEST_IDLE = timedelta(seconds=30)
"""Looks at the outbox at least that often, should somebody who put a row there not have said so."""

BUSY_PAUSE = timedelta(seconds=2)
STOP_WITHIN_S = 3.0
"""Seconds of the wall for sends in flight when the program ends."""

RECORD_WITHIN_S = 1.5
"""And then for recording what became of them, should the database be busy."""

RECORD_PAUSE_S = 0.25


class Delivery:
    """Sends what is in the outbox, until it is stopped.

    Args:
        store, messenger, clock, meter: the world.
        limits: Telegram's; other ones for measuring.
        at_once: sends at the same time.
        on_chat_news: called when it stands in the inbox that a chat was lost or moved.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        meter: Meter,
        *,
        limits: Limits = TELEGRAM,
        at_once: int = AT_ONCE,
        on_chat_news: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._meter = meter
        self._at_once = at_once
        self._on_chat_news = on_chat_news
        self._pacing = Pacing(limits)
        self._outage = Outage()
        self._outcomes: list[Outcome] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._gathering: asyncio.TimerHandle | None = None
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._changed.set()

    async def run(self) -> None:
        """Deliver until `stop` is called (or this is cancelled, which drops what is in flight)."""
        self._ended.clear()
        try:
            while not self._stopping:
                self._changed.clear()
                await self._wait_until(await self._round())
            await self._finish()
        finally:
            self._stop_gathering()
            for task in self._sending:
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)
            self._ended.set()

    async def stop(self) -> None:
        """Claim nothing more, give sends in flight 3 seconds, and what became of them 1.5 more to be recorded."""
        self._stopping = True
        self.wake()
        try:
            async with asyncio.timeout(STOP_WITHIN_S + RECORD_WITHIN_S):
                await self._ended.wait()
        except TimeoutError:
            log.error("%d sent messages could not be recorded and go out again at the next start", len(self._outcomes))

    async def _round(self) -> datetime | None:
        """Record, claim, start sending. Returns when to look again if nothing happens before; None: at once."""
        self._stop_gathering()
        now = self._clock.now()
        room = self._room(now)
        recording = self._outcomes[:]
        claimed: Sequence[Claimed] = ()
        try:
            if recording or room:
                claimed = await self._store.exchange(recording, now, room, self._pacing.busy(now))
                del self._outcomes[: len(recording)]
                self._start(claimed)
                if room and len(claimed) == room and self._room(self._clock.now()):
                    return None
            # of the same moment as the claim: what became due since must not fall between the two. Without room,
            # what becomes due waits for that
            due_at = await self._store.next_due(now) if len(claimed) < room else None
        except StoreBusy:  # the store has told the operator; outcomes are kept meanwhile
            return self._clock.now() + BUSY_PAUSE
        return self._next_look(now, due_at)

    def _start(self, claimed: Sequence[Claimed]) -> None:
        now = self._clock.now()
        for row in claimed:
            self._pacing.sent(row.chat_id, row.private, now)
            task = asyncio.create_task(self._deliver_one(row))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _room(self, now: datetime) -> int:
        """How many rows can be claimed at this moment."""
        if self._outage.pauses(now):
            return 0
        room = self._at_once - len(self._sending)
        paced = self._pacing.room(now)
        return room if paced is None else min(room, paced)

    def _next_look(self, now: datetime, due_at: datetime | None) -> datetime:
        """When there may be something to do, unless a send ends or somebody wakes us before."""
        if (until := self._outage.pauses(now)) is not None:
            return until
        # what is due already waits for a chat that gets ready, or for room
        moments = (due_at, self._pacing.next_change(now))
        return min((moment for moment in moments if moment is not None), default=now + LONGEST_IDLE)

    async def _wait_until(self, moment: datetime | None) -> None:
        """Wait for that moment of the clock, or until something changes."""
        pause_s = 0.0 if moment is None else min(moment - self._clock.now(), LONGEST_IDLE).total_seconds()
        if pause_s <= 0 or self._changed.is_set():
            await asyncio.sleep(0)
            return
        waits = [asyncio.ensure_future(self._clock.sleep(pause_s)), asyncio.ensure_future(self._changed.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _deliver_one(self, row: Claimed) -> None:
        with request(row.cause):
            await self._deliver(row)

    async def _deliver(self, row: Claimed) -> None:
        trouble: Exception | None = None
        try:
            key = row.say.attachment
            attachment = None if key is None else await self._store.attachment(key)
            message_id = await self._messenger.send(row, attachment)
        except (SendError, StoreBusy) as error:
            trouble, outcome = error, outcome_of(row, error, self._clock.now(), self._outage)
            await self._tell_intake(row, error)
        except Exception as error:
            log.exception("sending row %d failed in a way that was not foreseen", row.id)
            trouble, outcome = error, outcome_of(row, error, self._clock.now(), self._outage)
        else:
            self._outage.over()
            outcome = Sent(row.id, row.rev, message_id)
        self._note(row, outcome, trouble)
        self._outcomes.append(outcome)
        self._gather()

    def _gather(self) -> None:
        """A send is over: see to it that it is recorded soon, with others that are."""
        if 2 * len(self._outcomes) >= self._at_once or len(self._sending) <= 1:  # this one is still among them
            self.wake()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHERED_WITHIN_S, self.wake)

    def _stop_gathering(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None

    async def _tell_intake(self, row: Claimed, error: SendError | StoreBusy) -> None:
        """A chat that is lost, or has another id: its units have to know. An inbox row, like work's results.

        Should the database be busy, the next message to that chat says it again.
        """
        match error:
            case Unreachable():
                topic_id = row.topic_id if isinstance(error, TopicClosed) else None
                event = {"lost_chat": row.chat_id, "topic_id": topic_id}
            case ChatMoved(new_chat_id=new_id):
                event = {"moved_chat": row.chat_id, "to": new_id}
            case _:
                return
        # negative, since work's results have the positive ids; its own for each thing that a row may say
        update = RawUpdate(-(row.id << 20 | row.rev & 0xFFFFF), json.dumps(event))
        with contextlib.suppress(StoreBusy, StoreError):
            await self._store.receive(INTERNAL, [update], self._clock.now())
            self._on_chat_news()

    def _note(self, row: Claimed, outcome: Outcome, trouble: Exception | None) -> None:
        priority = row.priority.name.lower()
        if isinstance(outcome, Sent):
            how = "new" if row.message_id is None else "edit"
            self._meter.add("sent", priority=priority, how=how)
            if row.priority is Priority.ANSWER and row.heard_at is not None:
                waited_s = (self._clock.now() - row.heard_at).total_seconds()
                self._meter.observe("answer_seconds", max(0.0, waited_s), how=how)
            log.debug("sent row %d (%s, %s, %s)", row.id, row.say.text, priority, how)
            return
        gone = isinstance(outcome, Dead) and outcome.unreachable
        became = "unreachable" if gone else type(outcome).__name__.lower()
        self._meter.add("send_failures", priority=priority, error=name_of(trouble), outcome=became)
        match outcome:
            case Dead(unreachable=True):
                # that people block a bot is nothing to look into; a channel that does is
                level = logging.INFO if row.private else logging.ERROR
                log.log(level, "row %d (%s): its chat cannot be reached (%s)", row.id, row.say.text, outcome.why)
            case Dead():
                log.error("row %d (%s) is given up: %s", row.id, row.say.text, outcome.why)
            case Postponed():
                log.debug("row %d (%s) waits: %s", row.id, row.say.text, outcome.why)

    async def _finish(self) -> None:
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=STOP_WITHIN_S)
            if late:
                log.warning("%d messages in flight were not waited for; they go out again at the next start", len(late))
        while recording := self._outcomes[:]:
            try:
                await self._store.exchange(recording, self._clock.now(), 0, frozenset())
            except StoreBusy:
                await asyncio.sleep(RECORD_PAUSE_S)
            else:
                del self._outcomes[: len(recording)]
