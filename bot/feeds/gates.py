"""The water at Jakarta's gates, as Dinas SDA's posko banjir publishes it: a list of objects, one a gate.

    [{"NAMA_PINTU_AIR": "PA. Manggarai", "TINGGI_AIR": 5900, "STATUS_SIAGA": "Status : Normal",
    "TANGGAL": "2026-01-18T17:00:00", "LATITUDE": "-6.2077", "LONGITUDE": "106.8486", …}, …]

Levels are tenths of centimetres over the gauge's own zero, times are local.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from bot.domain.errors import FeedError
from bot.domain.feed_states import GATES
from bot.domain.points import check_point
from bot.domain.weather import FeedState, Gate
from bot.feeds.distrust import json_of, moment, number, within, words
from bot.feeds.fetching import Fetcher
from bot.ports import Reading

MAX_GATES = 500
LONGEST_NAME = 60
HIGHEST_CM = 3000
"""More (or less than minus that) is no level of water at a gate."""

BEFORE, AHEAD = timedelta(days=2), timedelta(hours=1)

NAMES = ("namapintuair", "nama", "pintuair", "name")
LEVELS = ("tinggiair", "tma", "ketinggian")
CLASSES = ("statussiaga", "status", "siaga")
TIMES = ("tanggal", "waktu", "tanggaljam", "datetime")
LATS, LONS = ("latitude", "lat"), ("longitude", "lon", "lng", "long")
"""Keys without their marks and in lower case, the likeliest first."""

_CLASS = re.compile(r"(?:siaga\s*[:\-]?\s*)?(iv|iii|ii|i|[1-4])")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class GatesFeed:
    """The gates (bot.ports.Feed).

    Args:
        fetcher: gets pages.
        url: GATES_URL.
        timezone: in which it tells its times.
    """

    def __init__(self, fetcher: Fetcher, url: str, timezone: tzinfo) -> None:
        self._fetcher = fetcher
        self._url = url
        self._timezone = timezone

    @property
    def name(self) -> str:
        """Whose state it is."""
        return GATES

    async def read(self, before: FeedState | None, now: datetime) -> Reading:
        """All gates. Raises FeedError."""
        page = await self._fetcher.get(self._url, before)
        if page.body is None:
            return Reading(None, page.etag, page.modified)
        return Reading(parse_gates(page.body, now, self._timezone), page.etag, page.modified)


def parse_gates(body: bytes, now: datetime, timezone: tzinfo) -> tuple[Gate, ...]:
    """The gates, by name; of one that stands there twice, the later word.

    Args:
        body: JSON: a list, or an object that holds one.
        now: what was measured days before or after it is left out.
        timezone: of times that name none.

    Raises:
        FeedError: no JSON, another shape, or no gate that can be read.
    """
    found: dict[str, Gate] = {}
    for row in _rows(json_of(body))[:MAX_GATES]:
        gate = _gate(row, timezone) if isinstance(row, dict) else None
        if gate is None or not within(gate.at, now, BEFORE, AHEAD):
            continue
        if gate.name not in found or found[gate.name].at < gate.at:
            found[gate.name] = gate
    if not found:
        raise FeedError("a list of gates without a readable one")
    return tuple(found[name] for name in sorted(found))


def siaga_of(value: object) -> int | None:
    """The class that "Status : Normal", "Siaga III", "SIAGA 2" or 3 stand for; None: it is not known."""
    if (plain_number := number(value)) is not None:
        return int(plain_number) if plain_number in (1, 2, 3, 4) else None
    plain = (words(value, 60) or "").lower().removeprefix("status").strip(" :-")
    if plain in ("normal", "aman"):
        return 4
    if plain in ("kritis", "awas", "bahaya"):
        return 1
    match = _CLASS.fullmatch(plain)
    if match is None:
        return None
    return _ROMAN.get(match[1]) or int(match[1])


def _rows(answer: object) -> list[object]:
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict):
        for value in answer.values():
            if isinstance(value, list):
                return value
    raise FeedError("JSON of another shape than a list of gates")


def _gate(row: Mapping[str, object], timezone: tzinfo) -> Gate | None:
    """One gate; None where a part is missing that nothing makes up for."""
    plain = {re.sub(r"[^a-z0-9]", "", str(key)[:60].lower()): value for key, value in row.items()}

    def first(keys: tuple[str, ...]) -> object:
        return next((plain[key] for key in keys if plain.get(key) not in (None, "")), None)

    name, level = words(first(NAMES), LONGEST_NAME), number(first(LEVELS))
    siaga, at = siaga_of(first(CLASSES)), moment(first(TIMES), timezone)
    if name is None or level is None or abs(level) > HIGHEST_CM * 10 or siaga is None or at is None:
        return None
    lat, lon = number(first(LATS)), number(first(LONS))
    if lat is None or lon is None or check_point(lat, lon) is not None:
        lat = lon = None
    return Gate(name, level / 10, siaga, at, lat, lon)
