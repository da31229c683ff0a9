"""Slow work: claimed from the database, done outside of transactions, its result back through the inbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from cattrs import Converter

from bot.domain.errors import BrokenConstraint, GeocoderError, OperatorError, RetryLater, StoreBusy
from bot.domain.events import WorkDone
from bot.domain.models import Say
from bot.domain.records import WorkRow
from bot.ports import Clock, Geocoder, Store
from bot.services.batch import Batch

log = logging.getLogger(__name__)

Doer = Callable[[WorkRow], Awaitable[Mapping[str, object]]]
"""Does one kind of work and returns its result as JSON values."""

CLAIMED_AT_ONCE = 50
TRIES = 3
TRIES_IN_OUTAGE = 2880
"""While Telegram cannot be reached at all: for a day. A photo that nobody could look at meanwhile is looked at then."""

TRY_AGAIN_AFTER = timedelta(seconds=30)
LOOK_EVERY_S = 30.0
WAIT_WHEN_BUSY_S = 5.0


class Worker:
    """Does work, one row of a kind after the other: a slow geocoder does not keep an officer's figures waiting.

    Args:
        store, clock: the world.
        doers: kind of work -> who does it.
        on_result: called when a result stands in the inbox, so that intake takes it at once.
    """

    def __init__(self, store: Store, clock: Clock, doers: Mapping[str, Doer], on_result: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._doers = doers
        self._on_result = on_result
        self._work = asyncio.Event()
        self._claimed: Mapping[str, asyncio.Queue[WorkRow]] = {kind: asyncio.Queue() for kind in doers}

    def wake(self) -> None:
        """There may be new work."""
        self._work.set()

    async def run(self) -> None:
        """Until cancelled. Work claimed and not finished is claimed anew after a restart."""
        await asyncio.gather(self._claim_all(), *map(self._do_all, self._claimed))

    async def _claim_all(self) -> None:
        while True:
            self._work.clear()
            try:
                while rows := await self._store.claim_work(self._clock.now(), CLAIMED_AT_ONCE):
                    for row in rows:
                        if row.kind in self._claimed:
                            self._claimed[row.kind].put_nowait(row)
                        else:  # say a geocoder that is set up no more
                            log.warning("nobody does work of kind %s any more", row.kind)
                            await self._finish(row, None)
            except StoreBusy:  # intake says so; nothing is lost
                await self._clock.sleep(WAIT_WHEN_BUSY_S)
                continue
            look_again = asyncio.ensure_future(self._clock.sleep(LOOK_EVERY_S))
            woken = asyncio.ensure_future(self._work.wait())
            try:
                await asyncio.wait((look_again, woken), return_when=asyncio.FIRST_COMPLETED)
            finally:
                look_again.cancel()
                woken.cancel()

    async def _do_all(self, kind: str) -> None:
        while True:
            await self._do(await self._claimed[kind].get())

    async def _do(self, row: WorkRow) -> None:
        result: Mapping[str, object] | None = None
        retry_at = None
        try:
            result = await self._doers[row.kind](row)
        except GeocoderError as error:  # the bot goes on without it: the person is asked for a pin
            log.warning("geocoder: %s", error)
        except RetryLater as error:  # Telegram, while a file was fetched. That all of it is away, others tell
            log.log(logging.DEBUG if error.everyone else logging.WARNING, "work %d (%s): %s", row.id, row.kind, error)
            if row.attempts + 1 < (TRIES_IN_OUTAGE if error.everyone else TRIES):
                retry_at = self._clock.now() + TRY_AGAIN_AFTER
        except StoreBusy:
            retry_at = self._clock.now() + TRY_AGAIN_AFTER
        except OperatorError:
            raise
        except Exception:
            log.exception("work %d (%s) failed", row.id, row.kind)
            if row.attempts + 1 < TRIES:
                retry_at = self._clock.now() + TRY_AGAIN_AFTER
        await self._finish(row, result, retry_at)

    async def _finish(
        self, row: WorkRow, result: Mapping[str, object] | None, retry_at: datetime | None = None
    ) -> None:
        """Record it, however long the database takes nothing: a row that stays claimed would wait for a restart."""
        while True:
            try:
                await self._store.finish_work(row, result, self._clock.now(), retry_at)
                break
            except StoreBusy:
                await self._clock.sleep(WAIT_WHEN_BUSY_S)
            except BrokenConstraint as error:
                if result is None:
                    raise
                log.error("the result of work %d (%s) cannot be stored: %s", row.id, row.kind, error)
                result = None
        if retry_at is None:
            self._on_result()


def geocode(geocoder: Geocoder) -> Doer:
    """Work "geocode": asked {"query": …} -> {"found": [{"lat", "lon", "label"}]}."""

    async def do(row: WorkRow) -> Mapping[str, object]:
        found = await geocoder.find(str(row.asked["query"]))
        return {"found": [{"lat": place.lat, "lon": place.lon, "label": place.label} for place in found]}

    return do


_says = Converter()
_says.register_structure_hook_func(lambda wanted: wanted is object, lambda value, _: value)  # JSON values, as they are


def result_of(*says: Say) -> Mapping[str, object]:
    """Messages as the result of work."""
    return {"says": _says.unstructure(list(says))}


def tell_result(batch: Batch, done: WorkDone) -> None:
    """Say what came of work that somebody asked for by a command, where it was asked.

    What was asked may name a slot for the answer ("slot"), which then comes anew unless a button asked ("turned").
    """
    chat_id, topic_id, slot = (done.asked.get(key) for key in ("chat_id", "topic_id", "slot"))
    result = (done.result or {}).get("says")
    for say in _says.structure(result, list[Say]) if result else [Say("say.trouble")]:
        batch.say(
            say,
            done.at,
            person_id=None if isinstance(chat_id, int) else done.person_id,
            chat_id=chat_id if isinstance(chat_id, int) else None,
            topic_id=topic_id if isinstance(topic_id, int) else None,
            slot=slot if isinstance(slot, str) else None,
            anew=isinstance(slot, str) and not done.asked.get("turned"),
        )
