"""The demo's page served on loopback, and a listener to what it tells."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from starlette.routing import Mount

from bot.demo.page import page
from bot.demo.world import DemoWorld
from bot.web.server import WebServer


@contextlib.asynccontextmanager
async def served(world: DemoWorld) -> AsyncIterator[str]:
    """The page of a world; gives its address."""
    web = WebServer([Mount("/", page(world))], "127.0.0.1", 0)
    await web.start()
    try:
        yield f"http://127.0.0.1:{web.port}"
    finally:
        await web.stop()


class Listener:
    """A page that listens to one phone, and puts together what it is told."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.events: list[dict[str, Any]] = []
        self.shown: dict[str, dict[int, dict[str, Any]]] = {"phone": {}, "channel": {}, "office": {}}
        self.latest: dict[str, Any] = {}
        self._office: str | None = None

    async def until(self, sought: Callable[[Listener], object], within_s: float = 8.0) -> None:
        """Listen until that holds. TimeoutError where it does not come."""
        async with asyncio.timeout(within_s):
            while not sought(self):
                self._hear(await anext(self._lines))

    async def until_said(self, words: str, where: str = "phone") -> dict[str, Any]:
        """Listen until a message has these words; returns the newest one."""
        await self.until(lambda heard: heard.find(words, where))
        found = self.find(words, where)
        assert found is not None
        return found

    def find(self, words: str, where: str = "phone") -> dict[str, Any] | None:
        """The newest message with these words."""
        return next((each for each in reversed(self.shown[where].values()) if words in each["text"]), None)

    def _hear(self, line: str) -> None:
        if not line.startswith("data: "):
            return
        event = json.loads(line.removeprefix("data: "))
        self.events.append(event)
        self.latest |= event
        if "begun" in event:
            self.shown = {"phone": {}, "channel": {}, "office": {}}
        for where, messages in self.shown.items():
            if part := event.get(where):
                if "key" in part and part["key"] != self._office:
                    self._office = part["key"]
                    messages.clear()
                messages.update((each["id"], each) for each in part["messages"])
                for gone in set(messages) - set(part["ids"]):
                    del messages[gone]


@contextlib.asynccontextmanager
async def listening(client: httpx.AsyncClient, phone: str = "you", office: str = "") -> AsyncIterator[Listener]:
    """Listen to a phone, and to an office's group."""
    async with client.stream("GET", "/live", params={"phone": phone, "office": office}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Listener(answer.aiter_lines())
