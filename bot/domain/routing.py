"""Which office is answerable for a case, and how long it has: the rules of the routing file, first match wins. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.domain.geometry import distance_m
from bot.domain.handling import Level
from bot.domain.models import Cause, Fault, Kind
from bot.domain.ownership import Times
from bot.domain.sites import Site
from bot.domain.staff import Unit
from bot.domain.units import UnitTree


@dataclass(frozen=True, slots=True)
class Case:
    """What rules look at.

    Attributes:
        area_code: the kelurahan's; None where it is not known.
        depth_cm: as last told; None while nobody told it: no rule about depth fits then.
        at_local_time: when it was first reported, by the clock on the wall there.
    """

    kind: Kind
    area_code: str | None
    lat: float
    lon: float
    depth_cm: int | None
    causes: Sequence[Cause]
    faults: Sequence[Fault]
    at_local_time: time


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """A place with a name (an underpass, a pump house) and all that is within `radius_m` of it."""

    name: str
    lat: float
    lon: float
    radius_m: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point belongs to it."""
        return distance_m(self.lat, self.lon, lat, lon) <= self.radius_m


@dataclass(frozen=True, slots=True)
class Hours:
    """From `since` (counted in) to `until` (not any more), over midnight where it ends before it begins."""

    since: time
    until: time

    def holds(self, at: time) -> bool:
        """Whether a local time lies within."""
        if self.since < self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


@dataclass(frozen=True, slots=True)
class Conditions:
    """What has to be true, all of it; of several values one is enough. What is not said does not matter.

    Attributes:
        min_depth_cm, max_depth_cm: both counted in.
        areas: beginnings of area codes by whole parts: 31.72.02 holds 31.72.02.1004.
    """

    kinds: frozenset[Kind] = frozenset()
    causes: frozenset[Cause] = frozenset()
    faults: frozenset[Fault] = frozenset()
    min_depth_cm: int | None = None
    max_depth_cm: int | None = None
    areas: tuple[str, ...] = ()
    places: tuple[ListedPlace, ...] = ()
    hours: Hours | None = None

    def hold(self, case: Case) -> bool:
        """Whether all of it is true of a case."""
        return (
            fits_case(self, case.kind, case.causes, case.depth_cm)
            and (not self.faults or not self.faults.isdisjoint(case.faults))
            and (not self.areas or any(f"{case.area_code}.".startswith(f"{area}.") for area in self.areas))
            and (not self.places or any(place.holds(case.lat, case.lon) for place in self.places))
            and (self.hours is None or self.hours.holds(case.at_local_time))
        )


def fits_case(conditions: Conditions, kind: Kind, causes: Sequence[Cause], depth_cm: int | None) -> bool:
    """Whether kind, cause and depth are as the conditions say."""
    if conditions.kinds and kind not in conditions.kinds:
        return False
    if conditions.causes and conditions.causes.isdisjoint(causes):
        return False
    if conditions.min_depth_cm is not None and (depth_cm is None or depth_cm < conditions.min_depth_cm):
        return False
    return conditions.max_depth_cm is None or (depth_cm is not None and depth_cm <= conditions.max_depth_cm)


@dataclass(frozen=True, slots=True)
class Rule:
    """Cases that are so are `to`'s.

    Attributes:
        to: a level (its unit where the case lies), or a unit's code.
        why: the reason, as officers read it.
        line: of the routing file.
    """

    when: Conditions
    to: Level | str
    why: str
    line: int


@dataclass(frozen=True, slots=True)
class Clock:
    """Cases that are so, with an owner of one of these levels (empty: of any), have so long."""

    when: Conditions
    levels: frozenset[Level]
    times: Times
    line: int


@dataclass(frozen=True, slots=True)
class Routed:
    """Whose case it is, and by which rule. `rule` is the rule's reason, "" (and line 0) where none fits.

    Attributes:
        site: the listed place by which it is that unit's; then no rule was asked.
    """

    unit: Unit
    rule: str = ""
    line: int = 0
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """The routing file.

    Attributes:
        clocks: the last one fits every case.
        units: offices that it adds to those of the city.
    """

    rules: tuple[Rule, ...]
    clocks: tuple[Clock, ...]
    units: tuple[Unit, ...] = ()

    def route(self, tree: UnitTree, case: Case, site: Site | None = None) -> Routed:
        """The unit whose case it is: by the first rule that fits, else the kelurahan of the place.

        Args:
            tree: the offices.
            case: what rules look at.
            site: the listed place that holds it (`site_at`): its unit comes before all rules.
        """
        given = None if site is None else tree.get(site.unit)
        if given is not None and not given.outside:
            return Routed(given, site=site)
        for rule in self.rules:
            if rule.when.hold(case):
                return Routed(_unit_of(rule, tree, case), rule.why, rule.line)
        return Routed(tree.of_level(case.area_code, Level.KELURAHAN))

    def times(self, level: Level, kind: Kind, causes: Sequence[Cause], depth_cm: int | None) -> Times:
        """How long an owner of this level has, by the first clock that fits."""
        return next(
            clock.times
            for clock in self.clocks
            if (not clock.levels or level in clock.levels) and fits_case(clock.when, kind, causes, depth_cm)
        )


def _unit_of(rule: Rule, tree: UnitTree, case: Case) -> Unit:
    if isinstance(rule.to, Level):
        return tree.of_level(case.area_code, rule.to)
    return tree.get(rule.to) or tree.of_level(case.area_code, Level.KELURAHAN)
