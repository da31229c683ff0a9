"""In which order a digest tells: worst first, and yet no kecamatan or kelurahan torn apart.

A reader with one crew to send looks at the top: within a section the kecamatan that holds the worst place comes first,
within it the kelurahan, within that the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby

from bot.domain.depth_range import DepthRange, Trend
from bot.domain.digest_entries import Entry
from bot.domain.models import Area, IncidentState, Passability

PASSABILITY_CM = {Passability.MOTORCYCLE: 10, Passability.CAR: 30, Passability.TRUCK: 50, Passability.NOBODY: 70}
"""Depth in cm that what still gets through stands for where nobody told one. Our own values, only used to rank."""

Key = Callable[[Entry], tuple[object, ...]]
"""A sort key of entries."""


def worst_first(entry: Entry) -> tuple[int, int, bool, int, int, datetime, str]:
    """Sort key: the depth now, then what gets through, rising water, the greatest depth, people, age.

    A place without a depth ranks by what still gets through; without that, too, behind all others. The number comes
    last so that the same incidents always come in the same order.
    """
    passes_cm = PASSABILITY_CM[entry.passability] if entry.passability else 0
    depth = entry.depth or DepthRange(passes_cm, passes_cm, passes_cm, estimated=True, trend=Trend.STEADY)
    calm = depth.trend is not Trend.RISING
    return (-depth.now_cm, -passes_cm, calm, -depth.high_cm, -entry.reporters, entry.since, entry.number)


def longest_overdue_first(entry: Entry) -> tuple[object, ...]:
    """Longest overdue first, then the worst."""
    return (entry.due_at or entry.since, *worst_first(entry))


def unattended_first(entry: Entry) -> tuple[object, ...]:
    """Open ones first, of those the ones that nobody has taken up, the oldest first; then what ended, by how it did."""
    if entry.state.is_open:
        return (0, entry.taken_up, entry.since.timestamp(), entry.number)
    return (1 + list(IncidentState).index(entry.state), False, *latest_end_first(entry))


def latest_end_first(entry: Entry) -> tuple[float, str]:
    """What ended last first."""
    return (-entry.ended_at.timestamp() if entry.ended_at else 0.0, entry.number)


def open_and_new_first(entry: Entry) -> tuple[bool, bool, datetime, str]:
    """Open ones first, of those the new ones, then by age."""
    return (not entry.state.is_open, not entry.new, entry.since, entry.number)


def by_code(entry: Entry) -> tuple[bool, str]:
    """By area code; those without an area last."""
    return (entry.area is None, entry.area.code if entry.area else "")


def _kecamatan_code(entry: Entry) -> str:
    return entry.area.code.rpartition(".")[0] if entry.area else ""


def _kelurahan_code(entry: Entry) -> str:
    return entry.area.code if entry.area else ""


def grouped(entries: Iterable[Entry], order: Key) -> Iterator[tuple[Area | None, list[Entry]]]:
    """(kelurahan, its entries) so that no kecamatan is torn apart, and the group with the first of all comes first.

    Args:
        entries: in any order.
        order: of the entries of a kelurahan, of the kelurahan of a kecamatan, and of the kecamatan.
    """
    by_kecamatan: dict[str, list[list[Entry]]] = {}
    for _, members in groupby(sorted(entries, key=by_code), key=_kelurahan_code):
        ordered = sorted(members, key=order)
        by_kecamatan.setdefault(_kecamatan_code(ordered[0]), []).append(ordered)
    for groups in by_kecamatan.values():
        groups.sort(key=lambda group: order(group[0]))
    for groups in sorted(by_kecamatan.values(), key=lambda groups: order(groups[0][0])):
        for group in groups:
            yield group[0].area, group
