"""Why something cannot be done to a case, with the way out: as a toast, or in the private chat."""

from __future__ import annotations

from bot.domain.lifecycle import Act, Refusal
from bot.domain.models import Incident, Say
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.roads import state_text
from bot.services.standing import named


def refusal_say(
    ctx: Context,
    batch: Batch,
    refusal: Refusal,
    act: Act,
    incident: Incident,
    person_id: int,
    to: Unit | None = None,
) -> Say:
    """What to tell an officer.

    Args:
        ctx, batch: the world.
        refusal: why not.
        act: what they wanted to do.
        incident: as it is.
        person_id: who they are.
        to: the unit that it was about.
    """
    h = incident.handling
    values: dict[str, object] = {
        "number": incident.number,
        "state": state_text(incident),
        "owner": named(ctx, h.owner),
        "unit": None if to is None else unit_values(to),
    }
    match refusal:
        case Refusal.NOT_ALLOWED:
            if batch.roster.units_of(person_id):
                return Say("work.not_allowed", values)
            removed = any(officer.person_id == person_id for officer in batch.roster.officers())
            return Say("work.removed" if removed else "work.no_officer")
        case Refusal.ALREADY if act is Act.TAKE_UP and h.taken_at is not None:
            officer = batch.roster.name_of(h.taken_by)
            return Say("work.already_taken", {**values, "officer": officer, "at": h.taken_at.isoformat()})
        case Refusal.ALREADY if act is Act.OFFER and h.offer is not None:
            until = h.offer.lapses_at.isoformat()
            return Say("work.already_offered", {**values, "unit": named(ctx, h.offer.to), "until": until})
        case Refusal.ALREADY if act is Act.COORDINATE:
            return Say("work.already_helping", values)
        case Refusal.TOO_LATE if not incident.state.is_open:
            return Say("work.claim_late" if act is Act.CLAIM else "work.over", values)
        case Refusal.TOO_LATE if act in (Act.ACCEPT, Act.REFUSE, Act.KEEP):
            return Say("work.answered", values)
        case Refusal.NOT_THERE if act is Act.MERGE:
            return Say("work.other_kind", values)
    return Say(f"work.{refusal.value}", values)
