"""The part of the store that only reads, beside the writer. What its methods do in SQL is in the modules beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from bot.domain.alarms import Alarm
from bot.domain.health import Stored
from bot.domain.memory import Past
from bot.domain.models import Incident, Report
from bot.domain.records import PostedDigest, Tally
from bot.domain.sites import Site
from bot.domain.snapshot import Snapshot
from bot.domain.staff import Audit, PhotoHash, UnitLink
from bot.domain.subscriptions import ChannelUpdate, Subscription, UnitDigest
from bot.domain.weather import FeedState, WeatherDay
from storage import digests, reading, vitals
from storage.codec import to_us
from storage.connection import Readers

PAGE = 500
"""Reports or incidents fetched at a time where many are read."""


class SqliteReading:
    """What is read. See bot/ports.py for what each method promises."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    # -- cases -----------------------------------------------------------------------------------------------------

    async def incidents_as_of(self, at: datetime, ended_after: datetime) -> Sequence[Incident]:
        """Incidents as they were at `at`: first seen at or before it, and open then or ended after `ended_after`."""
        return await self._readers.read_long(lambda db: reading.incidents_as_of(db, at, ended_after))

    async def tally(self, since: datetime, until: datetime) -> Tally:
        """Counts of since < t <= until."""
        return await self._readers.read_long(lambda db: reading.tally(db, since, until))

    async def reports_between(
        self, since: datetime, until: datetime, area_code: str = ""
    ) -> AsyncIterator[tuple[Report, str]]:
        """Reports made in since < t <= until with their incident's number, oldest first, in constant memory.

        Read a page at a time, so a report filed meanwhile may be in it; none comes twice.
        """
        page = partial(reading.reports_page, until=until, area_code=area_code, limit=PAGE)
        after = (to_us(since) + 1, 0)
        while found := await self._readers.read_long(partial(page, after=after)):
            for each in found:
                yield each
            last = found[-1][0]
            after = (to_us(last.at), last.id)

    async def count_reports(self, since: datetime, until: datetime, area_code: str = "") -> int:
        """How many reports `reports_between` will give."""
        return await self._readers.read_long(lambda db: reading.count_reports(db, since, until, area_code))

    async def incidents_of(self, since: datetime, until: datetime, area_code: str = "") -> AsyncIterator[Incident]:
        """Incidents first seen in since < t <= until as they are now, oldest first, in constant memory.

        Read a page at a time; one comes twice only if its first report is taken back meanwhile.
        """
        page = partial(reading.incidents_page, until=until, area_code=area_code, limit=PAGE)
        after = (to_us(since) + 1, 0)
        while found := await self._readers.read_long(partial(page, after=after)):
            for each in found:
                yield each
            after = (to_us(found[-1].first_seen), found[-1].id)

    async def ratings(self, since: datetime, until: datetime, area_code: str = "") -> Mapping[str, int]:
        """How many reporters of puddles ended in since < t <= until found them handled "good" and "bad"."""
        return await self._readers.read_long(lambda db: reading.ratings(db, since, until, area_code))

    async def first_seen_between(self, since: datetime, until: datetime) -> Sequence[Incident]:
        """Incidents first seen in since < t <= until, as they are now, in that order."""
        return await self._readers.read_long(lambda db: reading.first_seen_between(db, since, until))

    # -- digests ---------------------------------------------------------------------------------------------------

    async def snapshot(self, window_from: datetime, window_to: datetime, area_code: str = "") -> Snapshot:
        """What a digest of a window is made of, all read at one moment; of areas whose codes begin with area_code."""
        return await self._readers.read_long(lambda db: digests.snapshot(db, window_from, window_to, area_code))

    async def pasts(self, since: datetime, until: datetime, area_code: str = "") -> Sequence[Past]:
        """What is remembered of the puddles first seen in since < t <= until, of the latest, oldest first."""
        return await self._readers.read_long(lambda db: digests.pasts(db, since, until, area_code))

    async def sites(self) -> Sequence[Site]:
        """All listed places, those dropped too."""
        return await self._readers.read(digests.sites)

    async def subscriptions(self) -> Sequence[Subscription]:
        """The units that want their own part of the digest."""
        return await self._readers.read(digests.subscriptions)

    async def last_digest(self, channel_id: int, until: datetime) -> PostedDigest | None:
        """The latest digest of a channel, of those scheduled by `until`."""
        return await self._readers.read(lambda db: digests.last_digest(db, channel_id, until))

    async def last_unit_digest(self, unit: str, until: datetime) -> UnitDigest | None:
        """The latest part of a unit, of those scheduled by `until`."""
        return await self._readers.read(lambda db: digests.last_unit_digest(db, unit, until))

    async def last_update(self, channel_id: int, until: datetime) -> ChannelUpdate | None:
        """The latest update between digests of a channel, of those begun by `until`."""
        return await self._readers.read(lambda db: digests.last_update(db, channel_id, until))

    async def feed_states(self) -> Sequence[FeedState]:
        """How reading the public feeds goes, by name."""
        return await self._readers.read(digests.feed_states)

    async def weather(self, since: date, until: date) -> Sequence[WeatherDay]:
        """The days from since to until, both counted in, where known."""
        return await self._readers.read(lambda db: digests.weather(db, since, until))

    # -- staff, and how things go ----------------------------------------------------------------------------------

    async def unit_links(self) -> Sequence[UnitLink]:
        """The chats of units, also of those that are not connected any more."""
        return await self._readers.read(reading.unit_links)

    async def photo_like(self, file_unique_id: str, like: Callable[[int], bool]) -> PhotoHash | None:
        """The oldest photo of that name, or with a hash that is `like` it."""
        return await self._readers.read_long(lambda db: reading.photo_like(db, file_unique_id, like))

    async def audit(self, since: datetime, limit: int) -> Sequence[Audit]:
        """What officers and admins did after `since`, newest first."""
        return await self._readers.read(lambda db: reading.audit(db, since, limit))

    async def people_to_tell(self, area_code: str | None, limit: int, after: int) -> Sequence[int]:
        """Person ids, in order after `after`, of reachable people who are not blocked.

        With an area code (also of a kecamatan, kota or province): those with a report there that they did not withdraw.
        """
        return await self._readers.read(lambda db: reading.people_to_tell(db, area_code, limit, after))

    async def deliveries(self, slot: str) -> Mapping[str, int]:
        """How many messages of a slot are queued, claimed, sent and dead, over all recipients."""
        return await self._readers.read(lambda db: reading.deliveries(db, slot))

    async def stored(self, now: datetime, channel_id: int | None) -> Stored:
        """How the database is: what waits, what was lost, its size; and how the channel took the last post."""
        return await self._readers.read(lambda db: vitals.stored(db, now, channel_id))

    async def alarms(self, since: datetime) -> Sequence[Alarm]:
        """Alarms that stand, and those that began or ended since."""
        return await self._readers.read(lambda db: vitals.alarms(db, since))

    async def queues(self, now: datetime) -> Mapping[str, int]:
        """Sizes and ages for health: inbox, inbox_age_s, failed, outbox, outbox_due, outbox_age_s, dead, work, open."""
        return await self._readers.read(lambda db: reading.queues(db, now))
