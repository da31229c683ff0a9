"""The geocoder against a small server on loopback that answers as Nominatim does, and as it should not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.errors import GeocoderError
from bot.domain.records import FoundPlace
from bot.geo.areas import AreaIndex
from bot.geo.geocoder import NominatimGeocoder, plain_query
from storage import SqliteStore, open_store
from tests.helpers.clock import StillClock
from tests.privacy.canaries import files_in, search

AREAS = AreaIndex.from_reference_points(("31.72",))
TUGU_UTARA = AREAS.centre("31.72.03.1002")
LAGOA = AREAS.centre("31.72.03.1003")
GAMBIR = AREAS.centre("31.71.01.1001")


def result(point: tuple[float, float], name: str = "Jalan Mangga") -> dict[str, object]:
    return {"lat": str(point[0]), "lon": str(point[1]), "display_name": f"{name}, Koja, Jakarta Utara, Indonesia"}


@dataclass
class Server:
    """Answers every request with `answer(query)`: a status and a body, after a pause."""

    url: str = ""
    answer: Callable[[str], tuple[int, str]] = lambda query: (200, "[]")
    pause_s: float = 0
    drop: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def finds(self, *results: object) -> None:
        self.answer = lambda query: (200, json.dumps(results))

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way.add(asyncio.ensure_future(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = head.split(" ")[1]
        self.agents += [line for line in head.lower().split("\r\n") if line.startswith("user-agent")]
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append({"path": parts.path, **query})
        await asyncio.sleep(self.pause_s)
        if not self.drop:
            status, body = self.answer(query.get("q", ""))
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode())
            await writer.drain()


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}/nominatim"
    try:
        yield server
    finally:
        listening.close()
        for task in server.under_way:
            task.cancel()
        await asyncio.gather(*server.under_way, return_exceptions=True)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running() as started:
        yield started


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


async def test_a_street_is_found_and_shortly_named(server: Server) -> None:
    server.finds(result(TUGU_UTARA))
    found = await NominatimGeocoder(server.url, AREAS, None, StillClock()).find("Jl. Mangga, Tugu Utara")
    assert found == (FoundPlace(*TUGU_UTARA, "Jalan Mangga, Tugu Utara"),)


async def test_it_asks_as_agreed(server: Server) -> None:
    await NominatimGeocoder(server.url + "/", AREAS, None, StillClock()).find("Jl. Mangga")
    (asked,) = server.asked
    assert asked["path"] == "/nominatim/search"
    assert (asked["q"], asked["bounded"], asked["countrycodes"]) == ("Jalan Mangga", "1", "id")
    assert (asked["format"], asked["accept-language"]) == ("json", "id")
    west, south, east, north = map(float, asked["viewbox"].split(","))
    assert (west, south, east, north) == pytest.approx((106.71054, -6.18312, 106.97258, -6.0741))
    assert server.agents == ["user-agent: genangan-bot"]


async def test_only_what_is_served_and_each_place_once(server: Server) -> None:
    server.finds(result(GAMBIR), result(LAGOA), result(LAGOA), result((0, 0)), result(TUGU_UTARA))
    found = await NominatimGeocoder(server.url, AREAS, None, StillClock()).find("Jalan Mangga")
    assert [place.label for place in found] == ["Jalan Mangga, Lagoa", "Jalan Mangga, Tugu Utara"]


async def test_the_kelurahan_that_was_named_comes_first_and_three_are_enough(server: Server) -> None:
    others = [result(AREAS.centre(f"31.72.03.100{number}")) for number in (1, 4, 5, 6)]
    server.finds(*others, result(TUGU_UTARA))
    found = await NominatimGeocoder(server.url, AREAS, None, StillClock()).find("Jl Mangga, tugu utara")
    assert len(found) == 3
    assert found[0].label == "Jalan Mangga, Tugu Utara"


async def test_where_the_whole_finds_nothing_the_street_alone_is_tried_a_second_later(server: Server) -> None:
    server.answer = lambda query: (200, json.dumps([result(TUGU_UTARA)] if query == "Jalan Mangga" else []))
    clock = StillClock()
    before = clock.now()
    found = await NominatimGeocoder(server.url, AREAS, None, clock).find("Jl. Mangga, Tugu Utara, Koja")
    assert len(found) == 1
    assert [asked["q"] for asked in server.asked] == ["Jalan Mangga, Tugu Utara, Koja", "Jalan Mangga"]
    assert (clock.now() - before).total_seconds() == 1


async def test_one_request_a_second_however_many_ask(server: Server) -> None:
    clock = StillClock()
    before = clock.now()
    geocoder = NominatimGeocoder(server.url, AREAS, None, clock)
    await asyncio.gather(*(geocoder.find(f"Jalan {name}") for name in "ABCDE"))
    assert len(server.asked) == 5
    assert (clock.now() - before).total_seconds() == pytest.approx(4)


async def test_nothing_is_asked_twice(server: Server, store: SqliteStore) -> None:
    server.finds(result(TUGU_UTARA))
    first = await NominatimGeocoder(server.url, AREAS, store, StillClock()).find("Jl. Mangga")
    again = await NominatimGeocoder(server.url, AREAS, store, StillClock()).find("  jalan   MANGGA ")
    assert list(again) == list(first)
    assert len(server.asked) == 1


async def test_that_nothing_was_found_is_remembered_too(server: Server, store: SqliteStore) -> None:
    geocoder = NominatimGeocoder(server.url, AREAS, store, StillClock())
    assert list(await geocoder.find("Jalan Tidak Ada")) == []
    assert list(await geocoder.find("Jalan Tidak Ada")) == []
    assert len(server.asked) == 1


async def test_what_was_typed_is_kept_as_a_fingerprint(server: Server, tmp_path: Path) -> None:
    server.finds(result(TUGU_UTARA))
    store = await open_store(f"sqlite:///{tmp_path}/typed.db")
    assert await NominatimGeocoder(server.url, AREAS, store, StillClock()).find("Jl. Kenari Rahasia 7")
    await store.close()
    assert search(files_in(tmp_path), {"lower": "kenari rahasia", "typed": "Kenari Rahasia"}) == []


async def test_a_failure_is_not_remembered(server: Server, store: SqliteStore) -> None:
    geocoder = NominatimGeocoder(server.url, AREAS, store, StillClock())
    server.answer = lambda query: (503, "busy")
    with pytest.raises(GeocoderError):
        await geocoder.find("Jalan Mangga")
    server.finds(result(TUGU_UTARA))
    assert len(await geocoder.find("Jalan Mangga")) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "oops, you asked for Mangga"),
        (403, "blocked"),
        (429, "slow down"),
        (404, ""),
        (200, ""),
        (200, "<html>login to the wifi, Mangga</html>"),
        (200, "[" * 100_000),
        (200, '"Mangga"'),
        (200, "7"),
        (200, "[7]"),
        (200, "[[]]"),
        (200, '[{"lat": "Mangga", "lon": "x", "display_name": "y"}]'),
        (200, '[{"place_id": 1}]'),
        (200, '{"error": "Mangga"}'),
        (200, '{"a": {"b": 1}}'),
        (302, ""),
    ],
)
async def test_every_failure_is_one_error_that_does_not_tell_what_was_asked(
    server: Server, status: int, body: str
) -> None:
    server.answer = lambda query: (status, body)
    with pytest.raises(GeocoderError) as error:
        await NominatimGeocoder(server.url, AREAS, None, StillClock()).find("Jalan Mangga")
    assert "Mangga" not in str(error.value)


async def test_no_answer_a_dropped_connection_and_no_server(server: Server) -> None:
    server.pause_s = 2
    with pytest.raises(GeocoderError, match=r"no answer in 0\.1 s"):
        await NominatimGeocoder(server.url, AREAS, None, StillClock(), timeout_s=0.1).find("Jalan Mangga")
    server.pause_s, server.drop = 0, True
    with pytest.raises(GeocoderError):
        await NominatimGeocoder(server.url, AREAS, None, StillClock()).find("Jalan Mangga")
    with pytest.raises(GeocoderError):
        await NominatimGeocoder("http://127.0.0.1:1", AREAS, None, StillClock()).find("Jalan Mangga")


async def test_nothing_to_look_for_asks_nobody(server: Server) -> None:
    assert list(await NominatimGeocoder(server.url, AREAS, None, StillClock()).find(" , RT 05/010 ")) == []
    assert server.asked == []


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Jl. Mangga", "Jalan Mangga"),
        ("jl mangga rt 05/010 no. 12B", "Jalan mangga"),
        ("Jln. Gaya Motor 2 RT.05 RW.10, Sungai Bambu", "Jalan Gaya Motor 2, Sungai Bambu"),
        ("Gg. Kelinci", "Gang Kelinci"),
        ("Jl Mangga, Koja, Kota Administrasi Jakarta Utara", "Jalan Mangga, Koja, Jakarta Utara"),
        ("Pasar  Koja\n, ,", "Pasar Koja"),
        ("Nomaden No Limit", "Nomaden No Limit"),
    ],
)
def test_addresses_are_spelt_as_maps_spell_them(typed: str, plain: str) -> None:
    assert plain_query(typed) == plain
