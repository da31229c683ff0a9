"""From a share link: the puddle as others know it, and "Saya juga lihat": a report in one tap, at its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import conversation, incidents
from bot.domain.asking import area_values, greeting, known_depth
from bot.domain.models import Choice, Incident, Kind, Match, Place, PlaceSource, Report, Say
from bot.services import limits
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.dialogue import focus_on, is_busy, take
from bot.services.numbered import report_typed
from bot.services.pressing import BUSY, TOO_OLD, Press
from bot.services.receipt_rows import View
from bot.services.reporting import reasons
from bot.services.roads import state_text
from bot.services.telling import show_receipt

JOINED = Say("toast.joined")
OWN_CASE = Say("toast.own_case")
LIMITED = Say("toast.limited")


def shared(ask: Ask, typed: str) -> None:
    """What a share link shows: the puddle, never whose report it was. One's own is one's receipt."""
    report = report_typed(ask.batch, typed)
    if report is None or report.withdrawn:
        _gone(ask)
    else:
        _show(ask, report)


def shared_case(ask: Ask, incident: Incident | None) -> None:
    """The same for a case that a digest names; of one that was merged, the one it lives on in."""
    while incident is not None and incident.merged_into is not None:
        incident = ask.batch.incident(incident.merged_into)
    reports = [] if incident is None else ask.batch.reports_in(incident.id)
    if reports:
        _show(ask, reports[0])
    else:
        _gone(ask)


def _gone(ask: Ask) -> None:
    ask.answer(replace(greeting(), text="shared.gone"))


def _show(ask: Ask, report: Report) -> None:
    incident = ask.batch.incident(report.incident_id)
    mine = _own_in(ask.batch, incident, ask.person.id)
    if mine is not None:
        show_receipt(ask.ctx, ask.batch, mine, ask.event.at, anew=True)
        return
    if not incident.state.is_open:
        ask.answer(replace(greeting(), text=f"shared.{incident.kind.value}", values=_values(ask.ctx, incident)))
        return
    if ask.person.created_at == ask.event.at:  # who is new here gets the buttons at the bottom with it
        ask.answer(greeting())
    button = Choice("button.me_too", "me_too", (report.number,))
    ask.answer(Say(f"shared.{incident.kind.value}", _values(ask.ctx, incident), ((button,),)))


def _values(ctx: Context, incident: Incident) -> dict[str, object]:
    over = "shared.see_drain_over" if incident.kind is Kind.DRAIN else "shared.see_over"
    return {
        "name": incident.name,
        "area": area_values(ctx.areas.get(incident.area_code or "")),
        **known_depth(incident.depth_last),
        "faults": [f"fault.{fault.value}" for fault in incident.faults] or None,
        "since": incident.first_seen.isoformat(),
        "n": incident.reporters,
        "over": None if incident.state.is_open else state_text(incident),
        "see": "shared.see" if incident.state.is_open else over,
    }


def me_too(p: Press) -> Say | None:
    """ "Saya juga lihat": the button carries the number of the report that was shared."""
    report = report_typed(p.batch, p.key)
    if report is None or report.withdrawn:
        return TOO_OLD
    incident = p.batch.incident(report.incident_id)
    mine = _own_in(p.batch, incident, p.person.id)
    if mine is not None:
        show_receipt(p.ctx, p.batch, mine, p.at, anew=True)
        return OWN_CASE
    limit = limits.reached(p.batch.made_by(p.person.id), p.at)
    if limit is not None:
        p.batch.say(limits.told(limit), p.at, person_id=p.person.id)
        return LIMITED
    if not incident.state.is_open:
        return _report_anew(p, incident)
    _see_too(p.ctx, p.batch, p.person.id, incident, p.at)
    return JOINED


def _see_too(ctx: Context, batch: Batch, person_id: int, incident: Incident, at: datetime) -> None:
    """File the report: it counts as a reporter, says that the water stands, and moves no centre."""
    report_id = batch.new_case_id()
    age_s = max(0.0, (at - incident.last_seen).total_seconds())
    report = Report(
        id=report_id,
        number=batch.number(report_id),
        kind=incident.kind,
        person_id=person_id,
        incident_id=incident.id,
        place=_place_of(incident),
        depth=None,
        at=at,
        seen_at=at,
        match=Match(age_s=age_s, others=incident.reporters, by="shared"),
    )
    batch.put_report(report)
    batch.put_incident(incidents.seen_too(incident, report), "joined", at, why=reasons(report))
    focus_on(batch, report, at)
    # the depth is one more tap, for whoever is there
    view = View.DEPTH if report.kind is Kind.PUDDLE else View.MAIN
    show_receipt(ctx, batch, report, at, view=view)


def _report_anew(p: Press, incident: Incident) -> Say:
    """It is over: water there now is a report of its own, which begins at the place."""
    if is_busy(p.batch.draft(p.person.id)):
        return BUSY
    fresh = conversation.begin(p.person.id, p.batch.next_case_id, p.at, incident.kind)
    area = p.ctx.areas.get(incident.area_code or "")
    step = conversation.chose_place(replace(fresh, name=incident.name), _place_of(incident), area, p.at)
    take(p.ctx, p.batch, p.person.id, step, p.at)
    return Say("toast.again")


def _place_of(incident: Incident) -> Place:
    return Place(
        incident.lat,
        incident.lon,
        area_code=incident.area_code,
        name=incident.name,
        source=PlaceSource.SHARED,
        approximate=incident.approximate,
    )


def _own_in(batch: Batch, incident: Incident, person_id: int) -> Report | None:
    """The person's own report to this case."""
    return next((report for report in batch.reports_in(incident.id) if report.person_id == person_id), None)
