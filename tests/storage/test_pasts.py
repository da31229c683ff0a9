"""Contract: what spots remember: the puddles that were there, as they are now, however they were merged and split."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.handling import Handling
from bot.domain.memory import REMEMBERED, Past
from bot.domain.models import Cause, Depth, DepthLevel, IncidentState, Kind
from bot.domain.records import RawUpdate
from bot.domain.staff import Note, Wrote
from bot.ports import Store
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, cell_of, incident
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, load, people

CELL = cell_of(LAT, LON)
YEAR_AGO = EVENING - REMEMBERED
CASE = incident(
    10,
    at=after(days=-20),
    state=IncidentState.HANDLED,
    ended_at=after(days=-19),
    last_seen=after(days=-19, hours=-2),
    name="Jl. Gaya <Motor>",
    depth_max=Depth.from_cm(64),
    causes=(Cause.RAIN, Cause.DRAIN),
    reporters=4,
    handling=Handling(owner="31.72.02"),
)
REMEMBERED_CASE = Past(
    id=10,
    number="G10",
    state=IncidentState.HANDLED,
    lat=LAT,
    lon=LON,
    weight=CASE.weight,
    area_code=SUNGAI_BAMBU,
    name="Jl. Gaya <Motor>",
    first_seen=CASE.first_seen,
    last_seen=CASE.last_seen,
    ended_at=CASE.ended_at,
    depth_cm=64,
    causes=(Cause.RAIN, Cause.DRAIN),
    reporters=4,
    owner="31.72.02",
)


@pytest.fixture
async def rainy(store: Store) -> Store:
    """A store that received its last update in the evening, with two people."""
    await people(store, 1, 2)
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)
    return store


async def near(store: Store, *cells: int) -> list[Past]:
    """What a batch is told of these cells."""
    return list((await load(store, past=cells or [CELL])).pasts)


async def year(store: Store, area_code: str = "") -> list[Past]:
    """What the year before the evening remembers."""
    return list(await store.pasts(YEAR_AGO, EVENING, area_code))


def _note(number: int, what: Wrote, **more: object) -> Note:
    fields: dict[str, object] = {"at": after(days=-19, minutes=number), **more}
    return Note(number, 10, SUNGAI_BAMBU, 2, what, **fields)  # type: ignore[arg-type]


async def test_a_puddle_is_remembered_in_its_lean_part(rainy: Store) -> None:
    await flush(rainy, incidents=[CASE])
    assert await near(rainy) == await year(rainy) == [REMEMBERED_CASE]
    plain = replace(CASE, name=None, area_code=None, depth_max=Depth(DepthLevel.UNKNOWN), causes=())
    await flush(rainy, incidents=[plain])
    lean = replace(REMEMBERED_CASE, name=None, area_code=None, depth_cm=None, causes=())
    assert await near(rainy) == await year(rainy) == [lean]
    await flush(rainy, incidents=[replace(plain, depth_max=None)])
    assert await near(rainy) == [lean]


async def test_what_was_done_is_what_was_said_last_at_an_end_or_else_on_the_way(rainy: Store) -> None:
    await flush(rainy, incidents=[CASE, incident(11)])

    async def done() -> tuple[str | None, str | None]:
        (found,) = await near(rainy)
        assert next(past for past in await year(rainy) if past.id == 10) == found
        return found.done, found.done_words

    await flush(rainy, notes=[_note(21, Wrote.HANDING, words="not ours"), _note(22, Wrote.OUTSIDE, words="letter")])
    assert await done() == (None, None)
    await flush(rainy, notes=[_note(23, Wrote.FOLLOW_UP, quick="quick.pump")])
    assert await done() == ("quick.pump", None)
    await flush(
        rainy,
        notes=[
            _note(24, Wrote.FOLLOW_UP, words="second pump"),
            replace(_note(25, Wrote.CLOSING), id=99, incident_id=11),
        ],
    )
    assert await done() == (None, "second pump")
    await flush(rainy, notes=[_note(26, Wrote.CLOSING, quick="quick.cleared", words="one cart", at=after(days=-21))])
    assert await done() == ("quick.cleared", "one cart")
    await flush(rainy, notes=[_note(27, Wrote.CLOSING, words="again"), _note(28, Wrote.FOLLOW_UP, words="late word")])
    assert await done() == (None, "again")


async def test_those_merged_or_cancelled_are_none_until_they_are_split_again(rainy: Store) -> None:
    other = replace(CASE, id=11, number="G11")
    merged = replace(other, state=IncidentState.MERGED, merged_into=10)
    cancelled = replace(CASE, id=12, number="G12", state=IncidentState.CANCELLED)
    await flush(rainy, incidents=[CASE, merged, cancelled])
    assert [past.id for past in await near(rainy)] == [past.id for past in await year(rainy)] == [10]
    await flush(rainy, incidents=[other])
    assert [past.id for past in await near(rainy)] == [past.id for past in await year(rainy)] == [10, 11]


async def test_a_batch_is_told_of_puddles_there_that_ended_within_a_year(rainy: Store) -> None:
    ends = {1: after(days=-366), 2: YEAR_AGO, 3: after(days=-30), 4: after(days=-1)}
    cases = [replace(CASE, id=n, number=f"G{n}", ended_at=end) for n, end in ends.items()]
    open_one = incident(5)
    drain = replace(CASE, id=6, number="G6", kind=Kind.DRAIN)
    elsewhere = replace(CASE, id=7, number="G7", cell=CELL + 1)
    await flush(rainy, incidents=[*cases, open_one, drain, elsewhere])
    assert [past.id for past in await near(rainy)] == [2, 3, 4]
    assert [past.id for past in await near(rainy, CELL, CELL + 1, CELL + 2)] == [2, 3, 7, 4]
    assert (await load(rainy, incident_ids=[3])).pasts == []


async def test_a_batch_is_told_of_two_hundred_at_most_the_latest(rainy: Store) -> None:
    many = [replace(CASE, id=n, number=f"G{n}", ended_at=after(hours=-n), cell=CELL + n % 2) for n in range(1, 251)]
    await flush(rainy, incidents=many)
    assert [past.id for past in await near(rainy, CELL, CELL + 1)] == list(range(200, 0, -1))


async def test_a_year_has_also_those_that_stand_oldest_first(rainy: Store) -> None:
    firsts = {1: YEAR_AGO, 2: after(days=-364), 3: after(days=-1), 4: after(days=-1), 5: EVENING, 6: after(minutes=1)}
    cases = [incident(n, at=at) for n, at in firsts.items()]
    drain = incident(7, at=after(days=-1), kind=Kind.DRAIN)
    await flush(rainy, incidents=[drain, *cases[::-1]])
    assert [past.id for past in await year(rainy)] == [2, 3, 4, 5]
    assert (await year(rainy))[0].ended_at is None


async def test_an_area_remembers_its_own(rainy: Store) -> None:
    codes = {1: SUNGAI_BAMBU, 2: "31.72.02.1003", 3: "31.72.01.1001", 4: None}
    await flush(rainy, incidents=[incident(n, area_code=code) for n, code in codes.items()])
    for code, ids in (("", [1, 2, 3, 4]), ("31.72", [1, 2, 3]), ("31.72.02", [1, 2]), (SUNGAI_BAMBU, [1]), ("9", [])):
        assert [past.id for past in await year(rainy, code)] == ids


async def test_of_too_many_the_latest_are_remembered(rainy: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.digests.MOST_REMEMBERED", 2)
    cases = [replace(CASE, id=n, number=f"G{n}", first_seen=after(days=-n)) for n in (1, 2, 3)]
    await flush(rainy, incidents=cases)
    assert [past.id for past in await year(rainy)] == [2, 1]
