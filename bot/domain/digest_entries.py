"""What a digest holds: its headline and its sections of entries, as data and without words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.depth_range import DepthRange
from bot.domain.foresight import Anticipation
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
        new: first told of in this window; carried: it was open already when the window began.
        approximate: only described in words; unsure: perhaps the same as a neighbour.
        owner: the unit that answers; on_behalf: the one it stands in for; partners: units that work on it beside the
            owner, and the office outside that has to act.
        taken_up: the owner has said that it works on it.
        due_at: when its clock runs out, None: none runs; overdue: it had run out by the end of the window (then due_at
            tells since when).
        hops, escalations, reopened: how often it was handed on, taken over by a clock, opened again.
        solved_level: the level of the unit that ended it.
        times: so many occurrences of a series this entry stands for; 1: a single one.
        label: its number on the map; None: it has none.
        site: number of the listed place that it lies in.
        near: where nobody named it, what this place was called before, or is called on the list; escape it, too.
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
    carried: bool = False
    owner: Unit | None = None
    on_behalf: Unit | None = None
    partners: tuple[Unit, ...] = ()
    taken_up: bool = False
    due_at: datetime | None = None
    overdue: bool = False
    hops: int = 0
    escalations: int = 0
    reopened: int = 0
    solved_level: Level | None = None
    times: int = 1
    label: int | None = None
    site: str | None = None
    near: str | None = None

    @property
    def stands(self) -> bool:
        """It is a puddle, and open."""
        return self.kind is Kind.PUDDLE and self.state.is_open


class SectionName(StrEnum):
    """The sections but for what stands per kelurahan, in the order they are read."""

    WORST = "worst"  # the worst of what was confirmed within FRESH_FOR
    SILENT = "silent"  # open, but nobody has said so for longer
    CARRIED = "carried"  # open when the window began: what became of it
    HANDLED = "handled"  # by an office, in the window
    RECEDED = "receded"  # by itself, in the window
    CLOSED = "closed"  # not found, or no puddle
    UNHEARD = "unheard"  # ended in the window because nobody answered: not known to have receded
    DRAINS = "drains"  # open, or put right in the window


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the digest.

    Attributes:
        entries: those told of here, in order.
        above: those that belong here, too, and are told of in a section above.
        more: so many others belong here, and are left to the table, or to a section below; more_open: of those so many
            are open.
    """

    name: SectionName
    entries: tuple[Entry, ...]
    above: tuple[Entry, ...] = ()
    more: int = 0
    more_open: int = 0

    @property
    def count(self) -> int:
        """How many incidents belong here."""
        return len(self.entries) + len(self.above) + self.more


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in one kelurahan (None: outside of all known ones), worst first.

    Attributes:
        entries: those told of here; above: those told of in a section above.
    """

    area: Area | None
    entries: tuple[Entry, ...]
    above: tuple[Entry, ...] = ()

    @property
    def all(self) -> tuple[Entry, ...]:
        """Everything that stands here."""
        return (*self.above, *self.entries)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A kelurahan without a report in the window, and its neighbours where water stands: (kelurahan, puddles)."""

    area: Area
    around: tuple[tuple[Area, int], ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """A spot where water came back in the window.

    Attributes:
        number: of the latest incident there; name: as a resident typed it.
        times: occurrences within `RECENTLY`, this one among them; before_at: when the one before began.
    """

    number: str
    name: str | None
    area: Area | None
    times: int
    before_at: datetime


@dataclass(frozen=True, slots=True)
class Attention:
    """What somebody has to see to, each most urgent first. Its incidents are told of at length elsewhere.

    Attributes:
        overdue: puddles past their time; overdue_drains: broken drains, whose clocks run for days; moved: handed on;
            escalated: taken over by a clock; reopened: opened again; together: somebody works on it beside the owner.
            All of them open.
        unconnected: units without a chat; on_behalf: those of them in whose place others answer for open incidents,
            and for how many, most first.
    """

    overdue: tuple[Entry, ...] = ()
    overdue_drains: tuple[Entry, ...] = ()
    moved: tuple[Entry, ...] = ()
    escalated: tuple[Entry, ...] = ()
    reopened: tuple[Entry, ...] = ()
    together: tuple[Entry, ...] = ()
    unconnected: tuple[Unit, ...] = ()
    on_behalf: tuple[tuple[Unit, int], ...] = ()
    quiet: tuple[Quiet, ...] = ()
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures.

    Attributes:
        standing: puddles open at the end of the window; standing_before: at its beginning; standing_week: a week
            before its end; None: not known.
        places: (name, standing puddles) per kecamatan, most first; per kota where there are several.
        tally: counts of the window; before: of the equally long one before it; week: of the same hours a week ago;
            None: not known.
        solved: (level, incidents) that offices of that level ended as handled in the window, lowest level first.
    """

    standing: int
    standing_before: int
    standing_week: int | None
    places: tuple[tuple[str, int], ...]
    tally: Tally
    before: Tally
    week: Tally | None
    solved: tuple[tuple[Level, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in a window (after window_from, up to window_to), and what stands at its end.

    Attributes:
        region: what it is about, e.g. "Jakarta Utara".
        late: posted long after window_to, when it was due.
        entries: everything that is told of, by number.
        summed: so much stands that it is summed up per kelurahan, and a table has the whole list.
        sections: only those that hold something; standing: the puddles that are open, per kelurahan, groups of one
            kecamatan one after the other.
        anticipation: what is expected of tomorrow, where known.
    """

    region: str
    window_from: datetime
    window_to: datetime
    late: bool
    headline: Headline
    entries: tuple[Entry, ...]
    summed: bool
    sections: tuple[Section, ...]
    standing: tuple[Group, ...]
    attention: Attention
    anticipation: Anticipation | None = None

    @property
    def empty(self) -> bool:
        """Nothing stands, and nothing was told."""
        return not self.entries and self.headline.tally == Tally()

    @property
    def hot(self) -> tuple[Entry, ...]:
        """What has a number on the map, the worst first."""
        labelled = [(entry.label, entry) for entry in self.entries if entry.label is not None]
        return tuple(entry for _, entry in sorted(labelled, key=lambda each: each[0]))
