"""Units' chats: what is said there, and what becomes of a unit whose chat goes away or moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.models import Say
from bot.domain.outgoing import Priority
from bot.domain.records import Person
from bot.domain.staff import UnitLink
from bot.domain.units import unit_values
from bot.services import owning
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.roles import admins


def disconnect(ctx: Context, batch: Batch, unit: str, at: datetime) -> None:
    """A unit has no chat any more: the nearest above it that has one owns its cases on its behalf."""
    batch.roster.put_link(UnitLink(unit, at))
    owning.disconnect(ctx, batch, unit, at)


def chat_lost(
    ctx: Context, batch: Batch, chat_id: int, at: datetime, topic_id: int | None = None, by: Person | None = None
) -> None:
    """The bot was removed from a group, or a group (or an officer who is a unit's chat) takes nothing from it.

    Args:
        topic_id: only this topic; None: the whole chat.
        by: who removed the bot, where they are somebody we know.
    """
    person = batch.known(chat_id) if chat_id > 0 else None
    lost = [
        link.unit
        for link in batch.roster.links().values()
        if (link.chat_id == chat_id and topic_id in (None, link.topic_id))
        or (person is not None and link.person_id == person.id)
    ]
    for unit in lost:
        disconnect(ctx, batch, unit, at)
        if by is not None:
            batch.roster.log(by.id, unit, "disconnected", unit, at)
    if not lost:
        return
    lines = [{"text": "office.lost_line", "values": {"unit": shown(ctx, unit)}} for unit in lost]
    for person_id in admins(ctx, batch):
        batch.say(Say("office.lost", {"items": lines}), at, person_id=person_id, priority=Priority.ALERT)


def chat_moved(batch: Batch, old_chat_id: int, new_chat_id: int) -> None:
    """A group became a supergroup: its units stay with it."""
    for link in list(batch.roster.links().values()):
        if link.chat_id == old_chat_id:
            batch.roster.put_link(replace(link, chat_id=new_chat_id))


def tell_chat(batch: Batch, link: UnitLink, say: Say, at: datetime) -> None:
    """Say something in a unit's chat."""
    if link.connected:
        batch.say(say, at, person_id=link.person_id, chat_id=link.chat_id, topic_id=link.topic_id)


def shown(ctx: Context, code: str) -> dict[str, str]:
    """A unit as a value of a text; one that the routing file does not name any more is shown by its code."""
    unit = ctx.units.get(code)
    return {"level": "other", "name": code} if unit is None else unit_values(unit)
