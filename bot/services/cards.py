"""The case card: one message for each incident in the chat of the unit that answers for it, changed in place.

Who is asked to take it over, and who works on it beside the owner, have a card of their own. A unit that the case has
left sees where it is now. What a card says is in card_face.py, its buttons are in card_choices.py, and when it comes as
a new message is decided in consequences.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.handling import Level
from bot.domain.models import Incident, Say
from bot.domain.outgoing import Priority
from bot.services import card_road
from bot.services.batch import Batch
from bot.services.card_choices import Panel, Role
from bot.services.card_face import face, older, passed
from bot.services.context import Context
from bot.services.roles import admins

ASKING = frozenset({"follow", "hand", "hand_why", "refuse", "assign", "coord", "close", "outside", "merge"})
"""Views whose buttons answer a question, which then stands above them."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a unit is told: a person's private chat, or a group (and a topic in it)."""

    person_id: int | None = None
    chat_id: int | None = None
    topic_id: int | None = None


def card_slot(incident: Incident) -> str:
    """The slot of an incident's card, the same in every chat that has one."""
    return f"card:{incident.id}"


def owner_of(ctx: Context, incident: Incident) -> str:
    """Code of the unit that answers for it; of an incident from before there were units, the kota's."""
    return incident.handling.owner or ctx.units.of_level(incident.area_code, Level.KOTA).code


def chats_of(ctx: Context, batch: Batch, unit_code: str) -> list[Chat]:
    """Where a unit is told: in its own chat, else in that of the nearest unit above, else with each admin."""
    links = batch.roster.links()
    unit = ctx.units.nearest(unit_code, {code for code, link in links.items() if link.connected})
    if unit is None:
        return [Chat(person_id=person_id) for person_id in admins(ctx, batch)]
    link = links[unit.code]
    return [Chat(link.person_id, link.chat_id, link.topic_id)]


def tell_unit(
    ctx: Context,
    batch: Batch,
    unit_code: str,
    say: Say,
    at: datetime,
    *,
    slot: str | None = None,
    anew: bool = False,
    priority: Priority = Priority.ALERT,
) -> None:
    """Tell a unit something, wherever it is told."""
    for chat in chats_of(ctx, batch, unit_code):
        _tell(batch, chat, say, at, slot=slot, anew=anew, priority=priority)


def card(
    ctx: Context,
    batch: Batch,
    incident: Incident,
    role: Role,
    *,
    private: bool,
    why: str | None = None,
    view: str = "main",
) -> Say:
    """An incident's card as it is shown to a unit.

    Args:
        ctx, batch: the world.
        incident: as it is now.
        role: what the unit has to do with it.
        private: it is shown in one person's chat.
        why: id of the line that tells why it comes now.
        view: which buttons; "hand_why:UNIT" carries what was chosen before.
    """
    rows = Panel(ctx, batch, incident, role, private).rows(view)
    name = view.partition(":")[0]
    if name == "road":
        return card_road.road(ctx, batch, incident, rows)
    ask = f"card.ask.{name}" if incident.state.is_open and name in ASKING else None
    return Say(f"card.{incident.kind.value}", face(ctx, batch, incident, why=why, ask=ask), rows)


def role_of(incident: Incident, units: Collection[str]) -> Role:
    """What a card is there for, where somebody who works for these units has opened it."""
    h = incident.handling
    if h.offer is not None and h.offer.to in units:
        return Role.ASKED
    return Role.HELPER if h.owner not in units and any(code in units for code in h.helpers) else Role.OWNER


def show_card(
    ctx: Context,
    batch: Batch,
    incident: Incident,
    at: datetime,
    *,
    anew: bool = False,
    why: str | None = None,
    view: str = "main",
    unit: str | None = None,
    here: tuple[Chat, Role] | None = None,
) -> None:
    """Bring an incident's cards up to date, in the chats of all that work on it; or the one `here` only.

    Args:
        ctx, batch: the world.
        incident: which; it is shown as the batch has it now.
        at: when.
        anew: as a new message, in the chat of `unit`; the others are changed in place.
        why: id of the line that tells `unit` why it comes now.
        view: which buttons the card of `unit` shows.
        unit: code of a unit that works on it, is asked, or stands in for one of those; None: the owner.
        here: a chat in which the card was opened, and what it is there for, if it is none of those.
    """
    incident = batch.incident(incident.id)
    owner = owner_of(ctx, incident)
    chats = _audience(ctx, batch, incident)
    newly = incident.carded_cm is None and (here is None or here[0] in chats)
    if newly or (anew and unit in (None, owner)):
        depth = incident.depth_last
        incident = replace(incident, carded_cm=depth.cm or 0 if depth is not None else 0)
        batch.put_quietly(incident)
    if here is not None:
        chats = {here[0]: chats.get(*here)}
    shown = set(chats if here is not None else chats_of(ctx, batch, unit or owner))
    for chat, role in chats.items():
        meant = chat in shown
        say = card(
            ctx,
            batch,
            incident,
            role,
            private=chat.person_id is not None,
            why=why if meant else None,
            view=view if meant else "main",
        )
        parting = older(ctx, incident) if anew and meant else None
        _tell(
            batch,
            chat,
            say,
            at,
            slot=card_slot(incident),
            anew=anew and meant,
            parting=parting,
            priority=Priority.ALERT,
        )


def leave_cards(ctx: Context, batch: Batch, incident: Incident, units: Iterable[str], at: datetime) -> None:
    """Units that an incident has left: their card says where it is now, and has no buttons any more."""
    incident = batch.incident(incident.id)
    if incident.carded_cm is None:
        return
    present = _audience(ctx, batch, incident)
    left = {chat: None for code in units for chat in chats_of(ctx, batch, code) if chat not in present}
    for chat in left:
        show_passed(ctx, batch, incident, chat, at)


def works_here(ctx: Context, batch: Batch, incident: Incident, chat: Chat) -> bool:
    """Whether a chat is one of those that work on an incident now, whose cards are kept up to date."""
    return chat in _audience(ctx, batch, incident)


def show_passed(ctx: Context, batch: Batch, incident: Incident, chat: Chat, at: datetime) -> None:
    """A chat that an incident has left: its card says where it is now, however old the button was."""
    _tell(batch, chat, passed(ctx, incident), at, slot=card_slot(incident), priority=Priority.ALERT)


def _audience(ctx: Context, batch: Batch, incident: Incident) -> dict[Chat, Role]:
    """The chats that have a card, and what it is there for; each chat has one only."""
    h = incident.handling
    wanted = [(Role.OWNER, owner_of(ctx, incident))]
    if h.offer is not None and incident.state.is_open:
        wanted.append((Role.ASKED, h.offer.to))
    wanted += [(Role.HELPER, code) for code in h.helpers]
    found: dict[Chat, Role] = {}
    for role, code in wanted:
        for chat in chats_of(ctx, batch, code):
            found.setdefault(chat, role)
    return found


def _tell(
    batch: Batch,
    chat: Chat,
    say: Say,
    at: datetime,
    *,
    slot: str | None,
    priority: Priority,
    anew: bool = False,
    parting: Say | None = None,
) -> None:
    batch.say(
        say,
        at,
        person_id=chat.person_id if chat.chat_id is None else None,
        chat_id=chat.chat_id,
        topic_id=chat.topic_id,
        slot=slot,
        anew=anew,
        parting=parting,
        priority=priority,
    )
