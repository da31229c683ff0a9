"""Incidents of a window -> what the water office reads: a headline and its sections.

What they hold is in digest_entries.py, their order in digest_order.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.depth_range import depth_range
from bot.domain.digest_entries import Digest, Entry, Headline, Section, SectionName
from bot.domain.digest_order import (
    by_code,
    group,
    latest_end_first,
    longest_overdue_first,
    open_and_new_first,
    worst_first,
)
from bot.domain.handling import Level
from bot.domain.models import Area, Incident, IncidentState, Kind
from bot.domain.records import Tally
from bot.domain.staff import Unit

FRESH_FOR = timedelta(hours=3)
"""How long a resident's word counts as confirmation."""


class UnitNames(Protocol):
    """Code -> unit: the tree of them."""

    def get(self, code: str, /) -> Unit | None:
        """The unit with this code."""
        ...


class AreaNames(Protocol):
    """Code -> kelurahan: a dict of them, or the area lookup."""

    def get(self, code: str, /) -> Area | None:
        """The kelurahan with this code."""
        ...


def build_digest(
    incidents: Sequence[Incident],
    *,
    tally: Tally,
    before: Tally,
    standing_before: int,
    window_from: datetime,
    window_to: datetime,
    areas: AreaNames,
    units: UnitNames,
    region: str,
    unconnected: int = 0,
    late: bool = False,
) -> Digest:
    """The digest of a window.

    Args:
        incidents: as they were at window_to: those open then, and those that ended in the window.
        tally: counts of the window; before: of the window before it.
        standing_before: puddles open at window_from.
        areas, units: the kelurahan and the offices by their codes.
        region: what is served.
        unconnected: units without a chat.
        late: it is posted long after it was due.
    """
    told = [incident for incident in incidents if _is_shown(incident, window_from)]
    shown = [_entry(incident, window_from, window_to, areas, units) for incident in told]
    shown = _one_line_a_series(shown, {incident.number: incident.series_id for incident in told})
    puddles = [entry for entry in shown if entry.kind is Kind.PUDDLE]
    standing = [entry for entry in puddles if entry.state.is_open]
    fresh_from = window_to - FRESH_FOR
    contents: dict[SectionName, list[Entry]] = {name: [] for name in SectionName}
    for entry in shown:
        contents[_section_of(entry, fresh_from)].append(entry)
    sections = (
        Section(SectionName.OVERDUE, group(contents[SectionName.OVERDUE], longest_overdue_first)),
        Section(SectionName.STANDING, group(contents[SectionName.STANDING], worst_first)),
        Section(SectionName.SILENT, group(contents[SectionName.SILENT], worst_first)),
        Section(SectionName.HANDLED, group(contents[SectionName.HANDLED], latest_end_first, by_code)),
        Section(SectionName.RECEDED, group(contents[SectionName.RECEDED], latest_end_first, by_code)),
        Section(SectionName.CLOSED, group(contents[SectionName.CLOSED], latest_end_first, by_code)),
        Section(SectionName.UNHEARD, group(contents[SectionName.UNHEARD], latest_end_first, by_code)),
        Section(SectionName.DRAINS, group(contents[SectionName.DRAINS], open_and_new_first, by_code)),
    )
    return Digest(
        region=region,
        window_from=window_from,
        window_to=window_to,
        late=late,
        headline=Headline(
            len(standing),
            standing_before,
            _places(standing),
            tally,
            before,
            solved=_solved(shown),
            unconnected=unconnected,
            on_behalf=sum(entry.state.is_open and entry.on_behalf is not None for entry in shown),
        ),
        sections=tuple(section for section in sections if section.groups),
    )


def count_standing(incidents: Iterable[Incident]) -> int:
    """How many of these are puddles that still stand."""
    return sum(incident.kind is Kind.PUDDLE and incident.state.is_open for incident in incidents)


def short_kota(name: str) -> str:
    """ "Kota Administrasi Jakarta Utara" -> "Jakarta Utara", as everybody calls it."""
    return name.removeprefix("Kota ").removeprefix("Kabupaten ").removeprefix("Administrasi ")


def _is_shown(incident: Incident, window_from: datetime) -> bool:
    """Merged ones live on in another, cancelled ones were taken back: neither is told of."""
    if incident.state in (IncidentState.MERGED, IncidentState.CANCELLED):
        return False
    return incident.state.is_open or (incident.ended_at is not None and incident.ended_at > window_from)


def _entry(incident: Incident, window_from: datetime, window_to: datetime, areas: AreaNames, units: UnitNames) -> Entry:
    handling = incident.handling
    open_ = incident.state.is_open
    ran_out = handling.due_at is not None and handling.due_at <= window_to
    return Entry(
        number=incident.number,
        kind=incident.kind,
        state=incident.state,
        name=incident.name,
        area=areas.get(incident.area_code) if incident.area_code else None,
        lat=incident.lat,
        lon=incident.lon,
        depth=depth_range(incident.depth_first, incident.depth_last, incident.depth_max),
        causes=incident.causes,
        faults=incident.faults,
        passability=incident.passability,
        reporters=incident.reporters,
        since=incident.first_seen,
        last_seen=incident.last_seen,
        ended_at=incident.ended_at,
        new=incident.first_seen > window_from,
        approximate=incident.approximate,
        unsure=incident.unsure,
        owner=units.get(handling.owner),
        on_behalf=units.get(handling.on_behalf) if handling.on_behalf else None,
        due_at=(handling.overdue_since if handling.overdue else handling.due_at) if open_ else None,
        overdue=open_ and (handling.overdue or ran_out),
        hops=handling.hops,
        escalations=handling.escalations,
        reopened=handling.reopened,
        solved_level=handling.solved_level,
    )


def _one_line_a_series(entries: Sequence[Entry], series: Mapping[str, int | None]) -> list[Entry]:
    """Occurrences of one series are one entry: an open one where there is one, else the latest."""
    kept: dict[object, Entry] = {}
    for entry in entries:
        key = series.get(entry.number)
        other = kept.get(key) if key is not None else None
        if other is None:
            kept[entry.number if key is None else key] = entry
            continue
        best = max((other, entry), key=lambda each: (each.state.is_open, each.since))
        kept[key] = replace(best, times=other.times + 1)
    return list(kept.values())


def _solved(entries: Iterable[Entry]) -> tuple[tuple[Level, int], ...]:
    """How many incidents each level ended as handled, lowest level first."""
    counts = Counter(e.solved_level for e in entries if e.state is IncidentState.HANDLED and e.solved_level)
    return tuple((level, counts[level]) for level in Level if counts[level])


def _section_of(entry: Entry, fresh_from: datetime) -> SectionName:
    if entry.overdue:
        return SectionName.OVERDUE
    if entry.kind is Kind.DRAIN:
        return SectionName.DRAINS
    if not entry.state.is_open:
        return _ENDS.get(entry.state, SectionName.RECEDED)
    return SectionName.STANDING if entry.last_seen >= fresh_from else SectionName.SILENT


_ENDS = {
    IncidentState.UNHEARD: SectionName.UNHEARD,
    IncidentState.HANDLED: SectionName.HANDLED,
    IncidentState.NOT_FOUND: SectionName.CLOSED,
    IncidentState.NO_PUDDLE: SectionName.CLOSED,
}
"""Where a puddle that ended is told of."""


def _places(standing: Sequence[Entry]) -> tuple[tuple[str, int], ...]:
    """(name, count) per kecamatan, or per kota where they lie in several."""
    located = [entry.area for entry in standing if entry.area]
    several = len({area.kota for area in located}) > 1
    counts = Counter(short_kota(area.kota) if several else area.kecamatan for area in located)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
