"""Who works here, as the batch sees and changes it: units' chats, officers, invitations, mode banjir, the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.records import Loaded, Wanted
from bot.domain.staff import Audit, Flood, FloodList, Invite, Officer, UnitLink
from bot.domain.subscriptions import Subscription
from bot.services.journal import Journal
from bot.services.part import Part

ROSTER = Wanted(roster=frozenset({"all"}))


class Roster(Part):
    """Units' chats, officers, invitations, mode banjir and the audit log."""

    def __init__(self, journal: Journal, need: Callable[[Wanted], None]) -> None:
        super().__init__(journal, need)
        self._links: dict[str, UnitLink] = {}
        self._officers: dict[tuple[int, str], Officer] = {}
        self._floods: dict[str, Flood] = {}
        self._lists: dict[str, FloodList] = {}
        self._invites: dict[str, Invite] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self.audit: list[Audit] = []

    def take_in(self, loaded: Loaded) -> None:
        """Add what was loaded; what the batch has already stays."""
        for link in loaded.links:
            self._links.setdefault(link.unit, link)
        for officer in loaded.officers:
            self._officers.setdefault((officer.person_id, officer.unit), officer)
        for flood in loaded.floods:
            self._floods.setdefault(flood.kecamatan, flood)
        for each in loaded.flood_lists:
            self._lists.setdefault(each.kelurahan, each)
        for invite in loaded.invites:
            self._invites.setdefault(invite.hash, invite)
        for subscription in loaded.subscriptions:
            self._subscriptions.setdefault(subscription.unit, subscription)

    # -- units' chats ------------------------------------------------------------------------------------------------

    def links(self) -> Mapping[str, UnitLink]:
        """Unit code -> its chat, of those that were ever connected."""
        self._need(ROSTER)
        return self._links

    def link(self, unit: str) -> UnitLink | None:
        """The chat of a unit; None: it is not connected."""
        found = self.links().get(unit)
        return found if found is not None and found.connected else None

    def put_link(self, link: UnitLink) -> None:
        """Connect a unit, or (without a chat) disconnect it."""
        self._need(ROSTER)
        self._journal.put(self._links, link.unit, link)
        self._touch("links", link.unit)

    # -- officers ----------------------------------------------------------------------------------------------------

    def officers(self) -> list[Officer]:
        """All, also those removed."""
        self._need(ROSTER)
        return list(self._officers.values())

    def units_of(self, person_id: int) -> frozenset[str]:
        """Codes of the units that a person works for (staff.ADMIN among them for an invited admin)."""
        return frozenset(o.unit for o in self.officers() if o.person_id == person_id and o.removed_at is None)

    def officer(self, person_id: int, unit: str) -> Officer | None:
        """The record of a person in a unit, also a removed one."""
        self._need(ROSTER)
        return self._officers.get((person_id, unit))

    def name_of(self, person_id: int | None) -> str | None:
        """An officer's name, for other officers."""
        return next((o.name for o in self.officers() if o.person_id == person_id), None)

    def put_officer(self, officer: Officer) -> None:
        """Add, change or (removed_at) remove an officer."""
        self._need(ROSTER)
        self._journal.put(self._officers, (officer.person_id, officer.unit), officer)
        self._touch("officers", (officer.person_id, officer.unit))

    # -- invitations -------------------------------------------------------------------------------------------------

    def invite(self, hash_: str) -> Invite | None:
        """The invitation with this hash."""
        if hash_ not in self._invites:
            self._need(Wanted(invites=frozenset({hash_})))
        return self._invites.get(hash_)

    def put_invite(self, invite: Invite) -> None:
        """Make an invitation, or mark it used."""
        self._journal.put(self._invites, invite.hash, invite)
        self._touch("invites", invite.hash)

    # -- mode banjir -------------------------------------------------------------------------------------------------

    def flood(self, area_code: str | None) -> Flood | None:
        """Mode banjir where it is on for this kelurahan or kecamatan."""
        self._need(ROSTER)
        found = self._floods.get((area_code or "")[:8])  # 31.72.02
        return found if found is not None and found.until is None else None

    def floods(self) -> list[Flood]:
        """The last of each kecamatan, on or over."""
        self._need(ROSTER)
        return list(self._floods.values())

    def put_flood(self, flood: Flood) -> None:
        """Switch it on or off."""
        self._need(ROSTER)
        self._journal.put(self._floods, flood.kecamatan, flood)
        self._touch("floods", flood.kecamatan)

    def flood_list(self, kelurahan: str) -> FloodList | None:
        """The list card of a kelurahan."""
        self._need(ROSTER)
        return self._lists.get(kelurahan)

    def flood_lists(self) -> list[FloodList]:
        """All list cards."""
        self._need(ROSTER)
        return list(self._lists.values())

    def put_flood_list(self, each: FloodList) -> None:
        """Mark a list card as changed, or as drawn."""
        self._need(ROSTER)
        self._journal.put(self._lists, each.kelurahan, each)
        self._touch("lists", each.kelurahan)

    # -- hours of a unit's own part of the digest --------------------------------------------------------------------

    def subscription(self, unit: str) -> Subscription | None:
        """When a unit gets its own part of the digest; None: it never asked."""
        self._need(ROSTER)
        return self._subscriptions.get(unit)

    def put_subscription(self, subscription: Subscription) -> None:
        """Set a unit's hours, or (without any) end it."""
        self._need(ROSTER)
        self._journal.put(self._subscriptions, subscription.unit, subscription)
        self._touch("subscriptions", subscription.unit)

    # -- the audit log -----------------------------------------------------------------------------------------------

    def log(
        self,
        person_id: int,
        unit: str,
        what: str,
        subject: str,
        at: datetime,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Remember what an officer or admin did."""
        self._journal.append(self.audit, Audit(at, person_id, unit, what, subject, details or {}))

    # -- what is to be written ---------------------------------------------------------------------------------------

    def changed_links(self) -> list[UnitLink]:
        """To write."""
        return self._changed("links", self._links)

    def changed_officers(self) -> list[Officer]:
        """To write."""
        return self._changed("officers", self._officers)

    def changed_floods(self) -> list[Flood]:
        """To write."""
        return self._changed("floods", self._floods)

    def changed_flood_lists(self) -> list[FloodList]:
        """To write."""
        return self._changed("lists", self._lists)

    def changed_invites(self) -> list[Invite]:
        """To write."""
        return self._changed("invites", self._invites)

    def changed_subscriptions(self) -> list[Subscription]:
        """To write."""
        return self._changed("subscriptions", self._subscriptions)
