"""What an officer's next message in the private chat counts for: words or a photo for a case. One errand a person.

Begun by a card's button, or by its link from a group (`/start k_NUMBER_WHAT[_MORE]`); ended by doing it, by /batal, or
after an hour. Words and photo may come in any order; what is missing is asked for, one thing at a time. Errands about a
listed place instead of a case are handled in site_errands.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.events import SentOther, SentPhoto, SentText, SharedLocation, WorkDone
from bot.domain.models import Incident, Say
from bot.domain.records import Person
from bot.domain.staff import Errand
from bot.services import errand_tasks, site_errands, site_visits
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.card_choices import OUTCOMES
from bot.services.casework import QUICK
from bot.services.context import Context
from bot.services.errand_tasks import ACTS, OVER, STILL_TO_ASK, WITH_QUICK, Task, ask_for_more, go_on, refusal_of
from bot.services.numbered import case_typed
from bot.services.refusals import refusal_say

LASTS = timedelta(hours=1)

REMEMBERED = timedelta(hours=24)
"""So long its owner is told that it is over, instead of being taken for a resident who reports."""


# -- beginning and ending ----------------------------------------------------------------------------------------------


def by_link(ask: Ask, rest: str) -> None:
    """A card's link from a group: NUMBER_WHAT[_MORE]."""
    number, _, rest = rest.partition("_")
    what, _, more = rest.partition("_")
    incident = case_typed(ask.batch, number)
    if incident is None or what not in ACTS:
        ask.answer(Say("errand.unknown"))
        return
    args: dict[str, object] = {}
    if what in ("hand", "outside"):
        unit = ask.ctx.units.get(more) or ask.ctx.units.get(more.replace("-", "."))
        args = {"unit": None if unit is None else unit.code}
    elif what == "close":
        if more not in OUTCOMES:
            ask.answer(Say("errand.unknown"))
            return
        args = {"outcome": more}
    if refused := begin(ask.ctx, ask.batch, ask.person, incident, what, ask.event.at, args):
        ask.answer(refused)


def begin(
    ctx: Context,
    batch: Batch,
    person: Person,
    incident: Incident,
    what: str,
    at: datetime,
    args: Mapping[str, object] | None = None,
) -> Say | None:
    """From now on the person's next message counts for it; they are told what is wanted. Returns why not."""
    task = Task(ctx, batch, person, incident, Errand(person.id, incident.id, what, at, dict(args or {})), at)
    refused = refusal_of(task)
    if refused is not None and refused not in STILL_TO_ASK:
        return refusal_say(ctx, batch, refused, ACTS[what], incident, person.id, task.unit)
    ask_for_more(task.with_())
    return None


def end(batch: Batch, person: Person, at: datetime, *, of: int | None = None) -> bool:
    """/batal, or a button of the case `of` (incident id). False: there was none, of that case."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or of not in (None, errand.incident_id):
        return False
    if errand.incident_id is None:
        return site_errands.end(batch, person, errand, at)
    batch.dossiers.put_errand(person.id, None)
    if errand.act == OVER or at - errand.at > LASTS:
        return False
    batch.say(Say("errand.ended", {"number": batch.incident(errand.incident_id).number}), at, person_id=person.id)
    return True


# -- what is said ------------------------------------------------------------------------------------------------------


def heed(ctx: Context, batch: Batch, person: Person, event: SentText | SentPhoto | SharedLocation) -> bool:
    """Words, a photo or a location in the private chat. False: they are for no errand."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or event.origin.edited:
        return False
    if isinstance(event, SentText) and ctx.label_of(event.text) is not None:
        return False
    if errand.incident_id is None:
        return site_errands.heed(ctx, batch, person, event, errand)
    if isinstance(event, SharedLocation):
        return False  # it is a report
    album = event.album_id if isinstance(event, SentPhoto) else None
    again = album is not None and errand.args.get("album") == album
    if errand.act == OVER or event.at - errand.at > LASTS:
        if not again:
            batch.dossiers.put_errand(person.id, None)
        return again or _tell_expired(batch, person, errand, errand.incident_id, event.at)
    task = Task(ctx, batch, person, batch.incident(errand.incident_id), errand, event.at)
    if task.get("checking") is not None:
        if not again:
            task.say("errand.photo.checking")
        return True
    if not again:
        go_on(_with_said(task, event))
    return True


def decline(batch: Batch, person: Person, event: SentOther) -> bool:
    """A video, a voice note …: it is said what is wanted instead. False: nothing is wanted."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or event.origin.edited:
        return False
    if errand.incident_id is None:
        return site_errands.decline(batch, person, errand, event.at)
    if errand.act == OVER or event.at - errand.at > LASTS:
        return False
    number = batch.incident(errand.incident_id).number
    batch.say(Say("errand.other", {"number": number}), event.at, person_id=person.id)
    return True


def choose(ctx: Context, batch: Batch, person: Person, incident: Incident, quick: str, at: datetime) -> Say | None:
    """A quick choice under the question for words. Returns what to say where there is no such question any more."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or errand.incident_id != incident.id or errand.act not in WITH_QUICK or quick not in QUICK:
        return Say("toast.too_old")
    if at - errand.at > LASTS:
        return Say("toast.too_old")
    task = Task(ctx, batch, person, incident, errand, at)
    if task.get("checking") is None:
        go_on(task.with_(quick=quick))
    return None


def photo_checked(ctx: Context, batch: Batch, done: WorkDone) -> None:
    """An officer's photo was looked at, for a case or for a listed place."""
    errand = batch.dossiers.errand(done.person_id) if done.person_id is not None else None
    if errand is not None and errand.incident_id is None:
        site_visits.photo_checked(ctx, batch, done, errand)
    else:
        errand_tasks.photo_checked(ctx, batch, done)


def _tell_expired(batch: Batch, person: Person, errand: Errand, incident_id: int, at: datetime) -> bool:
    if errand.act == OVER or at - errand.at > REMEMBERED:
        return False
    batch.say(Say("errand.expired", {"number": batch.incident(incident_id).number}), at, person_id=person.id)
    return True


def _with_said(task: Task, event: SentText | SentPhoto) -> Task:
    text = (event.text if isinstance(event, SentText) else event.caption).strip()
    before = task.get("words")
    more: dict[str, object] = {"words": f"{before}\n{text}" if before and text else text or before}
    if isinstance(event, SentPhoto):
        more |= {"photo": event.file_id, "photo_unique": event.file_unique_id, "album": event.album_id}
    return task.with_(**more)
