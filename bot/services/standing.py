"""How a case stands, in a resident's words: who answers for it, how far they are, until when. Values only."""

from __future__ import annotations

from datetime import datetime, time

from bot.domain.handling import Deadline, Handling, Step
from bot.domain.models import Incident, IncidentEvent, IncidentState, Kind
from bot.domain.units import unit_values
from bot.services.context import Context

NOON = time(12)
"""A day that is told without an hour."""

_OF_DRAINS = {
    IncidentState.HANDLED: "drain_handled",
    IncidentState.RECEDED: "mended",
    IncidentState.NOT_FOUND: "drain_not_found",
    IncidentState.NO_PUDDLE: "no_drain",
}
"""Ends that are called otherwise where a drain is meant."""


def named(ctx: Context, code: str | None) -> dict[str, str] | None:
    """A unit as a value of a text, for its `unit` format; None where there is none."""
    unit = None if not code else ctx.units.get(code)
    return None if unit is None else unit_values(unit)


def assigns_itself(event: IncidentEvent) -> bool:
    """Whether it was the level above that refused or did not answer: it owns the case now, and has to assign it."""
    return event.what in ("refused", "lapsed") and event.why.get("by") == event.after.handling.owner


def end_of(incident: Incident) -> str:
    """What the end (or state) of an incident is called, as the last part of text ids."""
    return (_OF_DRAINS if incident.kind is Kind.DRAIN else {}).get(incident.state, incident.state.value)


def standing(ctx: Context, incident: Incident) -> dict[str, object]:
    """The values of a receipt's lines about owner, progress and deadline."""
    h = incident.handling
    values = passed(h) | {"owner": named(ctx, h.owner), "behalf": named(ctx, h.on_behalf)}
    if not incident.state.is_open:
        return values
    outside, helpers = h.outside, h.helpers
    return values | {
        "how": _how(incident),
        "asked": None if h.offer is None else named(ctx, h.offer.to),
        "step_at": None if h.taken_at is None else (h.step_at or h.taken_at).isoformat(),
        "together": "receipt.together" if helpers else None,
        "helper": named(ctx, helpers[0]) if helpers else None,
        "more_helpers": len(helpers) - 1 if len(helpers) > 1 else None,
        "outside": None if outside is None else "receipt.outside",
        "office": None if outside is None else named(ctx, outside.unit),
        "next_on": _day(ctx, h),
        "due": _due(h),
        "due_at": None if h.due_at is None else h.due_at.isoformat(),
    }


def passed(h: Handling) -> dict[str, object]:
    """What a case went through, in numbers: hops, clocks missed, reopenings. Nothing where nothing happened."""
    counts = {"hops": h.hops, "escalations": h.escalations, "reopened": h.reopened}
    told: list[str] = [f"receipt.passed.{key}" for key, count in counts.items() if count]
    return {"passed": told or None, **counts}


def _how(incident: Incident) -> str | None:
    """How far the owner is. Nothing is said to be handled before somebody took it up."""
    h = incident.handling
    if h.offer is not None:
        return "receipt.how.offered"
    if h.taken_at is not None:
        return f"receipt.how.{(h.step or Step.TAKEN).value}"
    if h.assigns:
        return "receipt.how.assigning"
    return "receipt.how.assigned" if h.bound else None


def _due(h: Handling) -> str | None:
    """Until when, or why there is no such hour."""
    if h.due_at is not None:
        return "receipt.due.take_up" if h.deadline is Deadline.TAKE_UP else "receipt.due.finish"
    if h.overdue:
        return "receipt.due.overdue"
    stands_still = h.left_s is not None and h.offer is None and h.outside is None
    return "receipt.due.flood" if stands_still else None


def _day(ctx: Context, h: Handling) -> str | None:
    """The day on which an office outside is asked again, as a moment."""
    next_on = None if h.outside is None else h.outside.next_on
    return None if next_on is None else datetime.combine(next_on, NOON, ctx.timezone).isoformat()
