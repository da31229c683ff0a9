"""What is kept and carried between use cases and the database: rows as frozen records, and a batch's changes.

The database is read into `Loaded`, use cases work on that in memory, and what they changed is written as `Changes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.memory import Past
from bot.domain.models import Depth, Fault, Incident, IncidentEvent, Kind, Place, Report
from bot.domain.outgoing import Outgoing
from bot.domain.sites import Site, SiteWord, Visit
from bot.domain.staff import Audit, Errand, Flood, FloodList, Invite, Note, Officer, PhotoHash, Series, UnitLink
from bot.domain.subscriptions import ChannelUpdate, Subscription, UnitDigest

INTERNAL = 0
"""The bot_id of inbox rows that come from ourselves: results of work, and chats that delivery found lost or moved."""


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as it came: Telegram's id, and its JSON text."""

    update_id: int
    payload: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A raw update waiting for intake. `seq` is our own order. Internal events have bot_id INTERNAL."""

    seq: int
    bot_id: int
    update_id: int
    payload: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A person; the only record that knows the Telegram id.

    Attributes:
        language: "id" or "en"; language_chosen: by /bahasa (otherwise guessed from the Telegram client).
        reachable: False after the bot was blocked: nothing more is sent.
        blocked_at: an admin blocked them: nothing they send counts.
    """

    id: int
    telegram_id: int
    language: str
    created_at: datetime
    language_chosen: bool = False
    reachable: bool = True
    blocked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    """What somebody who was forgotten is kept out of all the same, should they write again.

    Attributes:
        blocked_at: since when nothing they send counts; None: it does.
        removed: (unit, when) that an admin removed them from.
    """

    blocked_at: datetime | None = None
    removed: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a report, kept by Telegram's id."""

    report_id: int
    file_id: str
    file_unique_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A person's conversation: what is known of the report being made, and what the next message is taken for.

    Attributes:
        id: the id that the report will have; buttons under the question carry it.
        filed: the report exists; what comes now adds to it.
        expecting: what is awaited next: "" (anything), "words" (an address), and of a filed report "name", "depth" or
            "place" (the better point).
        album_id: the album whose photos were last taken, answered once.
        found: places offered for a typed address or an ambiguous point, waiting for the person's choice.
        messages: (message_id, field) of what the person sent, so that an edited message corrects it.
        remind_at: a location without depth is reminded once; expires_at: then it is filed as it is.
    """

    id: int
    person_id: int
    updated_at: datetime
    kind: Kind = Kind.PUDDLE
    place: Place | None = None
    depth: Depth | None = None
    fault: Fault | None = None
    name: str | None = None
    note: str | None = None
    photos: tuple[Photo, ...] = ()
    filed: bool = False
    expecting: str = ""
    album_id: str | None = None
    found: tuple[Place, ...] = ()
    messages: tuple[tuple[int, str], ...] = ()
    started_at: datetime | None = None
    remind_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """Slow work: done outside of transactions, its result comes back through the inbox.

    Attributes:
        kind: "geocode", "summary", "statistics", "export".
        asked: JSON values the work needs.
    """

    kind: str
    due_at: datetime
    person_id: int | None = None
    asked: Mapping[str, object] = field(default_factory=dict)
    id: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class PostedDigest:
    """A digest: one per scheduled time and channel."""

    scheduled_at: datetime
    channel_id: int
    window_from: datetime
    window_to: datetime
    parts: int
    late: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys of records to load into a batch.

    Attributes:
        telegram_ids, person_ids: the person, the draft, their reports not withdrawn that are open or at most 30 days
            old (at most 20, newest first), those withdrawn of the last day, and the incidents of those.
        report_ids, report_numbers: the report and its incident. (Numbers are upper case.)
        incident_ids: the incident with all its reports not withdrawn.
        cells: (kind, H3 cell of resolution 10): the open incidents there.
        messages: (person_id, message_id): what that message said.
        incident_numbers: the incident with this number. (Numbers are upper case.)
        roster: "all" (the only key): unit links, officers, floods, flood lists, listed places, subscriptions.
        files: incident ids: their history, notes and photos.
        errands: person ids: what their next message counts for.
        invites: hashes.
        series: H3 cells: the open series there; series_ids: those.
        open_in: area codes: all open incidents whose area_code begins with one.
        ended_near: (kind, H3 cell): the incidents there that ended within 30 days of what was received last.
        past: H3 cells: what is remembered of the puddles there that ended within a year of what was received last.
        visits: ids of listed places: the last visits, and what residents said.
    """

    telegram_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    report_ids: frozenset[int] = frozenset()
    report_numbers: frozenset[str] = frozenset()
    incident_ids: frozenset[int] = frozenset()
    cells: frozenset[tuple[Kind, int]] = frozenset()
    messages: frozenset[tuple[int, int]] = frozenset()
    incident_numbers: frozenset[str] = frozenset()
    roster: frozenset[str] = frozenset()
    files: frozenset[int] = frozenset()
    errands: frozenset[int] = frozenset()
    invites: frozenset[str] = frozenset()
    series: frozenset[int] = frozenset()
    series_ids: frozenset[int] = frozenset()
    open_in: frozenset[str] = frozenset()
    ended_near: frozenset[tuple[Kind, int]] = frozenset()
    past: frozenset[int] = frozenset()
    visits: frozenset[int] = frozenset()

    def __or__(self, other: Wanted) -> Wanted:
        """Both."""
        return Wanted(*(getattr(self, key) | getattr(other, key) for key in Wanted.__slots__))

    def __sub__(self, other: Wanted) -> Wanted:
        """What the other one does not have."""
        return Wanted(*(getattr(self, key) - getattr(other, key) for key in Wanted.__slots__))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database knows of the Wanted."""

    people: Sequence[Person] = ()
    barred: Mapping[int, Barred] = field(default_factory=dict)  # Telegram id -> of those wanted who are nobody known
    drafts: Sequence[Draft] = ()
    reports: Sequence[Report] = ()
    incidents: Sequence[Incident] = ()
    messages: Mapping[tuple[int, int], tuple[int, str]] = field(default_factory=dict)  # -> (report_id, field)
    different: frozenset[tuple[int, int]] = frozenset()  # (report_id, incident_id) of the loaded reports
    links: Sequence[UnitLink] = ()
    officers: Sequence[Officer] = ()
    floods: Sequence[Flood] = ()  # those that are on, and each kecamatan's last one
    flood_lists: Sequence[FloodList] = ()
    errands: Sequence[Errand] = ()
    invites: Sequence[Invite] = ()
    histories: Mapping[int, Sequence[IncidentEvent]] = field(default_factory=dict)  # incident id -> oldest first
    notes: Sequence[Note] = ()
    photos: Sequence[Photo] = ()
    series: Sequence[Series] = ()
    sites: Sequence[Site] = ()  # all of them, dropped ones too
    subscriptions: Sequence[Subscription] = ()
    pasts: Sequence[Past] = ()
    visits: Sequence[Visit] = ()  # at most 20 of a place, oldest first
    site_words: Sequence[SiteWord] = ()


@dataclass(frozen=True, slots=True)
class Counters:
    """The last ids given out. Reports and incidents share `case`, from which the numbers people say are made."""

    case: int
    person: int
    number_key: bytes


@dataclass(frozen=True, slots=True)
class Handled:
    """An inbox row that is done with: its payload is emptied. `error`: it failed, and its payload is kept."""

    seq: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one batch writes, in one commit. Records are written whole (insert or replace by id).

    Attributes:
        unbarred: Telegram ids of new people whose records say by now what they were barred from.
        drafts: new state per person; `dropped_drafts`: person ids whose draft goes.
        messages: (person_id, message_id, report_id, field) to remember for edits.
        different: (report_id, incident_id) that a reporter said are not the same.
        moved_chats: (old, new) ids.
        unreachable_chats: groups and channels the bot was removed from; reachable_chats: where it came back.
    """

    handled: Sequence[Handled] = ()
    people: Sequence[Person] = ()
    unbarred: Sequence[int] = ()
    drafts: Sequence[Draft] = ()
    dropped_drafts: Sequence[int] = ()
    reports: Sequence[Report] = ()
    photos: Sequence[Photo] = ()
    incidents: Sequence[Incident] = ()
    events: Sequence[IncidentEvent] = ()
    outbox: Sequence[Outgoing] = ()
    work: Sequence[WorkRow] = ()
    messages: Sequence[tuple[int, int, int, str]] = ()
    different: Sequence[tuple[int, int]] = ()
    moved_chats: Sequence[tuple[int, int]] = ()
    unreachable_chats: Sequence[int] = ()
    reachable_chats: Sequence[int] = ()
    digests: Sequence[PostedDigest] = ()
    links: Sequence[UnitLink] = ()
    officers: Sequence[Officer] = ()
    floods: Sequence[Flood] = ()
    flood_lists: Sequence[FloodList] = ()
    errands: Sequence[Errand] = ()
    dropped_errands: Sequence[int] = ()
    invites: Sequence[Invite] = ()
    notes: Sequence[Note] = ()
    series: Sequence[Series] = ()
    audit: Sequence[Audit] = ()
    hashes: Sequence[PhotoHash] = ()
    sites: Sequence[Site] = ()
    visits: Sequence[Visit] = ()
    site_words: Sequence[SiteWord] = ()
    subscriptions: Sequence[Subscription] = ()
    unit_digests: Sequence[UnitDigest] = ()
    updates: Sequence[ChannelUpdate] = ()
    counters: Counters | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a window, for headlines and statistics.

    Attributes:
        reports: made in the window; reporters: different people; opened: incidents.
        receded: by themselves; handled: by an office. The two are never counted together.
        without_depth: reports of puddles without a depth: never said, or "Belum tahu".
    """

    reports: int = 0
    reporters: int = 0
    opened: int = 0
    receded: int = 0
    handled: int = 0
    drains: int = 0
    without_depth: int = 0
    renewed: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place a geocoder found."""

    lat: float
    lon: float
    label: str
