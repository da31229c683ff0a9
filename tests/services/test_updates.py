"""Updates between digests: when they come, and that they are edited rather than repeated."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import StoreBusy
from bot.domain.feed_content import to_content
from bot.domain.handling import Handling
from bot.domain.models import Depth, Incident, IncidentEvent, IncidentState, Kind
from bot.domain.outgoing import Claimed, Sent
from bot.domain.records import Changes, PostedDigest
from bot.domain.staff import Series
from bot.domain.units import units_of
from bot.domain.weather import FeedState, Gate
from bot.geo.areas import AreaIndex
from bot.services.updates import Updates
from bot.texts import Texts
from storage import SqliteStore, open_store
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, cell_of, incident
from tests.helpers.clock import WIB

CHANNEL = -1001234567890
THREE = datetime(2026, 1, 18, 15, 0, tzinfo=WIB)
MORNING = datetime(2026, 1, 18, 6, 0, tzinfo=WIB)
MINUTE = timedelta(minutes=1)
TEXTS = Texts(WIB)
AREAS = AreaIndex.from_reference_points(("31.72",))
UNITS = units_of(AREAS.all_served())
TIMES = (time(6), time(17))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


def updates(store: SqliteStore, new_incidents: int = 3, channel_id: int | None = CHANNEL) -> Updates:
    return Updates(store, AREAS, UNITS, TIMES, WIB, channel_id, new_incidents, gates_known=True)


async def write(store: SqliteStore, *incidents: Incident, **changes: object) -> None:
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=incidents, **changes))  # type: ignore[arg-type]


async def new(store: SqliteStore, first_id: int, n: int, at: datetime, **more: object) -> list[Incident]:
    """So many new puddles, told of at this moment."""
    fields: dict[str, object] = {"handling": Handling(owner=SUNGAI_BAMBU), **more}
    made = [incident(first_id + i, at=at, **fields) for i in range(n)]  # type: ignore[arg-type]
    await write(store, *made, events=[IncidentEvent(each.id, "opened", "warga", at, each) for each in made])
    return made


async def gates(store: SqliteStore, at: datetime, *siaga: int) -> None:
    content = to_content([Gate(f"Pintu {n}", 750, each, at) for n, each in enumerate(siaga, start=1)])
    await store.put_feed_states([FeedState("gates", at, at + 5 * MINUTE, at, content=content)])


async def posted(store: SqliteStore, window_to: datetime) -> None:
    """A digest was posted."""
    digest = PostedDigest(window_to, CHANNEL, window_to - timedelta(days=1), window_to, 1, late=False)
    await write(store, digests=[digest])


class Channel:
    """What the channel shows: message id -> its words."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.messages: dict[int, str] = {}
        self.edits = 0

    async def read(self, now: datetime) -> list[str]:
        """Deliver what is due; all that the channel shows then."""
        outcomes: list[Sent] = []
        while claimed := await self.store.exchange(outcomes, now, 10, frozenset()):
            outcomes = [Sent(row.id, row.rev, self._put(row, now)) for row in claimed]
        return list(self.messages.values())

    def _put(self, row: Claimed, now: datetime) -> int:
        assert row.chat_id == CHANNEL
        self.edits += row.message_id is not None
        message_id = row.message_id or 100 + len(self.messages)
        self.messages[message_id] = TEXTS.plain(row.say.text, row.say.values, "id", now)
        return message_id


async def test_many_new_puddles_make_an_update(store: SqliteStore) -> None:
    await posted(store, MORNING)
    old = incident(1, at=MORNING - 60 * MINUTE, name="Jl. Lama", depth_last=Depth.from_cm(20))
    await write(store, old, events=[IncidentEvent(1, "opened", "warga", old.first_seen, old)])
    await new(store, 10, 2, THREE - 50 * MINUTE, name="Jl. Gaya Motor, WA 0812-3456-7890")
    assert not await updates(store).post_due(THREE)
    await new(store, 20, 1, THREE - MINUTE, depth_last=Depth.from_cm(85), reporters=4)
    assert await updates(store).post_due(THREE)
    [text] = await Channel(store).read(THREE)
    assert text == (
        "GENANGAN JAKARTA UTARA\n"
        "Update pukul 15.00 WIB\n"
        "Minggu, 18 Januari 2026\n"
        "\n"
        "Masih tergenang: 4 titik, naik dari 1 (06.00)\n"
        "Genangan baru dalam 1 jam: 3\n"
        "\n"
        "TERPARAH\n"
        "\n"
        "📍 1. G20 · Titik di peta, Kel. Sungai Bambu\n"
        "85 cm, 4 warga, sejak 14.59\n"
        "Menunggu · Kelurahan Sungai Bambu\n"
        "\n"
        "📍 2. G10 · Jl. Gaya Motor, WA …, Kel. Sungai Bambu\n"
        "selutut (±50 cm), 1 warga, sejak 14.10\n"
        "Menunggu · Kelurahan Sungai Bambu\n"
        "\n"
        "📍 3. G11 · Jl. Gaya Motor, WA …, Kel. Sungai Bambu\n"
        "selutut (±50 cm), 1 warga, sejak 14.10\n"
        "Menunggu · Kelurahan Sungai Bambu\n"
        "\n"
        "Rekap berikutnya: 17.00"
    )


async def test_within_the_hour_it_is_edited_when_its_figures_change(store: SqliteStore) -> None:
    channel = Channel(store)
    await new(store, 10, 3, THREE - MINUTE)
    assert await updates(store).post_due(THREE)
    await channel.read(THREE)
    assert not await updates(store).post_due(THREE + 10 * MINUTE)  # nothing has changed
    await new(store, 20, 1, THREE + 11 * MINUTE)
    assert await updates(store).post_due(THREE + 12 * MINUTE)
    assert not await updates(store).post_due(THREE + 13 * MINUTE)  # changed a minute ago
    [text] = await channel.read(THREE + 13 * MINUTE)
    assert "Update pukul 15.12 WIB" in text
    assert "Genangan baru dalam 1 jam: 4" in text
    assert channel.edits == 1


async def test_what_receded_or_got_deeper_is_a_change_too(store: SqliteStore) -> None:
    channel = Channel(store)
    first, second, _ = await new(store, 10, 3, THREE - MINUTE)
    await updates(store).post_due(THREE)
    at = THREE + 10 * MINUTE
    gone = incident(first.id, at=first.first_seen, state=IncidentState.RECEDED, ended_at=at)
    await write(store, gone, events=[IncidentEvent(gone.id, "receded", "warga", at, gone)])
    assert await updates(store).post_due(at)
    [text] = await channel.read(at)
    assert "Masih tergenang: 2 titik" in text
    deeper = incident(second.id, at=second.first_seen, depth_last=Depth.from_cm(120))
    at += 10 * MINUTE
    await write(store, deeper, events=[IncidentEvent(deeper.id, "deeper", "warga", at, deeper)])
    assert await updates(store).post_due(at)
    [text] = await channel.read(at)
    assert "120 cm" in text


async def test_after_the_hour_a_new_one_comes_only_when_it_still_moves(store: SqliteStore) -> None:
    channel = Channel(store)
    await new(store, 10, 3, THREE - 90 * MINUTE)
    await updates(store).post_due(THREE - 80 * MINUTE)
    assert not await updates(store).post_due(THREE - 15 * MINUTE)
    await new(store, 20, 3, THREE - 14 * MINUTE)
    assert await updates(store).post_due(THREE - 14 * MINUTE)
    assert len(await channel.read(THREE)) == 2


async def test_a_gate_at_siaga_2_makes_one_by_itself(store: SqliteStore) -> None:
    channel = Channel(store)
    await posted(store, MORNING)
    await gates(store, THREE, 3, 4)
    assert not await updates(store).post_due(THREE)
    await gates(store, THREE + MINUTE, 2, 4)
    assert await updates(store).post_due(THREE + MINUTE)
    [text] = await channel.read(THREE + MINUTE)
    assert "⚠️ Pintu 1: Siaga 2, 750 cm, 15.01" in text
    assert "Pintu 2" not in text
    await gates(store, THREE + 62 * MINUTE, 2, 4)  # it stands as high: no news
    assert not await updates(store).post_due(THREE + 62 * MINUTE)
    await gates(store, THREE + 65 * MINUTE, 1, 4)
    assert await updates(store).post_due(THREE + 65 * MINUTE)
    assert "Siaga 1" in (await channel.read(THREE + 65 * MINUTE))[-1]


async def test_a_gate_that_stays_high_is_told_of_again_after_six_hours(store: SqliteStore) -> None:
    noon = THREE - 180 * MINUTE
    await gates(store, noon, 2)
    assert await updates(store).post_due(noon)
    later = noon + timedelta(hours=6, minutes=1)
    await gates(store, later, 2)
    assert await updates(store).post_due(later)


async def test_what_a_gate_said_long_ago_counts_for_nothing(store: SqliteStore) -> None:
    await gates(store, THREE - timedelta(hours=3), 1)
    assert not await updates(store).post_due(THREE)


async def test_shortly_before_a_digest_nothing_is_posted(store: SqliteStore) -> None:
    five = THREE.replace(hour=17)
    await new(store, 10, 3, five - 20 * MINUTE)
    assert not await updates(store).post_due(five - 10 * MINUTE)
    assert await updates(store).post_due(five - 11 * MINUTE)


async def test_what_a_digest_has_told_is_no_news(store: SqliteStore) -> None:
    five = THREE.replace(hour=17)
    await new(store, 10, 3, five - MINUTE)
    await gates(store, five - MINUTE, 1)
    await posted(store, five)
    assert not await updates(store).post_due(five + MINUTE)
    await new(store, 20, 2, five + 2 * MINUTE)
    assert not await updates(store).post_due(five + 3 * MINUTE)
    await new(store, 30, 1, five + 4 * MINUTE)
    assert await updates(store).post_due(five + 5 * MINUTE)
    assert "Genangan baru dalam 1 jam: 6" in (await Channel(store).read(five + 5 * MINUTE))[0]


async def test_an_update_above_a_digest_is_left_as_it_is(store: SqliteStore) -> None:
    before = THREE.replace(hour=16, minute=40)
    await new(store, 10, 3, before)
    assert await updates(store).post_due(before)
    await posted(store, THREE.replace(hour=17))
    await new(store, 20, 9, before + 25 * MINUTE)
    assert not await updates(store).post_due(before + 26 * MINUTE)


async def test_drains_and_what_was_no_puddle_do_not_count(store: SqliteStore) -> None:
    await new(store, 10, 5, THREE, kind=Kind.DRAIN, depth_last=None)
    await new(store, 20, 5, THREE, state=IncidentState.NO_PUDDLE)
    assert not await updates(store).post_due(THREE)


async def test_it_can_be_switched_off_and_needs_a_channel(store: SqliteStore) -> None:
    await new(store, 10, 50, THREE)
    await gates(store, THREE, 1)
    assert not await updates(store, new_incidents=0).post_due(THREE)
    assert not await updates(store, channel_id=None).post_due(THREE)


async def test_occurrences_of_a_series_stand_once(store: SqliteStore) -> None:
    series = Series(7, "S7", LAT, LON, cell_of(LAT, LON), SUNGAI_BAMBU, None, "31.72", THREE, THREE, 3)
    await write(store, series=[series])
    await new(store, 10, 3, THREE, series_id=7)
    await updates(store).post_due(THREE)
    [text] = await Channel(store).read(THREE)
    assert "Masih tergenang: 1 titik" in text
    assert "📍 2." not in text


async def test_four_gates_are_summed_up(store: SqliteStore) -> None:
    await gates(store, THREE, 2, 2, 1, 2, 2)
    await updates(store).post_due(THREE)
    [text] = await Channel(store).read(THREE)
    assert text.index("Pintu 3: Siaga 1") < text.index("Pintu 1: Siaga 2")
    assert "dan 2 pintu air lain Siaga 2 atau 1" in text


async def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Channel(store)
    await new(store, 10, 3, THREE)

    def full() -> None:
        raise StoreBusy("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "transaction", full)
        with pytest.raises(StoreBusy):
            await updates(store).post_due(THREE)
    assert await channel.read(THREE) == []
    assert await updates(store).post_due(THREE + MINUTE)  # as after a restart
    assert not await updates(store).post_due(THREE + MINUTE)
    assert len(await channel.read(THREE + MINUTE)) == 1


Step = tuple[int, int, int]
"""Minutes that go by, new puddles then, and how high a gate stands."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=12))
def test_whatever_happens_no_second_message_comes_within_the_hour(steps: Sequence[Step]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = await open_store(f"sqlite:///{folder}/genangan.db")
            try:
                channel, first_id, now = Channel(store), 10, MORNING + 60 * MINUTE
                came: list[datetime] = []
                for minutes, n, siaga in steps:
                    now += minutes * MINUTE
                    await new(store, first_id, n, now)
                    await gates(store, now, siaga)
                    first_id += n
                    await updates(store).post_due(now)  # each time as after a restart
                    came += [now] * (len(await channel.read(now)) - len(came))
                assert all(after - before >= 60 * MINUTE for before, after in pairwise(came))
            finally:
                await store.close()

    asyncio.run(play())
