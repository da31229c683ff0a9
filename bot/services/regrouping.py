"""A report is moved, put to another incident, split off or taken back; the incidents are counted anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import incidents, lifecycle
from bot.domain.asking import slot_of
from bot.domain.geometry import distance_m
from bot.domain.lifecycle import Act
from bot.domain.matching import ASK_RING, Offer, Verdict, match, rule_for
from bot.domain.models import Incident, Match, Place, Report
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.owning import with_owner
from bot.services.reporting import reasons
from bot.services.telling import QUESTIONS_KEEP, show_receipt


def move_report(ctx: Context, batch: Batch, report: Report, at: datetime, place: Place) -> None:
    """The reporter corrects the point. An incident of its own moves along; else the report finds its incident anew."""
    moved = replace(report, place=replace(place, name=place.name or report.place.name))
    alone = len(batch.reports_in(report.incident_id)) == 1
    away = not alone and _is_away(batch, moved)
    if away:
        moved = split_off(ctx, batch, moved, at, differs=False)
    else:
        batch.put_report(moved)
        count_anew(batch, report.incident_id, "corrected", at, moved)
    offers = _match_anew(batch, moved, at) if alone or away else ()
    show_receipt(ctx, batch, batch.report(report.id) or moved, at, anew=True)
    if offers:
        slot, expires_at = receipts.same_slot(report.id), at + QUESTIONS_KEEP
        ask = receipts.ask_same(moved, offers)
        batch.say(ask, at, person_id=report.person_id, slot=slot, anew=True, expires_at=expires_at)


def _is_away(batch: Batch, report: Report) -> bool:
    """A report's point lies clearly not at its incident."""
    incident = batch.incident(report.incident_id)
    return match(report.place, report.seen_at, [incident], rule_for(report.kind)).verdict is Verdict.NEW


def _match_anew(batch: Batch, report: Report, at: datetime) -> Sequence[Offer]:
    """A report alone in its incident was moved: perhaps it now lies at somebody else's puddle, which it joins.

    Returns what to ask about, where the rule is unsure.
    """
    near = batch.incidents_near(report.kind, report.place.lat, report.place.lon, ASK_RING)
    others = [incident for incident in near if incident.id != report.incident_id]
    decision = match(
        report.place, report.seen_at, others, rule_for(report.kind), different=batch.said_differ(report.id)
    )
    if decision.incident is not None:
        join_incident(batch, report, decision.incident, at, how=decision.best)
    else:
        _set_unsure(batch, report, bool(decision.offers), at)
    return decision.offers


def join_incident(batch: Batch, report: Report, incident: Incident, at: datetime, how: Match | None = None) -> Report:
    """Put a report into another open incident, by its writer's word or by the rule after a correction."""
    distance = distance_m(report.place.lat, report.place.lon, incident.lat, incident.lon)
    age_s = max(0.0, (report.seen_at - incident.last_seen).total_seconds())
    match_ = how or Match(0.0, distance, age_s, incident.reporters, by="reporter")
    left = report.incident_id
    joining = replace(report, incident_id=incident.id, match=match_, unsure=False)
    batch.reports_in(left)  # so that the incident it leaves can be counted anew
    batch.put_report(joining)
    together = batch.reports_in(incident.id)
    again = any(other.person_id == report.person_id for other in together if other.id != report.id)
    joined = incidents.of_reports(incident, together) if again else incidents.joined(incident, joining)
    batch.put_incident(joined, "joined", at, why=reasons(joining))
    _after_leaving(batch, left, at, merged_into=incident.id, report=report)
    return joining


def split_off(ctx: Context, batch: Batch, report: Report, at: datetime, *, differs: bool = True) -> Report:
    """ "Ini genangan lain": the report gets an incident of its own, and that the two differ is remembered."""
    left = report.incident_id
    if len(batch.reports_in(left)) == 1:
        return report
    if differs:
        batch.put_different(report.id, left)
    own = replace(report, incident_id=batch.new_case_id(), match=Match(by="reporter"), unsure=False)
    batch.put_report(own)
    opened = with_owner(ctx, batch, incidents.opened(own, batch.number(own.incident_id)), at)
    batch.put_incident(opened, "opened", at, why={"report": own.id, "from": left})
    _after_leaving(batch, left, at, report=report)
    return own


def withdraw(batch: Batch, report: Report, at: datetime) -> None:
    """The reporter takes the report back; an incident that nobody stands by any more ends."""
    batch.reports_in(report.incident_id)
    batch.put_report(replace(report, withdrawn=True))
    _after_leaving(batch, report.incident_id, at, report=report)
    draft = batch.draft(report.person_id)
    if draft is not None and draft.filed and draft.id == report.id:
        batch.put_draft(report.person_id, None)
    batch.say(receipts.withdrawn(report), at, person_id=report.person_id, slot=slot_of(report.id))


def settle_sure(batch: Batch, report: Report, at: datetime) -> None:
    """The reporter said that it is none of the offered ones: it stays an incident of its own, and is sure."""
    _set_unsure(batch, report, False, at)


def _set_unsure(batch: Batch, report: Report, unsure: bool, at: datetime) -> None:
    batch.put_report(replace(report, unsure=unsure))
    incident = batch.incident(report.incident_id)
    if incident.unsure is not unsure and incident.state.is_open:
        batch.put_incident(replace(incident, unsure=unsure), "corrected", at, why={"report": report.id})


def _after_leaving(
    batch: Batch, incident_id: int, at: datetime, *, report: Report, merged_into: int | None = None
) -> None:
    """Count an incident anew after a report left it; it ends when that was its last."""
    incident = batch.incident(incident_id)
    rest = batch.reports_in(incident_id)
    if rest:
        batch.put_incident(incidents.of_reports(incident, rest), "left", at, why={"report": report.id})
        return
    act = Act.CANCEL if merged_into is None else Act.MERGE
    if not lifecycle.allows(act, incident.state):  # it was handled: that stays true, whoever leaves
        batch.put_incident(replace(incident, reporters=0), "left", at, why={"report": report.id})
        return
    over = lifecycle.after(act, incident, incident.handling, at=at)
    over = replace(over, merged_into=merged_into, reporters=0)
    batch.put_incident(over, over.state.value, at, why={"report": report.id})


def count_anew(batch: Batch, incident_id: int, what: str, at: datetime, report: Report) -> None:
    """Make an incident anew of its reports, after one of them was corrected."""
    incident = batch.incident(incident_id)
    anew = incidents.of_reports(incident, batch.reports_in(incident_id))
    if anew != incident:
        batch.put_incident(anew, what, at, why={"report": report.id})
