"""The store on SQLite: what bot/ports.py asks of a Store. What its methods do in SQL is in the modules beside it.

Those that only read the cases are in reader.py.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from bot.domain.alarms import Alarm
from bot.domain.outgoing import Claimed, Outcome, Outgoing
from bot.domain.records import Attachment, FoundPlace, RawUpdate, WorkRow
from bot.domain.weather import FeedState, WeatherDay
from storage import digest_rows, outbox, retention, rows, sweeping, upkeep, vitals
from storage.codec import found_from_json, found_to_json, from_us_or_none, to_json, to_us
from storage.connection import Readers, Writer
from storage.dossier import read_dossier
from storage.errors import UNREADABLE
from storage.intake import SqliteTransaction
from storage.queries import SQL
from storage.reader import SqliteReading

log = logging.getLogger(__name__)

INTERNAL = 0
"""The bot_id of inbox rows that are results of work."""


class SqliteStore(SqliteReading):
    """Everything durable. See bot/ports.py for what each method promises."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        super().__init__(readers)
        self._writer = writer

    # -- inbox -----------------------------------------------------------------------------------------------------

    async def receive(self, bot_id: int, updates: Sequence[RawUpdate], at: datetime) -> int:
        """Insert raw updates into the inbox and commit; known ones are skipped. Returns how many were new."""
        received_at = to_us(at)
        # Half a surrogate pair cannot be stored; it must not keep the updates behind it from coming in
        params = [
            {
                "bot_id": bot_id,
                "update_id": update.update_id,
                "payload": update.payload.encode("utf-8", "replace").decode("utf-8"),
                "received_at": received_at,
            }
            for update in updates
        ]
        return await self._writer.write(lambda db: db.executemany(SQL["receive"], params).rowcount)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """The one writer. Nothing else is awaited inside but the transaction itself."""
        async with self._writer.transaction() as session:
            yield SqliteTransaction(session)

    # -- outbox ----------------------------------------------------------------------------------------------------

    async def exchange(
        self, outcomes: Sequence[Outcome], now: datetime, limit: int, busy: frozenset[int]
    ) -> Sequence[Claimed]:
        """Record what became of claimed rows and claim due ones, in one commit."""
        now_us = to_us(now)
        return await self._writer.write(lambda db: outbox.exchange(db, outcomes, now_us, limit, busy))

    async def release_claims(self) -> None:
        """At start: rows and work claimed by a process that is gone are due again."""
        await self._writer.write(outbox.release)

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next outbox row becomes due, after now."""
        now_us = to_us(now)
        return from_us_or_none(await self._readers.read(lambda db: outbox.next_due(db, now_us)))

    # -- work ------------------------------------------------------------------------------------------------------

    async def claim_work(self, now: datetime, limit: int) -> Sequence[WorkRow]:
        """Claim due work, oldest first."""
        keys = {"now": to_us(now), "limit": limit}

        def claim(db: sqlite3.Connection) -> list[WorkRow]:
            found = []
            for row in db.execute(SQL["due_work"], keys).fetchall():
                try:
                    found.append(rows.work(row))
                except UNREADABLE:
                    log.error("work %d (%s) cannot be read and is dropped", row["id"], row["kind"])
                    db.execute(SQL["drop_work"], {"id": row["id"]})
            db.executemany(SQL["claim_work"], ({"id": work.id} for work in found))
            return found

        return await self._writer.write(claim)

    async def finish_work(
        self,
        work: WorkRow,
        result: Mapping[str, object] | None,
        at: datetime,
        retry_at: datetime | None = None,
    ) -> None:
        """Put the result into the inbox as an internal event and drop the row; with retry_at: keep it for then.

        The event is an inbox row of bot_id 0 whose update_id is the work's id and whose payload is
        `{"work": kind, "person_id": …, "asked": {…}, "result": {…} or null}`.
        """
        payload = to_json({"work": work.kind, "person_id": work.person_id, "asked": work.asked, "result": result})
        event = {"bot_id": INTERNAL, "update_id": work.id, "payload": payload, "received_at": to_us(at)}
        again = None if retry_at is None else {"id": work.id, "due_at": to_us(retry_at)}

        def finish(db: sqlite3.Connection) -> None:
            if again is not None:
                db.execute(SQL["retry_work"], again)
            elif db.execute(SQL["drop_work"], {"id": work.id}).rowcount:
                db.execute(SQL["receive"], event)

        await self._writer.write(finish)

    # -- people ----------------------------------------------------------------------------------------------------

    async def dossier(self, person_id: int) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """Everything that is kept on a person: section -> rows of plain values and aware datetimes."""
        return await self._readers.read(lambda db: read_dossier(db, person_id))

    async def retain(
        self, now: datetime, before: datetime, keep: Collection[int] = (), erased_before: datetime | None = None
    ) -> bool:
        """Some of what retention asks for, in small transactions; whether there is more to do."""
        return await retention.step(self._writer, self._readers, now, before, keep, erased_before or before)

    async def empty_log(self) -> bool:
        """Empty the write-ahead log, which still holds what was dropped; False: somebody reads it just now."""
        return await self._writer.outside(sweeping.empty_log)

    async def sweep_owed(self) -> int | None:
        """Bytes of the file that is to be written anew, since somebody was forgotten; None: it is not."""
        return await self._readers.read(lambda db: sweeping.size(db) if sweeping.is_owed(db) else None)

    async def sweep(self) -> None:
        """Write the file anew; who writes waits for it."""
        await self._writer.outside(sweeping.rewrite)

    # -- files and places ------------------------------------------------------------------------------------------

    async def put_attachment(
        self, key: str, attachment: Attachment, until: datetime, work_id: int | None = None
    ) -> None:
        """Keep a file to be sent, until then; with work_id: if that work is still wanted."""
        params = {
            "work_id": work_id,
            "key": key,
            "name": attachment.name,
            "mime": attachment.mime,
            "data": attachment.data,
            "until": to_us(until),
        }
        await self._writer.write(lambda db: db.execute(SQL["put_attachment"], params))

    async def attachment(self, key: str) -> Attachment | None:
        """A kept file."""
        row = await self._readers.read(lambda db: db.execute(SQL["attachment"], {"key": key}).fetchone())
        return None if row is None else Attachment(row["name"], row["mime"], row["data"])

    async def cached_place(self, query: str) -> Sequence[FoundPlace] | None:
        """What the geocoder said for this query, None if it was never asked, or so long ago that it was dropped."""
        keys = {"query": _mark(query)}
        row = await self._readers.read(lambda db: db.execute(SQL["cached_place"], keys).fetchone())
        return None if row is None else found_from_json(row["found"])

    async def cache_place(self, query: str, found: Sequence[FoundPlace], at: datetime) -> None:
        """Remember what the geocoder said."""
        params = {"query": _mark(query), "found": found_to_json(found), "at": to_us(at)}
        await self._writer.write(lambda db: db.execute(SQL["cache_place"], params))

    # -- public feeds ----------------------------------------------------------------------------------------------

    async def put_feed_states(self, states: Sequence[FeedState]) -> None:
        """Remember how reading feeds goes, in one commit."""
        params = [digest_rows.feed_state_params(state) for state in states]
        await self._writer.write(lambda db: db.executemany(SQL["put_feed_state"], params))

    async def put_weather(self, days: Sequence[WeatherDay]) -> None:
        """Remember the rain of days; of what is known of a day already the greater one stays."""
        params = [digest_rows.weather_day_params(known) for known in days]
        await self._writer.write(lambda db: db.executemany(SQL["put_weather_day"], params))

    # -- alarms ----------------------------------------------------------------------------------------------------

    async def put_alarms(self, alarms: Sequence[Alarm], messages: Sequence[Outgoing]) -> None:
        """Write alarms and what is said of them, in one commit."""

        def put(db: sqlite3.Connection) -> None:
            vitals.put_alarms(db, alarms)
            outbox.enqueue(db, messages)

        await self._writer.write(put)

    # -- upkeep ----------------------------------------------------------------------------------------------------

    async def prune(self, now: datetime) -> None:
        """Drop what has served."""
        await upkeep.prune(self._writer, now)

    async def close(self) -> None:
        """Close all connections."""
        await self._readers.close()
        await self._writer.close()


def _mark(query: str) -> str:
    """What is kept of what somebody typed: enough to know it again."""
    return hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()
