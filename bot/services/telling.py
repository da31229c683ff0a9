"""Who is told what, and when: receipts that change in place, news to all reporters, and the quiet of the night."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.asking import area_values, slot_of
from bot.domain.models import Choice, Incident, Report, Say
from bot.domain.records import Priority
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.receipts import View

EXPIRY = {Priority.ANSWER: timedelta(hours=1), Priority.ALERT: timedelta(hours=24)}
"""A question nobody could be sent within the hour is not asked; receipts and news keep a day."""

QUIET_FROM = time(22, 0)
QUIET_UNTIL = time(5, 0)
MORNING = time(5, 15)
"""No questions between 22.00 and 05.00; held ones go out from 05.15."""


def not_at_night(at: datetime, timezone: ZoneInfo) -> datetime:
    """When a question may be asked: `at`, or the morning after a quiet hour."""
    local = at.astimezone(timezone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, MORNING, timezone)


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
    say = receipts.receipt(ctx, report, incident, view=view, danger=danger, renewed=renewed)
    expires_at = at + EXPIRY[Priority.ALERT]
    batch.say(say, at, person_id=report.person_id, slot=slot_of(report.id), anew=anew, expires_at=expires_at)


def tell_reporters(
    ctx: Context, batch: Batch, incident: Incident, text: str, at: datetime, *, but: int | None = None
) -> None:
    """Tell every reporter of an incident (but one, who knows) what became of it; their receipts change too."""
    for report in batch.reports_in(incident.id):
        if report.person_id == but:
            continue
        show_receipt(ctx, batch, report, at)
        if report.passing:
            continue
        values = {
            "number": report.number,
            "area": area_values(ctx.areas.get(report.place.area_code or "")),
            "name": incident.name,
            "at": at.isoformat(),
        }
        still = ((Choice("button.still", "still", (str(report.id),)),),) if not incident.state.is_open else ()
        batch.say(
            Say(text, values, still),
            at,
            person_id=report.person_id,
            priority=Priority.ALERT,
            expires_at=at + EXPIRY[Priority.ALERT],
        )
