"""Who gets which part of the digest when, and what was posted between digests: frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class Subscription:
    """A unit that wants its own part of the digest in its own chat.

    Attributes:
        unit: its code, which is an area's.
        times: local times of day; empty: none any more.
        at: when that was asked for: nothing from before is made up for.
    """

    unit: str
    times: tuple[time, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitDigest:
    """A unit's part of a digest was enqueued: one per unit and scheduled time."""

    unit: str
    scheduled_at: datetime
    window_from: datetime
    window_to: datetime


@dataclass(frozen=True, slots=True)
class ChannelUpdate:
    """An "Update pukul …" between digests; within the hour after started_at it is changed instead of repeated.

    Attributes:
        changed_at: when its content was last made.
        opened: new puddles within the hour then; siaga: the worst gate class then (4 where none is known).
    """

    channel_id: int
    started_at: datetime
    changed_at: datetime
    opened: int
    siaga: int = 4
