"""Whose private chat offers which commands: officers and admins see more than everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.command_table import Menu
from bot.domain.records import Wanted
from bot.domain.staff import ADMIN
from bot.ports import Store


async def menus_of(store: Store, admin_ids: Sequence[int]) -> Mapping[int, Menu]:
    """Telegram id -> menu, of the admins and of all who are or were officers (these see everybody's again)."""
    async with store.transaction() as tx:
        officers = (await tx.load(Wanted(roster=frozenset({"all"})))).officers
        ids = frozenset(officer.person_id for officer in officers)
        people = (await tx.load(Wanted(person_ids=ids))).people if ids else ()
    found: dict[int, Menu] = {}
    for person in people:
        works_for = {each.unit for each in officers if each.person_id == person.id and each.removed_at is None}
        found[person.telegram_id] = Menu.ADMIN if ADMIN in works_for else Menu.OFFICER if works_for else Menu.PRIVATE
    return found | dict.fromkeys(admin_ids, Menu.ADMIN)
