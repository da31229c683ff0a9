"""Whether Telegram takes a message's markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bot.output.digest_pages import MAX_ENTITIES, MAX_MARKUP, MAX_UNITS, units


class _Balance(HTMLParser):
    """Raises where tags do not close in order, or are none of Telegram's."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b", "i", "u"), tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_well_formed(part: str, most_units: int = MAX_UNITS) -> None:
    """Tags are Telegram's and close in order, and no limit of a message is passed."""
    balance = _Balance()
    balance.feed(part)
    balance.close()
    assert balance.open == []
    assert units(part) <= most_units
    assert len(part) <= MAX_MARKUP
    assert len(re.findall(r"<[a-z]", part)) <= MAX_ENTITIES
