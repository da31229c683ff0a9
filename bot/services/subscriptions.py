"""Units' own parts of the digest: what is due, and putting it into the outbox once per unit and time.

Like the channel's digest (services/digests.py): a window goes on where the unit's last one ended and ends at the time
it was due; however many were missed, one makes up for them. A unit without a chat gets nothing; once it is connected
again it goes on with the next hour, and that one tells of all since.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import BrokenConstraint, OperatorError, StoreBusy
from bot.domain.models import Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Changes, WorkRow
from bot.domain.schedule import next_slot, previous_slot
from bot.domain.staff import Unit, UnitLink
from bot.domain.subscriptions import Subscription, UnitDigest
from bot.domain.units import UnitTree, unit_values
from bot.ports import Store
from bot.services.digests import FIRST_WINDOW, LATE_AFTER, TIME_TO_SEND
from bot.services.subscribing import PART
from bot.services.work import Doer, result_of

log = logging.getLogger(__name__)

LONGEST_WINDOW = timedelta(days=7)
"""Who comes back after longer is not told all of it."""

AT_ONCE = 10
"""So many units' parts at most are made with one beat, so that the clocks of cases need not wait for all of them: after
years each takes some tenths of a second."""

Build = Callable[[datetime, datetime, Unit, bool], Awaitable[Sequence[str]]]
"""(window_from, window_to, unit, late) -> a unit's part as messages in Telegram HTML; none at all where nothing stands
and nothing was told."""


@dataclass(frozen=True, slots=True)
class UnitDigests:
    """Posts units' own parts of the digest.

    Attributes:
        timezone: in which hours are told.
        build: makes the messages.
    """

    store: Store
    units: UnitTree
    timezone: ZoneInfo
    build: Build

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {PART: self.answer}

    async def post_due(self, now: datetime) -> int:
        """Enqueue what is due, a unit at a time: one that cannot be made holds up no other. The next beat goes on.

        Returns:
            For how many units.
        """
        wanted = [each for each in await self.store.subscriptions() if each.times]
        links = {link.unit: link for link in await self.store.unit_links() if link.connected} if wanted else {}
        posted = 0
        for subscription in wanted:
            unit, link = self.units.get(subscription.unit), links.get(subscription.unit)
            if unit is None or link is None:
                continue
            if posted == AT_ONCE:
                break
            try:
                posted += await self._post(subscription, unit, link, now)
            except (StoreBusy, OperatorError):
                raise
            except Exception:
                log.exception("the part of the digest for unit %s failed", unit.code)
        return posted

    async def answer(self, row: WorkRow) -> Mapping[str, object]:
        """/rekap in a unit's chat: its part as it would be posted now. Asked: {"unit": its code}."""
        unit = self.units.get(str(row.asked.get("unit")))
        if unit is None:  # the routing file was changed since
            return result_of(Say("say.trouble"))
        at = row.due_at.replace(microsecond=0)
        last = await self.store.last_unit_digest(unit.code, at)
        window_from = _window_from(last, at)
        return result_of(*_says(await self.build(window_from, at, unit, False), unit, window_from))

    async def _post(self, subscription: Subscription, unit: Unit, link: UnitLink, now: datetime) -> bool:
        """Enqueue a unit's part, if one is due; False where none is, or another process was quicker."""
        scheduled_at = previous_slot(now + timedelta(microseconds=1), subscription.times, self.timezone)
        if scheduled_at <= max(subscription.at, link.at):  # a chat that was just connected is not met with old news
            return False
        last = await self.store.last_unit_digest(unit.code, scheduled_at)
        if last is not None and scheduled_at <= last.scheduled_at:
            return False
        window_from = _window_from(last, scheduled_at)
        parts = await self.build(window_from, scheduled_at, unit, now - scheduled_at > LATE_AFTER)
        outbox = [
            Outgoing(
                say,
                due_at=now,
                person_id=link.person_id,
                chat_id=link.chat_id,
                topic_id=link.topic_id,
                priority=Priority.DIGEST,
                slot=f"rekap:{unit.code}:{scheduled_at.isoformat()}:{number}",
                once=True,
                expires_at=next_slot(now + TIME_TO_SEND, subscription.times, self.timezone),
            )
            for number, say in enumerate(_says(parts, unit, window_from), start=1)
        ]
        digest = UnitDigest(unit.code, scheduled_at, window_from, scheduled_at)
        try:
            async with self.store.transaction() as tx:
                await tx.flush(Changes(unit_digests=[digest], outbox=outbox))
        except BrokenConstraint:
            return False
        return True


def _window_from(last: UnitDigest | None, window_to: datetime) -> datetime:
    """Where the unit's last part ended."""
    if last is None or last.window_to >= window_to:
        return window_to - FIRST_WINDOW
    return max(last.window_to, window_to - LONGEST_WINDOW)


def _says(parts: Sequence[str], unit: Unit, window_from: datetime) -> list[Say]:
    """The messages; one sound for all of them, and none where there is nothing to tell."""
    if not parts:
        return [Say("subscription.nothing", {"unit": unit_values(unit), "since": window_from.isoformat()}, quiet=True)]
    return [Say("digest.part", {"html": part}, quiet=number > 1) for number, part in enumerate(parts, start=1)]
