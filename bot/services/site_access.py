"""Which listed places somebody may see and work on, for whom they do it, and that it is remembered.

Officers: those of their units, and of the units below these. Admins: all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.events import Origin
from bot.domain.records import Person
from bot.domain.sites import Site
from bot.domain.staff import ADMIN
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.roles import is_admin, units_meant


def visible(ctx: Context, batch: Batch, person: Person, origin: Origin) -> list[Site]:
    """The listed places that are shown to a person there: in a unit's own chat that unit's."""
    units = units_meant(ctx, batch, person, origin)
    if is_admin(ctx, batch, person) and (origin.private or not units):
        return batch.sites.listed()
    return [site for site in batch.sites.listed() if _line_of(ctx, site) & units]


def may_work(ctx: Context, batch: Batch, person: Person, site: Site) -> bool:
    """Whether a person may look into a place's file, and tell what they found there."""
    mine = batch.roster.units_of(person.id)
    return is_admin(ctx, batch, person) or bool(_line_of(ctx, site) & mine)


def unit_of(ctx: Context, batch: Batch, person: Person, site: Site) -> str:
    """For which of their units somebody works on a place: the lowest that it belongs to."""
    mine = batch.roster.units_of(person.id)
    return next((unit.code for unit in ctx.units.chain(site.unit) if unit.code in mine), ADMIN)


def log(
    ctx: Context,
    batch: Batch,
    person: Person,
    site: Site,
    what: str,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Remember what an officer or admin did with a place."""
    batch.roster.log(person.id, unit_of(ctx, batch, person, site), what, site.number, at, details)


def _line_of(ctx: Context, site: Site) -> frozenset[str]:
    """Codes of its unit and those above."""
    return frozenset(unit.code for unit in ctx.units.chain(site.unit))
