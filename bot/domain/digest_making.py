"""Incident -> entry of a digest. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.depth_range import depth_range
from bot.domain.digest_attention import AreaNames, UnitNames
from bot.domain.digest_entries import Entry
from bot.domain.models import Incident
from bot.domain.sites import Site


@dataclass(frozen=True, slots=True)
class EntryMaker:
    """Makes entries of incidents.

    Attributes:
        window_from, window_to: of the digest.
        areas, units: the kelurahan and the offices by their codes.
        before: numbers of the incidents that were open when the window began.
        sites: number of an incident -> the listed place that it lies in.
        spots: id of an incident -> the name of the spot where it stands again, as somebody called it before.
    """

    window_from: datetime
    window_to: datetime
    areas: AreaNames
    units: UnitNames
    before: frozenset[str]
    sites: Mapping[str, Site]
    spots: Mapping[int, str]

    def entry(self, incident: Incident) -> Entry:
        """The incident as it is told of."""
        handling = incident.handling
        site = self.sites.get(incident.number)
        open_ = incident.state.is_open
        ran_out = handling.due_at is not None and handling.due_at <= self.window_to
        outside = () if handling.outside is None else (handling.outside.unit,)
        partners = (self.units.get(code) for code in dict.fromkeys((*handling.helpers, *outside)))
        return Entry(
            number=incident.number,
            kind=incident.kind,
            state=incident.state,
            name=incident.name,
            area=self.areas.get(incident.area_code) if incident.area_code else None,
            lat=incident.lat,
            lon=incident.lon,
            depth=depth_range(incident.depth_first, incident.depth_last, incident.depth_max),
            causes=incident.causes,
            faults=incident.faults,
            passability=incident.passability,
            reporters=incident.reporters,
            since=incident.first_seen,
            last_seen=incident.last_seen,
            ended_at=incident.ended_at,
            new=incident.first_seen > self.window_from,
            carried=incident.number in self.before,
            approximate=incident.approximate,
            unsure=incident.unsure,
            owner=self.units.get(handling.owner),
            on_behalf=self.units.get(handling.on_behalf) if handling.on_behalf else None,
            partners=tuple(unit for unit in partners if unit is not None),
            taken_up=handling.taken_at is not None,
            due_at=(handling.overdue_since if handling.overdue else handling.due_at) if open_ else None,
            overdue=open_ and (handling.overdue or ran_out),
            hops=handling.hops,
            escalations=handling.escalations,
            reopened=handling.reopened,
            solved_level=handling.solved_level,
            site=None if site is None else site.number,
            near=self._near(incident, site),
        )

    def _near(self, incident: Incident, site: Site | None) -> str | None:
        """What a place that nobody named this time is known by."""
        if incident.name:
            return None
        return site.name if site is not None else self.spots.get(incident.id)
