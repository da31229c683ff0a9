"""Who answers for an incident and how far they are: the records. Rules are in ownership.py and lifecycle.py. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Level(StrEnum):
    """The levels of the city, lowest first; `other` stands beside them (a pump crew, an office outside of the bot)."""

    KELURAHAN = "kelurahan"
    KECAMATAN = "kecamatan"
    KOTA = "kota"
    PROVINSI = "provinsi"
    OTHER = "other"


class Deadline(StrEnum):
    """Which of the two clocks runs."""

    TAKE_UP = "take_up"
    FINISH = "finish"


class Step(StrEnum):
    """How far the owner is with a case that was taken up."""

    TAKEN = "taken"  # Saya tangani
    ON_THE_WAY = "on_the_way"  # Menuju lokasi
    ON_SITE = "on_site"  # Di lokasi


class Reason(StrEnum):
    """Why a case is handed on, or refused."""

    CHANNEL = "channel"  # PHB
    RIVER = "river"  # kali
    MAIN_ROAD = "main_road"
    PUMP = "pump"
    OTHER_AREA = "other_area"
    WORDS = "words"  # said in words: see the note


@dataclass(frozen=True, slots=True)
class Offer:
    """A handover that waits for an answer; the giver stays the owner until then, and its clock stands still.

    Attributes:
        to: code of the unit that is asked.
        note: id of the words that were said with it.
        lapses_at: unanswered until then, it counts as refused.
    """

    to: str
    reason: Reason
    at: datetime
    lapses_at: datetime
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """An office outside of the bot that has to act (it never owns): the letter to it, and when to ask again."""

    unit: str
    letter: str | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """The present tenure of an incident, and what was before it in numbers.

    Attributes:
        owner: code of the unit that answers; for the levels of the city its area code (31.72.02.1004, 31.72.02, …).
        on_behalf: code of the unit whose case it is, where that one has no chat and `owner` stands in for it.
        since: when this tenure began.
        had: codes of the units that have owned it, the present one last.
        assigns: an offer was refused or lapsed: the owner has to assign it, bindingly, once.
        bound: it was assigned bindingly: it is not handed on any more.
        deadline, due_at: which clock runs, and until when; due_at None: it stands still, with `left_s` to go (both
            None: none runs). paused_at: since when it stands still.
        remind_at: when the owner is reminded of it; reminded: that was done; overdue: it ran out at the top, at
            overdue_since.
        taken_at: when this tenure took it up; taken_by: person id of the officer who did.
        step, step_at: how far they are since.
        worked: a follow-up was told in this tenure.
        helpers: codes of units that work on it beside the owner (Koordinasi).
        hops: accepted or binding handovers; escalations: taken over by a clock; reopened: how often.
        reopened_by: person id of whose word reopened it last.
        paused_s: seconds for which clocks stood still, told apart in figures.
        solved_level: level of the unit that solved it.
    """

    owner: str = ""
    on_behalf: str | None = None
    since: datetime | None = None
    had: tuple[str, ...] = ()
    assigns: bool = False
    bound: bool = False
    deadline: Deadline = Deadline.TAKE_UP
    due_at: datetime | None = None
    left_s: float | None = None
    paused_at: datetime | None = None
    remind_at: datetime | None = None
    reminded: bool = False
    overdue: bool = False
    overdue_since: datetime | None = None
    taken_at: datetime | None = None
    taken_by: int | None = None
    step: Step | None = None
    step_at: datetime | None = None
    worked: bool = False
    offer: Offer | None = None
    helpers: tuple[str, ...] = ()
    outside: Outside | None = None
    hops: int = 0
    escalations: int = 0
    reopened: int = 0
    reopened_by: int | None = None
    paused_s: float = 0.0
    solved_level: Level | None = None
