"""The buttons under a receipt, and those of the question before it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import conversation
from bot.domain.lifecycle import may_reopen
from bot.domain.models import Cause, Depth, DepthLevel, Fault, IncidentState, Passability, Report, Say, Word
from bot.domain.records import Draft
from bot.domain.steps import Add
from bot.services import receipts
from bot.services.adding import add_to_report, set_cause, set_passing
from bot.services.cancelling import leave_place
from bot.services.dialogue import focus_on, is_busy, report_again, take
from bot.services.pressing import ALREADY, BUSY, DONE, OVER, THANKS, TOO_OLD, Handler, Press, own_open, own_report
from bot.services.receipt_rows import NOTHING_THERE, View
from bot.services.regrouping import split_off, withdraw
from bot.services.telling import show_receipt
from bot.services.words import Heeded, close_question, hear_word


def depth(p: Press) -> Say | None:
    """A depth: it completes the draft, or changes the report."""
    said = Depth.of(DepthLevel(p.arg))
    draft = p.unfiled()
    if draft is None:
        return _change_depth(p)
    take(
        p.ctx,
        p.batch,
        p.person.id,
        conversation.go_on(replace(draft, depth=said, updated_at=p.at), by_press=True),
        p.at,
    )
    return None


@own_open
def _change_depth(p: Press, report: Report) -> Say | None:
    said = Depth.of(DepthLevel(p.arg))
    if report.depth == said:
        show_receipt(p.ctx, p.batch, report, p.at)
        return ALREADY
    add_to_report(p.ctx, p.batch, Add(report.id, depth=said, silent=True), p.at)
    return DONE


def fault(p: Press) -> Say | None:
    """What is wrong with the drain."""
    said = Fault(p.arg)
    draft = p.unfiled()
    if draft is None:
        return _filed_fault(p)
    take(
        p.ctx,
        p.batch,
        p.person.id,
        conversation.go_on(replace(draft, fault=said, updated_at=p.at), by_press=True),
        p.at,
    )
    return None


@own_open
def _filed_fault(p: Press, report: Report) -> Say | None:
    return ALREADY


@own_open
def passability(p: Press, report: Report) -> Say | None:
    """What still gets through."""
    said = Passability(p.arg)
    if report.passability is said:
        return ALREADY
    add_to_report(p.ctx, p.batch, Add(report.id, passability=said, silent=True), p.at)
    return DONE


@own_open
def cause(p: Press, report: Report) -> Say | None:
    """Why the water stands."""
    set_cause(p.ctx, p.batch, report, Cause(p.arg), p.at)
    return DONE


def word(said: Word) -> Handler:
    """ "Airnya naik", "Sudah surut", "Masih tergenang": under a receipt, a question, or the news of an end."""

    @own_report
    def handler(p: Press, report: Report) -> Say | None:
        heeded = hear_word(p.ctx, p.batch, report, said, p.at)
        if heeded is Heeded.AGAIN:
            return Say("toast.again") if report_again(p.ctx, p.batch, report, p.at) else BUSY
        if heeded is Heeded.OVER:
            show_receipt(p.ctx, p.batch, report, p.at)
            return OVER
        focus_on(p.batch, report, p.at, "depth" if said is Word.RISING else "")
        if heeded is Heeded.ALREADY:
            return ALREADY
        if heeded is Heeded.REOPENED and said is not Word.RISING:
            return Say("toast.reopened")
        return Say("toast.rising") if said is Word.RISING else THANKS

    return handler


def away(p: Press) -> Say | None:
    """ "Saya tidak di sana": no word about the water."""
    report = p.own()
    if report is None:
        return TOO_OLD
    over = not p.batch.incident(report.incident_id).state.is_open
    close_question(p.ctx, p.batch, report, "answered.away_over" if over else "answered.away", p.at)
    return THANKS


def fix(p: Press) -> Say | None:
    """ "Perbaiki titik": the next location is the right one. A case where nothing was found opens again with it."""
    report = p.own()
    if report is not None and not report.withdrawn:
        incident = p.batch.incident(report.incident_id)
        if incident.state in NOTHING_THERE and may_reopen(incident, p.at):
            return _fix(p, report)
    return _fix_open(p)


@own_open
def _fix_open(p: Press, report: Report) -> Say | None:
    return _fix(p, report)


def _fix(p: Press, report: Report) -> Say | None:
    draft = p.batch.draft(p.person.id)
    if is_busy(draft):
        return BUSY
    if draft is not None and draft.id == report.id and conversation.is_moving(draft, p.at):
        return Say("toast.send_place")
    moving = Draft(report.id, p.person.id, p.at, kind=report.kind, filed=True, expecting="place")
    p.batch.put_draft(p.person.id, moving)
    p.batch.say(receipts.ask_fix(report), p.at, person_id=p.person.id, slot=receipts.fix_slot(report.id), anew=True)
    return None


def keep_place(p: Press) -> Say | None:
    """ "Tidak jadi" under the question for the right point."""
    draft = p.batch.draft(p.person.id)
    mine = draft is not None and draft.id == int(p.key)
    return None if mine and leave_place(p.batch, p.person.id, p.at) else ALREADY


def passing(yes: bool) -> Handler:
    """ "Saya hanya lewat", and the way back."""

    @own_open
    def handler(p: Press, report: Report) -> Say | None:
        if report.passing is yes:
            return ALREADY
        set_passing(p.ctx, p.batch, report, yes, p.at)
        return DONE

    return handler


def show(view: View) -> Handler:
    """Other buttons under the receipt."""

    @own_open
    def handler(p: Press, report: Report) -> Say | None:
        show_receipt(p.ctx, p.batch, report, p.at, view=view)
        return None

    return handler


@own_open
def drop(p: Press, report: Report) -> Say | None:
    """ "Ya, batalkan"."""
    withdraw(p.batch, report, p.at)
    return None


def mistaken(p: Press) -> Say | None:
    """ "Saya keliru": taken back, also after an office found nothing there."""
    report = p.own()
    if report is None:
        return TOO_OLD
    if report.withdrawn:
        return ALREADY
    incident = p.batch.incident(report.incident_id)
    if not (incident.state.is_open or incident.state in NOTHING_THERE):
        show_receipt(p.ctx, p.batch, report, p.at)
        return OVER
    close_question(p.ctx, p.batch, report, "answered.mistaken", p.at)
    withdraw(p.batch, report, p.at)
    return THANKS


def mute(yes: bool) -> Handler:
    """ "Jangan kabari lagi", and the way back. The receipt goes on changing in its place."""

    @own_report
    def handler(p: Press, report: Report) -> Say | None:
        if report.muted is yes:
            return ALREADY
        p.batch.put_report(replace(report, muted=yes))
        show_receipt(p.ctx, p.batch, replace(report, muted=yes), p.at)
        return Say("toast.muted" if yes else "toast.unmuted")

    return handler


def rate(p: Press) -> Say | None:
    """Was it handled well? Asked once, of who said that the water is really gone."""
    report = p.own()
    if report is None or p.arg not in ("good", "bad"):
        return TOO_OLD
    if report.rating is not None:
        return ALREADY
    incident = p.batch.incident(report.incident_id)
    if report.withdrawn or incident.state is not IncidentState.HANDLED:  # opened again meanwhile
        return OVER
    p.batch.put_report(replace(report, rating=p.arg))
    p.say(Say(f"answered.{p.arg}", {"number": report.number}), receipts.closed_slot(incident))
    return THANKS


@own_open
def other(p: Press, report: Report) -> Say | None:
    """ "Ini genangan lain"."""
    if len(p.batch.reports_in(report.incident_id)) == 1:
        show_receipt(p.ctx, p.batch, report, p.at)
        return ALREADY
    own = split_off(p.ctx, p.batch, report, p.at)
    show_receipt(p.ctx, p.batch, own, p.at)
    return Say("toast.split")
