"""A small server on loopback that plays public feeds: well, busily, slowly, endlessly or nonsensically.

The pages are of the shape that BMKG and Dinas SDA send; the words and figures in them are ours.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.helpers.clock import WIB

FORECAST_PATH, LIST_PATH, GATES_PATH = "/publik/prakiraan-cuaca", "/alerts/nowcast/id", "/gates.json"


@dataclass
class Answer:
    """What a page answers.

    Attributes:
        etag: sent along; who sends it back gets 304.
        drip_s: seconds between single bytes; None: all at once.
        endless: goes on sending after the body.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    drip_s: float | None = None
    endless: bool = False


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    target: str
    headers: dict[str, str]


@dataclass
class FeedsServer:
    """Pages by target (path and query) or path; what is not there is 404."""

    url: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def count(self, path: str) -> int:
        """How many requests of a page came."""
        return sum(each.target.partition("?")[0] == path for each in self.asked)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection."""
        self.under_way.add(asyncio.ensure_future(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except ConnectionError:
            self.asked.append(Asked("gone", {}))  # the client has had enough
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        target = first.split(" ")[1]
        self.asked.append(Asked(target, headers))
        answer = self.pages.get(target) or self.pages.get(target.partition("?")[0]) or Answer(status=404)
        same = answer.etag is not None and headers.get("if-none-match") == answer.etag
        status, body = (304, b"") if same else (answer.status, answer.body)
        sent = {**answer.headers, **({"ETag": answer.etag} if answer.etag else {}), "Connection": "close"}
        if not answer.endless:
            sent["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode())
        if answer.drip_s is not None:
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.drip_s)
        else:
            writer.write(body)
        while answer.endless:
            writer.write(b" " * 65_536)
            await writer.drain()
        await writer.drain()


@asynccontextmanager
async def feeds_server() -> AsyncIterator[FeedsServer]:
    """A server with no pages yet."""
    server = FeedsServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        for task in server.under_way:
            task.cancel()
        await asyncio.gather(*server.under_way, return_exceptions=True)


def forecast_json(area_code: str, begins: datetime, weather: Sequence[tuple[int, str]]) -> bytes:
    """A forecast in steps of three hours, eight to a list as BMKG sends them."""
    steps = []
    for nth, (code, said) in enumerate(weather):
        at = (begins + timedelta(hours=3 * nth)).astimezone(UTC)
        steps.append(
            {
                "datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "t": 27,
                "hu": 84,
                "weather": code,
                "weather_desc": said,
                "utc_datetime": f"{at:%Y-%m-%d %H:%M:%S}",
                "local_datetime": f"{at.astimezone(WIB):%Y-%m-%d %H:%M:%S}",
            }
        )
    place = {"adm4": area_code, "kotkab": "Kota Adm. Jakarta Utara", "timezone": "Asia/Jakarta"}
    days = [steps[i : i + 8] for i in range(0, len(steps), 8)]
    return json.dumps({"lokasi": place, "data": [{"lokasi": place, "cuaca": days}]}).encode()


def rss(*items: tuple[str, str]) -> bytes:
    """The list of early warnings: (guid, link) each."""
    entries = "".join(
        f"<item><title>Hujan Lebat</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid></item>"
        for guid, link in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{entries}</channel></rss>".encode()


def cap(
    identifier: str,
    sent: datetime,
    *,
    kind: str = "Alert",
    status: str = "Actual",
    holds: timedelta = timedelta(hours=3),
    names: str = "KOJA, CILINCING",
    replaces: Sequence[str] = (),
    polygons: Sequence[str] = (),
    event: str = "Hujan Lebat dan Petir",
) -> bytes:
    """An early warning."""
    references = " ".join(f"cuaca.ekstrem@bmkg.go.id,{old},{sent.isoformat()}" for old in replaces)
    area = "".join(f"<polygon>{polygon}</polygon>" for polygon in polygons)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>{identifier}</identifier><sender>cuaca.ekstrem@bmkg.go.id</sender><sent>{sent.isoformat()}</sent>
<status>{status}</status><msgType>{kind}</msgType><scope>Public</scope><references>{references}</references>
<info><language>en</language><event>Thunderstorm</event><expires>{(sent + holds).isoformat()}</expires></info>
<info><language>id</language><category>Met</category><event>{event}</event>
<effective>{(sent + timedelta(minutes=10)).isoformat()}</effective><expires>{(sent + holds).isoformat()}</expires>
<headline>{event} di DKI Jakarta</headline>
<description>Akan terjadi di sebagian wilayah DKI Jakarta, khususnya di {names}.</description>
<area><areaDesc>DKI Jakarta</areaDesc>{area}</area></info></alert>""".encode()


def gate(name: str, level: object, status: object, at: str, **more: object) -> dict[str, object]:
    """One gate."""
    plain = {"NAMA_PINTU_AIR": name, "TINGGI_AIR": level, "STATUS_SIAGA": status, "TANGGAL": at}
    return {"ID_PINTU_AIR": 1, "SIAGA1": "950", **plain, **more}
