"""The store on SQLite: what bot/ports.py asks of a Store. What its methods do in SQL is in the modules beside it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from bot.domain.models import Incident, Report
from bot.domain.outgoing import Claimed, Outcome
from bot.domain.records import AreaTally, Attachment, FoundPlace, PostedDigest, RawUpdate, Tally, WorkRow
from bot.domain.staff import Audit, PhotoHash, UnitLink
from storage import outbox, reading, rows, upkeep
from storage.codec import found_from_json, found_to_json, from_us_or_none, to_json, to_us
from storage.connection import Readers, Writer
from storage.errors import UNREADABLE
from storage.intake import SqliteTransaction
from storage.queries import SQL

log = logging.getLogger(__name__)

PAGE = 500
"""Reports fetched at a time where many are read."""

INTERNAL = 0
"""The bot_id of inbox rows that are results of work."""


class SqliteStore:
    """Everything durable. See bot/ports.py for what each method promises."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

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

    # -- files and places ------------------------------------------------------------------------------------------

    async def put_attachment(self, key: str, attachment: Attachment, until: datetime) -> None:
        """Keep a file to be sent, until then."""
        params = {
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
        row = await self._readers.read(lambda db: db.execute(SQL["cached_place"], {"query": query}).fetchone())
        return None if row is None else found_from_json(row["found"])

    async def cache_place(self, query: str, found: Sequence[FoundPlace], at: datetime) -> None:
        """Remember what the geocoder said."""
        params = {"query": query, "found": found_to_json(found), "at": to_us(at)}
        await self._writer.write(lambda db: db.execute(SQL["cache_place"], params))

    # -- reading ---------------------------------------------------------------------------------------------------

    async def incidents_as_of(self, at: datetime, ended_after: datetime) -> Sequence[Incident]:
        """Incidents as they were at `at`: first seen at or before it, and open then or ended after `ended_after`."""
        return await self._readers.read(lambda db: reading.incidents_as_of(db, at, ended_after))

    async def tally(self, since: datetime, until: datetime) -> Tally:
        """Counts of since < t <= until."""
        return await self._readers.read(lambda db: reading.tally(db, since, until))

    async def tally_by_area(self, since: datetime, until: datetime) -> Sequence[AreaTally]:
        """Counts of since < t <= until per kelurahan, most incidents first."""
        return await self._readers.read(lambda db: reading.tally_by_area(db, since, until))

    async def last_digest(self, channel_id: int) -> PostedDigest | None:
        """The latest digest enqueued for a channel."""
        return await self._readers.read(lambda db: reading.last_digest(db, channel_id))

    async def reports_between(self, since: datetime, until: datetime) -> AsyncIterator[tuple[Report, str]]:
        """Reports made in since < t <= until with their incident's number, oldest first, in constant memory.

        Read a page at a time, so a report filed meanwhile may be in it; none comes twice.
        """
        after = (to_us(since) + 1, 0)
        while page := await self._readers.read(partial(reading.reports_page, after=after, until=until, limit=PAGE)):
            for found in page:
                yield found
            last = page[-1][0]
            after = (to_us(last.at), last.id)

    async def deliveries(self, slot: str) -> Mapping[str, int]:
        """How many messages of a slot are queued, claimed, sent and dead, over all recipients."""
        return await self._readers.read(lambda db: reading.deliveries(db, slot))

    async def ended_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """Incidents that ended in since < t <= until, as they are now, in that order."""
        return await self._readers.read(lambda db: reading.incidents_between(db, "ended_between", since, until))

    async def first_seen_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """Incidents first seen in since < t <= until, as they are now, in that order."""
        return await self._readers.read(lambda db: reading.incidents_between(db, "first_seen_between", since, until))

    async def unit_links(self) -> Sequence[UnitLink]:
        """The chats of units, also of those that are not connected any more."""
        return await self._readers.read(reading.unit_links)

    async def photo_hashes(self) -> Sequence[PhotoHash]:
        """All hashes of photos, oldest first."""
        return await self._readers.read(reading.photo_hashes)

    async def audit(self, since: datetime, limit: int) -> Sequence[Audit]:
        """What officers and admins did after `since`, newest first."""
        return await self._readers.read(lambda db: reading.audit(db, since, limit))

    async def people_to_tell(self, area_code: str | None, limit: int, after: int) -> Sequence[int]:
        """Person ids, in order after `after`, of reachable people who are not blocked.

        With an area code (also of a kecamatan, kota or province): those with a report there that they did not withdraw.
        """
        return await self._readers.read(lambda db: reading.people_to_tell(db, area_code, limit, after))

    async def queues(self, now: datetime) -> Mapping[str, int]:
        """Sizes and ages for health: inbox, inbox_age_s, failed, outbox, outbox_due, outbox_age_s, dead, work, open."""
        return await self._readers.read(lambda db: reading.queues(db, now))

    # -- upkeep ----------------------------------------------------------------------------------------------------

    async def prune(self, now: datetime) -> None:
        """Drop what has served."""
        await upkeep.prune(self._writer, now)

    async def close(self) -> None:
        """Close all connections."""
        await self._readers.close()
        await self._writer.close()
