"""The caption of a digest's picture: what has to be understood in ten seconds."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.digest import FRESH_FOR, WORST
from bot.domain.digest_entries import Digest
from bot.output.digest_pages import units
from bot.output.digest_words import LONGEST_NAME, DigestWords, is_estimate
from bot.texts import DEFAULT_LANGUAGE, Texts

MAX_CAPTION = 1024
"""Telegram's limit for a caption, in UTF-16 units after its markup is read."""

MOST_NAMES = 5
"""So many kecamatan with rain are named, those with most of it."""

_SHORTER_NAMES = (LONGEST_NAME, 40, 20)
"""Characters of streets and landmarks, less where the caption would be too long."""


def digest_caption(digest: Digest, texts: Texts, timezone: ZoneInfo, language: str = DEFAULT_LANGUAGE) -> str:
    """What and when, how many stand and where that goes, the worst with who answers for them, what is overdue.

    Args:
        digest: what to tell.
        texts: all words.
        timezone: the one that `texts` tells hours in.
        language: the reader's.
    """
    words = DigestWords(digest, texts, timezone, language)
    tries = [(WORST, name) for name in _SHORTER_NAMES] + [(n, _SHORTER_NAMES[-1]) for n in range(WORST - 1, -1, -1)]
    captions = (_caption(words, worst, name) for worst, name in tries)
    return next((caption for caption in captions if units(caption) <= MAX_CAPTION), words.caption_title())


def _caption(words: DigestWords, worst: int, longest_name: int) -> str:
    digest = words.digest
    headline = digest.headline
    hot = digest.hot[:worst]
    expected = digest.anticipation.expected if digest.anticipation else ()
    return words.say(
        "caption",
        title=words.caption_title(),
        late="digest.late" if digest.late else None,
        at=digest.window_to,
        nothing="digest.nothing" if digest.empty else None,
        since=digest.window_from,
        standing=None if digest.empty else words.standing(),
        receded=headline.tally.receded or None,
        handled=headline.tally.handled or None,
        overdue=len(digest.attention.overdue) or None,
        worst="\n\n".join(
            words.entry(
                entry,
                "caption",
                name=words.place(entry, longest_name),
                silent=None if entry.last_seen >= digest.window_to - FRESH_FOR else entry.last_seen,
            )
            for entry in hot
        ),
        rain=[each.name for each in expected[:MOST_NAMES]] or None,
        more=len(expected) - MOST_NAMES if len(expected) > MOST_NAMES else None,
        estimates="digest.estimates" if any(map(is_estimate, hot)) else None,
    )
