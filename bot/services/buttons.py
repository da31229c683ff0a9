"""What each button under a message does: act -> use case. A button pressed twice does its thing once.

Buttons outlive restarts: they carry the id of their report. Every handler checks that the report is the presser's own
and still open, and answers with a short word at the top of the screen (the toast).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import asking, conversation, incidents
from bot.domain.events import PressedButton
from bot.domain.models import Cause, Choice, Depth, DepthLevel, Fault, Kind, Passability, Report, Say, Word
from bot.domain.records import Draft, Person, WorkRow
from bot.domain.steps import Add
from bot.services import addresses, receipts
from bot.services.adding import add_to_report, set_area, set_cause, set_passability, set_passing
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.dialogue import start, take
from bot.services.receipts import View
from bot.services.regrouping import join_incident, settle_sure, split_off, withdraw
from bot.services.telling import show_receipt
from bot.services.words import say_word

TOO_OLD = Say("toast.too_old")
DONE = Say("toast.done")
ALREADY = Say("toast.already")
OVER = Say("toast.over")


@dataclass(frozen=True, slots=True)
class Press:
    """A press by a known person; `key` is the first argument, `arg` the second ("" where there is none)."""

    ctx: Context
    batch: Batch
    person: Person
    act: str
    key: str
    arg: str
    at: datetime


def press(ctx: Context, batch: Batch, person: Person, event: PressedButton) -> Say | None:
    """Do what a button says. Returns the toast."""
    handler = HANDLERS.get(event.act)
    if handler is None:
        return TOO_OLD
    key, arg = (*event.args, "", "")[:2]
    try:
        return handler(Press(ctx, batch, person, event.act, key, arg, event.at))
    except ValueError:  # an argument that none of our buttons carries
        return TOO_OLD


def _depth(p: Press) -> Say | None:
    depth = Depth.of(DepthLevel(p.arg))
    draft = _draft(p)
    if draft is not None and draft.place is not None:
        take(p.ctx, p.batch, p.person.id, conversation.press_depth(replace(draft, updated_at=p.at), depth), p.at)
        return None
    if draft is not None:
        take(p.ctx, p.batch, p.person.id, conversation.press_depth(draft, depth), p.at)
        return None

    def change(report: Report) -> Say | None:
        if report.depth == depth:
            show_receipt(p.ctx, p.batch, report, p.at)
            return ALREADY
        add_to_report(p.ctx, p.batch, Add(report.id, depth=depth, silent=True), p.at)
        return DONE

    return _own_open(p, change)


def _fault(p: Press) -> Say | None:
    fault = Fault(p.arg)
    draft = _draft(p)
    if draft is not None:
        take(p.ctx, p.batch, p.person.id, conversation.press_fault(replace(draft, updated_at=p.at), fault), p.at)
        return None
    return _own_open(p, lambda report: ALREADY)


def _draft(p: Press) -> Draft | None:
    """The unfiled draft that this button belongs to."""
    draft = p.batch.draft(p.person.id)
    return draft if draft is not None and not draft.filed and draft.id == int(p.key) else None


def _own_open(p: Press, change: Callable[[Report], Say | None]) -> Say | None:
    """Apply `change` to the presser's own report, while its incident is open."""
    report = p.batch.report(int(p.key))
    if report is None or report.person_id != p.person.id:
        return TOO_OLD
    if report.withdrawn:
        return OVER
    if not p.batch.incident(report.incident_id).state.is_open:
        show_receipt(p.ctx, p.batch, report, p.at)
        return OVER
    return change(report)


def _passability(p: Press) -> Say | None:
    said = Passability(p.arg)

    def change(report: Report) -> Say | None:
        if report.passability is said:
            return ALREADY
        set_passability(p.ctx, p.batch, report, said, p.at)
        return DONE

    return _own_open(p, change)


def _cause(p: Press) -> Say | None:
    said = Cause(p.arg)

    def change(report: Report) -> Say | None:
        set_cause(p.ctx, p.batch, report, said, p.at)
        return DONE

    return _own_open(p, change)


def _word(word: Word) -> Callable[[Press], Say | None]:
    def handler(p: Press) -> Say | None:
        report = p.batch.report(int(p.key))
        if report is None or report.person_id != p.person.id:
            return TOO_OLD
        if report.withdrawn:
            return OVER
        _close_question(p, report, f"answered.{word.value}")
        incident = p.batch.incident(report.incident_id)
        if not incident.state.is_open and (word is Word.GONE or not incidents.may_reopen(incident, p.at)):
            show_receipt(p.ctx, p.batch, report, p.at)
            return OVER
        if word is Word.GONE and report.word is Word.GONE:
            return ALREADY
        say_word(p.ctx, p.batch, report, word, p.at)
        return Say("toast.rising") if word is Word.RISING else Say("toast.thanks")

    return handler


def _away(p: Press) -> Say | None:
    report = p.batch.report(int(p.key))
    if report is None or report.person_id != p.person.id:
        return TOO_OLD
    _close_question(p, report, "answered.away")
    return Say("toast.thanks")


def _close_question(p: Press, report: Report, text: str) -> None:
    """Where this person was asked whether the water is gone, the question gives way to the answer."""
    incident = p.batch.incident(report.incident_id)
    if incident.asked:
        p.batch.say(
            Say(text, {"number": report.number}), p.at, person_id=p.person.id, slot=receipts.gone_slot(incident)
        )


def _fix(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        draft = p.batch.draft(p.person.id)
        if draft is not None and not draft.filed and draft.place is not None:
            return Say("toast.finish_first")
        focus = Draft(report.id, p.person.id, p.at, kind=report.kind, filed=True, expecting="place")
        p.batch.put_draft(p.person.id, focus)
        button = ((Choice("button.send_location", sends="location"),),)
        p.batch.say(Say("ask.fix", {"number": report.number}, button, keyboard="ask"), p.at, person_id=p.person.id)
        return None

    return _own_open(p, change)


def _passing(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        if report.passing:
            return ALREADY
        set_passing(p.ctx, p.batch, report, p.at)
        return DONE

    return _own_open(p, change)


def _show(view: View) -> Callable[[Press], Say | None]:
    def handler(p: Press) -> Say | None:
        def change(report: Report) -> Say | None:
            show_receipt(p.ctx, p.batch, report, p.at, view=view)
            return None

        return _own_open(p, change)

    return handler


def _drop(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        withdraw(p.ctx, p.batch, report, p.at)
        return None

    return _own_open(p, change)


def _other(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        if len(p.batch.reports_in(report.incident_id)) == 1:
            return ALREADY
        own = split_off(p.ctx, p.batch, report, p.at)
        show_receipt(p.ctx, p.batch, own, p.at)
        return Say("toast.split")

    return _own_open(p, change)


def _same(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        chosen = int(p.arg)
        slot = receipts.same_slot(report.id)
        if report.incident_id == chosen:
            return ALREADY
        try:
            incident = p.batch.incident(chosen)
        except KeyError:
            return TOO_OLD
        if not incident.state.is_open or incident.kind is not report.kind or not report.unsure:
            p.batch.say(Say("answered.late", {"number": report.number}), p.at, person_id=p.person.id, slot=slot)
            return OVER
        joined = join_incident(p.ctx, p.batch, report, incident, p.at)
        p.batch.say(Say("answered.same", {"number": report.number}), p.at, person_id=p.person.id, slot=slot)
        show_receipt(p.ctx, p.batch, joined, p.at)
        return DONE

    return _own_open(p, change)


def _none(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        own = settle_sure(p.ctx, p.batch, report, p.at)
        slot = receipts.same_slot(own.id)
        p.batch.say(Say("answered.none", {"number": own.number}), p.at, person_id=p.person.id, slot=slot)
        return DONE

    return _own_open(p, change)


def _area(p: Press) -> Say | None:
    def change(report: Report) -> Say | None:
        area = p.ctx.areas.get(p.arg)
        if area is None:
            return TOO_OLD
        set_area(p.ctx, p.batch, report, p.arg, p.at)
        values = {"number": report.number, "area": asking.area_values(area)}
        slot = receipts.area_slot(report.id)
        p.batch.say(Say("answered.area", values), p.at, person_id=p.person.id, slot=slot)
        return DONE

    return _own_open(p, change)


def _here(p: Press) -> Say | None:
    draft = p.batch.draft(p.person.id)
    moving = draft is not None and draft.filed and draft.expecting == "place"
    if draft is None or draft.id != int(p.key) or (draft.filed and not moving):
        return TOO_OLD
    choose = addresses.confirm if p.act == "here" else addresses.deny
    step = choose(p.ctx, draft, int(p.arg), p.at)
    if step is None:
        return TOO_OLD
    take(p.ctx, p.batch, p.person.id, step, p.at)
    return None


def _kecamatan(p: Press) -> Say | None:
    return None if addresses.choose_kecamatan(p.ctx, p.batch, p.person.id, p.key, p.at) else TOO_OLD


def _kelurahan(p: Press) -> Say | None:
    step = addresses.choose_kelurahan(p.ctx, p.batch, p.person.id, p.key, p.at)
    if step is None:
        return TOO_OLD
    take(p.ctx, p.batch, p.person.id, step, p.at)
    return None


def _write(p: Press) -> Say | None:
    addresses.begin(p.ctx, p.batch, p.person.id, p.at)
    return None


def _language(p: Press) -> Say | None:
    if p.key not in ("id", "en"):
        return TOO_OLD
    p.batch.put_person(replace(p.person, language=p.key, language_chosen=True))
    p.batch.say(Say("language.chosen"), p.at, person_id=p.person.id, slot="language")
    return None


def _post(p: Press) -> Say | None:
    """ "Kirim ke kanal" under /rekap. Whoever pressed is checked, however old the button."""
    if p.person.telegram_id not in p.ctx.admin_ids:
        return Say("refused.admins_only")
    p.batch.put_work(WorkRow("post", p.at, p.person.id, {"at": int(p.key)}))
    return Say("toast.posting")


def _start(p: Press) -> Say | None:
    start(p.batch, p.person.id, p.at, Kind(p.key))
    return None


HANDLERS: dict[str, Callable[[Press], Say | None]] = {
    "d": _depth,
    "f": _fault,
    "p": _passability,
    "c": _cause,
    "rise": _word(Word.RISING),
    "gone": _word(Word.GONE),
    "still": _word(Word.STANDING),
    "away": _away,
    "fix": _fix,
    "by": _passing,
    "show": _show(View.MAIN),
    "more": _show(View.MORE),
    "cause": _show(View.CAUSE),
    "depth": _show(View.DEPTH),
    "cancel": _show(View.CANCEL),
    "drop": _drop,
    "other": _other,
    "same": _same,
    "none": _none,
    "area": _area,
    "here": _here,
    "nothere": _here,
    "kec": _kecamatan,
    "kel": _kelurahan,
    "write": _write,
    "lang": _language,
    "start": _start,
    "post": _post,
}
