"""News of a case to everybody who reported it: each change of owner or state as a message, all else in their receipts.

Who only passed by, muted the case, or was blocked hears nothing more. At most five a day about one report, the last of
them kept for the end. At night news makes no sound, and no question is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from bot.domain.asking import area_values
from bot.domain.handling import Offer
from bot.domain.models import Choice, Incident, IncidentEvent, IncidentState, Report, Say
from bot.domain.outgoing import Priority
from bot.domain.records import Wanted
from bot.domain.staff import Note, Wrote
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.card_face import done
from bot.services.context import Context
from bot.services.standing import assigns_itself, named
from bot.services.telling import A_DAY, ask_reporter, is_night, not_at_night, one_more, show_receipt


class Heard(Enum):
    """How the reporters of a case hear of something."""

    NOT = auto()
    RECEIPT = auto()  # their receipts change
    MESSAGE = auto()  # they also get a message
    END = auto()  # the same, and are asked whether it is so


HEARD: Mapping[str, Heard] = {
    "taken": Heard.MESSAGE,
    "on_the_way": Heard.RECEIPT,
    "on_site": Heard.RECEIPT,
    "follow_up": Heard.MESSAGE,
    "coordination": Heard.MESSAGE,
    "offered": Heard.MESSAGE,
    "kept": Heard.MESSAGE,
    "accepted": Heard.MESSAGE,
    "refused": Heard.MESSAGE,
    "lapsed": Heard.MESSAGE,
    "assigned": Heard.MESSAGE,
    "escalated": Heard.MESSAGE,
    "overdue": Heard.MESSAGE,
    "outside": Heard.MESSAGE,
    "rerouted": Heard.MESSAGE,
    "closed": Heard.END,
    "claimed": Heard.MESSAGE,
    "merged": Heard.MESSAGE,
    "split": Heard.RECEIPT,
    "paused": Heard.RECEIPT,
    "resumed": Heard.RECEIPT,
}
"""By what happened. What residents' own words bring about (receded, reopened, unheard …) is told where it happens."""


def tell_step(
    ctx: Context, batch: Batch, incident: Incident, event: IncidentEvent, at: datetime, *, only_receipts: bool = False
) -> None:
    """Tell the reporters of an incident what happened to it.

    Args:
        ctx, batch: the world.
        incident: as it is now.
        event: what happened, once for each event.
        at: when they are told.
        only_receipts: in mode banjir: no message but at the end.
    """
    heard = HEARD.get(event.what, Heard.NOT)
    if event.what == "merged" and "reports" not in event.why:
        heard = Heard.RECEIPT  # the case that others came to
    if event.what == "rerouted" and event.why.get("from") == event.why.get("to"):
        heard = Heard.RECEIPT  # the same owner, on behalf of another unit
    if event.what == "told" and "due_at" in event.why:
        heard = Heard.RECEIPT  # deeper water, or another cause: another time
    if heard is Heard.NOT:
        return
    told: set[int] = set()
    hearers, ends = _hearers(batch, incident, event), heard is Heard.END
    if ends and is_night(at, ctx.timezone):  # they are asked in the morning, and their answer counts from then
        incident = replace(incident, asked_at=not_at_night(at, ctx.timezone))
        batch.put_quietly(incident)
    batch.require(Wanted(person_ids=frozenset(report.person_id for report in hearers)))
    for report in hearers:
        person = batch.person(report.person_id)
        if person.blocked_at is not None:
            continue
        show_receipt(ctx, batch, report, at, renewed=_just_renewed(batch, event, report))
        if heard is Heard.RECEIPT or report.person_id in told or (only_receipts and not ends):
            continue
        if report.passing or report.muted or not person.reachable:
            continue
        told.add(report.person_id)
        # who had it opened again is asked at each end: theirs is the last word
        again = ends and report.person_id == incident.handling.reopened_by
        most = None if again else A_DAY if ends else A_DAY - 1
        if (counted := one_more(report, at, ctx.timezone, most)) is not None:
            batch.put_report(counted)
            _send(ctx, batch, incident, event, counted, at)


def _hearers(batch: Batch, incident: Incident, event: IncidentEvent) -> list[Report]:
    """The reporters of an incident; of one that was merged away, those that came from there."""
    moved = event.why.get("reports") if event.what == "merged" else None
    if not isinstance(moved, list | tuple):
        return batch.reports_in(incident.id)
    found = [batch.report(each) for each in moved if isinstance(each, int)]
    return [report for report in found if report is not None and not report.withdrawn]


def _just_renewed(batch: Batch, event: IncidentEvent, report: Report) -> bool:
    """This came of what the report's writer said once more: their receipt tells so."""
    if event.what not in ("told", "rerouted"):
        return False
    history = batch.dossiers.history(event.incident_id)
    before = [each for each in history[-3:] if each is not event and each.at == event.at]
    return any(each.what == "renewed" and each.why.get("report") == report.id for each in before)


def _send(ctx: Context, batch: Batch, incident: Incident, event: IncidentEvent, report: Report, at: datetime) -> None:
    if event.what == "closed" and not is_night(at, ctx.timezone):
        _ask(ctx, batch, incident, event, report, at)  # the question says what the office said
        return
    what = f"{event.what}_itself" if assigns_itself(event) else event.what
    text = f"news.closed.{incident.state.value}" if what == "closed" else f"news.{what}"
    mute = Choice("news_button.mute", "mute", (str(report.id),))
    values = _values(ctx, batch, event) | {
        "head": "news.head",
        "number": report.number,
        "area": area_values(ctx.areas.get(report.place.area_code or "")),
        "name": incident.name,
    }
    say = Say(text, values, ((mute,),) if incident.state.is_open else (), quiet=is_night(at, ctx.timezone))
    batch.say(say, at, person_id=report.person_id, priority=Priority.ALERT)
    if event.what == "closed":
        _ask(ctx, batch, incident, event, report, not_at_night(at, ctx.timezone))


def _ask(ctx: Context, batch: Batch, incident: Incident, event: IncidentEvent, report: Report, at: datetime) -> None:
    """ "Benar sudah surut?", or where nothing was found "Titiknya tepat?"."""
    nothing = incident.state in (IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE)
    note = _note(batch, event, Wrote.CLOSING)
    said = {} if note is None else {"words": note.words, "quick": note.quick}
    ask = (receipts.ask_not_found if nothing else receipts.ask_closed)(ctx, report, incident, said)
    ask_reporter(batch, report, ask, receipts.closed_slot(incident), at)


def _values(ctx: Context, batch: Batch, event: IncidentEvent) -> dict[str, object]:
    """What the news says besides which case it is about, from the event and the incident right after it."""
    h, why = event.after.handling, event.why
    values: dict[str, object] = {
        "at": event.at.isoformat(),
        "unit": named(ctx, h.owner),
        "due": None if h.due_at is None else h.due_at.isoformat(),
    }
    match event.what:
        case "follow_up":
            note = _note(batch, event, Wrote.FOLLOW_UP)
            values["unit"] = named(ctx, event.who) or values["unit"]
            values |= {"done": why.get("quick")} if note is None else done(note)
        case "closed" | "claimed":
            note = _note(batch, event, Wrote.CLOSING)
            values |= {"done": why.get("quick")} if note is None else done(note)
        case "coordination":
            values["other"] = named(ctx, _text(why.get("unit")) or next(reversed(h.helpers), None))
        case "rerouted" if isinstance(why.get("why"), str):
            values["reason"] = f"moved.{why['why']}"
        case "outside" if h.outside is not None:
            values["other"] = named(ctx, h.outside.unit)
        case "offered" if h.offer is not None:
            values |= {
                "other": named(ctx, h.offer.to),
                "until": h.offer.lapses_at.isoformat(),
                **reason_of(batch, event, h.offer.reason.value),
            }
        case "accepted" | "assigned":
            offer = _last_offer(batch, event)
            if event.what == "accepted" and offer is not None:
                values |= reason_of(batch, event, offer.reason.value)
        case "refused" | "lapsed":
            offer = _last_offer(batch, event)
            asked = _text(why.get("by")) or (None if offer is None else offer.to)
            values |= {"other": named(ctx, asked), **reason_of(batch, event, _text(why.get("reason")))}
    return values


def reason_of(batch: Batch, event: IncidentEvent, value: str | None) -> dict[str, object]:
    """A reason as it is told: in the words that were written, where none of the usual ones was chosen."""
    if value != "words":
        return {"reason": None if value is None else f"reason.{value}"}
    note = _note(batch, event, Wrote.HANDING)
    words = {} if note is None else done(note)
    return {"reason": words.get("done"), **words}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _note(batch: Batch, event: IncidentEvent, what: Wrote) -> Note | None:
    """What was written with this event."""
    notes = [note for note in batch.dossiers.notes(event.incident_id) if note.what is what]
    named_in = event.why.get("note")
    return next((note for note in notes if note.id == named_in), None)


def _last_offer(batch: Batch, event: IncidentEvent) -> Offer | None:
    """The offer that was answered, from the history before this event."""
    offers = (
        before.after.handling.offer
        for before in reversed(batch.dossiers.history(event.incident_id))
        if before is not event and before.at <= event.at
    )
    return next((offer for offer in offers if offer is not None), None)
