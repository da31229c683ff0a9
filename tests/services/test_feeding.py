"""Feeds over real HTTP into a real database: asked at their pace, kept, and taken up again after a restart."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.feed_content import known_feeds
from bot.domain.weather import FeedState, Rain
from bot.feeds.making import feeds_of
from bot.services.feeding import Feeding
from bot.services.nowcasts import Nowcasts
from bot.settings import Settings
from storage import SqliteStore
from tests.helpers.clock import EVENING, WIB
from tests.helpers.desk import Desk, open_desk
from tests.helpers.feeds_server import (
    FORECAST_PATH,
    GATES_PATH,
    LIST_PATH,
    Answer,
    FeedsServer,
    cap,
    feeds_server,
    forecast_json,
    gate,
    rss,
)
from tests.helpers.waiting import until

KOJA = ("31.72.03",)
"""A small service area: six kelurahan."""


@dataclass
class Station:
    """A desk that reads the feeds of a server."""

    desk: Desk
    server: FeedsServer
    settings: Settings
    feeding: Feeding

    def restart(self) -> None:
        """As a new process would find it."""
        desk = self.desk
        nowcasts = Nowcasts(desk.store, desk.clock, desk.context, lambda: None)
        feeds = feeds_of(self.settings, desk.context.areas, desk.clock)
        self.feeding = Feeding(desk.store, desk.clock, feeds, nowcasts, WIB)

    async def all_due(self, **later: float) -> int:
        """Let time pass, then read all that is due; returns how many feeds that were."""
        self.desk.clock.move(**later)
        n = 0
        while await self.feeding.once():
            n += 1
            assert n < 100, "it asks without end"
        return n

    async def states(self) -> dict[str, FeedState]:
        """How reading goes, by name."""
        return {state.name: state for state in await self.desk.store.feed_states()}

    def serve_forecasts(self, weather: int = 95, said: str = "Hujan Petir") -> None:
        """Every kelurahan's forecast, today and tomorrow."""
        midnight = datetime(2026, 1, 18, tzinfo=WIB)
        for area in self.desk.context.areas.all_served():
            body = forecast_json(area.code, midnight, [(3, "Berawan")] * 12 + [(weather, said)] * 2)
            self.server.pages[f"{FORECAST_PATH}?adm4={area.code}"] = Answer(body, etag=f'"{area.code}"')


@asynccontextmanager
async def station(
    folder: Path, *, forecast: bool = True, alerts: bool = True, gates: bool = True
) -> AsyncIterator[Station]:
    async with feeds_server() as server, open_desk(folder, service_area=KOJA) as desk:
        settings = Settings(
            bmkg_forecast_url=server.url + FORECAST_PATH if forecast else None,
            bmkg_alerts_url=server.url + LIST_PATH if alerts else None,
            gates_url=server.url + GATES_PATH if gates else None,
        )
        nobody = Feeding(desk.store, desk.clock, [], Nowcasts(desk.store, desk.clock, desk.context, lambda: None), WIB)
        started = Station(desk, server, settings, nobody)
        started.restart()
        server.pages[LIST_PATH] = Answer(rss(), etag='"empty"')
        server.pages[GATES_PATH] = Answer(json.dumps([gate("Karet", 3000, "Siaga 3", "2026-01-18T19:30:00")]).encode())
        started.serve_forecasts()
        yield started


@pytest.fixture(autouse=True)
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.5)


async def test_everything_is_read_once_and_then_at_its_own_pace(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        assert await here.all_due() == 2 + 6
        assert [each.target for each in here.server.asked][:2] == [LIST_PATH, GATES_PATH]  # warnings do not wait
        assert await here.all_due(minutes=1) == 0
        assert await here.all_due(minutes=3) == 1  # the warnings
        assert here.server.asked[-1].headers["if-none-match"] == '"empty"'
        assert await here.all_due(hours=6) == 2 + 6
        known = known_feeds((await here.states()).values(), {"forecast", "nowcast", "gates"}, here.desk.clock.now())
        assert len(known.forecasts) == 6 * 14
        assert known.missing == [m for m in known.missing if m.kind == "gates"]  # that gauge stood still for hours


async def test_the_rain_of_a_kecamatan_is_kept_by_day(tmp_path: Path) -> None:
    async with station(tmp_path, alerts=False, gates=False) as here:
        await here.all_due()
        days = await here.desk.store.weather(EVENING.date(), EVENING.date() + timedelta(days=3))
        assert [(each.kecamatan, each.day.day, each.rain) for each in days] == [
            ("31.72.03", 18, Rain.NONE),
            ("31.72.03", 19, Rain.HEAVY),
        ]


async def test_not_modified_keeps_what_was_read(tmp_path: Path) -> None:
    async with station(tmp_path, alerts=False, gates=False) as here:
        await here.all_due()
        before = await here.states()
        await here.all_due(hours=7)
        after = await here.states()
        assert all(each.headers.get("if-none-match") for each in here.server.asked[6:])
        assert {n: s.content for n, s in before.items()} == {n: s.content for n, s in after.items()}
        assert all(after[name].fetched_at > before[name].fetched_at for name in after)  # type: ignore[operator]


async def test_a_server_that_is_down_is_asked_ever_more_rarely_and_once_for_all_its_pages(tmp_path: Path) -> None:
    async with station(tmp_path, alerts=False, gates=False) as here:
        good = dict(here.server.pages)
        here.server.pages[FORECAST_PATH] = Answer(status=503)
        for page in list(here.server.pages):
            if "?" in page:
                del here.server.pages[page]
        assert await here.all_due() == 1
        assert [await here.all_due(minutes=pause) for pause in (4, 2, 9, 2)] == [0, 1, 0, 1]
        here.server.pages = good
        assert await here.all_due(minutes=21) == 6
        assert all(state.why is None for state in (await here.states()).values())


async def test_retry_after_is_honoured_and_survives_a_restart(tmp_path: Path) -> None:
    async with station(tmp_path, forecast=False, alerts=False) as here:
        here.server.pages[GATES_PATH] = Answer(status=429, headers={"Retry-After": "7200"})
        await here.all_due()
        here.restart()
        assert await here.all_due(minutes=110) == 0
        assert await here.all_due(minutes=11) == 1


async def test_validators_survive_a_restart(tmp_path: Path) -> None:
    async with station(tmp_path, forecast=False, gates=False) as here:
        await here.all_due()
        here.restart()
        await here.all_due(minutes=4)
        assert [each.headers.get("if-none-match") for each in here.server.asked] == [None, '"empty"']


async def test_a_feed_that_speaks_nonsense_is_told_with_its_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with station(tmp_path, forecast=False, alerts=False) as here:
        here.server.pages[GATES_PATH] = Answer(b"<html>Under maintenance</html>")
        for _ in range(3):
            await here.all_due(hours=1)
        state = (await here.states())["gates"]
        assert (state.why, state.failures, state.content) == ("a web page instead of JSON", 3, None)
        assert caplog.text.count("a web page instead of JSON") == 1  # told once, not every time
        assert here.server.url not in caplog.text.replace("HTTP Request", "")


async def test_what_all_kelurahan_lack_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot")
    async with station(tmp_path, alerts=False, gates=False) as here:
        pages, here.server.pages = here.server.pages, {}
        assert await here.all_due(hours=1) > 1
        assert caplog.text.count("HTTP 404") == 1
        here.server.pages = pages
        assert await here.all_due(hours=12) > 1
        assert caplog.text.count("feed forecast: read again") == 1


async def test_a_mistake_of_ours_costs_one_feed_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with station(tmp_path, forecast=False, alerts=False) as here:
        await here.all_due()

        class Broken:
            name = "nowcast"

            async def read(self, before: object, now: object) -> None:
                raise ZeroDivisionError

        here.feeding._feeds["nowcast"] = Broken()  # type: ignore[assignment]
        assert await here.all_due(minutes=6) == 2
        assert {name: state.why for name, state in (await here.states()).items()} == {
            "nowcast": "a mistake in this program",
            "gates": None,
        }


async def test_a_clock_set_back_by_a_year_stops_nothing(tmp_path: Path) -> None:
    async with station(tmp_path, forecast=False, alerts=False) as here:
        await here.all_due()
        assert await here.all_due(days=-365) == 1


async def test_a_warning_is_fetched_once_and_those_of_other_provinces_never(tmp_path: Path) -> None:
    async with station(tmp_path, forecast=False, gates=False) as here:
        url = here.server.url
        ours, theirs = "2.49.0.1.360.0.2026.01.18.19.31.002", "2.49.0.1.360.0.2026.01.18.19.32.001"
        here.server.pages["/ours.xml"] = Answer(cap(ours, EVENING))
        items = [(ours, f"{url}/ours.xml"), (theirs, f"{url}/theirs.xml"), ("odd", "http://10.0.0.1/odd.xml")]
        for etag in ("1", "2", "3"):  # the list of the whole country changes all the time
            here.server.pages[LIST_PATH] = Answer(rss(*items), etag=etag)
            await here.all_due(minutes=4)
        assert [here.server.count(path) for path in (LIST_PATH, "/ours.xml", "/theirs.xml")] == [3, 1, 0]
        assert (await here.states())["nowcast"].why == "a warning cannot be read: it lies on another site"


async def test_a_warning_that_could_not_be_fetched_is_asked_for_again(tmp_path: Path) -> None:
    async with station(tmp_path, forecast=False, gates=False) as here:
        here.server.pages[LIST_PATH] = Answer(rss(("a", f"{here.server.url}/a.xml")), etag='"1"')
        await here.all_due()
        here.server.pages["/a.xml"] = Answer(cap("a", EVENING))
        await here.all_due(minutes=4)
        state = (await here.states())["nowcast"]
        assert here.server.count("/a.xml") == 2
        assert state.why is None
        assert '"id":"a"' in (state.content or "")


async def test_the_state_of_a_feed_stays_small(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        await here.all_due()
        states = (await here.states()).values()
        assert max(len(state.content or "") for state in states) < 5000


async def test_it_runs_until_cancelled_and_outlives_a_busy_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with station(tmp_path, forecast=False, alerts=False) as here:
        honest, times = SqliteStore.feed_states, iter(range(100))

        async def busy_at_first(store: SqliteStore) -> Sequence[FeedState]:
            if next(times) == 0:
                raise StoreBusy("disk full")
            return await honest(store)

        monkeypatch.setattr(SqliteStore, "feed_states", busy_at_first)
        running = asyncio.create_task(here.feeding.run())
        await until(lambda: here.server.count(GATES_PATH) >= 2)  # its clock moves while it sleeps
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled()
        assert "public feeds wait: disk full" in caplog.text
