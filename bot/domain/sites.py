"""Listed places (penataan): the city's list of locations to be put in order, and what those who were there found.

Frozen records without rules; those are in site_rules.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


def site_number(site_id: int) -> str:
    """What people call a listed place: P7."""
    return f"P{site_id}"


class SiteState(StrEnum):
    """How far a listed place is."""

    OPEN = "open"  # belum ditata
    WORKED = "worked"  # sedang ditata
    TIDY = "tidy"  # sudah ditata; looked at again all the same
    AGAIN = "again"  # perlu ulang: was tidy, and is not any more
    DROPPED = "dropped"  # taken off the list; its visits stay


@dataclass(frozen=True, slots=True)
class Site:
    """A listed place.

    Attributes:
        id: runs from 1; people say it as P7 (`number`).
        name: as people call it.
        radius_m: incidents within are counted to it and go to its unit.
        area_code: the kelurahan it lies in.
        unit: code of the unit that it is given to.
        task: what has to be done, None where nobody said.
        due_on: by when, a local date.
        photo_before, photo_after: Telegram's file ids.
        visited_at, visits: when somebody of a unit was there last, and how often.
        tidied_at: when it was last found tidy by a unit.
        tidy_words, again_words: what residents near by said since the last visit.
    """

    id: int
    name: str
    lat: float
    lon: float
    radius_m: float
    area_code: str | None
    unit: str
    at: datetime
    task: str | None = None
    due_on: date | None = None
    state: SiteState = SiteState.OPEN
    photo_before: str | None = None
    photo_after: str | None = None
    visited_at: datetime | None = None
    visits: int = 0
    tidied_at: datetime | None = None
    tidy_words: int = 0
    again_words: int = 0

    @property
    def number(self) -> str:
        """What people say: P7."""
        return site_number(self.id)

    @property
    def listed(self) -> bool:
        """Still on the list."""
        return self.state is not SiteState.DROPPED


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody of a unit was at a listed place. Only ever added to.

    Attributes:
        found: what they found it to be.
        words, photo, photo_unique: the note and the photo (Telegram's file id, and its unique one).
    """

    site_id: int
    unit: str
    person_id: int
    at: datetime
    found: SiteState
    words: str | None = None
    photo: str | None = None
    photo_unique: str | None = None


@dataclass(frozen=True, slots=True)
class SiteWord:
    """What a resident near a listed place said of it last. One record per person and place."""

    site_id: int
    person_id: int
    at: datetime
    tidy: bool
