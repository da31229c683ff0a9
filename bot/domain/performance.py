"""How well cases were dealt with: incidents -> figures by unit or by kelurahan. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.domain.models import Incident, IncidentState

NO_CASES = frozenset({IncidentState.MERGED, IncidentState.CANCELLED})
"""Merged ones live on in another, cancelled ones were taken back: neither is anybody's work."""


@dataclass(frozen=True, slots=True)
class Performance:
    """Figures of some incidents.

    Attributes:
        key: code of the unit or kelurahan; None: unknown, or all together.
        cases: incidents; taken: those that were taken up.
        take_up_s: median from the first report to the take-up; gone_s: to the end, of those that ended with the water
            gone (handled or receded by itself). None where there are none.
        in_time: cases whose clocks have not run out; judged: those that can be judged (a clock has run or runs).
        hops, escalations, reopened: sums.
        on_behalf: cases that an office answered for in another one's stead.
        handled, receded: ended by an office; by themselves. Never counted together.
    """

    key: str | None
    cases: int
    taken: int
    take_up_s: float | None
    gone_s: float | None
    in_time: int
    judged: int
    hops: int
    escalations: int
    reopened: int
    on_behalf: int
    handled: int
    receded: int


def performance(incidents: Iterable[Incident], now: datetime, key: str | None = None) -> Performance:
    """The figures of these incidents together, as things are at `now`."""
    cases = [each for each in incidents if each.state not in NO_CASES]
    taken = [each for each in cases if each.handling.taken_at is not None]
    gone = [each for each in cases if each.state in (IncidentState.HANDLED, IncidentState.RECEDED) and each.ended_at]
    judged = [each for each in cases if each.handling.since is not None]
    return Performance(
        key=key,
        cases=len(cases),
        taken=len(taken),
        take_up_s=_median((each.handling.taken_at, each.first_seen) for each in taken),
        gone_s=_median((each.ended_at, each.first_seen) for each in gone),
        in_time=sum(is_in_time(each, now) for each in judged),
        judged=len(judged),
        hops=sum(each.handling.hops for each in cases),
        escalations=sum(each.handling.escalations for each in cases),
        reopened=sum(each.handling.reopened for each in cases),
        on_behalf=sum(each.handling.on_behalf is not None for each in cases),
        handled=sum(each.state is IncidentState.HANDLED for each in cases),
        receded=sum(each.state is IncidentState.RECEDED for each in cases),
    )


def performance_by(
    incidents: Iterable[Incident], key: Callable[[Incident], str | None], now: datetime
) -> list[Performance]:
    """The figures by unit or area, most cases first."""
    groups: dict[str | None, list[Incident]] = defaultdict(list)
    for each in incidents:
        groups[key(each)].append(each)
    found = [performance(members, now, code) for code, members in groups.items()]
    return sorted((each for each in found if each.cases), key=lambda each: (-each.cases, each.key or ""))


def is_in_time(incident: Incident, now: datetime) -> bool:
    """No clock of it has run out: nobody had to take it over, and it is not overdue."""
    handling = incident.handling
    ran_out = incident.state.is_open and handling.due_at is not None and handling.due_at <= now
    return handling.escalations == 0 and not handling.overdue and not ran_out


def _median(spans: Iterable[tuple[datetime | None, datetime]]) -> float | None:
    lengths = [max(0.0, (end - begin).total_seconds()) for end, begin in spans if end is not None]
    return median(lengths) if lengths else None
