"""Local times of day -> the instants at which something is due. Pure.

Hours are those of the wall clock; what is remembered is the instant they name, so a clock change neither doubles what
is due nor loses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def next_slot(after: datetime, times: Sequence[time], timezone: ZoneInfo) -> datetime:
    """The first scheduled instant after this one, in UTC. There is at least one time."""
    return next(at for at in scheduled(after, after + 3 * ONE_DAY, times, timezone) if at > after)


def previous_slot(before: datetime, times: Sequence[time], timezone: ZoneInfo) -> datetime:
    """The last scheduled instant before this one, in UTC. There is at least one time."""
    return [at for at in scheduled(before - 3 * ONE_DAY, before, times, timezone) if at < before][-1]


def scheduled(since: datetime, until: datetime, times: Sequence[time], timezone: ZoneInfo) -> Iterator[datetime]:
    """All scheduled instants of the local days from `since` to `until`, in order and each once.

    An hour that a clock change skips is taken as if it had not; of one that comes twice the first counts.
    """
    day, last_day = since.astimezone(timezone).date(), until.astimezone(timezone).date()
    while day <= last_day:
        yield from sorted({datetime.combine(day, at, timezone).astimezone(UTC) for at in times})
        day += ONE_DAY
