"""What a digest holds: its headline and its sections of entries, as data and without words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.depth_range import DepthRange
from bot.domain.handling import Level
from bot.domain.models import Area, Cause, Fault, IncidentState, Kind, Passability
from bot.domain.records import Tally
from bot.domain.staff import Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """An incident as the digest shows it.

    Attributes:
        name: street or landmark as a resident typed it (escape it!), None where nobody named one.
        since, last_seen: when water was first and last said to stand here.
        passability: what still gets through; None: not told.
        new: first told of in this window.
        approximate: only described in words; unsure: perhaps the same as a neighbour.
        owner: the unit that answers; on_behalf: the one it stands in for.
        due_at: when its clock runs out, None: none runs; overdue: it had run out by the end of the window.
        hops, escalations, reopened: how often it was handed on, taken over by a clock, opened again.
        solved_level: the level of the unit that ended it.
        times: so many occurrences of a series this entry stands for; 1: a single one.
    """

    number: str
    kind: Kind
    state: IncidentState
    name: str | None
    area: Area | None
    lat: float
    lon: float
    depth: DepthRange | None
    causes: tuple[Cause, ...]
    faults: tuple[Fault, ...]
    passability: Passability | None
    reporters: int
    since: datetime
    last_seen: datetime
    ended_at: datetime | None
    new: bool
    approximate: bool
    unsure: bool
    owner: Unit | None = None
    on_behalf: Unit | None = None
    due_at: datetime | None = None
    overdue: bool = False
    hops: int = 0
    escalations: int = 0
    reopened: int = 0
    solved_level: Level | None = None
    times: int = 1


class SectionName(StrEnum):
    """The sections, in the order they are read."""

    OVERDUE = "overdue"  # its office should have acted by now, puddle or drain
    STANDING = "standing"  # confirmed within FRESH_FOR
    SILENT = "silent"  # open, but nobody has said so for longer
    HANDLED = "handled"  # by an office, in the window
    RECEDED = "receded"  # by itself, in the window
    CLOSED = "closed"  # not found, or no puddle
    UNHEARD = "unheard"  # ended in the window because nobody answered: not known to have receded
    DRAINS = "drains"  # open, or put right in the window


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one kelurahan (None: outside of all known ones), in order."""

    area: Area | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the digest. Groups of one kecamatan follow one another."""

    name: SectionName
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many incidents it holds."""
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures that come first.

    Attributes:
        standing: puddles open at the end of the window; standing_before: at its beginning.
        places: (name, standing puddles) per kecamatan, most first; per kota where there are several.
        tally: counts of the window; before: of the equally long one before it.
        solved: (level, incidents) that offices of that level ended as handled in the window, lowest level first.
        unconnected: units without a chat, for which others answer; on_behalf: open incidents that they answer for.
    """

    standing: int
    standing_before: int
    places: tuple[tuple[str, int], ...]
    tally: Tally
    before: Tally
    solved: tuple[tuple[Level, int], ...] = ()
    unconnected: int = 0
    on_behalf: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in a window (after window_from, up to window_to), and what stands at its end.

    Attributes:
        region: what is served, e.g. "Jakarta Utara".
        late: posted long after window_to, when it was due.
        sections: only those that hold something.
    """

    region: str
    window_from: datetime
    window_to: datetime
    late: bool
    headline: Headline
    sections: tuple[Section, ...]

    @property
    def empty(self) -> bool:
        """Nothing stands, and nothing was told."""
        return not self.sections and self.headline.tally == Tally()
