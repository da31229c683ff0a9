"""A reporter's word about the water: it stands, it rises, it is gone. Enough of them end a case, or open it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.domain import incidents
from bot.domain.models import Incident, IncidentState, Kind, Report, Say, Word
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipts import View
from bot.services.telling import show_receipt, tell_reporters

REPORTERS_ASKED = 3
"""The latest so many are asked whether the water is gone."""

ANSWER_WITHIN = timedelta(hours=6)
"""A bare "sudah" or "belum" is an answer for so long after the question."""

LATE_ANSWER = timedelta(hours=24)
"""So long after a case was closed "tanpa kabar", word that the water is gone still tells how it ended."""

SAME_PRESS = timedelta(minutes=1)
"""The same word again within this is the same press again; later it is news."""


class Heeded(Enum):
    """What came of a word."""

    DONE = auto()
    ALREADY = auto()  # it was said before
    OVER = auto()  # its case has ended, and the word changes nothing
    AGAIN = auto()  # its case ended long ago: water there now is a new occurrence


def hear_word(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> Heeded:
    """A reporter says that the water stands, rises, or is gone."""
    incident = batch.incident(report.incident_id)
    late = word is Word.GONE and _is_late_answer(incident, at)
    if not incident.state.is_open and not incidents.may_reopen(incident, at) and not late:
        return Heeded.OVER if word is Word.GONE else Heeded.AGAIN
    close_question(ctx, batch, report, f"answered.{word.value}", at)
    if report.word is word and report.word_at is not None and at - report.word_at < SAME_PRESS:
        return Heeded.ALREADY
    if incident.state.is_open or late:
        _say(ctx, batch, report, word, at)
    elif word is Word.GONE:
        return Heeded.OVER
    else:
        _reopen(ctx, batch, report, word, at)
    return Heeded.DONE


def _is_late_answer(incident: Incident, at: datetime) -> bool:
    """It was closed for want of an answer, which still tells how it ended."""
    if incident.state is not IncidentState.UNHEARD or incident.ended_at is None:
        return False
    return at - incident.ended_at <= LATE_ANSWER


def _say(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> None:
    seen_at = report.seen_at if word is Word.GONE else max(report.seen_at, at)
    report = replace(report, word=word, word_at=at, seen_at=seen_at)
    batch.put_report(report)
    incident = incidents.told(batch.incident(report.incident_id), report)
    batch.put_incident(incident, word.value, at, why={"report": report.id})
    together = batch.reports_in(incident.id)
    reachable = [other.person_id for other in together if batch.person(other.person_id).reachable]
    if incidents.is_gone(together, reachable):
        incident = incidents.ended(incident, IncidentState.RECEDED, at)
        batch.put_incident(incident, "receded", at)
        news = "told.receded" if incident.kind is Kind.PUDDLE else "told.mended"
        tell_reporters(ctx, batch, incident, news, at, but=report.person_id)
    view = View.DEPTH if word is Word.RISING else View.MAIN
    show_receipt(ctx, batch, report, at, view=view)


def _reopen(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> None:
    report = replace(report, word=word, word_at=at, seen_at=max(report.seen_at, at))
    batch.put_report(report)
    incident = incidents.told(incidents.reopened(batch.incident(report.incident_id)), report)
    batch.put_incident(incident, "reopened", at, why={"report": report.id})
    tell_reporters(ctx, batch, incident, f"told.reopened.{incident.kind.value}", at, but=report.person_id)
    show_receipt(ctx, batch, report, at)


def whom_to_ask(batch: Batch, incident: Incident) -> list[Report]:
    """The latest reporters who were not only passing by and can be reached, each by their latest report."""
    able = [r for r in batch.reports_in(incident.id) if not r.passing and batch.person(r.person_id).reachable]
    latest = {report.person_id: report for report in sorted(able, key=lambda report: report.seen_at)}
    return sorted(latest.values(), key=lambda report: report.seen_at, reverse=True)[:REPORTERS_ASKED]


def is_asked(batch: Batch, report: Report, at: datetime) -> bool:
    """This report's writer has been asked whether the water is gone, and has not answered yet."""
    asked_at = batch.incident(report.incident_id).asked_at
    if asked_at is None or not asked_at <= at <= asked_at + ANSWER_WITHIN:
        return False
    answered = max(report.seen_at, report.word_at or report.seen_at) > asked_at
    return not answered and report in whom_to_ask(batch, batch.incident(report.incident_id))


def close_question(ctx: Context, batch: Batch, report: Report, text: str, at: datetime) -> None:
    """Where this person was asked whether the water is gone, the question gives way to the answer."""
    incident = batch.incident(report.incident_id)
    if incident.asked and report in whom_to_ask(batch, incident):
        slot = receipts.gone_slot(incident)
        batch.say(Say(text, {"number": report.number}), at, person_id=report.person_id, slot=slot)
