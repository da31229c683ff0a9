"""The world as the page handles it: moved on by the visitor, read by every open page."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request

from bot.demo.botapi.changes import Changes
from bot.demo.world import DemoWorld

WIB = ZoneInfo("Asia/Jakarta")

SPEEDS = (0, 1, 60, 600)
"""What the visitor may choose: seconds of the demo in a second of the wall; 0 stands still."""

USUAL_SPEED = 60

BEFORE_DIGEST = time(5, 59)
"""Where a skip ends: the digest comes a minute later, while one looks on."""

_CONTROLS = 0
"""The one topic of `Stage.changes`."""


class Stage:
    """A world and what its visitors have done with its clock."""

    def __init__(self, world: DemoWorld) -> None:
        self.world = world
        self.name = secrets.token_hex(4)
        """Tells this run of the demo from another one on the same port."""
        self.speed = world.clock.speed
        self.skipping_to: datetime | None = None
        self.changes = Changes()
        """Tells of what the visitor did with the clock."""
        self.steady = asyncio.Lock()
        """Held while the world is read, and while it is made anew."""

    def set_speed(self, speed: float) -> None:
        """Let the clock run so fast; 0 stands still."""
        self.speed = speed
        self.world.set_speed(speed)
        self.changes.tell(_CONTROLS)

    def next_digest_eve(self) -> datetime:
        """The moment that a skip leads to."""
        now = self.world.clock.now().astimezone(WIB)
        eve = datetime.combine(now.date(), BEFORE_DIGEST, WIB)
        return eve if eve > now else eve + timedelta(days=1)

    async def skip_to_digest(self) -> None:
        """Live through the night as fast as it goes; returns just before the digest, with the clock running."""
        self.skipping_to = self.next_digest_eve()
        if self.speed < USUAL_SPEED:
            self.set_speed(USUAL_SPEED)
        self.changes.tell(_CONTROLS)
        try:
            await self.world.skip_to(self.skipping_to)
        finally:
            self.skipping_to = None
            self.changes.tell(_CONTROLS)

    async def restart(self) -> None:
        """Begin the evening anew, at the usual speed."""
        self.set_speed(USUAL_SPEED)
        async with self.steady:
            await self.world.restart()
        self.changes.tell(_CONTROLS)


def stage_of(request: Request) -> Stage:
    """The stage that a request is about."""
    stage: Stage = request.app.state.stage
    return stage
