"""Contract: what exports and reviews read of a period: page by page, of all or of one area, and counted."""

from __future__ import annotations

from bot.domain.models import IncidentState, Kind
from bot.ports import Store
from tests.helpers.builders import SUNGAI_BAMBU, incident, person, place, report
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, people

PAPANGGO = "31.72.02.1003"
PADEMANGAN = "31.72.01.1001"


async def test_incidents_of_a_period_come_oldest_first_over_all_pages(store: Store) -> None:
    # many first seen at the same moment, ids against the order of time
    await flush(store, incidents=[incident(2000 - n, at=after(seconds=n // 700)) for n in range(1, 1500)])
    found = [(one.first_seen, one.id) async for one in store.incidents_of(EVENING, after(seconds=2))]
    assert found == sorted(set(found))
    assert len(found) == 1500 - 700
    assert [one async for one in store.incidents_of(after(days=1), after(days=2))] == []


async def test_incidents_of_a_period_are_told_as_they_are_now_whatever_became_of_them(store: Store) -> None:
    cases = [
        incident(1, state=IncidentState.MERGED, merged_into=2),
        incident(2, state=IncidentState.PROCESS),
        incident(3, kind=Kind.DRAIN, state=IncidentState.CANCELLED),
    ]
    await flush(store, incidents=cases)
    assert [one async for one in store.incidents_of(after(seconds=-1), EVENING)] == cases


async def test_what_is_filed_while_pages_are_read_makes_none_come_twice_and_none_be_missed(store: Store) -> None:
    await flush(store, incidents=[incident(n) for n in range(1000, 2000)])
    seen = []
    async for one in store.incidents_of(after(seconds=-1), after(hours=1)):
        seen.append(one.id)
        if len(seen) == 600:
            await flush(store, incidents=[incident(5), incident(3000), incident(4000, at=after(minutes=1))])
    assert seen == [*range(1000, 2000), 3000, 4000]


async def test_one_area_is_read_and_counted_by_itself(store: Store) -> None:
    codes = {1: SUNGAI_BAMBU, 2: PAPANGGO, 3: PADEMANGAN, 4: None}
    await people(store, 1)
    await flush(
        store,
        incidents=[incident(n, area_code=code) for n, code in codes.items()],
        reports=[report(n + 10, incident_id=n, place=place(area_code=code)) for n, code in codes.items()],
    )
    for code, ids in (("", [1, 2, 3, 4]), ("31.72", [1, 2, 3]), ("31.72.02", [1, 2]), (PAPANGGO, [2]), ("9", [])):
        window = (after(seconds=-1), EVENING, code)
        assert [one.id async for one in store.incidents_of(*window)] == ids
        assert [one.incident_id async for one, _ in store.reports_between(*window)] == ids
        assert await store.count_reports(*window) == len(ids)


async def test_as_many_reports_are_counted_as_will_come(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()])
    await flush(store, reports=[report(n, at=after(seconds=n), withdrawn=n % 2 == 0) for n in range(1, 20)])
    for window in ((EVENING, after(seconds=10)), (after(seconds=10), after(days=1)), (after(days=1), after(days=2))):
        assert await store.count_reports(*window) == len([one async for one in store.reports_between(*window)])


async def test_reporters_are_heard_on_how_their_puddles_were_handled(store: Store) -> None:
    await people(store, 1, 2, 3)
    done = IncidentState.HANDLED
    await flush(
        store,
        incidents=[
            incident(1, state=done, ended_at=after(hours=1)),
            incident(2, state=done, ended_at=after(hours=2), area_code=PAPANGGO),
            incident(3, state=done, ended_at=after(days=2)),
            incident(4),
            incident(5, state=done, ended_at=after(hours=1), kind=Kind.DRAIN),
        ],
        reports=[
            report(11, incident_id=1, person_id=1, rating="good"),
            report(12, incident_id=1, person_id=2, rating="bad"),
            report(13, incident_id=1, person_id=2, rating="bad"),  # the same person once more
            report(14, incident_id=1, person_id=3),
            report(15, incident_id=2, person_id=1, rating="good"),
            report(16, incident_id=2, person_id=3, rating="bad", withdrawn=True),
            *(report(20 + n, incident_id=n, person_id=3, rating="bad") for n in (3, 4, 5)),
        ],
    )
    assert await store.ratings(EVENING, after(days=1)) == {"good": 2, "bad": 1}
    assert await store.ratings(EVENING, after(days=1), PAPANGGO) == {"good": 1, "bad": 0}
    assert await store.ratings(EVENING, after(minutes=1)) == {"good": 0, "bad": 0}
    assert await store.ratings(after(hours=1), after(hours=2)) == {"good": 1, "bad": 0}
