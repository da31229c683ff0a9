"""An errand about a listed place while it is under way (`Errand.site_id`): what is known of it, and what is said of it.

Acts: "visit" (args found: what was found there; words and a photo come), "task", "due" (an admin's words), and without
a place: "new" (args name: where it is), "near" (where one is, to begin the list with the nearest).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.models import Choice, Rows, Say
from bot.domain.records import Person
from bot.domain.sites import Site
from bot.domain.staff import Errand
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.roles import is_admin
from bot.services.site_face import Card, slot

VISIT, TASK, NEW, NEAR = "visit", "task", "new", "near"
OVER = "over"

LASTS = timedelta(hours=1)

NEAR_LASTS = timedelta(minutes=10)
"""A location later than this is a report again."""


@dataclass(frozen=True, slots=True)
class SiteTask:
    """An errand under way, with all that it needs."""

    ctx: Context
    batch: Batch
    person: Person
    errand: Errand
    at: datetime

    def get(self, key: str) -> str | None:
        """What is known of it."""
        found = self.errand.args.get(key)
        return found if isinstance(found, str) else None

    def with_(self, **args: object) -> SiteTask:
        """The errand with more known of it; it is kept, and its hour begins anew."""
        errand = replace(self.errand, args={**self.errand.args, **args}, at=self.at)
        self.batch.dossiers.put_errand(self.person.id, errand)
        return replace(self, errand=errand)

    def end(self, album: str | None = None) -> None:
        """It is done; the other photos of its album are no report of a resident."""
        over = Errand(self.person.id, None, OVER, self.at, {"album": album}, self.errand.site_id)
        self.batch.dossiers.put_errand(self.person.id, None if album is None else over)

    def say(self, text: str, choices: Rows = (), keyboard: str | None = None, **values: object) -> None:
        """Say something in the private chat."""
        self.batch.say(Say(text, values, choices, keyboard=keyboard), self.at, person_id=self.person.id)


def stop(errand: Errand) -> Rows:
    """The button under a question. It carries which one, so that an old one does not end another."""
    return ((Choice("site_button.stop", "sites", ("stop", _which(errand))),),)


def _which(errand: Errand) -> str:
    return errand.act if errand.site_id is None else f"{errand.act}.{errand.site_id}"


def asks(errand: Errand, which: str) -> bool:
    """Whether a button to end it (with this argument) stands under the question of this errand."""
    return errand.incident_id is None and which == _which(errand)


def number_of(batch: Batch, errand: Errand) -> str | None:
    site = None if errand.site_id is None else batch.sites.get(errand.site_id)
    return None if site is None else site.number


def is_over(errand: Errand, at: datetime) -> bool:
    return errand.act == OVER or at - errand.at > (NEAR_LASTS if errand.act == NEAR else LASTS)


def refuse(task: SiteTask, site: Site | None) -> None:
    """It is off the list, or another unit's by now: what was said is not kept, and they hear it."""
    task.end()
    gone = site is None or not site.listed
    task.say("site.done.dropped" if gone else "site.not_yours", number=number_of(task.batch, task.errand))


def show(task: SiteTask, site: Site, view: str = "main", why: str | None = None) -> None:
    """The card as it is now, below what was written."""
    admin = is_admin(task.ctx, task.batch, task.person)
    say = Card(task.ctx, task.batch, site, True, admin, task.at).say(view, why)
    task.batch.say(say, task.at, person_id=task.person.id, slot=slot(site), anew=True)
