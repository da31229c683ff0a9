"""The database, as Protocols: one writer, and what is read beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from bot.domain.alarms import Alarm
from bot.domain.health import Stored
from bot.domain.memory import Past
from bot.domain.models import Incident, Report
from bot.domain.outgoing import Claimed, Outcome, Outgoing
from bot.domain.records import (
    Attachment,
    Changes,
    Counters,
    FoundPlace,
    InboxRow,
    Loaded,
    PostedDigest,
    RawUpdate,
    Tally,
    Wanted,
    WorkRow,
)
from bot.domain.sites import Site
from bot.domain.snapshot import Snapshot
from bot.domain.staff import Audit, PhotoHash, UnitLink
from bot.domain.subscriptions import ChannelUpdate, Subscription, UnitDigest
from bot.domain.weather import FeedState, WeatherDay


class Transaction(Protocol):
    """One write transaction (BEGIN IMMEDIATE): commits when its context ends well, rolls back when it raises."""

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """The oldest unhandled inbox rows, in inbox order."""
        ...

    async def counters(self) -> Counters:
        """The last ids given out."""
        ...

    async def load(self, wanted: Wanted) -> Loaded:
        """What the database knows of these keys. Raises BrokenConstraint where a record cannot be read any more."""
        ...

    async def due_drafts(self, now: datetime, limit: int) -> Sequence[int]:
        """person_ids whose draft has remind_at or expires_at at or before now, oldest first."""
        ...

    async def quiet_incidents(self, quiet_since: datetime, asked_before: datetime, limit: int) -> Sequence[int]:
        """Ids of open puddles last seen before `quiet_since`, never asked about or last asked before `asked_before`.

        An incident that was seen after it was last asked counts as never asked.
        """
        ...

    async def due_handlings(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of open incidents whose clock, reminder (`remind_at`) or offer is due at or before now, oldest first."""
        ...

    async def called_gone(self, said_before: datetime, deep_cm: int, limit: int) -> Sequence[int]:
        """Ids of open puddles at least `deep_cm` deep of which a reporter said by then that the water is gone."""
        ...

    async def quiet_series(self, before: datetime, limit: int) -> Sequence[int]:
        """Ids of open series whose last occurrence began before then, oldest first."""
        ...

    async def flush(self, changes: Changes) -> None:
        """Write all of it. Raises BrokenConstraint (the transaction must then be left by raising) or StoreBusy."""
        ...

    async def erase(self, person_id: int, at: datetime) -> None:
        """Forget a person: what they reported and did stays of nobody, all else of them goes.

        Kept is a fingerprint, with what they are barred from: blocked, or removed from a unit before `at`.
        """
        ...


class Store(Protocol):
    """Everything durable. All methods may raise StoreBusy."""

    async def receive(self, bot_id: int, updates: Sequence[RawUpdate], at: datetime) -> int:
        """Insert raw updates into the inbox and commit; known (bot_id, update_id) are skipped.

        Returns how many were new.
        """
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """The one writer. Nothing else is awaited inside but the transaction itself."""
        ...

    async def exchange(
        self, outcomes: Sequence[Outcome], now: datetime, limit: int, busy: frozenset[int]
    ) -> Sequence[Claimed]:
        """Record what became of claimed rows and claim due ones, in one commit.

        At most one row a chat is claimed, the first in (priority, order of asking); chats whose id is in `busy`, or
        that have a claimed row, get none. Rows past their expires_at are dropped (a slot that was sent stays as it is).
        """
        ...

    async def release_claims(self) -> None:
        """At start: messages and work claimed by a process that is gone are due again."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next outbox row becomes due."""
        ...

    async def claim_work(self, now: datetime, limit: int) -> Sequence[WorkRow]:
        """Claim due work, oldest first."""
        ...

    async def finish_work(
        self,
        work: WorkRow,
        result: Mapping[str, object] | None,
        at: datetime,
        retry_at: datetime | None = None,
    ) -> None:
        """Put the result into the inbox as an internal event and drop the row.

        With retry_at: keep it for then instead.
        """
        ...

    async def put_attachment(
        self, key: str, attachment: Attachment, until: datetime, work_id: int | None = None
    ) -> None:
        """Keep a file to be sent, until then; with work_id: if that work is still wanted."""
        ...

    async def retain(
        self, now: datetime, before: datetime, keep: Collection[int] = (), erased_before: datetime | None = None
    ) -> bool:
        """Some of what retention asks for, in small transactions; whether there is more to do.

        Args:
            before: reports of cases that ended until then are parted from people; people without anything younger go.
            keep: Telegram ids of people who stay.
            erased_before: who was erased until then is in no backup any more (where not given: `before`).
        """
        ...

    async def empty_log(self) -> bool:
        """Empty the write-ahead log, which still holds what was dropped; False: somebody reads it just now."""
        ...

    async def sweep_owed(self) -> int | None:
        """Bytes of the file that is to be written anew, since somebody was erased; None: it is not."""
        ...

    async def sweep(self) -> None:
        """Write the file anew; who writes waits for it."""
        ...

    async def dossier(self, person_id: int) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """Everything that is kept on a person: section -> rows of plain values and aware datetimes."""
        ...

    async def attachment(self, key: str) -> Attachment | None:
        """A kept file."""
        ...

    async def cached_place(self, query: str) -> Sequence[FoundPlace] | None:
        """What the geocoder said for this query, None if it was never asked (or longer ago than 90 days)."""
        ...

    async def cache_place(self, query: str, found: Sequence[FoundPlace], at: datetime) -> None:
        """Remember what the geocoder said."""
        ...

    async def incidents_as_of(self, at: datetime, ended_after: datetime) -> Sequence[Incident]:
        """Incidents as they were at `at`: first seen at or before it, and open then or ended after `ended_after`."""
        ...

    async def tally(self, since: datetime, until: datetime) -> Tally:
        """Counts of since < t <= until."""
        ...

    async def last_digest(self, channel_id: int, until: datetime) -> PostedDigest | None:
        """The latest digest of a channel, of those scheduled by `until`: a clock that was far ahead must stop none."""
        ...

    def reports_between(
        self, since: datetime, until: datetime, area_code: str = ""
    ) -> AsyncIterator[tuple[Report, str]]:
        """Reports made in since < t <= until with their incident's number, oldest first, in constant memory.

        Of places in areas whose codes begin with area_code.
        """
        ...

    async def unit_links(self) -> Sequence[UnitLink]:
        """The chats of units, also of those that are not connected any more."""
        ...

    async def photo_like(self, file_unique_id: str, like: Callable[[int], bool]) -> PhotoHash | None:
        """The oldest photo of that name, or with a hash that is `like` it. (Asked on another thread.)"""
        ...

    async def audit(self, since: datetime, limit: int) -> Sequence[Audit]:
        """What officers and admins did, newest first."""
        ...

    async def people_to_tell(self, area_code: str | None, limit: int, after: int) -> Sequence[int]:
        """Person ids, in order after `after`, of reachable people (area_code: who ever reported there)."""
        ...

    async def deliveries(self, slot: str) -> Mapping[str, int]:
        """How many messages of a slot are queued, claimed, sent and dead, over all recipients."""
        ...

    async def snapshot(self, window_from: datetime, window_to: datetime, area_code: str = "") -> Snapshot:
        """What a digest of a window is made of, all read at one moment; of areas whose codes begin with area_code."""
        ...

    async def pasts(self, since: datetime, until: datetime, area_code: str = "") -> Sequence[Past]:
        """What is remembered of the puddles first seen in since < t <= until, oldest first.

        Of the latest MOST_REMEMBERED, where there are more.
        """
        ...

    def incidents_of(self, since: datetime, until: datetime, area_code: str = "") -> AsyncIterator[Incident]:
        """Incidents first seen in since < t <= until as they are now, oldest first, in constant memory."""
        ...

    async def count_reports(self, since: datetime, until: datetime, area_code: str = "") -> int:
        """How many reports `reports_between` will give."""
        ...

    async def sites(self) -> Sequence[Site]:
        """All listed places, those dropped too."""
        ...

    async def ratings(self, since: datetime, until: datetime, area_code: str = "") -> Mapping[str, int]:
        """How many reporters of puddles ended in since < t <= until found them handled "good" and "bad"."""
        ...

    async def subscriptions(self) -> Sequence[Subscription]:
        """The units that want their own part of the digest."""
        ...

    async def last_unit_digest(self, unit: str, until: datetime) -> UnitDigest | None:
        """The latest part of a unit, of those scheduled by `until`."""
        ...

    async def last_update(self, channel_id: int, until: datetime) -> ChannelUpdate | None:
        """The latest update between digests of a channel, of those begun by `until`."""
        ...

    async def feed_states(self) -> Sequence[FeedState]:
        """How reading the public feeds goes."""
        ...

    async def put_feed_states(self, states: Sequence[FeedState]) -> None:
        """Remember it, in one commit."""
        ...

    async def put_weather(self, days: Sequence[WeatherDay]) -> None:
        """Remember the rain of days; of what is known of a day already the greater one stays."""
        ...

    async def weather(self, since: date, until: date) -> Sequence[WeatherDay]:
        """The days from since to until, both counted in, where known."""
        ...

    async def first_seen_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """Incidents first seen in since < t <= until, as they are now."""
        ...

    async def stored(self, now: datetime, channel_id: int | None) -> Stored:
        """How the database is: what waits, what was lost, its size; and how the channel took the last post."""
        ...

    async def alarms(self, since: datetime) -> Sequence[Alarm]:
        """Alarms that stand, and those that began or ended since."""
        ...

    async def put_alarms(self, alarms: Sequence[Alarm], messages: Sequence[Outgoing]) -> None:
        """Write alarms and what is said of them, in one commit."""
        ...

    async def queues(self, now: datetime) -> Mapping[str, int]:
        """Sizes and ages for health: inbox, inbox_age_s, failed, outbox, outbox_due, outbox_age_s, dead, work, open."""
        ...

    async def prune(self, now: datetime) -> None:
        """Drop what has served.

        Handled inbox rows after 6 days; failed ones, drafts, dead messages and what messages said after 30; slots not
        changed, places asked for, alarms that are over and updates between digests after 90; units' parts of digests
        after 400; expired files.
        """
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
