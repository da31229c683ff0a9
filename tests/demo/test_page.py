"""The demo's page over HTTP: what a visitor sees and does, and who is turned away."""

from __future__ import annotations

import asyncio
import contextlib
import re
import tomllib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import bot.demo.page
from bot.demo.botapi import Person
from bot.demo.officers import Officer
from bot.demo.page.front import page_in, words
from bot.demo.residents import Resident
from bot.demo.world import DemoWorld
from tests.helpers.clock import WIB
from tests.helpers.demo_site import listening, served

FOLDER = Path(bot.demo.page.__file__).parent
SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
STYLES = sorted((FOLDER / "static").glob("*.css"))

START = datetime(2026, 1, 18, 18, 0, tzinfo=WIB)
SUNGAI_BAMBU = {"lat": -6.1309, "lon": 106.8868}


class Neighbour:
    """Somebody who reports one puddle at once and sends a file."""

    def __init__(self, world: DemoWorld) -> None:
        self.person: Person = world.api.user("Bu Siti")

    async def play(self) -> None:
        """All that they do."""
        self.person.start()
        await self.person.wait_for("Lapor")
        self.person.send_location(-6.1545, 106.8965, horizontal_accuracy=9.0)
        await self.person.wait_for("Setinggi apa airnya?")
        self.person.press("Lutut ±50")
        await self.person.wait_for("diterima")
        self.person.send_text("Jl. <i>Boulevard</i> & dekat halte")
        await self.person.wait_for("tempatnya kami catat")
        self.person.send_document(b"<script>alert(1)</script>", file_name="x.html", mime_type="text/html")


@pytest.fixture
async def world() -> AsyncIterator[DemoWorld]:
    async with DemoWorld(lambda world: [Neighbour(world)], START) as running:
        yield running


@pytest.fixture
async def site(world: DemoWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(world) as client:
        yield client


@contextlib.asynccontextmanager
async def visiting(world: DemoWorld) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the page: it names its origin in every request."""
    async with (
        served(world) as address,
        httpx.AsyncClient(base_url=address, headers={"Origin": address}, trust_env=False, timeout=15) as client,
    ):
        yield client


async def ask(site: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await site.post(path, json=body)


# -- what stands on it -------------------------------------------------------------------------------------------------


async def test_the_page_speaks_indonesian_and_on_request_english(site: httpx.AsyncClient) -> None:
    usual, english = await site.get("/"), await site.get("/", params={"lang": "en"})
    assert '<html lang="id">' in usual.text
    assert "Yang diketahui bot" in usual.text
    assert '<html lang="en">' in english.text
    assert "What the bot knows" in english.text
    assert (await site.get("/", params={"lang": "xx"})).text == usual.text


def test_both_languages_have_all_words_the_page_uses_and_no_others() -> None:
    known = words("id").keys()
    assert words("en").keys() == known
    assert all(words("id").values())
    assert all(words("en").values())
    html = (FOLDER / "page.html").read_text()
    code = "".join(script.read_text() for script in SCRIPTS)
    named = set(re.findall(r"\{\{(\w+)\}\}", html)) - {"words", "language"} | set(re.findall(r'word\("(\w+)', code))
    assert named - known == set()
    families = tuple(re.findall(r"`(\w+_)\$\{", code))  # word(`state_${…}`)
    unused = {key for key in known - named if not key.startswith(families) and f'"{key}"' not in code}
    assert unused == set()


def test_words_cannot_break_out_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = {**words("id"), "title": "</script><b>&"}
    monkeypatch.setattr("bot.demo.page.front.words", lambda language: catalog)
    page_in.cache_clear()
    try:
        shown = page_in("id")
    finally:
        page_in.cache_clear()
    assert "</script><b>" not in shown
    assert "<title>&lt;/script&gt;&lt;b&gt;&amp;</title>" in shown


async def test_everything_the_page_needs_comes_from_itself(site: httpx.AsyncClient) -> None:
    html = (await site.get("/")).text
    needed = set(re.findall(r'(?:src|href)="(static/[^"]+)"', html))
    assert needed
    for script in SCRIPTS:
        needed |= {f"static/{name}" for name in re.findall(r'from "\./([\w.]+)"', script.read_text())}
    for path in needed:
        assert (await site.get(f"/{path}")).status_code == 200, path
    assert (await site.get("/map.json")).json()["kelurahan"]
    outside = re.compile(r"""(?:src|href)=["']?(?:https?:)?//|@import|url\((?!#)""")
    for file in [*SCRIPTS, *STYLES, FOLDER / "page.html"]:
        assert not outside.search(file.read_text()), file.name


# -- who is turned away ------------------------------------------------------------------------------------------------


async def test_the_policy_lets_nothing_foreign_run(site: httpx.AsyncClient) -> None:
    for path in ("/", "/static/main.js", "/map.json", "/nothing-there"):
        headers = (await site.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    html = (await site.get("/")).text
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", html)
    for script in SCRIPTS:
        assert not re.search(
            r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", script.read_text()
        )


async def test_a_foreign_name_is_turned_away(site: httpx.AsyncClient) -> None:
    for host in ("genangan.example", "127.0.0.1.example:80", "10.0.0.5", "", "[", "localhost@evil"):
        for path in ("/", "/live", "/map.json"):
            assert (await site.get(path, headers={"Host": host})).status_code == 400, host
    for host in ("localhost:8000", "[::1]:8000", "127.0.0.1"):
        assert (await site.get("/", headers={"Host": host})).status_code == 200, host


async def test_a_foreign_page_changes_nothing(site: httpx.AsyncClient, world: DemoWorld) -> None:
    for origin in ("http://genangan.example", "null", "", "http://127.0.0.1", "http://localhost:1"):
        for path in ("/phone/start", "/phone/text", "/clock/restart"):
            answer = await site.post(path, content="{}", headers={"Origin": origin})
            assert answer.status_code == 403, origin
    assert world.you.chat == []
    assert world.generation == 0


NONSENSE = [
    ("/phone/text", b"{"),
    ("/phone/text", b"[]"),
    ("/phone/text", b'{"text": 5}'),
    ("/phone/text", b'{"text": " \\n"}'),
    ("/phone/text", b'{"text": "' + b"a" * 4097 + b'"}'),
    ("/phone/text", b" " * 70_000),
    ("/phone/location", b"{}"),
    ("/phone/location", b'{"lat": NaN, "lon": 106.8}'),
    ("/phone/location", b'{"lat": 1e999, "lon": 106.8}'),
    ("/phone/location", b'{"lat": true, "lon": 106.8}'),
    ("/phone/location", b'{"lat": -6.1, "lon": 190}'),
    ("/phone/location", b'{"lat": -6.1, "lon": 106.8, "accuracy_m": 9000}'),
    ("/phone/press", b"{}"),
    ("/phone/press", b'{"message": 1, "data": "x"}'),
    ("/phone/press", b'{"message": [], "data": {}}'),
    ("/office/press", b"{}"),
    ("/office/press", b'{"office": "o9", "message": 1, "data": "x"}'),
    ("/office/press", b'{"office": ["o1"]}'),
    ("/phone/photo", b"not a picture"),
    ("/phone/start", b'{"payload": 5}'),
    ("/clock/speed", b'{"speed": 61}'),
    ("/clock/speed", b'{"speed": "fast"}'),
]


async def test_nonsense_is_refused_with_a_word_the_page_knows(site: httpx.AsyncClient, world: DemoWorld) -> None:
    await ask(site, "/phone/start")
    await world.you.wait_for("Lapor")
    before = len(world.you.chat)
    for path, body in NONSENSE:
        answer = await site.post(path, content=body)
        assert answer.status_code in (400, 409, 413, 415), (path, body)
        assert f"refused_{answer.json()['refused']}" in words("id"), (path, body)
    assert len(world.you.chat) == before


async def test_nothing_can_be_said_before_the_start(site: httpx.AsyncClient, world: DemoWorld) -> None:
    assert (await ask(site, "/phone/text", text="banjir")).json() == {"refused": "not_started"}
    assert world.you.chat == []


# -- a visitor's own phone ---------------------------------------------------------------------------------------------


async def test_a_visitor_reports_and_the_page_shows_it(site: httpx.AsyncClient) -> None:
    async with listening(site) as heard:
        await heard.until(lambda heard: heard.latest.get("known"))
        assert heard.shown["phone"] == {}
        await ask(site, "/phone/start", language="id")
        greeting = await heard.until_said("Lapor di sini")
        assert greeting["bot"] and not greeting["mine"]
        assert greeting["entities"][0]["type"] == "bold"
        keyboard = heard.latest["phone"]["keyboard"]
        assert keyboard[0][0] == {"text": "📍 Kirim lokasi", "asks": "location"}
        await ask(site, "/phone/location", **SUNGAI_BAMBU, accuracy_m=8)
        question = await heard.until_said("Setinggi apa airnya?")
        sent = next(each for each in heard.shown["phone"].values() if each.get("place"))
        assert sent["mine"]
        assert sent["place"] == {**SUNGAI_BAMBU, "accuracy_m": 8.0}
        knee = next(each for row in question["buttons"] for each in row if each["text"] == "Lutut ±50")
        pressed = await ask(site, "/phone/press", message=question["id"], data=knee["data"])
        assert pressed.status_code == 200
        receipt = await heard.until_said("diterima")
        assert "selutut (±50 cm)" in receipt["text"]
        await heard.until(lambda heard: any(each["kelurahan"] == "Sungai Bambu" for each in incidents(heard)))
        found = next(each for each in incidents(heard) if each["kelurahan"] == "Sungai Bambu")
        assert found["depth"]["now_cm"] == 50
        assert found["reporters"] == 1
        assert found["lat"] == pytest.approx(SUNGAI_BAMBU["lat"], abs=1e-4)


def incidents(heard: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = heard.latest.get("known", {}).get("incidents", [])
    return found


async def test_a_press_shows_the_bots_toast(site: httpx.AsyncClient) -> None:
    async with listening(site) as heard:
        await ask(site, "/phone/start")
        await heard.until_said("Lapor di sini")
        await ask(site, "/phone/location", **SUNGAI_BAMBU, accuracy_m=None)
        question = await heard.until_said("Setinggi apa airnya?")
        await ask(site, "/phone/press", message=question["id"], data=question["buttons"][0][0]["data"])
        receipt = await heard.until_said("diterima")
        passable = receipt["buttons"][0][0]
        answer = await ask(site, "/phone/press", message=receipt["id"], data=passable["data"])
        assert answer.json() == {"toast": "Tersimpan"}
        changed = await heard.until_said("Jalan: motor bisa lewat")
        assert changed["id"] == receipt["id"]
        assert changed["edited"]


async def test_only_what_is_new_is_told(site: httpx.AsyncClient) -> None:
    async with listening(site) as heard:
        await ask(site, "/phone/start")
        await heard.until_said("Lapor di sini")
        before = len(heard.events)
        await ask(site, "/phone/text", text="/bantuan")
        await heard.until_said("Cara lapor")
        told = [
            each["text"] for event in heard.events[before:] if "phone" in event for each in event["phone"]["messages"]
        ]
        assert "/bantuan" in told
        assert not any("Lapor di sini" in text for text in told)
        assert not any("channel" in event for event in heard.events[before:])


async def test_the_phone_speaks_the_visitors_language(site: httpx.AsyncClient, world: DemoWorld) -> None:
    await ask(site, "/phone/start", language="en")
    assert "Report" in (await world.you.wait_for(lambda shown: shown.from_bot)).text
    await ask(site, "/phone/start", language="id")  # it has been set up by now
    assert world.you.user["language_code"] == "en"


async def test_the_menu_and_the_bots_words_about_itself_are_shown(site: httpx.AsyncClient, world: DemoWorld) -> None:
    await asyncio.sleep(0.2)  # the bot tells Telegram of them when it starts
    async with listening(site) as heard:
        await heard.until(lambda heard: heard.latest.get("profile", {}).get("menu"))
        assert {"lapor", "status", "bantuan"} <= {each["command"] for each in heard.latest["profile"]["menu"]}
        assert "112" in heard.latest["profile"]["about"]


async def test_photos_are_sent_and_shown(site: httpx.AsyncClient, world: DemoWorld) -> None:
    await ask(site, "/phone/start")
    await world.you.wait_for("Lapor")
    sample = await site.get("/sample/50.png")
    assert sample.headers["content-type"] == "image/png"
    assert (await site.get("/sample/51.png")).status_code == 404
    assert (await site.post("/phone/photo", content=sample.content)).status_code == 200
    async with listening(site) as heard:
        await heard.until_said("Foto diterima")
        photo = next(each["photo"] for each in heard.shown["phone"].values() if each.get("photo"))
        assert (photo["width"], photo["height"]) == (320, 240)
        shown = await site.get(f"/file/{photo['id']}")
        assert shown.headers["content-type"] == "image/png"
        assert shown.content == sample.content
    assert (await site.get("/file/nothing")).status_code == 404
    assert (await site.post("/phone/photo", content=b"x" * (10 * 2**20 + 1))).json() == {"refused": "too_long"}


async def test_a_deep_link_carries_its_payload(site: httpx.AsyncClient, world: DemoWorld) -> None:
    await ask(site, "/phone/start", payload="r_AB12")
    assert world.you.chat[0].text == "/start r_AB12"


# -- others ------------------------------------------------------------------------------------------------------------


async def test_other_phones_can_be_looked_at(site: httpx.AsyncClient) -> None:
    async with listening(site, "r1") as heard:
        receipt = await heard.until_said("diterima")
        assert receipt["bot"]
        assert [each["name"] for each in heard.latest["people"]] == ["Anda", "Bu Siti"]
    assert (await site.get("/live", params={"phone": "r2"})).status_code == 404


async def test_what_people_typed_stays_text(site: httpx.AsyncClient) -> None:
    typed = "Jl. <i>Boulevard</i> & dekat halte"
    async with listening(site, "r1") as heard:
        message = await heard.until_said(typed)
        assert not [entity for entity in message["entities"] if entity["type"] == "italic"]
        await heard.until(lambda heard: any(each["name"] == typed for each in incidents(heard)))


async def test_a_file_is_downloaded_and_never_opened_in_our_name(site: httpx.AsyncClient) -> None:
    async with listening(site, "r1") as heard:
        await heard.until(lambda heard: any(each.get("document") for each in heard.shown["phone"].values()))
        document = next(each["document"] for each in heard.shown["phone"].values() if each.get("document"))
    assert document["name"] == "x.html"
    answer = await site.get(f"/file/{document['id']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


# -- offices -----------------------------------------------------------------------------------------------------------


def neighbour_and_office(world: DemoWorld) -> list[Neighbour | Resident]:
    """The neighbour, an admin who invites, and the office that her puddle falls to."""
    title = "Kelurahan Kelapa Gading Barat"
    bambang = world.api.user("Bambang")
    room = world.api.group(title, [bambang, world.you], bot=None)
    world.offices, world.case = [world.api.group("Kelurahan Koja", [world.you]), room], "Boulevard"

    async def invites(r: Resident) -> None:
        r.types("/undang semua")

    return [
        Neighbour(world),
        Resident(world, "Petugas", invites, person=world.officer),
        Officer(world, "Bambang", Officer.connects, room, title, person=bambang),
    ]


@pytest.fixture
async def with_office() -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the page of a world with an office."""
    async with DemoWorld(neighbour_and_office, START) as world, visiting(world) as client:
        yield client


def has_button(heard: Any, words: str) -> dict[str, Any] | None:
    """The card that has a button with these words."""
    cards = heard.shown["office"].values()
    return next((card for card in cards for row in card["buttons"] for each in row if each["text"] == words), None)


def button_of(card: dict[str, Any], words: str) -> dict[str, Any]:
    return next(each for row in card["buttons"] for each in row if each["text"] == words)


async def test_the_office_whose_case_is_watched_is_shown(with_office: httpx.AsyncClient) -> None:
    async with listening(with_office) as heard:
        await heard.until(lambda heard: heard.find("Boulevard", "office"))
        assert [each["title"] for each in heard.latest["offices"]] == [
            "Kelurahan Koja",
            "Kelurahan Kelapa Gading Barat",
        ]
        assert heard.latest["office"]["key"] == "o2"
    async with listening(with_office, office="o1") as heard:
        await heard.until(lambda heard: heard.latest.get("office"))
        assert heard.latest["office"]["key"] == "o1"
    assert (await with_office.get("/live", params={"office": "o3"})).status_code == 404


async def test_the_visitor_works_on_a_case_like_an_officer(with_office: httpx.AsyncClient) -> None:
    async with listening(with_office) as heard:
        await heard.until(lambda heard: heard.find("Boulevard", "office") and has_button(heard, "Saya tangani"))
        card = has_button(heard, "Saya tangani")
        assert card is not None
        taken = {"office": "o2", "message": card["id"], "data": button_of(card, "Saya tangani")["data"]}
        assert (await ask(with_office, "/office/press", **taken)).json() == {"toast": "Tersimpan"}
        card = await heard.until_said("Ditangani Anda sejak 18.00", "office")
        closes = button_of(card, "Selesai")["data"]
        await ask(with_office, "/office/press", office="o2", message=card["id"], data=closes)
        await heard.until(lambda heard: has_button(heard, "Sudah ditangani"))
        card = has_button(heard, "Sudah ditangani")
        assert card is not None
        url = button_of(card, "Sudah ditangani")["url"]
        await ask(with_office, "/phone/start", payload=url.partition("?start=")[2])
        await heard.until_said("apa yang dilakukan?")  # on the visitor's own phone
        assert (await ask(with_office, "/office/press", **taken)).json() == {"refused": "gone"}


# -- the clock ---------------------------------------------------------------------------------------------------------


async def test_the_clock_is_told_and_set(site: httpx.AsyncClient, world: DemoWorld) -> None:
    async with listening(site) as heard:
        await heard.until(lambda heard: heard.latest)
        assert heard.latest["clock"] == {"now": START.timestamp() * 1000, "speed": 0, "skipping_to": None}
        await ask(site, "/clock/speed", speed=600)
        await heard.until(lambda heard: heard.latest["clock"]["speed"] == 600)
        assert world.clock.speed == 600


async def test_a_skip_leads_to_the_morning_digest() -> None:
    before_dawn = datetime(2026, 1, 19, 4, 0, tzinfo=WIB)
    running = DemoWorld(lambda world: [Neighbour(world)], before_dawn, speed=60)
    async with running as world, visiting(world) as site, listening(site) as heard:
        await ask(site, "/clock/speed", speed=0)
        await heard.until(incidents)
        assert heard.shown["channel"] == {}
        skipping = asyncio.create_task(ask(site, "/clock/skip"))
        await heard.until(lambda heard: heard.latest["clock"]["skipping_to"])
        for path in ("/clock/skip", "/clock/restart"):
            assert (await ask(site, path)).json() == {"refused": "skipping"}
        assert (await skipping).status_code == 200
        assert world.clock.speed == 60  # it runs, so that the digest comes while one looks on
        digest = await heard.until_said("Update pukul 06.00 WIB", "channel")
        assert "Boulevard" in digest["text"]
        assert "Kelapa Gading" in digest["text"]
        links = [each["url"] for each in digest["entities"] if each["type"] == "text_link"]
        assert links[0].startswith("https://www.google.com/maps?q=-6.15")


async def test_a_restart_begins_the_evening_anew(site: httpx.AsyncClient, world: DemoWorld) -> None:
    async with listening(site) as heard:
        await ask(site, "/phone/start")
        await heard.until_said("Lapor di sini")
        begun = heard.latest["begun"]
        assert (await ask(site, "/clock/restart")).status_code == 200
        await heard.until(lambda heard: heard.latest["begun"] != begun)
        assert heard.shown["phone"] == {}
        await ask(site, "/phone/start")
        await heard.until_said("Lapor di sini")
        await heard.until(incidents)


def test_the_words_are_plain_toml() -> None:
    for language in ("id", "en"):
        found = tomllib.loads((FOLDER / "words" / f"{language}.toml").read_text())
        assert all(isinstance(text, str) for text in found.values())
