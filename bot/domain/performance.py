"""How well cases were dealt with: incidents -> figures by unit or by kelurahan. Pure."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.domain.models import Incident, IncidentState

NO_CASES = frozenset({IncidentState.MERGED, IncidentState.CANCELLED})
"""Merged ones live on in another, cancelled ones were taken back: neither is anybody's work."""

GONE = frozenset({IncidentState.HANDLED, IncidentState.RECEDED})
"""Ended because the water (or the fault) was gone."""


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


class Gathering:
    """Takes incidents one by one, so that the figures of any number of them need little memory.

    Args:
        now: as things are then.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._counts: Counter[str] = Counter()
        self._take_up_s = array("d")
        self._gone_s = array("d")

    def add(self, incident: Incident) -> None:
        """One more; those that are nobody's work are passed over."""
        if incident.state in NO_CASES:
            return
        handling = incident.handling
        judged = handling.since is not None
        if handling.taken_at is not None:
            self._take_up_s.append(_span_s(incident.first_seen, handling.taken_at))
        if incident.state in GONE and incident.ended_at is not None:
            self._gone_s.append(_span_s(incident.first_seen, incident.ended_at))
        self._counts.update(
            cases=1,
            in_time=judged and is_in_time(incident, self._now),
            judged=judged,
            hops=handling.hops,
            escalations=handling.escalations,
            reopened=handling.reopened,
            on_behalf=handling.on_behalf is not None,
            handled=incident.state is IncidentState.HANDLED,
            receded=incident.state is IncidentState.RECEDED,
        )

    def figures(self, key: str | None = None) -> Performance:
        """The figures of those taken so far."""
        counts = self._counts
        return Performance(
            key=key,
            cases=counts["cases"],
            taken=len(self._take_up_s),
            take_up_s=median(self._take_up_s) if self._take_up_s else None,
            gone_s=median(self._gone_s) if self._gone_s else None,
            in_time=counts["in_time"],
            judged=counts["judged"],
            hops=counts["hops"],
            escalations=counts["escalations"],
            reopened=counts["reopened"],
            on_behalf=counts["on_behalf"],
            handled=counts["handled"],
            receded=counts["receded"],
        )


def performance(incidents: Iterable[Incident], now: datetime, key: str | None = None) -> Performance:
    """The figures of these incidents together, as things are at `now`."""
    gathering = Gathering(now)
    for each in incidents:
        gathering.add(each)
    return gathering.figures(key)


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


def _span_s(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds())
