"""Every open incident has an owner: the first one, then another where its facts or a unit's chat change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import lifecycle, ownership
from bot.domain.handling import Handling, Level
from bot.domain.lifecycle import Actor
from bot.domain.models import Incident, IncidentEvent
from bot.domain.ownership import Offices, Times
from bot.domain.records import Person
from bot.domain.routing import Case, Routed
from bot.domain.staff import ADMIN, Unit
from bot.services import serial
from bot.services.batch import RESIDENTS, Batch
from bot.services.context import Context


def offices(ctx: Context, batch: Batch) -> Offices:
    """The units, and which of them have a chat now."""
    links = batch.roster.links()
    return Offices(ctx.units, frozenset(code for code, link in links.items() if link.connected))


def actor_of(ctx: Context, batch: Batch, person: Person) -> Actor:
    """The person as somebody who acts: for which units, and whether as an admin."""
    units = batch.roster.units_of(person.id)
    admin = person.telegram_id in ctx.admin_ids or ADMIN in units
    return Actor(person.id, units - {ADMIN}, admin)


def routed(ctx: Context, batch: Batch, incident: Incident) -> Routed:
    """Whose case it is by its listed place or the routing file, whether that unit has a chat or not."""
    depth = incident.depth_last
    local = incident.first_seen.astimezone(ctx.timezone)
    case = Case(
        incident.kind,
        incident.area_code,
        incident.lat,
        incident.lon,
        None if depth is None else depth.cm,
        incident.causes,
        incident.faults,
        local.time(),
    )
    return ctx.routing.route(ctx.units, case, batch.sites.at(incident.lat, incident.lon))


def times_of(ctx: Context, incident: Incident, handling: Handling) -> Times:
    """How long the owner of this tenure has."""
    return _times(ctx, incident, ctx.units.chain(handling.owner)[0].level)


def with_owner(ctx: Context, batch: Batch, incident: Incident, at: datetime) -> Incident:
    """A new incident gets its first owner, before it is put down as opened."""
    incident = serial.as_occurrence(ctx, batch, incident)
    unit, here = _whose(ctx, batch, incident), offices(ctx, batch)
    handling = ownership.first(unit, here, _times_for(ctx, incident, unit, here), at)
    if incident.series_id is not None:
        handling = serial.without_clock(incident, handling)
    return replace(incident, handling=_in_flood(batch, incident, handling, at))


def _whose(ctx: Context, batch: Batch, incident: Incident) -> Unit:
    """Whose case it is: the kota's where it is one of a series, else by its listed place or the routing file."""
    return serial.kota_of(ctx, incident) if incident.series_id is not None else routed(ctx, batch, incident).unit


def reroute(
    ctx: Context, batch: Batch, incident: Incident, at: datetime, *, who: str = RESIDENTS, why: str = "told"
) -> Incident:
    """The owner, or its time, after place, cause or depth were told anew, as long as nobody has taken the incident up.

    Args:
        ctx, batch: the world.
        incident: as it stands in the batch.
        at: when.
        who, why: what it came of, if not of what residents told: "site" (the listed places around it are others).
    """
    if not incident.state.is_open:
        return incident
    unit, here = _whose(ctx, batch, incident), offices(ctx, batch)
    handling = ownership.rerouted(incident.handling, unit, here, _times_for(ctx, incident, unit, here), at)
    return _moved(batch, incident, handling, at, who, why)


def reroute_told(ctx: Context, batch: Batch, events: Sequence[IncidentEvent], at: datetime) -> None:
    """Reroute what residents told something of."""
    told = dict.fromkeys(event.incident_id for event in events if event.who == RESIDENTS and event.what != "opened")
    for incident_id in told:
        reroute(ctx, batch, batch.incident(incident_id), at)


def reconnect(ctx: Context, batch: Batch, unit_code: str, at: datetime) -> None:
    """A unit has a chat now (the roster knows): what was owned on behalf of it and is not taken up is its own."""
    _settle(ctx, batch, unit_code, at)


def disconnect(ctx: Context, batch: Batch, unit_code: str, at: datetime) -> None:
    """A unit has no chat any more (the roster knows): the nearest above that has one owns on behalf of it.

    What somebody has taken up goes on there, in the time that it has.
    """
    _settle(ctx, batch, unit_code, at)


def _settle(ctx: Context, batch: Batch, unit_code: str, at: datetime) -> None:
    """Each open case of a unit, or of one below it, finds its owner by the chats that there are now."""
    here, unit = offices(ctx, batch), ctx.units.get(unit_code)
    if unit is None:
        return
    # a crew's cases, and those that rules give to the kota or the province, may lie anywhere
    local = unit.level in (Level.KELURAHAN, Level.KECAMATAN)
    for incident in batch.open_incidents_in(unit.code if local else ""):
        before = incident.handling
        whose = ctx.units.get(before.on_behalf or before.owner)
        if whose is None or unit not in ctx.units.chain(whose.code):
            continue
        after = ownership.reconnected(before, here, _times_for(ctx, incident, whose, here), at)
        if after == before and before.owner == unit.code:  # no other owner, but its chat is another one: cards move
            batch.put_incident(incident, "told", at, unit.code, {"chat": unit.code})
        _moved(batch, incident, after, at, unit.code, "chat")


def _moved(batch: Batch, incident: Incident, handling: Handling, at: datetime, who: str, why: str) -> Incident:
    """Put it down where the owner, or the time it has, is another one.

    Args:
        why: what it came of, for whoever reads of another owner: "told" (residents corrected it), "chat" or "site".
    """
    before = incident.handling
    if handling == before:
        return incident
    moved = replace(incident, handling=_in_flood(batch, incident, handling, at), state=lifecycle.standing(handling))
    if (handling.owner, handling.on_behalf) == (before.owner, before.on_behalf):
        due_at = None if handling.due_at is None else handling.due_at.isoformat()
        batch.put_incident(moved, "told", at, who, {"due_at": due_at})
    else:
        batch.put_incident(moved, "rerouted", at, who, {"from": before.owner, "to": handling.owner, "why": why})
    return moved


def _in_flood(batch: Batch, incident: Incident, handling: Handling, at: datetime) -> Handling:
    """In mode banjir clocks stand still."""
    return handling if batch.roster.flood(incident.area_code) is None else ownership.paused(handling, at)


def _times_for(ctx: Context, incident: Incident, unit: Unit, here: Offices) -> Times:
    """What the unit has that owns it, which stands in for `unit` where that one has no chat."""
    return _times(ctx, incident, ownership.stand_in(unit, here).level)


def _times(ctx: Context, incident: Incident, level: Level) -> Times:
    depth = incident.depth_last
    return ctx.routing.times(level, incident.kind, incident.causes, None if depth is None else depth.cm)
