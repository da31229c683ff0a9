"""Casework over the real store: random evenings of residents, three offices, an admin, time and restarts.

Everything goes the way of the program: raw updates through the inbox, buttons however old and by whomever, the beat for
what falls due, photos through the slow work; at any moment the database is closed and opened again. After every step
the law is read from the database (tests/helpers/evening.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.domain.lifecycle import OUTCOMES
from bot.domain.models import IncidentState
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, connect, do
from tests.helpers.desk import ADMIN, open_desk
from tests.helpers.evening import RESIDENTS, SPOTS, UNIT_OF, Evening
from tests.helpers.officers import FakeFiles, do_work, picture, tap_data
from tests.helpers.small_city import BAMBU, KOTA, PAPANGGO, PRIOK

PRESSERS = (*UNIT_OF, *UNIT_OF, ADMIN, RESIDENTS[0])
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


class Casework(Evening):
    """What can happen in an evening, in any order."""

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


TestCasework = Casework.TestCase
TestCasework.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
