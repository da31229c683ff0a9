"""The law of casework over the real store: random evenings of residents, three offices, an admin, time and restarts.

Everything goes the way of the program: raw updates through the inbox, buttons however old and by whomever, the beat for
what falls due, photos through the slow work; at any moment the database is closed and opened again. After every step
the law is read from the database: one owner for what is open; handovers and escalations
as they were; an end with what it needs; a history that only grows; everybody told; nothing done by who may not.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import ownership
from bot.domain.handling import Handling
from bot.domain.lifecycle import OUTCOMES
from bot.domain.models import Incident, IncidentEvent, IncidentState, Report, Word
from bot.domain.ownership import Offices
from bot.domain.records import Loaded, Wanted
from bot.domain.staff import Note
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, connect, do
from tests.helpers.desk import ADMIN, Desk, open_desk
from tests.helpers.officers import FakeFiles, do_work, picture, tap_data
from tests.helpers.small_city import BAMBU, KOTA, PAPANGGO, PRIOK

RESIDENTS = (101, 102, 103)
UNIT_OF = {who: unit for unit, who in OFFICERS.items()}
PRESSERS = (*UNIT_OF, *UNIT_OF, ADMIN, RESIDENTS[0])
SPOTS = (0.0, 60.0, 700.0)
"""Metres to the north: the first two are one puddle, the last is another."""

WORDS = (*("gone", "still", "rise", "mute", "unmute") * 3, "drop")
BUTTONS = (
    "take",
    "way",
    "site",
    "quick:pump",
    *(f"hand_why:{unit}:channel" for unit in (BAMBU, PRIOK, KOTA, PAPANGGO)),
    "keep",
    "accept",
    "accept",
    "refuse_why:river",
    *(f"assign_to:{unit}" for unit in (BAMBU, PRIOK, KOTA)),
    *(f"coord_to:{unit}" for unit in (PRIOK, KOTA)),
)
FILES = FakeFiles.of({f"p{seed}": picture(seed) for seed in range(40)})

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
    """A desk, its people, and what was seen of the database last."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.open = AsyncExitStack()
        self.desk: Desk = self.run(self.open.enter_async_context(open_desk(Path(self.folder.name))))
        self.troubles = Troubles()
        logging.getLogger().addHandler(self.troubles)
        self.seen = Seen()
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

    # -- what happens -----------------------------------------------------------------------------------------------

    @initialize(units=st.sampled_from((*[(BAMBU, PRIOK, KOTA)] * 4, (BAMBU, KOTA), (PRIOK,), ())))
    def begin(self, units: tuple[str, ...]) -> None:
        async def begin() -> None:
            await connect(self.desk, *units)
            await self.desk.text(ADMIN, "/start")
            await self.report(RESIDENTS[0], SPOTS[0], "Lutut")

        self.units = frozenset(units)
        self.step(begin())

    @rule(who=st.sampled_from(RESIDENTS), north_m=st.sampled_from(SPOTS), depth=st.sampled_from(("Lutut", "Paha")))
    def somebody_reports(self, who: int, north_m: float, depth: str) -> None:
        self.step(self.report(who, north_m, depth))

    async def report(self, who: int, north_m: float, depth: str) -> None:
        self.gone.discard(who)  # who writes can be reached again
        await self.desk.location(who, LAT + north_m / 111_195, LON)
        if any(depth in self.desk.label(choice) for row in self.newest(who).choices for choice in row):
            await self.desk.press(who, depth)

    def newest(self, who: int) -> Any:
        return max(self.desk.chats[who].items())[1]

    @precondition(lambda self: self.seen.reports)
    @rule(data=st.data(), what=st.sampled_from(WORDS))
    def a_reporter_says(self, data: st.DataObject, what: str) -> None:
        """By a button of a receipt of theirs."""
        report = self.seen.reports[data.draw(st.sampled_from(sorted(self.seen.reports)))]
        who = next(who for who, number in self.people.items() if number == report.person_id)
        self.step(self.desk.press_data(who, f"{what}:{report.id}"), presser=who)

    @precondition(lambda self: self.seen.reports)
    @rule(data=st.data(), who=st.sampled_from(PRESSERS), what=st.sampled_from(WORDS))
    def somebody_presses_a_receipt(self, data: st.DataObject, who: int, what: str) -> None:
        """Also of another's."""
        report_id = data.draw(st.sampled_from(sorted(self.seen.reports)))
        self.step(self.desk.press_data(who, f"{what}:{report_id}"), presser=who)

    @precondition(lambda self: self.seen.incidents)
    @rule(data=st.data(), who=st.sampled_from(PRESSERS), button=st.sampled_from(BUTTONS), private=st.booleans())
    def somebody_presses(self, data: st.DataObject, who: int, button: str, private: bool) -> None:
        """Any button of any card, in the unit's group or in private."""
        incident_id = data.draw(st.sampled_from(sorted(self.seen.incidents)))
        self.press(who, incident_id, button, private)

    @precondition(lambda self: self.open_ones)
    @rule(data=st.data(), button=st.sampled_from(("take", "take", "quick:pump", "way", "site")))
    def the_owner_works(self, data: st.DataObject, button: str) -> None:
        incident_id = data.draw(st.sampled_from(self.open_ones))
        who = OFFICERS.get(self.seen.incidents[incident_id].handling.owner, ADMIN)
        self.press(who, incident_id, button, private=False)

    @precondition(lambda self: any(not self.seen.incidents[each].handling.bound for each in self.open_ones))
    @rule(data=st.data())
    def it_is_handed_on(self, data: st.DataObject) -> None:
        """Whatever is next: offered, answered, assigned."""
        incident_id = data.draw(st.sampled_from(self.open_ones))
        handling = self.seen.incidents[incident_id].handling
        who = OFFICERS.get(handling.owner, ADMIN)
        if handling.assigns:
            below = [unit for unit in (BAMBU, PRIOK, KOTA) if unit.startswith(handling.owner)]
            button = f"assign_to:{data.draw(st.sampled_from(below or [KOTA]))}"
        elif handling.offer is not None:
            button = data.draw(st.sampled_from(("accept", "accept", "refuse_why:pump", "keep")))
            asked = OFFICERS.get(handling.offer.to, ADMIN)
            who = who if button == "keep" else data.draw(st.sampled_from((asked, asked, *UNIT_OF)))
        else:
            new = [unit for unit in (BAMBU, PRIOK, KOTA, PAPANGGO) if unit not in handling.had]
            button = f"hand_why:{data.draw(st.sampled_from((*new, *handling.had)))}:pump"
        self.press(who, incident_id, button, private=False)

    def press(self, who: int, incident_id: int, button: str, private: bool) -> None:
        unit = UNIT_OF.get(who)
        chat = None if private or unit not in self.units else GROUPS[unit]
        self.step(tap_data(self.desk, who, f"k:{incident_id}:{button}", 1, chat), presser=who)

    @precondition(lambda self: self.open_ones)
    @rule(
        data=st.data(),
        who=st.none() | st.sampled_from((*UNIT_OF, ADMIN)),
        outcome=st.sampled_from(sorted(OUTCOMES)),
        photo=st.booleans(),
    )
    def somebody_closes(self, data: st.DataObject, who: int | None, outcome: str, photo: bool) -> None:
        """Selesai with words, and perhaps a photo: by the owner (None), or by another who may or may not."""
        incident_id = data.draw(st.sampled_from(self.open_ones))
        by = who or OFFICERS.get(self.seen.incidents[incident_id].handling.owner, ADMIN)

        async def close() -> None:
            await tap_data(self.desk, by, f"k:{incident_id}:close_as:{outcome}")
            await self.desk.text(by, "Tali air sudah dibersihkan")
            if photo:
                self.photo += 1
                await self.desk.photo(by, f"p{self.photo % 40}")
                await do_work(self.desk, FILES)
            await self.desk.text(by, "/batal")

        if self.errand_opens(by, incident_id):
            self.step(close(), presser=by)

    @precondition(lambda self: self.claimable)
    @rule(data=st.data())
    def somebody_claims(self, data: st.DataObject) -> None:
        """Residents ended it first; who worked on it tells so."""
        incident_id = data.draw(st.sampled_from(self.claimable))
        who = OFFICERS[self.seen.incidents[incident_id].handling.owner]

        async def claim() -> None:
            await tap_data(self.desk, who, f"k:{incident_id}:claim")
            await self.desk.text(who, "Pompa apung dipasang sejak sore")
            await self.desk.text(who, "/batal")

        if self.errand_opens(who, incident_id):
            self.step(claim(), presser=who)

    @property
    def claimable(self) -> list[int]:
        """Ended by residents after an office had taken it up."""
        return sorted(
            key
            for key, incident in self.seen.incidents.items()
            if incident.state is IncidentState.RECEDED
            and incident.handling.taken_at
            and incident.handling.owner in OFFICERS
        )

    def errand_opens(self, who: int, incident_id: int) -> bool:
        """Else what is typed would be taken for the beginning of a report."""
        handling = self.seen.incidents[incident_id].handling
        units = {UNIT_OF[who]} if who in UNIT_OF and who not in self.removed else set()
        above = {each.code for each in self.desk.context.units.chain(handling.owner)}
        return who in self.people and (who == ADMIN or bool(units & above & self.units))

    @precondition(lambda self: len(self.open_ones) > 1)
    @rule(data=st.data())
    def the_admin_merges(self, data: st.DataObject) -> None:
        into, other = data.draw(st.permutations(self.open_ones))[:2]
        self.step(tap_data(self.desk, ADMIN, f"k:{into}:merge_yes:{other}"), presser=ADMIN)

    @rule(minutes=st.sampled_from((2, 31, 50, 61, 200, 370)))
    def time_passes(self, minutes: int) -> None:
        self.step(self.desk.beat(minutes=minutes))

    @precondition(lambda self: self.steps % 3 == 0)
    @rule(who=st.sampled_from((ADMIN, ADMIN, *UNIT_OF)))
    def mode_banjir(self, who: int) -> None:
        """The admin switches it on or off; others press the same button in vain."""
        on = self.seen.flood
        self.step(self.desk.press_data(who, f"floodmode:{PRIOK}:{'off' if on else 'on'}"), presser=who)
        assert self.seen.flood is (not on if who == ADMIN else on)

    @precondition(lambda self: self.seen.flood)
    @rule(who=st.sampled_from(tuple(UNIT_OF)))
    def somebody_takes_up_all(self, who: int) -> None:
        self.step(tap_data(self.desk, who, f"flood:{BAMBU}:all"), presser=who)

    @precondition(lambda self: self.steps % 5 == 0)
    @rule()
    def the_program_starts_anew(self) -> None:
        async def restart() -> None:
            old = self.desk
            await self.open.aclose()
            self.desk = await self.open.enter_async_context(open_desk(old.folder))
            self.desk.clock.at, self.desk.chats = old.clock.at, old.chats
            self.desk._update_id, self.desk._message_id = old._update_id, old._message_id
            await self.desk.take()

        self.step(restart())

    @precondition(lambda self: self.seen.audit > 4 and not self.removed)
    @rule(who=st.sampled_from(tuple(UNIT_OF)))
    def an_officer_is_removed(self, who: int) -> None:
        if who not in self.people:
            return

        def remove(ctx: Context, batch: Batch) -> None:
            officer = batch.roster.officer(self.people[who], UNIT_OF[who])
            if officer is not None:
                batch.roster.put_officer(replace(officer, removed_at=self.desk.clock.now()))

        self.removed.add(who)
        self.step(do(self.desk, remove))

    @precondition(lambda self: self.steps % 4 == 0 and not self.gone)
    @rule(who=st.sampled_from(RESIDENTS))
    def a_resident_blocks_the_bot(self, who: int) -> None:
        if who not in self.people or who in self.gone:
            return
        self.gone.add(who)
        user = {"id": 900, "is_bot": True, "first_name": "Bot"}
        change = {
            "chat": {"id": who, "type": "private"},
            "from": {"id": who, "is_bot": False, "first_name": "Warga"},
            "date": int(self.desk.clock.now().timestamp()),
            "old_chat_member": {"user": user, "status": "member"},
            "new_chat_member": {"user": user, "status": "kicked"},
        }

        async def block() -> None:
            await self.desk.receive({"my_chat_member": change})
            await self.desk.take()

        self.step(block())

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


TestEvening = Evening.TestCase
TestEvening.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
