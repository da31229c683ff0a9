"""What is done to listed places: one is listed, changed, taken off the list, visited; each is remembered.

The cases there go along: those that nobody has taken up yet go to the unit that the place is given to now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.geometry import distance_m
from bot.domain.handling import Level
from bot.domain.models import Place
from bot.domain.records import Person
from bot.domain.site_rules import RADIUS_M, same_place, visited
from bot.domain.sites import Site, SiteState, Visit
from bot.services import owning
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.site_access import log, unit_of


def enlist(ctx: Context, batch: Batch, person: Person, name: str, place: Place, at: datetime) -> tuple[Site, bool]:
    """A new place. Returns it, or the one of that name that is listed there already, and whether it is new."""
    known = same_place(batch.sites.all(), name, place.lat, place.lon)
    if known is not None and known.listed:
        return known, False
    unit = ctx.units.of_level(place.area_code, Level.KELURAHAN).code
    site = Site(batch.sites.next_id, name, place.lat, place.lon, RADIUS_M, place.area_code, unit, at)
    batch.sites.put(site)
    _reroute(ctx, batch, site, site.radius_m, at)
    log(ctx, batch, person, site, "site_listed", at)
    return site, True


def change(ctx: Context, batch: Batch, person: Person, site: Site, changed: Site, at: datetime) -> Site:
    """Another unit, radius, task or date."""
    if changed != site:
        batch.sites.put(changed)
        if (changed.unit, changed.radius_m) != (site.unit, site.radius_m):
            _reroute(ctx, batch, changed, max(site.radius_m, changed.radius_m), at)
        given = {"to": changed.unit} if changed.unit != site.unit else {}
        log(ctx, batch, person, changed, "site_changed", at, given)
    return changed


def drop(ctx: Context, batch: Batch, person: Person, site: Site, at: datetime) -> None:
    """Off the list; its visits stay."""
    batch.sites.put(replace(site, state=SiteState.DROPPED))
    _reroute(ctx, batch, site, site.radius_m, at)
    log(ctx, batch, person, site, "site_dropped", at)


def _reroute(ctx: Context, batch: Batch, site: Site, radius_m: float, at: datetime) -> None:
    """Open cases around it that nobody has taken up find their unit anew."""
    for incident in batch.open_incidents_in((site.area_code or "")[:5]):
        if distance_m(site.lat, site.lon, incident.lat, incident.lon) <= radius_m:
            owning.reroute(ctx, batch, incident, at, who=site.unit, why="site")


def visit(
    ctx: Context,
    batch: Batch,
    person: Person,
    site: Site,
    found: SiteState,
    at: datetime,
    *,
    words: str | None,
    photo: str | None,
    photo_unique: str | None,
) -> Site:
    """Somebody was there, and found it so."""
    unit = unit_of(ctx, batch, person, site)
    made = Visit(site.id, unit, person.id, at, found, words, photo, photo_unique)
    batch.sites.put_visit(made)
    after = visited(site, made)
    batch.sites.put(after)
    log(ctx, batch, person, site, "site_visited", at, {"found": found.value})
    return after
