"""Inbox rows -> reports, incidents, answers: many rows a transaction, one flush, one commit.

A row that raises loses only its own changes and is kept as failed. A broken constraint, or a stored record that cannot
be read: the rows are done again one by one. Disk full, locked, I/O error: no row is marked, intake waits (and the
store says so).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.errors import BrokenConstraint, NotLoaded, OperatorError, StoreBusy, UnreadableUpdate
from bot.domain.events import (
    AnonymousCommand,
    ChangedMembership,
    Command,
    Event,
    Incoming,
    LostChat,
    MovedChat,
    PressedButton,
    SentOther,
    SentText,
    WorkDone,
)
from bot.domain.models import Say
from bot.domain.outgoing import Claimed
from bot.domain.records import InboxRow, Wanted
from bot.ports import Clock, EventReader, Store, Transaction
from bot.services import (
    addresses,
    auditing,
    blocking,
    closing,
    dialogue,
    errands,
    forgetting,
    joining,
    listening,
    photo_work,
    unit_chats,
)
from bot.services.batch import Batch, language_of
from bot.services.buttons import press
from bot.services.commands import as_command, obey
from bot.services.consequences import react
from bot.services.context import Context
from bot.services.counting import UNREADABLE, note_changes
from bot.services.photo_checks import remember_hash
from bot.services.preloading import preload
from bot.services.pressing import TOO_OLD
from bot.services.request import request
from bot.services.work import tell_result

log = logging.getLogger(__name__)

BATCH = 64
"""Rows a transaction: the gain of more is small (ten times a single row at 50), and answers would wait longer."""

WAIT_WHEN_BUSY_S = 5.0

THE_DATABASES_TROUBLE = (StoreBusy, BrokenConstraint, OperatorError)
"""After these a transaction cannot go on."""


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a button press, for after the commit.

    Attributes:
        farewell: the last message to somebody who was erased: nothing of them is kept, so neither is it.
        of_nobody: who pressed is not known (any more): nothing of the press is to be left either.
    """

    press_id: str
    say: Say | None
    language: str
    farewell: Claimed | None = None
    of_nobody: bool = False


class Intake:
    """Takes inbox rows and makes of them what they mean.

    Args:
        store, reader, clock: the world.
        context: look-ups and settings.
        after_commit: called with the answers to button presses, so that they and the outbox go out at once.
    """

    def __init__(
        self,
        store: Store,
        reader: EventReader,
        clock: Clock,
        context: Context,
        after_commit: Callable[[Sequence[Toast]], None],
    ) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock
        self._context = context
        self._after_commit = after_commit
        self._work = asyncio.Event()

    def wake(self) -> None:
        """There are new rows."""
        self._work.set()

    async def run(self) -> None:
        """Until cancelled: empty the inbox, then wait for more."""
        while True:
            self._work.clear()
            try:
                while await self.once():
                    pass
            except StoreBusy:  # the store has told the operator
                await self._clock.sleep(WAIT_WHEN_BUSY_S)
                continue
            await self._work.wait()

    async def once(self) -> int:
        """One batch. Returns how many rows it handled."""
        try:
            return await self._batch(BATCH)
        except BrokenConstraint as error:
            log.warning("a batch broke a constraint (%s); its rows are done one by one", error)
        handled = 0
        for _ in range(BATCH):
            try:
                one = await self._batch(1)
            except BrokenConstraint as error:
                one = await self._fail_one(error)
            if not one:
                break
            handled += one
        return handled

    async def _batch(self, limit: int) -> int:
        toasts: list[Toast] = []
        async with self._store.transaction() as tx:
            rows = await tx.take(limit)
            if not rows:
                return 0
            batch = Batch(await tx.counters())
            events = [(row, self._read(batch, row)) for row in rows]
            await preload(tx, batch, [event for _, event in events if event is not None])
            for row, event in events:
                if event is not None:
                    await self._handle(tx, batch, row, event, toasts)
                if batch.erased:  # whoever they write as next is somebody new
                    break
            changes = batch.changes()
            await tx.flush(changes)
            for person_id, at in batch.erased:
                await tx.erase(person_id, at)
        self._after_commit(toasts)
        note_changes(self._context.meter, changes)
        return len(rows)

    async def _fail_one(self, error: BrokenConstraint) -> int:
        async with self._store.transaction() as tx:
            rows = await tx.take(1)
            batch = Batch(await tx.counters())
            for row in rows:
                with request(row.seq):
                    log.error("inbox row %d broke a constraint and is kept as failed", row.seq, exc_info=error)
                batch.handled(row.seq, str(error))
            changes = batch.changes()
            await tx.flush(changes)
        note_changes(self._context.meter, changes)
        return len(rows)

    def _read(self, batch: Batch, row: InboxRow) -> Incoming | None:
        with request(row.seq):
            try:
                return self._reader.read(row)
            except UnreadableUpdate as error:
                log.warning("inbox row %d cannot be read: %s", row.seq, error)
                batch.handled(row.seq, f"{UNREADABLE}: {error}")
            except Exception as error:  # a mistake of ours in one row must not stop the others
                log.exception("inbox row %d cannot be read", row.seq)
                batch.handled(row.seq, f"{UNREADABLE}: {type(error).__name__}")
        return None

    async def _handle(self, tx: Transaction, batch: Batch, row: InboxRow, event: Incoming, toasts: list[Toast]) -> None:
        batch.cause = row.seq

        def act() -> None:
            before = batch.events
            toast = handle(self._context, batch, event)
            react(self._context, batch, batch.events_since(before), event.at)
            batch.handled(row.seq)
            if toast is not None:
                toasts.append(toast)

        with request(row.seq):
            log.debug("received as update %d at %s", row.update_id, row.received_at)
            try:
                await settle(tx, batch, act)
            except THE_DATABASES_TROUBLE:
                raise
            except Exception as error:
                log.exception("inbox row %d failed", row.seq)
                batch.handled(row.seq, f"{type(error).__name__}: {error}")
                await settle(tx, batch, lambda: _say_sorry(batch, event))


async def settle(tx: Transaction, batch: Batch, act: Callable[[], None]) -> None:
    """Run a use case on the batch; load what it finds missing and run it again, until it has all it needs."""
    mark = batch.mark()
    while True:
        try:
            act()
            return
        except NotLoaded as missing:
            batch.undo(mark)
            wanted = missing.wanted
            if not isinstance(wanted, Wanted):
                raise
            batch.take_in(wanted, await tx.load(wanted))
        except BaseException:
            batch.undo(mark)
            raise


def handle(ctx: Context, batch: Batch, event: Incoming) -> Toast | None:
    """One event. Returns the answer to a button press."""
    if not isinstance(event, Event) or isinstance(event, ChangedMembership):
        _from_nobody(ctx, batch, event)
        return None
    if _is_of_the_past(event) and batch.known(event.sender.telegram_id) is None:
        # say of somebody who was erased since: that alone makes nobody known
        if not isinstance(event, PressedButton):
            return None
        return Toast(event.press_id, TOO_OLD, language_of(event.sender), of_nobody=True)
    person = batch.person_of(event.sender, event.at)
    if blocking.is_blocked(ctx, person) and not blocking.is_open_to_all(event):
        blocking.answer_blocked(ctx, batch, person, event)
        return Toast(event.press_id, None, person.language) if isinstance(event, PressedButton) else None
    if isinstance(event, PressedButton):
        toast = press(ctx, batch, person, event)
        last = forgetting.farewell(batch, person, event) if batch.erased else None
        language = batch.person(person.id).language
        return Toast(event.press_id, toast, language, last, of_nobody=last is not None)
    if isinstance(event, SentText):
        event = as_command(event) or event
    if isinstance(event, Command):
        if not event.origin.edited:
            obey(ctx, batch, person, event)
    elif not event.origin.private:
        return None  # in groups only commands are for us
    elif isinstance(event, SentOther):
        if not errands.decline(batch, person, event):
            listening.other(ctx, batch, person, event)
    elif not errands.heed(ctx, batch, person, event):
        listening.listen(ctx, batch, person, event)
    return None


def _is_of_the_past(event: Event) -> bool:
    """Whether it is about what was said before: the question whether to be erased, pressed again, or an edit."""
    if isinstance(event, PressedButton):
        return event.act in forgetting.BUTTONS
    return event.origin.private and event.origin.edited


def _from_nobody(ctx: Context, batch: Batch, event: Incoming) -> None:
    """What nobody says to us: results of work, and what becomes of chats."""
    match event:
        case WorkDone():
            _work_done(ctx, batch, event)
        case MovedChat(old_chat_id=old_id, new_chat_id=new_id):
            batch.move_chat(old_id, new_id)
            unit_chats.chat_moved(batch, old_id, new_id)
        case LostChat():
            unit_chats.chat_lost(ctx, batch, event.chat_id, event.at, event.topic_id)
        case AnonymousCommand():
            joining.explain_anonymous(batch, event)
        case ChangedMembership():
            _membership(ctx, batch, event)


def _membership(ctx: Context, batch: Batch, event: ChangedMembership) -> None:
    if not event.present:
        by = batch.known(event.sender.telegram_id)
        unit_chats.chat_lost(ctx, batch, event.origin.chat_id, event.at, by=by)
    if not event.origin.private:
        batch.put_chat(event.origin.chat_id, event.present)
        return
    person = batch.known(event.sender.telegram_id)  # who leaves without having written is nobody to remember
    if person is not None and person.reachable != event.present:
        batch.put_person(replace(person, reachable=event.present))


def _work_done(ctx: Context, batch: Batch, done: WorkDone) -> None:
    if done.kind == auditing.WORK:
        auditing.show(ctx, batch, done)
        return
    match done.kind:
        case photo_work.HASH:
            remember_hash(batch, done)
            return
        case photo_work.CHECK:
            errands.photo_checked(ctx, batch, done)
            return
        case photo_work.PAIR:
            closing.show_pair(ctx, batch, done)
            return
    if done.kind != "geocode":
        tell_result(batch, done)
        return
    step = addresses.found(ctx, batch, done)
    if step is not None and done.person_id is not None:
        dialogue.take(ctx, batch, done.person_id, step, done.at)


def _say_sorry(batch: Batch, event: Incoming) -> None:
    """Whoever wrote to us is not left without an answer because of a mistake of ours."""
    if isinstance(event, Event) and event.origin.private:
        person = batch.person_of(event.sender, event.at)
        batch.say(Say("say.trouble"), event.at, person_id=person.id, expires_at=event.at + timedelta(hours=1))
