"""A reporter's word about the water: it stands, it rises, it is gone. Enough of them end a case, or open it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import incidents
from bot.domain.models import IncidentState, Report, Word
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipts import View
from bot.services.telling import show_receipt, tell_reporters


def say_word(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> None:
    """A reporter says that the water stands, rises, or is gone."""
    incident = batch.incident(report.incident_id)
    if not incident.state.is_open:
        if word is Word.GONE or not incidents.may_reopen(incident, at):
            show_receipt(ctx, batch, report, at)
            return
        _reopen(ctx, batch, report, word, at)
        return
    seen_at = report.seen_at if word is Word.GONE else max(report.seen_at, at)
    report = replace(report, word=word, word_at=at, seen_at=seen_at)
    batch.put_report(report)
    incident = incidents.told(incident, report)
    batch.put_incident(incident, word.value, at, why={"report": report.id})
    together = batch.reports_in(incident.id)
    reachable = [other.person_id for other in together if batch.person(other.person_id).reachable]
    if incidents.is_gone(together, reachable):
        incident = incidents.ended(incident, IncidentState.RECEDED, at)
        batch.put_incident(incident, "receded", at)
        tell_reporters(ctx, batch, incident, "told.receded", at, but=report.person_id)
    view = View.DEPTH if word is Word.RISING and incident.state.is_open else View.MAIN
    show_receipt(ctx, batch, report, at, view=view)


def _reopen(ctx: Context, batch: Batch, report: Report, word: Word, at: datetime) -> None:
    report = replace(report, word=word, word_at=at, seen_at=max(report.seen_at, at))
    batch.put_report(report)
    incident = incidents.told(incidents.reopened(batch.incident(report.incident_id)), report)
    batch.put_incident(incident, "reopened", at, why={"report": report.id})
    tell_reporters(ctx, batch, incident, "told.reopened", at, but=report.person_id)
    show_receipt(ctx, batch, report, at)
