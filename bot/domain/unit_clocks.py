"""Units and their clocks: each office, whether it has a chat, what it has open, how it dealt with its cases. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.models import Incident
from bot.domain.performance import Gathering, Performance
from bot.domain.staff import Unit, UnitLink
from bot.domain.units import UnitTree


@dataclass(frozen=True, slots=True)
class UnitClocks:
    """An office.

    Attributes:
        connected: it has a chat of its own.
        open, overdue: its cases now, and those whose time ran out.
        figures: of its cases in the period.
    """

    unit: Unit
    connected: bool
    open: int
    overdue: int
    figures: Performance


class UnitGathering:
    """Takes the incidents of a period one by one, and tells of each office.

    Args:
        now: as things are then.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._by_owner: dict[str, Gathering] = {}

    def add(self, incident: Incident) -> None:
        """One more."""
        self._by_owner.setdefault(incident.handling.owner, Gathering(self._now)).add(incident)

    def result(self, units: UnitTree, links: Sequence[UnitLink], open_now: Sequence[Incident]) -> list[UnitClocks]:
        """All offices that may own a case, in the order of the tree.

        Args:
            units: all of them; those outside of the bot own nothing.
            links: the chats of units.
            open_now: the incidents that are open now, whenever they began.
        """
        connected = {link.unit for link in links if link.connected}
        cases = Counter(each.handling.owner for each in open_now)
        late = Counter(each.handling.owner for each in open_now if is_overdue(each, self._now))
        nothing = Gathering(self._now)
        return [
            UnitClocks(
                unit=unit,
                connected=unit.code in connected,
                open=cases[unit.code],
                overdue=late[unit.code],
                figures=self._by_owner.get(unit.code, nothing).figures(unit.code),
            )
            for unit in units.all()
            if not unit.outside
        ]


def is_overdue(incident: Incident, now: datetime) -> bool:
    """It is open, and its time ran out."""
    handling = incident.handling
    return incident.state.is_open and (handling.overdue or (handling.due_at is not None and handling.due_at <= now))
