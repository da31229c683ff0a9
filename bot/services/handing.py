"""A case is handed on: offered and accepted, taken back, refused, assigned; or an office outside is written to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain import lifecycle, ownership
from bot.domain.handling import Handling, Offer, Outside, Reason
from bot.domain.lifecycle import Act, Actor, Refusal
from bot.domain.models import Incident
from bot.domain.ownership import OFFER_LAPSES, Offices, Times
from bot.domain.staff import Unit, Wrote
from bot.services.batch import Batch
from bot.services.casework import NOTHING, Said, carry_out, keep_note
from bot.services.context import Context
from bot.services.owning import offices, times_of


def offer(
    ctx: Context,
    batch: Batch,
    actor: Actor,
    incident: Incident,
    at: datetime,
    to: Unit | None,
    reason: Reason,
    said: Said = NOTHING,
) -> Refusal | None:
    """ "Alihkan": the owner stays until the other side accepts, with its clock standing still."""
    told = said.is_said or reason is not Reason.WORDS
    if why_not := lifecycle.refusal(Act.OFFER, incident, actor, offices(ctx, batch), at=at, to=to, words=told):
        return why_not
    if to is None:
        return Refusal.NOT_THERE
    note = keep_note(ctx, batch, actor, incident, Wrote.HANDING, said, at) if said.is_said else None
    handling = ownership.offered(incident.handling, Offer(to.code, reason, at, at + OFFER_LAPSES, note))
    why = {"to": to.code, "reason": reason.value, "note": note}
    carry_out(ctx, batch, actor, incident, Act.OFFER, handling, "offered", at, why)
    return None


def keep(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime) -> Refusal | None:
    """The giver takes its offer back; its clock goes on."""
    here = offices(ctx, batch)
    if why_not := lifecycle.refusal(Act.KEEP, incident, actor, here, at=at):
        return why_not
    asked = incident.handling.offer
    why = {"to": asked.to if asked is not None else None}
    handling = _with_chat(ctx, incident, ownership.kept(incident.handling, at), here, at)
    carry_out(ctx, batch, actor, incident, Act.KEEP, handling, "kept", at, why)
    return None


def accept(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime) -> Refusal | None:
    """ "Terima": the asked unit owns it, and has taken it up."""
    here = offices(ctx, batch)
    if why_not := lifecycle.refusal(Act.ACCEPT, incident, actor, here, at=at):
        return why_not
    before = incident.handling
    to = here.tree.get(before.offer.to) if before.offer is not None else None
    if to is None or before.offer is None:
        return Refusal.NOT_THERE
    handling = ownership.accepted(before, here, _times_for(ctx, incident, to, here), actor.person_id, at)
    why = {"from": before.owner, "to": handling.owner, "reason": before.offer.reason.value, "note": before.offer.note}
    carry_out(ctx, batch, actor, incident, Act.ACCEPT, handling, "accepted", at, why)
    return None


def refuse(
    ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime, reason: Reason, said: Said = NOTHING
) -> Refusal | None:
    """ "Bukan kewenangan": the level above the giver owns it, and has to assign it."""
    here = offices(ctx, batch)
    told = said.is_said or reason is not Reason.WORDS
    if why_not := lifecycle.refusal(Act.REFUSE, incident, actor, here, at=at, words=told):
        return why_not
    note = keep_note(ctx, batch, actor, incident, Wrote.HANDING, said, at) if said.is_said else None
    before = incident.handling
    handling = turned_down(ctx, incident, here, at)
    by = before.offer.to if before.offer is not None else None
    why = {"by": by, "reason": reason.value, "note": note, "from": before.owner, "to": handling.owner}
    carry_out(ctx, batch, actor, incident, Act.REFUSE, handling, "refused", at, why)
    return None


def turned_down(ctx: Context, incident: Incident, here: Offices, at: datetime) -> Handling:
    """The handling after an offer was refused, or lapsed."""
    up = ownership.above(incident.handling, here)
    times = times_of(ctx, incident, incident.handling) if up is None else _times_for(ctx, incident, up, here)
    return ownership.turned_down(incident.handling, here, times, at)


def assign(
    ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime, to: Unit | None
) -> Refusal | None:
    """ "Tetapkan": who has to assign it says whose it is, bindingly, once."""
    here = offices(ctx, batch)
    if why_not := lifecycle.refusal(Act.ASSIGN, incident, actor, here, at=at, to=to):
        return why_not
    if to is None:
        return Refusal.NOT_THERE
    before = incident.handling
    given = ownership.assigned(before, to, here, _times_for(ctx, incident, to, here), at)
    handling = _with_chat(ctx, incident, given, here, at)
    why = {"from": before.owner, "to": handling.owner}
    carry_out(ctx, batch, actor, incident, Act.ASSIGN, handling, "assigned", at, why)
    return None


def send_outside(
    ctx: Context,
    batch: Batch,
    actor: Actor,
    incident: Incident,
    at: datetime,
    to: Unit,
    letter: str | None,
    next_on: date | None,
) -> Refusal | None:
    """An office outside of the bot has to act: the letter to it, and when to ask again. The owner stays."""
    if why_not := lifecycle.refusal(Act.OUTSIDE, incident, actor, offices(ctx, batch), at=at):
        return why_not
    if not to.outside:
        return Refusal.NOT_THERE
    handling = ownership.sent_outside(incident.handling, Outside(to.code, letter, next_on))
    why = {"unit": to.code, "letter": letter, "next_on": None if next_on is None else next_on.isoformat()}
    carry_out(ctx, batch, actor, incident, Act.OUTSIDE, handling, "outside", at, why)
    return None


def _with_chat(ctx: Context, incident: Incident, handling: Handling, here: Offices, at: datetime) -> Handling:
    """Chats may have come or gone while it was offered, or was to be assigned: the owner is one that can be told."""
    whose = here.tree.chain(handling.on_behalf or handling.owner)[0]
    return ownership.reconnected(handling, here, _times_for(ctx, incident, whose, here), at)


def _times_for(ctx: Context, incident: Incident, unit: Unit, here: Offices) -> Times:
    """How long whoever will answer for this unit has."""
    return times_of(ctx, incident, replace(incident.handling, owner=ownership.stand_in(unit, here).code))
