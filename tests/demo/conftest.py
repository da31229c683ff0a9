"""A server with a bot that can talk to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot

from bot.demo.botapi import BotApi
from tests.helpers.clock import StillClock


class RawBot:
    """The bare HTTP client of a bot: parameters in, Telegram's answer out."""

    def __init__(self, api: BotApi, client: httpx.AsyncClient) -> None:
        self._url = f"{api.base_url}/bot{api.token}"
        self._client = client

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer of a method, as Telegram would send it."""
        response = await self._client.post(
            f"{self._url}/{method}", content=json.dumps(params), headers={"content-type": "application/json"}
        )
        body: dict[str, Any] = response.json()
        assert response.status_code == body.get("error_code", 200)
        return body

    async def result(self, method: str, **params: Any) -> Any:
        """The result of a method that must succeed."""
        body = await self.call(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of a failure that must come."""
        body = await self.call(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """What getUpdates returns."""
        found: list[dict[str, Any]] = await self.result("getUpdates", **params)
        return found


@pytest.fixture
def clock() -> StillClock:
    """A clock the test moves."""
    return StillClock()


@pytest.fixture
async def api(clock: StillClock) -> AsyncIterator[BotApi]:
    """A running server."""
    async with BotApi(clock=clock, seed=3) as running:
        yield running


@pytest.fixture
async def raw(api: BotApi) -> AsyncIterator[RawBot]:
    """The bot as bare HTTP."""
    async with httpx.AsyncClient(trust_env=False) as client:
        yield RawBot(api, client)


@pytest.fixture
async def ptb(api: BotApi) -> AsyncIterator[Bot]:
    """The bot as python-telegram-bot."""
    bot = Bot(api.token, base_url=f"{api.base_url}/bot", base_file_url=f"{api.base_url}/file/bot")
    async with bot:
        yield bot
