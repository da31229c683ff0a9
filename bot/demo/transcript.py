"""A conversation as it went, for the terminal: what was said, what was pressed, what changed on the screen."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.demo.botapi import Shown
from bot.demo.residents import Resident
from bot.demo.rows import WIB

WIDTH = 78
THEIRS, MINE = 0, 34
"""Columns where the bot's and the person's side begin."""

BUBBLE = 44
"""Columns of a message."""

VARIATION = "\ufe0f"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on the screen: a message came or changed, or a button was pressed (`tap`).

    Attributes:
        before: the message as it was, None where it is new.
        tap: number of the resident's tap.
    """

    at: datetime
    shown: Shown | None = None
    before: Shown | None = None
    tap: int = -1


class Recorder:
    """Looks over somebody's shoulder from the start to the end."""

    def __init__(self, resident: Resident) -> None:
        self.resident = resident
        self.person = resident.person
        self.moments: list[Moment] = []
        self._latest: dict[int, Shown] = {}
        self._taps = 0

    async def play(self) -> None:
        """Note all that happens."""
        changes = self.resident.world.api.world.changes
        version = 0
        while True:
            version = await changes.after(version, self.person.info.id)
            self._note()

    def _note(self) -> None:
        now = self.resident.world.clock.now()
        for number, (at, _, press) in enumerate(self.resident.taps[self._taps :], start=self._taps):
            if press.query_id:  # a button of the keyboard below shows as the message it sends
                self.moments.append(Moment(at, tap=number))
        self._taps = len(self.resident.taps)
        for shown in self.person.chat:
            before = self._latest.get(shown.message_id)
            if before is None or before.version != shown.version:
                self.moments.append(Moment(now, shown, before))
                self._latest[shown.message_id] = shown

    def _told(self, moments: Iterable[Moment]) -> Iterator[str]:
        for moment in moments:
            if moment.shown is None:
                yield from self._tap_lines(moment)
            else:
                yield from _message_lines(moment.at, moment.shown, moment.before)

    def parted(self, at_words: str) -> tuple[list[str], list[str]]:
        """The conversation in two parts: before and from the last message of theirs that begins so."""
        cut = [
            number
            for number, moment in enumerate(self.moments)
            if moment.shown is not None and moment.shown.mine and moment.shown.text.startswith(at_words)
        ][-1]
        return list(self._told(self.moments[:cut])), list(self._told(self.moments[cut:]))

    def _tap_lines(self, moment: Moment) -> Iterator[str]:
        _, words, press = self.resident.taps[moment.tap]
        toast = [f"“{press.text}”"] if press.text else []
        yield from _side(MINE, toast, moment.at, f"👆 [{words}]")


def on_a_card(shown: Shown) -> Iterator[str]:
    """A message, with what comes with it and its buttons, over the whole width."""
    for line in (*_content(shown), *_rows(shown)):
        yield from wrapped(line, WIDTH)


def hour(moment: datetime) -> str:
    """An hour, as people here write it."""
    return moment.astimezone(WIB).strftime("%H.%M")


def _rows(shown: Shown) -> list[str]:
    return [" ".join(f"[{button.text}]" for button in row) for row in (*shown.buttons, *shown.reply_keyboard)]


def _message_lines(at: datetime, shown: Shown, before: Shown | None) -> Iterator[str]:
    text = _content(shown)
    rows = _rows(shown)
    if before is not None:
        old = set(_content(before))
        changed = [line for line in text if line and line not in old]
        if len(changed) * 2 <= len([line for line in text if line]):
            text = [f"… {line}" for line in changed]
        if shown.buttons == before.buttons:
            rows = []
        if not text and not rows:
            return
    name = shown.sender_name if before is None else f"{shown.sender_name} ✎"
    yield from _side(MINE if shown.mine else THEIRS, text, at, name, rows)


def _content(shown: Shown) -> list[str]:
    lines = []
    if shown.photo_id:
        lines.append("🖼  photo")
    elif shown.document is not None:
        lines.append(f"📄 {shown.document['file_name']}, {shown.document['file_size'] / 1000:.0f} kB")
    elif shown.venue is not None:
        lines += [f"📍 {shown.venue['title']}", str(shown.venue["address"])]
    elif shown.location is not None:
        lat, lon = shown.location
        accuracy_m = shown.data["location"].get("horizontal_accuracy")
        lines.append(f"📍 {lat:.5f}, {lon:.5f}" + (f" (±{accuracy_m:.0f} m)" if accuracy_m else ""))
    return lines + shown.text.splitlines()


def _side(column: int, text: Sequence[str], at: datetime, name: str, rows: Iterable[str] = ()) -> Iterator[str]:
    """A message on its side of the screen, with its buttons below."""
    margin = " " * column
    yield f"{margin}{name} · {hour(at)}"
    for line in text:
        for part in wrapped(line, BUBBLE):
            yield f"{margin}│ {part}".rstrip()
    for row in rows:
        for part in wrapped(row, WIDTH - column - 2):
            yield f"{margin}  {part}"
    yield ""


def wrapped(line: str, width: int) -> list[str]:
    """The line in parts of at most so many columns of a terminal."""
    # textwrap counts characters: make those that take two columns count as two
    wide = "".join(each + "\0" * (columns(each) - 1) for each in line if columns(each))
    parts = textwrap.wrap(wide, width, break_long_words=True) or [""]
    return [part.replace("\0", "") for part in parts]


def columns(character: str) -> int:
    """How many columns a character takes."""
    if unicodedata.combining(character) or character == VARIATION:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
