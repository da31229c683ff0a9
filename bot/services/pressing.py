"""What all handlers of buttons share: the press itself, whose report it is about, and the usual toasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Origin
from bot.domain.models import Report, Say
from bot.domain.records import Draft, Person
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.dialogue import focus_on
from bot.services.telling import show_receipt

TOO_OLD = Say("toast.too_old")
DONE = Say("toast.done")
ALREADY = Say("toast.already")
OVER = Say("toast.over")
BUSY = Say("toast.finish_first")
THANKS = Say("toast.thanks")


@dataclass(frozen=True, slots=True)
class Press:
    """A press by a known person, in the chat of `origin`.

    `key` is the first argument, `arg` the second ("" where there is none), `args` are all; `name` is what the presser
    calls themselves, for officers' cards.
    """

    ctx: Context
    batch: Batch
    person: Person
    act: str
    key: str
    arg: str
    at: datetime
    origin: Origin
    name: str = ""
    args: tuple[str, ...] = ()

    def say(self, say: Say, slot: str) -> None:
        """Put something in the place of a question."""
        self.batch.say(say, self.at, person_id=self.person.id, slot=slot)

    def unfiled(self) -> Draft | None:
        """The unfiled draft that this button belongs to."""
        draft = self.batch.draft(self.person.id)
        return draft if draft is not None and not draft.filed and draft.id == int(self.key) else None

    def own(self) -> Report | None:
        """The presser's own report that this button belongs to."""
        report = self.batch.report(int(self.key))
        return report if report is not None and report.person_id == self.person.id else None


Handler = Callable[[Press], Say | None]
"""Does what a button says. Returns the toast."""


Change = Callable[[Press, Report], Say | None]
"""The same with the presser's own report."""


def own_report(change: Change) -> Handler:
    """A handler that applies `change` to the presser's own report, unless it was taken back."""

    def handler(p: Press) -> Say | None:
        report = p.own()
        if report is None:
            return TOO_OLD
        return OVER if report.withdrawn else change(p, report)

    return handler


def own_open(change: Change) -> Handler:
    """As `own_report`, while its incident is open. What the presser writes next is about that report."""

    @own_report
    def handler(p: Press, report: Report) -> Say | None:
        if not p.batch.incident(report.incident_id).state.is_open:
            show_receipt(p.ctx, p.batch, report, p.at)
            return OVER
        focus_on(p.batch, report, p.at)
        return change(p, report)

    return handler
