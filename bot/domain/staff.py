"""Units, the people who work for them, and what they write: frozen records, without rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.handling import Level

ADMIN = "admin"
"""In place of a unit's code: an admin who was invited. (Those of ADMIN_IDS need no record.)"""


@dataclass(frozen=True, slots=True)
class Unit:
    """An office. Made from the area data and the routing file, never stored.

    Attributes:
        code: of a level of the city its area code, else the routing file's.
        name: of the area ("Sungai Bambu"), or as the routing file calls it.
        parent: code of the unit above; None at the top.
        outside: it is not in the bot (BBWSCC): it never owns.
    """

    code: str
    level: Level
    name: str
    parent: str | None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class UnitLink:
    """The chat where a unit is told: a group or topic (chat_id), or one officer's private chat (person_id); neither:
    not connected (any more)."""

    unit: str
    at: datetime
    chat_id: int | None = None
    topic_id: int | None = None
    person_id: int | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a chat."""
        return self.chat_id is not None or self.person_id is not None


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who works for a unit, or is an admin (unit ADMIN). One record per person and unit.

    Attributes:
        name: their Telegram first name, shown on cards to other officers only.
        removed_at: an admin removed them: nothing they press counts any more, also not from the unit's group.
    """

    person_id: int
    unit: str
    name: str
    at: datetime
    removed_at: datetime | None = None


class Invited(StrEnum):
    """What an invitation makes."""

    UNIT = "unit"  # the group it is used in becomes the unit's chat
    OFFICER = "officer"  # who uses it becomes an officer of the unit
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation, used once. Only the SHA-256 of its token is kept (`hash`, hexadecimal)."""

    hash: str
    kind: Invited
    unit: str
    made_by: int
    at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = None


class Wrote(StrEnum):
    """What an officer's words are."""

    FOLLOW_UP = "follow_up"
    CLOSING = "closing"
    HANDING = "handing"  # why it is handed on, or refused
    OUTSIDE = "outside"  # the letter to an office outside


@dataclass(frozen=True, slots=True)
class Note:
    """Words or a photo of an officer about an incident. History refers to it by id and never copies it.

    Attributes:
        quick: text id of a quick choice, instead of words.
        photo: Telegram's file id, and photo_unique its unique one.
    """

    id: int
    incident_id: int
    unit: str
    person_id: int
    what: Wrote
    at: datetime
    words: str | None = None
    quick: str | None = None
    photo: str | None = None
    photo_unique: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What an officer's next message in the private chat counts for. One per person.

    Attributes:
        incident_id: the case it is about; None: it is about a listed place (`site_id`; None: one that is made).
        act: "follow", "close", "claim", "hand", "refuse", "outside"; "over": done, with the first photo of an album;
            of a listed place: those of services/site_task.py.
        args: what is known of it already (outcome, unit asked, words, note id …), JSON values.
    """

    person_id: int
    incident_id: int | None
    act: str
    at: datetime
    args: Mapping[str, object] = field(default_factory=dict)
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Flood:
    """Mode banjir in a kecamatan. `until` None: it is on. `by`: person id of who switched it on, None: by itself."""

    kecamatan: str
    since: datetime
    by: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FloodList:
    """The list card of a kelurahan in mode banjir: whether it has to be drawn anew, and when that was last done."""

    kelurahan: str
    changed: bool
    drawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The same water again and again at a spot (rob): one lasting task of the kota.

    Attributes:
        cell: H3 cell (resolution 10) of its place.
        times: occurrences so far; open until `ended_at`.
    """

    id: int
    number: str
    lat: float
    lon: float
    cell: int
    area_code: str | None
    name: str | None
    owner: str
    started_at: datetime
    last_at: datetime
    times: int
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """One thing that an officer or admin did. Only ever added to.

    Attributes:
        what: e.g. "take_up", "invite", "remove_officer", "block"; subject: a number, unit code or the like.
    """

    at: datetime
    person_id: int
    unit: str
    what: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhotoHash:
    """The difference hash (64 bits) of a photo, to recognise one that is used again.

    Attributes:
        incident_id: the case it belongs to; None: it is of a visit to a listed place, `site_id`.
    """

    file_unique_id: str
    incident_id: int | None
    hash: int
    at: datetime
    site_id: int | None = None
