from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.handling import Level
from bot.domain.models import Cause, Fault, Kind
from bot.domain.ownership import Times
from bot.domain.routing import Case, Clock, Conditions, Hours, ListedPlace, Routing, Rule
from bot.domain.units import units_of
from bot.geo.areas import AreaIndex
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, site
from tests.helpers.desk import shipped_routing

AREAS = AreaIndex.from_reference_points(("31.72",))
SHIPPED = shipped_routing(AREAS)
TREE = units_of(AREAS.all_served(), SHIPPED.units)

CASE = Case(Kind.PUDDLE, SUNGAI_BAMBU, LAT, LON, 50, (), (), time(19, 42))
HOUR = Times(timedelta(hours=1), timedelta(hours=6))
UNDERPASS = ListedPlace("Underpass", LAT, LON, 100)


def fits(when: Conditions, **case: object) -> bool:
    """Whether a rule with these conditions takes the case from its kelurahan."""
    routing = Routing((Rule(when, "31.72.05", "uji", 7),), ())
    return routing.route(TREE, replace(CASE, **case)).line == 7  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        (Conditions(), {}, None),
        (Conditions(kinds=frozenset({Kind.DRAIN})), {"kind": Kind.DRAIN}, {}),
        (Conditions(causes=frozenset({Cause.RIVER, Cause.TIDE})), {"causes": (Cause.RAIN, Cause.TIDE)}, {}),
        (Conditions(causes=frozenset({Cause.RIVER})), {"causes": (Cause.RIVER,)}, {"causes": (Cause.RAIN,)}),
        (Conditions(faults=frozenset({Fault.PUMP})), {"faults": (Fault.PUMP,)}, {"faults": (Fault.COVER,)}),
        (Conditions(min_depth_cm=50), {"depth_cm": 50}, {"depth_cm": 49}),
        (Conditions(max_depth_cm=50), {"depth_cm": 50}, {"depth_cm": 51}),
        (Conditions(areas=("31.72.02", "31.72.01")), {}, {"area_code": "31.72.03.1001"}),
        (Conditions(areas=("31.72.02.1004",)), {}, {"area_code": "31.72.02.1005"}),
        (Conditions(areas=("31.7",)), None, {}),  # by whole parts
        (Conditions(areas=("31.72",)), {}, {"area_code": None}),
        (Conditions(places=(UNDERPASS,)), {"lat": LAT + 0.0008}, {"lat": LAT + 0.001}),
        (Conditions(hours=Hours(time(8), time(16))), {"at_local_time": time(8)}, {"at_local_time": time(16)}),
        (Conditions(hours=Hours(time(22), time(5))), {"at_local_time": time(4, 59)}, {"at_local_time": time(5)}),
        (Conditions(hours=Hours(time(22), time(5))), {"at_local_time": time(22)}, {}),
    ],
)
def test_conditions(when: Conditions, yes: dict[str, object] | None, no: dict[str, object] | None) -> None:
    assert yes is None or fits(when, **yes)
    assert no is None or not fits(when, **no)


@pytest.mark.parametrize("when", [Conditions(min_depth_cm=10), Conditions(max_depth_cm=500)])
def test_a_depth_that_nobody_told_is_neither_deep_nor_shallow(when: Conditions) -> None:
    assert not fits(when, depth_cm=None)


def test_all_conditions_have_to_be_true() -> None:
    both = Conditions(causes=frozenset({Cause.RIVER}), min_depth_cm=70)
    assert fits(both, causes=(Cause.RIVER,), depth_cm=90)
    assert not fits(both, causes=(Cause.RIVER,), depth_cm=60)


def test_the_first_rule_that_fits_counts_and_says_why() -> None:
    river = Conditions(causes=frozenset({Cause.RIVER}))
    rules = (Rule(river, Level.KOTA, "kali", 3), Rule(Conditions(), Level.KECAMATAN, "selebihnya", 9))
    routed = Routing(rules, ()).route(TREE, replace(CASE, causes=(Cause.RIVER,)))
    assert (routed.unit.code, routed.rule, routed.line) == ("31.72", "kali", 3)
    routed = Routing(rules, ()).route(TREE, CASE)
    assert (routed.unit.code, routed.rule, routed.line) == ("31.72.02", "selebihnya", 9)


def test_where_no_rule_fits_it_is_the_kelurahans() -> None:
    routed = Routing((), ()).route(TREE, CASE)
    assert (routed.unit.code, routed.rule, routed.line) == (SUNGAI_BAMBU, "", 0)


def test_the_first_clock_that_fits_counts() -> None:
    slow, quick = Times(timedelta(hours=3), timedelta(hours=9)), Times(timedelta(minutes=5), timedelta(hours=1))
    clocks = (
        Clock(Conditions(min_depth_cm=70), frozenset({Level.KELURAHAN}), quick, 1),
        Clock(Conditions(), frozenset({Level.KOTA, Level.PROVINSI}), slow, 2),
        Clock(Conditions(), frozenset(), HOUR, 3),
    )
    routing = Routing((), clocks)
    assert routing.times(Level.KELURAHAN, Kind.PUDDLE, (), 70) == quick
    assert routing.times(Level.KECAMATAN, Kind.PUDDLE, (), 70) == HOUR
    assert routing.times(Level.KOTA, Kind.PUDDLE, (), 70) == slow


# -- what comes with the product -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({}, SUNGAI_BAMBU),
        ({"depth_cm": None}, SUNGAI_BAMBU),
        ({"causes": (Cause.RAIN,)}, SUNGAI_BAMBU),
        ({"depth_cm": 119}, SUNGAI_BAMBU),
        ({"depth_cm": 120}, "31.72.02"),
        ({"causes": (Cause.RAIN, Cause.RIVER), "depth_cm": 120}, "31.72"),
        ({"causes": (Cause.CHANNEL,)}, "31.72"),
        ({"causes": (Cause.TIDE,)}, "31.72"),
        ({"kind": Kind.DRAIN, "faults": (Fault.PUMP,), "depth_cm": None}, "31.72"),
        ({"kind": Kind.DRAIN, "faults": (Fault.GATE,), "depth_cm": None}, "31.72"),
        ({"kind": Kind.DRAIN, "faults": (Fault.INLET,), "depth_cm": None}, SUNGAI_BAMBU),
    ],
)
def test_who_does_what_by_the_shipped_rules(case: dict[str, object], code: str) -> None:
    routed = SHIPPED.route(TREE, replace(CASE, **case))  # type: ignore[arg-type]
    assert routed.unit.code == code
    assert routed.rule and routed.line


@pytest.mark.parametrize(
    ("kind", "causes", "depth_cm", "take_up", "finish"),
    [
        (Kind.PUDDLE, (), None, timedelta(minutes=60), timedelta(hours=6)),
        (Kind.PUDDLE, (), 69, timedelta(minutes=60), timedelta(hours=6)),
        (Kind.PUDDLE, (), 70, timedelta(minutes=15), timedelta(hours=6)),
        (Kind.PUDDLE, (Cause.TIDE,), None, timedelta(hours=2), timedelta(hours=12)),
        (Kind.PUDDLE, (Cause.TIDE,), 90, timedelta(minutes=15), timedelta(hours=12)),
        (Kind.DRAIN, (), None, timedelta(hours=24), timedelta(days=7)),
    ],
)
def test_the_shipped_clocks(
    kind: Kind, causes: tuple[Cause, ...], depth_cm: int | None, take_up: timedelta, finish: timedelta
) -> None:
    for level in Level:
        assert SHIPPED.times(level, kind, causes, depth_cm) == Times(take_up, finish)


def test_the_shipped_offices_outside_are_in_the_tree() -> None:
    assert [unit.code for unit in TREE.all() if unit.outside] == ["bbwscc", "bpbd"]


def test_a_listed_place_comes_before_all_rules() -> None:
    routing = Routing((Rule(Conditions(), "31.72.05", "uji", 7),), ())
    place = site(3, unit="31.72.02")
    routed = routing.route(TREE, CASE, place)
    assert (routed.unit.code, routed.site, routed.line) == ("31.72.02", place, 0)
    assert routing.route(TREE, CASE, site(3, unit="gone")).line == 7  # a unit that the routing file names no more
