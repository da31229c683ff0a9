"""The whole road of a report, as its reporter may know it: who, when, why, due, what comes next; and the plain list.

Offices are named, residents never; officers' words are shown as they wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain import ownership
from bot.domain.asking import area_values, known_depth
from bot.domain.handling import Deadline
from bot.domain.lifecycle import may_reopen, reopens_until
from bot.domain.models import Incident, IncidentEvent, IncidentState, Kind, Report, Say
from bot.domain.staff import Note
from bot.output.words import clause
from bot.services import owning, receipts
from bot.services.ask import Ask
from bot.services.batch import RESIDENTS, Batch
from bot.services.context import Context
from bot.services.numbered import report_typed
from bot.services.standing import assigns_itself, named, standing
from bot.services.telling import show_receipt

SHOWN = 5
"""So many of a person's reports /status shows."""

STEPS = 14
"""So many of a road's last steps are shown: a phone's screen, and well below what a message holds."""

A_MINUTE = timedelta(minutes=1)
"""Closer together, two moments read as one."""

_AS_THEY_ARE = frozenset(
    {
        "opened",
        "rising",
        "unheard",
        "cancelled",
        "taken",
        "on_the_way",
        "on_site",
        "coordination",
        "offered",
        "accepted",
        "refused",
        "lapsed",
        "kept",
        "assigned",
        "escalated",
        "follow_up",
        "overdue",
        "rerouted",
        "closed",
        "claimed",
        "merged",
        "outside",
        "reopened",
    }
)
"""Events that are a step of the road under their own name. What is not here, and not below, is none of it."""

_OF_DRAINS = {"gone": "mended", "standing": "broken", "receded": "receded_drain"}


def status(ask: Ask) -> None:
    """/status: the latest reports; with a number the road of that one, and its receipt with its buttons below."""
    typed = ask.event.args.strip()
    if not typed:
        ask.answer(status_list(ask.ctx, ask.batch, ask.batch.reports_by(ask.person.id)))
        return
    report = report_typed(ask.batch, typed)
    if report is None or report.person_id != ask.person.id:  # whose it is, is nobody else's business
        ask.answer(Say("status.not_yours", {"number": typed[:20]}))
    elif report.withdrawn:
        ask.answer(receipts.withdrawn(report))
    else:
        ask.answer(road(ask, report))
        show_receipt(ask.ctx, ask.batch, report, ask.event.at, anew=True)


def status_list(ctx: Context, batch: Batch, mine: Sequence[Report]) -> Say:
    """A person's latest reports: where, since when, in whose hands, how far."""
    if not mine:
        return Say("status.none")
    items = [_line(ctx, report, batch.incident(report.incident_id)) for report in mine[:SHOWN]]
    return Say("status.list", {"items": items, "more": len(mine) - SHOWN if len(mine) > SHOWN else None})


def _line(ctx: Context, report: Report, incident: Incident) -> dict[str, object]:
    stands = standing(ctx, incident)
    if incident.ended_at is not None:
        stands = {"ended_at": incident.ended_at.isoformat()}
    values: dict[str, object] = {
        "number": report.number,
        "at": report.at.isoformat(),
        "area": area_values(ctx.areas.get(report.place.area_code or "")),
        "name": report.place.name,
        **known_depth(report.depth),
        "fault": None if report.fault is None else f"fault.{report.fault.value}",
        "what": "status.drain" if report.kind is Kind.DRAIN else "status.puddle",
        "state": state_text(incident),
        "others": max(0, incident.reporters - 1) or None,
        **stands,
    }
    return {"text": "status.line", "values": values}


def state_text(incident: Incident) -> str:
    """The id of the text that names an incident's state."""
    mended = incident.kind is Kind.DRAIN and incident.state is IncidentState.RECEDED
    return "state.mended" if mended else f"state.{incident.state.value}"


def road(ask: Ask, report: Report) -> Say:
    """All that happened to the case of a report."""
    ctx, batch = ask.ctx, ask.batch
    incident = batch.incident(report.incident_id)
    notes = {note.id: note for note in batch.dossiers.notes(incident.id)}
    first, *steps = steps_of(ctx, batch.dossiers.history(incident.id), notes) or [None]
    hidden = len(steps) - STEPS
    values = {
        "number": report.number,
        "area": area_values(ctx.areas.get(report.place.area_code or "")),
        "name": report.place.name or incident.name,
        "first": [] if first is None else [first],
        "earlier": "status.earlier" if hidden > 0 else None,
        "n": hidden,
        "steps": steps[-STEPS:],
        **_next(ask, incident),
    }
    return Say("status.road", values)


def steps_of(
    ctx: Context, history: Sequence[IncidentEvent], notes: Mapping[int, Note]
) -> list[dict[str, object] | None]:
    """The lines of a road, oldest first; residents who joined are one line, at the first of them."""
    steps: list[dict[str, object] | None] = []
    joined: dict[str, object] = {}
    for event, before in zip(history, [None, *history], strict=False):
        if event.what == "joined":
            if not joined:
                joined = {"at": event.at.isoformat(), "n": 0}
                steps.append({"text": "status.step.joined", "values": joined})
            joined["n"] = int(str(joined["n"])) + 1
            if event.at - datetime.fromisoformat(str(joined["at"])) >= A_MINUTE:
                joined["last"] = event.at.isoformat()
            continue
        text = _text_of(event)
        if text is not None:
            steps.append({"text": f"status.step.{text}", "values": _values(ctx, event, before, notes)})
    return steps


def _text_of(event: IncidentEvent) -> str | None:
    what = event.what
    if what in _OF_DRAINS:
        return _OF_DRAINS[what] if event.after.kind is Kind.DRAIN else what
    if assigns_itself(event):
        return f"{what}_itself"
    return what if what in _AS_THEY_ARE else None


def _values(
    ctx: Context, event: IncidentEvent, before: IncidentEvent | None, notes: Mapping[int, Note]
) -> dict[str, object]:
    why, handling = event.why, event.after.handling
    asked = before.after.handling if before is not None else handling
    wrote = why.get("note")
    note = notes.get(wrote) if isinstance(wrote, int) else None
    by = why.get("by") or (asked.offer.to if event.what == "lapsed" and asked.offer else asked.owner)
    reason = why.get("reason")
    moved = _code(why.get("why")) if event.what == "rerouted" else None
    stays = event.what == "reopened" and asked.owner == handling.owner
    return {
        "at": event.at.isoformat(),
        "unit": None if event.who == RESIDENTS else named(ctx, event.who),
        "owner": None if stays else named(ctx, handling.owner),
        "to": named(ctx, _code(why.get("to") or why.get("unit"))),
        "by": named(ctx, _code(by)),
        "reason": f"moved.{moved}" if moved else f"reason.{reason}" if reason and reason != "words" else None,
        "said": None if note is None else clause(note.words),
        "quick": _quick(note),
        "letter": why.get("letter"),
        "state": state_text(event.after),
    }


def _quick(note: Note | None) -> str | None:
    """What was chosen instead of words; of a photo alone, that there is one."""
    if note is None or note.words:
        return None
    return note.quick or ("status.photo" if note.photo is not None else None)


def _code(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _next(ask: Ask, incident: Incident) -> dict[str, object]:
    """What happens if nothing happens, and what the reporter can do."""
    ctx, at, h = ask.ctx, ask.event.at, incident.handling
    until = reopens_until(incident)
    if until is not None and may_reopen(incident, at):
        return {"next": "status.next.reopen", "reopens_until": until.isoformat()}
    if not incident.state.is_open or h.due_at is None:
        return {}
    above = ownership.above(h, owning.offices(ctx, ask.batch))
    if above is None:
        return {}
    next_ = "status.next.take_up" if h.deadline is Deadline.TAKE_UP else "status.next.finish"
    return {"next": next_, "due_at": h.due_at.isoformat(), "above": named(ctx, above.code)}
