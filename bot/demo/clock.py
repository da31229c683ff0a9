"""The demo's clock: as fast as one likes, standing still, or jumping."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import datetime, timedelta

Sleeper = tuple[datetime, int, "asyncio.Future[None]"]


class DemoClock:
    """A clock that runs `speed` times as fast as the wall, and that its owner may stop and set forward.

    Whoever sleeps by `sleep` is woken in time, or at the next jump after it. Whoever made an appointment with
    `sleep_until` can be asked for by `next_appointment`, so that a jump need not miss it.

    Args:
        start: the moment it shows at first (aware).
        speed: seconds of this clock in a second of the wall; 0: it stands still.
    """

    def __init__(self, start: datetime, speed: float = 0.0) -> None:
        self._shown = start
        self._shown_at_s = time.monotonic()
        self._speed = speed
        self._naps: list[Sleeper] = []
        self._appointments: list[Sleeper] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def speed(self) -> float:
        """Seconds of this clock in a second of the wall; 0: it stands still."""
        return self._speed

    def now(self) -> datetime:
        """The present moment."""
        if not self._speed:
            return self._shown
        return self._shown + timedelta(seconds=(time.monotonic() - self._shown_at_s) * self._speed)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many of this clock's seconds."""
        await self._wait(self._naps, self.now() + timedelta(seconds=seconds))

    async def sleep_until(self, moment: datetime) -> None:
        """Wait for that moment; not at all when it has passed."""
        if moment > self.now():
            await self._wait(self._appointments, moment)

    def run(self, speed: float) -> None:
        """Go on at this speed; 0 stands still."""
        self._shown, self._shown_at_s, self._speed = self.now(), time.monotonic(), speed
        self._wake()

    def move_to(self, moment: datetime) -> None:
        """Jump forward to that moment and wake who slept until then."""
        self._shown, self._shown_at_s = max(moment, self.now()), time.monotonic()
        self._wake()

    def next_appointment(self) -> datetime | None:
        """The earliest moment that somebody waits for with `sleep_until`."""
        return _first(self._appointments)

    async def _wait(self, sleepers: list[Sleeper], moment: datetime) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(sleepers, (moment, next(self._order), woken))
        self._set_timer()
        await woken

    def _wake(self) -> None:
        now = self.now()
        for sleepers in (self._appointments, self._naps):
            while sleepers and sleepers[0][0] <= now:
                _, _, woken = heapq.heappop(sleepers)
                if not woken.done():  # whoever slept may have been cancelled
                    woken.set_result(None)
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        moments = [moment for sleepers in (self._appointments, self._naps) if (moment := _first(sleepers)) is not None]
        if not self._speed or not moments:
            return
        pause_s = (min(moments) - self.now()).total_seconds() / self._speed
        self._timer = asyncio.get_running_loop().call_later(max(0.0, pause_s), self._wake)


def _first(sleepers: list[Sleeper]) -> datetime | None:
    while sleepers and sleepers[0][2].done():
        heapq.heappop(sleepers)
    return sleepers[0][0] if sleepers else None
