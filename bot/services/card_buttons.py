"""The buttons of a case card: act "k" with the incident's id, what, and more (see card_choices.py).

Who presses in a unit's own group works for that unit, from the first press on, unless an admin removed them. Whether a
button still may do its thing is asked in its use case, however old it is; why not is told at the top of the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.handling import Reason, Step
from bot.domain.lifecycle import OUTCOMES, Act
from bot.domain.models import IncidentState, Say
from bot.domain.staff import Officer
from bot.services import card_merging, case_photos, casework, errands, handing
from bot.services.casework import QUICK, Said
from bot.services.owning import actor_of
from bot.services.pressing import TOO_OLD, Press
from bot.services.touching import Handler, Touch


def card(p: Press) -> Say | None:
    """A press on a card."""
    try:
        incident = p.batch.incident(int(p.key))
    except KeyError:
        return TOO_OLD
    do = WHAT.get(p.arg)
    if do is None:
        return TOO_OLD
    removed = enrol(p)
    actor = actor_of(p.ctx, p.batch, p.person)
    if not actor.admin and not actor.units:
        return Say("work.removed" if removed else "work.no_officer")
    return do(Touch(p, actor, incident, p.args[2:]))


def enrol(p: Press) -> bool:
    """Who presses in a unit's group is its officer. True: an admin had removed them from there."""
    if p.origin.private:
        return False
    removed = False
    for code, link in p.batch.roster.links().items():
        if (link.chat_id, link.topic_id) != (p.origin.chat_id, p.origin.topic_id):
            continue
        known = p.batch.roster.officer(p.person.id, code)
        if known is None:
            p.batch.roster.put_officer(Officer(p.person.id, code, p.name, p.at))
            p.batch.roster.log(p.person.id, code, "enrolled", code, p.at)
        elif known.removed_at is not None:
            removed = True
        elif p.name and known.name != p.name:
            p.batch.roster.put_officer(replace(known, name=p.name))
    return removed


# -- what they do ------------------------------------------------------------------------------------------------------


def _take(t: Touch) -> Say | None:
    return t.result(Act.TAKE_UP, casework.take_up(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at))


def _step(done: Step) -> Handler:
    def do(t: Touch) -> Say | None:
        refusal = casework.step(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at, done)
        return t.result(casework.STEPS[done], refusal)

    return do


def _follow(t: Touch) -> Say | None:
    if t.more == ("words",):
        return t.ask("follow")
    t.show("follow")
    return None


def _quick(t: Touch) -> Say | None:
    if t.first not in QUICK:
        return TOO_OLD
    said = Said(quick=t.first)
    return t.result(Act.FOLLOW_UP, casework.follow_up(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at, said))


def _say(t: Touch) -> Say | None:
    return errands.choose(t.p.ctx, t.p.batch, t.p.person, t.incident, t.first, t.p.at)


def _drop(t: Touch) -> Say | None:
    return None if errands.end(t.p.batch, t.p.person, t.p.at, of=t.incident.id) else TOO_OLD


def _hand_to(t: Touch) -> Say | None:
    t.show(f"hand_why:{t.first}")
    return None


def _hand_why(t: Touch) -> Say | None:
    unit, reason = t.unit, Reason(t.more[1] if len(t.more) > 1 else "")
    if reason is Reason.WORDS:
        return t.ask("hand", unit=t.first)
    return t.result(Act.OFFER, handing.offer(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at, unit, reason), unit)


def _keep(t: Touch) -> Say | None:
    return t.result(Act.KEEP, handing.keep(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at))


def _accept(t: Touch) -> Say | None:
    offer = t.incident.handling.offer
    to = t.p.ctx.units.get(offer.to) if offer is not None else None
    return t.result(Act.ACCEPT, handing.accept(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at), to)


def _refuse_why(t: Touch) -> Say | None:
    reason = Reason(t.first)
    if reason is Reason.WORDS:
        return t.ask("refuse")
    return t.result(Act.REFUSE, handing.refuse(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at, reason))


def _assign_to(t: Touch) -> Say | None:
    return t.result(Act.ASSIGN, handing.assign(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at, t.unit), t.unit)


def _coord_to(t: Touch) -> Say | None:
    unit = t.unit
    if unit is None:
        return TOO_OLD
    refusal = casework.coordinate(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at, unit)
    return t.result(Act.COORDINATE, refusal, unit)


def _close_as(t: Touch) -> Say | None:
    return t.ask("close", outcome=t.first) if IncidentState(t.first) in OUTCOMES else TOO_OLD


def _claim(t: Touch) -> Say | None:
    return t.ask("claim")


def _outside_to(t: Touch) -> Say | None:
    return t.ask("outside", unit=t.first)


def _photos(t: Touch) -> Say | None:
    return case_photos.send_photos(t.p.ctx, t.p.batch, t.p.person, t.actor, t.incident, t.p.at)


def _release(t: Touch) -> Say | None:
    refusal = case_photos.release(t.p.ctx, t.p.batch, t.actor, t.incident, t.first, t.p.at)
    return t.result(Act.FOLLOW_UP, refusal) if refusal is not None else Say("work.released")


def _view(view: str) -> Handler:
    def do(t: Touch) -> Say | None:
        t.show(view)
        return None

    return do


WHAT: Mapping[str, Handler] = {
    "take": _take,
    "way": _step(Step.ON_THE_WAY),
    "site": _step(Step.ON_SITE),
    "follow": _follow,
    "quick": _quick,
    "say": _say,
    "drop": _drop,
    "hand": _view("hand"),
    "hand_to": _hand_to,
    "hand_why": _hand_why,
    "keep": _keep,
    "accept": _accept,
    "refuse": _view("refuse"),
    "refuse_why": _refuse_why,
    "assign": _view("assign"),
    "assign_to": _assign_to,
    "coord": _view("coord"),
    "coord_to": _coord_to,
    "close": _view("close"),
    "close_as": _close_as,
    "claim": _claim,
    "outside": _view("outside"),
    "outside_to": _outside_to,
    "merge": _view("merge"),
    "merge_with": card_merging.merge_with,
    "merge_yes": card_merging.merge_yes,
    "merge_undo": card_merging.merge_undo,
    "no": card_merging.leave,
    "photos": _photos,
    "release": _release,
    "road": _view("road"),
    "more": _view("more"),
    "back": _view("main"),
}
"""What a button does, by its name."""
