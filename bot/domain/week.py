"""Puddles day by day, for the week's chart and the month's. Pure.

A puddle counts on the local day it was first told of, in the class of its greatest depth. Those that officers found to
be no puddle at all are left out, like those merged or cancelled, so the days add up to what there was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.depth_classes import CLASS_COUNT, CLASSES_CM, UNKNOWN_CLASS, depth_class
from bot.domain.memory import Past
from bot.domain.models import DEEP_CM, IncidentState
from bot.domain.performance import NO_CASES
from bot.domain.weather import Rain, WeatherDay

NOT_COUNTED = NO_CASES | {IncidentState.NO_PUDDLE}

WEEK_DAYS = 7
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A local day.

    Attributes:
        counts: puddles by class of depth (bot/domain/depth_classes.py).
        rain: the most rain forecast for any kecamatan; None: not known.
    """

    day: date
    counts: tuple[int, ...]
    rain: Rain | None = None

    @property
    def total(self) -> int:
        """All puddles of the day."""
        return sum(self.counts)

    @property
    def deep(self) -> int:
        """Those too deep to walk through (DEEP_CM)."""
        return sum(self.counts[depth_class(DEEP_CM) : UNKNOWN_CLASS])


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, at least one.

    Attributes:
        before: puddles of the days that this is compared with.
    """

    days: tuple[Day, ...]
    before: int

    @property
    def first(self) -> date:
        """The first day."""
        return self.days[0].day

    @property
    def last(self) -> date:
        """The last day."""
        return self.days[-1].day

    @property
    def total(self) -> int:
        """All puddles."""
        return sum(day.total for day in self.days)

    @property
    def worst(self) -> Day | None:
        """The day with the most puddles, the deeper where two have as many; None: there were none."""
        most = max(self.days, key=lambda day: (day.total, tuple(reversed(day.counts[: len(CLASSES_CM)]))))
        return most if most.total else None

    @property
    def rain_known(self) -> bool:
        """Rain is known of any of them."""
        return any(day.rain is not None for day in self.days)


def week(pasts: Iterable[Past], weather: Iterable[WeatherDay], until_day: date, timezone: ZoneInfo) -> Days:
    """The seven days up to `until_day`, it included, against the seven before.

    Args:
        pasts: puddles of these fourteen days; others do no harm.
        weather: of the kecamatan served.
        until_day: the last full local day.
        timezone: where days begin and end.
    """
    told = [(each.first_seen, each.depth_cm) for each in pasts if each.state not in NOT_COUNTED]
    first = until_day - (WEEK_DAYS - 1) * ONE_DAY
    found = days_of(told, weather, first, until_day, timezone)
    before = days_of(told, (), first - WEEK_DAYS * ONE_DAY, first - ONE_DAY, timezone)
    return Days(found, before=sum(day.total for day in before))


def days_of(
    told: Iterable[tuple[datetime, int | None]],
    weather: Iterable[WeatherDay],
    first: date,
    last: date,
    timezone: ZoneInfo,
) -> tuple[Day, ...]:
    """Each local day from first to last.

    Args:
        told: (first told of, greatest depth in cm) of puddles; those of other days do no harm.
        weather: rain by kecamatan and day.
    """
    counts = Counter((at.astimezone(timezone).date(), depth_class(depth_cm)) for at, depth_cm in told)
    rain: dict[date, Rain] = {}
    for each in weather:
        rain[each.day] = max(each.rain, rain.get(each.day, each.rain))
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    return tuple(Day(day, tuple(counts[day, n] for n in range(CLASS_COUNT)), rain.get(day)) for day in days)
