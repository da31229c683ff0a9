"""Delivery of updates to the bot's own address."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.demo.botapi.errors import bad_request
from bot.demo.botapi.queue import UpdateQueue, Waiting
from bot.ports import Clock

FIRST_RETRY_S = 0.1
LAST_RETRY_S = 5.0
"""Pauses between attempts double from the first to the last (real seconds; Telegram's are longer)."""
ANSWER_WITHIN_S = 30.0
AGAIN_WITHIN_S = 2.0
"""What is delivered a second time (see `Disorder`) comes so soon (real seconds)."""
LOOKAHEAD = 200
"""How far into the queue it looks for chats that are not being served yet."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where and how to deliver."""

    url: str
    secret: str
    max_connections: int


@dataclass(frozen=True, slots=True)
class Disorder:
    """How deliveries go wrong, as they may where an answer of the bot's got lost on its way.

    Attributes:
        random: decides; seeded.
        twice: probability that an update comes again, some time after it was taken.
        shuffled: whether the updates of a chat come in any order.
    """

    random: random.Random
    twice: float = 0.0
    shuffled: bool = False


class Webhook:
    """Posts the queue to an address: in order within a chat, up to `max_connections` chats at once.

    An update stays in the queue until a 2xx answer; what fails is tried again, the longer the rarer, and
    later updates of that chat wait for it. With `max_connections` of 1 the whole queue keeps its order.

    Attributes:
        disorder: what goes wrong with deliveries; None: nothing.
    """

    def __init__(self, updates: UpdateQueue, clock: Clock) -> None:
        self.address: Address | None = None
        self.last_error: tuple[int, str] | None = None
        self.disorder: Disorder | None = None
        self._updates = updates
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, url: str, secret: str, max_connections: int) -> None:
        """Deliver to `url` from now on.

        Raises:
            ApiError: 400 for an address Telegram would not take (plain http only to loopback).
        """
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not plain:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self.cancel()
        self.address = Address(url, secret, max_connections)
        self.resume()

    def resume(self) -> None:
        """Deliver what is waiting (again)."""
        if self.address is not None:
            self._spawn(self._run(self.address))

    def cancel(self) -> None:
        """Stop delivering and forget the address."""
        self.address = None
        self.last_error = None
        self._cancel_tasks()

    async def stop(self) -> None:
        """Stop delivering and wait until nothing is on its way."""
        self._cancel_tasks()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def info(self) -> dict[str, Any]:
        """The `WebhookInfo` object."""
        info: dict[str, Any] = {
            "url": self.address.url if self.address else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self.address is not None:
            info["max_connections"] = self.address.max_connections
            info["ip_address"] = "127.0.0.1"
            if self.last_error is not None:
                info["last_error_date"], info["last_error_message"] = self.last_error
        if self._updates.allowed is not None:
            info["allowed_updates"] = self._updates.allowed
        return info

    async def _run(self, address: Address) -> None:
        limits = httpx.Limits(max_connections=address.max_connections)
        verify = address.url.startswith("https")
        async with httpx.AsyncClient(limits=limits, timeout=ANSWER_WITHIN_S, trust_env=False, verify=verify) as client:
            under_way: set[Waiting] = set()
            while True:
                self._start_deliveries(client, address, under_way)
                await self._updates.arrival()

    def _start_deliveries(self, client: httpx.AsyncClient, address: Address, under_way: set[Waiting]) -> None:
        room = address.max_connections - len(under_way)
        if room <= 0:
            return
        one_by_one = address.max_connections == 1
        head = self._updates.head(1 if one_by_one else LOOKAHEAD)
        shuffled = self.disorder is not None and self.disorder.shuffled
        if self.disorder is not None and shuffled:
            self.disorder.random.shuffle(head)
        lanes = set() if shuffled else {waiting.lane for waiting in under_way}
        for waiting in head:
            if waiting in under_way or waiting.lane in lanes:
                continue
            if not shuffled:
                lanes.add(waiting.lane)
            under_way.add(waiting)
            self._spawn(self._deliver(client, address, waiting, under_way))
            room -= 1
            if room <= 0:
                return

    async def _deliver(
        self, client: httpx.AsyncClient, address: Address, waiting: Waiting, under_way: set[Waiting]
    ) -> None:
        headers = {"Content-Type": "application/json"}
        if address.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = address.secret
        pause_s = FIRST_RETRY_S
        while (failure := await self._attempt(client, address.url, waiting, headers)) is not None:
            self.last_error = (int(self._clock.now().timestamp()), failure)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LAST_RETRY_S)
        under_way.discard(waiting)
        self._updates.remove(waiting)
        self._updates.wake()
        disorder = self.disorder
        if disorder is not None and disorder.random.random() < disorder.twice:
            await asyncio.sleep(disorder.random.uniform(0, AGAIN_WITHIN_S))
            await self._attempt(client, address.url, waiting, headers)

    async def _attempt(
        self, client: httpx.AsyncClient, url: str, waiting: Waiting, headers: dict[str, str]
    ) -> str | None:
        """Post once; None when it was taken, else what to say of it in `getWebhookInfo`."""
        try:
            response = await client.post(url, content=waiting.text.encode(), headers=headers)
        except httpx.TimeoutException:
            return "Read timeout expired"
        except httpx.TransportError:
            return "Connection refused"
        if response.is_success:
            return None
        return f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _cancel_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
