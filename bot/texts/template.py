"""Templates: one text of id.toml or en.toml, read once and filled often. How they are written stands atop id.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z]+)((?:\|[^{}|]*)*))?\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value's place: its name, how it is shown, and (for plurals) what there is to choose from."""

    name: str
    type: str = "text"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line. An optional piece goes when one of its values is missing; else its whole line does."""

    parts: tuple[str | Placeholder, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A text: lines of pieces."""

    lines: tuple[tuple[Piece, ...], ...]

    def placeholders(self) -> Iterator[Placeholder]:
        """All places for values, in order."""
        for line in self.lines:
            for piece in line:
                yield from (part for part in piece.parts if isinstance(part, Placeholder))

    def fill(self, show: Callable[[Placeholder], str | None]) -> str:
        """Put values in. `show` gives the words for a placeholder, None where its value is missing."""
        filled = (_fill_line(line, show) for line in self.lines)
        text = "\n".join(line for line in filled if line is not None)
        return _BLANK_LINES.sub("\n\n", text).strip()


@cache
def parse(source: str) -> Template:
    """Read a template, once. Raises ValueError, naming what is wrong, for braces or brackets that belong to nothing."""
    return Template(tuple(_parse_line(line) for line in source.strip().split("\n")))


def _parse_line(line: str) -> tuple[Piece, ...]:
    # re.split with one group puts what was inside [[ ]] at the odd places
    stretches = _OPTIONAL.split(line)
    pieces = (Piece(_parse_parts(text), optional=bool(i % 2)) for i, text in enumerate(stretches) if text)
    return tuple(pieces)


def _parse_parts(text: str) -> tuple[str | Placeholder, ...]:
    parts: list[str | Placeholder] = []
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        parts.append(text[end : found.start()])
        name, type_, options = found.groups()
        parts.append(Placeholder(name, type_ or "text", tuple((options or "").split("|")[1:])))
        end = found.end()
    parts.append(text[end:])
    for part in parts:
        if isinstance(part, str) and re.search(r"[{}]|\[\[|\]\]", part):
            raise ValueError(f"cannot read {part!r}: a placeholder is {{name}} or {{name:type}}, an option [[ … ]]")
    return tuple(part for part in parts if part)


def _fill_line(line: tuple[Piece, ...], show: Callable[[Placeholder], str | None]) -> str | None:
    """The line, or None when it is to be left out."""
    words: list[str] = []
    dropped = False
    for piece in line:
        shown = [part if isinstance(part, str) else show(part) for part in piece.parts]
        if None not in shown:
            words.extend(word for word in shown if word is not None)
        elif piece.optional:
            dropped = True
        else:
            return None
    text = "".join(words).rstrip()
    return None if dropped and not text else text
