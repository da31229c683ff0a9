"""/batal: what is under way is dropped; a report that is filed is asked about first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import conversation
from bot.domain.asking import slot_of
from bot.domain.models import Say
from bot.services import receipts
from bot.services.addresses import address_slot
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.dialogue import open_reports
from bot.services.receipt_rows import View
from bot.services.telling import show_receipt


def cancel(ctx: Context, batch: Batch, person_id: int, at: datetime) -> None:
    """Drop the report that is being made, or moved; else ask whether to take back the newest open one."""
    draft = batch.draft(person_id)
    if draft is not None and not draft.filed:
        batch.put_draft(person_id, None)
        # its question gives way, so that no button is left that does nothing
        open_slots = {slot_of(draft.id): draft.place is not None, address_slot(draft): draft.expecting == "words"}
        for slot, is_open in open_slots.items():
            if is_open:
                batch.say(Say("cancel.question"), at, person_id=person_id, slot=slot)
        batch.say(Say("cancel.draft"), at, person_id=person_id)
        return
    if leave_place(batch, person_id, at):
        batch.say(Say("cancel.move"), at, person_id=person_id)
        return
    mine = open_reports(batch, person_id)
    if mine:
        show_receipt(ctx, batch, mine[0], at, view=View.CANCEL, anew=True)
    else:
        batch.say(Say("cancel.nothing"), at, person_id=person_id)


def leave_place(batch: Batch, person_id: int, at: datetime) -> bool:
    """ "Tidak jadi" after "Perbaiki titik": the point stays. False if none was being corrected."""
    draft = batch.draft(person_id)
    report = batch.report(draft.id) if draft is not None else None
    if draft is None or report is None or not conversation.is_moving(draft, at):
        return False
    batch.put_draft(person_id, replace(draft, expecting="", found=()))
    say = Say("answered.not_moved", {"number": report.number})
    batch.say(say, at, person_id=person_id, slot=receipts.fix_slot(report.id))
    return True
