"""What an officer's next message in the private chat counts for: words or a photo for a case. One errand a person.

Begun by a card's button, or by its link from a group (`/start k_NUMBER_WHAT[_MORE]`); ended by doing it, by /batal, or
after an hour. Words and photo may come in any order; what is missing is asked for, one thing at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.events import SentOther, SentPhoto, SentText, WorkDone
from bot.domain.handling import Reason
from bot.domain.letters import letter_in
from bot.domain.lifecycle import Act, Refusal
from bot.domain.models import Choice, Incident, IncidentState, Kind, Say
from bot.domain.numbers import read_number
from bot.domain.records import Person
from bot.domain.staff import Errand, PhotoHash, Unit
from bot.services import casework, closing, handing
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.card_choices import OUTCOMES, QUICK, QUICK_OF_DRAINS
from bot.services.case_photos import photos_of
from bot.services.casework import Said
from bot.services.context import Context
from bot.services.owning import actor_of, offices
from bot.services.photo_work import check_work, hash_work
from bot.services.refusals import refusal_say

LASTS = timedelta(hours=1)

REMEMBERED = timedelta(hours=24)
"""So long its owner is told that it is over, instead of being taken for a resident who reports."""

ACTS: Mapping[str, Act] = {
    "follow": Act.FOLLOW_UP,
    "close": Act.CLOSE,
    "claim": Act.CLAIM,
    "hand": Act.OFFER,
    "refuse": Act.REFUSE,
    "outside": Act.OUTSIDE,
}
"""What links call it, and the record of the errand -> what it does."""

WITH_QUICK = ("follow", "close", "claim")
"""Where what was done can be chosen instead of typed."""

OVER = "over"
"""In place of an act: it was done with the first photo of an album, and the others are no report of a resident."""

STILL_TO_ASK = (Refusal.NEEDS_WORDS, Refusal.NEEDS_PROOF)


@dataclass(frozen=True, slots=True)
class Task:
    """An errand under way, with all that it needs."""

    ctx: Context
    batch: Batch
    person: Person
    incident: Incident
    errand: Errand
    at: datetime

    def get(self, key: str) -> str | None:
        """What is known of it."""
        found = self.errand.args.get(key)
        return found if isinstance(found, str) else None

    @property
    def said(self) -> Said:
        """What has been said so far."""
        return Said(self.get("words"), self.get("quick"), self.get("photo"), self.get("photo_unique"))

    @property
    def outcome(self) -> IncidentState:
        """What it is to be closed with."""
        return IncidentState(self.get("outcome") or "")

    @property
    def unit(self) -> Unit | None:
        """Whom it is about: handed on to, written to."""
        return self.ctx.units.get(self.get("unit") or "")

    def with_(self, **args: object) -> Task:
        """The errand with more known of it; it is kept, and its hour begins anew."""
        errand = replace(self.errand, args={**self.errand.args, **args}, at=self.at)
        self.batch.dossiers.put_errand(self.person.id, errand)
        return replace(self, errand=errand)

    def say(self, text: str, choices: tuple[tuple[Choice, ...], ...] = (), **values: object) -> None:
        """Say something in the private chat."""
        self.tell(Say(text, {"number": self.incident.number, **values}, choices))

    def tell(self, say: Say) -> None:
        """The same, where it is made already."""
        self.batch.say(say, self.at, person_id=self.person.id)


# -- beginning and ending ----------------------------------------------------------------------------------------------


def by_link(ask: Ask, rest: str) -> None:
    """A card's link from a group: NUMBER_WHAT[_MORE]."""
    number, _, rest = rest.partition("_")
    what, _, more = rest.partition("_")
    known = read_number(number)
    incident = ask.batch.incident_numbered(known) if known is not None else None
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
    refused = _refusal(task)
    if refused is not None and refused not in STILL_TO_ASK:
        return refusal_say(ctx, batch, refused, ACTS[what], incident, person.id, task.unit)
    _ask_for_more(task.with_())
    return None


def end(batch: Batch, person: Person, at: datetime) -> bool:
    """/batal. False: there was none."""
    errand = batch.dossiers.errand(person.id)
    batch.dossiers.put_errand(person.id, None)
    if errand is None or errand.act == OVER or at - errand.at > LASTS:
        return False
    batch.say(Say("errand.ended", {"number": batch.incident(errand.incident_id).number}), at, person_id=person.id)
    return True


# -- what is said ------------------------------------------------------------------------------------------------------


def heed(ctx: Context, batch: Batch, person: Person, event: SentText | SentPhoto) -> bool:
    """Words or a photo in the private chat. False: they are for no errand."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or event.origin.edited:
        return False
    if isinstance(event, SentText) and ctx.label_of(event.text) is not None:
        return False
    album = event.album_id if isinstance(event, SentPhoto) else None
    again = album is not None and errand.args.get("album") == album
    if errand.act == OVER or event.at - errand.at > LASTS:
        if not again:
            batch.dossiers.put_errand(person.id, None)
        return again or _tell_expired(batch, person, errand, event.at)
    task = Task(ctx, batch, person, batch.incident(errand.incident_id), errand, event.at)
    if task.get("checking") is not None:
        if not again:
            task.say("errand.photo.checking")
        return True
    if not again:
        _go_on(_with_said(task, event))
    return True


def decline(batch: Batch, person: Person, event: SentOther) -> bool:
    """A video, a voice note …: it is said what is wanted instead. False: nothing is wanted."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or errand.act == OVER or event.at - errand.at > LASTS or event.origin.edited:
        return False
    number = batch.incident(errand.incident_id).number
    batch.say(Say("errand.other", {"number": number}), event.at, person_id=person.id)
    return True


def choose(ctx: Context, batch: Batch, person: Person, incident: Incident, quick: str, at: datetime) -> Say | None:
    """A quick choice under the question for words. Returns what to say where there is no such question any more."""
    errand = batch.dossiers.errand(person.id)
    if errand is None or errand.incident_id != incident.id or errand.act not in WITH_QUICK or quick not in QUICK:
        return Say("toast.too_old")
    task = Task(ctx, batch, person, incident, errand, at)
    if task.get("checking") is None:
        _go_on(task.with_(quick=quick))
    return None


def _tell_expired(batch: Batch, person: Person, errand: Errand, at: datetime) -> bool:
    if errand.act == OVER or at - errand.at > REMEMBERED:
        return False
    batch.say(Say("errand.expired", {"number": batch.incident(errand.incident_id).number}), at, person_id=person.id)
    return True


def _with_said(task: Task, event: SentText | SentPhoto) -> Task:
    text = (event.text if isinstance(event, SentText) else event.caption).strip()
    before = task.get("words")
    more: dict[str, object] = {"words": f"{before}\n{text}" if before and text else text or before}
    if isinstance(event, SentPhoto):
        more |= {"photo": event.file_id, "photo_unique": event.file_unique_id, "album": event.album_id}
    return task.with_(**more)


def _go_on(task: Task) -> None:
    """Do it, or ask for what is missing."""
    refused = _refusal(task)
    if refused in STILL_TO_ASK:
        _ask_for_more(task)
    elif refused is None and task.errand.act == "close" and task.said.photo is not None:
        _check_photo(task)
    else:
        _do(task)


def _refusal(task: Task) -> Refusal | None:
    """Why it cannot be done with what is known so far."""
    actor = actor_of(task.ctx, task.batch, task.person)
    if task.errand.act == "close":
        return closing.may_close(task.ctx, task.batch, actor, task.incident, task.at, task.outcome, task.said)
    act = ACTS[task.errand.act]
    told = task.said.is_said or (act is Act.FOLLOW_UP and task.said.photo is not None)
    refused = lifecycle.refusal(
        act, task.incident, actor, offices(task.ctx, task.batch), at=task.at, to=task.unit, words=told
    )
    if refused is None and act is Act.OUTSIDE:
        return Refusal.NEEDS_WORDS if not told else None
    return refused


def _ask_for_more(task: Task) -> None:
    """Ask for the one thing that is missing next: words, then a photo."""
    act = task.errand.act
    quick = QUICK_OF_DRAINS if task.incident.kind is Kind.DRAIN else QUICK
    told = [Choice(f"quick.{each}", "k", (str(task.incident.id), "say", each)) for each in quick]
    rows = [tuple(told[i : i + 2]) for i in range(0, len(told), 2)]
    drop = (Choice("errand_button.drop", "k", (str(task.incident.id), "drop")),)
    if act == "close" and task.said.is_said:
        task.say("errand.ask.photo", (drop,))
        return
    unit = None if task.unit is None else {"level": task.unit.level.value, "name": task.unit.name}
    text = f"errand.ask.{act}_{task.outcome.value}" if act == "close" else f"errand.ask.{act}"
    offered = act in WITH_QUICK and not (act == "close" and task.outcome is not IncidentState.HANDLED)
    task.say(text, (*rows, drop) if offered else (drop,), unit=unit)


def _do(task: Task) -> None:
    """All is there: the use case decides. It is over then, whatever it says."""
    ctx, batch, incident, at, said = task.ctx, task.batch, task.incident, task.at, task.said
    actor = actor_of(ctx, batch, task.person)
    refused: Refusal | None
    match task.errand.act:
        case "follow":
            refused = casework.follow_up(ctx, batch, actor, incident, at, said)
            if refused is None and said.photo is not None and said.photo_unique is not None:
                batch.put_work(hash_work(said.photo, said.photo_unique, incident.id, at))
        case "close":
            refused = closing.close(ctx, batch, actor, incident, at, task.outcome, said)
        case "claim":
            refused = closing.claim(ctx, batch, actor, incident, at, said)
        case "hand":
            refused = handing.offer(ctx, batch, actor, incident, at, task.unit, Reason.WORDS, said)
        case "refuse":
            refused = handing.refuse(ctx, batch, actor, incident, at, Reason.WORDS, said)
        case _:
            refused = _write_outside(task)
    if refused is None:
        task.say(f"errand.done.{task.errand.act}", state=f"state.{batch.incident(incident.id).state.value}")
    else:
        act, now = ACTS[task.errand.act], batch.incident(incident.id)
        task.tell(refusal_say(ctx, batch, refused, act, now, task.person.id, task.unit))
    album = task.get("album")
    over = Errand(task.person.id, incident.id, OVER, at, {"album": album})
    batch.dossiers.put_errand(task.person.id, None if album is None else over)


def _write_outside(task: Task) -> Refusal | None:
    if task.unit is None:
        return Refusal.NOT_THERE
    today = task.at.astimezone(task.ctx.timezone).date()
    letter, next_on = letter_in(task.get("words") or "", today)
    actor = actor_of(task.ctx, task.batch, task.person)
    return handing.send_outside(task.ctx, task.batch, actor, task.incident, task.at, task.unit, letter, next_on)


# -- the photo of a closing --------------------------------------------------------------------------------------------


def _check_photo(task: Task) -> None:
    """A photo closes a case only after it was looked at: it must not have been used before."""
    file_id, unique = task.get("photo") or "", task.get("photo_unique") or ""
    if any(photo.file_unique_id == unique for photo in photos_of(task.batch, task.incident)):
        _without_photo(task, "errand.photo.used", used_in=task.incident.number)
        return
    task.batch.put_work(check_work(file_id, unique, task.incident.id, task.person.id, task.at))
    task.with_(checking=unique).say("errand.photo.checking")


def photo_checked(ctx: Context, batch: Batch, done: WorkDone) -> None:
    """What came of looking at it. An errand that was ended meanwhile stays so."""
    errand = batch.dossiers.errand(done.person_id) if done.person_id is not None else None
    unique = done.asked.get("file_unique_id")
    if done.person_id is None or errand is None or errand.args.get("checking") != unique:
        return
    result = done.result or {"trouble": "errand.photo.not_fetched"}
    incident = batch.incident(errand.incident_id)
    task = Task(ctx, batch, batch.person(done.person_id), incident, errand, done.at)
    used_in, made = result.get("used_in"), result.get("hash")
    if isinstance(trouble := result.get("trouble"), str):
        _without_photo(task, trouble)
    elif isinstance(used_in, int):
        _without_photo(task, "errand.photo.used", used_in=batch.number(used_in))
    else:
        _do(task)
        closed = not batch.incident(incident.id).state.is_open and incident.state.is_open
        if closed and isinstance(made, int):
            batch.dossiers.put_hash(PhotoHash(str(unique), incident.id, made, done.at))


def _without_photo(task: Task, why: str, **values: object) -> None:
    """That photo does not do: another one is waited for."""
    task = task.with_(photo=None, photo_unique=None, album=None, checking=None)
    task.say(why, ((Choice("errand_button.drop", "k", (str(task.incident.id), "drop")),),), **values)
