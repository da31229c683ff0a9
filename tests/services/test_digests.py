"""Digests: due by the wall clock, once per time and channel, and the same whenever they are built."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.models import Depth, DepthLevel, Incident, IncidentEvent, IncidentState
from bot.domain.outgoing import Claimed, Priority, Sent
from bot.domain.records import Changes, PostedDigest
from bot.domain.units import units_of
from bot.geo.areas import AreaIndex
from bot.output.digest_text import plain
from bot.ports import Store
from bot.services.digest_maker import Part
from bot.services.digests import Digests, Posting
from storage import open_store
from tests.helpers import builders
from tests.helpers.clock import WIB
from tests.helpers.posts import maker_of
from tests.helpers.puddles import DAY_BEFORE, MORNING, puddle, rainy_night

CHANNEL = -1001234567890
SIX = (time(6),)
TWICE = (time(6), time(18))
AREAS = AreaIndex.from_reference_points(["31.72"])
UNITS = units_of(AREAS.all_served())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


def digests_of(store: Store, times: Sequence[time] = SIX, channel_id: int | None = CHANNEL) -> Digests:
    return Digests(store, maker_of(store, areas=AREAS, units=UNITS), times, WIB, channel_id)


async def write(store: Store, *incidents: Incident, **changes: object) -> None:
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=incidents, **changes))  # type: ignore[arg-type]


async def deliver(store: Store, now: datetime) -> list[Claimed]:
    """Send all that is due, and return it."""
    sent: list[Claimed] = []
    outcomes: list[Sent] = []
    while claimed := await store.exchange(outcomes, now, 10, frozenset()):
        sent += claimed
        outcomes = [Sent(row.id, row.rev, 100 + row.id) for row in claimed]
    return sent


def seen(rows: Sequence[Claimed]) -> list[str]:
    """The texts of a post, without what stands under its picture and its table."""
    return [plain(str(row.say.values["html"])) for row in rows if row.say.attachment is None]


def caption(rows: Sequence[Claimed]) -> str:
    """What stands under its picture, which comes first."""
    return plain(str(rows[0].say.values["html"]))


def words(parts: Sequence[Part]) -> list[str]:
    """The same of one that is looked at."""
    return [plain(part.html) for part in parts if part.file is None]


def posted_at(at: datetime) -> PostedDigest:
    return PostedDigest(at, CHANNEL, at - timedelta(days=1), at, 1, late=False)


# -- posting -------------------------------------------------------------------------------------------------------


async def test_a_digest_is_posted_at_its_time_and_only_once(store: Store) -> None:
    await write(store, *rainy_night(), digests=[posted_at(DAY_BEFORE)])
    digests = digests_of(store)
    assert await digests.post_due(MORNING - timedelta(seconds=1)) is None
    posted = await digests.post_due(MORNING + timedelta(seconds=20))
    assert posted is not None
    assert (posted.window_from, posted.window_to, posted.late) == (DAY_BEFORE, MORNING, False)
    for minutes in range(5):
        assert await digests.post_due(MORNING + timedelta(minutes=minutes)) is None
    rows = await deliver(store, MORNING + timedelta(minutes=5))
    assert {(row.chat_id, row.priority, row.expires_at) for row in rows} == {
        (CHANNEL, Priority.DIGEST, MORNING + timedelta(days=1))
    }
    (text,) = seen(rows)
    assert text.startswith("GENANGAN JAKARTA UTARA\nUpdate pukul 06.00 WIB\nSenin, 19 Januari 2026\n")
    assert "PL8 · Jl. Lestari 8 RT02/10" in text
    assert "Terlambat" not in text


async def test_a_second_process_and_a_restart_do_not_double_it(store: Store, tmp_path: Path) -> None:
    await write(store, *many())
    other = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    try:
        now = MORNING + timedelta(seconds=5)
        results = await asyncio.gather(*(digests_of(each).post_due(now) for each in (store, other, store, other)))
        assert sum(result is not None for result in results) == 1
        first = await store.exchange([], now, 1, frozenset())
        await store.exchange([Sent(first[0].id, first[0].rev, 7)], now, 1, frozenset())
        # killed with the second part in flight: that one is sent again, the others once, and nothing is posted anew
        later = now + timedelta(minutes=1)
        await other.release_claims()
        assert await digests_of(other).post_due(later) is None
        parts = [*first, *await deliver(other, later)]
    finally:
        await other.close()
    total = len(parts)
    *texts, week = seen(parts)
    assert week.startswith("Sepekan")
    assert len(texts) > 1
    assert [text.split("\n")[0] for text in texts] == [
        f"GENANGAN JAKARTA UTARA · {number}/{len(texts)}" for number in range(1, len(texts) + 1)
    ]
    assert [row.say.quiet for row in parts] == [False, *[True] * (total - 1)]
    assert [row.slot for row in parts] == [
        f"digest:2026-01-18T23:00:00+00:00:{number}" for number in range(1, total + 1)
    ]


async def test_several_missed_make_one_late_digest(store: Store) -> None:
    digests = digests_of(store, TWICE)
    await write(store, puddle("KA7", 30, first_seen=DAY_BEFORE, last_seen=MORNING))
    assert await digests.post_due(DAY_BEFORE + timedelta(seconds=30)) is not None
    await deliver(store, DAY_BEFORE + timedelta(minutes=1))
    back = MORNING + timedelta(hours=3)
    posted = await digests.post_due(back)
    assert posted is not None
    assert (posted.scheduled_at, posted.window_from, posted.late) == (MORNING, DAY_BEFORE, True)
    assert "⚠️ Terlambat, dijadwalkan 06.00." in caption(await deliver(store, back))
    assert await digests.post_due(back) is None
    evening = await digests.post_due(MORNING + timedelta(hours=12))
    assert evening is not None
    assert (evening.window_from, evening.late) == (MORNING, False)


@pytest.mark.parametrize(("minutes", "late"), [(9, False), (11, True)])
async def test_ten_minutes_are_not_late(store: Store, minutes: int, late: bool) -> None:
    await write(store, *rainy_night())
    posted = await digests_of(store).post_due(MORNING + timedelta(minutes=minutes))
    assert posted is not None
    assert posted.late is late


async def test_an_empty_window_says_so_but_a_new_bot_makes_up_for_nothing(store: Store) -> None:
    digests = digests_of(store)
    assert await digests.post_due(MORNING + timedelta(hours=4)) is None
    next_morning = MORNING + timedelta(days=1)
    assert await digests.post_due(next_morning) is not None
    rows = await deliver(store, next_morning)
    assert "Tidak ada genangan dan tidak ada laporan sejak kemarin 06.00." in caption(rows)
    assert seen(rows) == []


async def test_a_digest_that_was_missed_at_the_very_first_time_is_made_up_for(store: Store) -> None:
    await write(store, puddle("KA7", 30))
    posted = await digests_of(store).post_due(MORNING + timedelta(hours=1))
    assert posted is not None
    assert posted.late


async def test_what_was_told_after_its_time_is_not_in_it(store: Store) -> None:
    early = puddle("KA7", 30, first_seen=MORNING - timedelta(hours=2), last_seen=MORNING - timedelta(hours=2))
    deeper = replace(early, depth_last=Depth.of(DepthLevel.WAIST), depth_max=Depth.of(DepthLevel.WAIST), reporters=2)
    gone = replace(deeper, state=IncidentState.RECEDED, ended_at=MORNING + timedelta(hours=1))
    new = puddle("MD3", 30, first_seen=MORNING + timedelta(minutes=1))
    events = [
        IncidentEvent(early.id, "opened", "warga", early.first_seen, early),
        IncidentEvent(early.id, "deeper", "warga", MORNING - timedelta(hours=1), deeper),
        IncidentEvent(early.id, "receded", "warga", MORNING + timedelta(hours=1), gone),
        IncidentEvent(new.id, "opened", "warga", new.first_seen, new),
    ]
    await write(store, gone, new, events=events)
    digests = digests_of(store)
    text, *_ = words(await digests.preview(MORNING))
    assert "± 30 s.d. 90 cm, naik" in text
    assert "MD3" not in text
    earlier, *_ = words(await digests.preview(MORNING - timedelta(minutes=90)))
    assert "± 30 cm" in earlier
    later, *_ = words(await digests.preview(MORNING + timedelta(hours=2)))
    assert "07.00, setelah 3 jam" in later


async def test_the_headline_compares_with_the_window_before(store: Store) -> None:
    old = puddle("A22", 30, first_seen=DAY_BEFORE - timedelta(hours=5), last_seen=MORNING)
    gone = puddle(
        "B33",
        30,
        first_seen=DAY_BEFORE - timedelta(hours=2),
        last_seen=DAY_BEFORE,
        state=IncidentState.RECEDED,
        ended_at=DAY_BEFORE + timedelta(hours=1),
    )
    people = [builders.person(1), builders.person(2)]
    reports = [
        builders.report(101, at=MORNING - timedelta(hours=3), incident_id=old.id, depth=None),
        builders.report(102, at=DAY_BEFORE, incident_id=old.id, person_id=1),
        builders.report(103, at=DAY_BEFORE - timedelta(hours=1), incident_id=gone.id, person_id=2),
    ]
    standing = replace(gone, state=IncidentState.WAITING, ended_at=None)
    events = [
        IncidentEvent(gone.id, "opened", "warga", gone.first_seen, standing),
        IncidentEvent(gone.id, "receded", "warga", DAY_BEFORE + timedelta(hours=1), gone),
    ]
    await write(store, old, gone, people=people, reports=reports, events=events)
    picture, *rest = await digests_of(store).preview(MORNING)
    assert "Masih tergenang: 1 titik, turun dari 2 (kemarin 06.00)" in plain(picture.html)
    (text,) = words(rest)
    assert "Masih tergenang:" not in text
    assert (
        "Genangan baru: 0 (2)\nDitangani petugas: 0 (0)\nSurut sendiri: 1 (0)\n"
        "Laporan: 1 (2)\nWarga pelapor: 1 (2)\nTanpa ketinggian: 1 (0)" in text
    )


async def test_without_a_channel_nothing_is_posted_but_one_can_look(store: Store) -> None:
    await write(store, *rainy_night())
    digests = digests_of(store, channel_id=None)
    assert await digests.post_due(MORNING) is None
    assert await digests.post_extra(MORNING, MORNING) is Posting.NO_CHANNEL
    assert "Masih tergenang: 9 titik" in plain((await digests.preview(MORNING))[0].html)


async def test_a_digest_of_the_past_can_be_looked_at_as_it_was(store: Store) -> None:
    """At the time of a digest that was posted long since, the window is that digest's."""
    await write(store, *rainy_night())
    digests = digests_of(store)
    await digests.post_due(MORNING)
    (posted,) = seen(await deliver(store, MORNING))
    await digests.post_due(MORNING + timedelta(days=3))
    assert words(await digests.preview(MORNING)) == [posted]


async def test_one_posted_right_before_the_next_is_told_in_full_and_not_again(store: Store) -> None:
    """As after an outage that ends a minute before: what the late one tells, the next one does not."""
    await write(store, *rainy_night(), digests=[posted_at(DAY_BEFORE)])
    digests = digests_of(store, (time(5, 59), time(6)))
    before = MORNING - timedelta(seconds=1)
    first = await digests.post_due(before)
    second = await digests.post_due(MORNING)
    assert first is not None
    assert second is not None
    assert second.window_from == first.window_to
    slots = {str(row.slot).rpartition(":")[0] for row in await deliver(store, MORNING + timedelta(minutes=5))}
    assert slots == {f"digest:{each.scheduled_at.isoformat()}" for each in (first, second)}


async def test_one_that_an_admin_sends_as_the_next_is_due_comes_before_it_and_both_tell_all_once(store: Store) -> None:
    await write(store, *rainy_night(), digests=[posted_at(DAY_BEFORE)])
    digests = digests_of(store)
    looked_at = MORNING - timedelta(seconds=70)
    sent, posted = await asyncio.gather(
        digests.post_extra(looked_at, MORNING - timedelta(seconds=1)), digests.post_due(MORNING)
    )
    assert sent is Posting.POSTED
    assert posted is not None
    assert posted.window_from == looked_at


async def test_a_clock_that_was_years_ahead_for_a_moment_stops_no_digest(store: Store) -> None:
    """As where a machine starts before it has asked for the time."""
    await write(store, *rainy_night(), digests=[posted_at(DAY_BEFORE)])
    digests = digests_of(store)
    assert await digests.post_due(MORNING + timedelta(days=3650)) is not None
    for days in (0, 1):
        posted = await digests.post_due(MORNING + timedelta(days=days))
        assert posted is not None
        assert posted.window_from == MORNING + timedelta(days=days - 1)
    assert await digests.post_due(MORNING + timedelta(days=1, minutes=1)) is None


async def test_a_clock_set_back_a_little_repeats_none(store: Store) -> None:
    await write(store, *rainy_night(), digests=[posted_at(DAY_BEFORE)])
    digests = digests_of(store)
    assert await digests.post_due(MORNING) is not None
    for seconds in range(-60, 60, 30):
        assert await digests.post_due(MORNING + timedelta(seconds=seconds)) is None


# -- /rekap --------------------------------------------------------------------------------------------------------


async def test_an_extra_digest_is_what_was_looked_at_and_is_posted_once(store: Store) -> None:
    await write(store, *rainy_night())
    digests = digests_of(store)
    looked_at = MORNING - timedelta(hours=2, seconds=13)
    parts = words(await digests.preview(looked_at))
    press = looked_at + timedelta(minutes=5)
    assert await digests.post_extra(looked_at, press) is Posting.POSTED
    assert await digests.post_extra(looked_at, press + timedelta(seconds=1)) is Posting.ALREADY
    assert seen(await deliver(store, press)) == parts
    # the next scheduled one goes on from there
    posted = await digests.post_due(MORNING)
    assert posted is not None
    assert posted.window_from == looked_at


async def test_an_old_look_is_not_posted(store: Store) -> None:
    await write(store, *rainy_night())
    digests = digests_of(store)
    looked_at = MORNING - timedelta(minutes=30)
    assert await digests.post_extra(looked_at, looked_at + timedelta(hours=2)) is Posting.TOO_OLD
    await digests.post_due(MORNING)
    assert await digests.post_extra(looked_at, MORNING + timedelta(minutes=1)) is Posting.TOO_OLD
    assert await digests.post_extra(MORNING + timedelta(seconds=20), MORNING + timedelta(minutes=1)) is Posting.ALREADY


def many() -> list[Incident]:
    """More than fits into one message."""
    name = "Jl. Mangga, dekat jembatan penyeberangan di depan pasar lama, sebelah masjid"
    return [puddle(f"N{number}", 30, name=f"{name} {number}") for number in range(30)]


async def test_a_bot_that_was_just_set_up_does_not_go_through_years_of_puddles_with_every_beat(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = puddle("OL1", 30, first_seen=MORNING - timedelta(days=90), last_seen=MORNING - timedelta(days=90))
    ended = {"state": IncidentState.RECEDED, "ended_at": MORNING - timedelta(days=89)}
    await write(store, replace(old, **ended))  # type: ignore[arg-type]

    def read(*_: object) -> object:
        raise AssertionError("all that is remembered is read")

    with monkeypatch.context() as patched:
        patched.setattr(store, "snapshot", read)
        assert await digests_of(store).post_due(MORNING + timedelta(hours=3)) is None
    await write(store, puddle("NW1", 30, first_seen=MORNING + timedelta(hours=4)))
    assert await digests_of(store).post_due(MORNING + timedelta(days=1)) is not None
