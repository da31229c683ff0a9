"""The facts of a window -> what the water office reads: a headline and its sections.

What they hold is in digest_entries.py, their order in digest_order.py, what needs attention in digest_attention.py.
Each incident is told of at length in one place only; everywhere else it is named by its number, or counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.digest_attention import AreaNames, Neighbours, UnitNames, attention
from bot.domain.digest_entries import Digest, Entry, Group, Headline, Section, SectionName
from bot.domain.digest_making import EntryMaker
from bot.domain.digest_order import grouped, latest_end_first, open_and_new_first, unattended_first, worst_first
from bot.domain.foresight import Anticipation
from bot.domain.handling import Level
from bot.domain.kota import short_kota
from bot.domain.models import Area, Incident, IncidentState, Kind
from bot.domain.site_rules import SiteProgress
from bot.domain.snapshot import Snapshot
from bot.domain.spots import Spot
from bot.domain.units import CODE_LENGTH

FRESH_FOR = timedelta(hours=3)
"""How long a resident's word counts as confirmation."""

WORST = 3
"""So many are told of first."""

LABELS = 9
"""So many have a number on the map: one digit each, and more than a morning's crews."""

ITEMISED = 30
"""With more puddles than this they are summed up per kelurahan."""

MOST_LINES = 10
"""So many of a section are told of where there may be many. What stands and is left out comes per kelurahan below."""

MOST_SUMMED = 5
"""The same where puddles are summed up: three messages are what anybody reads."""


def build_digest(
    snapshot: Snapshot,
    *,
    areas: AreaNames,
    units: UnitNames,
    region: str,
    neighbours: Neighbours,
    late: bool = False,
    spots: Sequence[Spot] = (),
    sites: SiteProgress | None = None,
    anticipation: Anticipation | None = None,
) -> Digest:
    """The digest of a window.

    Args:
        snapshot: the facts.
        areas, units: the kelurahan and the offices by their codes.
        region: what it is about.
        neighbours: of a kelurahan.
        late: it is posted long after it was due.
        spots: places where water stood more than once.
        sites: how far the listed places are; None: there are none.
        anticipation: what is expected of tomorrow; None: nothing is said of it.
    """
    entries = _entries(snapshot, areas, units, sites, spots)
    standing = [entry for entry in entries if entry.stands]
    summed = len(standing) > ITEMISED
    sections, groups = _told(entries, snapshot.window_to - FRESH_FOR, summed)
    return Digest(
        region=region,
        window_from=snapshot.window_from,
        window_to=snapshot.window_to,
        late=late,
        headline=Headline(
            standing=len(standing),
            standing_before=_standing(snapshot.before),
            standing_week=snapshot.standing_week if snapshot.week_known else None,
            places=_places(standing, snapshot.area_code),
            tally=snapshot.tally,
            before=snapshot.tally_before,
            week=snapshot.tally_week if snapshot.week_known else None,
            solved=_solved(entries),
        ),
        entries=entries,
        summed=summed,
        sections=tuple(section for section in sections if section.count),
        standing=groups,
        attention=attention(snapshot, entries, areas, units, neighbours, spots),
        anticipation=anticipation,
    )


# -- where each is told of ---------------------------------------------------------------------------------------------


def _told(entries: Sequence[Entry], fresh_from: datetime, summed: bool) -> tuple[list[Section], tuple[Group, ...]]:
    """The sections in which each incident stands once, and the kelurahan with what is left to be told of in them."""
    standing = sorted((entry for entry in entries if entry.stands), key=worst_first)
    fresh = [entry for entry in standing if entry.last_seen >= fresh_from]
    silent = [entry for entry in standing if entry.last_seen < fresh_from]
    carried = sorted((e for e in entries if e.kind is Kind.PUDDLE and e.carried), key=unattended_first)
    told = _Told()
    most = MOST_SUMMED if summed else MOST_LINES
    sections = [
        told.section(SectionName.WORST, fresh[: LABELS if summed else WORST], LABELS, 0),
        told.section(SectionName.SILENT, silent, most, 0),
        told.section(SectionName.CARRIED, carried, most, 0 if summed else most),
    ]
    groups = tuple(told.group(area, members) for area, members in grouped(standing, worst_first))
    ended = sorted((e for e in entries if e.kind is Kind.PUDDLE and not e.stands), key=latest_end_first)
    for name in (SectionName.HANDLED, SectionName.RECEDED, SectionName.CLOSED, SectionName.UNHEARD):
        sections.append(told.section(name, [e for e in ended if _ENDS[e.state] is name], 0, most))
    drains = sorted((e for e in entries if e.kind is Kind.DRAIN), key=open_and_new_first)
    sections.append(told.section(SectionName.DRAINS, drains, most, most))
    return sections, groups


_ENDS = {
    IncidentState.HANDLED: SectionName.HANDLED,
    IncidentState.RECEDED: SectionName.RECEDED,
    IncidentState.NOT_FOUND: SectionName.CLOSED,
    IncidentState.NO_PUDDLE: SectionName.CLOSED,
    IncidentState.UNHEARD: SectionName.UNHEARD,
}
"""Where a puddle that ended is told of."""


class _Told:
    """Which incidents have been told of so far."""

    def __init__(self) -> None:
        self._numbers: set[str] = set()

    def section(self, name: SectionName, entries: Sequence[Entry], most_open: int, most_ended: int) -> Section:
        """A section of these: at most so many that are open, and so many that have ended."""
        new, above = self.split(entries)
        open_ = [entry for entry in new if entry.state.is_open]
        ended = [entry for entry in new if not entry.state.is_open]
        here = (*open_[:most_open], *ended[:most_ended])
        self.tell(here)
        left_open = len(open_[most_open:])
        return Section(name, here, above, left_open + len(ended[most_ended:]), left_open)

    def group(self, area: Area | None, entries: Sequence[Entry]) -> Group:
        """What stands in a kelurahan."""
        return Group(area, *self.split(entries))

    def split(self, entries: Iterable[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """(those not told of yet, those told of above)."""
        new: list[Entry] = []
        above: list[Entry] = []
        for entry in entries:
            (above if entry.number in self._numbers else new).append(entry)
        return tuple(new), tuple(above)

    def tell(self, entries: Iterable[Entry]) -> None:
        """From here on these are told of."""
        self._numbers.update(entry.number for entry in entries)


# -- entries -----------------------------------------------------------------------------------------------------------


def _entries(
    snapshot: Snapshot, areas: AreaNames, units: UnitNames, sites: SiteProgress | None, spots: Sequence[Spot]
) -> tuple[Entry, ...]:
    """All that is told of, by number, the worst that stand with their numbers on the map."""
    told = [incident for incident in snapshot.incidents if _is_shown(incident, snapshot.window_from)]
    under = () if sites is None else sites.under_water
    maker = EntryMaker(
        snapshot.window_from,
        snapshot.window_to,
        areas,
        units,
        frozenset(incident.number for incident in snapshot.before),
        {number: site for site, numbers in under for number in numbers},
        {id: spot.name for spot in spots if spot.name for id in spot.incident_ids},
    )
    entries = _one_line_a_series(map(maker.entry, told), {incident.number: incident.series_id for incident in told})
    labels = _labels([entry for entry in entries if entry.stands], snapshot.window_to - FRESH_FOR)
    labelled = (replace(entry, label=labels.get(entry.number)) for entry in entries)
    return tuple(sorted(labelled, key=lambda entry: entry.number))


def _labels(standing: Sequence[Entry], fresh_from: datetime) -> dict[str, int]:
    """Number -> label on the map: the worst that are confirmed, then the worst of the others, if the text has them."""
    ranked = sorted(standing, key=worst_first)
    fresh = [entry for entry in ranked if entry.last_seen >= fresh_from]
    silent = [entry for entry in ranked if entry.last_seen < fresh_from]
    told = silent[:MOST_SUMMED] if len(standing) > ITEMISED else silent
    return {entry.number: label for label, entry in enumerate([*fresh, *told][:LABELS], start=1)}


def _is_shown(incident: Incident, window_from: datetime) -> bool:
    """Merged ones live on in another, cancelled ones were taken back: neither is told of."""
    if incident.state in (IncidentState.MERGED, IncidentState.CANCELLED):
        return False
    return incident.state.is_open or (incident.ended_at is not None and incident.ended_at > window_from)


def _standing(incidents: Iterable[Incident]) -> int:
    """Open puddles; those of one series are one, as they are one entry."""
    puddles = [each for each in incidents if each.kind is Kind.PUDDLE and each.state.is_open]
    return len({each.number if each.series_id is None else each.series_id for each in puddles})


def _one_line_a_series(entries: Iterable[Entry], series: Mapping[str, int | None]) -> list[Entry]:
    """Occurrences of one series are one entry: an open one where there is one, else the latest."""
    kept: dict[object, Entry] = {}
    for entry in entries:
        key = series.get(entry.number)
        other = kept.get(key) if key is not None else None
        if other is None:
            kept[entry.number if key is None else key] = entry
            continue
        best = max((other, entry), key=lambda each: (each.state.is_open, each.since, each.number))
        kept[key] = replace(best, times=other.times + 1)
    return list(kept.values())


# -- figures -----------------------------------------------------------------------------------------------------------


def _solved(entries: Iterable[Entry]) -> tuple[tuple[Level, int], ...]:
    """How many incidents each level ended as handled, lowest level first."""
    counts = Counter(e.solved_level for e in entries if e.state is IncidentState.HANDLED and e.solved_level)
    return tuple((level, counts[level]) for level in Level if counts[level])


def _places(standing: Sequence[Entry], area_code: str) -> tuple[tuple[str, int], ...]:
    """(name, count) per kecamatan, or per kota where they lie in several; of one kecamatan's own part per kelurahan,
    of a kelurahan's none."""
    located = [entry.area for entry in standing if entry.area]
    size = len(area_code)
    if size >= CODE_LENGTH[Level.KELURAHAN]:
        return ()
    if size == CODE_LENGTH[Level.KECAMATAN]:
        counts = Counter(area.kelurahan for area in located)
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    several = len({area.kota for area in located}) > 1
    counts = Counter(short_kota(area.kota) if several else area.kecamatan for area in located)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
