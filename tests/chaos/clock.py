"""One clock for several processes, in a file: as fast as the harness likes, jumping, and wrong on the bot's side."""

from __future__ import annotations

import asyncio
import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FIELDS = struct.Struct("dddd")
"""The wall's monotonic seconds at which it was set, the world's seconds since 1970 then, speed, and the bot's error."""

LOOK_EVERY_S = 0.1
"""Seconds of the wall: who sleeps looks so often whether the clock runs faster by now."""


class SharedClock:
    """A Clock over a file that `make` has made.

    Args:
        path: the file.
        erring: whether it shows the bot's error, too (`err`).
    """

    def __init__(self, path: Path, *, erring: bool = False) -> None:
        self.path = path
        self._erring = erring
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _FIELDS.size)

    @classmethod
    def make(cls, path: Path, start: datetime, speed: float) -> SharedClock:
        """A new one that shows `start` now."""
        path.write_bytes(_FIELDS.pack(time.monotonic(), start.timestamp(), speed, 0.0))
        return cls(path)

    def now(self) -> datetime:
        """The present moment."""
        *_, error_s = self._read()
        return datetime.fromtimestamp(self._true_s() + (error_s if self._erring else 0.0), UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many of its seconds; an error that comes or goes meanwhile changes nothing."""
        until_s = self._true_s() + seconds
        while (left_s := until_s - self._true_s()) > 0:
            _, _, speed, _ = self._read()
            await asyncio.sleep(min(left_s / speed, LOOK_EVERY_S))

    @property
    def speed(self) -> float:
        """Its seconds in one of the wall."""
        return self._read()[2]

    def run(self, speed: float) -> None:
        """Go on at this speed."""
        self._write(self._true_s(), speed, self._read()[3])

    def jump(self, ahead: timedelta) -> None:
        """So much time has passed, for everybody."""
        _, _, speed, error_s = self._read()
        self._write(self._true_s() + ahead.total_seconds(), speed, error_s)

    def err(self, error: timedelta) -> None:
        """The bot's clock is so much ahead from now on (negative: behind)."""
        self._write(self._true_s(), self._read()[2], error.total_seconds())

    def _true_s(self) -> float:
        set_at_s, shown_s, speed, _ = self._read()
        return shown_s + (time.monotonic() - set_at_s) * speed

    def _read(self) -> tuple[float, float, float, float]:
        while (found := self._shared[:]) != self._shared[:]:  # it was being written
            pass
        set_at_s, shown_s, speed, error_s = _FIELDS.unpack(found)
        return set_at_s, shown_s, speed, error_s

    def _write(self, shown_s: float, speed: float, error_s: float) -> None:
        self._shared[:] = _FIELDS.pack(time.monotonic(), shown_s, speed, error_s)
