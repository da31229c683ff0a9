"""BMKG's early warnings: an RSS list of those in force all over the country, and a CAP message for each.

Only messages that can concern the service area are fetched, each once. Their identifiers tell the province:
2.49.0.1.360.0.2026.01.18.10.31.002 is of province 31 (WMO's arc, the date, the province, a number).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import FeedError
from bot.domain.feed_content import nowcasts_of
from bot.domain.feed_states import NOWCAST
from bot.domain.weather import FeedState, Nowcast
from bot.feeds.cap import Region, parse_alert
from bot.feeds.distrust import children, text_of, xml_of
from bot.feeds.fetching import Fetcher, same_site
from bot.ports import Reading

MAX_ITEMS = 200
MESSAGES_AT_ONCE = 10
"""Of one reading; two seconds apart."""

KEPT_AFTER = timedelta(hours=12)
"""A warning is known for so long after its end, so that what takes it back is understood."""

_PROVINCE = re.compile(r"2\.49\.0\.1\.360\.\d+\.\d{4}\.\d{2}\.\d{2}\.\d+\.(\d{2})\.\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the list."""

    id: str
    link: str


class NowcastFeed:
    """The early warnings (bot.ports.Feed).

    Args:
        fetcher: gets pages.
        url: BMKG_ALERTS_URL.
        regions: the kecamatan that are served, all in one province.
    """

    def __init__(self, fetcher: Fetcher, url: str, regions: Sequence[Region]) -> None:
        self._fetcher = fetcher
        self._url = url
        self._regions = regions

    @property
    def name(self) -> str:
        """Whose state it is."""
        return NOWCAST

    async def read(self, before: FeedState | None, now: datetime) -> Reading:
        """The warnings of the province that are in force or were lately. Raises FeedError where the list fails."""
        complete = before is not None and before.why is None  # else the list is needed again, for what is missing
        page = await self._fetcher.get(self._url, before if complete else None)
        if page.body is None:
            return Reading(None, page.etag, page.modified)
        kept = {
            each.id: each
            for each in nowcasts_of(None if before is None else before.content)
            if each.ends_at + KEPT_AFTER > now
        }
        news = [item for item in parse_list(page.body) if self._may_concern(item) and item.id not in kept]
        trouble = "more warnings than can be read at once" if len(news) > MESSAGES_AT_ONCE else None
        for item in news[:MESSAGES_AT_ONCE]:
            try:
                nowcast = await self._message(item, now)
            except FeedError as error:
                trouble = f"a warning cannot be read: {error}"
                if error.everywhere:
                    break
            else:
                if nowcast is not None:
                    kept[nowcast.id] = nowcast
        return Reading(_in_order(kept), page.etag, page.modified, trouble)

    def _may_concern(self, item: Item) -> bool:
        """Not certainly of another province."""
        match = _PROVINCE.fullmatch(item.id)
        return match is None or any(region.code.startswith(match[1]) for region in self._regions)

    async def _message(self, item: Item, now: datetime) -> Nowcast | None:
        if not same_site(self._url, item.link):
            raise FeedError("it lies on another site")
        page = await self._fetcher.get(item.link)
        return parse_alert(page.body or b"", self._regions, now)


def parse_list(body: bytes) -> tuple[Item, ...]:
    """The entries of the list (RSS 2.0), each once; none where nothing is in force. Raises FeedError."""
    found: dict[str, Item] = {}
    for channel in children(xml_of(body, "rss"), "channel"):
        for item in children(channel, "item")[:MAX_ITEMS]:
            link = text_of(item, "link")
            identifier = text_of(item, "guid") or link
            if link:
                found.setdefault(identifier, Item(identifier, link))
    return tuple(found.values())


def _in_order(kept: Mapping[str, Nowcast]) -> tuple[Nowcast, ...]:
    return tuple(sorted(kept.values(), key=lambda each: (each.sent_at, each.id)))
