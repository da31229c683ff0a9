"""The steps of a forecast -> the rain of a kecamatan on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

from bot.domain.weather import Forecast, Rain, WeatherDay

KECAMATAN = len("31.72.01")
"""Characters of a kecamatan's code, with which its kelurahan's begin."""


def day_bounds(day: date, timezone: tzinfo) -> tuple[datetime, datetime]:
    """The moments at which a local day begins and ends."""
    begins = datetime.combine(day, time(), timezone)
    return begins, datetime.combine(day + timedelta(days=1), time(), timezone)


def weather_days(forecasts: Iterable[Forecast], days: Iterable[date], timezone: tzinfo) -> list[WeatherDay]:
    """The most rain that is forecast for each kecamatan on each of these local days, as far as there are steps."""
    bounds = {day: day_bounds(day, timezone) for day in days}
    most: dict[tuple[str, date], Rain] = {}
    for step in forecasts:
        for day, (begins, ends) in bounds.items():
            if step.at < ends and step.until > begins:
                key = (step.area_code[:KECAMATAN], day)
                most[key] = max(most.get(key, Rain.NONE), step.rain)
    return [WeatherDay(kecamatan, day, rain) for (kecamatan, day), rain in most.items()]
