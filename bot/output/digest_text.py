"""Digest -> the messages of the channel: Telegram HTML in parts that Telegram takes, and plain text for the terminal.

A part ends between two entries, never inside one; the next one repeats the headings that its first entry stands under.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bot.domain.digest_entries import Digest, Group, Section, SectionName
from bot.output.digest_words import DigestWords
from bot.texts import DEFAULT_LANGUAGE, Texts, without_markup

MAX_UNITS = 4096
"""Telegram's limit for a message, in UTF-16 units after its markup is read."""

MAX_ENTITIES = 100
"""Telegram keeps at most so many bold stretches, links and the like in a message, and drops the others silently."""

MAX_MARKUP = 16_000
"""Characters with the markup. Telegram names no limit; this keeps a request small."""

_GAP = "\n\n"
_OPENING_TAG = re.compile(r"<[a-z]")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')


def digest_parts(digest: Digest, texts: Texts, timezone: ZoneInfo, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """The digest as messages, in order: one where it fits, else numbered "1/3", "2/3", "3/3".

    Args:
        digest: what to tell.
        texts: all words.
        timezone: the one that `texts` tells hours in.
        language: the reader's.
    """
    words = DigestWords(digest, texts, timezone, language)
    bodies = _bodies(words)
    if len(bodies) == 1:
        return [words.title() + _GAP + bodies[0]]
    return [words.title(part, len(bodies)) + _GAP + body for part, body in enumerate(bodies, start=1)]


def plain(part: str) -> str:
    """A part for the terminal: no markup, links beside their words."""
    return without_markup(_LINK.sub(lambda link: f"{link[2]} &lt;{link[1]}&gt;", part))


def units(markup: str) -> int:
    """Length as Telegram counts it: UTF-16 units after the markup is read."""
    return len(without_markup(markup).encode("utf-16-le")) // 2


class _Page:
    """A part being filled."""

    def __init__(self, title: str) -> None:
        self.blocks: list[str] = []
        self.headings: set[_Key] = set()
        self._taken = _size(title)

    def has_room(self, block: str) -> bool:
        """Whether a block still fits."""
        sizes = zip(self._taken, _size(block), (MAX_UNITS, MAX_ENTITIES, MAX_MARKUP), strict=True)
        return all(taken + more <= most for taken, more, most in sizes)

    def add(self, block: str) -> None:
        """Put a block under what stands there."""
        units_, entities, markup = _size(block)
        self._taken = (self._taken[0] + units_, self._taken[1] + entities, self._taken[2] + markup)
        self.blocks.append(block)

    @property
    def body(self) -> str:
        """All of it, below the title."""
        return _GAP.join(self.blocks)


def _size(block: str) -> tuple[int, int, int]:
    """(units, entities, characters of markup) that a block takes, with the gap before it."""
    return units(block) + len(_GAP), len(_OPENING_TAG.findall(block)), len(block) + len(_GAP)


def _bodies(words: DigestWords) -> list[str]:
    """The parts without their titles."""
    title = words.title(999, 999)  # the longest, since how many there will be is not known yet
    page = _Page(title)
    page.add(words.head())
    pages = [page]
    told: set[_Key] = set()
    for section in words.digest.sections:
        for group in section.groups:
            for entry in group.entries:
                text = words.entry(entry, section.name)
                block = _under_headings(words, section, group, text, page.headings, told)
                if not page.has_room(block):
                    page = _Page(title)
                    pages.append(page)
                    block = _under_headings(words, section, group, text, page.headings, told)
                page.add(block)
                keys = _keys(section, group)
                page.headings.update(keys)
                told.update(keys)
    return [page.body for page in pages]


_Key = tuple[str, ...]
"""What a heading stands for: a section; a kecamatan in it; a kelurahan in that."""


def _keys(section: Section, group: Group) -> tuple[_Key, _Key, _Key]:
    code = group.area.code if group.area else ""
    return (section.name,), (section.name, code.rpartition(".")[0]), (section.name, "", code)


def _under_headings(
    words: DigestWords, section: Section, group: Group, text: str, on_page: set[_Key], told: set[_Key]
) -> str:
    """An entry under those of its headings that do not stand on this page yet."""
    of_section, of_kecamatan, of_kelurahan = _keys(section, group)
    lines: list[str | None] = []
    if of_section not in on_page:
        lines.append(words.section(section, again=of_section in told) + "\n")
    if of_kecamatan not in on_page:
        lines.append(words.kecamatan(group, again=of_kecamatan in told))
    if of_kelurahan not in on_page and section.name is SectionName.STANDING:  # the others' entries name it themselves
        lines.append(words.kelurahan(group, again=of_kelurahan in told))
    return "\n".join(line for line in (*lines, text) if line is not None)
