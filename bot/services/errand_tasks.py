"""An errand under way: what is known of it, what is asked next, and what is done when all is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import lifecycle
from bot.domain.events import WorkDone
from bot.domain.handling import Reason
from bot.domain.letters import letter_in
from bot.domain.lifecycle import Act, Refusal
from bot.domain.models import Choice, Incident, IncidentState, Rows, Say
from bot.domain.records import Person
from bot.domain.rows import in_rows
from bot.domain.sites import site_number
from bot.domain.staff import Errand, PhotoHash, Unit
from bot.domain.units import unit_values
from bot.services import casework, closing, handing
from bot.services.batch import Batch
from bot.services.case_photos import photos_of
from bot.services.casework import Said, quick_of
from bot.services.context import Context
from bot.services.owning import actor_of, offices
from bot.services.photo_work import check_work, hash_work
from bot.services.refusals import refusal_say
from bot.services.roads import state_text
from bot.services.standing import standing

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

    def say(self, text: str, choices: Rows = (), **values: object) -> None:
        """Say something in the private chat."""
        self.tell(Say(text, {"number": self.incident.number, **values}, choices))

    def tell(self, say: Say) -> None:
        """The same, where it is made already."""
        self.batch.say(say, self.at, person_id=self.person.id)


def go_on(task: Task) -> None:
    """Do it, or ask for what is missing."""
    refused = refusal_of(task)
    if refused in STILL_TO_ASK:
        ask_for_more(task)
    elif refused is None and task.errand.act == "close" and task.said.photo is not None:
        _check_photo(task)
    else:
        _do(task)


def refusal_of(task: Task) -> Refusal | None:
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


def ask_for_more(task: Task) -> None:
    """Ask for the one thing that is missing next: words, then a photo."""
    act = task.errand.act
    quick = quick_of(task.incident.kind)
    told = [Choice(f"quick.{each}", "k", (str(task.incident.id), "say", each)) for each in quick]
    drop = (Choice("errand_button.drop", "k", (str(task.incident.id), "drop")),)
    if act == "close" and task.said.is_said:
        task.say("errand.ask.photo", (drop,))
        return
    unit = None if task.unit is None else unit_values(task.unit)
    text = f"errand.ask.{act}_{task.outcome.value}" if act == "close" else f"errand.ask.{act}"
    offered = act in WITH_QUICK and not (act == "close" and task.outcome is not IncidentState.HANDLED)
    task.say(text, (*in_rows(told), drop) if offered else (drop,), unit=unit)


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
        now = batch.incident(incident.id)
        values = {"number": incident.number, "state": state_text(now), **_letter(task, now)}
        task.tell(Say(f"errand.done.{task.errand.act}", values))
    else:
        now = batch.incident(incident.id)
        task.tell(refusal_say(ctx, batch, refused, ACTS[task.errand.act], now, task.person.id, task.unit))
    album = task.get("album")
    over = Errand(task.person.id, incident.id, OVER, at, {"album": album})
    batch.dossiers.put_errand(task.person.id, None if album is None else over)


def _letter(task: Task, now: Incident) -> dict[str, object]:
    """How a letter was understood, for who typed it."""
    outside = now.handling.outside
    if task.errand.act != "outside" or outside is None:
        return {}
    return {"letter": outside.letter, "next_on": standing(task.ctx, now)["next_on"]}


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
        _without_photo(task, "errand.photo.used")
        return
    task.batch.put_work(check_work(file_id, unique, task.incident.id, task.person.id, task.at))
    task.with_(checking=unique).say("errand.photo.checking")


def photo_checked(ctx: Context, batch: Batch, done: WorkDone) -> None:
    """What came of looking at it. An errand that was ended meanwhile stays so."""
    errand = batch.dossiers.errand(done.person_id) if done.person_id is not None else None
    unique = done.asked.get("file_unique_id")
    if done.person_id is None or errand is None or errand.incident_id is None or errand.args.get("checking") != unique:
        return
    result = done.result or {"trouble": "errand.photo.not_fetched"}
    incident = batch.incident(errand.incident_id)
    task = Task(ctx, batch, batch.person(done.person_id), incident, errand, done.at)
    used_in, used_at, made = result.get("used_in"), result.get("used_at"), result.get("hash")
    if isinstance(trouble := result.get("trouble"), str):
        _without_photo(task, trouble)
    elif isinstance(used_in, int):
        other = None if used_in == incident.id else batch.number(used_in)
        _without_photo(task, "errand.photo.used", used_in=other)
    elif isinstance(used_at, int):
        _without_photo(task, "errand.photo.used", used_at=site_number(used_at))
    else:
        _do(task)
        closed = not batch.incident(incident.id).state.is_open and incident.state.is_open
        if closed and isinstance(made, int):
            batch.dossiers.put_hash(PhotoHash(str(unique), incident.id, made, done.at))


def _without_photo(task: Task, why: str, **values: object) -> None:
    """That photo does not do: another one is waited for."""
    task = task.with_(photo=None, photo_unique=None, album=None, checking=None)
    task.say(why, ((Choice("errand_button.drop", "k", (str(task.incident.id), "drop")),),), **values)
