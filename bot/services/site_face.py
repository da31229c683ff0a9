"""What the list and the card of listed places show officers, and their buttons. Values only, no words.

A button is Choice(label, "site", (place's id, what, *more)). What needs words or a photo opens the officer's private
chat: in a group by a link that starts the bot with `p_NUMBER_WHAT`, in a private chat by the act itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from bot.domain.asking import area_values
from bot.domain.geometry import cells_near, distance_m
from bot.domain.handling import Level
from bot.domain.map_links import place_url
from bot.domain.models import Choice, Incident, Rows, Say
from bot.domain.rows import in_rows
from bot.domain.site_rules import overdue, progress, puddles_in, site_at, walk_order
from bot.domain.sites import Site, SiteState, Visit
from bot.domain.spots import NOTHING_WAS_THERE
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.output.words import clause
from bot.services.batch import Batch
from bot.services.case_lists import A_ROW, case_buttons
from bot.services.context import Context
from bot.services.standing import NOON
from bot.services.unit_chats import shown

PAGE = 8
"""Places on a page: each takes three lines of a phone, and a button."""

VISITS = 3
"""The latest so many are told."""

PUDDLES = 4
"""So many open puddles are named."""

LONGEST_WORDS = 200

CELL_EDGE_M = 70.0
"""Of an H3 cell of resolution 10, at least. A disk of k rings of them holds all within (1.5 k - 0.5) edges."""

RADII_M = (30, 50, 100, 200)
LEVELS = (Level.KELURAHAN, Level.KECAMATAN, Level.KOTA)

FOUND = {"tidy": SiteState.TIDY, "worked": SiteState.WORKED, "again": SiteState.AGAIN, "open": SiteState.OPEN}
"""What buttons and links call it -> what was found."""

Line = dict[str, object]


def slot(site: Site) -> str:
    """The slot of a place's card."""
    return f"site:{site.id}"


def local_date(ctx: Context, at: datetime) -> date:
    """The day that it is for people here."""
    return at.astimezone(ctx.timezone).date()


def day(ctx: Context, on: date | None) -> str | None:
    """A date as a value of a text."""
    return None if on is None else datetime.combine(on, NOON, ctx.timezone).isoformat()


def puddles_at(batch: Batch, sites: Sequence[Site]) -> dict[int, list[Incident]]:
    """Id of a place -> the open puddles counted to it, of those that have any."""
    prefixes = {(site.area_code or "")[:5] for site in sites}  # a puddle near a border may be another kelurahan's
    found = {each.id: each for prefix in sorted(prefixes) for each in batch.open_incidents_in(prefix)}
    wanted = {site.id for site in sites}
    inside = puddles_in(batch.sites.listed(), found.values())
    return {site.id: puddles for site, puddles in inside if site.id in wanted}


# -- the list ----------------------------------------------------------------------------------------------------------


def page(
    ctx: Context,
    batch: Batch,
    sites: Sequence[Site],
    which: int,
    at: datetime,
    *,
    private: bool,
    here: tuple[float, float] | None = None,
    turns: bool = True,
) -> Say:
    """A page of the list, in the order to walk.

    Args:
        ctx, batch: the world.
        sites: those that are shown to who asked, at least one.
        which: the page, from 0; the nearest that there is.
        at: the present.
        private: in one person's chat, where a location can be shared.
        here: (lat, lon) to begin with the nearest.
        turns: with buttons to other pages; not where `sites` are but some of those that are shown.
    """
    order = walk_order(sites, at, here)
    pages = max(1, -(-len(order) // PAGE))
    which = min(max(which, 0), pages - 1)
    shown_here = order[which * PAGE : (which + 1) * PAGE]
    puddles = puddles_at(batch, shown_here)
    several = len({site.unit for site in sites}) > 1
    far = progress(sites, (), local_date(ctx, at))
    levels = [
        {"text": f"site.level.{each.level.value}", "values": _counts(each.total, each.tidy, each.overdue)}
        for each in far.levels
    ]
    values = {
        **_counts(far.total, far.tidy, len(far.overdue)),
        "levels": levels if len(levels) > 1 else None,
        "near": None if here is None else "site.nearest",
        "page": which + 1 if pages > 1 else None,
        "pages": pages,
        "items": [_line(ctx, site, at, len(puddles.get(site.id, ())), here, named=several) for site in shown_here],
    }
    point = () if here is None else (f"{here[0]:.5f}", f"{here[1]:.5f}")
    around = [Choice("button.page_back", "sites", (str(which - 1), *point))] if which else []
    around += [Choice("button.page_on", "sites", (str(which + 1), *point))] if which + 1 < pages else []
    into = [Choice("site_button.site", "site", (str(site.id), "show"), {"number": site.number}) for site in shown_here]
    near: Rows = ((Choice("site_button.near", "sites", ("near",)),),) if private else ()
    return Say("site.list", values, (*in_rows(into, A_ROW), *(in_rows(around) if turns else ()), *near))


def _counts(total: int, tidy: int, late: int) -> dict[str, object]:
    return {"total": total, "tidy": tidy, "late": late or None}


def _line(
    ctx: Context, site: Site, at: datetime, puddles: int, here: tuple[float, float] | None, *, named: bool
) -> Line:
    """A place in the list; its unit is named where the list has those of several."""
    known = _known(ctx, site, at)
    return {
        "text": "site.line",
        "values": {
            **known,
            "unit": known["unit"] if named else None,
            "distance_m": None if here is None else distance_m(*here, site.lat, site.lon),
            "due": None
            if overdue(site, local_date(ctx, at)) or site.state is SiteState.TIDY
            else day(ctx, site.due_on),
            "seen": "site.never" if site.visited_at is None else "site.visited",
            "age_s": None if site.visited_at is None else max(0.0, (at - site.visited_at).total_seconds()),
            "puddles": puddles or None,
        },
    }


def _known(ctx: Context, site: Site, at: datetime) -> dict[str, object]:
    return {
        "number": site.number,
        "name": site.name,
        "map": place_url(site.lat, site.lon),
        "state": f"site.state.{site.state.value}",
        "late": "site.overdue" if overdue(site, local_date(ctx, at)) else None,
        "unit": shown(ctx, site.unit),
    }


# -- the card ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """A place's card in one chat.

    Attributes:
        private: the chat is one person's.
        admin: of an admin, who may change it.
        at: the present.
    """

    ctx: Context
    batch: Batch
    site: Site
    private: bool
    admin: bool
    at: datetime

    def say(self, view: str = "main", why: str | None = None) -> Say:
        """The card.

        Args:
            view: which buttons: "main", or "edit", "drop" of an admin in private.
            why: id of the line that tells why it comes.
        """
        if not (self.private and self.admin):
            view = "main"
        ctx, site = self.ctx, self.site
        area = area_values(ctx.areas.get(site.area_code or ""))
        puddles = puddles_at(self.batch, [site]).get(site.id, [])
        visits = self.batch.sites.visits(site.id)[-VISITS:]
        spoken = site.tidy_words or site.again_words
        values = {
            **_known(ctx, site, self.at),
            "why": why,
            "place": "site.no_area" if area is None else "site.area",
            "area": area,
            "radius_m": site.radius_m,
            "task": site.task,
            "due": day(ctx, site.due_on),
            "puddles": [incident.number for incident in puddles[:PUDDLES]] or None,
            "more": max(0, len(puddles) - PUDDLES) or None,
            **self._past(),
            "words": None if not spoken else "site.words" if site.visited_at is None else "site.words_since",
            "tidy_words": site.tidy_words if spoken else None,
            "again_words": site.again_words if spoken else None,
            "visits": "site.visits" if site.visits else "site.no_visits",
            "n": site.visits,
            "visited_at": None if site.visited_at is None else site.visited_at.isoformat(),
            "items": [self._visit(visit) for visit in reversed(visits)],
            "ask": None if view == "main" else f"site.view.{view}",
        }
        return Say("site.card", values, self._rows(view, puddles))

    def _past(self) -> dict[str, object]:
        """How often it stood under water in the last year, and when last."""
        site, listed = self.site, self.batch.sites.listed()
        rings = math.ceil((site.radius_m / CELL_EDGE_M + 0.5) / 1.5)
        there = [
            past.last_seen
            for past in self.batch.dossiers.pasts(cells_near(site.lat, site.lon, rings)).values()
            if past.state not in NOTHING_WAS_THERE and site_at(listed, past.lat, past.lon) == site
        ]
        return {"past": len(there) or None, "past_at": max(there).isoformat() if there else None}

    def _visit(self, visit: Visit) -> Line:
        values = {
            "at": visit.at.isoformat(),
            "state": f"site.state.{visit.found.value}",
            "officer": self.batch.roster.name_of(visit.person_id),
            "words": clause(visit.words, LONGEST_WORDS),
        }
        return {"text": "site.visit", "values": values}

    # -- buttons -----------------------------------------------------------------------------------------------------

    def _rows(self, view: str, puddles: Sequence[Incident]) -> Rows:
        if not self.site.listed:
            return ()
        if view == "drop":
            return ((self._act("drop_yes"),), (self._act("back"),))
        if view == "edit":
            return self._edit()
        third = "open" if self.site.tidied_at is None else "again"
        edit: Rows = ((self._act("edit"),),) if self.private and self.admin else ()
        return (
            (self._words("tidy"), self._words("worked")),
            (self._words(third), self._act("photos")),
            (Choice("site_button.map", url=place_url(self.site.lat, self.site.lon)), self._share()),
            *edit,
            *case_buttons(puddles[:PUDDLES]),
        )

    def _edit(self) -> Rows:
        radii = [
            Choice("site_button.radius", "site", (self._key, "radius", str(radius_m)), {"radius_m": radius_m})
            for radius_m in RADII_M
            if radius_m != self.site.radius_m
        ]
        units = [
            Choice("site_button.unit", "site", (self._key, "unit", unit.code), {"unit": unit_values(unit)})
            for unit in self._units()
            if unit.code != self.site.unit
        ]
        return (
            *in_rows(units, 1),
            *in_rows(radii, 4),
            (self._act("task"), self._act("due")),
            (self._act("drop"), self._act("back")),
        )

    def _units(self) -> list[Unit]:
        """Whom it may be given to: the unit of each level where it lies."""
        found = (self.ctx.units.of_level(self.site.area_code, level) for level in LEVELS)
        return list({unit.code: unit for unit in found}.values())

    @property
    def _key(self) -> str:
        return str(self.site.id)

    def _act(self, what: str) -> Choice:
        return Choice(f"site_button.{what}", "site", (self._key, what))

    def _words(self, what: str) -> Choice:
        """A button that asks for words: in a private chat at once, from a group in the private chat."""
        if self.private:
            return self._act(what)
        return Choice(f"site_button.{what}", url=self.ctx.deep_link(f"p_{self.site.number}_{what}"))

    def _share(self) -> Choice:
        """The page for residents, to be forwarded into the neighbourhood's groups."""
        url = "https://t.me/share/url?" + urlencode({"url": self.ctx.deep_link(f"p_{self.site.number}")})
        return Choice("site_button.share", values={"name": self.site.name}, url=url, shares="site.share")
