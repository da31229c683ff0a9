"""A reporter's word about the water: it stands, it rises, it is gone. Enough of them end a case, or open it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.domain import incidents, lifecycle, ownership
from bot.domain.lifecycle import Act
from bot.domain.models import Incident, IncidentState, Kind, Report, Say, Word
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.services import owning, receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipt_rows import View
from bot.services.telling import reachable, show_receipt, tell_reporters

REPORTERS_ASKED = 3
"""The latest so many are asked whether the water is gone."""

ANSWER_WITHIN = timedelta(hours=6)
"""A bare "sudah" or "belum" is an answer for so long after the question."""

LATE_ANSWER = timedelta(hours=24)
"""So long after a case was closed "tanpa kabar", word that the water is gone still tells how it ended; and so long
after an office closed one, its reporters can still say that it is so."""

AGAIN = 2
PHOTO_WITHIN = timedelta(minutes=30)
"""A photo so long after the second reopening counts as if it had come with it."""

SAME_PRESS = timedelta(minutes=1)
"""The same word again within this is the same press again; later it is news."""


class Heeded(Enum):
    """What came of a word."""

    DONE = auto()
    REOPENED = auto()
    ALREADY = auto()  # it was said before
    OVER = auto()  # its case has ended, and the word changes nothing
    AGAIN = auto()  # its case ended long ago: water there now is a new occurrence


def hear_word(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> Heeded:
    """A reporter says that the water stands, rises, or is gone."""
    incident = batch.incident(report.incident_id)
    over = not incident.state.is_open
    late = incident.ended_at is not None and at - incident.ended_at <= LATE_ANSWER
    unheard = incident.state is IncidentState.UNHEARD
    if over and word is Word.GONE and not (late and (unheard or ended_by_office(batch, incident))):
        return Heeded.OVER
    if over and word is not Word.GONE and not lifecycle.may_reopen(incident, at):
        return Heeded.AGAIN
    if report.word is word and report.word_at is not None and at - report.word_at < SAME_PRESS:
        if not over:
            close_question(ctx, batch, report, f"answered.{word.value}", at)
        return Heeded.ALREADY
    if over and word is not Word.GONE:
        above = _above_with_photo(ctx, batch, incident, report.person_id)
        if above is None:
            close_question(ctx, batch, report, "answered.reopened", at)
        else:
            close_question(ctx, batch, report, "answered.reopened_again", at, above=unit_values(above))
        report = replace(report, word=word, word_at=at, seen_at=max(report.seen_at, at))
        batch.put_report(report)
        reopen(ctx, batch, report, at)
        show_receipt(ctx, batch, report, at, view=View.DEPTH if word is Word.RISING else View.MAIN)
        return Heeded.REOPENED
    if over and not unheard:
        return _confirm(ctx, batch, report, at)
    close_question(ctx, batch, report, f"answered.{word.value}", at)
    _say(ctx, batch, report, word, at)
    return Heeded.DONE


def _say(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> None:
    seen_at = report.seen_at if word is Word.GONE else max(report.seen_at, at)
    report = replace(report, word=word, word_at=at, seen_at=seen_at)
    batch.put_report(report)
    incident = incidents.told(batch.incident(report.incident_id), report)
    batch.put_incident(incident, word.value, at, why={"report": report.id})
    end_if_gone(ctx, batch, incident.id, at, but=report.person_id)
    view = View.DEPTH if word is Word.RISING else View.MAIN
    show_receipt(ctx, batch, report, at, view=view)


def end_if_gone(ctx: Context, batch: Batch, incident_id: int, at: datetime, *, but: int | None = None) -> None:
    """End a case as "surut sendiri" where its reporters' words are enough by now; deep water has to wait for an hour.

    Called after each word, and again by the clock.

    Args:
        but: person id of who spoke, and sees it on the receipt.
    """
    incident = batch.incident(incident_id)
    if not lifecycle.allows(Act.RECEDE, incident.state):
        return
    together = batch.reports_in(incident_id)
    due = incidents.recedes_at(incident, together, reachable(batch, together))
    if due is None:
        return
    if due > at:
        for report in together:  # they read until when it waits, instead of whom for
            if report.word is Word.GONE:
                show_receipt(ctx, batch, report, at)
        return
    over = lifecycle.after(Act.RECEDE, incident, incident.handling, at=at)
    batch.put_incident(over, "receded", at)
    tell_reporters(ctx, batch, over, "told.receded" if over.kind is Kind.PUDDLE else "told.mended", at, but=but)


def _confirm(ctx: Context, batch: Batch, report: Report, at: datetime) -> Heeded:
    """An office ended it, and its reporter says so too; where work was done, one tap more says how well."""
    incident = batch.incident(report.incident_id)
    if report.word is Word.GONE and report.word_at is not None and report.word_at >= (incident.ended_at or at):
        return Heeded.ALREADY
    batch.put_report(replace(report, word=Word.GONE, word_at=at))
    batch.put_incident(incident, Word.GONE.value, at, why={"report": report.id})
    asks = incident.state is IncidentState.HANDLED and report.rating is None
    say = receipts.rate(report) if asks else Say("answered.gone", {"number": report.number})
    batch.say(say, at, person_id=report.person_id, slot=receipts.closed_slot(incident))
    return Heeded.DONE


def ended_by_office(batch: Batch, incident: Incident) -> bool:
    """An office ended it, so that its reporters were asked whether it is so."""
    if incident.state is not IncidentState.RECEDED:
        return incident.state in lifecycle.OUTCOMES
    ends = (event.what for event in reversed(batch.dossiers.history(incident.id)))
    return next((what for what in ends if what in ("closed", "receded")), None) == "closed"


def reopen(ctx: Context, batch: Batch, report: Report, at: datetime, *, photos: int = 0) -> None:
    """A case that ended just now is open again, with its history and its last owner; the other reporters hear of it.

    Opened again a second time by the word of another person, or with a photo, it goes one level up.

    Args:
        report: as it was put, with the word that opens it.
        photos: so many came with the word.
    """
    over = batch.incident(report.incident_id)
    offices, h = owning.offices(ctx, batch), over.handling
    up = lifecycle.goes_up(h, report.person_id, photos > 0)
    above = ownership.above(h, offices) if up else None
    owner = h.owner if above is None else ownership.stand_in(above, offices).code
    times = owning.times_of(ctx, over, replace(h, owner=owner))
    handling = ownership.reopened(h, times, at, report.person_id, up, offices)
    again = replace(lifecycle.after(Act.REOPEN, over, handling, at=at), photos=over.photos + photos)
    incident = incidents.told(again, report)
    batch.put_incident(incident, "reopened", at, why={"report": report.id})
    news, slot = f"told.reopened.{incident.kind.value}", receipts.closed_slot(over)
    tell_reporters(ctx, batch, incident, news, at, but=report.person_id, slot=slot)


def _above_with_photo(ctx: Context, batch: Batch, incident: Incident, person_id: int) -> Unit | None:
    """Where a case would go that this person opens again a second time, if a photo came with it; else None."""
    h = incident.handling
    if not lifecycle.goes_up(h, person_id, True) or lifecycle.goes_up(h, person_id, False):
        return None
    return ownership.above(h, owning.offices(ctx, batch))


def bring_up(ctx: Context, batch: Batch, report: Report, at: datetime) -> None:
    """A photo comes shortly after the same person's second "Masih tergenang": now the level above takes over."""
    incident = batch.incident(report.incident_id)
    h = incident.handling
    if not incident.state.is_open or h.reopened < AGAIN or h.reopened_by != report.person_id or h.offer is not None:
        return
    again = next(event for event in reversed(batch.dossiers.history(incident.id)) if event.what == "reopened")
    if at - again.at > PHOTO_WITHIN or (h.since is not None and h.since >= again.at):  # too late, or it went up
        return
    offices = owning.offices(ctx, batch)
    above = ownership.above(h, offices)
    if above is None:
        return
    times = owning.times_of(ctx, incident, replace(h, owner=ownership.stand_in(above, offices).code))
    handling = ownership.reopened(h, times, at, None, True, offices)
    risen = lifecycle.after(Act.ESCALATE, incident, handling, at=at)
    batch.put_incident(risen, "reopened", at, why={"report": report.id, "photo": True})
    news, slot = f"told.reopened.{incident.kind.value}", receipts.closed_slot(incident)
    tell_reporters(ctx, batch, risen, news, at, but=report.person_id, slot=slot)
    show_receipt(ctx, batch, report, at)


def whom_to_ask(batch: Batch, incident: Incident) -> list[Report]:
    """The latest reporters who were not only passing by and can be reached, each by their latest report."""
    able = [
        report
        for report in batch.reports_in(incident.id)
        if not (report.passing or report.muted) and batch.person(report.person_id).reachable
    ]
    latest = {report.person_id: report for report in sorted(able, key=lambda report: report.seen_at)}
    return sorted(latest.values(), key=lambda report: report.seen_at, reverse=True)[:REPORTERS_ASKED]


def is_asked(batch: Batch, report: Report, at: datetime) -> bool:
    """This report's writer has been asked whether the water is (really) gone, and has not answered yet."""
    incident = batch.incident(report.incident_id)
    asked_at = incident.asked_at if incident.state.is_open else incident.ended_at
    if asked_at is None or not asked_at <= at <= max(asked_at, incident.asked_at or asked_at) + ANSWER_WITHIN:
        return False
    if max(report.seen_at, report.word_at or report.seen_at) > asked_at:
        return False
    if incident.state.is_open:
        return report in whom_to_ask(batch, incident)
    return not (report.passing or report.muted) and ended_by_office(batch, incident)


def close_question(ctx: Context, batch: Batch, report: Report, text: str, at: datetime, **more: object) -> None:
    """Where this person was asked whether the water is gone, the question gives way to the answer."""
    incident = batch.incident(report.incident_id)
    say = Say(text, {"number": report.number, **more})
    if not incident.state.is_open and ended_by_office(batch, incident):
        batch.say(say, at, person_id=report.person_id, slot=receipts.closed_slot(incident))
    elif incident.asked and report in whom_to_ask(batch, incident):
        batch.say(say, at, person_id=report.person_id, slot=receipts.gone_slot(incident))
