"""How far the listed places (penataan) are, as a block of the digest: Telegram HTML, a few lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time

from bot.domain.map_links import place_url
from bot.domain.site_rules import LevelProgress, SiteProgress
from bot.domain.sites import Site
from bot.output.words import one_line
from bot.texts import Texts, escape

SHOWN = 5
"""Places named of those overdue, and of those under water, and cases at each; of other places it says how many."""

LONGEST_NAME = 60


def site_block(
    progress: SiteProgress,
    texts: Texts,
    language: str,
    now: datetime,
    card_url: Callable[[str], str] | None = None,
) -> str | None:
    """The block; None where there are no listed places.

    Args:
        progress: how far they are.
        texts, language: the words.
        now: the reader's present.
        card_url: the number of a case -> a link that opens its card; None: numbers are no links.
    """
    if not progress.total:
        return None

    def late(site: Site) -> str:
        due = None if site.due_on is None else datetime.combine(site.due_on, time(12), now.tzinfo)
        return texts.render("site_block.late", {"name": _named(site), "due": due}, language, now)

    def wet(found: tuple[Site, tuple[str, ...]]) -> str:
        site, numbers = found
        linked = [*(_linked(number, card_url) for number in numbers[:SHOWN]), *(["…"] if len(numbers) > SHOWN else [])]
        return f"{_named(site)} ({', '.join(linked)})"

    def level(each: LevelProgress) -> str:
        return texts.render(f"site_block.{each.level.value}", {"tidy": each.tidy, "total": each.total}, language, now)

    lines = [texts.render("site_block.head", {"tidy": progress.tidy, "total": progress.total}, language, now)]
    if len(progress.levels) > 1:
        lines.append(" · ".join(level(each) for each in progress.levels))
    told = (
        ("site_block.overdue", [late(site) for site in progress.overdue]),
        ("site_block.under_water", [wet(found) for found in progress.under_water]),
        ("site_block.dried", [wet(found) for found in progress.dried]),
    )
    lines += [texts.render(text, _listed(shown), language, now) for text, shown in told if shown]
    return "\n".join(lines)


def _listed(shown: Sequence[str]) -> dict[str, object]:
    return {"sites": ", ".join(shown[:SHOWN]), "more": max(0, len(shown) - SHOWN) or None}


def _named(site: Site) -> str:
    """Its number, and its name as a link to the map, which also keeps names from being read as links."""
    name = one_line(site.name, LONGEST_NAME) or site.number
    return f'{site.number} <a href="{escape(place_url(site.lat, site.lon))}">{escape(name)}</a>'


def _linked(number: str, card_url: Callable[[str], str] | None) -> str:
    return number if card_url is None else f'<a href="{escape(card_url(number))}">{number}</a>'
