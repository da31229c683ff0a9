"""BMKG's forecast by kelurahan: three days in steps of three hours (data.bmkg.go.id/prakiraan-cuaca).

{"lokasi": {"adm4": …}, "data": [{"lokasi": {…}, "cuaca": [[{"datetime": "2026-01-18T00:00:00Z", "weather": 61,
"weather_desc": "Hujan Ringan", …}, …], …]}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from bot.domain.errors import FeedError
from bot.domain.feed_states import FORECAST
from bot.domain.weather import FeedState, Forecast, Rain
from bot.feeds.distrust import json_of, moment, number, within
from bot.feeds.fetching import Fetcher
from bot.ports import Reading

STEP = timedelta(hours=3)
MAX_STEPS = 100
BEFORE, AHEAD = timedelta(days=2), timedelta(days=8)
"""Steps outside of this are nonsense."""

RAIN_OF_WORDS = (
    (re.compile(r"petir|badai|lebat|ekstrem"), Rain.HEAVY),
    (re.compile(r"ringan|gerimis"), Rain.LIGHT),
    (re.compile(r"hujan"), Rain.MODERATE),  # "sedang", "lokal"
    (re.compile(r"cerah|berawan|kabut|asap|kabur"), Rain.NONE),
)
"""BMKG's words, the first that is found in them."""

RAIN_OF_CODE: Mapping[int, Rain] = {
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 10, 45), Rain.NONE),
    60: Rain.LIGHT,
    61: Rain.LIGHT,
    63: Rain.MODERATE,
    65: Rain.HEAVY,
    80: Rain.MODERATE,
    95: Rain.HEAVY,
    97: Rain.HEAVY,
}
"""BMKG's codes of weather. Its lists of them have changed (61 once was moderate rain), so the words come first."""


class ForecastFeed:
    """The forecast of one kelurahan (bot.ports.Feed).

    Args:
        fetcher: gets pages.
        url: BMKG_FORECAST_URL.
        area_code: the kelurahan's.
    """

    def __init__(self, fetcher: Fetcher, url: str, area_code: str) -> None:
        self._fetcher = fetcher
        self._url = f"{url}?{urlencode({'adm4': area_code})}"
        self._area_code = area_code

    @property
    def name(self) -> str:
        """Whose state it is."""
        return f"{FORECAST}:{self._area_code}"

    async def read(self, before: FeedState | None, now: datetime) -> Reading:
        """All steps. Raises FeedError."""
        page = await self._fetcher.get(self._url, before)
        if page.body is None:
            return Reading(None, page.etag, page.modified)
        return Reading(parse_forecast(page.body, self._area_code, now), page.etag, page.modified)


def parse_forecast(body: bytes, area_code: str, now: datetime) -> tuple[Forecast, ...]:
    """The steps of a kelurahan's forecast, oldest first.

    Args:
        body: JSON as BMKG sends it.
        area_code: what it has to be about.
        now: steps days before or weeks after it are left out.

    Raises:
        FeedError: no JSON, another shape, another area, or no step that can be read.
    """
    answer = json_of(body)
    if not isinstance(answer, dict):
        raise FeedError("JSON of another shape than a forecast")
    found: dict[datetime, Rain] = {}
    of_others = False
    for block in _maps(answer.get("data")):
        place = block.get("lokasi") if isinstance(block.get("lokasi"), dict) else answer.get("lokasi")
        code = place.get("adm4") if isinstance(place, dict) else None
        if code is not None and code != area_code:
            of_others = True
            continue
        for step in _steps(block.get("cuaca")):
            at, rain = _at(step), rain_of(step.get("weather"), step.get("weather_desc"))
            if at is not None and rain is not None and within(at, now, BEFORE, AHEAD):
                found[at] = max(found.get(at, Rain.NONE), rain)
    if not found:
        raise FeedError("a forecast of another place" if of_others else "a forecast without a readable step")
    moments = sorted(found)[:MAX_STEPS]
    ends = [*moments[1:], moments[-1] + STEP]
    return tuple(
        Forecast(area_code, at, min(until, at + STEP), found[at]) for at, until in zip(moments, ends, strict=True)
    )


def rain_of(code: object, said: object) -> Rain | None:
    """The class of rain that BMKG's words stand for, or else its code; None: neither is known."""
    plain = said[:100].lower() if isinstance(said, str) else ""
    for pattern, rain in RAIN_OF_WORDS:
        if pattern.search(plain):
            return rain
    value = number(code)
    return None if value is None else RAIN_OF_CODE.get(int(value))


def _at(step: Mapping[str, object]) -> datetime | None:
    """When a step begins; both are in UTC."""
    found = moment(step.get("datetime"), UTC) or moment(step.get("utc_datetime"), UTC)
    return None if found is None else found.astimezone(UTC)


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def _steps(days: object) -> Iterator[Mapping[str, object]]:
    """The steps of all days, which are lists in a list."""
    for day in days if isinstance(days, list) else ():
        yield from _maps(day)
