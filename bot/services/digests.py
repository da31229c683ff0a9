"""Digests: what is due, and putting it into the outbox once per time and channel.

What a digest says depends only on its window, and the window ends at the time it was due, not when we got round to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.errors import BrokenConstraint
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Changes, PostedDigest, Tally
from bot.domain.schedule import ONE_DAY, next_slot, previous_slot, scheduled
from bot.ports import Store
from bot.services.digest_maker import DigestMaker, Facts, Part

FIRST_WINDOW = timedelta(hours=24)
"""How far the first digest of all looks back."""

LATE_AFTER = timedelta(minutes=10)
"""Posted so long after its time, a digest says that it is late."""

TIME_TO_SEND = timedelta(minutes=30)
"""So long a digest has to be sent, also where the next one is due sooner: that one does not tell its window again."""

SENDABLE_FOR = timedelta(hours=1)
"""How long after it was looked at an extra digest may still be posted."""


def due_slots(now: datetime, times: Sequence[time], timezone: ZoneInfo, last: PostedDigest | None) -> list[datetime]:
    """The scheduled instants that have come since the last digest, oldest first, in UTC.

    Args:
        now: the present.
        times: local times of day.
        timezone: where they are told.
        last: the last digest; None: there was none, and the last 24 hours count.
    """
    after = last.scheduled_at if last else now - FIRST_WINDOW
    return [at for at in scheduled(after, now + ONE_DAY, times, timezone) if after < at <= now]


class Posting(StrEnum):
    """What came of posting an extra digest."""

    POSTED = "posted"
    ALREADY = "already"
    TOO_OLD = "too_old"  # looked at too long ago, or a newer one has been posted
    NO_CHANNEL = "no_channel"


@dataclass(frozen=True, slots=True)
class Digests:
    """Has digests made and puts them into the outbox.

    Attributes:
        times: DIGEST_TIMES, local times of day in `timezone`; at least one.
        channel_id: where they go; None: nowhere, they can only be looked at.
    """

    store: Store
    maker: DigestMaker
    times: Sequence[time]
    timezone: ZoneInfo
    channel_id: int | None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one after the other: each begins where the last ended

    async def post_due(self, now: datetime) -> PostedDigest | None:
        """Enqueue the digest that is due. However many were missed, one makes up for them.

        Returns:
            The digest, None where none is due or another process was quicker.
        """
        if self.channel_id is None:
            return None
        async with self._turn:
            return await self._post_due(now, self.channel_id)

    async def _post_due(self, now: datetime, channel_id: int) -> PostedDigest | None:
        last = await self.store.last_digest(channel_id, now)
        due = due_slots(now, self.times, self.timezone, last)
        if not due:
            return None
        scheduled_at = due[-1]
        late = now - scheduled_at > LATE_AFTER
        window_from = last.window_to if last else scheduled_at - FIRST_WINDOW
        if last is None and late and await self._is_quiet(window_from, scheduled_at):
            return None  # known without years of puddles, since it is asked again with every beat
        facts = await self.maker.facts(window_from, scheduled_at, late=late)
        if last is None and late and facts.digest.empty and not facts.digest.headline.standing_before:
            return None  # newly set up, after today's hour: nothing was missed
        return await self._enqueue(facts, scheduled_at, channel_id, now)

    async def _is_quiet(self, since: datetime, until: datetime) -> bool:
        """Nothing stood in a window, and nothing was told."""
        return not await self.store.incidents_as_of(until, since) and await self.store.tally(since, until) == Tally()

    async def preview(self, at: datetime) -> list[Part]:
        """The messages of a digest as it would have been posted at this time."""
        return await self.maker.post(await self.maker.facts(await self.window_before(at), at))

    async def window_before(self, at: datetime) -> datetime:
        """Where the window of a digest would have begun that ends then."""
        last = await self.store.last_digest(self.channel_id, at) if self.channel_id is not None else None
        if last is None:
            return at - FIRST_WINDOW
        return last.window_to if last.window_to < at else previous_slot(at, self.times, self.timezone)

    async def post_extra(self, at: datetime, now: datetime) -> Posting:
        """Enqueue, between the scheduled ones, the digest that somebody looked at.

        Args:
            at: when it was looked at: the end of its window; the minute is its key.
            now: the present.
        """
        if self.channel_id is None:
            return Posting.NO_CHANNEL
        async with self._turn:
            return await self._post_extra(at, now, self.channel_id)

    async def _post_extra(self, at: datetime, now: datetime, channel_id: int) -> Posting:
        scheduled_at = at.astimezone(UTC).replace(second=0, microsecond=0)
        last = await self.store.last_digest(channel_id, now + SENDABLE_FOR)  # one may be posted since the press
        if last and last.scheduled_at == scheduled_at:
            return Posting.ALREADY
        if now - at > SENDABLE_FOR or (last and last.window_to >= at):
            return Posting.TOO_OLD
        facts = await self.maker.facts(last.window_to if last else at - FIRST_WINDOW, at)
        posted = await self._enqueue(facts, scheduled_at, channel_id, now)
        return Posting.POSTED if posted else Posting.ALREADY

    async def _enqueue(
        self, facts: Facts, scheduled_at: datetime, channel_id: int, now: datetime
    ) -> PostedDigest | None:
        """Make it, keep its files, then remember it with all its messages in one commit; None if it is there already.

        A crash before that commit leaves only files that are dropped later; after it delivery completes the post.
        """
        parts = await self.maker.post(facts)
        expires_at = next_slot(max(scheduled_at, now) + TIME_TO_SEND, self.times, self.timezone)
        posted = PostedDigest(
            scheduled_at=scheduled_at,
            channel_id=channel_id,
            window_from=facts.digest.window_from,
            window_to=facts.digest.window_to,
            parts=len(parts),
            late=facts.digest.late,
        )
        outbox = []
        for number, part in enumerate(parts, start=1):
            slot = f"digest:{scheduled_at.isoformat()}:{number}"
            say = await part.say(self.store, f"{channel_id}:{slot}", expires_at)
            outbox.append(
                Outgoing(
                    replace(say, quiet=number > 1),  # one sound for all of them
                    due_at=now,
                    chat_id=channel_id,
                    priority=Priority.DIGEST,
                    slot=slot,
                    once=True,
                    expires_at=expires_at,
                )
            )
        try:
            async with self.store.transaction() as tx:
                await tx.flush(Changes(digests=[posted], outbox=outbox))
        except BrokenConstraint:
            return None
        return posted
