"""What somebody's next message in the private chat counts for, where that is a listed place (`Errand.site_id`).

The errands are told of in site_task.py; what is said of a visit is heeded in site_visits.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.asking import BUTTONS
from bot.domain.events import SentPhoto, SentText, SharedLocation
from bot.domain.models import Say
from bot.domain.records import Person
from bot.domain.site_file import read_day
from bot.domain.site_rules import TASK_LENGTH
from bot.domain.sites import Site, SiteState
from bot.domain.staff import Errand
from bot.output.words import one_line
from bot.services import site_work
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.hearing import hear
from bot.services.roles import is_admin
from bot.services.site_access import may_work, visible
from bot.services.site_face import page
from bot.services.site_task import NEAR, NEW, OVER, TASK, VISIT, SiteTask, is_over, number_of, refuse, show, stop
from bot.services.site_visits import Said, heed_visit

REMEMBERED = timedelta(hours=24)
"""So long its owner is told that it is over, instead of being taken for a resident who reports."""

NOTHING = frozenset({"-", "–", "—"})
"""Typed in place of a task or date: there is none."""


# -- beginning and ending ----------------------------------------------------------------------------------------------


def begin_visit(ctx: Context, batch: Batch, person: Person, site: Site, found: SiteState, at: datetime) -> None:
    """From now on the person's next message tells what they found there."""
    task = _begun(ctx, batch, person, VISIT, at, site, {"found": found.value})
    task.say(f"site.ask.{found.value}", stop(task.errand), number=site.number)


def begin_change(ctx: Context, batch: Batch, person: Person, site: Site, act: str, at: datetime) -> None:
    """From now on an admin's next message is the place's task, or its date."""
    task = _begun(ctx, batch, person, act, at, site)
    task.say(f"site.ask.{act}", stop(task.errand), number=site.number)


def begin_new(ctx: Context, batch: Batch, person: Person, name: str, at: datetime) -> None:
    """From now on an admin's next message says where the new place is."""
    task = _begun(ctx, batch, person, NEW, at, args={"name": name})
    task.say("site.ask.where", stop(task.errand), name=name)


def begin_near(ctx: Context, batch: Batch, person: Person, at: datetime) -> None:
    """From now on the person's next location is where the list begins."""
    _begun(ctx, batch, person, NEAR, at).say("site.ask.near", BUTTONS, "ask")


def _begun(
    ctx: Context,
    batch: Batch,
    person: Person,
    act: str,
    at: datetime,
    site: Site | None = None,
    args: Mapping[str, object] | None = None,
) -> SiteTask:
    errand = Errand(person.id, None, act, at, dict(args or {}), None if site is None else site.id)
    return SiteTask(ctx, batch, person, errand, at).with_()


def end(batch: Batch, person: Person, errand: Errand, at: datetime) -> bool:
    """/batal, or the button. False: there was nothing under way any more."""
    batch.dossiers.put_errand(person.id, None)
    if is_over(errand, at):
        return False
    batch.say(Say("site.done.ended", {"number": number_of(batch, errand)}), at, person_id=person.id)
    return True


# -- what is said ------------------------------------------------------------------------------------------------------


def heed(ctx: Context, batch: Batch, person: Person, event: Said, errand: Errand) -> bool:
    """Words, a photo or a location in the private chat. False: they are not for this errand."""
    album = event.album_id if isinstance(event, SentPhoto) else None
    again = album is not None and errand.args.get("album") == album
    wants_place = errand.act in (NEW, NEAR)
    if isinstance(event, SharedLocation) and not wants_place:
        return False
    if again:
        return True
    if is_over(errand, event.at):
        batch.dossiers.put_errand(person.id, None)
        if errand.act in (OVER, NEAR) or event.at - errand.at > REMEMBERED:
            return False
        batch.say(Say("site.done.expired"), event.at, person_id=person.id)
        return True
    task = SiteTask(ctx, batch, person, errand, event.at)
    if errand.act == NEAR:
        return _heed_near(task, event)
    if errand.act == NEW:
        return _heed_new(task, event)
    site = None if errand.site_id is None else batch.sites.get(errand.site_id)
    allowed = may_work if errand.act == VISIT else _may_change
    if site is None or not site.listed or not allowed(ctx, batch, person, site):
        refuse(task, site)
    elif task.get("checking") is not None:
        task.say("site.trouble.checking", number=site.number)
    elif errand.act == VISIT:
        heed_visit(task, site, event)
    else:
        _heed_change(task, site, event)
    return True


def decline(batch: Batch, person: Person, errand: Errand, at: datetime) -> bool:
    """A video, a voice note …: it is said what is wanted instead. False: nothing is wanted."""
    if is_over(errand, at) or errand.act == NEAR:
        return False
    text = {NEW: "site.trouble.where", VISIT: "site.trouble.other"}.get(errand.act, "site.trouble.only_words")
    values = {"number": number_of(batch, errand)}
    batch.say(Say(text, values, stop(errand)), at, person_id=person.id)
    return True


def _may_change(ctx: Context, batch: Batch, person: Person, site: Site) -> bool:
    return is_admin(ctx, batch, person)


def _heed_near(task: SiteTask, event: Said) -> bool:
    """The list from where they are; words that say no place are answered, a report goes its way."""
    ctx, batch = task.ctx, task.batch
    heard = hear(ctx, event)
    if isinstance(event, SharedLocation):
        here: tuple[float, float] | None = (event.lat, event.lon)
    else:
        here = None if heard.place is None else (heard.place.lat, heard.place.lon)
    sites = visible(ctx, batch, task.person, event.origin)
    draft = batch.draft(task.person.id)
    begun = draft is not None and draft.updated_at > task.errand.at  # "Tulis alamat" was pressed instead
    reports = isinstance(event, SentPhoto) or heard.danger or heard.flood or heard.depth is not None
    if begun or reports or not sites:
        task.end()
        return False
    if here is None:
        task.say("site.trouble.near", BUTTONS, "ask")
        return True
    task.end()
    say = page(ctx, batch, sites, 0, task.at, private=True, here=here)
    batch.say(say, task.at, person_id=task.person.id, slot="sites", anew=True)
    return True


def _heed_new(task: SiteTask, event: Said) -> bool:
    if not is_admin(task.ctx, task.batch, task.person):
        task.end()
        return False
    heard = hear(task.ctx, event)
    if heard.danger:
        return False
    if heard.place is None:
        task.say("site.trouble.where", stop(task.errand))
        return True
    task.end()
    name = task.get("name") or ""
    site, new = site_work.enlist(task.ctx, task.batch, task.person, name, heard.place, task.at)
    if not new:
        task.say("site.there_already", number=site.number)
    show(task, site, "edit" if new else "main", "site.added" if new else None)
    return True


def _heed_change(task: SiteTask, site: Site, event: Said) -> None:
    typed = one_line(event.text) if isinstance(event, SentText) else None
    if typed is None:
        task.say("site.trouble.only_words", stop(task.errand), number=site.number)
        return
    empty = typed in NOTHING
    if task.errand.act == TASK:
        if len(typed) > TASK_LENGTH:
            task.say("site.trouble.too_long", stop(task.errand), most=TASK_LENGTH)
            return
        changed = replace(site, task=None if empty else typed)
    else:
        due_on = None if empty else read_day(typed)
        if due_on is None and not empty:
            task.say("site.trouble.date", stop(task.errand))
            return
        changed = replace(site, due_on=due_on)
    task.end()
    show(task, site_work.change(task.ctx, task.batch, task.person, site, changed, task.at), "edit", "site.saved")
