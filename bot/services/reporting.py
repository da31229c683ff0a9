"""A report is filed: matched, numbered, or taken as news of one that its writer has already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import incidents, lifecycle
from bot.domain.afterwards import joined
from bot.domain.asking import slot_of
from bot.domain.geometry import distance_m
from bot.domain.matching import ASK_RING, Decision, Verdict, match, rule_for
from bot.domain.models import Cause, Kind, Match, Place, Report, Say, Word
from bot.domain.place_names import Relation, names_in, relation
from bot.domain.records import Draft
from bot.services import limits, owning, receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipt_rows import View
from bot.services.telling import QUESTIONS_KEEP, show_receipt
from bot.services.words import reopen

SAME_SPOT_M = 50
"""A person who reports again this near to an open report of theirs means the same water."""


def file_report(
    ctx: Context,
    batch: Batch,
    draft: Draft,
    at: datetime,
    *,
    by_press: bool,
    danger: bool = False,
    cause: Cause | None = None,
) -> None:
    """The draft becomes a report with a number, or renews the one its writer has at this place.

    Args:
        draft: with a place.
        by_press: a button completed it: the question's message becomes the receipt; else a new message does.
        danger: the person spoke of danger.
        cause: of a new report, where it is known already.
    """
    place = draft.place
    if place is None:
        raise ValueError("a report needs a place")
    began = draft.started_at or at
    decision = match(
        place,
        began,
        batch.incidents_near(draft.kind, place.lat, place.lon, ASK_RING),
        rule_for(draft.kind),
        note=draft.note,
    )
    mine = _own_at_this_place(batch, draft, decision, began)
    if mine is not None:
        _renew(ctx, batch, draft, mine, at, danger=danger)
        return
    earlier = batch.made_by(draft.person_id)
    limit = limits.reached(earlier, at)
    if limit is not None:
        limits.hold(batch, draft, limit, at, by_press=by_press, danger=danger)
        return
    joins = decision.incident if decision.verdict is Verdict.JOIN else None
    report = Report(
        id=draft.id,
        number=batch.number(draft.id),
        kind=draft.kind,
        person_id=draft.person_id,
        incident_id=joins.id if joins is not None else batch.new_case_id(),
        place=place,
        depth=draft.depth,
        at=began,
        seen_at=began,
        fault=draft.fault,
        cause=cause,
        note=draft.note,
        photos=len(draft.photos),
        match=decision.best if joins is not None and decision.best is not None else Match(),
        unsure=decision.verdict is Verdict.ASK,
        far=limits.is_far(place, began, earlier),
    )
    batch.put_report(report)
    _keep_what_came(batch, draft, report)
    if joins is not None:
        incident = incidents.joined(joins, report)
        batch.put_incident(incident, "joined", at, why=reasons(report))
    else:
        incident = incidents.opened(report, batch.number(report.incident_id), unsure=report.unsure)
        incident = owning.with_owner(ctx, batch, incident, at)
        batch.put_incident(incident, "opened", at, why={"report": report.id})
    _focus(batch, draft.id, replace(draft, expecting="name" if place.name is None else ""), at)
    # nobody said how deep: the answer is still one tap away
    view = View.DEPTH if report.kind is Kind.PUDDLE and report.depth is None else View.MAIN
    show_receipt(ctx, batch, report, at, view=view, anew=not by_press, danger=danger)
    _ask_what_is_unsure(ctx, batch, report, decision, at)


def _focus(batch: Batch, draft_id: int, focus: Draft, at: datetime) -> None:
    """What comes next adds to the report that was just filed, unless the next one is being made already."""
    current = batch.draft(focus.person_id)
    if current is None or current.filed or current.id == draft_id:
        focus = replace(focus, filed=True, updated_at=at, found=(), remind_at=None, expires_at=None)
        batch.put_draft(focus.person_id, focus)


def _keep_what_came(batch: Batch, draft: Draft, report: Report) -> None:
    """The photos, and which message said what."""
    for photo in draft.photos:
        batch.put_photo(replace(photo, report_id=report.id))
    for message_id, field in draft.messages:
        batch.put_said(draft.person_id, message_id, report.id, field)


def _own_at_this_place(batch: Batch, draft: Draft, decision: Decision, at: datetime) -> Report | None:
    """The writer's own report that this one says again, if there is one: open, or ended so recently that it reopens."""
    for report in batch.reports_by(draft.person_id):
        if report.kind is not draft.kind or report.id == draft.id or draft.place is None:
            continue
        incident = batch.incident(report.incident_id)
        same = _is_same_spot(report.place, draft.place)
        joins = decision.incident is not None and decision.incident.id == incident.id
        if (same or joins) and (incident.state.is_open or lifecycle.may_reopen(incident, at)):
            return report
    return None


def _is_same_spot(one: Place, other: Place) -> bool:
    """Two places of one person are one: near, and not named differently. In words only the names can tell."""
    known = one.name is not None and other.name is not None
    names = relation(names_in(one.name or ""), names_in(other.name or "")) if known else Relation.UNKNOWN
    if one.approximate or other.approximate:
        return names is Relation.SAME or (known and (one.name or "").casefold() == (other.name or "").casefold())
    near = distance_m(one.lat, one.lon, other.lat, other.lon) <= SAME_SPOT_M
    return near and names is not Relation.DIFFERENT


def _renew(ctx: Context, batch: Batch, draft: Draft, report: Report, at: datetime, *, danger: bool) -> None:
    """News of a report: what was said now is added to it, and a case that has just ended is open again."""
    seen_at = draft.started_at or at
    photos = len(draft.photos)
    renewed = replace(
        report,
        seen_at=max(report.seen_at, seen_at),
        depth=draft.depth if draft.depth is not None and draft.depth.cm is not None else report.depth,
        fault=draft.fault or report.fault,
        note=joined(report.note, draft.note) if draft.note else report.note,
        photos=report.photos + photos,
        place=replace(report.place, name=report.place.name or (draft.place.name if draft.place else None)),
        word=Word.STANDING,
        word_at=seen_at,
    )
    batch.put_report(renewed)
    _keep_what_came(batch, draft, report)
    incident = batch.incident(report.incident_id)
    if incident.state.is_open:
        incident = incidents.told(replace(incident, photos=incident.photos + photos), renewed)
        batch.put_incident(incident, "renewed", at, why={"report": report.id})
    else:
        reopen(ctx, batch, renewed, at, photos=photos)
    if draft.expires_at is not None:  # its question has the answer; the receipt comes anew below it
        pointer = Say("renewed.question", {"number": report.number})
        batch.say(pointer, at, person_id=draft.person_id, slot=slot_of(draft.id))
    _focus(batch, draft.id, Draft(report.id, draft.person_id, at, kind=report.kind, album_id=draft.album_id), at)
    show_receipt(ctx, batch, renewed, at, anew=True, danger=danger, renewed=True)


def _ask_what_is_unsure(ctx: Context, batch: Batch, report: Report, decision: Decision, at: datetime) -> None:
    """One question at most: which puddle it is, else (where the report opened a case) which kelurahan."""
    expires_at = at + QUESTIONS_KEEP
    if decision.offers:
        ask = receipts.ask_same(report, decision.offers)
        slot = receipts.same_slot(report.id)
        batch.say(ask, at, person_id=report.person_id, slot=slot, expires_at=expires_at)
        return
    located = ctx.areas.locate(report.place.lat, report.place.lon)
    opened = decision.verdict is not Verdict.JOIN
    if opened and located.other is not None and located.area is not None and not report.place.approximate:
        ask = receipts.ask_area(ctx, report, (located.area.code, located.other.code))
        slot = receipts.area_slot(report.id)
        batch.say(ask, at, person_id=report.person_id, slot=slot, expires_at=expires_at)


def reasons(report: Report) -> dict[str, object]:
    """Why a report came to its incident, for the incident's history."""
    how = report.match
    return {
        "report": report.id,
        "score": how.score,
        "distance_m": how.distance_m,
        "age_s": how.age_s,
        "others": how.others,
        "by": how.by,
    }
