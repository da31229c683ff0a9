"""The month in review: what stood where, how long, what was done about it, and what comes back. Pure.

What offices ended and what receded by itself are told apart everywhere and never added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.models import Incident, IncidentState, Kind
from bot.domain.performance import Performance, performance, performance_by
from bot.domain.records import Tally
from bot.domain.spots import Spot
from bot.domain.weather import WeatherDay
from bot.domain.week import NOT_COUNTED, Days, days_of


@dataclass(frozen=True, slots=True)
class AreaMonth:
    """The puddles of a kelurahan.

    Attributes:
        code: None: outside of all known ones.
        cases: puddles of the month; before: of the month before.
        gone_s: median time until the water was gone; None: of none is it known.
    """

    code: str | None
    cases: int
    before: int
    gone_s: float | None


@dataclass(frozen=True, slots=True)
class SpotMonth:
    """A spot that comes back, and how often water stood there in the month."""

    spot: Spot
    times: int


@dataclass(frozen=True, slots=True)
class Review:
    """A month.

    Attributes:
        days: its days; their `before` is the month before.
        figures: of its puddles: medians, share within the clocks, ends.
        open: puddles of the month that still stand; unheard: closed because nobody answered; not_found: where officers
            found no water.
        drains: broken drains of the month; drains_mended: those that are put right.
        areas: all kelurahan with puddles, most first; together they are all puddles.
        deepest: the deepest puddle with a depth; None: there was none.
        spots: those where water stood in the month, most often first.
        tally: counts of reports in the month.
        good, bad: reporters who found their case handled well, and badly.
    """

    days: Days
    figures: Performance
    open: int
    unheard: int
    not_found: int
    drains: int
    drains_mended: int
    areas: tuple[AreaMonth, ...]
    deepest: Incident | None
    spots: tuple[SpotMonth, ...]
    tally: Tally
    good: int
    bad: int


def month_before(day: date) -> tuple[date, date]:
    """The first and the last day of the month before the one that `day` lies in."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def review(
    incidents: Sequence[Incident],
    before: Iterable[Incident],
    *,
    first: date,
    last: date,
    now: datetime,
    timezone: ZoneInfo,
    tally: Tally,
    ratings: Mapping[str, int],
    spots: Iterable[Spot] = (),
    weather: Iterable[WeatherDay] = (),
) -> Review:
    """The month from `first` to `last`.

    Args:
        incidents: first told of in the month, as they are now.
        before: those of the month before.
        now: clocks are judged as they stand then.
        timezone: where days begin and end.
        tally: counts of the month.
        ratings: "good" and "bad" -> reporters.
        spots: those that come back, with their occurrences of months.
        weather: rain by kecamatan and day.
    """
    puddles, earlier = _puddles(incidents), _puddles(before)
    drains = [each for each in incidents if each.kind is Kind.DRAIN and each.state not in NOT_COUNTED]
    told = [(each.first_seen, each.depth_max.cm if each.depth_max else None) for each in puddles]
    by_area = Counter(each.area_code for each in earlier)
    areas = performance_by(puddles, lambda each: each.area_code, now)
    deep = [each for each in puddles if _depth_cm(each)]
    of_drains = performance(drains, now)
    return Review(
        days=Days(days_of(told, weather, first, last, timezone), before=len(earlier)),
        figures=performance(puddles, now),
        open=sum(each.state.is_open for each in puddles),
        unheard=sum(each.state is IncidentState.UNHEARD for each in puddles),
        not_found=sum(each.state is IncidentState.NOT_FOUND for each in puddles),
        drains=of_drains.cases,
        drains_mended=of_drains.handled + of_drains.receded,
        areas=tuple(AreaMonth(each.key, each.cases, by_area[each.key], each.gone_s) for each in areas),
        deepest=max(deep, key=lambda each: (_depth_cm(each), each.reporters, -each.id)) if deep else None,
        spots=_spots(spots, first, last, timezone),
        tally=tally,
        good=ratings.get("good", 0),
        bad=ratings.get("bad", 0),
    )


def _puddles(incidents: Iterable[Incident]) -> list[Incident]:
    return [each for each in incidents if each.kind is Kind.PUDDLE and each.state not in NOT_COUNTED]


def _depth_cm(incident: Incident) -> int:
    return (incident.depth_max.cm or 0) if incident.depth_max else 0


def _spots(spots: Iterable[Spot], first: date, last: date, timezone: ZoneInfo) -> tuple[SpotMonth, ...]:
    """Those with an occurrence in the month."""
    counted = [
        SpotMonth(spot, sum(first <= at.astimezone(timezone).date() <= last for at in spot.began)) for spot in spots
    ]
    found = [each for each in counted if each.times]
    return tuple(sorted(found, key=lambda each: (-each.times, -each.spot.times, each.spot.number)))
