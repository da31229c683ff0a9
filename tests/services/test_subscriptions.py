"""Units' own parts of the digest: once per unit and hour, whatever was missed, and only while there is a chat."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import StoreBusy
from bot.domain.outgoing import Claimed, Priority, Sent
from bot.domain.records import Changes, Person, WorkRow
from bot.domain.staff import Unit, UnitLink
from bot.domain.subscriptions import Subscription, UnitDigest
from bot.domain.units import units_of
from bot.geo.areas import AreaIndex
from bot.services.subscriptions import UnitDigests
from bot.texts import Texts
from storage import SqliteStore, open_store
from tests.helpers.clock import WIB
from tests.helpers.small_city import BAMBU, KOJA, PRIOK, TREE, unit

GROUP, OTHER_GROUP = -1_001, -1_002
NOON = datetime(2026, 1, 17, 12, 0, tzinfo=WIB)
SIX = datetime(2026, 1, 18, 6, 0, tzinfo=WIB)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TEXTS = Texts(WIB)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


@dataclass
class Maker:
    """Makes parts of a given number, and remembers what was asked."""

    parts: int = 1
    asked: list[tuple[str, datetime, datetime, bool]] = field(default_factory=list)

    async def __call__(self, window_from: datetime, window_to: datetime, unit: Unit, late: bool) -> Sequence[str]:
        self.asked.append((unit.code, window_from, window_to, late))
        return [f"{unit.name} {n}" for n in range(1, self.parts + 1)]


def digests(store: SqliteStore, maker: Maker | None = None) -> UnitDigests:
    return UnitDigests(store, TREE, WIB, maker or Maker())


async def write(store: SqliteStore, **changes: object) -> None:
    async with store.transaction() as tx:
        await tx.flush(Changes(**changes))  # type: ignore[arg-type]


async def subscribe(
    store: SqliteStore, code: str = BAMBU, *hours: int, at: datetime = NOON, chat_id: int | None = GROUP
) -> None:
    """A unit with a group, and its hours (06.00 where none are given)."""
    times = tuple(map(time, hours or (6,)))
    await write(store, links=[UnitLink(code, at, chat_id=chat_id)], subscriptions=[Subscription(code, times, at)])


async def deliver(store: SqliteStore, now: datetime) -> list[Claimed]:
    """Send all that is due, and return it."""
    sent: list[Claimed] = []
    outcomes: list[Sent] = []
    while claimed := await store.exchange(outcomes, now, 10, frozenset()):
        sent += claimed
        outcomes = [Sent(row.id, row.rev, 100 + row.id) for row in claimed]
    return sent


async def test_a_part_comes_at_its_hour_once_to_the_units_chat(store: SqliteStore) -> None:
    await subscribe(store)
    maker = Maker(parts=2)
    assert await digests(store, maker).post_due(SIX - MINUTE) == 0
    assert await digests(store, maker).post_due(SIX) == 1
    assert await digests(store, maker).post_due(SIX + MINUTE) == 0
    assert maker.asked == [(BAMBU, SIX - DAY, SIX, False)]
    rows = await deliver(store, SIX)
    assert [(row.chat_id, row.say.values["html"], row.say.quiet) for row in rows] == [
        (GROUP, "Sungai Bambu 1", False),
        (GROUP, "Sungai Bambu 2", True),
    ]
    assert rows[0].priority is Priority.DIGEST


async def test_windows_follow_one_another(store: SqliteStore) -> None:
    await subscribe(store, BAMBU, 6, 15)
    maker = Maker()
    for now in (SIX, SIX + 9 * HOUR, SIX + DAY):
        assert await digests(store, maker).post_due(now) == 1
    assert [(begin, end) for _, begin, end, _ in maker.asked] == [
        (SIX - DAY, SIX),
        (SIX, SIX + 9 * HOUR),
        (SIX + 9 * HOUR, SIX + DAY),
    ]


async def test_however_many_were_missed_one_makes_up_for_them_and_says_so(store: SqliteStore) -> None:
    await subscribe(store, BAMBU, 6, 15)
    maker = Maker()
    await digests(store, maker).post_due(SIX)
    assert await digests(store, maker).post_due(SIX + 2 * DAY + HOUR) == 1
    assert await digests(store, maker).post_due(SIX + 2 * DAY + HOUR + MINUTE) == 0
    assert maker.asked[-1] == (BAMBU, SIX, SIX + 2 * DAY, True)


async def test_nothing_from_before_it_was_asked_for(store: SqliteStore) -> None:
    await subscribe(store, at=SIX + MINUTE)
    assert await digests(store).post_due(SIX + 2 * MINUTE) == 0
    assert await digests(store).post_due(SIX + DAY) == 1


async def test_who_ended_it_gets_nothing(store: SqliteStore) -> None:
    await subscribe(store)
    await write(store, subscriptions=[Subscription(BAMBU, (), NOON + HOUR)])
    assert await digests(store).post_due(SIX) == 0


async def test_a_unit_without_a_chat_gets_nothing_and_goes_on_when_it_has_one_again(store: SqliteStore) -> None:
    await subscribe(store)
    maker = Maker()
    await digests(store, maker).post_due(SIX)
    await deliver(store, SIX)
    await write(store, links=[UnitLink(BAMBU, SIX + HOUR)])
    assert await digests(store, maker).post_due(SIX + DAY) == 0
    back = SIX + DAY + 5 * HOUR
    await write(store, links=[UnitLink(BAMBU, back, chat_id=OTHER_GROUP)])
    assert await digests(store, maker).post_due(back + MINUTE) == 0
    assert await digests(store, maker).post_due(SIX + 2 * DAY) == 1
    assert maker.asked[-1] == (BAMBU, SIX, SIX + 2 * DAY, False)
    assert [row.chat_id for row in await deliver(store, SIX + 2 * DAY)] == [OTHER_GROUP]


async def test_who_comes_back_after_months_is_told_of_a_week(store: SqliteStore) -> None:
    await subscribe(store)
    await write(store, unit_digests=[UnitDigest(BAMBU, SIX - 60 * DAY, SIX - 61 * DAY, SIX - 60 * DAY)])
    maker = Maker()
    assert await digests(store, maker).post_due(SIX) == 1
    assert maker.asked == [(BAMBU, SIX - 7 * DAY, SIX, False)]


async def test_it_goes_to_an_officers_private_chat_or_a_topic_where_that_is_the_units(store: SqliteStore) -> None:
    await subscribe(store, BAMBU)
    await subscribe(store, PRIOK)
    await write(
        store,
        people=[Person(1, 700_000_001, "id", NOON)],
        links=[UnitLink(BAMBU, NOON, person_id=1), UnitLink(PRIOK, NOON, chat_id=GROUP, topic_id=4)],
    )
    assert await digests(store).post_due(SIX) == 2
    rows = await deliver(store, SIX)
    assert {(row.chat_id, row.topic_id) for row in rows} == {(700_000_001, None), (GROUP, 4)}


async def test_nothing_to_tell_is_one_quiet_line(store: SqliteStore) -> None:
    await subscribe(store)
    await digests(store, Maker(parts=0)).post_due(SIX)
    [row] = await deliver(store, SIX)
    assert row.say.quiet
    assert TEXTS.plain(row.say.text, row.say.values, "id", SIX) == (
        "Rekap Kelurahan Sungai Bambu\nTidak ada genangan di wilayah ini, dan tidak ada laporan sejak kemarin 06.00."
    )


async def test_one_that_cannot_be_made_holds_up_no_other(store: SqliteStore) -> None:
    async def build(window_from: datetime, window_to: datetime, unit: Unit, late: bool) -> Sequence[str]:
        if unit.code == BAMBU:
            raise ValueError("a mistake of ours")
        return [unit.name]

    await subscribe(store, BAMBU)
    await subscribe(store, KOJA, chat_id=OTHER_GROUP)
    assert await UnitDigests(store, TREE, WIB, build).post_due(SIX) == 1
    assert [row.chat_id for row in await deliver(store, SIX)] == [OTHER_GROUP]


async def test_many_units_take_turns(store: SqliteStore) -> None:
    areas = AreaIndex.from_reference_points(["31.72"]).all_served()
    for n, area in enumerate(areas):
        await subscribe(store, area.code, chat_id=GROUP - n)
    maker = Maker()
    posting = UnitDigests(store, units_of(areas), WIB, maker)
    assert [await posting.post_due(SIX + n * MINUTE) for n in range(5)] == [10, 10, 10, 1, 0]
    assert sorted(code for code, *_ in maker.asked) == [area.code for area in areas]


async def test_a_unit_that_is_not_there_any_more_is_passed_over(store: SqliteStore) -> None:
    await subscribe(store, "31.72.99.1001")
    assert await digests(store).post_due(SIX) == 0


async def test_a_crash_between_making_and_the_commit_repeats_and_loses_nothing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(store)

    def full() -> None:
        raise StoreBusy("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "transaction", full)
        with pytest.raises(StoreBusy):
            await digests(store).post_due(SIX)
    assert await deliver(store, SIX) == []
    assert await digests(store).post_due(SIX + MINUTE) == 1  # as after a restart
    assert len(await deliver(store, SIX + MINUTE)) == 1


async def test_two_processes_post_one(store: SqliteStore) -> None:
    await subscribe(store)
    one, two = digests(store), digests(store)
    assert sum(await asyncio.gather(one.post_due(SIX), two.post_due(SIX))) == 1
    assert len(await deliver(store, SIX)) == 1


async def test_rekap_shows_the_part_as_of_now(store: SqliteStore) -> None:
    await subscribe(store)
    maker = Maker()
    await digests(store, maker).post_due(SIX)
    asked = WorkRow("unit_summary", SIX + 3 * HOUR, 1, {"unit": BAMBU, "chat_id": GROUP})
    result = await digests(store, maker).doers()["unit_summary"](asked)
    assert maker.asked[-1] == (BAMBU, SIX, SIX + 3 * HOUR, False)
    assert "Sungai Bambu 1" in str(result)
    assert unit(BAMBU).name == "Sungai Bambu"
    gone = WorkRow("unit_summary", SIX, 1, {"unit": "31.72.99.1001"})
    assert "say.trouble" in str(await digests(store, maker).answer(gone))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(0, 23), min_size=1, max_size=4), st.lists(st.integers(1, 3000), max_size=15))
def test_whenever_it_runs_windows_have_no_gap_and_no_overlap(hours: set[int], minutes: list[int]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = await open_store(f"sqlite:///{folder}/genangan.db")
            try:
                await subscribe(store, BAMBU, *sorted(hours))
                maker, now = Maker(), NOON
                for each in minutes:
                    now += each * MINUTE
                    await digests(store, maker).post_due(now)  # each time as after a restart
                windows = [(begin, end) for _, begin, end, _ in maker.asked]
                assert all(end.astimezone(WIB).hour in hours and end.minute == 0 for _, end in windows)
                assert [begin for begin, _ in windows[1:]] == [end for _, end in windows[:-1]]
            finally:
                await store.close()

    asyncio.run(play())
