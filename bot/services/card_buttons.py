"""The buttons of a case card: act "k" with the incident's id, what, and more (see card_choices.py).

Who presses in a unit's own group works for that unit, from the first press on, unless an admin removed them. Whether a
button still may do its thing is asked in its use case, however old it is; why not is told at the top of the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.handling import Reason, Step
from bot.domain.lifecycle import OUTCOMES, Act, Actor, Refusal
from bot.domain.models import Choice, Incident, IncidentState, Say
from bot.domain.staff import Officer, Unit
from bot.services import case_photos, casework, errands, grouping, handing
from bot.services.card_choices import QUICK
from bot.services.cards import Chat, role_of, show_card
from bot.services.casework import Said
from bot.services.owning import actor_of
from bot.services.pressing import DONE, TOO_OLD, Press
from bot.services.refusals import refusal_say
from bot.services.standing import named

ON_PRIVATE = Say("work.in_private")
"""A button of a group's card that needs words: they are asked for in the private chat."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A press on an incident's card by somebody who works here.

    Attributes:
        more: what follows after what the button does.
    """

    p: Press
    actor: Actor
    incident: Incident
    more: tuple[str, ...]

    @property
    def first(self) -> str:
        """What follows first. Raises ValueError where nothing does: none of our buttons is so."""
        if not self.more:
            raise ValueError("this button carries nothing more")
        return self.more[0]

    @property
    def unit(self) -> Unit | None:
        """The unit that it names."""
        return self.p.ctx.units.get(self.first)

    def result(self, act: Act, refusal: Refusal | None, to: Unit | None = None) -> Say | None:
        """The toast after a use case; the card in this chat is drawn as it is now, be it stale or done with."""
        if refusal is None or refusal in (Refusal.ALREADY, Refusal.TOO_LATE):
            self.show("main")
        if refusal is None:
            return DONE
        now = self.p.batch.incident(self.incident.id)
        return refusal_say(self.p.ctx, self.p.batch, refusal, act, now, self.p.person.id, to)

    def show(self, view: str) -> None:
        """Other buttons on the card in this chat."""
        origin = self.p.origin
        chat = Chat(person_id=self.p.person.id) if origin.private else Chat(None, origin.chat_id, origin.topic_id)
        now = self.p.batch.incident(self.incident.id)
        here = (chat, role_of(now, self.actor.units))
        show_card(self.p.ctx, self.p.batch, now, self.p.at, view=view, here=here)

    def ask(self, what: str, **args: object) -> Say | None:
        """Ask for words in the private chat."""
        p = self.p
        refused = errands.begin(p.ctx, p.batch, p.person, self.incident, what, p.at, args)
        return refused or (None if p.origin.private else ON_PRIVATE)


Handler = Callable[[Touch], Say | None]


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
    return None if errands.end(t.p.batch, t.p.person, t.p.at) else TOO_OLD


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


# -- merging -----------------------------------------------------------------------------------------------------------


def _merge_with(t: Touch) -> Say | None:
    """What it would make is shown first."""
    other = t.p.batch.incident(int(t.first))
    effect = grouping.effect_of_merge(t.p.batch, t.incident, other)
    values = {
        "number": t.incident.number,
        "other": other.number,
        "moved": effect.moved,
        "reporters": effect.reporters,
        "distance_m": max(1.0, effect.distance_m),
        "owner": named(t.p.ctx, effect.owner),
        "was": named(t.p.ctx, effect.was) if effect.was != effect.owner else None,
    }
    key = str(t.incident.id)
    yes, no = Choice("button.merge_yes", "k", (key, "merge_yes", t.first)), Choice("button.leave_it", "k", (key, "no"))
    _in_chat(t, Say("merging.effect", values, ((yes, no),)), anew=True)
    t.show("main")
    return None


def _merge_yes(t: Touch) -> Say | None:
    other = t.p.batch.incident(int(t.first))
    refusal = grouping.merge(t.p.ctx, t.p.batch, t.actor, t.incident, other, t.p.at)
    if refusal is None:
        undo = Choice("button.merge_undo", "k", (t.first, "merge_undo"))
        values = {"number": t.incident.number, "other": other.number}
        _in_chat(t, Say("merging.merged", values, ((undo,),)))
    return t.result(Act.MERGE, refusal)


def _merge_undo(t: Touch) -> Say | None:
    into = t.incident.merged_into
    refusal = grouping.undo_merge(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at)
    if refusal is None and into is not None:
        values = {"number": t.p.batch.incident(into).number, "other": t.incident.number}
        _in_chat(t, Say("merging.unmerged", values), about=into)
    return t.result(Act.SPLIT, refusal)


def _no(t: Touch) -> Say | None:
    _in_chat(t, Say("merging.left", {"number": t.incident.number}))
    return None


def _in_chat(t: Touch, say: Say, *, anew: bool = False, about: int | None = None) -> None:
    """Say something where the button was pressed, in the place of what was asked there about this case."""
    origin = t.p.origin
    t.p.batch.say(
        say,
        t.p.at,
        person_id=t.p.person.id if origin.private else None,
        chat_id=None if origin.private else origin.chat_id,
        topic_id=origin.topic_id,
        slot=f"merge:{about or t.incident.id}",
        anew=anew,
    )


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
    "merge_with": _merge_with,
    "merge_yes": _merge_yes,
    "merge_undo": _merge_undo,
    "no": _no,
    "photos": _photos,
    "release": _release,
    "road": _view("road"),
    "more": _view("more"),
    "back": _view("main"),
}
"""What a button does, by its name."""
