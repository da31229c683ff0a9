"""What the operator's list of places makes of the list there is: places added, changed, or as they were. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.handling import Level
from bot.domain.site_file import SiteEntry
from bot.domain.site_rules import RADIUS_M, same_place
from bot.domain.sites import Site, SiteState
from bot.domain.units import UnitTree


@dataclass(frozen=True, slots=True)
class Import:
    """What a file makes of the list."""

    added: tuple[Site, ...] = ()
    changed: tuple[Site, ...] = ()
    unchanged: tuple[Site, ...] = ()


def planned(sites: Sequence[Site], entries: Iterable[SiteEntry], at: datetime, tree: UnitTree) -> Import:
    """What the file makes of the list: a place of the same name near by is changed, not listed a second time.

    One that was taken off the list is put back on it.
    """
    known = {site.id: site for site in sites}
    changed: dict[int, Site] = {}
    unchanged: dict[int, Site] = {}
    added: list[Site] = []
    next_id = max(known, default=0) + 1
    for entry in entries:
        left = [site for site in sites if site.id not in changed and site.id not in unchanged]
        old = same_place(left, entry.name, entry.lat, entry.lon)
        if old is None:
            added.append(_new(entry, next_id + len(added), at, tree))
            continue
        new = _changed(old, entry)
        (unchanged if new == old else changed)[old.id] = new
    return Import(tuple(added), tuple(changed.values()), tuple(unchanged.values()))


def _new(entry: SiteEntry, site_id: int, at: datetime, tree: UnitTree) -> Site:
    return Site(
        site_id,
        entry.name,
        entry.lat,
        entry.lon,
        entry.radius_m or RADIUS_M,
        entry.area_code,
        entry.unit or tree.of_level(entry.area_code, Level.KELURAHAN).code,
        at,
        entry.task,
        entry.due_on,
    )


def _changed(old: Site, entry: SiteEntry) -> Site:
    return replace(
        old,
        name=entry.name,
        lat=entry.lat,
        lon=entry.lon,
        area_code=entry.area_code,
        radius_m=entry.radius_m or old.radius_m,
        unit=entry.unit or old.unit,
        task=entry.task or old.task,
        due_on=entry.due_on or old.due_on,
        state=old.state if old.listed else SiteState.OPEN,
    )
