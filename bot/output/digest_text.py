"""Digest -> the messages of the channel: Telegram HTML in parts that Telegram takes, and plain text for the terminal.

Its words are in digest_words.py, its sections in digest_sections.py and digest_concerns.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.domain.digest_entries import Digest, SectionName
from bot.output.digest_concerns import attention_pieces
from bot.output.digest_pages import Piece, pages
from bot.output.digest_sections import section_pieces, standing_pieces
from bot.output.digest_words import DigestWords, is_estimate
from bot.texts import DEFAULT_LANGUAGE, Texts, without_markup

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_CARD_LINK = re.compile(r'<a href="https://t\.me/[^"]*">(.*?)</a>')


def digest_parts(
    digest: Digest,
    texts: Texts,
    timezone: ZoneInfo,
    language: str = DEFAULT_LANGUAGE,
    *,
    card_url: Callable[[str], str] | None = None,
    extra: Sequence[str] = (),
    captioned: bool = False,
) -> list[str]:
    """The digest as messages, in order: one where it fits, else numbered "1/3", "2/3", "3/3".

    Args:
        digest: what to tell.
        texts: all words.
        timezone: the one that `texts` tells hours in.
        language: the reader's.
        card_url: number -> the link that opens its card; None: numbers are no links.
        extra: blocks of markup that others made; they come last, each kept whole.
        captioned: they come below a picture whose caption has the headline, and above the table: the headline is not
            told again, and where there is nothing else to tell there is no message.
    """
    words = DigestWords(digest, texts, timezone, language, card_url, table=captioned)
    headline = _estimates(words) if captioned else _headline(words)
    pieces = [*headline, *_pieces(words), *map(Piece, extra)]
    return pages(pieces, words.title) if pieces else []


def plain(part: str) -> str:
    """A part for the terminal: no markup, links to the map beside their words."""
    part = _CARD_LINK.sub(r"\1", part)
    return without_markup(_LINK.sub(lambda link: f"{link[2]} &lt;{link[1]}&gt;", part))


def _headline(words: DigestWords) -> Iterator[Piece]:
    """How many stand, and whether that is more or fewer than before."""
    digest = words.digest
    if digest.late:
        yield Piece(words.say("late", at=digest.window_to))
    if digest.empty:
        yield Piece(words.say("nothing", since=digest.window_from))
    else:
        note = "digest.estimates" if any(map(is_estimate, digest.entries)) else None
        yield Piece(words.standing(note))


def _estimates(words: DigestWords) -> Iterator[Piece]:
    """What ± means, where the headline does not stand above it."""
    if any(map(is_estimate, words.digest.entries)):
        yield Piece(words.say("estimates"))


def _pieces(words: DigestWords) -> Iterator[Piece]:
    """All but the headline, in the order in which it is read; of a window without anything nothing."""
    digest = words.digest
    if digest.empty:
        return
    urgent = (SectionName.WORST, SectionName.SILENT, SectionName.CARRIED)
    ended = (SectionName.HANDLED, SectionName.RECEDED, SectionName.CLOSED, SectionName.UNHEARD)
    yield from _sections(words, urgent)
    yield from standing_pieces(words)
    yield from _sections(words, ended)
    yield from attention_pieces(words)
    yield from _sections(words, (SectionName.DRAINS,))
    yield Piece(words.figures())


def _sections(words: DigestWords, names: Sequence[SectionName]) -> Iterator[Piece]:
    for section in words.digest.sections:
        if section.name in names:
            yield from section_pieces(words, section)
