"""Text that people typed, made fit for one line of a message or a cell of a table."""

from __future__ import annotations

import re
import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""Invisible, but parts of emoji and of some scripts' words."""


_CONTACTS = re.compile(
    r"""
    (?<![\w+]) (?:\+?62|0) [\s.-]? 8\d (?:[\s.-]?\d){6,11} (?!\d)   # a mobile number
    | [\w.+-]{1,64} @ [\w-]+ (?:\.[\w-]+)+                           # an e-mail address
    | (?<!\w) @ \w{4,}                                              # a Telegram name
    | (?:https?://)? (?:t|wa) \.me / \S+                             # a link to a person
    """,
    re.VERBOSE | re.IGNORECASE,
)


def one_line(typed: str | None, most: int | None = None) -> str | None:
    """On one line, without control characters and marks that turn the direction of what follows.

    Args:
        typed: what a person wrote.
        most: longest length in characters; what is longer ends in "…".

    Returns:
        None where nothing to read is left.
    """
    if typed is None:
        return None
    kept = "".join(char if _is_shown(char) else " " if char.isspace() else "" for char in typed)
    text = " ".join(kept.split())
    if most is not None and len(text) > most:
        text = text[: most - 1].rstrip() + "…"
    return text if any(char not in JOINERS for char in text) else None


def clause(typed: str | None, most: int | None = None) -> str | None:
    """`one_line` without the full stop at its end: what stands within a sentence of ours."""
    line = one_line(typed, most)
    return None if line is None else line.rstrip(". ") or None


def without_contacts(text: str | None) -> str | None:
    """Phone numbers and addresses of people left out: officers never see who reported, and the channel is public."""
    return None if text is None else _CONTACTS.sub("…", text)


def _is_shown(char: str) -> bool:
    """Not a control or format character, half a surrogate pair, or a character of private use."""
    return char in JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
