"""Incidents of a window -> what the water office reads: a headline and its sections, as data and without words.

Order is what the digest is for. A reader with one crew to send looks at the top: within a section the kecamatan that
holds the worst place comes first, within it the kelurahan, within that the place. So both hold at once: worst first,
and a kecamatan or kelurahan is never torn apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from bot.domain.depth_range import DepthRange, Trend, depth_range
from bot.domain.handling import Level
from bot.domain.models import Area, Cause, Fault, Incident, IncidentState, Kind, Passability
from bot.domain.records import Tally
from bot.domain.staff import Unit

FRESH_FOR = timedelta(hours=3)
"""How long a resident's word counts as confirmation."""

PASSABILITY_CM = {Passability.MOTORCYCLE: 10, Passability.CAR: 30, Passability.TRUCK: 50, Passability.NOBODY: 70}
"""Depth in cm that what still gets through stands for where nobody told one. Our own values, only used to rank."""


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


@dataclass(frozen=True, slots=True)
class Entry:
    """An incident as the digest shows it.

    Attributes:
        name: street or landmark as a resident typed it (escape it!), None where nobody named one.
        since, last_seen: when water was first and last said to stand here.
        passability: what still gets through; None: not told.
        new: first told of in this window.
        approximate: only described in words; unsure: perhaps the same as a neighbour.
        owner: the unit that answers; on_behalf: the one it stands in for.
        due_at: when its clock runs out, None: none runs; overdue: it had run out by the end of the window.
        hops, escalations, reopened: how often it was handed on, taken over by a clock, opened again.
        solved_level: the level of the unit that ended it.
        times: so many occurrences of a series this entry stands for; 1: a single one.
    """

    number: str
    kind: Kind
    state: IncidentState
    name: str | None
    area: Area | None
    lat: float
    lon: float
    depth: DepthRange | None
    causes: tuple[Cause, ...]
    faults: tuple[Fault, ...]
    passability: Passability | None
    reporters: int
    since: datetime
    last_seen: datetime
    ended_at: datetime | None
    new: bool
    approximate: bool
    unsure: bool
    owner: Unit | None = None
    on_behalf: Unit | None = None
    due_at: datetime | None = None
    overdue: bool = False
    hops: int = 0
    escalations: int = 0
    reopened: int = 0
    solved_level: Level | None = None
    times: int = 1


class SectionName(StrEnum):
    """The sections, in the order they are read."""

    OVERDUE = "overdue"  # its office should have acted by now, puddle or drain
    STANDING = "standing"  # confirmed within FRESH_FOR
    SILENT = "silent"  # open, but nobody has said so for longer
    HANDLED = "handled"  # by an office, in the window
    RECEDED = "receded"  # by itself, in the window
    CLOSED = "closed"  # not found, or no puddle
    UNHEARD = "unheard"  # ended in the window because nobody answered: not known to have receded
    DRAINS = "drains"  # open, or put right in the window


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one kelurahan (None: outside of all known ones), in order."""

    area: Area | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the digest. Groups of one kecamatan follow one another."""

    name: SectionName
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many incidents it holds."""
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures that come first.

    Attributes:
        standing: puddles open at the end of the window; standing_before: at its beginning.
        places: (name, standing puddles) per kecamatan, most first; per kota where there are several.
        tally: counts of the window; before: of the equally long one before it.
        solved: (level, incidents) that offices of that level ended as handled in the window, lowest level first.
        unconnected: units without a chat, for which others answer; on_behalf: open incidents that they answer for.
    """

    standing: int
    standing_before: int
    places: tuple[tuple[str, int], ...]
    tally: Tally
    before: Tally
    solved: tuple[tuple[Level, int], ...] = ()
    unconnected: int = 0
    on_behalf: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in a window (after window_from, up to window_to), and what stands at its end.

    Attributes:
        region: what is served, e.g. "Jakarta Utara".
        late: posted long after window_to, when it was due.
        sections: only those that hold something.
    """

    region: str
    window_from: datetime
    window_to: datetime
    late: bool
    headline: Headline
    sections: tuple[Section, ...]

    @property
    def empty(self) -> bool:
        """Nothing stands, and nothing was told."""
        return not self.sections and self.headline.tally == Tally()


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
        Section(SectionName.OVERDUE, _group(contents[SectionName.OVERDUE], _longest_overdue_first)),
        Section(SectionName.STANDING, _group(contents[SectionName.STANDING], worst_first)),
        Section(SectionName.SILENT, _group(contents[SectionName.SILENT], worst_first)),
        Section(SectionName.HANDLED, _group(contents[SectionName.HANDLED], _latest_end_first, _by_code)),
        Section(SectionName.RECEDED, _group(contents[SectionName.RECEDED], _latest_end_first, _by_code)),
        Section(SectionName.CLOSED, _group(contents[SectionName.CLOSED], _latest_end_first, _by_code)),
        Section(SectionName.UNHEARD, _group(contents[SectionName.UNHEARD], _latest_end_first, _by_code)),
        Section(SectionName.DRAINS, _group(contents[SectionName.DRAINS], _open_and_new_first, _by_code)),
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


def worst_first(entry: Entry) -> tuple[int, int, bool, int, int, datetime, str]:
    """Sort key: the depth now, then what gets through, rising water, the greatest depth, people, age.

    A place without a depth ranks by what still gets through; without that, too, behind all others. The number comes
    last so that the same incidents always come in the same order.
    """
    passes_cm = PASSABILITY_CM[entry.passability] if entry.passability else 0
    depth = entry.depth or DepthRange(passes_cm, passes_cm, passes_cm, estimated=True, trend=Trend.STEADY)
    calm = depth.trend is not Trend.RISING
    return (-depth.now_cm, -passes_cm, calm, -depth.high_cm, -entry.reporters, entry.since, entry.number)


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

_Key = Callable[[Entry], tuple[object, ...]]


def _longest_overdue_first(entry: Entry) -> tuple[object, ...]:
    return (entry.due_at or entry.since, *worst_first(entry))


def _latest_end_first(entry: Entry) -> tuple[float, str]:
    return (-entry.ended_at.timestamp() if entry.ended_at else 0.0, entry.number)


def _open_and_new_first(entry: Entry) -> tuple[bool, bool, datetime, str]:
    return (not entry.state.is_open, not entry.new, entry.since, entry.number)


def _by_code(entry: Entry) -> tuple[bool, str]:
    """By area code; those without an area last."""
    return (entry.area is None, entry.area.code if entry.area else "")


def _kecamatan_code(entry: Entry) -> str:
    return entry.area.code.rpartition(".")[0] if entry.area else ""


def _kelurahan_code(entry: Entry) -> str:
    return entry.area.code if entry.area else ""


def _group(entries: Iterable[Entry], order: _Key, group_order: _Key | None = None) -> tuple[Group, ...]:
    """Group by kecamatan and kelurahan.

    Args:
        entries: of one section.
        order: of the entries of a kelurahan.
        group_order: of the groups, by their first entry; `order` where not given, so that the group that holds the
            first of all entries comes first.
    """
    by_kecamatan: dict[str, list[Group]] = {}
    lead = group_order or order
    for _, members in groupby(sorted(entries, key=_by_code), key=_kelurahan_code):
        ordered = tuple(sorted(members, key=order))
        by_kecamatan.setdefault(_kecamatan_code(ordered[0]), []).append(Group(ordered[0].area, ordered))
    for groups in by_kecamatan.values():
        groups.sort(key=lambda group: lead(group.entries[0]))
    ranked = sorted(by_kecamatan.values(), key=lambda groups: lead(groups[0].entries[0]))
    return tuple(group for groups in ranked for group in groups)


def _places(standing: Sequence[Entry]) -> tuple[tuple[str, int], ...]:
    """(name, count) per kecamatan, or per kota where they lie in several."""
    located = [entry.area for entry in standing if entry.area]
    several = len({area.kota for area in located}) > 1
    counts = Counter(short_kota(area.kota) if several else area.kecamatan for area in located)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
