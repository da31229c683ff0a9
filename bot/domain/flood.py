"""Mode banjir: when it goes on and off by itself, and how clocks start again afterwards. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.models import Incident, IncidentState, Kind
from bot.domain.staff import Flood

NEW_INCIDENTS = 15
"""More new puddles than this within NEW_WITHIN in one kecamatan switch it on."""

NEW_WITHIN = timedelta(minutes=30)
QUIET_FOR = timedelta(hours=2)
"""No new puddle for so long switches it off."""

REDRAW_AFTER = timedelta(minutes=1)
"""A list is changed at most so often. (Telegram takes 20 messages and changes a minute in a group.)"""

NEWS_EVERY = timedelta(hours=3)
"""Residents hear one summary in so long."""

STAGGER = timedelta(seconds=30)
"""Between the clocks of one unit when they start again."""

KECAMATAN_CODE = 8
"""Characters of its code: 31.72.02."""

_NOT_NEW = frozenset({IncidentState.MERGED, IncidentState.CANCELLED})


def kecamatan_of(area_code: str | None) -> str:
    """The code of the kecamatan that an area lies in."""
    return (area_code or "")[:KECAMATAN_CODE]


def to_switch_on(
    fresh: Iterable[Incident], floods: Sequence[Flood], now: datetime, more_than: int = NEW_INCIDENTS
) -> list[str]:
    """Codes of kecamatan where it goes on by itself.

    Args:
        fresh: incidents first seen within the last NEW_WITHIN at least.
        floods: each kecamatan's last one. After one was switched off only what is new since then counts.
        now: the present.
        more_than: so many do not.
    """
    last = {flood.kecamatan: flood for flood in floods}
    found: Counter[str] = Counter()
    for incident in fresh:
        code = kecamatan_of(incident.area_code)
        flood = last.get(code)
        if not code or incident.kind is not Kind.PUDDLE or incident.state in _NOT_NEW:
            continue
        if incident.first_seen <= now - NEW_WITHIN or incident.first_seen > now:
            continue
        if flood is not None and (flood.until is None or incident.first_seen <= flood.until):
            continue
        found[code] += 1
    return sorted(code for code, n in found.items() if n > more_than)


def is_over(flood: Flood, fresh: Iterable[Incident], now: datetime) -> bool:
    """Whether it goes off by itself, whoever switched it on: forgotten clocks would stand still for ever.

    Args:
        flood: one that is on.
        fresh: incidents first seen within the last QUIET_FOR at least.
        now: the present.
    """
    if now - flood.since < QUIET_FOR:
        return False
    return not any(
        kecamatan_of(incident.area_code) == flood.kecamatan
        and incident.kind is Kind.PUDDLE
        and incident.state not in _NOT_NEW
        and now - QUIET_FOR < incident.first_seen <= now
        for incident in fresh
    )


def staggered(nth: int, of: int, take_up: timedelta) -> timedelta:
    """The time that a unit has for the nth of its cases (from 0), so that not all fall due at once.

    Half a minute more for each, or less where they are so many that the last would have more than twice the time.
    """
    return take_up + min(STAGGER, take_up / max(1, of)) * nth


def news_period(flood: Flood, now: datetime) -> tuple[int, datetime] | None:
    """(which summary to residents is due, when it fell due); None: not yet."""
    nth = int((now - flood.since) / NEWS_EVERY)
    return (nth, flood.since + nth * NEWS_EVERY) if nth > 0 else None
