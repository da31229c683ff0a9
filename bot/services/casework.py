"""What officers do to a case: take it up, tell their steps and what was done, work together with others.

Every use case asks the rules itself, at the moment it is done, and returns why not, or None. It changes the case and
its history; who hears of it is decided in consequences.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import lifecycle, ownership
from bot.domain.handling import Handling, Step
from bot.domain.lifecycle import Act, Actor, Refusal
from bot.domain.models import Incident, IncidentState, Kind
from bot.domain.staff import ADMIN, Note, Unit, Wrote
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.owning import offices, times_of

MAX_WORDS = 1000

QUICK = ("pump", "inlet", "suction", "dredging", "gate", "sandbags", "checked")
"""Follow-ups that are told with one tap; their texts are quick.ID."""

QUICK_OF_DRAINS = ("inlet", "dredging", "gate", "checked")


@dataclass(frozen=True, slots=True)
class Said:
    """What an officer says with an act.

    Attributes:
        quick: one of QUICK, instead of words.
        photo, photo_unique: Telegram's ids of a photo.
    """

    words: str | None = None
    quick: str | None = None
    photo: str | None = None
    photo_unique: str | None = None

    @property
    def is_said(self) -> bool:
        """There are words, typed or chosen."""
        return bool(self.words or self.quick)


NOTHING = Said()


def quick_of(kind: Kind) -> tuple[str, ...]:
    """Those of QUICK that are offered for such a case."""
    return QUICK_OF_DRAINS if kind is Kind.DRAIN else QUICK


def take_up(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime) -> Refusal | None:
    """ "Saya tangani"."""
    if why_not := lifecycle.refusal(Act.TAKE_UP, incident, actor, offices(ctx, batch), at=at):
        return why_not
    times = times_of(ctx, incident, incident.handling)
    handling = ownership.taken_up(incident.handling, times, actor.person_id, at)
    carry_out(ctx, batch, actor, incident, Act.TAKE_UP, handling, "taken", at)
    return None


STEPS: Mapping[Step, Act] = {Step.ON_THE_WAY: Act.ON_THE_WAY, Step.ON_SITE: Act.ON_SITE}


def step(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime, done: Step) -> Refusal | None:
    """ "Menuju lokasi", "Di lokasi"."""
    act = STEPS[done]
    if why_not := lifecycle.refusal(act, incident, actor, offices(ctx, batch), at=at):
        return why_not
    carry_out(ctx, batch, actor, incident, act, ownership.stepped(incident.handling, done, at), done.value, at)
    return None


def follow_up(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime, said: Said) -> Refusal | None:
    """ "Tindak lanjut": what was done, in words, by a quick choice, or a photo."""
    told = said.is_said or said.photo is not None
    if why_not := lifecycle.refusal(Act.FOLLOW_UP, incident, actor, offices(ctx, batch), at=at, words=told):
        return why_not
    note = keep_note(ctx, batch, actor, incident, Wrote.FOLLOW_UP, said, at)
    handling = ownership.worked(incident.handling)
    carry_out(ctx, batch, actor, incident, Act.FOLLOW_UP, handling, "follow_up", at, {"note": note})
    return None


def coordinate(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime, to: Unit) -> Refusal | None:
    """ "Koordinasi": another unit works on it too; the owner stays."""
    if why_not := lifecycle.refusal(Act.COORDINATE, incident, actor, offices(ctx, batch), at=at, to=to):
        return why_not
    handling = ownership.helped(incident.handling, to.code)
    carry_out(ctx, batch, actor, incident, Act.COORDINATE, handling, "coordination", at, {"unit": to.code})
    return None


# -- what all of them do -----------------------------------------------------------------------------------------------


def carry_out(
    ctx: Context,
    batch: Batch,
    actor: Actor,
    incident: Incident,
    act: Act,
    handling: Handling,
    what: str,
    at: datetime,
    why: Mapping[str, object] | None = None,
    *,
    outcome: IncidentState | None = None,
) -> Incident:
    """Write the incident after an act, its event, and the line in the audit log. Returns it."""
    changed = lifecycle.after(act, incident, handling, outcome=outcome, at=at)
    batch.put_incident(changed, what, at, who=unit_of(ctx, actor, incident), why=why)
    log(ctx, batch, actor, incident, what, at, why)
    return changed


def log(
    ctx: Context,
    batch: Batch,
    actor: Actor,
    incident: Incident,
    what: str,
    at: datetime,
    why: Mapping[str, object] | None = None,
) -> None:
    """Remember who did it, and for which unit."""
    acting = _own_unit(ctx, actor, incident) or ADMIN
    batch.roster.log(actor.person_id, acting, what, incident.number, at, why)


def unit_of(ctx: Context, actor: Actor, incident: Incident) -> str:
    """The unit in whose name somebody acts on a case, as its history tells it: an admin acts for the owner."""
    return _own_unit(ctx, actor, incident) or incident.handling.owner


def _own_unit(ctx: Context, actor: Actor, incident: Incident) -> str | None:
    """Of an officer's units the one that the case is nearest to: owner, asked, helper, above the owner, any."""
    handling = incident.handling
    above = [unit.code for unit in ctx.units.chain(handling.owner)]
    asked = [unit.code for unit in ctx.units.chain(handling.offer.to)] if handling.offer is not None else []
    near = (handling.owner, *asked[:1], *handling.helpers, *above, *asked, *sorted(actor.units - {ADMIN}))
    return next((code for code in near if code in actor.units), None)


def keep_note(
    ctx: Context, batch: Batch, actor: Actor, incident: Incident, what: Wrote, said: Said, at: datetime
) -> int:
    """Keep an officer's words (or photo). Returns the note's id, by which history refers to it."""
    note = Note(
        id=batch.new_case_id(),
        incident_id=incident.id,
        unit=unit_of(ctx, actor, incident),
        person_id=actor.person_id,
        what=what,
        at=at,
        words=said.words[:MAX_WORDS] if said.words else None,
        quick=f"quick.{said.quick}" if said.quick else None,
        photo=said.photo,
        photo_unique=said.photo_unique,
    )
    batch.dossiers.put_note(note)
    return note.id
