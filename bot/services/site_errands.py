"""What somebody's next message in the private chat counts for, where that is a listed place (`Errand.site_id`).

Acts: "visit" (args found: what was found there; words and a photo come), "task", "due" (an admin's words), and without
a place: "new" (args name: where it is), "near" (where one is, to begin the list with the nearest).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.asking import BUTTONS
from bot.domain.events import SentPhoto, SentText, SharedLocation, WorkDone
from bot.domain.models import Choice, Rows, Say
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
from bot.services.photo_work import check_site_work
from bot.services.roles import is_admin
from bot.services.site_access import may_work, visible
from bot.services.site_face import Card, page, slot

VISIT, TASK, DUE, NEW, NEAR = "visit", "task", "due", "new", "near"
OVER = "over"

LASTS = timedelta(hours=1)

NEAR_LASTS = timedelta(minutes=10)
"""A location later than this is a report again."""

REMEMBERED = timedelta(hours=24)
"""So long its owner is told that it is over, instead of being taken for a resident who reports."""

LONGEST_WORDS = 1000
NOTHING = frozenset({"-", "–", "—"})
OLD_PHOTOS = 5
"""A new photo is compared with the last so many of the place."""

_TROUBLES = ("not_fetched", "unreadable")

Said = SentText | SentPhoto | SharedLocation


@dataclass(frozen=True, slots=True)
class _Task:
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

    def with_(self, **args: object) -> _Task:
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


def _stop(errand: Errand) -> Rows:
    """The button under a question. It carries which one, so that an old one does not end another."""
    return ((Choice("site_button.stop", "sites", ("stop", _which(errand))),),)


def _which(errand: Errand) -> str:
    return errand.act if errand.site_id is None else f"{errand.act}.{errand.site_id}"


def asks(errand: Errand, which: str) -> bool:
    """Whether a button to end it (with this argument) stands under the question of this errand."""
    return errand.incident_id is None and which == _which(errand)


# -- beginning and ending ----------------------------------------------------------------------------------------------


def begin_visit(ctx: Context, batch: Batch, person: Person, site: Site, found: SiteState, at: datetime) -> None:
    """From now on the person's next message tells what they found there."""
    task = _begun(ctx, batch, person, VISIT, at, site, {"found": found.value})
    task.say(f"site.ask.{found.value}", _stop(task.errand), number=site.number)


def begin_change(ctx: Context, batch: Batch, person: Person, site: Site, act: str, at: datetime) -> None:
    """From now on an admin's next message is the place's task, or its date."""
    task = _begun(ctx, batch, person, act, at, site)
    task.say(f"site.ask.{act}", _stop(task.errand), number=site.number)


def begin_new(ctx: Context, batch: Batch, person: Person, name: str, at: datetime) -> None:
    """From now on an admin's next message says where the new place is."""
    task = _begun(ctx, batch, person, NEW, at, args={"name": name})
    task.say("site.ask.where", _stop(task.errand), name=name)


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
) -> _Task:
    errand = Errand(person.id, None, act, at, dict(args or {}), None if site is None else site.id)
    return _Task(ctx, batch, person, errand, at).with_()


def end(batch: Batch, person: Person, errand: Errand, at: datetime) -> bool:
    """/batal, or the button. False: there was nothing under way any more."""
    batch.dossiers.put_errand(person.id, None)
    if _is_over(errand, at):
        return False
    batch.say(Say("site.done.ended", {"number": _number(batch, errand)}), at, person_id=person.id)
    return True


def _number(batch: Batch, errand: Errand) -> str | None:
    site = None if errand.site_id is None else batch.sites.get(errand.site_id)
    return None if site is None else site.number


def _is_over(errand: Errand, at: datetime) -> bool:
    return errand.act == OVER or at - errand.at > (NEAR_LASTS if errand.act == NEAR else LASTS)


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
    if _is_over(errand, event.at):
        batch.dossiers.put_errand(person.id, None)
        if errand.act in (OVER, NEAR) or event.at - errand.at > REMEMBERED:
            return False
        batch.say(Say("site.done.expired"), event.at, person_id=person.id)
        return True
    task = _Task(ctx, batch, person, errand, event.at)
    if errand.act == NEAR:
        return _heed_near(task, event)
    if errand.act == NEW:
        return _heed_new(task, event)
    site = None if errand.site_id is None else batch.sites.get(errand.site_id)
    allowed = may_work if errand.act == VISIT else _may_change
    if site is None or not site.listed or not allowed(ctx, batch, person, site):
        _refuse(task, site)
    elif task.get("checking") is not None:
        task.say("site.trouble.checking", number=site.number)
    elif errand.act == VISIT:
        _heed_visit(task, site, event)
    else:
        _heed_change(task, site, event)
    return True


def decline(batch: Batch, person: Person, errand: Errand, at: datetime) -> bool:
    """A video, a voice note …: it is said what is wanted instead. False: nothing is wanted."""
    if _is_over(errand, at) or errand.act == NEAR:
        return False
    text = {NEW: "site.trouble.where", VISIT: "site.trouble.other"}.get(errand.act, "site.trouble.only_words")
    values = {"number": _number(batch, errand)}
    batch.say(Say(text, values, _stop(errand)), at, person_id=person.id)
    return True


def _refuse(task: _Task, site: Site | None) -> None:
    """It is off the list, or another unit's by now: what was said is not kept, and they hear it."""
    task.end()
    gone = site is None or not site.listed
    task.say("site.done.dropped" if gone else "site.not_yours", number=_number(task.batch, task.errand))


def _may_change(ctx: Context, batch: Batch, person: Person, site: Site) -> bool:
    return is_admin(ctx, batch, person)


def _heed_near(task: _Task, event: Said) -> bool:
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


def _heed_new(task: _Task, event: Said) -> bool:
    if not is_admin(task.ctx, task.batch, task.person):
        task.end()
        return False
    heard = hear(task.ctx, event)
    if heard.danger:
        return False
    if heard.place is None:
        task.say("site.trouble.where", _stop(task.errand))
        return True
    task.end()
    name = task.get("name") or ""
    site, new = site_work.enlist(task.ctx, task.batch, task.person, name, heard.place, task.at)
    if not new:
        task.say("site.there_already", number=site.number)
    _show(task, site, "edit" if new else "main", "site.added" if new else None)
    return True


def _heed_change(task: _Task, site: Site, event: Said) -> None:
    typed = one_line(event.text) if isinstance(event, SentText) else None
    if typed is None:
        task.say("site.trouble.only_words", _stop(task.errand), number=site.number)
        return
    empty = typed in NOTHING
    if task.errand.act == TASK:
        if len(typed) > TASK_LENGTH:
            task.say("site.trouble.too_long", _stop(task.errand), most=TASK_LENGTH)
            return
        changed = replace(site, task=None if empty else typed)
    else:
        due_on = None if empty else read_day(typed)
        if due_on is None and not empty:
            task.say("site.trouble.date", _stop(task.errand))
            return
        changed = replace(site, due_on=due_on)
    task.end()
    _show(task, site_work.change(task.ctx, task.batch, task.person, site, changed, task.at), "edit", "site.saved")


def _heed_visit(task: _Task, site: Site, event: Said) -> None:
    text = event.text if isinstance(event, SentText) else event.caption if isinstance(event, SentPhoto) else ""
    before, said = task.get("words"), text.strip()
    words = f"{before}\n{said}" if before and said else said or before
    args: dict[str, object] = {"words": None if words is None else words[:LONGEST_WORDS]}
    if isinstance(event, SentPhoto):
        args |= {"photo": event.file_id, "photo_unique": event.file_unique_id, "album": event.album_id}
    task = task.with_(**args)
    tidy, photo = task.get("found") == SiteState.TIDY.value, task.get("photo")
    if tidy and photo is None:
        task.say("site.ask.photo", _stop(task.errand), number=site.number)
    elif tidy and task.get("words") is None:
        task.say("site.ask.words", _stop(task.errand), number=site.number)
    elif photo is not None:
        _check_photo(task, site)
    else:
        _record(task, site)


def _record(task: _Task, site: Site) -> None:
    found = SiteState(task.get("found") or "")
    site = site_work.visit(
        task.ctx,
        task.batch,
        task.person,
        site,
        found,
        task.at,
        words=task.get("words"),
        photo=task.get("photo"),
        photo_unique=task.get("photo_unique"),
    )
    task.end(task.get("album"))
    task.say("site.done.visit", number=site.number, state=f"site.state.{found.value}")
    _show(task, site)


def _show(task: _Task, site: Site, view: str = "main", why: str | None = None) -> None:
    """The card as it is now, below what was written."""
    admin = is_admin(task.ctx, task.batch, task.person)
    say = Card(task.ctx, task.batch, site, True, admin, task.at).say(view, why)
    task.batch.say(say, task.at, person_id=task.person.id, slot=slot(site), anew=True)


# -- the photo of a visit ----------------------------------------------------------------------------------------------


def _check_photo(task: _Task, site: Site) -> None:
    """A photo counts only after it was looked at: it must not have been used before, for a case or for this place."""
    file_id, unique = task.get("photo") or "", task.get("photo_unique") or ""
    visits = [visit for visit in task.batch.sites.visits(site.id) if visit.photo is not None]
    if any(visit.photo_unique == unique for visit in visits):
        _without_photo(task, site, "used")
        return
    others = [visit.photo for visit in visits[-OLD_PHOTOS:] if visit.photo is not None]
    task.batch.put_work(check_site_work(file_id, unique, others, task.person.id, task.at))
    task.with_(checking=unique).say("site.trouble.checking", number=site.number)


def photo_checked(ctx: Context, batch: Batch, done: WorkDone, errand: Errand) -> None:
    """What came of looking at it. An errand that was ended meanwhile stays so."""
    site = None if errand.site_id is None else batch.sites.get(errand.site_id)
    if errand.args.get("checking") != done.asked.get("file_unique_id") or site is None or errand.act != VISIT:
        return
    task = _Task(ctx, batch, batch.person(errand.person_id), errand, done.at)
    if not site.listed or not may_work(ctx, batch, task.person, site):
        _refuse(task, site)
        return
    result = done.result or {"trouble": "errand.photo.not_fetched"}
    trouble = str(result.get("trouble") or "").rpartition(".")[2]
    if trouble:
        _without_photo(task, site, trouble if trouble in _TROUBLES else _TROUBLES[0])
    elif result.get("used"):
        _without_photo(task, site, "used")
    else:
        _record(task, site)


def _without_photo(task: _Task, site: Site, why: str) -> None:
    """That photo does not do: another one is waited for."""
    task = task.with_(photo=None, photo_unique=None, album=None, checking=None)
    task.say(f"site.trouble.{why}", _stop(task.errand), number=site.number)
