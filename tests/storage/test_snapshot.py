"""Contract: what a digest is made of is of one moment, of any past one too, of all or of one area."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.models import Incident, IncidentEvent, IncidentState, Kind
from bot.domain.records import Tally
from bot.domain.sites import SiteState
from bot.domain.staff import Series, UnitLink
from bot.domain.weather import FeedState, Rain, WeatherDay
from bot.ports import Store
from storage import reading
from storage.codec import to_us
from tests.helpers.builders import CALF, SUNGAI_BAMBU, incident, place, report, site
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, people
from tests.storage.test_unreadable import spoil

PAPANGGO = "31.72.02.1003"
PADEMANGAN = "31.72.01.1001"
DAY_BEFORE = after(days=-1)


async def happened(store: Store, *states: tuple[datetime, Incident]) -> None:
    """These states of incidents one after another, each with its line in the history."""
    for at, state in states:
        await flush(store, incidents=[state], events=[IncidentEvent(state.id, "x", "warga", at, state)])


async def test_an_empty_city_has_an_empty_snapshot(store: Store) -> None:
    found = await store.snapshot(DAY_BEFORE, EVENING)
    assert (found.window_from, found.window_to, found.area_code) == (DAY_BEFORE, EVENING, "")
    assert (list(found.incidents), list(found.before), found.standing_week) == ([], [], 0)
    assert found.tally == found.tally_before == found.tally_week == Tally()
    assert not (found.links or found.sites or found.pasts or found.feeds or found.weather)


async def test_what_stood_then_and_what_ended_in_the_window_are_told_as_they_were(store: Store) -> None:
    opened = incident(1, at=after(days=-1, hours=-1), depth_last=CALF)
    deeper = replace(opened, reporters=3)
    gone = replace(deeper, state=IncidentState.RECEDED, ended_at=after(hours=-1))
    again = replace(gone, state=IncidentState.WAITING, ended_at=None, reporters=4)
    await happened(
        store,
        (opened.first_seen, opened),
        (after(hours=-3), deeper),
        (after(hours=-1), gone),
        (after(hours=2), again),
    )
    new = incident(2, at=after(minutes=-5))
    later = incident(3, at=after(minutes=1))
    long_over = incident(4, at=after(days=-3), state=IncidentState.RECEDED, ended_at=DAY_BEFORE)
    await happened(store, (new.first_seen, new), (later.first_seen, later), (DAY_BEFORE, long_over))
    found = await store.snapshot(DAY_BEFORE, EVENING)
    assert list(found.incidents) == [gone, new]
    assert list(found.before) == [opened]
    next_one = await store.snapshot(EVENING, after(days=1))
    assert list(next_one.incidents) == [again, new, later]
    assert list(next_one.before) == [new]


async def test_windows_before_and_of_last_week_are_counted(store: Store) -> None:
    await people(store, 1, 2, 3)
    at = {1: after(hours=-1), 2: after(hours=-30), 3: after(days=-7, hours=-2), 4: after(days=-7, hours=2)}
    await flush(
        store,
        incidents=[incident(n, at=when) for n, when in at.items()],
        reports=[report(n + 100, incident_id=n, at=when, person_id=1) for n, when in at.items()],
        events=[IncidentEvent(3, "renewed", "warga", after(days=-7), incident(3))],
    )
    found = await store.snapshot(DAY_BEFORE, EVENING)
    one = Tally(reports=1, reporters=1, opened=1)
    assert (found.tally, found.tally_before) == (one, one)
    assert found.tally_week == replace(one, renewed=1)


async def test_what_stood_a_week_before_is_counted_as_it_was(store: Store) -> None:
    week_ago = after(days=-7)
    stood = incident(1, at=after(days=-8))
    over = replace(stood, state=IncidentState.HANDLED, ended_at=after(days=-6))
    closed_then = incident(2, at=after(days=-9), state=IncidentState.RECEDED, ended_at=after(days=-8))
    reopened = replace(closed_then, state=IncidentState.PROCESS, ended_at=None)
    merged_since = incident(3, at=after(days=-8))
    merged = replace(merged_since, state=IncidentState.MERGED, ended_at=after(days=-2), merged_into=1)
    still = incident(4, at=after(days=-30), state=IncidentState.COORDINATION)
    drain = incident(5, at=after(days=-8), kind=Kind.DRAIN)
    fresh = incident(6, at=after(days=-7, seconds=1))
    for first, last in ((stood, over), (closed_then, reopened), (merged_since, merged)):
        await happened(store, (first.first_seen, first), (after(days=-2), last))
    for each in (still, drain, fresh):
        await happened(store, (each.first_seen, each))
    found = await store.snapshot(DAY_BEFORE, EVENING)
    assert found.standing_week == 3
    assert found.standing_week == len(
        [each for each in await store.incidents_as_of(week_ago, week_ago) if each.kind is Kind.PUDDLE]
    )


async def test_a_series_that_stood_at_two_corners_a_week_before_counts_once(store: Store) -> None:
    series = Series(9, "RB9", -6.13, 106.88, 1, SUNGAI_BAMBU, None, "31.72", after(days=-9), after(days=-8), times=2)
    corners = [incident(n, at=after(days=-8), series_id=series.id) for n in (1, 2)]
    await flush(store, series=[series])
    for each in (*corners, incident(3, at=after(days=-8))):
        await happened(store, (each.first_seen, each))
    assert (await store.snapshot(DAY_BEFORE, EVENING)).standing_week == 2


async def test_one_area_has_only_what_lies_there(store: Store) -> None:
    await people(store, 1, 2)
    areas = {1: SUNGAI_BAMBU, 2: PAPANGGO, 3: PADEMANGAN, 4: None}
    at = after(hours=-1)
    await flush(
        store,
        incidents=[incident(n, at=at, area_code=code) for n, code in areas.items()]
        + [incident(n + 10, at=after(days=-8), area_code=code) for n, code in areas.items()],
        reports=[
            report(n + 100, incident_id=n, at=at, person_id=1 + n % 2, place=place(area_code=code))
            for n, code in areas.items()
        ],
        events=[IncidentEvent(n, "renewed", "warga", at, incident(n, area_code=code)) for n, code in areas.items()],
        sites=[site(n, area_code=code) for n, code in areas.items()],
        links=[UnitLink("31.72.01", EVENING, -5)],
    )
    for code, count in (("", 4), ("31.72", 3), ("31.72.02", 2), (PAPANGGO, 1), ("31.72.03", 0)):
        found = await store.snapshot(DAY_BEFORE, EVENING, code)
        assert found.area_code == code
        assert len(found.incidents) == 2 * count
        assert len(found.before) == len(found.sites) == found.standing_week == count
        assert len(found.pasts) == 2 * count
        assert (found.tally.reports, found.tally.opened, found.tally.renewed) == (count, count, count)
        assert found.tally.reporters == min(2, count)
        assert len(found.links) == 1
    assert [each.area_code for each in (await store.snapshot(DAY_BEFORE, EVENING, PAPANGGO)).pasts] == [PAPANGGO] * 2


async def test_a_case_lies_where_it_lay_then(store: Store) -> None:
    """The point was corrected afterwards: the digest of then is drawn as it was, its part for the unit too."""
    first = incident(1, at=after(hours=-1))
    await happened(store, (first.first_seen, first), (after(hours=1), replace(first, area_code=PADEMANGAN)))
    assert list((await store.snapshot(DAY_BEFORE, EVENING, "31.72.02")).incidents) == [first]
    assert list((await store.snapshot(DAY_BEFORE, EVENING, "31.72.01")).incidents) == []
    assert len((await store.snapshot(EVENING, after(days=1), "31.72.01")).incidents) == 1


async def test_places_feeds_and_weather_come_with_it(store: Store) -> None:
    listed, dropped = site(1), site(2, state=SiteState.DROPPED)
    gates = FeedState("gates", EVENING, after(hours=1), content="[]", failing_since=DAY_BEFORE, why="down", failures=3)
    today = EVENING.date()
    days = [WeatherDay("31.72.02", today - timedelta(days=n), Rain.HEAVY) for n in (0, 364, 400)]
    await flush(store, sites=[dropped, listed])
    await store.put_feed_states([gates])
    await store.put_weather(days)
    found = await store.snapshot(DAY_BEFORE, EVENING)
    assert list(found.sites) == [listed]
    assert list(found.feeds) == [gates]
    assert list(found.weather) == [days[1], days[0]]


async def test_all_parts_are_of_one_moment_although_others_write_meanwhile(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(store, 1)
    first = incident(1, at=after(hours=-1), state=IncidentState.PROCESS)
    await flush(store, incidents=[first], sites=[site(1)], links=[UnitLink("31.72", EVENING, -5)])
    count = reading.tally

    def count_while_another_writes(db: sqlite3.Connection, since: datetime, until: datetime, area: str) -> Tally:
        with closing(sqlite3.connect(tmp_path / "genangan.db")) as other, other:
            other.execute("UPDATE incidents SET state = 'handled', ended_at = ?", [to_us(after(minutes=-1))])
            other.execute("UPDATE sites SET name = 'another'")
            other.execute("DELETE FROM unit_links")
        return count(db, since, until, area)

    monkeypatch.setattr(reading, "tally", count_while_another_writes)
    found = await store.snapshot(DAY_BEFORE, EVENING)
    monkeypatch.undo()
    assert list(found.incidents) == [first]
    assert (found.tally.opened, found.tally.handled) == (1, 0)
    assert [each.name for each in found.sites] == [site(1).name]
    assert [each.state for each in found.pasts] == [IncidentState.PROCESS]
    assert len(found.links) == 1
    later = await store.snapshot(DAY_BEFORE, EVENING)
    assert (later.tally.handled, len(later.links), later.sites[0].name) == (1, 0, "another")


async def test_a_history_that_cannot_be_read_is_no_fault_of_the_store(store: Store, tmp_path: Path) -> None:
    await happened(store, (EVENING, incident(1)))
    spoil(tmp_path, "DROP TRIGGER history_is_not_changed", rows=-1)
    spoil(tmp_path, "UPDATE incident_events SET after = '{'")
    with pytest.raises(BrokenConstraint, match="cannot be read"):
        await store.snapshot(DAY_BEFORE, EVENING)
    assert await store.weather(date(2026, 1, 1), date(2026, 1, 2)) == []
