"""Residents' photos of a case: shown to an officer in the private chat, and to nobody else until one is released."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2s

from bot.domain.lifecycle import Act, Actor, Refusal, may
from bot.domain.models import Choice, Incident, Rows, Say
from bot.domain.records import Person, Photo
from bot.services.batch import Batch
from bot.services.casework import log, unit_of
from bot.services.context import Context
from bot.services.owning import offices

AT_MOST = 10
"""The latest so many are sent."""


def send_photos(ctx: Context, batch: Batch, person: Person, actor: Actor, incident: Incident, at: datetime) -> Say:
    """Send them to the officer's private chat. Returns the toast."""
    if not _may_see(ctx, batch, actor, incident):
        return Say("work.not_allowed_photos")
    photos = photos_of(batch, incident)
    if not photos:
        return Say("work.no_photos")
    free = released(batch, incident)
    for photo in photos[-AT_MOST:]:
        choices: Rows = ()
        if mark_of(photo.file_unique_id) not in free:
            choices = ((Choice("errand_button.release", "k", (str(incident.id), "release", photo.file_unique_id)),),)
        values = {"number": incident.number, "at": photo.at.isoformat()}
        batch.say(Say("work.photo", values, choices, photo=photo.file_id), at, person_id=person.id)
    log(ctx, batch, actor, incident, "photos", at)
    return Say("work.photos_sent")


def release(
    ctx: Context, batch: Batch, actor: Actor, incident: Incident, file_unique_id: str, at: datetime
) -> Refusal | None:
    """From now on the other reporters may see this photo: it stands beside the one that the case is closed with."""
    if not _may_see(ctx, batch, actor, incident):
        return Refusal.NOT_ALLOWED
    if all(photo.file_unique_id != file_unique_id for photo in photos_of(batch, incident)):
        return Refusal.NOT_THERE
    mark = mark_of(file_unique_id)
    if mark in released(batch, incident):
        return Refusal.ALREADY
    who = unit_of(ctx, actor, incident)
    batch.put_incident(batch.incident(incident.id), "released", at, who=who, why={"photo": mark})
    log(ctx, batch, actor, incident, "released", at, {"photo": mark})
    return None


def photos_of(batch: Batch, incident: Incident) -> list[Photo]:
    """The stored photos of its reports that are not withdrawn, oldest first."""
    return batch.dossiers.photos(incident.id, frozenset(report.id for report in batch.reports_in(incident.id)))


def released(batch: Batch, incident: Incident) -> set[str]:
    """The marks of the photos that an officer released."""
    history = batch.dossiers.history(incident.id)
    return {str(event.why.get("photo")) for event in history if event.what == "released"}


def mark_of(file_unique_id: str) -> str:
    """What the history, which nothing is ever taken out of, knows a photo by: it leads to no file."""
    return blake2s(file_unique_id.encode(), digest_size=8).hexdigest()


def _may_see(ctx: Context, batch: Batch, actor: Actor, incident: Incident) -> bool:
    """Who works on the case, helps, or is asked to take it over."""
    here = offices(ctx, batch)
    return may(Act.FOLLOW_UP, incident, actor, here) or may(Act.ACCEPT, incident, actor, here)
