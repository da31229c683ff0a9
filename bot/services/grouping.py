"""Two cases are one water, or one is two: merged and split by officers, with the effect known before, and undoable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import incidents, lifecycle, ownership
from bot.domain.geometry import distance_m
from bot.domain.lifecycle import Act, Actor, Refusal
from bot.domain.models import Incident, IncidentEvent, Match, Report
from bot.services.batch import Batch
from bot.services.casework import log, unit_of
from bot.services.context import Context
from bot.services.owning import offices, times_of, with_owner


@dataclass(frozen=True, slots=True)
class Effect:
    """What a merge would make.

    Attributes:
        moved: reports that come from the other case; reporters: people in all, each once.
        distance_m: between the two.
        owner: code of the unit that answers for both; was: who answered for the other.
    """

    moved: int
    reporters: int
    distance_m: float
    owner: str
    was: str


def effect_of_merge(batch: Batch, into: Incident, other: Incident) -> Effect:
    """What `merge` would do."""
    moving, staying = batch.reports_in(other.id), batch.reports_in(into.id)
    return Effect(
        moved=len(moving),
        reporters=len({report.person_id for report in (*moving, *staying)}),
        distance_m=distance_m(into.lat, into.lon, other.lat, other.lon),
        owner=into.handling.owner,
        was=other.handling.owner,
    )


def merge(ctx: Context, batch: Batch, actor: Actor, into: Incident, other: Incident, at: datetime) -> Refusal | None:
    """ "Gabungkan": the other's reports come to `into`, which keeps its owner and its clocks; the other ends."""
    here = offices(ctx, batch)
    if into.id == other.id:
        return Refusal.ALREADY
    if not into.state.is_open:
        return Refusal.TOO_LATE
    if into.kind is not other.kind:
        return Refusal.NOT_THERE
    for each in (into, other):
        if why_not := lifecycle.refusal(Act.MERGE, each, actor, here, at=at):
            return why_not
    staying, moving = batch.reports_in(into.id), batch.reports_in(other.id)
    moved = [_brought(report, into, len(staying)) for report in moving]
    for report in moved:
        batch.put_report(report)
    over = lifecycle.after(Act.MERGE, other, other.handling, at=at)
    over = replace(over, merged_into=into.id, reporters=0)
    who = unit_of(ctx, actor, into)
    batch.put_incident(over, "merged", at, who=who, why={"into": into.id, "reports": [report.id for report in moved]})
    if moved:
        together = incidents.of_reports(into, batch.reports_in(into.id))
        batch.put_incident(together, "merged", at, who=who, why={"from": other.id})
    log(ctx, batch, actor, into, "merged", at, {"from": other.number})
    return None


def _brought(report: Report, into: Incident, others: int) -> Report:
    """A report in the case that an officer put it to. Its writer may still say that it is other water."""
    apart_m = distance_m(report.place.lat, report.place.lon, into.lat, into.lon)
    match = Match(0.0, apart_m, abs((report.seen_at - into.last_seen).total_seconds()), others, by="officer")
    return replace(report, incident_id=into.id, match=match, unsure=False)


def undo_merge(ctx: Context, batch: Batch, actor: Actor, other: Incident, at: datetime) -> Refusal | None:
    """The case that was merged away stands again, with its reports and its owner, and its whole time."""
    here = offices(ctx, batch)
    if why_not := lifecycle.refusal(Act.SPLIT, other, actor, here, at=at):
        return why_not
    history = batch.dossiers.history(other.id)
    merged = next((event for event in reversed(history) if event.what == "merged"), None)
    if other.merged_into is None or merged is None:
        return Refusal.TOO_LATE
    into = batch.incident(other.merged_into)
    if not lifecycle.may(
        Act.SPLIT, into, actor, here
    ):  # it takes reports from that case too, as the merge gave it some
        return Refusal.NOT_ALLOWED
    back = [report for each in _ids(merged.why, "reports") if (report := batch.report(each)) is not None]
    back = [report for report in back if report.incident_id == into.id and not report.withdrawn]
    if not back or (into.state.is_open and len(back) == len(batch.reports_in(into.id))):
        return Refusal.TOO_LATE
    for report in back:
        batch.put_report(replace(report, incident_id=other.id, match=Match(by="officer")))
        batch.put_different(report.id, into.id)
    before = _before(history, merged)
    handling = other.handling if before is None else replace(before.after.handling, offer=None, assigns=False)
    handling = ownership.reopened(handling, times_of(ctx, other, handling), at, None, False, here)
    again = lifecycle.after(Act.SPLIT, other, handling, at=at)
    again = incidents.of_reports(again, batch.reports_in(other.id))
    who = unit_of(ctx, actor, other)
    batch.put_incident(again, "split", at, who=who, why={"from": into.id})
    _count_rest(batch, into, who, at, other.id)
    log(ctx, batch, actor, other, "split", at, {"from": into.number})
    return None


def split(
    ctx: Context, batch: Batch, actor: Actor, incident: Incident, report_ids: Sequence[int], at: datetime
) -> tuple[Refusal | None, Incident | None]:
    """Some reports are of other water: they get a case of their own, and its owner. Returns that case too."""
    if why_not := lifecycle.refusal(Act.SPLIT, incident, actor, offices(ctx, batch), at=at):
        return why_not, None
    inside = batch.reports_in(incident.id)
    leaving = [report for report in inside if report.id in set(report_ids)]
    if not incident.state.is_open or not leaving or len(leaving) == len(inside):
        return Refusal.TOO_LATE, None
    new_id = batch.new_case_id()
    own = [replace(report, incident_id=new_id, match=Match(by="officer"), unsure=False) for report in leaving]
    for report in own:
        batch.put_report(report)
        batch.put_different(report.id, incident.id)
    opened = incidents.of_reports(incidents.opened(own[0], batch.number(new_id)), own)
    opened = with_owner(ctx, batch, opened, at)
    who = unit_of(ctx, actor, incident)
    batch.put_incident(opened, "opened", at, why={"report": own[0].id, "from": incident.id})
    _count_rest(batch, incident, who, at, new_id)
    log(ctx, batch, actor, incident, "split", at, {"into": opened.number})
    return None, opened


def _count_rest(batch: Batch, incident: Incident, who: str, at: datetime, into: int) -> None:
    """The case that reports left, counted anew."""
    rest = batch.reports_in(incident.id)
    counted = incidents.of_reports(incident, rest) if rest else incident
    batch.put_incident(counted, "split", at, who=who, why={"into": into})


def _before(history: Sequence[IncidentEvent], event: IncidentEvent) -> IncidentEvent | None:
    earlier = [each for each in history[: history.index(event)] if each.after.state.is_open]
    return earlier[-1] if earlier else None


def _ids(why: Mapping[str, object], key: str) -> list[int]:
    found = why.get(key)
    return [each for each in found if isinstance(each, int)] if isinstance(found, list | tuple) else []
