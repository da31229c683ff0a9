"""Invitations, and what becomes of them: a unit's chat, an officer, an admin. A link works once, for 7 days.

Only the SHA-256 of its token is kept, so whoever reads the database cannot use one.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.events import AnonymousCommand
from bot.domain.models import Choice, Say
from bot.domain.records import Person
from bot.domain.staff import ADMIN, Invite, Invited, Officer, Unit, UnitLink
from bot.domain.unit_names import find_units
from bot.domain.units import unit_values
from bot.services import owning
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.blocking import is_blocked
from bot.services.context import Context
from bot.services.pressing import TOO_OLD, Press
from bot.services.roles import is_admin
from bot.services.unit_chats import shown, tell_chat

IN_PRIVATE = "i_"
"""What a link into the private chat carries before its token."""

VALID = timedelta(days=7)

LINES = 20
"""Links in a message: with long names so many stay well below Telegram's 4096 characters."""

CHOICES = 8
"""Units to choose from where a name fits several."""


# -- making them ------------------------------------------------------------------------------------------------------


def invite(ask: Ask) -> None:
    """/undang: semua, UNIT, petugas UNIT, admin."""
    first, _, rest = ask.event.args.strip().partition(" ")
    match first.casefold(), rest.strip():
        case "semua", "":
            _invite_all(ask)
        case "admin", "":
            _offer(ask.ctx, ask.batch, ask.person, Invited.ADMIN, ADMIN, ask.event.at)
        case "" | "petugas", "":
            ask.answer(Say("invite.usage"))
        case "petugas", name:
            _invite_named(ask, Invited.OFFICER, name)
        case _:
            _invite_named(ask, Invited.UNIT, ask.event.args)


def chosen(p: Press) -> Say | None:
    """A unit that was chosen where a name fits several."""
    if not is_admin(p.ctx, p.batch, p.person):
        return Say("refused.admins_only")
    unit, kind = p.ctx.units.get(p.arg), Invited(p.key)
    if unit is None or unit.outside or kind is Invited.ADMIN:
        return TOO_OLD
    _offer(p.ctx, p.batch, p.person, kind, unit.code, p.at)
    return None


def ask_which(ask: Ask, units: list[Unit], act: str, *args: str) -> None:
    """Let a unit be chosen: a name fits several, or none."""
    if not units:
        ask.answer(Say("office.unknown", {"typed": ask.event.args[:60]}))
        return
    choices = tuple((unit_button(unit, act, *args),) for unit in units[:CHOICES])
    ask.answer(Say("office.which", {"more": len(units) - CHOICES if len(units) > CHOICES else None}, choices))


def unit_button(unit: Unit, act: str, *args: str) -> Choice:
    """A button that names a unit."""
    return Choice("admin_button.unit", act, (*args, unit.code), {"unit": unit_values(unit)})


def _invite_named(ask: Ask, kind: Invited, typed: str) -> None:
    units = find_units(ask.ctx.units, typed)
    inside = [unit for unit in units if not unit.outside]
    if units and not inside:
        ask.answer(Say("invite.outside", {"unit": unit_values(units[0])}))
    elif len(inside) == 1:
        _offer(ask.ctx, ask.batch, ask.person, kind, inside[0].code, ask.event.at)
    elif not inside:
        ask.answer(Say("office.unknown", {"typed": typed[:60]}))
    else:
        ask_which(ask, inside, "inv", kind.value)


def _invite_all(ask: Ask) -> None:
    """One link for each unit that has no chat, a line each."""
    ctx, batch, at = ask.ctx, ask.batch, ask.event.at
    waiting = [unit for unit in ctx.units.all() if not unit.outside and batch.roster.link(unit.code) is None]
    if not waiting:
        ask.answer(Say("invite.none"))
        return
    parts = [waiting[i : i + LINES] for i in range(0, len(waiting), LINES)]
    for n, part in enumerate(parts, 1):
        lines = [
            {"text": "invite.line", "values": {"unit": unit_values(unit), "link": _group_link(ctx, token)}}
            for unit in part
            for token in [_make(batch, ask.person, Invited.UNIT, unit.code, at)]
        ]
        values = {"n": len(waiting), "until": (at + VALID).isoformat(), "items": lines}
        if len(parts) > 1:
            values |= {"part": n, "parts": len(parts)}
        ask.answer(Say("invite.all", values))
    batch.roster.log(ask.person.id, ADMIN, "invite_all", "", at, {"units": len(waiting)})


def _offer(ctx: Context, batch: Batch, by: Person, kind: Invited, unit: str, at: datetime) -> None:
    """Make one invitation and show its link, to be handed on."""
    token = _make(batch, by, kind, unit, at)
    values: dict[str, object] = {"until": (at + VALID).isoformat(), "private": ctx.deep_link(IN_PRIVATE + token)}
    if kind is not Invited.ADMIN:
        values["unit"] = shown(ctx, unit)
    if kind is Invited.UNIT:
        values["group"] = _group_link(ctx, token)
        values["moves"] = "invite.moves" if batch.roster.link(unit) is not None else None
    batch.say(Say(f"invite.{kind.value}", values), at, person_id=by.id)
    batch.roster.log(by.id, ADMIN, f"invite_{kind.value}", "" if unit == ADMIN else unit, at)


def _make(batch: Batch, by: Person, kind: Invited, unit: str, at: datetime) -> str:
    """A new invitation's token. It is nowhere but in the link."""
    token = secrets.token_urlsafe(16)
    batch.roster.put_invite(Invite(_hash(token), kind, unit, by.id, at, at + VALID))
    return token


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _group_link(ctx: Context, token: str) -> str:
    return f"https://t.me/{ctx.bot_name}?startgroup={token}"


# -- using them -------------------------------------------------------------------------------------------------------


def join(ask: Ask, token: str) -> None:
    """A link that was opened in the private chat."""
    found = _usable(ask, token)
    if isinstance(found, Say):
        ask.answer(found)
        return
    if found.kind is Invited.UNIT:
        _enroll(ask, found.unit)
        _bind(ask, found, UnitLink(found.unit, ask.event.at, person_id=ask.person.id))
        return
    admin = found.kind is Invited.ADMIN
    if admin and is_admin(ask.ctx, ask.batch, ask.person):
        ask.answer(Say("join.already_admin"))
        return
    if found.unit in ask.batch.roster.units_of(ask.person.id):
        ask.answer(Say("join.already_officer", {"unit": shown(ask.ctx, found.unit)}))
        return
    _enroll(ask, found.unit)
    _use(ask, found)
    ask.answer(Say("join.admin") if admin else Say("join.officer", {"unit": shown(ask.ctx, found.unit)}))
    values = {"name": _name(ask), "unit": None if admin else shown(ask.ctx, found.unit)}
    _tell_inviter(ask, found, Say("join.told_admin" if admin else "join.told_officer", values))


def join_group(ask: Ask, token: str) -> None:
    """A link that was opened for a group: "/start@bot TOKEN" there, in a topic that one alone."""
    found = _usable(ask, token)
    if isinstance(found, Say):
        ask.answer(found)
    elif found.kind is not Invited.UNIT:  # everybody in the group can read it now, and it stays good for one person
        ask.answer(Say("join.private_only"))
    else:
        origin = ask.event.origin
        _bind(ask, found, UnitLink(found.unit, ask.event.at, origin.chat_id, origin.topic_id))


def explain_anonymous(batch: Batch, event: AnonymousCommand) -> None:
    """A group's admin who writes as the group: nobody can tell who that is, so nothing is done."""
    batch.say(Say("join.anonymous"), event.at, chat_id=event.origin.chat_id, topic_id=event.origin.topic_id)


def _usable(ask: Ask, token: str) -> Invite | Say:
    """The invitation of a token, or why it is none (any more), with the way out."""
    roster, at = ask.batch.roster, ask.event.at
    token = token.strip()
    found = roster.invite(_hash(token)) or roster.invite(_hash(token.removeprefix(IN_PRIVATE)))
    if found is None:
        return Say("join.unknown")
    if found.used_at is not None:
        return _used(ask, found)
    if at >= found.expires_at:
        return Say("join.expired")
    return Say("join.revoked") if _revoked(ask, found) else found


def _used(ask: Ask, invite: Invite) -> Say:
    """A used link, opened again by whom it served (people press twice) or by somebody else."""
    link, origin = ask.batch.roster.link(invite.unit), ask.event.origin
    values = {"unit": shown(ask.ctx, invite.unit)}
    if invite.used_by == ask.person.id and origin.private and invite.unit in ask.batch.roster.units_of(ask.person.id):
        return Say("join.already_admin") if invite.unit == ADMIN else Say("join.already_officer", values)
    if link is not None and not origin.private and (link.chat_id, link.topic_id) == (origin.chat_id, origin.topic_id):
        return Say("join.already_here", values)
    return Say("join.used")


def _revoked(ask: Ask, invite: Invite) -> bool:
    """Taken back since it was made: its maker is no admin any more or blocked, or an admin changed what it is for."""
    roster = ask.batch.roster
    maker = ask.batch.person(invite.made_by)
    if is_blocked(ask.ctx, maker) or not is_admin(ask.ctx, ask.batch, maker):
        return True
    if invite.kind is Invited.UNIT:
        link = roster.links().get(invite.unit)
        if link is not None and link.at > invite.at:  # connected (or cut off) since: an old link must not move it
            return True
    known = roster.officer(ask.person.id, invite.unit)
    if known is not None and known.removed_at is not None and known.removed_at > invite.at:
        return True
    return invite.kind is not Invited.ADMIN and ask.ctx.units.get(invite.unit) is None


def _use(ask: Ask, invite: Invite) -> None:
    ask.batch.roster.put_invite(replace(invite, used_at=ask.event.at, used_by=ask.person.id))


def _enroll(ask: Ask, unit: str) -> None:
    """The person works for the unit from now on."""
    if unit in ask.batch.roster.units_of(ask.person.id):
        return
    ask.batch.roster.put_officer(Officer(ask.person.id, unit, _name(ask), ask.event.at))
    ask.batch.roster.log(ask.person.id, unit, "joined", "" if unit == ADMIN else unit, ask.event.at)


def _name(ask: Ask) -> str:
    return ask.event.sender.name


def _bind(ask: Ask, invite: Invite, link: UnitLink) -> None:
    """A unit's chat is here from now on."""
    batch, at = ask.batch, ask.event.at
    before = batch.roster.link(link.unit)
    batch.roster.put_link(link)
    _use(ask, invite)
    batch.roster.log(ask.person.id, link.unit, "connected", link.unit, at)
    values: dict[str, object] = {"unit": shown(ask.ctx, link.unit)}
    where = "private" if link.person_id is not None else "group" if link.topic_id is None else "topic"
    ask.answer(Say(f"join.{where}", values))
    if before is not None and _where(before) != _where(link):
        tell_chat(batch, before, Say("join.moved_away", values), at)
    told = values | {"name": _name(ask), "where": f"office.where.{where}"}
    _tell_inviter(ask, invite, Say("join.told_unit", told))
    owning.reconnect(ask.ctx, batch, link.unit, at)


def _where(link: UnitLink) -> tuple[int | None, int | None, int | None]:
    return link.chat_id, link.topic_id, link.person_id


def _tell_inviter(ask: Ask, invite: Invite, say: Say) -> None:
    """Whoever made the link hears that it was used, unless they did it before their own eyes."""
    if invite.made_by != ask.person.id or not ask.event.origin.private:
        ask.batch.say(say, ask.event.at, person_id=invite.made_by)
