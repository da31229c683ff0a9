"""Street names -> points by a Nominatim server, through geopy (bot.ports.Geocoder).

Polite as Nominatim's usage policy asks: one request a second, a name of our own, and nothing asked twice. Only ever run
from a work row, since an answer may take seconds.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from geopy.exc import GeocoderQueryError, GeopyError
from geopy.geocoders import Nominatim
from geopy.location import Location

from bot.domain.errors import GeocoderError
from bot.domain.points import check_point
from bot.domain.records import FoundPlace
from bot.geo.gazetteer import all_kelurahan, box_around
from bot.geo.http_adapter import HttpAdapter
from bot.ports import AreaLookup, Clock, Store

USER_AGENT = "genangan-bot"
TIMEOUT_S = 10.0
PAUSE = timedelta(seconds=1)
MAX_FOUND = 3
ASK_FOR = 10
"""Results to ask for: a long road comes in many pieces, and some lie outside of the service area."""

_ABBREVIATIONS = (
    (re.compile(r"\b(?:jl|jln)\b\.?\s*", re.IGNORECASE), "Jalan "),
    (re.compile(r"\b(?:gg)\b\.?\s*", re.IGNORECASE), "Gang "),
    (re.compile(r"\b(?:kota|kabupaten) administrasi\b", re.IGNORECASE), ""),
    (re.compile(r"\b(?:rt|rw)\b[\s.:]*[0-9]{1,3}(?:\s*/\s*(?:rw\s*)?[0-9]{1,3})?", re.IGNORECASE), ""),
    (re.compile(r"\b(?:no|nomor)\b\.?\s*[0-9]{1,4}[a-z]?\b", re.IGNORECASE), ""),
)
"""What maps spell out, and what they do not know (RT/RW, house numbers)."""


class NominatimGeocoder:
    """Looks up streets in the service area.

    Args:
        url: the server: scheme, host, port and path, without `/search`.
        areas: what is served.
        store: remembers answers; None: nothing is remembered.
        clock: paces the requests.
        timeout_s: how long an answer may take in all, in seconds of the wall.
    """

    def __init__(
        self, url: str, areas: AreaLookup, store: Store | None, clock: Clock, timeout_s: float = TIMEOUT_S
    ) -> None:
        parts = urlsplit(url)
        self._nominatim = Nominatim(
            scheme=parts.scheme,
            domain=parts.netloc + parts.path.rstrip("/").removesuffix("/search"),
            user_agent=USER_AGENT,
            timeout=timeout_s,
            adapter_factory=HttpAdapter,
        )
        served = [area.code for code, _ in areas.served_kecamatan() for area in areas.served_kelurahan(code)]
        box = box_around([all_kelurahan()[code].box for code in served])
        self._viewbox = ((box.south, box.west), (box.north, box.east))
        self._areas = areas
        self._store = store
        self._clock = clock
        self._timeout_s = timeout_s
        self._free_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def find(self, text: str) -> Sequence[FoundPlace]:
        """At most three places in the service area, best first, those in a kelurahan that the text names before others.

        Where the whole text (a street with its kelurahan) finds nothing, its first part (the street) is tried.

        Raises:
            GeocoderError: no answer in time, an error, or nonsense; says which, without what was asked.
        """
        query = plain_query(text)
        if not query:
            return ()
        key = query.casefold()
        async with self._one_at_a_time:
            known = await self._store.cached_place(key) if self._store is not None else None
            if known is not None:
                return known
            found = await self._ask(query) or (await self._ask(query.split(",")[0]) if "," in query else ())
            places = tuple(self._served(found, key))[:MAX_FOUND]
            if self._store is not None:
                await self._store.cache_place(key, places, self._clock.now())
            return places

    async def _ask(self, query: str) -> Sequence[Location]:
        if self._free_at is not None and (wait := self._free_at - self._clock.now()) > timedelta(0):
            await self._clock.sleep(wait.total_seconds())
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await self._nominatim.geocode(
                    query,
                    exactly_one=False,
                    limit=ASK_FOR,
                    viewbox=self._viewbox,
                    bounded=True,
                    country_codes="id",
                    language="id",
                )
        except TimeoutError:  # geopy's GeocoderTimedOut is one too
            raise GeocoderError(f"no answer in {self._timeout_s:g} s") from None
        except GeopyError as error:
            theirs = isinstance(error, GeocoderQueryError) and error.__cause__ is None  # may repeat what was asked
            raise GeocoderError("the server refuses the question" if theirs else str(error)) from None
        except (TypeError, ValueError, LookupError, AttributeError):  # JSON of another shape than Nominatim's
            raise GeocoderError("an answer that is not Nominatim's") from None
        finally:
            self._free_at = self._clock.now() + PAUSE
        return found or ()

    def _served(self, found: Sequence[Location], asked: str) -> Iterator[FoundPlace]:
        """The results in the service area, each label once, those in a kelurahan that was asked for first."""
        places: dict[str, tuple[bool, FoundPlace]] = {}
        for location in found:
            lat, lon = location.latitude, location.longitude
            if check_point(lat, lon) is not None:
                continue
            located = self._areas.locate(lat, lon)
            if located.area is None or not located.served:
                continue
            name = str(location.address).partition(",")[0].strip()
            label = f"{name}, {located.area.kelurahan}" if name != located.area.kelurahan else name
            elsewhere = located.area.kelurahan.casefold() not in asked
            places.setdefault(label, (elsewhere, FoundPlace(lat, lon, label)))
        return (place for _, place in sorted(places.values(), key=lambda ranked: ranked[0]))


def plain_query(text: str) -> str:
    """A typed address as maps spell it: "Jl Mangga RT 05/010 no 12, Koja" -> "Jalan Mangga, Koja"."""
    text = " ".join(text[:300].split())
    for pattern, instead in _ABBREVIATIONS:
        text = pattern.sub(instead, text)
    parts = (" ".join(part.split()) for part in text.split(","))
    return ", ".join(part for part in parts if part)
