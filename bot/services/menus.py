"""Which chats offer which commands: officers, admins and units' groups see more than everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.command_table import Menu
from bot.domain.records import Wanted
from bot.domain.staff import ADMIN
from bot.ports import Store
from bot.services.roster import ROSTER


async def menus_of(store: Store, admin_ids: Sequence[int]) -> Mapping[int, Menu]:
    """Chat id -> menu, of units' groups, admins, and all who are or were officers (these see everybody's again)."""
    async with store.transaction() as tx:
        roster = await tx.load(ROSTER)
        officers = roster.officers
        ids = frozenset(officer.person_id for officer in officers)
        people = (await tx.load(Wanted(person_ids=ids))).people if ids else ()
    found = {link.chat_id: Menu.UNIT for link in roster.links if link.chat_id is not None}
    for person in people:
        works_for = {each.unit for each in officers if each.person_id == person.id and each.removed_at is None}
        found[person.telegram_id] = Menu.ADMIN if ADMIN in works_for else Menu.OFFICER if works_for else Menu.PRIVATE
    return found | dict.fromkeys(admin_ids, Menu.ADMIN)
