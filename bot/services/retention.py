"""What is kept for a while only, daily: reports of cases that ended RETENTION_DAYS ago are parted from their people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.ports import Store

NOT_BEFORE = time(3)
"""Local time: after the nightly backup, when few people write."""

STEPS = 20
"""Done in one beat at most; what is left waits for the next, so that nothing else that is due waits for it."""


class Retention:
    """Does what is due, some of it each beat, until it is done for the day.

    Args:
        store: the world.
        timezone: for the night.
        days: RETENTION_DAYS.
        backups_kept: how many nightly backups are: so many days, and one, who was forgotten is remembered as such.
        keep: Telegram ids of people who are kept in any case: the admins of ADMIN_IDS, who are told what is wrong.
    """

    def __init__(self, store: Store, timezone: ZoneInfo, days: int, backups_kept: int, keep: Collection[int]) -> None:
        self._store = store
        self._timezone = timezone
        self._days = timedelta(days=days)
        self._backups = timedelta(days=backups_kept + 1)
        self._keep = frozenset(keep)
        self._done_on: date | None = None

    async def all_due(self, now: datetime) -> None:
        """The next steps, if there are any today."""
        local = now.astimezone(self._timezone)
        if local.time() < NOT_BEFORE or self._done_on == local.date():
            return
        for _ in range(STEPS):
            if not await self._store.retain(now, now - self._days, self._keep, now - self._backups):
                self._done_on = local.date()
                return
