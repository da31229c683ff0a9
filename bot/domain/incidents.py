"""What an incident becomes when its reports do something: opened, joined, corrected, left, called gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.geometry import cell_of
from bot.domain.matching import centre_after, centre_of, rule_for
from bot.domain.models import DEEP_CM, Depth, Incident, IncidentState, Passability, PlaceSource, Report, Word

WORDS_NEEDED = 2
"""So many reporters must say that the water is gone (or all, where they are fewer)."""

DEEP_WAITS = timedelta(minutes=60)
"""Water that stood so deep that it is dangerous is believed to be gone only after so long without contradiction."""

T = TypeVar("T")


def opened(report: Report, number: str, unsure: bool = False) -> Incident:
    """The incident that a report opens; `report.incident_id` is its id."""
    return of_reports(
        Incident(
            id=report.incident_id,
            number=number,
            kind=report.kind,
            state=IncidentState.WAITING,
            lat=report.place.lat,
            lon=report.place.lon,
            weight=1.0,
            cell=0,
            reporters=1,
            area_code=report.place.area_code,
            first_seen=report.at,
            last_seen=report.seen_at,
            unsure=unsure,
        ),
        [report],
    )


def joined(incident: Incident, report: Report) -> Incident:
    """The incident after one more report, without looking at its other reports again."""
    lat, lon, weight = centre_after(incident, report.place)
    moved = replace(
        incident,
        lat=lat,
        lon=lon,
        weight=weight,
        cell=cell_of(lat, lon),
        reporters=incident.reporters + 1,
        first_seen=min(incident.first_seen, report.at),
        approximate=incident.approximate and report.place.approximate,
        photos=incident.photos + report.photos,
    )
    return told(moved, report)


def seen_too(incident: Incident, report: Report) -> Incident:
    """The incident after somebody said from a share link that they see it too: one more reporter, at its own place."""
    return told(replace(incident, reporters=incident.reporters + 1), report)


def told(incident: Incident, report: Report) -> Incident:
    """The incident after one of its reports said something (again): depth, cause, name, that it still stands."""
    return replace(
        _with_depth(incident, report),
        last_seen=max(incident.last_seen, report.seen_at),
        name=incident.name or report.place.name,
        causes=_with(incident.causes, report.cause),
        faults=_with(incident.faults, report.fault),
        passability=hardest((incident.passability, report.passability)),
    )


def of_reports(incident: Incident, reports: Sequence[Report]) -> Incident:
    """The incident as its reports make it, counted anew: after one left, moved or was corrected.

    Args:
        incident: as it was.
        reports: its reports that are not withdrawn, at least one.
    """
    ordered = sorted(reports, key=lambda report: (report.at, report.id))
    # who only saw it too brings no place of their own
    placed = [report.place for report in ordered if report.place.source is not PlaceSource.SHARED]
    lat, lon, weight = centre_of(placed or [ordered[0].place], rule_for(incident.kind))
    bare = replace(
        incident,
        lat=lat,
        lon=lon,
        weight=weight,
        cell=cell_of(lat, lon),
        reporters=len({report.person_id for report in ordered}),
        area_code=ordered[0].place.area_code,
        first_seen=ordered[0].at,
        last_seen=ordered[0].seen_at,
        approximate=all(report.place.approximate for report in ordered),
        name=None,
        causes=(),
        faults=(),
        passability=None,
        photos=sum(report.photos for report in ordered),
        depth_first=None,
        depth_last=None,
        depth_max=None,
        depth_by=None,
        lower_by=None,
    )
    for report in ordered:
        bare = told(bare, report)
    return bare


def is_gone(reports: Iterable[Report], reachable: Iterable[int]) -> bool:
    """Whether its reporters' words are enough to say that the water is gone.

    Everybody's last word counts, of those who were not only passing by: min(2, those who can be reached) say that it is
    gone, and nobody said after the first of them that it stands.

    Args:
        reports: the incident's reports that are not withdrawn.
        reachable: person ids that messages still reach.
    """
    voices = [report for report in reports if not report.passing]
    first_gone = _first_gone(voices)
    if first_gone is None:
        return False
    if any(report.word is not Word.GONE and report.seen_at > first_gone for report in voices):
        return False
    there = {report.person_id for report in voices} & set(reachable)
    needed = min(WORDS_NEEDED, len(there))
    return len({report.person_id for report in voices if report.word is Word.GONE}) >= max(1, needed)


def recedes_at(incident: Incident, reports: Sequence[Report], reachable: Iterable[int]) -> datetime | None:
    """From when on its reporters' words alone end it as "surut sendiri"; None: they do not.

    As deep as DEEP_CM, an hour has to pass since the first who said so, without contradiction.

    Args:
        reports, reachable: as for `is_gone`.
    """
    first_gone = _first_gone([report for report in reports if not report.passing])
    if first_gone is None or not is_gone(reports, reachable):
        return None
    last = incident.depth_last
    deep = last is not None and last.cm is not None and last.cm >= DEEP_CM
    return first_gone + DEEP_WAITS if deep else first_gone


def _first_gone(voices: Iterable[Report]) -> datetime | None:
    """When the first of those who say so now said that the water is gone."""
    said = (report.word_at for report in voices if report.word is Word.GONE)
    return min((at for at in said if at is not None), default=None)


def _with_depth(incident: Incident, report: Report) -> Incident:
    """Depth after a report: a rise counts at once, a fall needs the same reporter or two people."""
    depth = report.depth
    if depth is None or depth.cm is None:
        return incident
    last = incident.depth_last
    if last is None or last.cm is None:
        return replace(
            incident,
            depth_first=incident.depth_first or depth,
            depth_last=depth,
            depth_max=_deeper(incident.depth_max, depth),
            depth_by=report.id,
            lower_by=None,
        )
    falls = depth.cm < last.cm
    if falls and incident.depth_by != report.id and incident.lower_by in (None, report.id):
        return replace(incident, lower_by=report.id)
    return replace(
        incident,
        depth_last=depth,
        depth_max=_deeper(incident.depth_max, depth),
        depth_by=report.id,
        lower_by=None,
    )


def _deeper(one: Depth | None, other: Depth) -> Depth:
    return other if one is None or (other.cm or 0) > (one.cm or 0) else one


def _with(known: tuple[T, ...], more: T | None) -> tuple[T, ...]:
    return known if more is None or more in known else (*known, more)


_HARDER = (Passability.MOTORCYCLE, Passability.CAR, Passability.TRUCK, Passability.NOBODY)


def hardest(said: Iterable[Passability | None]) -> Passability | None:
    """The hardest that anybody said: who believes the other is stuck in the water."""
    return max((word for word in said if word is not None), key=_HARDER.index, default=None)
