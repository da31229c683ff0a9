"""Pieces of a digest -> messages that Telegram takes, each filled as far as it goes.

A message ends between two pieces, never inside one; the next repeats the headings that its first piece stands under.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.texts import without_markup

MAX_UNITS = 4096
"""Telegram's limit for a message, in UTF-16 units after its markup is read."""

MAX_ENTITIES = 100
"""Telegram keeps at most so many bold stretches, links and the like in a message, and drops the others silently."""

MAX_MARKUP = 16_000
"""Characters with the markup. Telegram names no limit; this keeps a request small."""

_GAP = "\n\n"
_OPENING_TAG = re.compile(r"<[a-z]")


@dataclass(frozen=True, slots=True)
class Heading:
    """What pieces stand under.

    Attributes:
        text: as it is told first; again: in a message that goes on with it.
    """

    text: str
    again: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not cut.

    Attributes:
        text: markup. Pieces of one line under the same headings stand close, else a line between them stays free.
        under: its headings, outermost first.
    """

    text: str
    under: tuple[Heading, ...] = ()


def units(markup: str) -> int:
    """Length as Telegram counts it: UTF-16 units after the markup is read."""
    return len(without_markup(markup).encode("utf-16-le")) // 2


def pages(pieces: Iterable[Piece], title: Callable[[int | None, int | None], str]) -> list[str]:
    """The messages, in order.

    Args:
        pieces: in order; one that is longer than a message is cut between its lines.
        title: (number of the part, of so many) -> what a message begins with; (None, None) where there is only one.
    """
    longest = title(999, 999)  # how many there will be is not known yet
    page = _Page(longest)
    filled = [page]
    told: set[tuple[Heading, ...]] = set()
    for piece in pieces:
        for part in _fitting(piece, longest):
            if not page.take(part, told):
                page = _Page(longest)
                filled.append(page)
                page.take(part, told)
            told.update(_paths(part))
    if len(filled) == 1:
        return [title(None, None) + page.body]
    return [title(number, len(filled)) + each.body for number, each in enumerate(filled, start=1)]


class _Page:
    """A message being filled."""

    def __init__(self, title: str) -> None:
        self.body = ""
        self._last: Piece | None = None
        self._taken = _size(title)

    def take(self, piece: Piece, told: set[tuple[Heading, ...]]) -> bool:
        """Put a piece below what stands here, with those of its headings that do not; False: it has no room."""
        text = self._with_headings(piece, told)
        sizes = [taken + more for taken, more in zip(self._taken, _size(text), strict=True)]
        if self.body and any(size > most for size, most in zip(sizes, _LIMITS, strict=True)):
            return False
        self._taken = (sizes[0], sizes[1], sizes[2])
        self.body += text
        self._last = piece
        return True

    def _with_headings(self, piece: Piece, told: set[tuple[Heading, ...]]) -> str:
        before = self._last.under if self._last else ()
        same = 0
        while same < min(len(before), len(piece.under)) and before[same] == piece.under[same]:
            same += 1
        text = ""
        for path in _paths(piece)[same:]:
            text += ("\n" if text else _GAP) + (path[-1].again if path in told else path[-1].text)
        return text + ("\n" if text or self._is_close(piece) else _GAP) + piece.text

    def _is_close(self, piece: Piece) -> bool:
        if self._last is None or not piece.under or self._last.under != piece.under:
            return False
        return "\n" not in piece.text and "\n" not in self._last.text


_LIMITS = (MAX_UNITS, MAX_ENTITIES, MAX_MARKUP)


def _paths(piece: Piece) -> Sequence[tuple[Heading, ...]]:
    return [piece.under[:n] for n in range(1, len(piece.under) + 1)]


def _size(markup: str) -> tuple[int, int, int]:
    """(units, entities, characters of markup)."""
    return units(markup), len(_OPENING_TAG.findall(markup)), len(markup)


def _fitting(piece: Piece, title: str) -> Iterable[Piece]:
    """The piece; where no message would hold it (what others made may be long), as many of its lines as do."""
    above = "".join(heading.text + heading.again for heading in piece.under)
    room = [most - taken for most, taken in zip(_LIMITS, _size(title + above + _GAP * 4), strict=True)]
    lines: list[str] = []
    for line in piece.text.split("\n"):
        if lines and any(size > most for size, most in zip(_size("\n".join([*lines, line])), room, strict=True)):
            yield Piece("\n".join(lines), piece.under)
            lines = []
        lines.append(line)
    yield Piece("\n".join(lines), piece.under)
