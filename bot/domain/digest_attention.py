"""What in a digest somebody has to see to: past its time, sent around, strangely quiet, back again. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.digest_entries import Attention, Entry, Quiet, Returned
from bot.domain.digest_order import longest_overdue_first, worst_first
from bot.domain.models import Area
from bot.domain.snapshot import Snapshot
from bot.domain.spots import RECENTLY, Spot
from bot.domain.staff import Unit

NEIGHBOURS = 2
NEIGHBOURS_SHARE = 0.5
"""Where water stands in at least so many of the kelurahan around one, and in half of them, it is strange that nobody
reports from there. (Ours: on a night with ten puddles two wet neighbours are found by half of the city.)"""

TIMES = 2
"""So often within RECENTLY, water has come back."""

Neighbours = Callable[[str], frozenset[str]]
"""Code of a kelurahan -> codes of those around it."""


class UnitNames(Protocol):
    """The tree of units."""

    def get(self, code: str, /) -> Unit | None:
        """The unit with this code."""
        ...

    def all(self) -> Sequence[Unit]:
        """Every unit."""
        ...


class AreaNames(Protocol):
    """Code -> kelurahan: a dict of them, or the area lookup."""

    def get(self, code: str, /) -> Area | None:
        """The kelurahan with this code."""
        ...


def attention(
    snapshot: Snapshot,
    entries: Sequence[Entry],
    areas: AreaNames,
    units: UnitNames,
    neighbours: Neighbours,
    spots: Iterable[Spot],
) -> Attention:
    """What has to be seen to.

    Args:
        snapshot: the facts of the window.
        entries: all that the digest tells of.
        areas, units: the kelurahan and the offices by their codes.
        neighbours: of a kelurahan.
        spots: places where water stood more than once.
    """
    open_ = sorted((entry for entry in entries if entry.state.is_open), key=worst_first)
    overdue = sorted((entry for entry in open_ if entry.overdue), key=longest_overdue_first)
    without_chat = unconnected(snapshot, units)
    return Attention(
        overdue=tuple(entry for entry in overdue if entry.stands),
        overdue_drains=tuple(entry for entry in overdue if not entry.stands),
        moved=_most(open_, lambda entry: entry.hops),
        escalated=_most(open_, lambda entry: entry.escalations),
        reopened=_most(open_, lambda entry: entry.reopened),
        together=tuple(entry for entry in open_ if entry.partners),
        unconnected=without_chat,
        on_behalf=_on_behalf(open_, without_chat),
        quiet=quiet(snapshot, entries, areas, units, neighbours),
        returned=returned(spots, areas, snapshot.window_from, snapshot.window_to),
    )


def _most(entries: Iterable[Entry], how_often: Callable[[Entry], int]) -> tuple[Entry, ...]:
    """Those to which it happened, most often first."""
    return tuple(sorted((entry for entry in entries if how_often(entry)), key=lambda entry: -how_often(entry)))


def _on_behalf(entries: Iterable[Entry], without_chat: Sequence[Unit]) -> tuple[tuple[Unit, int], ...]:
    """(unit without a chat, incidents that others answer for in its place), most first."""
    counts = Counter(entry.on_behalf.code for entry in entries if entry.on_behalf is not None)
    found = [(unit, counts[unit.code]) for unit in without_chat if counts[unit.code]]
    return tuple(sorted(found, key=lambda each: -each[1]))


def unconnected(snapshot: Snapshot, units: UnitNames) -> tuple[Unit, ...]:
    """Units without a chat, in the order of the tree. Those outside of the bot need none.

    Of one area's part only the area's own units count, and those below them.
    """
    connected = {link.unit for link in snapshot.links if link.connected}
    return tuple(
        unit
        for unit in units.all()
        if not unit.outside and unit.code not in connected and unit.code.startswith(snapshot.area_code)
    )


def quiet(
    snapshot: Snapshot, entries: Iterable[Entry], areas: AreaNames, units: UnitNames, neighbours: Neighbours
) -> tuple[Quiet, ...]:
    """Kelurahan that nobody reported from in the window, while water stands around them.

    Only water that was told of in the window counts as standing: rain falls on both sides of a border, but what has
    stood since the day before yesterday says nothing of today. A kelurahan with a puddle or drain of its own that is
    still open is not quiet, it is told of. Most water around first.
    """
    fresh: Counter[str] = Counter(
        entry.area.code
        for entry in entries
        if entry.area is not None and entry.stands and entry.last_seen > snapshot.window_from
    )
    heard = {
        incident.area_code
        for incident in snapshot.incidents
        if incident.state.is_open or incident.last_seen > snapshot.window_from
    }
    around = {code for stands in fresh for code in neighbours(stands)} - heard
    found = []
    for code in sorted(around):
        area = areas.get(code)
        if area is None or units.get(code) is None or not code.startswith(snapshot.area_code):
            continue  # not served, or not in this part
        near = neighbours(code)
        wet = [(named, fresh[each]) for each in sorted(near & fresh.keys()) if (named := areas.get(each))]
        if len(wet) >= max(NEIGHBOURS, NEIGHBOURS_SHARE * len(near)):
            found.append(Quiet(area, tuple(sorted(wet, key=lambda each: (-each[1], each[0].code)))))
    return tuple(sorted(found, key=lambda each: (-sum(n for _, n in each.around), each.area.code)))


def returned(
    spots: Iterable[Spot], areas: AreaNames, window_from: datetime, window_to: datetime
) -> tuple[Returned, ...]:
    """Spots where water came in the window and had been shortly before, most often first."""
    found = []
    for spot in spots:
        recent = [at for at in spot.began if window_to - RECENTLY < at <= window_to]
        if len(recent) >= TIMES and recent[-1] > window_from:
            area = areas.get(spot.area_code) if spot.area_code else None
            found.append(Returned(spot.number, spot.name, area, len(recent), recent[-2]))
    return tuple(sorted(found, key=lambda each: (-each.times, -each.before_at.timestamp(), each.number)))
