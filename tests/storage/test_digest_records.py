"""Contract: who gets which part of a digest, what was posted between digests, and what public feeds say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.records import Changes
from bot.domain.subscriptions import ChannelUpdate, Subscription, UnitDigest
from bot.domain.weather import FeedState, Rain, WeatherDay
from bot.ports import Store
from storage import open_reader, open_store
from tests.helpers.builders import outgoing
from tests.helpers.clock import EVENING
from tests.storage.acts import LATER, after, claim, flush, load, texts
from tests.storage.files import made, url_of

PRIOK = "31.72.02"
PART = UnitDigest(PRIOK, EVENING, after(days=-1), EVENING)
UPDATE = ChannelUpdate(-5, EVENING, after(minutes=2), opened=6, siaga=2)
FORECAST = FeedState(
    name="forecast:31.72.01.1001",
    tried_at=after(hours=2),
    next_at=after(hours=3),
    fetched_at=EVENING,
    etag='W/"1"',
    modified="Sun, 18 Jan 2026 11:00:00 GMT",
    content='[{"rain":3}]',
    failing_since=after(hours=1),
    why="no answer",
    failures=2,
)


# -- parts for units --------------------------------------------------------------------------------------------------


async def test_units_that_want_their_part_are_known_with_their_hours(store: Store) -> None:
    priok = Subscription(PRIOK, (time(6), time(15, 30)), EVENING)
    koja = Subscription("31.72.03", (time(0),), after(hours=1))
    await flush(store, subscriptions=[priok, koja])
    assert await store.subscriptions() == [priok, koja]
    assert list((await load(store, roster=["all"])).subscriptions) == [priok, koja]
    stopped = Subscription(PRIOK, (), after(days=1))
    await flush(store, subscriptions=[stopped])
    assert await store.subscriptions() == [koja]
    assert list((await load(store, roster=["all"])).subscriptions) == [stopped, koja]


async def test_the_last_part_of_a_unit_is_known(store: Store) -> None:
    assert await store.last_unit_digest(PRIOK, LATER) is None
    newer = replace(PART, scheduled_at=after(days=1), window_from=EVENING, window_to=after(days=1))
    await flush(store, unit_digests=[newer, PART, replace(PART, unit="31.72.03", scheduled_at=after(days=2))])
    assert await store.last_unit_digest(PRIOK, LATER) == newer
    assert await store.last_unit_digest(PRIOK, after(hours=23)) == PART


async def test_a_part_is_enqueued_once_also_by_two_programs(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    one, other = await open_store(url_of(path)), await open_store(url_of(path))
    await flush(one, unit_digests=[PART], outbox=[outgoing("part", chat_id=-5, slot="part:1")])
    with pytest.raises(BrokenConstraint):
        await flush(other, unit_digests=[PART], outbox=[outgoing("again", chat_id=-5, slot="part:1")])
    assert texts(await claim(one)) == ["part"]
    assert await other.last_unit_digest(PRIOK, LATER) == PART
    await one.close()
    await other.close()


# -- updates between digests ------------------------------------------------------------------------------------------


async def test_an_update_is_changed_instead_of_repeated(store: Store) -> None:
    assert await store.last_update(-5, LATER) is None
    await flush(store, updates=[UPDATE, replace(UPDATE, channel_id=-6, started_at=after(hours=5))])
    changed = replace(UPDATE, changed_at=after(minutes=40), opened=11, siaga=1)
    await flush(store, updates=[changed])
    assert await store.last_update(-5, LATER) == changed
    next_one = replace(UPDATE, started_at=after(hours=2), changed_at=after(hours=2), siaga=4)
    await flush(store, updates=[next_one])
    assert await store.last_update(-5, LATER) == next_one
    assert await store.last_update(-5, after(hours=1)) == changed


async def test_an_update_is_found_after_its_group_moved(store: Store) -> None:
    await flush(store, updates=[UPDATE])
    await flush(store, moved_chats=[(-5, -1005)])
    moved = replace(UPDATE, channel_id=-1005)
    assert await store.last_update(-5, LATER) == await store.last_update(-1005, LATER) == moved
    changed = replace(UPDATE, opened=9)
    await flush(store, updates=[changed])  # made before the move was known
    assert await store.last_update(-1005, LATER) == replace(moved, opened=9)


async def test_updates_are_kept_for_90_days_and_parts_for_400(store: Store) -> None:
    await flush(store, updates=[UPDATE], unit_digests=[PART], subscriptions=[Subscription(PRIOK, (time(6),), EVENING)])
    await store.put_feed_states([FORECAST])
    await store.prune(after(days=89))
    assert await store.last_update(-5, LATER) is not None
    await store.prune(after(days=91))
    assert await store.last_update(-5, LATER) is None
    await store.prune(after(days=399))
    assert await store.last_unit_digest(PRIOK, LATER) is not None
    await store.prune(after(days=401))
    assert await store.last_unit_digest(PRIOK, LATER) is None
    assert [each.unit for each in await store.subscriptions()] == [PRIOK]
    assert await store.feed_states() == [FORECAST]


# -- public feeds -----------------------------------------------------------------------------------------------------


async def test_how_reading_feeds_goes_is_remembered_whole(store: Store) -> None:
    assert await store.feed_states() == []
    gates = FeedState("gates", EVENING, after(minutes=10))
    await store.put_feed_states([gates, FORECAST])
    assert await store.feed_states() == [FORECAST, gates]
    well = FeedState(FORECAST.name, after(hours=4), after(hours=5), after(hours=4), content="[]")
    await store.put_feed_states([well])
    await store.put_feed_states([])
    assert await store.feed_states() == [well, gates]


async def test_of_a_day_the_most_rain_that_was_forecast_stays(store: Store) -> None:
    days = [WeatherDay(PRIOK, date(2026, 1, day), Rain.MODERATE) for day in (17, 18, 19)]
    await store.put_weather([*days, WeatherDay("31.72.01", date(2026, 1, 18), Rain.NONE)])
    await store.put_weather([replace(days[0], rain=Rain.HEAVY), replace(days[1], rain=Rain.LIGHT)])
    assert await store.weather(date(2026, 1, 17), date(2026, 1, 18)) == [
        replace(days[0], rain=Rain.HEAVY),
        WeatherDay("31.72.01", date(2026, 1, 18), Rain.NONE),
        days[1],
    ]
    assert await store.weather(date(2026, 1, 20), date(2027, 1, 1)) == []


async def test_a_reader_beside_the_bot_sees_it_all(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    reader = await open_reader(url_of(path))
    async with store.transaction() as tx:
        await tx.flush(Changes(updates=[UPDATE], unit_digests=[PART]))
        assert await reader.last_update(-5, LATER) is None
    await store.put_feed_states([FORECAST])
    assert (await reader.last_update(-5, LATER), await reader.last_unit_digest(PRIOK, LATER)) == (UPDATE, PART)
    assert await reader.feed_states() == [FORECAST]
    await reader.close()
    await store.close()
