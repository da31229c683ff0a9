"""The words of a digest: its title and figures, an incident in a line or two. digest_text.py puts them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.depth_range import DepthRange, Trend
from bot.domain.digest_entries import Digest, Entry
from bot.domain.kota import short_kota
from bot.domain.map_links import place_url
from bot.domain.models import Area, Kind, Passability
from bot.domain.records import Tally
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.output.words import one_line, without_contacts
from bot.texts import Texts, escape, word_id

LONGEST_NAME = 80
"""Characters shown of a street or landmark."""


@dataclass(frozen=True, slots=True)
class DigestWords:
    """Renders a digest's pieces as Telegram HTML, all seen from the end of its window.

    Attributes:
        timezone: the one that `texts` tells hours in; its name stands beside the hour.
        language: the reader's.
        card_url: number -> the link that opens its card; None: numbers are no links.
        table: the spreadsheet comes with it, so that one may look there.
    """

    digest: Digest
    texts: Texts
    timezone: ZoneInfo
    language: str
    card_url: Callable[[str], str] | None = None
    table: bool = False

    def title(self, part: int | None = None, parts: int | None = None) -> str:
        """What every part begins with: what, when, and its number where there are several."""
        region = self.digest.region.upper()
        return self.say("title", region=region, at=self.digest.window_to, zone=self.zone(), part=part, parts=parts)

    def caption_title(self) -> str:
        """What a caption begins with: the same in fewer lines, since the picture above it has its own title."""
        region = self.digest.region.upper()
        return self.say("caption_title", region=region, at=self.digest.window_to, zone=self.zone())

    def zone(self) -> str:
        """The time zone's short name: WIB."""
        return f"{self.digest.window_to.astimezone(self.timezone):%Z}"

    def standing(self, note: str | None = None) -> str:
        """How many stand, and whether that is more or fewer than before and than a week ago; `note`: id of a line."""
        headline = self.digest.headline
        return self.say(
            "standing" if headline.standing else "none_standing",
            n=headline.standing,
            compared=self.compared(),
            places=[f"{name} {count}" for name, count in headline.places],
            note=note,
        )

    def compared(self) -> str:
        """ "naik dari 3 (kemarin 06.00), turun dari 12 (pekan lalu)"; both at once where they are alike."""
        headline = self.digest.headline
        week = headline.standing_week
        return self.plain(
            "compared_alike" if week == headline.standing_before else "compared",
            change=self.change(headline.standing, headline.standing_before),
            change_week=None if week is None else self.change(headline.standing, week),
            since=self.digest.window_from,
        )

    def change(self, now: int, before: int) -> str:
        """ "naik dari 3"."""
        return self.plain("same" if now == before else "more_than" if now > before else "fewer_than", before=before)

    def figures(self) -> str:
        """The counts of the window, each beside those of the window before and of the same hours a week ago."""
        headline = self.digest.headline
        tallies = (headline.tally, headline.before, headline.week)

        def figure(of: Callable[[Tally], int], *, always: bool = True) -> str | None:
            now, before, week = (None if tally is None else of(tally) for tally in tallies)
            shown = always or now or before or week
            return self.plain("figure", n=now, before=before, week=week) if shown else None

        return self.say(
            "figures",
            since=self.digest.window_from,
            week="digest.last_week" if headline.week else None,
            length_s=(self.digest.window_to - self.digest.window_from).total_seconds(),
            opened=figure(lambda tally: tally.opened),
            handled=figure(lambda tally: tally.handled),
            levels=[{"text": f"digest.solved.{level}", "values": {"n": n}} for level, n in headline.solved],
            receded=figure(lambda tally: tally.receded),
            reports=figure(lambda tally: tally.reports),
            reporters=figure(lambda tally: tally.reporters),
            unknown=figure(lambda tally: tally.without_depth, always=False),
            drains=figure(lambda tally: tally.drains, always=False),
        )

    def entry(self, entry: Entry, how: str, **more: object) -> str:
        """One incident by a text of [digest.entry].

        The map opens at a touch on its name, which also keeps names from being read as links.
        """
        stood = entry.ended_at - entry.since if entry.ended_at else None
        values: dict[str, object] = {
            "label": self.label(entry),
            "number": self.number(entry.number),
            "map": place_url(entry.lat, entry.lon),
            "name": self.place(entry),
            "site": entry.site,
            "area": area_values(entry.area),
            "kota": self.kota(entry.area),
            "approximate": "digest.approximate" if entry.approximate else None,
            "depth": self.depth(entry.depth),
            "known": None if entry.depth is None else self.depth(entry.depth),
            "greatest": self.greatest(entry.depth),
            "causes": [word_id(cause) for cause in entry.causes],
            "faults": [word_id(fault) for fault in entry.faults] or "digest.no_fault",
            "passability": _hard_to_pass(entry.passability),
            "reporters": entry.reporters,
            "since": entry.since,
            "last": entry.last_seen,
            "ended": entry.ended_at,
            "stood_s": None if stood is None else stood.total_seconds(),
            "state": word_id(entry.state),
            "status": "digest.status.owned" if entry.owner else "digest.status.unowned",
            "owner": unit_values(entry.owner) if entry.owner else None,
            "on_behalf": unit_values(entry.on_behalf) if entry.on_behalf else None,
            "due": None if entry.overdue else entry.due_at,
            "overdue_at": entry.due_at if entry.overdue else None,
            "hops": entry.hops or None,
            "times": entry.times if entry.times > 1 else None,
            "unsure": "digest.unsure" if entry.unsure else None,
            "new": "digest.new" if entry.new else None,
        }
        return self.say(f"entry.{how}", **{**values, **more})

    def more(self, n: int, *, below: bool = False) -> str:
        """How many others there are, and where."""
        where = "digest.more_below" if below else "digest.more_in_table" if self.table else None
        return self.say("more", n=n, where=where)

    def number(self, number: str) -> str:
        """A number that people say, as a link to the card where there are cards."""
        shown = escape(number)
        return shown if self.card_url is None else f'<a href="{escape(self.card_url(number))}">{shown}</a>'

    @staticmethod
    def label(entry: Entry) -> str | None:
        """Its number on the map, in a circle as there."""
        return None if entry.label is None else chr(ord("①") + entry.label - 1)

    def place(self, entry: Entry, most: int = LONGEST_NAME) -> str:
        """What an incident's place is called; where nobody named it, what it is near to."""
        near = None if entry.name else one_line(without_contacts(entry.near), most)
        if near is None:
            return self.name(entry.name, most)
        return near if near.lower().startswith("dekat ") else self.plain("near", name=near)

    def name(self, typed: str | None, most: int = LONGEST_NAME) -> str:
        """A street or landmark that somebody typed, on one line and without what leads to a person."""
        return one_line(without_contacts(typed), most) or self.plain("unnamed")

    def unit(self, unit: Unit) -> str:
        """An office, as people call it."""
        return self.plain("unit", unit=unit_values(unit))

    def depth(self, depth: DepthRange | None) -> str:
        """How deep, between which depths, and where it goes."""
        if depth is None:
            return self.plain("no_depth")
        one = depth.low_cm == depth.high_cm
        trend = f"digest.{depth.trend}" if depth.trend is not Trend.STEADY else None
        if depth.trend is Trend.FALLING and depth.now_cm > depth.low_cm:
            trend = "digest.falling_to"
        return self.plain(
            "depth",
            about="±" if depth.estimated and not (one and depth.or_more) else None,
            low=None if one else depth.low_cm,
            high=depth.high_cm,
            more="digest.or_more" if depth.or_more else None,
            trend=trend,
            now_cm=depth.now_cm,
        )

    def greatest(self, depth: DepthRange | None) -> str | None:
        """The greatest depth."""
        if depth is None:
            return None
        high = depth.high_cm
        return self.depth(DepthRange(high, high, high, depth.estimated, Trend.STEADY, depth.or_more))

    def several_kota(self) -> bool:
        """Whether a kecamatan has to be named with its kota."""
        return len({entry.area.kota for entry in self.digest.entries if entry.area}) > 1

    def kota(self, area: Area | None) -> str | None:
        """The kota of an area, where it has to be named."""
        return short_kota(area.kota) if area is not None and self.several_kota() else None

    def say(self, key: str, **values: object) -> str:
        """A text of [digest] as markup."""
        return self.texts.render(f"digest.{key}", values, self.language, self.digest.window_to)

    def plain(self, key: str, **values: object) -> str:
        """A text of [digest] as a value of another."""
        return self.texts.plain(f"digest.{key}", values, self.language, self.digest.window_to)


def area_values(area: Area | None) -> Mapping[str, str] | None:
    """An area as a value of a text."""
    if area is None:
        return None
    return {"kelurahan": area.kelurahan, "kecamatan": area.kecamatan, "kota": area.kota}


def is_estimate(entry: Entry) -> bool:
    """Whether its depth is told with a ±."""
    return entry.kind is Kind.PUDDLE and entry.depth is not None and entry.depth.estimated


def _hard_to_pass(passability: Passability | None) -> str | None:
    """What still gets through, unless everybody does."""
    return word_id(passability) if passability not in (None, Passability.MOTORCYCLE) else None
