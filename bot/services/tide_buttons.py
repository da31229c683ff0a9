"""Rob lagi: the sea came again where it was reported before; one tap is the whole report."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import conversation
from bot.domain.lifecycle import may_reopen
from bot.domain.models import Cause, Report, Say, Word
from bot.services.dialogue import is_busy
from bot.services.pressing import BUSY, Press, own_report
from bot.services.receipt_buttons import word
from bot.services.reporting import file_report
from bot.services.telling import show_receipt


@own_report
def tide_again(p: Press, report: Report) -> Say | None:
    """A new report at the same place, as deep, cause rob; soon after the end the case opens again instead."""
    incident = p.batch.incident(report.incident_id)
    if incident.state.is_open:
        show_receipt(p.ctx, p.batch, report, p.at)
        return Say("toast.already")
    if may_reopen(incident, p.at):
        return word(Word.STANDING)(p)
    if is_busy(p.batch.draft(p.person.id)):
        return BUSY
    fresh = conversation.begin(p.person.id, p.batch.next_case_id, p.at, report.kind)
    draft = replace(fresh, place=report.place, depth=report.depth)
    p.batch.put_draft(p.person.id, draft)
    file_report(p.ctx, p.batch, draft, p.at, by_press=False, cause=Cause.TIDE)
    return Say("toast.tide_again")
