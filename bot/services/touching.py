"""What all handlers of a case card's buttons share: the press, the case, and what is said or shown after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.lifecycle import Act, Actor, Refusal, may
from bot.domain.models import Incident, Say
from bot.domain.staff import Unit
from bot.services import errands
from bot.services.cards import Chat, role_of, show_card, show_passed, works_here
from bot.services.owning import offices
from bot.services.pressing import DONE, Press
from bot.services.refusals import refusal_say

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
            self.show("main", late=refusal is Refusal.TOO_LATE)
        if refusal is None:
            return DONE
        now = self.p.batch.incident(self.incident.id)
        return refusal_say(self.p.ctx, self.p.batch, refusal, act, now, self.p.person.id, to)

    def show(self, view: str, *, late: bool = False) -> None:
        """Other buttons on the card in this chat; where the case has left it, the card tells that instead.

        Who works on it from elsewhere (a unit above, an admin) keeps the card that they opened, unless they were late.
        """
        ctx, batch, origin = self.p.ctx, self.p.batch, self.p.origin
        chat = Chat(person_id=self.p.person.id) if origin.private else Chat(None, origin.chat_id, origin.topic_id)
        now = batch.incident(self.incident.id)
        visits = not late and may(Act.FOLLOW_UP, now, self.actor, offices(ctx, batch))
        if now.state.is_open and not visits and not works_here(ctx, batch, now, chat):
            show_passed(ctx, batch, now, chat, self.p.at)
            return
        show_card(ctx, batch, now, self.p.at, view=view, here=(chat, role_of(now, self.actor.units)))

    def ask(self, what: str, **args: object) -> Say | None:
        """Ask for words in the private chat."""
        p = self.p
        refused = errands.begin(p.ctx, p.batch, p.person, self.incident, what, p.at, args)
        return refused or (None if p.origin.private else ON_PRIVATE)


Handler = Callable[[Touch], Say | None]
"""Does what a button says. Returns the toast."""
