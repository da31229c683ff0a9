"""Who may what: residents, officers of units, admins (those of ADMIN_IDS, and those invited)."""

from __future__ import annotations

from bot.domain.command_table import Role
from bot.domain.events import Origin
from bot.domain.records import Person
from bot.domain.staff import ADMIN
from bot.services.batch import Batch
from bot.services.context import Context


def role_of(ctx: Context, batch: Batch, person: Person) -> Role:
    """The most that a person is, at this moment."""
    if is_fixed(ctx, person):
        return Role.ADMIN
    units = batch.roster.units_of(person.id)
    if ADMIN in units:
        return Role.ADMIN
    return Role.OFFICER if units else Role.RESIDENT


def is_admin(ctx: Context, batch: Batch, person: Person) -> bool:
    """An admin, of ADMIN_IDS or invited."""
    return role_of(ctx, batch, person) is Role.ADMIN


def units_meant(ctx: Context, batch: Batch, person: Person, origin: Origin) -> frozenset[str]:
    """Whose work is meant by who asks there: in a unit's own chat (a group, or its topic) that unit's, else all of the
    person's."""
    if not origin.private:
        links = [link for link in batch.roster.links().values() if link.chat_id == origin.chat_id]
        here = [link for link in links if link.topic_id == origin.topic_id] or links
        if here:
            return frozenset(link.unit for link in here)
    return frozenset(code for code in batch.roster.units_of(person.id) if ctx.units.get(code) is not None)


def is_fixed(ctx: Context, person: Person) -> bool:
    """An admin of ADMIN_IDS: can be neither removed nor blocked from within."""
    return person.telegram_id in ctx.admin_ids


def admins(ctx: Context, batch: Batch) -> list[int]:
    """Person ids of all admins who ever wrote to the bot: the others cannot be reached."""
    fixed = [known.id for each in sorted(ctx.admin_ids) if (known := batch.known(each)) is not None]
    invited = [o.person_id for o in batch.roster.officers() if o.unit == ADMIN and o.removed_at is None]
    return list(dict.fromkeys((*fixed, *invited)))
