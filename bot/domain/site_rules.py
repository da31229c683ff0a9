"""Rules of listed places: which one holds a point, what a visit does, the order to walk them, their progress. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.geometry import distance_m
from bot.domain.handling import Level
from bot.domain.models import OPEN_STATES, Incident, IncidentState, Kind
from bot.domain.sites import Site, SiteState, SiteWord, Visit
from bot.domain.units import level_of

RADIUS_M = 50.0
"""Of a place for which nobody said another one."""

RADII_M = (10.0, 1000.0)
"""What may be said: from a street inlet to a housing block."""

NAME_LENGTH = 80
TASK_LENGTH = 300

LOOK_AGAIN = timedelta(days=30)
"""A tidy place is due to be looked at again so long after the last visit."""

ENOUGH_AGAIN = 2
"""So many different residents who say "perlu ditata lagi" since the last visit are believed."""

_GONE = frozenset({IncidentState.HANDLED, IncidentState.RECEDED, IncidentState.UNHEARD})

SAME_M = 100.0
"""Two places of the same name so near to each other are one."""

_METRES_PER_DEGREE = 110_000.0
"""Fewer than in a degree of latitude anywhere: what is farther off than this says need not be measured."""

_NUMBER = re.compile(r"#? ?p?[ .\-]?(\d{1,6})", re.IGNORECASE)
_LEVELS = (Level.KELURAHAN, Level.KECAMATAN, Level.KOTA, Level.PROVINSI, Level.OTHER)


@dataclass(frozen=True, slots=True)
class LevelProgress:
    """Of the places given to the units of one level: how many, how many tidy, how many past their date."""

    level: Level
    total: int
    tidy: int
    overdue: int


@dataclass(frozen=True, slots=True)
class SiteProgress:
    """How far the listed places are.

    Attributes:
        levels: lowest level first, only those that have places.
        overdue: not tidy and past their date, longest first.
        under_water: places with the numbers of the open puddles within them, most first.
        dried: the same of the other places, with the puddles that ended there: the water was there, and went.
    """

    total: int
    tidy: int
    levels: tuple[LevelProgress, ...]
    overdue: tuple[Site, ...]
    under_water: tuple[tuple[Site, tuple[str, ...]], ...]
    dried: tuple[tuple[Site, tuple[str, ...]], ...] = ()


# -- which place is meant ----------------------------------------------------------------------------------------------


def site_at(sites: Iterable[Site], lat: float, lon: float) -> Site | None:
    """The listed place that holds a point: of several the one whose centre is nearest."""
    holding = (
        (metres, site.id, site)
        for site in sites
        if site.listed
        and abs(site.lat - lat) * _METRES_PER_DEGREE <= site.radius_m
        and (metres := distance_m(site.lat, site.lon, lat, lon)) <= site.radius_m
    )
    return min(holding, key=lambda found: found[:2], default=(0.0, 0, None))[2]


def read_site_number(typed: str) -> int | None:
    """The id of the place that somebody means by "P7", "p 7" or "7"; None: that is no number of a place."""
    match = _NUMBER.fullmatch(" ".join(typed[:32].split()))
    return None if match is None else int(match[1])


def same_place(sites: Iterable[Site], name: str, lat: float, lon: float) -> Site | None:
    """The place of this name within SAME_M, listed or not: the nearest, a listed one first."""
    called = folded(name)
    found = [
        (not site.listed, distance_m(site.lat, site.lon, lat, lon), site.id, site)
        for site in sites
        if folded(site.name) == called and distance_m(site.lat, site.lon, lat, lon) <= SAME_M
    ]
    return min(found, key=lambda each: each[:3], default=(False, 0.0, 0, None))[3]


def folded(name: str) -> str:
    """A name as it is compared: without case, and with single spaces."""
    return " ".join(name.split()).casefold()


# -- what becomes of a place -------------------------------------------------------------------------------------------


def visited(site: Site, visit: Visit) -> Site:
    """A place after somebody of a unit was there. What residents said before counts no more.

    The first photo of it while it was not tidy stays the one before; the one after is that of the visit that found it
    tidy last.
    """
    tidy = visit.found is SiteState.TIDY
    return replace(
        site,
        state=visit.found,
        visited_at=visit.at,
        visits=site.visits + 1,
        tidied_at=visit.at if tidy else site.tidied_at,
        photo_before=site.photo_before if tidy or site.photo_before is not None else visit.photo,
        photo_after=visit.photo if tidy and visit.photo is not None else site.photo_after,
        tidy_words=0,
        again_words=0,
    )


def counted(site: Site, words: Iterable[SiteWord]) -> Site:
    """A place with what residents said of it since the last visit; a tidy one that enough of them contradict is not
    tidy any more.

    Args:
        site: the place.
        words: the last of each person.
    """
    since = [word for word in words if site.visited_at is None or word.at > site.visited_at]
    again = sum(not word.tidy for word in since)
    believed = site.state is SiteState.TIDY and again >= ENOUGH_AGAIN
    state = SiteState.AGAIN if believed else site.state
    return replace(site, state=state, tidy_words=len(since) - again, again_words=again)


def overdue(site: Site, today: date) -> bool:
    """Not tidy although its date has passed."""
    return site.listed and site.state is not SiteState.TIDY and site.due_on is not None and site.due_on < today


# -- the order to walk -------------------------------------------------------------------------------------------------


def rests(site: Site, at: datetime) -> bool:
    """Tidy, and looked at a short while ago: nobody need go there now."""
    return site.state is SiteState.TIDY and site.visited_at is not None and at - site.visited_at < LOOK_AGAIN


def walk_order(sites: Iterable[Site], at: datetime, here: tuple[float, float] | None = None) -> list[Site]:
    """The listed places in the order to walk them; those that rest come last.

    Without a point, where nobody was for the longest time is first (never visited: by the date it was listed).

    Args:
        sites: in any order.
        at: the present.
        here: (lat, lon) of who walks: then the nearest is first.
    """

    def key(site: Site) -> tuple[bool, bool, float, int]:
        if here is not None:
            return rests(site, at), False, distance_m(*here, site.lat, site.lon), site.id
        seen_at = site.visited_at
        return rests(site, at), seen_at is not None, (seen_at or site.at).timestamp(), site.id

    return sorted((site for site in sites if site.listed), key=key)


# -- progress ----------------------------------------------------------------------------------------------------------


def progress(sites: Iterable[Site], incidents: Iterable[Incident], today: date) -> SiteProgress:
    """How far the listed places are.

    Args:
        sites: those dropped are left out.
        incidents: of any kind and state; puddles count that are open, or where the water went.
        today: the local date.
    """
    listed = [site for site in sites if site.listed]
    late = sorted((site for site in listed if overdue(site, today)), key=lambda site: (site.due_on or today, site.id))
    by_level: dict[Level, list[Site]] = {}
    for site in listed:
        by_level.setdefault(level_of(site.unit), []).append(site)
    told = tuple(incidents)
    under_water = _numbered(puddles_in(listed, told))
    wet = {site.id for site, _ in under_water}
    dried = _numbered(puddles_in(listed, told, _GONE))
    return SiteProgress(
        len(listed),
        _tidy(listed),
        tuple(
            LevelProgress(level, len(given), _tidy(given), sum(overdue(site, today) for site in given))
            for level in _LEVELS
            if (given := by_level.get(level))
        ),
        tuple(late),
        under_water,
        tuple(found for found in dried if found[0].id not in wet),
    )


def _numbered(found: Iterable[tuple[Site, Sequence[Incident]]]) -> tuple[tuple[Site, tuple[str, ...]], ...]:
    most_first = sorted(found, key=lambda each: (-len(each[1]), each[0].id))
    return tuple((site, tuple(incident.number for incident in inside)) for site, inside in most_first)


def puddles_in(
    sites: Sequence[Site], incidents: Iterable[Incident], states: Collection[IncidentState] = OPEN_STATES
) -> list[tuple[Site, list[Incident]]]:
    """The places with puddles of these states, each with them, the oldest first. A puddle counts at one place."""
    found: dict[int, list[Incident]] = {}
    by_id = {site.id: site for site in sites}
    for incident in incidents:
        if incident.kind is not Kind.PUDDLE or incident.state not in states:
            continue
        site = site_at(sites, incident.lat, incident.lon)
        if site is not None:
            found.setdefault(site.id, []).append(incident)
    return [
        (by_id[site_id], sorted(inside, key=lambda each: (each.first_seen, each.id)))
        for site_id, inside in found.items()
    ]


def _tidy(sites: Iterable[Site]) -> int:
    return sum(site.state is SiteState.TIDY for site in sites)
