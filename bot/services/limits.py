"""How many reports a person can make in an hour and a day, and pins that lie too far apart. Nothing is lost by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import conversation
from bot.domain.asking import slot_of
from bot.domain.geometry import distance_m
from bot.domain.models import Place, PlaceSource, Report, Say
from bot.domain.records import Draft
from bot.services.batch import Batch

PER_HOUR = 6
"""A person sees so many puddles in an hour on a motorcycle, not more; whoever taps for fun is through in a minute."""

PER_DAY = 20
"""An RT head who walks the whole RW in a bad night makes a dozen. (Of one person no more than 20 are at hand.)"""

FAR_M = 5_000
FAR_WITHIN = timedelta(minutes=10)
"""In a Jakarta that is under water nobody gets 5 km in ten minutes: one of the two pins was not sent from the place."""

_ELSEWHERE_M = 250
"""A location this far from the one that waits is another place, not a better point."""

_REMOTE = frozenset({PlaceSource.SHARED, PlaceSource.WORDS, PlaceSource.GEOCODER})
"""Places that are told without being there."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that is reached: so many reports within `span` (a text id), until `until`."""

    reports: int
    span: str
    until: datetime


def reached(mine: Sequence[Report], at: datetime) -> Limit | None:
    """Which limit a person has reached, the later one if both; None: they may report.

    Args:
        mine: their reports, in any order, with those that they took back (Batch.made_by). Renewals and additions are
            no reports of their own.
    """
    made = sorted((report.at for report in mine if report.at <= at), reverse=True)
    limits = (
        Limit(count, span, made[count - 1] + within)
        for count, span, within in (
            (PER_HOUR, "limit.hour", timedelta(hours=1)),
            (PER_DAY, "limit.day", timedelta(days=1)),
        )
        if len(made) >= count and at < made[count - 1] + within
    )
    return max(limits, key=lambda limit: limit.until, default=None)


def hold(batch: Batch, draft: Draft, limit: Limit, at: datetime, *, by_press: bool, danger: bool) -> None:
    """Keep a report that comes too soon: the beat files it when the limit is over. Arguments as for file_report."""
    waiting = replace(draft, filed=False, found=(), expecting="", remind_at=None, expires_at=limit.until)
    current = batch.draft(draft.person_id)
    if current is None or current.filed or current.id == draft.id:
        batch.put_draft(draft.person_id, waiting)
    say = Say("limit.told", _values(limit, danger))
    batch.say(say, at, person_id=draft.person_id, slot=slot_of(draft.id), anew=not by_press)


def turn_away(batch: Batch, person_id: int, place: Place, at: datetime, *, danger: bool) -> bool:
    """Another place while a complete report waits: it cannot wait too, and its sender is told so. False: go on."""
    draft = batch.draft(person_id)
    if draft is None or draft.filed or draft.place is None or not conversation.is_complete(draft):
        return False
    if distance_m(draft.place.lat, draft.place.lon, place.lat, place.lon) <= _ELSEWHERE_M:
        return False
    limit = reached(batch.made_by(person_id), at)
    if limit is None:
        return False
    batch.say(Say("limit.waiting", _values(limit, danger)), at, person_id=person_id)
    return True


def _values(limit: Limit, danger: bool) -> dict[str, object]:
    return {
        "n": limit.reports,
        "span": limit.span,
        "at": limit.until.isoformat(),
        "safety": "say.safety" if danger else None,
    }


def told(limit: Limit) -> Say:
    """The answer to "Saya juga lihat" when a limit is reached."""
    return Say("limit.shared", _values(limit, False))


def is_far(place: Place, at: datetime, mine: Sequence[Report]) -> bool:
    """A pin many km from where the same person reported minutes ago: marked for the officer, not refused.

    Args:
        mine: the person's other reports.
    """
    return place.source not in _REMOTE and any(
        abs(at - report.at) <= FAR_WITHIN
        and report.place.source not in _REMOTE
        and distance_m(place.lat, place.lon, report.place.lat, report.place.lon) > FAR_M
        for report in mine
    )
