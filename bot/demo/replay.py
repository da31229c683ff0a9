"""Real reports lived through again: each row of a file is a resident who tells the bot, at the row's own time.

What the rows do not say is not made up: who gave no depth taps "Belum tahu", a picture is sent where there was one, and
nobody answers what the bot asks afterwards, since nobody knows what these people would have said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from bot.demo.botapi import Shown
from bot.demo.residents import Resident, Script
from bot.demo.rows import WIB, Row
from bot.demo.world import Cast, DemoWorld
from bot.domain.models import IncidentState
from bot.texts import DEFAULT_LANGUAGE, read_catalog, without_markup

BEFORE = timedelta(minutes=1)
"""The bot is set up so long before the first row."""

PHOTO_FIRST = "qlue"
"""The source whose app began with the picture; of the others the picture comes after the number."""

DIGEST_TIME = time(6, 0)
LAST_WORD = timedelta(minutes=10)
"""Time for the last row's resident to finish, before the digest that ends the replay."""

OUTSIDE = ("place.outside", "place.other_area")
"""Texts that tell somebody that the place is not served."""

ASKED_BACK = (
    "place.far",
    "place.zero",
    "place.not_a_number",
    "place.out_of_range",
    "place.swapped",
    "place.sign",
    "place.short_link",
)
"""Texts that ask for the place again, or whether another one was meant."""

RECEIPTS = ("receipt.genangan", "receipt.renewed", "receipt.receded", "receipt.unheard")
"""What a report's message shows, by what became of it."""


def cast_of(rows: Sequence[Row]) -> Cast:
    """A resident for each row."""

    def cast(world: DemoWorld) -> Sequence[Resident]:
        return [Resident(world, f"Warga {number}", _script(row)) for number, row in enumerate(rows, start=1)]

    return cast


def begins(rows: Sequence[Row]) -> datetime:
    """When the bot is set up."""
    return rows[0].at.replace(second=0, microsecond=0) - BEFORE


def ends(rows: Sequence[Row]) -> datetime:
    """Just after the first digest that has all rows in it."""
    last = (rows[-1].at + LAST_WORD).astimezone(WIB)
    digest_at = datetime.combine(last.date(), DIGEST_TIME, WIB)
    return (digest_at if digest_at >= last else digest_at + timedelta(days=1)) + timedelta(minutes=1)


def _script(row: Row) -> Script:
    async def tell(resident: Resident) -> None:
        await resident.world.clock.sleep_until(row.at)
        photo_first = row.has_image and row.source == PHOTO_FIRST
        if photo_first:
            resident.person.send_photo()
        resident.person.send_location(row.lat, row.lon)
        if row.depth_cm is None:
            await resident.answers("depth_button.unknown")
        else:
            await resident.sees("depth_button.unknown")
            await resident.pause()
            resident.types(f"{row.depth_cm} cm")
        if row.has_image and not photo_first:
            await resident.reads()
            resident.person.send_photo()

    return tell


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows, as the database and the chats have it.

    Attributes:
        stored: reports in the database; renewed: rows that the bot took as news of a report it had (its own count).
        outside: chats in which somebody was told that the place is not served; asked_back: in which the place was
            asked for again; receipts: that hold a report's number; silent: that hold no answer at all.
        without_depth: of the stored reports; photos: that came with them.
        incidents: by state; largest: reporters of the largest one; joined: reports that joined an incident.
    """

    rows: int
    stored: int
    renewed: int
    outside: int
    asked_back: int
    receipts: int
    silent: int
    without_depth: int
    photos: int
    joined: int
    incidents: Counter[IncidentState]
    largest: int

    @property
    def adds_up(self) -> bool:
        """Every row is accounted for, in the database and in the chats alike."""
        in_database = self.stored + self.renewed
        return in_database + self.outside + self.asked_back == self.rows and in_database == self.receipts


async def outcome_of(world: DemoWorld) -> Outcome:
    """Count what became of the rows."""
    now = world.clock.now()
    reports = [report async for report, _ in world.store.reports_between(world.start, now)]
    tally = await world.store.tally(world.start, now)
    found = await world.store.incidents_as_of(now, ended_after=world.start)
    chats = Counter(_told(each.person.chat) for each in world.residents)
    return Outcome(
        rows=len(world.residents),
        stored=len(reports),
        renewed=tally.renewed,
        outside=chats["outside"],
        asked_back=chats["asked back"],
        receipts=chats["receipt"],
        silent=chats[""],
        without_depth=sum(report.depth is None or report.depth.cm is None for report in reports),
        photos=sum(report.photos for report in reports),
        joined=sum(report.match.by == "rule" for report in reports),
        incidents=Counter(incident.state for incident in found),
        largest=max((incident.reporters for incident in found), default=0),
    )


def _told(chat: Sequence[Shown]) -> str:
    """What a chat shows its owner: "receipt", "outside", "asked back", or "" for none of these."""
    said = [line for message in chat if message.from_bot for line in _lines(message)]
    for what, ids in (("receipt", RECEIPTS), ("outside", OUTSIDE), ("asked back", ASKED_BACK)):
        if any(_opening(text_id).fullmatch(line) for text_id in ids for line in said):
            return what
    return ""


def _lines(message: Shown) -> list[str]:
    words = message.text or ("" if message.venue is None else str(message.venue["title"]))
    return words.split("\n")


@cache
def _opening(text_id: str) -> re.Pattern[str]:
    """The first line of a text that has words of its own, with any values."""
    lines = without_markup(read_catalog(DEFAULT_LANGUAGE)[text_id]).split("\n")
    line = next(line for line in lines if _GAP.sub("", line).strip())
    parts = (
        re.escape(part) if number % 2 == 0 else _GAPS.get(part, ".+") for number, part in enumerate(_GAP.split(line))
    )
    return re.compile("".join(parts))


_GAP = re.compile(r"(\{[^}]*\}|\[\[|\]\])")
_GAPS = {"[[": "(?:", "]]": ")?"}
