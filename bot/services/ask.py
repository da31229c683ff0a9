"""A command that somebody sent, as its use case sees it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.events import Command
from bot.domain.models import Say
from bot.domain.records import Person
from bot.services.batch import Batch
from bot.services.context import Context


@dataclass(frozen=True, slots=True)
class Ask:
    """A command by a known person."""

    ctx: Context
    batch: Batch
    person: Person
    event: Command

    def answer(self, say: Say, slot: str | None = None) -> None:
        """Answer where it was asked: in the private chat, or in the group."""
        origin = self.event.origin
        if origin.private:
            self.batch.say(say, self.event.at, person_id=self.person.id, slot=slot, anew=slot is not None)
        else:
            self.batch.say(say, self.event.at, chat_id=origin.chat_id, topic_id=origin.topic_id)
