"""/blokir and /bukablokir: whoever made a report, by its number. Admins never see who that is."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.events import Command, Event, PressedButton
from bot.domain.models import Report, Say
from bot.domain.records import Person
from bot.domain.staff import ADMIN
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.forgetting import BUTTONS
from bot.services.numbered import case_typed, report_typed
from bot.services.roles import is_fixed

REASON_CHARACTERS = 300


def block(ask: Ask) -> None:
    """/blokir NUMBER REASON: from now on nothing they send counts. They are told once, with the reason."""
    batch, at = ask.batch, ask.event.at
    typed, _, reason = ask.event.args.strip().partition(" ")
    reason = " ".join(reason.split())[:REASON_CHARACTERS]
    if not any(char.isalpha() for char in reason):
        ask.answer(Say("block.usage"))
        return
    report = _report(ask, typed)
    if report is None:
        return
    person = batch.person(report.person_id)
    if is_fixed(ask.ctx, person):
        ask.answer(Say("block.fixed", {"number": report.number}))
    elif person.blocked_at is not None:
        ask.answer(Say("block.already", {"number": report.number}))
    else:
        batch.put_person(replace(person, blocked_at=at))
        batch.put_draft(person.id, None)
        batch.roster.log(ask.person.id, ADMIN, "block", report.number, at, {"reason": reason})
        batch.say(Say("block.told", {"reason": reason}), at, person_id=person.id)
        ask.answer(Say("block.done", {"number": report.number, "reason": reason}))


def unblock(ask: Ask) -> None:
    """/bukablokir NUMBER: what they send counts again."""
    batch, at = ask.batch, ask.event.at
    typed = ask.event.args.strip().partition(" ")[0]
    if not typed:
        ask.answer(Say("block.usage_lift"))
        return
    report = _report(ask, typed)
    if report is None:
        return
    person = batch.person(report.person_id)
    if person.blocked_at is None:
        ask.answer(Say("block.not_blocked", {"number": report.number}))
        return
    batch.put_person(replace(person, blocked_at=None))
    batch.roster.log(ask.person.id, ADMIN, "unblock", report.number, at)
    batch.say(Say("block.told_lifted"), at, person_id=person.id)
    ask.answer(Say("block.lifted", {"number": report.number}))


def _report(ask: Ask, typed: str) -> Report | None:
    """The report that is meant; of a case's number its only report. Else it is answered why not."""
    report = report_typed(ask.batch, typed)
    if report is not None:
        return report
    incident = case_typed(ask.batch, typed)
    reports = ask.batch.reports_in(incident.id) if incident is not None else []
    if len(reports) == 1:
        return reports[0]
    if incident is not None and reports:
        numbers = [each.number for each in reports]
        ask.answer(Say("block.which", {"number": incident.number, "numbers": numbers}))
    else:
        ask.answer(Say("block.unknown", {"typed": typed[:20]}))
    return None


def is_blocked(ctx: Context, person: Person) -> bool:
    """Whether nothing they send counts. (Who came into ADMIN_IDS since is not locked out.)"""
    return person.blocked_at is not None and not is_fixed(ctx, person)


def is_open_to_all(event: Event) -> bool:
    """What everybody may ask, blocked or not: to know, have and end what is kept of them (UU PDP 27/2022)."""
    if isinstance(event, PressedButton):
        return event.act in BUTTONS
    return isinstance(event, Command) and event.name in ("privasi", "data", "hapus")


def answer_blocked(ctx: Context, batch: Batch, person: Person, event: Event) -> None:
    """What a blocked person hears: at most once a day, and never without 112."""
    if event.origin.private and not event.origin.edited:
        day = event.at.astimezone(ctx.timezone).date()
        batch.say(Say("block.answer"), event.at, person_id=person.id, slot=f"blocked:{day}", once=True)
