"""What a step of the conversation says is done: reports filed, added to, addresses looked for, and the answers said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import asking, conversation
from bot.domain.lifecycle import may_reopen
from bot.domain.models import Kind, Place, Report, Say, Word
from bot.domain.records import Draft
from bot.domain.steps import Add, FindAddress, Step
from bot.services import addresses, receipts
from bot.services.adding import add_to_report
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipt_rows import NOTHING_THERE
from bot.services.reporting import file_report
from bot.services.words import close_question, reopen


def open_reports(batch: Batch, person_id: int) -> list[Report]:
    """A person's reports to incidents that are open, newest first."""
    return [r for r in batch.reports_by(person_id) if batch.incident(r.incident_id).state.is_open]


def take(ctx: Context, batch: Batch, person_id: int, step: Step, at: datetime) -> None:
    """Do what a step of the conversation says, then say what it says."""
    batch.put_draft(person_id, step.draft)
    for act in step.acts:
        if isinstance(act, Add):
            _add(ctx, batch, person_id, step, act, at)
        elif isinstance(act, FindAddress):
            take(ctx, batch, person_id, addresses.find(ctx, batch, act, at), at)
        else:
            file_report(ctx, batch, act.draft, at, by_press=act.by_press, danger=act.danger)
    for reply in step.replies:
        batch.say(reply.say, at, person_id=person_id, slot=reply.slot, anew=reply.anew)


def _add(ctx: Context, batch: Batch, person_id: int, step: Step, act: Add, at: datetime) -> None:
    report = batch.report(act.report_id)
    if act.place is not None and report is not None:  # "Perbaiki titik" has its answer
        if not _opens_again(ctx, batch, report, act.place, at):
            late = Say("answered.late_place", {"number": report.number})
            batch.say(late, at, person_id=person_id, slot=receipts.fix_slot(report.id))
            return
        moved = Say("answered.moved", {"number": report.number})
        batch.say(moved, at, person_id=person_id, slot=receipts.fix_slot(report.id))
    add_to_report(ctx, batch, act, at)
    for message_id, field in step.draft.messages[-1:] if step.draft is not None else ():
        batch.put_said(person_id, message_id, act.report_id, field)


def _opens_again(ctx: Context, batch: Batch, report: Report, place: Place, at: datetime) -> bool:
    """The better point of a case where nothing was found opens it again. False: it is over, and its point stays."""
    incident = batch.incident(report.incident_id)
    if incident.state.is_open:
        return True
    if incident.state not in NOTHING_THERE or not may_reopen(incident, at):
        return False
    close_question(ctx, batch, report, "answered.reopened", at)
    report = replace(report, word=Word.STANDING, word_at=at, seen_at=max(report.seen_at, at))
    batch.put_report(report)
    reopen(ctx, batch, report, at)
    return True


def start(ctx: Context, batch: Batch, person_id: int, at: datetime, kind: Kind) -> None:
    """Begin a report, or go on with the one that is not filed yet: what was said is kept, also for the other kind."""
    draft = batch.draft(person_id)
    if draft is None or draft.filed:
        draft = conversation.begin(person_id, batch.next_case_id, at, kind)
    elif draft.kind is not kind:
        draft = replace(draft, kind=kind, depth=None, fault=None)
    if draft.place is not None:
        area = ctx.areas.get(draft.place.area_code or "")
        take(ctx, batch, person_id, conversation.go_on(replace(draft, updated_at=at), area), at)
        return
    batch.put_draft(person_id, replace(draft, updated_at=at, expecting="", found=()))
    batch.say(asking.ask_where(draft), at, person_id=person_id)


def report_again(ctx: Context, batch: Batch, report: Report, at: datetime) -> bool:
    """Water at the place of a report that is over: a new one begins there. False if another is not finished yet."""
    if is_busy(batch.draft(report.person_id)):
        return False
    fresh = conversation.begin(report.person_id, batch.next_case_id, at, report.kind)
    area = ctx.areas.get(report.place.area_code or "")
    step = conversation.chose_place(replace(fresh, name=report.place.name), report.place, area, at)
    take(ctx, batch, report.person_id, step, at)
    return True


def is_busy(draft: Draft | None) -> bool:
    """A report is being made that would be lost if something else began."""
    if draft is None or draft.filed:
        return False
    return any(known for known in (draft.place, draft.depth, draft.fault, draft.name, draft.note, draft.photos))


def focus_on(batch: Batch, report: Report, at: datetime, expecting: str = "") -> None:
    """What comes next adds to this report, unless another one is being made or moved."""
    draft = batch.draft(report.person_id)
    if draft is not None and (not draft.filed or conversation.is_moving(draft, at)):
        return
    if draft is None or draft.id != report.id:
        draft = Draft(report.id, report.person_id, at, kind=report.kind, filed=True)
    batch.put_draft(report.person_id, replace(draft, updated_at=at, expecting=expecting or draft.expecting))
