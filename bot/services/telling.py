"""Who is told what, and when: receipts that change in place, news to all reporters, and the quiet of the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import incidents
from bot.domain.asking import area_values, slot_of
from bot.domain.models import Choice, Incident, Kind, Report, Say, Word
from bot.domain.outgoing import Priority
from bot.domain.records import Wanted
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipt_rows import View, tide_again

QUESTIONS_KEEP = timedelta(hours=1)
"""A question that could not be sent within the hour is not asked any more."""

QUIET_FROM = time(22, 0)
QUIET_UNTIL = time(5, 0)
MORNING = time(5, 15)
"""No questions between 22.00 and 05.00; held ones go out from 05.15."""

A_DAY = 5
"""Messages of news about one report on one local day; the last is kept for the end of the case."""

TAKEN_BACK = A_DAY + 1
"""One more is kept for that it was no end: nobody is left with an end that was taken back."""


def is_night(at: datetime, timezone: ZoneInfo) -> bool:
    """An hour in which nobody is asked, or woken."""
    return not QUIET_UNTIL <= at.astimezone(timezone).time() < QUIET_FROM


def not_at_night(at: datetime, timezone: ZoneInfo) -> datetime:
    """When a question may be asked: `at`, or the morning after a quiet hour."""
    local = at.astimezone(timezone)
    if not is_night(at, timezone):
        return at
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, MORNING, timezone)


def ask_reporter(batch: Batch, report: Report, ask: Say, slot: str, at: datetime) -> None:
    """Ask a reporter, unprompted, what became of the water; `at` is not at night."""
    batch.say(
        ask,
        at,
        person_id=report.person_id,
        slot=slot,
        anew=True,
        priority=Priority.ALERT,
        expires_at=at + QUESTIONS_KEEP,
    )


def show_receipt(
    ctx: Context,
    batch: Batch,
    report: Report,
    at: datetime,
    *,
    view: View = View.MAIN,
    anew: bool = False,
    danger: bool = False,
    renewed: bool = False,
) -> None:
    """Bring a report's own message up to date; `anew` sends it again, below what was written meanwhile."""
    incident = batch.incident(report.incident_id)
    closes_at = _closes_at(batch, incident) if report.word is Word.GONE and incident.state.is_open else None
    say = receipts.receipt(ctx, report, incident, view=view, danger=danger, renewed=renewed, at=at, closes_at=closes_at)
    batch.say(say, at, person_id=report.person_id, slot=slot_of(report.id), anew=anew)


def reachable(batch: Batch, reports: list[Report]) -> list[int]:
    """Person ids of the reporters who can be asked: messages reach them, and they did not mute the case."""
    return [report.person_id for report in reports if not report.muted and batch.person(report.person_id).reachable]


def _closes_at(batch: Batch, incident: Incident) -> datetime | None:
    """When deep water, that enough of its reporters call gone, ends the case."""
    together = batch.reports_in(incident.id)
    return incidents.recedes_at(incident, together, reachable(batch, together))


def one_more(report: Report, at: datetime, timezone: ZoneInfo, most: int | None) -> Report | None:
    """The report after one more message of news about it; None: enough for that day.

    Args:
        most: so many on one local day, this one among them; None: it is told in any case.
    """

    def day(moment: datetime) -> date:
        return moment.astimezone(timezone).date()

    heard = report.heard if report.heard_at is not None and day(report.heard_at) == day(at) else 0
    return replace(report, heard_at=at, heard=heard + 1) if most is None or heard < most else None


def tell_reporters(
    ctx: Context,
    batch: Batch,
    incident: Incident,
    text: str,
    at: datetime,
    *,
    but: int | None = None,
    due_at: datetime | None = None,
    slot: str | None = None,
) -> None:
    """Tell every reporter of an incident (but one, who knows) what became of it; their receipts change too.

    Args:
        ctx, batch: the world.
        incident: as it is now.
        text: id of the news.
        at: when it happened.
        but: person id of who knows.
        due_at: when to tell, if not at once.
        slot: of a question that is no more; one that waits to be asked is not asked then.
    """
    due_at, told, over = due_at or at, {but}, not incident.state.is_open
    most = A_DAY if over else TAKEN_BACK if slot is not None else A_DAY - 1
    # in mode banjir they hear of the end; all else stands in their receipts
    silent = not over and batch.roster.flood(incident.area_code) is not None
    reporters = batch.reports_in(incident.id)
    batch.require(Wanted(person_ids=frozenset(report.person_id for report in reporters)))
    for report in reporters:
        if report.person_id != but:
            show_receipt(ctx, batch, report, at)
        blocked = batch.person(report.person_id).blocked_at is not None
        if silent or blocked or report.passing or report.muted or report.person_id in told:
            continue
        told.add(report.person_id)
        if (counted := one_more(report, due_at, ctx.timezone, most)) is None:
            continue
        batch.put_report(counted)
        values = {
            "number": report.number,
            "area": area_values(ctx.areas.get(report.place.area_code or "")),
            "name": incident.name,
            "at": at.isoformat(),
        }
        label = "button.still" if incident.kind is Kind.PUDDLE else "button.still_broken"
        still = () if not over else ((Choice(label, "still", (str(report.id),)),), *tide_again(report, incident))
        say = Say(text, values, still, quiet=is_night(due_at, ctx.timezone))
        batch.say(say, due_at, person_id=report.person_id, slot=slot, anew=slot is not None, priority=Priority.ALERT)
