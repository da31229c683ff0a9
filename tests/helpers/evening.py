"""The law of casework, read from the database after every step of an evening: one owner for what is open; handovers and
escalations as they were; an end with what it needs; a history that only grows; everybody told; nothing done by who may
not.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from bot.domain import ownership
from bot.domain.handling import Handling
from bot.domain.lifecycle import OUTCOMES
from bot.domain.models import Incident, IncidentEvent, Report, Word
from bot.domain.ownership import Offices
from bot.domain.records import Loaded, Wanted
from bot.domain.staff import Note
from tests.helpers.casework import OFFICERS
from tests.helpers.desk import ADMIN, Desk, open_desk
from tests.helpers.small_city import KOTA

RESIDENTS = (101, 102, 103)
UNIT_OF = {who: unit for unit, who in OFFICERS.items()}
SPOTS = (0.0, 60.0, 700.0)
"""Metres to the north: the first two are one puddle, the last is another."""

OF_OFFICERS = frozenset(
    {
        "taken",
        "on_the_way",
        "on_site",
        "follow_up",
        "coordination",
        "offered",
        "kept",
        "accepted",
        "refused",
        "assigned",
    }
    | {"outside", "closed", "claimed", "merged", "split"}
)
TOLD = OF_OFFICERS - {"split"} | {"lapsed", "escalated", "overdue", "reopened", "receded", "unheard"}
"""What every reporter hears of, by a message or in the receipt."""

NEW_OWNER = {"accepted", "assigned", "refused", "lapsed", "escalated", "reopened", "rerouted", "kept", "split"}


@dataclass(frozen=True)
class Seen:
    """What stands in the database after a step."""

    incidents: dict[int, Incident] = field(default_factory=dict)
    histories: dict[int, list[IncidentEvent]] = field(default_factory=dict)
    reports: dict[int, Report] = field(default_factory=dict)
    notes: dict[int, Note] = field(default_factory=dict)
    audit: int = 0
    flood: bool = False


def told(event: IncidentEvent) -> tuple[object, ...]:
    """What an event says (of the incident after it, only what may change is kept)."""
    return event.what, event.who, event.at, event.why, event.after.state, event.after.handling


class Troubles(logging.Handler):
    """What the program logs as its own mistakes: a row or a case that failed is left alone, and would not be seen."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


class Evening(RuleBasedStateMachine):
    """A desk, its people, what was seen of the database last, and the law. What happens is added by its tests."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.open = AsyncExitStack()
        self.desk: Desk = self.run(self.open.enter_async_context(open_desk(Path(self.folder.name))))
        self.troubles = Troubles()
        logging.getLogger().addHandler(self.troubles)
        self.seen = Seen()
        self.units: frozenset[str] = frozenset()  # those with a chat
        self.removed: set[int] = set()
        self.gone: set[int] = set()  # residents who blocked the bot
        self.people: dict[int, int] = {}  # Telegram id -> person id
        self.photo = self.steps = 0
        self.flooded_at: datetime | None = None  # when mode banjir was on last

    def run(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(act)

    def teardown(self) -> None:
        logging.getLogger().removeHandler(self.troubles)
        self.run(self.open.aclose())
        self.runner.close()
        self.folder.cleanup()

    # -- a step, and what is to be true of it -----------------------------------------------------------------------

    @property
    def open_ones(self) -> list[int]:
        return sorted(each for each, incident in self.seen.incidents.items() if incident.state.is_open)

    def step(self, act: Coroutine[Any, Any, Any], presser: int | None = None) -> None:
        shown = {who: dict(self.desk.chats.get(who, {})) for who in RESIDENTS}
        before = self.seen
        self.steps += 1
        self.run(act)
        assert not self.troubles.found, self.troubles.found[0]
        self.seen = self.run(self.look())
        if presser is not None and presser in self.gone:
            self.gone.discard(presser)
        if before.flood or self.seen.flood:
            self.flooded_at = self.desk.clock.now()
        new = []
        for incident_id, history in self.seen.histories.items():
            old = before.histories.get(incident_id, [])
            assert [told(event) for event in history[: len(old)]] == [told(event) for event in old], "it only grows"
            new += history[len(old) :]
        assert self.seen.audit >= before.audit, "the log only grows"
        for event in new:
            if before.flood and self.seen.flood:
                assert event.what not in ("escalated", "lapsed"), "in mode banjir nothing climbs"
            self.was_done_by_who_may(event, presser)
            self.was_told(event, shown)

    async def look(self) -> Seen:
        everything = frozenset(incident.id for incident in await self.desk.incidents())
        everybody = frozenset((*RESIDENTS, *UNIT_OF, ADMIN))
        wanted = Wanted(incident_ids=everything, files=everything, telegram_ids=everybody, roster=frozenset({"all"}))
        async with self.desk.store.transaction() as tx:
            found: Loaded = await tx.load(wanted)
        self.people = {person.telegram_id: person.id for person in found.people}
        audit = await self.desk.store.audit(datetime(2026, 1, 1, tzinfo=self.desk.context.timezone), 10_000)
        return Seen(
            {incident.id: incident for incident in found.incidents},
            {key: list(history) for key, history in found.histories.items()},
            {report.id: report for report in found.reports},
            {note.id: note for note in found.notes},
            len(audit),
            any(flood.until is None for flood in found.floods),
        )

    def was_done_by_who_may(self, event: IncidentEvent, presser: int | None) -> None:
        """The law of who may, in other words than the code's."""
        by_time = event.what == "kept" and event.who == "waktu"  # an offer that lapses in mode banjir
        if event.what not in OF_OFFICERS or event.who == "warga" or by_time:
            return
        assert presser is not None, f"{event.what} by itself"
        if presser == ADMIN and event.what != "claimed":
            return
        assert presser in UNIT_OF and presser not in self.removed, f"{event.what} by who works for nobody"
        unit, history = UNIT_OF[presser], self.seen.histories[event.incident_id]
        before = history[history.index(event) - 1].after.handling
        tree = self.desk.context.units
        can = {each.code for each in tree.chain(before.owner)}
        if event.what in ("accepted", "refused"):
            assert before.offer is not None
            can = {each.code for each in tree.chain(before.offer.to)}
        elif event.what in ("claimed", "assigned"):
            can = {before.owner}
        elif event.what == "follow_up":
            can |= set(before.helpers)
        assert unit in can, f"{event.what} by an officer of {unit}"

    def was_told(self, event: IncidentEvent, shown: dict[int, dict[int, Any]]) -> None:
        """Every reporter who wants it and is there got a message or a changed receipt."""
        if event.what not in TOLD:
            return
        by_person = {number: who for who, number in self.people.items()}
        moved = event.why.get("reports") if event.what == "merged" else None
        for report in self.seen.reports.values():
            concerned = report.incident_id == event.incident_id and report.at < event.at
            if isinstance(moved, list | tuple):
                concerned = report.id in moved
            who = by_person[report.person_id]
            if not concerned or report.withdrawn or report.muted or who in self.gone:
                continue
            now = self.desk.chats.get(who, {})
            same = now.keys() == shown[who].keys() and all(now[key] is shown[who][key] for key in now)
            assert not same, f"{who} heard nothing of {event.what}"

    # -- the law ----------------------------------------------------------------------------------------------------

    @invariant()
    def what_is_open_has_one_owner_that_can_be_told(self) -> None:
        for incident in self.seen.incidents.values():
            if not incident.state.is_open:
                continue
            handling = incident.handling
            here = Offices(self.desk.context.units, self.units)
            whose = here.tree.get(handling.on_behalf or handling.owner)
            assert whose is not None and not whose.outside
            chain = [each.code for each in here.tree.chain(whose.code)]
            assert handling.owner == next((code for code in chain if code in self.units), KOTA)
            assert handling.had[-1] == handling.owner
            still = handling.left_s is not None
            assert still or handling.due_at is not None or handling.overdue, "an open case is never forgotten"
            if handling.offer is not None:
                assert handling.due_at is None and handling.offer.lapses_at is not None
            elif still:
                assert self.seen.flood or self.flood_is_fresh, "its clock stands still for no reason"

    @property
    def flood_is_fresh(self) -> bool:
        """Mode banjir ended, and no beat has come since that starts the clocks."""
        return self.flooded_at is not None and self.flooded_at == self.desk.clock.now()

    @invariant()
    def owners_change_as_history_tells(self) -> None:
        for incident_id, history in self.seen.histories.items():
            hops = escalations = bound = given_back = 0
            before: Handling | None = None
            for event in history:
                now = event.after.handling
                if before is not None and now.owner != before.owner:
                    assert event.what in NEW_OWNER, f"a new owner by {event.what}"
                    back = now.owner in before.had
                    assert not (event.what == "accepted" and back), "given again to one that had it"
                    assert not (event.what in ("accepted", "assigned") and before.bound), (
                        "a binding decision is the last"
                    )
                    hops += event.what in ("accepted", "assigned")
                    bound += event.what == "assigned"
                    given_back += event.what == "assigned" and back
                    escalations += event.what == "escalated"
                before = now
            handling = self.seen.incidents[incident_id].handling
            assert before == handling, "the history tells how it is now"
            assert (handling.hops, handling.escalations) == (hops, escalations)
            assert bound <= 1 and given_back <= 1

    @invariant()
    def what_ended_has_an_outcome_and_what_it_needs(self) -> None:
        for incident_id, incident in self.seen.incidents.items():
            handling = incident.handling
            assert (incident.ended_at is None) is incident.state.is_open
            if incident.state.is_open:
                continue
            assert ownership.next_at(handling) is None and handling.offer is None
            for event in self.seen.histories[incident_id]:
                if event.what in ("closed", "claimed"):
                    note = self.seen.notes[int(str(event.why["note"]))]
                    assert note.words or note.quick
                if event.what == "closed":
                    assert event.after.state in OUTCOMES
                    assert event.why["photo"] or self.said_gone(incident_id, event.at)

    def said_gone(self, incident_id: int, at: datetime) -> bool:
        """Somebody had said that the water is gone (of the code's count of them there are tests of their own)."""
        gone = [e for e in self.seen.histories[incident_id] if e.what == Word.GONE.value and e.at <= at]
        return bool(gone)
