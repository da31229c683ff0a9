"""The text of the routing file -> Routing. Every mistake is named with its line and what to do. Pure.

How the file is written stands in bot/routing.toml, which is the one that comes with the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.errors import RoutingError
from bot.domain.handling import Level
from bot.domain.models import Area, Cause, Fault, Kind
from bot.domain.ownership import Times
from bot.domain.routing import Clock, Conditions, Hours, ListedPlace, Routing, Rule
from bot.domain.routing_tables import Problem, Table, Wrong, cut
from bot.domain.staff import Unit
from bot.domain.units import UnitTree, units_of

LEVELS = (Level.KELURAHAN, Level.KECAMATAN, Level.KOTA, Level.PROVINSI)

DEPTH_CM = (1, 500)
RADIUS_M = (10, 5000)
CODE_LENGTH = 16
NAME_LENGTH = 60
WHY_LENGTH = 200

TAKEN_CODES = frozenset({"admin", "warga", "waktu", "semua", *(level.value for level in Level)})
"""Words that mean something else where a unit's code may stand."""

KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "unit": (("code", "name"), ("parent", "outside")),
    "place": (("name", "lat", "lon", "radius_m"), ()),
    "rule": (
        ("to", "why"),
        ("kind", "cause", "fault", "min_depth_cm", "max_depth_cm", "area", "place", "hours"),
    ),
    "clock": (("take_up", "finish"), ("level", "kind", "cause", "min_depth_cm", "max_depth_cm")),
}
"""Table -> the keys that it needs, and those that it may have."""

T = TypeVar("T")


@dataclass
class _File:
    """What is known of the file while it is read, and the mistakes found so far."""

    source: str
    areas: Sequence[Area]
    tables: Sequence[Table]
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, ListedPlace] = field(default_factory=dict)

    def read(self, name: str, read: Callable[[Table], T]) -> list[tuple[Table, T]]:
        """Read the tables of a name; one that is wrong is left out, and its mistake kept."""
        found = []
        for table in self.tables:
            if table.name != name:
                continue
            try:
                found.append((table, read(table)))
            except Wrong as wrong:
                self.problems.append(wrong.problem)
        return found

    def fail_if_wrong(self) -> None:
        """Raise RoutingError with all mistakes, in the order of the file."""
        if self.problems:
            found = sorted(dict.fromkeys(self.problems))
            raise RoutingError([f"ROUTING_FILE: {self.source}, line {line}: {what}" for line, what in found])


def read_routing(text: str, source: str, areas: Sequence[Area], is_served: Callable[[float, float], bool]) -> Routing:
    """The routing that the text of a file says.

    Args:
        text: of a TOML file.
        source: what the file is called in messages.
        areas: the kelurahan that are served.
        is_served: whether a point (lat, lon) is in the service area.

    Raises:
        RoutingError: with a line for every mistake, each naming the file, its line, and what to do.
    """
    tables, problems = cut(text, KEYS)
    file = _File(source, areas, tables, problems)
    if not tables:
        file.fail_if_wrong()
    units = file.read("unit", _unit)
    _check_units(file, units, units_of(areas))
    for table, place in file.read("place", lambda table: _place(table, is_served)):
        if place.name in file.places:
            file.problems.append((table.lines["name"], f'name: "{place.name}" is listed already; give it another name'))
        file.places[place.name] = place
    file.fail_if_wrong()  # what refers to a unit or place with a mistake would only be told as another one
    tree = units_of(areas, [unit for _, unit in units])
    rules = file.read("rule", lambda table: _rule(table, file, tree))
    clocks = file.read("clock", _clock)
    _check_order(file, rules, clocks)
    file.fail_if_wrong()
    return Routing(
        tuple(rule for _, rule in rules), tuple(clock for _, clock in clocks), tuple(unit for _, unit in units)
    )


# -- units and places -------------------------------------------------------------------------------------------------


def _unit(table: Table) -> Unit:
    code = table.text("code", CODE_LENGTH)
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,15}", code) or code in TAKEN_CODES:
        taken = ", ".join(sorted(TAKEN_CODES))
        table.wrong("code", f'"{code}" cannot be a code; use 2 to 16 of a-z, 0-9 and -, and none of {taken}')
    outside = table.values.get("outside", False)
    if not isinstance(outside, bool):
        table.wrong("outside", "write true or false, without quotation marks")
    parent = table.text("parent", CODE_LENGTH) if "parent" in table.values else None
    return Unit(code, Level.OTHER, table.text("name", NAME_LENGTH), parent, outside)


def _check_units(file: _File, units: Sequence[tuple[Table, Unit]], city: UnitTree) -> None:
    """Codes are there once; parents are there, in the bot, and nobody is above themselves."""
    by_code = {unit.code: unit for _, unit in units}
    for position, (table, unit) in enumerate(units):
        if any(other.code == unit.code for _, other in units[:position]):
            file.problems.append((table.lines["code"], f'code: "{unit.code}" is there already; give it another code'))
        why_not = _wrong_parent(unit, by_code, city)
        if why_not is not None:
            file.problems.append((table.lines["parent"], f"parent: {why_not}"))


def _wrong_parent(unit: Unit, by_code: Mapping[str, Unit], city: UnitTree) -> str | None:
    above, seen = unit.parent, {unit.code}
    while above is not None and city.get(above) is None:
        parent = by_code.get(above)
        if parent is None:
            return (
                f'there is no unit "{above}"; write an area code that is served, like 31.72, or the code of a [[unit]]'
            )
        if parent.outside:
            return f'"{above}" is outside of the bot and cannot be above another unit; name one inside'
        if above in seen:
            return f'"{unit.code}" would be above itself; name a unit higher up'
        seen.add(above)
        above = parent.parent
    return None


def _place(table: Table, is_served: Callable[[float, float], bool]) -> ListedPlace:
    place = ListedPlace(
        table.text("name", NAME_LENGTH),
        table.number("lat", -90, 90),
        table.number("lon", -180, 180),
        table.number("radius_m", *RADIUS_M),
    )
    if not is_served(place.lat, place.lon):
        table.wrong("lat", "this point is not in the service area (SERVICE_AREA); look at lat and lon")
    return place


# -- rules and clocks -------------------------------------------------------------------------------------------------


def _rule(table: Table, file: _File, tree: UnitTree) -> Rule:
    to = table.text("to", CODE_LENGTH)
    level = next((level for level in LEVELS if level.value == to), None)
    unit = None if level is not None else tree.get(to)
    if level is None and unit is None:
        levels = ", ".join(level.value for level in LEVELS)
        what = f"write a level ({levels}), an area code that is served, like 31.72.02, or the code of a [[unit]]"
        table.wrong("to", f'there is no unit "{to}"; {what}')
    if unit is not None and unit.outside:
        table.wrong("to", f'"{to}" is outside of the bot and never owns a case; name who writes to it, like "kota"')
    return Rule(_conditions(table, file), level or to, table.text("why", WHY_LENGTH), table.line)


def _conditions(table: Table, file: _File) -> Conditions:
    areas = tuple(table.texts("area"))
    for area in areas:
        if not any(f"{each.code}.".startswith(f"{area}.") for each in file.areas):
            table.wrong("area", f'no area that is served (SERVICE_AREA) has a code beginning with "{area}"')
    for name in table.texts("place"):
        if name not in file.places:
            listed = ", ".join(f'"{each}"' for each in file.places) or "none"
            table.wrong("place", f'there is no [[place]] named "{name}"; listed: {listed}')
    places = tuple(file.places[name] for name in table.texts("place"))
    return _facts(table, table.words("fault", Fault), areas, places, table.hours("hours"))


def _facts(
    table: Table,
    faults: frozenset[Fault] = frozenset(),
    areas: tuple[str, ...] = (),
    places: tuple[ListedPlace, ...] = (),
    hours: Hours | None = None,
) -> Conditions:
    kinds, least, most = table.words("kind", Kind), _depth(table, "min_depth_cm"), _depth(table, "max_depth_cm")
    if least is not None and most is not None and least > most:
        table.wrong("max_depth_cm", f"is less than min_depth_cm ({least}): no water is so deep")
    depth_key = "max_depth_cm" if least is None else "min_depth_cm"
    if (least, most) != (None, None) and (faults or kinds == {Kind.DRAIN}):
        table.wrong(depth_key, f"a {Kind.DRAIN.value} has no depth, so that nothing fits; leave one of the two out")
    if faults and kinds == {Kind.PUDDLE}:
        table.wrong("fault", f"a {Kind.PUDDLE.value} has no fault, so that nothing fits; leave one of the two out")
    return Conditions(kinds, table.words("cause", Cause), faults, least, most, areas, places, hours)


def _depth(table: Table, key: str) -> int | None:
    return int(table.number(key, *DEPTH_CM, whole=True)) if key in table.values else None


def _clock(table: Table) -> Clock:
    times = Times(table.span("take_up"), table.span("finish"))
    return Clock(_facts(table), table.words("level", Level), times, table.line)


def _check_order(file: _File, rules: Sequence[tuple[Table, Rule]], clocks: Sequence[tuple[Table, Clock]]) -> None:
    """What fits every case stands last; among the clocks there has to be such a one."""
    everything = Conditions()
    total = [table for table, rule in rules[:-1] if rule.when == everything]
    total += [table for table, clock in clocks[:-1] if clock.when == everything and not clock.levels]
    for table in total:
        file.problems.append(
            (table.line, f"this [[{table.name}]] fits every case, so that none below counts; put it last")
        )
    if file.problems:
        return
    if not clocks or clocks[-1][1].when != everything or clocks[-1][1].levels:
        line = clocks[-1][0].line if clocks else 1
        file.problems.append(
            (line, "a last [[clock]] without conditions is needed, for all other cases; add it at the end")
        )
