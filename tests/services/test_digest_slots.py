"""When digests are due: by the wall clock, each time once, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.records import PostedDigest
from bot.domain.schedule import next_slot, previous_slot
from bot.geo.areas import AreaIndex
from bot.services.digests import due_slots
from bot.services.region import served_region
from tests.helpers.clock import WIB
from tests.helpers.puddles import MORNING

CHANNEL = -1001234567890
TWICE = (time(6), time(18))
NEW_YORK = ZoneInfo("America/New_York")
AREAS = AreaIndex.from_reference_points(["31.72"])


def posted_at(at: datetime) -> PostedDigest:
    return PostedDigest(at, CHANNEL, at - timedelta(days=1), at, 1, late=False)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MORNING - timedelta(seconds=1), []),
        (MORNING, [MORNING]),
        (MORNING + timedelta(hours=5), [MORNING]),
        (MORNING + timedelta(hours=12), [MORNING, MORNING + timedelta(hours=12)]),
        (MORNING + timedelta(hours=25), [MORNING + timedelta(hours=h) for h in (0, 12, 24)]),
    ],
)
def test_what_is_due_since_the_last_one(now: datetime, due: list[datetime]) -> None:
    assert due_slots(now, TWICE, WIB, posted_at(MORNING - timedelta(hours=12))) == due


def test_without_a_last_one_the_latest_day_counts() -> None:
    assert due_slots(MORNING + timedelta(hours=1), TWICE, WIB, None) == [MORNING - timedelta(hours=12), MORNING]


def test_the_slots_around_a_moment() -> None:
    assert next_slot(MORNING, TWICE, WIB) == MORNING + timedelta(hours=12)
    assert previous_slot(MORNING, TWICE, WIB) == MORNING - timedelta(hours=12)
    assert next_slot(MORNING - timedelta(seconds=1), TWICE, WIB) == MORNING


def test_an_hour_that_comes_twice_is_one_digest() -> None:
    """2 November 2025, New York: 01.30 comes at 05.30 and at 06.30 UTC."""
    last = posted_at(datetime(2025, 11, 1, 12, tzinfo=UTC))
    for minutes in range(0, 24 * 60, 30):
        now = datetime(2025, 11, 2, 5, 30, tzinfo=UTC) + timedelta(minutes=minutes)
        assert due_slots(now, (time(1, 30),), NEW_YORK, last) == [datetime(2025, 11, 2, 5, 30, tzinfo=UTC)]


def test_an_hour_that_is_skipped_is_not_lost_and_not_doubled() -> None:
    """9 March 2025, New York: after 01.59 comes 03.00, so 02.30 and 03.30 name one instant."""
    last = posted_at(datetime(2025, 3, 8, 20, tzinfo=UTC))
    now = datetime(2025, 3, 9, 20, tzinfo=UTC)
    assert due_slots(now, (time(2, 30), time(3, 30)), NEW_YORK, last) == [datetime(2025, 3, 9, 7, 30, tzinfo=UTC)]


@given(
    st.integers(0, 350 * 24 * 60).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.lists(st.integers(1, 60 * 30), min_size=1, max_size=30),
    st.sampled_from((NEW_YORK, WIB, ZoneInfo("Australia/Lord_Howe"))),
    st.sets(st.times(), min_size=1, max_size=4),
)
def test_however_often_one_looks_every_slot_is_due_once(
    start: datetime, minutes: list[int], zone: ZoneInfo, times: set[time]
) -> None:
    """Looking now and then, over clock changes too, meets the same slots as looking once at the end."""
    now, last, met = start, posted_at(start), []
    for step in minutes:
        now += timedelta(minutes=step)
        if due := due_slots(now, tuple(times), zone, last):
            met += due
            last = posted_at(due[-1])
    assert met == due_slots(now, tuple(times), zone, posted_at(start))
    assert len(set(met)) == len(met)


def test_the_region_is_the_kota_that_is_served() -> None:
    assert served_region(AREAS) == "Jakarta Utara"
    assert served_region(AreaIndex.from_reference_points(["31.72.02"])) == "Jakarta Utara"
    assert served_region(AreaIndex.from_reference_points(["31"])) == "DKI Jakarta"
