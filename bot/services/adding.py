"""What a reporter adds to a report after it is filed: depth, name, note, photo, cause, what still gets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import afterwards, incidents
from bot.domain.asking import known_depth
from bot.domain.models import DEEP_CM, Cause, Report, Say, Word
from bot.domain.steps import Add
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.regrouping import count_anew, move_report
from bot.services.telling import show_receipt
from bot.services.words import bring_up

WALKED_ON = timedelta(minutes=10)
"""A picture so long after the report may be of another place: its sender is told how to say so."""


def add_to_report(ctx: Context, batch: Batch, add: Add, at: datetime) -> None:
    """Add to, or correct, a report that is filed; its receipt changes, and a short word says what was understood."""
    report = batch.report(add.report_id)
    if report is None or report.withdrawn:
        return
    if add.place is not None:
        move_report(ctx, batch, report, at, add.place)
        return
    note = report.note
    if add.note is not None:
        note = (afterwards.corrected if add.corrects_note else afterwards.joined)(note, add.note)
    said_water = add.depth is not None and add.depth.cm is not None
    report = replace(
        report,
        depth=add.depth or report.depth,
        place=replace(report.place, name=add.name or report.place.name),
        note=note,
        passability=add.passability or report.passability,
        photos=report.photos + (add.photo is not None),
        seen_at=max(report.seen_at, at) if said_water else report.seen_at,
        word=Word.STANDING if said_water else report.word,
    )
    batch.put_report(report)
    if add.photo is not None:
        batch.put_photo(replace(add.photo, report_id=report.id))
    before = batch.incident(report.incident_id)
    incident = incidents.told(replace(before, photos=before.photos + (add.photo is not None)), report)
    if add.name is not None and len(batch.reports_in(incident.id)) == 1:
        incident = replace(incident, name=add.name)
    if add.passability is not None:  # it may be easier now than its reporter said before
        said = (other.passability for other in batch.reports_in(incident.id))
        incident = replace(incident, passability=incidents.hardest(said))
    if incident != before or add.danger:  # words of distress are news to the office
        batch.put_incident(incident, "told", at, why={"report": report.id})
    show_receipt(ctx, batch, report, at, danger=add.danger)
    if add.photo is not None:
        bring_up(ctx, batch, report, at)
    if not add.silent:
        batch.say(_understood(report, add, at), at, person_id=report.person_id)


def _understood(report: Report, add: Add, at: datetime) -> Say:
    """What was taken from a message that added to a report."""
    if add.photo is not None:
        field = "photo"
    elif add.name is not None:
        field = "name"
    elif add.note is not None:
        field = "question" if add.asks else "note"
    else:
        field = "depth" if add.depth is not None else "passability"
    deep = add.danger or (add.depth is not None and (add.depth.cm or 0) >= DEEP_CM)
    values = {
        "number": report.number,
        **known_depth(add.depth),
        "passability": None if add.passability is None else f"passability.{add.passability.value}",
        "name": add.name,
        "elsewhere": "added.elsewhere" if at - report.seen_at > WALKED_ON else None,
        "safety": "say.safety" if deep else None,
    }
    return Say(f"added.{field}", values)


def set_cause(ctx: Context, batch: Batch, report: Report, cause: Cause, at: datetime) -> None:
    """Why the water stands, as its reporter sees it."""
    batch.put_report(replace(report, cause=cause))
    count_anew(batch, report.incident_id, "told", at, report)
    show_receipt(ctx, batch, replace(report, cause=cause), at)


def set_area(ctx: Context, batch: Batch, report: Report, code: str, at: datetime) -> None:
    """The reporter says in which kelurahan the point lies."""
    report = replace(report, place=replace(report.place, area_code=code))
    batch.put_report(report)
    incident = batch.incident(report.incident_id)
    if incident.area_code != code and batch.reports_in(incident.id)[0].id == report.id:
        batch.put_incident(replace(incident, area_code=code), "corrected", at, why={"report": report.id})
    show_receipt(ctx, batch, report, at)


def set_passing(ctx: Context, batch: Batch, report: Report, yes: bool, at: datetime) -> None:
    """The reporter was only passing by (or not): never asked again, and no say in whether the water is gone."""
    report = replace(report, passing=yes)
    batch.put_report(report)
    show_receipt(ctx, batch, report, at)
