"""The feeds that the settings name."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.feed_states import FORECAST, GATES, NOWCAST
from bot.feeds.bmkg_alerts import NowcastFeed
from bot.feeds.bmkg_forecast import ForecastFeed
from bot.feeds.cap import Region
from bot.feeds.fetching import Fetcher
from bot.feeds.gates import GatesFeed
from bot.ports import AreaLookup, Clock, Feed
from bot.settings import Settings


def feeds_of(settings: Settings, areas: AreaLookup, clock: Clock) -> Sequence[Feed]:
    """One for each kelurahan's forecast, one for the early warnings, one for the gates, as far as switched on."""
    fetcher = Fetcher(clock)
    feeds: list[Feed] = []
    if settings.bmkg_alerts_url is not None:
        feeds.append(NowcastFeed(fetcher, settings.bmkg_alerts_url, regions_of(areas)))
    if settings.gates_url is not None:
        feeds.append(GatesFeed(fetcher, settings.gates_url, settings.timezone))
    if settings.bmkg_forecast_url is not None:
        url = settings.bmkg_forecast_url
        feeds += [ForecastFeed(fetcher, url, area.code) for area in areas.all_served()]
    return feeds


def switched_on(settings: Settings) -> frozenset[str]:
    """The kinds of feeds that the settings name."""
    urls = {FORECAST: settings.bmkg_forecast_url, NOWCAST: settings.bmkg_alerts_url, GATES: settings.gates_url}
    return frozenset(kind for kind, url in urls.items() if url is not None)


def regions_of(areas: AreaLookup) -> Sequence[Region]:
    """The kecamatan that are served."""
    return [
        Region(code, name, tuple(areas.centre(area.code) for area in areas.served_kelurahan(code)))
        for code, name in areas.served_kecamatan()
    ]
