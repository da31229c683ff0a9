"""What a reporter adds to a report after it is filed: depth, name, note, photo, cause, what still gets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import incidents
from bot.domain.models import Cause, Passability, Report, Say, Word
from bot.domain.steps import Add
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.regrouping import count_anew, move_report
from bot.services.telling import show_receipt


def add_to_report(ctx: Context, batch: Batch, add: Add, at: datetime) -> None:
    """Add to, or correct, a report that is filed; its receipt changes, and a short word says what was understood."""
    report = batch.report(add.report_id)
    if report is None or report.withdrawn:
        return
    if add.place is not None:
        move_report(ctx, batch, report, at, place=add.place)
        return
    note = report.note
    if add.note is not None:
        note = add.note if add.replace_note or not note else f"{note}\n{add.note}"[:4000]
    said_water = add.depth is not None and add.depth.cm is not None
    report = replace(
        report,
        depth=add.depth or report.depth,
        place=replace(report.place, name=add.name or report.place.name),
        note=note,
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
    if incident != before:
        batch.put_incident(incident, "told", at, why={"report": report.id})
    show_receipt(ctx, batch, report, at)
    if not add.silent:
        batch.say(_understood(report, add), at, person_id=report.person_id)


def _understood(report: Report, add: Add) -> Say:
    """What was taken from a message that added to a report."""
    field = "photo" if add.photo else "depth" if add.depth and not add.note else "name" if add.name else "note"
    depth = receipts.depth_values(add.depth)
    return Say(f"added.{field}", {"number": report.number, "depth": depth, "name": add.name})


def set_passability(ctx: Context, batch: Batch, report: Report, passability: Passability, at: datetime) -> None:
    """What still gets through."""
    report = replace(report, passability=passability)
    batch.put_report(report)
    incident = batch.incident(report.incident_id)
    said = (other.passability for other in batch.reports_in(incident.id))
    changed = replace(incident, passability=incidents.hardest(said))
    if changed != incident:
        batch.put_incident(changed, "told", at, why={"report": report.id})
    show_receipt(ctx, batch, report, at)


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


def set_passing(ctx: Context, batch: Batch, report: Report, at: datetime) -> None:
    """The reporter was only passing by: never asked again, and no say in whether the water is gone."""
    report = replace(report, passing=True)
    batch.put_report(report)
    show_receipt(ctx, batch, report, at)
