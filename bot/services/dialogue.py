"""One message of a person in the private chat: heard, taken up by the conversation, and done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import asking, conversation
from bot.domain.conversation import correction
from bot.domain.events import SentOther, SentPhoto, SentText, SharedLocation
from bot.domain.models import Choice, Kind, Report, Say
from bot.domain.records import Draft, Person
from bot.domain.steps import Add, FindAddress, Heard, Step
from bot.services import addresses
from bot.services.adding import add_to_report
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.hearing import hear
from bot.services.reporting import file_report


def listen(ctx: Context, batch: Batch, person: Person, event: SharedLocation | SentText | SentPhoto) -> None:
    """Take a location, a text or a photo; an edited message corrects what it said."""
    if event.origin.edited:
        _correct(ctx, batch, person, event)
        return
    if isinstance(event, SentText) and (label := ctx.label_of(event.text)) is not None:
        press_label(ctx, batch, person, label, event.at)
        return
    heard = hear(ctx, event)
    draft = batch.draft(person.id)
    step = conversation.advance(draft, heard, person.id, batch.next_case_id, open_reports(batch, person.id))
    take(ctx, batch, person.id, step, event.at, heard)


def open_reports(batch: Batch, person_id: int) -> list[Report]:
    """A person's reports to incidents that are open, newest first."""
    return [r for r in batch.reports_by(person_id) if batch.incident(r.incident_id).state.is_open]


def take(ctx: Context, batch: Batch, person_id: int, step: Step, at: datetime, heard: Heard | None = None) -> None:
    """Do what a step of the conversation says."""
    batch.put_draft(person_id, step.draft)
    for reply in step.replies:
        batch.say(reply.say, at, person_id=person_id, slot=reply.slot, anew=reply.anew)
    for act in step.acts:
        if isinstance(act, Add):
            add_to_report(ctx, batch, act, at)
            for message_id, field in step.draft.messages[-1:] if step.draft is not None else ():
                batch.put_said(person_id, message_id, act.report_id, field)
        elif isinstance(act, FindAddress):
            take(ctx, batch, person_id, addresses.find(ctx, batch, act, at), at, heard)
        else:
            danger = heard is not None and heard.danger
            file_report(ctx, batch, act.draft, at, by_press=act.by_press, danger=danger)


def _correct(ctx: Context, batch: Batch, person: Person, event: SharedLocation | SentText | SentPhoto) -> None:
    message_id = event.origin.message_id
    if isinstance(event, SharedLocation) or message_id is None:
        return  # a live location moves on: its first point counts
    draft = batch.draft(person.id)
    if draft is not None and not draft.filed:
        for said_in, field in draft.messages:
            if said_in == message_id:
                heard = hear(ctx, event, field)
                take(ctx, batch, person.id, conversation.advance(draft, heard, person.id, 0, ()), event.at)
                return
    known = batch.said_in(person.id, message_id)
    if known is None:
        return
    report_id, field = known
    report = batch.report(report_id)
    if report is None or report.person_id != person.id or not batch.incident(report.incident_id).state.is_open:
        return
    add = correction(report_id, hear(ctx, event, field))
    if add is not None:
        add_to_report(ctx, batch, replace(add, silent=True), event.at)
        batch.say(Say("added.corrected", {"number": report.number}), event.at, person_id=person.id)


def other(batch: Batch, person: Person, event: SentOther) -> None:
    """A sticker, a voice note, a poll …: a friendly line on what is needed; an album is answered once."""
    if event.origin.edited:
        return
    draft = batch.draft(person.id)
    if event.album_id is not None and draft is not None:
        if draft.album_id == event.album_id:
            return
        batch.put_draft(person.id, replace(draft, album_id=event.album_id))
    kind = event.kind if event.kind in ("voice", "video", "contact", "document") else "other"
    missing = draft is not None and not draft.filed and draft.place is not None
    batch.say(
        Say(f"other.{kind}", {"missing": "other.depth" if missing else "other.location"}), event.at, person_id=person.id
    )


def press_label(ctx: Context, batch: Batch, person: Person, label: str, at: datetime) -> None:
    """A button of the keyboard at the bottom, which arrives as its label typed."""
    if label == "button.send_location":  # only a desktop sends this as text: it has no location to give
        say = Say("place.desktop", {}, ((Choice("button.write_address", "write"),),))
        batch.say(say, at, person_id=person.id)
    elif label == "button.write_address":
        addresses.begin(ctx, batch, person.id, at)
    elif label == "button.drain":
        start(batch, person.id, at, Kind.DRAIN)
    elif label == "button.report":
        start(batch, person.id, at, Kind.PUDDLE)
    else:
        batch.say(asking.greeting(), at, person_id=person.id)


def start(batch: Batch, person_id: int, at: datetime, kind: Kind) -> None:
    """Begin a report: what was said and not filed is kept, when it is of the same kind."""
    draft = batch.draft(person_id)
    if draft is None or draft.filed or draft.kind is not kind:
        draft = _fresh(batch, person_id, draft, at, kind)
    batch.put_draft(person_id, replace(draft, updated_at=at))
    batch.say(asking.ask_where(kind), at, person_id=person_id)


def _fresh(batch: Batch, person_id: int, draft: Draft | None, at: datetime, kind: Kind) -> Draft:
    """A new draft; a photo sent just before goes along."""
    fresh = conversation.begin(person_id, batch.next_case_id, at, kind)
    if draft is not None and not draft.filed and draft.place is None:
        fresh = replace(fresh, photos=draft.photos, note=draft.note, messages=draft.messages)
    return fresh
