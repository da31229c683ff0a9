"""A digest made whole from one snapshot of the database: its words, its pictures, its tables.

All that takes time is done here, outside of any transaction. What comes out are messages to be sent in their order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.digest import build_digest
from bot.domain.digest_entries import Digest
from bot.domain.errors import PictureError
from bot.domain.feed_content import known_feeds
from bot.domain.foresight import EVENING, Anticipation, anticipate
from bot.domain.handling import Level
from bot.domain.models import Say
from bot.domain.periods import whole_days
from bot.domain.records import Attachment
from bot.domain.review import Review, month_before, review
from bot.domain.site_rules import SiteProgress, progress
from bot.domain.snapshot import Snapshot
from bot.domain.spots import Spot, prone, spots
from bot.domain.staff import Unit
from bot.domain.units import CODE_LENGTH, UnitTree
from bot.domain.weather_days import day_bounds
from bot.domain.week import Days, week
from bot.output.anticipation_text import anticipation_blocks
from bot.output.columns import Words
from bot.output.digest_caption import digest_caption
from bot.output.digest_map import map_picture
from bot.output.digest_text import digest_parts
from bot.output.export_files import Form, digest_geojson, digest_workbook
from bot.output.pictures import ChartPicture, MapPicture, draw_chart, draw_map
from bot.output.review_text import review_caption, review_parts
from bot.output.site_text import site_block
from bot.output.week_chart import chart, week_caption
from bot.ports import AreaLookup, Store
from bot.services.context import CASE_LINK, deep_link
from bot.services.region import served_region
from bot.texts import DEFAULT_LANGUAGE, Texts

log = logging.getLogger(__name__)

MONDAY = 0
ONE_DAY = timedelta(days=1)
PNG = "image/png"


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its words (Telegram HTML), and the picture or table that they are the caption of."""

    html: str
    file: Attachment | None = None

    async def say(self, store: Store, key: str, until: datetime) -> Say:
        """The message, its file kept under this key until then."""
        if self.file is not None:
            await store.put_attachment(key, self.file, until)
        return Say("digest.part", {"html": self.html}, attachment=key if self.file is not None else None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a digest tells, before it is put into words and pictures.

    Attributes:
        spots: where water stood more than once within a year.
        sites: how far the listed places are.
        anticipation: of the next day; None: nothing is said of it.
    """

    snapshot: Snapshot
    spots: Sequence[Spot]
    sites: SiteProgress
    anticipation: Anticipation | None
    digest: Digest


@dataclass(frozen=True, slots=True)
class Artists:
    """Who draws."""

    draw_map: Callable[[MapPicture], Awaitable[bytes]] = draw_map
    draw_chart: Callable[[ChartPicture], Awaitable[bytes]] = draw_chart


@dataclass(frozen=True, slots=True)
class DigestMaker:
    """Makes digests.

    Attributes:
        timezone: in which hours are told, and days begin.
        bot_name: the bot's user name, for links to cards; "": it is not known, and numbers are no links.
        feeds: the kinds of public feeds that are switched on.
    """

    store: Store
    texts: Texts
    areas: AreaLookup
    units: UnitTree
    timezone: ZoneInfo
    bot_name: str = ""
    feeds: Collection[str] = ()
    artists: Artists = field(default_factory=Artists)

    async def facts(
        self, window_from: datetime, window_to: datetime, *, unit: Unit | None = None, late: bool = False
    ) -> Facts:
        """What there is to tell of a window; of all that is served, or of one unit's area."""
        snapshot = await self.store.snapshot(window_from, window_to, "" if unit is None else unit.code)
        return await asyncio.to_thread(self._worked_out, snapshot, unit, late)

    async def post(self, facts: Facts) -> list[Part]:
        """The whole post: picture, text, on Mondays the week, on the first the month, the spreadsheet last."""
        digest = facts.digest
        caption = digest_caption(digest, self.texts, self.timezone)
        picture = map_picture(digest, self.areas.map_base(), self.texts, self.timezone)
        parts = [await self._picture(caption, "peta", self.artists.draw_map(picture), digest)]
        parts += [Part(html) for html in self.words(facts, captioned=True)]
        parts += await self._week(facts)
        parts += await self._month(facts)
        parts += await self._table(facts)
        return parts

    async def of_unit(self, window_from: datetime, window_to: datetime, unit: Unit, late: bool) -> list[str]:
        """A unit's own part, its text alone; empty where nothing stands and nothing was told."""
        facts = await self.facts(window_from, window_to, unit=unit, late=late)
        return [] if facts.digest.empty else self.words(facts)

    def words(self, facts: Facts, *, captioned: bool = False) -> list[str]:
        """The text alone, as Telegram HTML messages; `captioned`: what a caption above has told is left out."""
        at = facts.snapshot.window_to.astimezone(self.timezone)
        card_url = self._card_url if self.bot_name else None
        extra = (
            []
            if facts.anticipation is None
            else list(anticipation_blocks(facts.anticipation, self.texts, DEFAULT_LANGUAGE, at, card_url))
        )
        listed = site_block(facts.sites, self.texts, DEFAULT_LANGUAGE, at, card_url)
        extra += [] if listed is None else [listed]
        return digest_parts(
            facts.digest, self.texts, self.timezone, card_url=card_url, extra=extra, captioned=captioned
        )

    async def workbook(self, facts: Facts) -> Attachment:
        """The spreadsheet."""
        snapshot = facts.snapshot
        reports = self.store.reports_between(snapshot.window_from, snapshot.window_to, snapshot.area_code)
        data = await digest_workbook(snapshot, reports, prone(facts.spots), self._table_words(snapshot))
        return Attachment(self._name("genangan", snapshot.window_to, "xlsx"), Form.XLSX.media_type, data)

    async def geojson(self, facts: Facts) -> Attachment:
        """The incidents for map programs."""
        snapshot = facts.snapshot
        data = await digest_geojson(snapshot, self._table_words(snapshot))
        return Attachment(self._name("genangan", snapshot.window_to, "geojson"), Form.GEOJSON.media_type, data)

    # -- facts -----------------------------------------------------------------------------------------------------

    def _worked_out(self, snapshot: Snapshot, unit: Unit | None, late: bool) -> Facts:
        """The rules over a snapshot; with years of puddles they take a second, so this runs in a thread."""
        at = snapshot.window_to.astimezone(self.timezone)
        found = spots(snapshot.pasts, snapshot.weather, now=at, timezone=self.timezone)
        sites = progress(snapshot.sites, snapshot.incidents, at.date())
        anticipation = self._anticipation(snapshot, found, at)
        digest = build_digest(
            snapshot,
            areas=self.areas,
            units=self.units,
            region=served_region(self.areas) if unit is None else self._region_of(unit),
            neighbours=self.areas.neighbours,
            late=late,
            spots=found,
            sites=sites if sites.total else None,
            anticipation=anticipation,
        )
        return Facts(snapshot, found, sites, anticipation, digest)

    def _anticipation(self, snapshot: Snapshot, found: Sequence[Spot], at: datetime) -> Anticipation | None:
        if not self.feeds or at.time() < EVENING:
            return None
        mine = snapshot.area_code[: CODE_LENGTH[Level.KECAMATAN]]
        return anticipate(
            at.date() + ONE_DAY,
            known_feeds(snapshot.feeds, self.feeds, snapshot.window_to),
            [(code, name) for code, name in self.areas.served_kecamatan() if code.startswith(mine)],
            self.units,
            self.timezone,
            spots=prone(found),
            sites=snapshot.sites,
            incidents=snapshot.incidents,
        )

    def _region_of(self, unit: Unit) -> str:
        return self.texts.plain(f"post.part_of.{unit.level}", {"name": unit.name}, DEFAULT_LANGUAGE)

    # -- pictures --------------------------------------------------------------------------------------------------

    async def _picture(self, caption: str, name: str, drawing: Awaitable[bytes], digest: Digest) -> Part:
        """Words under their picture; without it where it cannot be drawn: the digest is not kept waiting."""
        try:
            data = await drawing
        except PictureError as error:
            log.error("a picture of the digest is missing: %s", error)
            return Part(caption)
        return Part(caption, Attachment(self._name(name, digest.window_to, "png"), PNG, data))

    async def _chart(self, caption: str, name: str, days: Days, digest: Digest) -> Part:
        """Words under the chart of some days; alone where there is nothing to draw."""
        if not days.total and not days.rain_known:
            return Part(caption)
        drawing = self.artists.draw_chart(chart(days, digest.region, self.texts, self.timezone))
        return await self._picture(caption, name, drawing, digest)

    async def _week(self, facts: Facts) -> list[Part]:
        """The chart of the week that is over, where a Monday has begun in the window."""
        monday = self._begun(facts.snapshot, lambda day: day.weekday() == MONDAY)
        if monday is None:
            return []
        pasts, weather = facts.snapshot.pasts, facts.snapshot.weather
        days = await asyncio.to_thread(week, pasts, weather, monday - ONE_DAY, self.timezone)
        return [await self._chart(week_caption(days, self.texts, self.timezone), "pekan", days, facts.digest)]

    async def _month(self, facts: Facts) -> list[Part]:
        """The month in review, where a month has begun in the window."""
        first_day = self._begun(facts.snapshot, lambda day: day.day == 1)
        if first_day is None:
            return []
        region, timezone = facts.digest.region, self.timezone
        told = await self._review(facts, first_day)
        caption = review_caption(told, self.texts, timezone, region)
        pages = review_parts(told, self.areas, self.texts, timezone, region)
        return [await self._chart(caption, "bulan", told.days, facts.digest), *map(Part, pages)]

    async def _review(self, facts: Facts, first_day: date) -> Review:
        first, last = month_before(first_day)
        month = whole_days(first, last, self.timezone)
        before = whole_days(*month_before(first), self.timezone)
        return await asyncio.to_thread(
            review,
            [each async for each in self.store.incidents_of(month.since, month.until)],
            [each async for each in self.store.incidents_of(before.since, before.until)],
            first=first,
            last=last,
            now=facts.snapshot.window_to,
            timezone=self.timezone,
            tally=await self.store.tally(month.since, month.until),
            ratings=await self.store.ratings(month.since, month.until),
            spots=facts.spots,
            weather=facts.snapshot.weather,
        )

    def _begun(self, snapshot: Snapshot, wanted: Callable[[date], bool]) -> date | None:
        """The last such local day that began in the window."""
        since, day = (each.astimezone(self.timezone) for each in (snapshot.window_from, snapshot.window_to))
        days = ((day - n * ONE_DAY).date() for n in range((day.date() - since.date()).days + 1))
        return next((each for each in days if wanted(each) and day_bounds(each, self.timezone)[0] > since), None)

    async def _table(self, facts: Facts) -> list[Part]:
        """The spreadsheet; nothing where there is no room to write it: the rest of the digest is not kept waiting."""
        try:
            return [Part(self._say("post.table"), await self.workbook(facts))]
        except OSError as error:
            log.error("the spreadsheet of the digest is missing: %s", error.strerror or error)
            return []

    # -- words -----------------------------------------------------------------------------------------------------

    def _card_url(self, number: str) -> str:
        return deep_link(self.bot_name, CASE_LINK + number)

    def _say(self, text_id: str, **values: object) -> str:
        return self.texts.render(text_id, values, DEFAULT_LANGUAGE)

    def _table_words(self, snapshot: Snapshot) -> Words:
        return Words(self.texts, self.areas, self.units, self.timezone, snapshot.window_to)

    def _name(self, name: str, at: datetime, ending: str) -> str:
        return f"{name}_{at.astimezone(self.timezone):%Y-%m-%d_%H%M}.{ending}"
