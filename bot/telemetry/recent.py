"""How long something took within the last hour, in constant memory: counted by minute and by upper bound."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

BOUNDS_S = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1800, 3600)
"""So exact is what is told: "within so many seconds". What took longer counts as the last."""

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class LastHour:
    """Takes times, tells within which so many of a hundred lie."""

    def __init__(self) -> None:
        self._minutes: deque[tuple[datetime, list[int]]] = deque(maxlen=HOUR // MINUTE)

    def add(self, seconds: float, now: datetime) -> None:
        """One more."""
        if not self._minutes or not timedelta(0) <= now - self._minutes[-1][0] < MINUTE:
            self._minutes.append((now, [0] * len(BOUNDS_S)))
        self._minutes[-1][1][min(bisect_left(BOUNDS_S, seconds), len(BOUNDS_S) - 1)] += 1

    def within(self, shares: Sequence[float], now: datetime) -> tuple[int, list[float]]:
        """How many there were, and for each share (0 to 1) the seconds within which so many of them lie."""
        lately = [counts for began_at, counts in self._minutes if timedelta(0) <= now - began_at < HOUR]
        sums = [sum(column) for column in zip(*lately, strict=True)]
        n = sum(sums)
        return n, [_bound(sums, share * n) for share in shares] if n else []


def _bound(sums: Sequence[int], wanted: float) -> float:
    seen = 0
    for bound, count in zip(BOUNDS_S, sums, strict=True):
        seen += count
        if seen >= wanted:
            return bound
    return BOUNDS_S[-1]
