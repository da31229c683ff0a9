"""One message of a person in the private chat: a label, a number, a word about the water, or part of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import afterwards, asking, conversation, lifecycle
from bot.domain.events import SentOther, SentPhoto, SentText, SharedLocation
from bot.domain.models import Choice, Kind, Report, Say, Word
from bot.domain.numbers import numbers_in
from bot.domain.records import Person
from bot.domain.steps import Add, Heard
from bot.domain.talk import water_word
from bot.services import addresses, limits
from bot.services.adding import add_to_report
from bot.services.batch import Batch
from bot.services.cancelling import cancel
from bot.services.context import Context
from bot.services.dialogue import focus_on, open_reports, start, take
from bot.services.hearing import hear
from bot.services.numbered import report_typed
from bot.services.receipt_rows import View
from bot.services.telling import show_receipt
from bot.services.words import hear_word, is_asked

PHRASE_WORDS = 4
"""A word about the water in a longer text than this is kept as a note too."""


def listen(ctx: Context, batch: Batch, person: Person, event: SharedLocation | SentText | SentPhoto) -> None:
    """Take a location, a text or a photo; an edited message corrects what it said."""
    if event.origin.edited:
        _correct(ctx, batch, person, event)
        return
    if isinstance(event, SentText):
        label = ctx.label_of(event.text)
        if label is not None and _press_label(ctx, batch, person, label, event.at):
            return
        if _is_number(ctx, batch, person, event):
            return
    answered = _answered(batch, person, event)
    if answered is not None:
        focus_on(batch, answered, event.at)
    heard = hear(ctx, event)
    if heard.place and limits.turn_away(batch, person.id, heard.place, event.at, danger=heard.danger):
        return
    if _is_about_the_water(ctx, batch, person, heard, answered):
        return
    step = conversation.advance(
        batch.draft(person.id), heard, person.id, batch.next_case_id, open_reports(batch, person.id)
    )
    take(ctx, batch, person.id, step, event.at)
    if heard.photo is not None:
        _heed_caption(ctx, batch, person, heard)


def _heed_caption(ctx: Context, batch: Batch, person: Person, heard: Heard) -> None:
    """ "Sudah surut" under a picture of a dry street: the picture is added, and the word counts."""
    word = water_word(heard.text)
    report = _report_meant(batch, person.id, heard.at)
    if word is not None and heard.depth is None and report is not None:
        hear_word(ctx, batch, report, word, heard.at)


def _answered(batch: Batch, person: Person, event: SharedLocation | SentText | SentPhoto) -> Report | None:
    """The open report that this message answers: by its receipt, or by what its writer said for it."""
    if event.origin.reply_to is None:
        return None
    said = batch.said_in(person.id, event.origin.reply_to)
    numbers = numbers_in(event.origin.quoted)
    mine = open_reports(batch, person.id)
    return next((r for r in mine if (said is not None and r.id == said[0]) or r.number in numbers), None)


def _is_number(ctx: Context, batch: Batch, person: Person, event: SentText) -> bool:
    """The number of a report of one's own, and nothing else: show it."""
    report = report_typed(batch, event.text)
    if report is None or report.person_id != person.id or report.withdrawn:
        return False
    focus_on(batch, report, event.at)
    show_receipt(ctx, batch, report, event.at, anew=True)
    return True


def _is_about_the_water(ctx: Context, batch: Batch, person: Person, heard: Heard, answered: Report | None) -> bool:
    """A text that says that the water stands, rises or is gone, where it is clear which water: heeded and answered."""
    if heard.photo is not None or heard.place is not None or heard.depth is not None or heard.danger:
        return False
    report = answered or _report_meant(batch, person.id, heard.at)
    if report is None or report.kind is Kind.DRAIN:
        return False
    word = water_word(heard.text, asked=is_asked(batch, report, heard.at))
    if word is None or (heard.street and afterwards.is_about_other_water(heard, report)):
        return False
    hear_word(ctx, batch, report, word, heard.at)
    if len(heard.text.split()) > PHRASE_WORDS:
        add_to_report(ctx, batch, Add(report.id, note=heard.text, silent=True), heard.at)
    rising = word is Word.RISING
    focus_on(batch, report, heard.at, "depth" if rising else "")
    known = batch.report(report.id) or report
    show_receipt(ctx, batch, known, heard.at, view=View.DEPTH if rising else View.MAIN, anew=True)
    return True


def _report_meant(batch: Batch, person_id: int, at: datetime) -> Report | None:
    """Which puddle a word about the water is about: the one asked about, the one in focus, or one just ended."""
    draft = batch.draft(person_id)
    if draft is not None and (not draft.filed or draft.expecting == "words"):
        return None
    known = [report for report in batch.reports_by(person_id) if report.kind is Kind.PUDDLE]
    asked = [report for report in known if is_asked(batch, report, at)]
    if asked:
        return max(asked, key=lambda report: _asked_at(batch, report) or at)
    mine = [report for report in known if batch.incident(report.incident_id).state.is_open]
    focus = afterwards.in_focus(draft, at, mine)
    if focus is not None:
        return focus
    ended = (r for r in batch.reports_by(person_id) if lifecycle.may_reopen(batch.incident(r.incident_id), at))
    return next(ended, None)


def _asked_at(batch: Batch, report: Report) -> datetime | None:
    incident = batch.incident(report.incident_id)
    return incident.ended_at or incident.asked_at


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
        _hear_anew(ctx, batch, person, event)
        return
    report_id, field = known
    report = batch.report(report_id)
    if report is None or report.person_id != person.id or not batch.incident(report.incident_id).state.is_open:
        return
    add = afterwards.correction(report_id, hear(ctx, event, field))
    if add is not None and not report.withdrawn:
        add_to_report(ctx, batch, replace(add, silent=True), event.at)
        batch.say(Say("added.corrected", {"number": report.number}), event.at, person_id=person.id)


def _hear_anew(ctx: Context, batch: Batch, person: Person, event: SentText | SentPhoto) -> None:
    """An edited message that had said nothing to us ("banjr") may say something now."""
    heard = hear(ctx, event)
    if isinstance(event, SentText) and (
        conversation.is_news(heard) or heard.place is not None or water_word(heard.text)
    ):
        listen(ctx, batch, person, replace(event, origin=replace(event.origin, edited=False)))


def other(ctx: Context, batch: Batch, person: Person, event: SentOther) -> None:
    """A sticker, a voice note, a poll …: a friendly line on what is needed; what is written under it counts."""
    if event.origin.edited:
        return
    kind = event.kind if event.kind in ("voice", "video", "contact", "document") else "other"
    draft = batch.draft(person.id)
    report = afterwards.in_focus(draft, event.at, open_reports(batch, person.id))
    values: dict[str, object] = {"missing": "other.location"}
    if event.caption:
        values["missing"] = None
    elif draft is not None and not draft.filed and draft.place is not None:
        values["missing"] = "other.fault" if draft.kind is Kind.DRAIN else "other.depth"
    elif report is not None:
        values |= {"missing": "other.report", "number": report.number}
    keyboard = "ask" if values["missing"] == "other.location" else None
    say = Say(f"other.{kind}", values, asking.BUTTONS if keyboard else (), keyboard=keyboard)
    if not event.caption:
        album = None if event.album_id is None else f"album:{event.album_id}"
        batch.say(say, event.at, person_id=person.id, slot=album, once=album is not None)
        return
    if kind != "other":
        batch.say(say, event.at, person_id=person.id)
    listen(ctx, batch, person, SentText(at=event.at, sender=event.sender, origin=event.origin, text=event.caption))


def _press_label(ctx: Context, batch: Batch, person: Person, label: str, at: datetime) -> bool:
    """A button's label that arrives as text: from the keyboard at the bottom, or typed. False: it is read as text."""
    if label == "button.send_location":  # only a desktop sends this as text: it has no location to give
        say = Say("place.desktop", {}, ((Choice("button.write_address", "write"),),))
        batch.say(say, at, person_id=person.id)
    elif label == "button.write_address":
        addresses.begin(ctx, batch, person.id, at)
    elif label == "button.drain":
        start(ctx, batch, person.id, at, Kind.DRAIN)
    elif label in ("button.cancel", "button.cancel_yes", "button.keep_place"):
        cancel(ctx, batch, person.id, at)
    elif label in RECEIPT_LABELS:
        report = afterwards.in_focus(batch.draft(person.id), at, open_reports(batch, person.id))
        if report is None:
            return False
        show_receipt(ctx, batch, report, at, view=RECEIPT_LABELS[label], anew=True)
    else:
        return False
    return True


RECEIPT_LABELS = {
    "button.fix_place": View.MAIN,
    "button.passing": View.MAIN,
    "button.other_puddle": View.MORE,
    "button.share": View.MORE,
    "button.more": View.MORE,
    "button.cause": View.CAUSE,
    "button.depth": View.DEPTH,
}
"""Labels of a receipt's buttons: typed, they bring the receipt down to where the finger is."""
