"""When a feed may be asked again, after it answered and after it did not. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.weather import FeedState

FORECAST, NOWCAST, GATES = "forecast", "nowcast", "gates"
"""Kinds of feeds, as their names begin."""

EVERY = {FORECAST: timedelta(hours=6), NOWCAST: timedelta(minutes=3), GATES: timedelta(minutes=5)}
"""How often a feed is asked: BMKG renews its forecast twice a day and warns at any time, the gates are read every few
minutes. BMKG allows 60 requests a minute."""

FIRST_PAUSE = timedelta(minutes=5)
"""After the first failure of a feed that is asked less often than that; then twice as long each time."""

LONGEST_PAUSE = timedelta(hours=3)

LONGEST_ASKED = timedelta(days=1)
"""A server may ask us to wait so long; more is taken for nonsense."""


def kind_of(name: str) -> str:
    """The kind of a feed: "forecast:31.72.01.1001" -> "forecast"."""
    return name.partition(":")[0]


def answered(
    before: FeedState | None,
    name: str,
    now: datetime,
    content: str | None,
    etag: str | None,
    modified: str | None,
    *,
    trouble: str | None = None,
    chance: float = 0.5,
) -> FeedState:
    """The state of a feed that was read.

    Args:
        before: how it was.
        name, now: which, and when.
        content: what it said; None: the same as before.
        etag, modified: its validators.
        trouble: a part that could not be read.
        chance: 0 to 1, at random: so that not all bots ask at once.
    """
    same = before is not None and content is None
    failing_since = None if trouble is None else now if before is None else before.failing_since or now
    return FeedState(
        name,
        tried_at=now,
        next_at=now + EVERY[kind_of(name)] * (0.95 + 0.1 * chance),
        fetched_at=now,
        etag=etag or (before.etag if before is not None and same else None),
        modified=modified or (before.modified if before is not None and same else None),
        content=before.content if before is not None and same else content,
        failing_since=failing_since,
        why=trouble,
    )


def failed(
    before: FeedState | None, name: str, now: datetime, why: str, asked_s: float | None = None, *, chance: float = 0.5
) -> FeedState:
    """The state of a feed that did not answer well: what it said before stays, and it is asked ever more rarely.

    Args:
        before: how it was.
        name, now: which, and when.
        why: in plain words.
        asked_s: seconds that the server asked us to wait.
        chance: 0 to 1, at random.
    """
    known = before or FeedState(name, now, now)
    failures = known.failures + 1
    first = min(FIRST_PAUSE, EVERY[kind_of(name)])
    pause = min(first * 2 ** min(failures - 1, 16), LONGEST_PAUSE) * (0.75 + 0.5 * chance)
    if asked_s is not None:
        pause = max(pause, min(timedelta(seconds=asked_s), LONGEST_ASKED))
    return replace(
        known,
        tried_at=now,
        next_at=now + pause,
        failing_since=known.failing_since or now,
        why=why,
        failures=failures,
    )


def failed_alike(other: FeedState | None, name: str, failure: FeedState) -> FeedState:
    """The state of another page of a server that is at fault: it waits, too."""
    known = other or FeedState(name, failure.tried_at, failure.next_at)
    return replace(
        known,
        next_at=max(known.next_at, failure.next_at),
        failing_since=known.failing_since or failure.failing_since,
        why=failure.why,
        failures=max(known.failures, failure.failures),
    )
