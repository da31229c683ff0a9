"""A real Chromium at the demo's page."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.demo import evening
from bot.demo.botapi import Person
from bot.demo.world import DemoWorld
from tests.helpers.demo_site import served

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

HOW_TO_INSTALL = (
    "no Chromium is installed: `apt-get install chromium` (or your system's way), "
    "or name one: CHROMIUM=/path/to/chromium make test-browser"
)

ARGUMENTS = [
    "--no-sandbox",  # containers often forbid its own; it sees nothing but our page
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 10_000

Visit = Callable[..., Awaitable["Visitor"]]


class Neighbour:
    """Reports one puddle at once: knee-deep, at Jl. Boulevard Barat."""

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
        self.person.send_text("Jl. <i>Boulevard</i> Barat & halte")


@dataclass
class Visitor:
    """Somebody at the page, and what their browser complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
async def world() -> AsyncIterator[DemoWorld]:
    """A world with one neighbour in it, at the demo's usual speed."""
    async with DemoWorld(lambda world: [Neighbour(world)], evening.START, speed=60) as running:
        yield running


@pytest.fixture
async def evening_address() -> AsyncIterator[str]:
    """The whole demo: the rainy evening with all its people."""
    async with DemoWorld(evening.cast, evening.START, speed=60) as running, served(running) as found:
        yield found


@pytest.fixture
async def address(world: DemoWorld) -> AsyncIterator[str]:
    async with served(world) as found:
        yield found


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(HOW_TO_INSTALL)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
async def visit(chromium: Browser) -> AsyncIterator[Visit]:
    """Opens pages (`await visit(address, **of the browser)`); at the end none of them may have complained."""
    visitors: list[Visitor] = []

    async def open_page(address: str, path: str = "/", **options: Any) -> Visitor:
        context = await chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(page, address)
        visitors.append(visitor)
        told = visitor.complaints
        page.on("console", lambda line: told.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda asked: None if _is_ours(asked.url, address) else told.append(f"asked {asked.url}"))
        await page.goto(address + path)
        await page.wait_for_selector("body.ready")
        return visitor

    yield open_page
    for visitor in visitors:
        await visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address + "/", "blob:" + address))
