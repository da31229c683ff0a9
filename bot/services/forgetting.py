"""/hapus: a person asks to be forgotten. Said first what goes and what stays, confirmed by a button of their own.

What the rules want done before (a unit whose chat they are loses it) is done here, in the batch; the rest is one act of
the database at the end of the same transaction (storage/erasing.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.events import PressedButton
from bot.domain.models import Choice, Say
from bot.domain.outgoing import Claimed, Priority
from bot.domain.records import Person
from bot.domain.staff import ADMIN
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.pressing import TOO_OLD, Press
from bot.services.roles import is_fixed
from bot.services.unit_chats import chat_lost, shown

SLOT = "erase"

BUTTONS = frozenset({"hapus", "hapus.tidak"})
"""What the buttons of the question say."""

CONFIRM_WITHIN = timedelta(minutes=15)


def privacy(ask: Ask) -> None:
    """/privasi: what is kept, why, how long, who sees it, and how to have or end it."""
    backups = ask.ctx.backups_kept or None
    ask.answer(Say("privacy.text", {"days": ask.ctx.retention_days, "backups": backups}))


def ask_to_erase(ask: Ask) -> None:
    """/hapus: what goes, what stays, and a button."""
    ctx, batch, person = ask.ctx, ask.batch, ask.person
    still_open = [report for report in batch.reports_by(person.id) if batch.incident(report.incident_id).state.is_open]
    units = batch.roster.units_of(person.id)
    chats = [shown(ctx, unit) for unit, link in batch.roster.links().items() if link.person_id == person.id]
    values = {
        "until": "erase.until" if ctx.backups_kept else "erase.until_tomorrow",
        "backups": ctx.backups_kept,
        "open": len(still_open) or None,
        "officer": "erase.officer" if units else None,
        "chats": [{"text": "erase.chat", "values": {"unit": unit}} for unit in chats] or None,
        "blocked": "erase.blocked" if person.blocked_at is not None else None,
        "fixed": "erase.fixed" if is_fixed(ctx, person) else None,
    }
    asked = str(int(ask.event.at.timestamp()))
    yes = Choice("button.erase_yes", "hapus", (str(person.id), asked))
    no = Choice("button.erase_no", "hapus.tidak", (str(person.id), asked))
    ask.answer(Say("erase.ask", values, ((yes,), (no,))), slot=SLOT)


def erase(p: Press) -> Say | None:
    """ "Ya, hapus": everything goes, at the end of this transaction."""
    if not _is_theirs(p) or not 0 <= p.at.timestamp() - int(p.arg) <= CONFIRM_WITHIN.total_seconds():
        return TOO_OLD
    leave_office(p.ctx, p.batch, p.person, p.at)
    p.batch.erase(p.person.id, p.at)
    return Say("erase.toast")


def keep(p: Press) -> Say | None:
    """ "Batal"."""
    if not _is_theirs(p):
        return TOO_OLD
    p.say(Say("erase.kept"), SLOT)
    return None


def _is_theirs(p: Press) -> bool:
    return p.origin.private and int(p.key) == p.person.id


def leave_office(ctx: Context, batch: Batch, person: Person, at: datetime) -> None:
    """They work for no unit any more; what they alone were told goes to the unit above. As if an admin removed them,
    but that they may come back."""
    for unit in sorted(batch.roster.units_of(person.id)):
        officer = batch.roster.officer(person.id, unit)
        if officer is not None:
            batch.roster.put_officer(replace(officer, removed_at=at))
            batch.roster.log(person.id, unit, "left", "" if unit == ADMIN else unit, at)
    chat_lost(ctx, batch, person.telegram_id, at)


def farewell(batch: Batch, person: Person, event: PressedButton) -> Claimed:
    """The last message, in place of the question. It is never stored: nobody is there to be its recipient."""
    return Claimed(
        id=0,
        rev=0,
        chat_id=event.origin.chat_id,
        private=True,
        topic_id=None,
        message_id=event.origin.message_id,
        say=Say("erase.done"),
        language=batch.person(person.id).language,
        priority=Priority.ANSWER,
        attempts=0,
    )
