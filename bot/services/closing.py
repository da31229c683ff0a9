"""A case is closed: an outcome, words, and a new photo or the residents' word; or what was done is told afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import incidents, lifecycle, ownership
from bot.domain.events import WorkDone
from bot.domain.handling import Level
from bot.domain.lifecycle import Act, Actor, Refusal
from bot.domain.models import Incident, IncidentState, Say
from bot.domain.outgoing import Priority
from bot.domain.staff import Wrote
from bot.services.batch import Batch
from bot.services.case_photos import mark_of, photos_of, released
from bot.services.casework import Said, carry_out, keep_note, unit_of
from bot.services.context import Context
from bot.services.owning import offices
from bot.services.photo_work import pair_work
from bot.services.telling import is_night, reachable


def may_close(
    ctx: Context,
    batch: Batch,
    actor: Actor,
    incident: Incident,
    at: datetime,
    outcome: IncidentState | None,
    said: Said,
) -> Refusal | None:
    """Why it cannot be closed so; None: it can. NEEDS_WORDS and NEEDS_PROOF say what is still to be asked."""
    return lifecycle.refusal(
        Act.CLOSE,
        incident,
        actor,
        offices(ctx, batch),
        at=at,
        outcome=outcome,
        words=said.is_said,
        proof=said.photo is not None or residents_say_so(batch, incident),
    )


def residents_say_so(batch: Batch, incident: Incident) -> bool:
    """Its reporters' words are enough to say that the water is gone."""
    together = batch.reports_in(incident.id)
    return incidents.is_gone(together, reachable(batch, together))


def close(
    ctx: Context,
    batch: Batch,
    actor: Actor,
    incident: Incident,
    at: datetime,
    outcome: IncidentState,
    said: Said,
) -> Refusal | None:
    """ "Selesai". A photo among what is said has to be checked before (see errands.py)."""
    if why_not := may_close(ctx, batch, actor, incident, at, outcome, said):
        return why_not
    note = keep_note(ctx, batch, actor, incident, Wrote.CLOSING, said, at)
    solved_level = _level(ctx, actor, incident) if outcome is IncidentState.HANDLED else None
    handling = ownership.ended(incident.handling, at, solved_level)
    why = {"outcome": outcome.value, "note": note, "photo": said.photo is not None}
    carry_out(ctx, batch, actor, incident, Act.CLOSE, handling, "closed", at, why, outcome=outcome)
    if said.photo is not None:
        free = released(batch, incident)
        before = next(
            (photo.file_id for photo in photos_of(batch, incident) if mark_of(photo.file_unique_id) in free), None
        )
        batch.put_work(pair_work(before, said.photo, incident.id, at))
    return None


def claim(ctx: Context, batch: Batch, actor: Actor, incident: Incident, at: datetime, said: Said) -> Refusal | None:
    """Residents said first that the water is gone: who had taken the case up tells what was done."""
    if why_not := lifecycle.refusal(Act.CLAIM, incident, actor, offices(ctx, batch), at=at, words=said.is_said):
        return why_not
    note = keep_note(ctx, batch, actor, incident, Wrote.CLOSING, said, at)
    handling = replace(incident.handling, solved_level=_level(ctx, actor, incident))
    carry_out(ctx, batch, actor, incident, Act.CLAIM, handling, "claimed", at, {"note": note})
    return None


def _level(ctx: Context, actor: Actor, incident: Incident) -> Level | None:
    unit = ctx.units.get(unit_of(ctx, actor, incident))
    return None if unit is None else unit.level


def show_pair(ctx: Context, batch: Batch, done: WorkDone) -> None:
    """Before and after, side by side, for every reporter who wants news and is there to see it."""
    result = done.result or {}
    key = result.get("attachment")
    if not isinstance(key, str):
        return
    text = "work.before_after" if result.get("pair") else "work.after"
    seen: set[int] = set()
    for report in batch.reports_in(int(str(done.asked["incident_id"]))):
        wants = not (report.muted or report.passing or report.person_id in seen)
        person = batch.person(report.person_id)
        if wants and person.reachable and person.blocked_at is None:
            seen.add(report.person_id)
            say = Say(text, {"number": report.number}, attachment=key, quiet=is_night(done.at, ctx.timezone))
            batch.say(say, done.at, person_id=report.person_id, priority=Priority.ALERT)
