"""What goes into the conversation and what comes out: one message as it was understood, things to say, things to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.models import Area, Depth, Fault, Passability, Place, Say
from bot.domain.records import Draft, Photo


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, understood as far as it goes without knowing the conversation.

    Attributes:
        field: for an edited message what it said earlier: "depth", "name", "note", "place", "photo"; else "".
        text: what was typed, or the caption; beside a place only what is said besides it.
        place: a checked place inside the service area; `area` its kelurahan.
        trouble: text id of what is wrong with the place that was given; `region`: what is served, where it is not in
            it; `perhaps`: what was perhaps meant.
        depth: the depth that the text says; `bare_depth`: the same, where a bare number is one since it was asked for.
        fault: what the text says is wrong with a drain; `passability`: what it says still gets through the water.
        danger: the text speaks of people in danger.
        street: the text names a street or landmark; `flood`: it speaks of water.
        photo: with report_id 0. `album`: of which sending.
    """

    at: datetime
    message_id: int | None = None
    field: str = ""
    text: str = ""
    place: Place | None = None
    area: Area | None = None
    trouble: str | None = None
    region: str | None = None
    perhaps: Place | None = None
    depth: Depth | None = None
    bare_depth: Depth | None = None
    fault: Fault | None = None
    passability: Passability | None = None
    danger: bool = False
    street: bool = False
    flood: bool = False
    photo: Photo | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """The report is complete: match it, number it.

    Attributes:
        by_press: a button completed it: the question's message becomes the receipt.
        danger: the message that completed it speaks of danger.
    """

    draft: Draft
    by_press: bool = False
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    """Add to, or correct, a report that is filed. Fields that are None stay as they are.

    Attributes:
        corrects_note: the note is an earlier one, written anew.
        danger: it came with words of danger; `asks`: the note asks something.
        silent: the receipt says it; no message of its own.
    """

    report_id: int
    depth: Depth | None = None
    place: Place | None = None
    name: str | None = None
    note: str | None = None
    photo: Photo | None = None
    passability: Passability | None = None
    corrects_note: bool = False
    danger: bool = False
    asks: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class FindAddress:
    """A place in words: look for it. `draft.name` is the street or landmark, `draft.found` the kelurahan if chosen."""

    draft: Draft
    text: str
    danger: bool = False


Act = File | Add | FindAddress


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to say, perhaps into a slot that is edited later."""

    say: Say
    slot: str | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one event. `draft` None: there is none (any more)."""

    draft: Draft | None
    replies: tuple[Reply, ...] = ()
    acts: tuple[Act, ...] = ()
