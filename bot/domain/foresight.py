"""What is to be expected tomorrow, and what each unit may check before the rain. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from bot.domain.feed_content import Known, Missing
from bot.domain.geometry import distance_m
from bot.domain.handling import Level
from bot.domain.models import Cause, Fault, Incident, Kind
from bot.domain.sites import Site, SiteState
from bot.domain.spots import Spot
from bot.domain.staff import Unit
from bot.domain.units import UnitTree
from bot.domain.weather import Forecast, Gate, Rain
from bot.domain.weather_days import day_bounds

NORMAL = 4
"""The class of a gate at which nobody has to do anything."""

SEA = "laut"
"""In the name of a gauge that stands in the sea ("Pasar Ikan - Laut"): all that is known here of the tide."""

EVENING = time(15, 0)
"""A digest from this hour on looks ahead to the next day."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to check before the rain.

    Attributes:
        kind: "spot" (comes back), "site" (listed place), "drain" (open report of a drain).
        number: of the case or listed place (P7); times: of a spot: how often lately.
        faults: of a drain: what is wrong.
        task: of a listed place: what has to be done.
        unit: whose it is.
    """

    kind: str
    number: str
    name: str | None
    lat: float
    lon: float
    area_code: str | None
    unit: Unit | None
    times: int = 0
    faults: tuple[Fault, ...] = ()
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """Rain expected in a kecamatan on a day, and what lies under it.

    Attributes:
        rain: the most; from_hour, until_hour: when that falls, by the clock on the wall (24: midnight at its end).
    """

    kecamatan: str
    name: str
    rain: Rain
    from_hour: int | None
    until_hour: int | None
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Anticipation:
    """What the evening's digest says of tomorrow.

    Attributes:
        day: the local day meant.
        expected: kecamatan with rain, most rain first; calm: names of those without; unknown: of those not forecast.
        gates: those above normal, worst first; gates_known: any gate is known.
        sea: the gauges in the sea, whatever they show.
        rob: open cases of the tide.
        elsewhere: things to check in the kecamatan without rain: none is listed, this many there are.
        missing: feeds that are switched on and could not be read.
        forecast_known: there is a forecast for that day.
        anyway: without one, all there is to check, in the same order.
    """

    day: date
    expected: tuple[Expected, ...]
    calm: tuple[str, ...]
    gates: tuple[Gate, ...]
    gates_known: bool
    forecast_known: bool
    elsewhere: int = 0
    missing: tuple[Missing, ...] = ()
    unknown: tuple[str, ...] = ()
    sea: tuple[Gate, ...] = ()
    rob: int = 0
    anyway: tuple[Check, ...] = ()


def anticipate(
    day: date,
    known: Known,
    kecamatan: Sequence[tuple[str, str]],
    units: UnitTree,
    timezone: ZoneInfo,
    *,
    spots: Iterable[Spot] = (),
    sites: Iterable[Site] = (),
    incidents: Iterable[Incident] = (),
) -> Anticipation:
    """What to expect of a day and to do before.

    Args:
        day: the local day.
        known: what the feeds say.
        kecamatan: (code, name) of those told of.
        units: the offices.
        timezone: in which the day is meant.
        spots: those that come back; sites: listed places; incidents: the open ones count.
    """
    open_ones = [each for each in incidents if each.state.is_open]
    checks = list(_checks(spots, sites, open_ones, units))
    steps: dict[str, list[Forecast]] = {code: [] for code, _ in kecamatan}
    begins, ends = day_bounds(day, timezone)
    for step in known.forecasts:
        code = next((code for code in steps if step.area_code.startswith(code)), None)
        if code is not None and step.at < ends and step.until > begins:
            steps[code].append(step)
    expected = [
        _expected(code, name, steps[code], begins, ends, [each for each in checks if _lies_in(each, code)])
        for code, name in kecamatan
        if any(step.rain is not Rain.NONE for step in steps[code])
    ]
    wet = {each.kecamatan for each in expected}
    calm = [(code, name) for code, name in kecamatan if steps[code] and code not in wet]
    return Anticipation(
        day,
        tuple(sorted(expected, key=lambda each: (-each.rain, each.from_hour or 0, each.kecamatan))),
        calm=tuple(name for _, name in calm),
        gates=tuple(sorted((g for g in known.gates if g.siaga < NORMAL and not is_sea(g)), key=_worst_first)),
        gates_known=bool(known.gates),
        forecast_known=any(steps.values()),
        elsewhere=sum(any(_lies_in(each, code) for code, _ in calm) for each in checks),
        missing=tuple(known.missing),
        unknown=tuple(name for code, name in kecamatan if not steps[code]) if any(steps.values()) else (),
        sea=tuple(sorted(filter(is_sea, known.gates), key=_worst_first)),
        rob=sum(each.kind is Kind.PUDDLE and Cause.TIDE in each.causes for each in open_ones),
        anyway=() if any(steps.values()) else tuple(c for c in checks if any(_lies_in(c, code) for code in steps)),
    )


def is_sea(gate: Gate) -> bool:
    """It tells the level of the sea."""
    return SEA in gate.name.casefold().replace("-", " ").split()


def _worst_first(gate: Gate) -> tuple[int, str]:
    return gate.siaga, gate.name


def _lies_in(check: Check, code: str) -> bool:
    return (check.area_code or "").startswith(code)


# -- rain --------------------------------------------------------------------------------------------------------------


def _expected(
    code: str, name: str, steps: Sequence[Forecast], begins: datetime, ends: datetime, checks: Sequence[Check]
) -> Expected:
    most = max(step.rain for step in steps)
    first, last = _longest_stretch((max(s.at, begins), min(s.until, ends)) for s in steps if s.rain is most)
    return Expected(code, name, most, _hour(first - begins, up=False), _hour(last - begins, up=True), tuple(checks))


def _hour(since_midnight: timedelta, *, up: bool) -> int:
    hours, rest = divmod(since_midnight, HOUR)
    return hours + (1 if up and rest else 0)


def _longest_stretch(spans: Iterable[tuple[datetime, datetime]]) -> tuple[datetime, datetime]:
    """Of spans that touch or overlap made one, the longest; of equally long ones the earliest."""
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return max(joined, key=lambda span: (span[1] - span[0], -span[0].timestamp()))


# -- what lies under it ------------------------------------------------------------------------------------------------


def _checks(
    spots: Iterable[Spot], sites: Iterable[Site], open_ones: Sequence[Incident], units: UnitTree
) -> Iterator[Check]:
    """Things to check: by turns a spot, a drain and a listed place, so that the first few are some of each."""
    untidy = [site for site in sites if site.state in (SiteState.OPEN, SiteState.WORKED, SiteState.AGAIN)]
    often = sorted(spots, key=lambda spot: (-spot.times, -(spot.deepest_cm or 0), spot.number))
    apart = [spot for spot in often if not any(_is_at(spot, site) for site in untidy)]
    drains = sorted((each for each in open_ones if each.kind is Kind.DRAIN), key=lambda each: each.first_seen)
    for turn in zip_longest(
        (_of_spot(spot, units) for spot in apart),
        (_of_drain(drain, units) for drain in drains),
        (_of_site(site, units) for site in sorted(untidy, key=lambda site: (site.due_on or date.max, site.id))),
    ):
        yield from (check for check in turn if check is not None)


def _is_at(spot: Spot, site: Site) -> bool:
    return distance_m(spot.lat, spot.lon, site.lat, site.lon) <= site.radius_m


def _of_spot(spot: Spot, units: UnitTree) -> Check:
    unit = _unit(spot.owner, spot.area_code, units)
    return Check("spot", spot.number, spot.name, spot.lat, spot.lon, spot.area_code, unit, times=spot.times)


def _of_drain(drain: Incident, units: UnitTree) -> Check:
    unit = _unit(drain.handling.owner, drain.area_code, units)
    place = (drain.name, drain.lat, drain.lon, drain.area_code)
    return Check("drain", drain.number, *place, unit, faults=drain.faults)


def _of_site(site: Site, units: UnitTree) -> Check:
    unit = _unit(site.unit, site.area_code, units)
    return Check("site", site.number, site.name, site.lat, site.lon, site.area_code, unit, task=site.task)


def _unit(code: str, area_code: str | None, units: UnitTree) -> Unit:
    """The unit that answers for it; where that is not known any more, its kelurahan's."""
    return units.get(code) or units.of_level(area_code, Level.KELURAHAN)
