from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import OperatorError, RoutingError
from bot.domain.handling import Level
from bot.domain.models import Cause, Fault, Kind
from bot.domain.ownership import Times
from bot.domain.routing import Conditions, Hours, ListedPlace, Routing
from bot.domain.routing_file import read_routing
from bot.geo.areas import AreaIndex

INDEX = AreaIndex.from_reference_points(("31.72",))
AREAS = INDEX.all_served()

LAST = '\n[[clock]]\ntake_up = "60 min"\nfinish = "6 h"\n'
FULL = (
    """
# ours
[[unit]]
code = "pompa-1"
name = "Regu Pompa"
parent = "31.72.02"

[[unit]]
code = "bbwscc"
name = "BBWSCC"
outside = true

[[place]]
name = "Underpass"
lat = -6.1245
lon = 106.8924
radius_m = 120

[[rule]]  # at night
to = "pompa-1"
why = "Malam hari"
place = "Underpass"
hours = "22:00-05:00"

[[rule]]
to = "kota"
why = "Kali dan pompa"
kind = ["saluran"]
cause = ["river",
  "channel"]
fault = "pump"
area = "31.72.02"

[[rule]]
to = "31.72.05"
why = "Pademangan menolong"
min_depth_cm = 30
max_depth_cm = 90

[[clock]]
level = ["kelurahan", "other"]
min_depth_cm = 70
take_up = "15 min"
finish = "3 h"

[[clock]]
kind = "saluran"
take_up = "24 h"
finish = "7 d"
"""
    + LAST
)


def read(text: str) -> Routing:
    return read_routing(text, "aturan.toml", AREAS, lambda lat, lon: INDEX.locate(lat, lon).served)


def problems(text: str) -> list[str]:
    with pytest.raises(RoutingError) as caught:
        read(text)
    assert isinstance(caught.value, OperatorError)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def test_a_whole_file() -> None:
    routing = read(FULL)
    underpass = ListedPlace("Underpass", -6.1245, 106.8924, 120)
    assert [(unit.code, unit.level, unit.parent, unit.outside) for unit in routing.units] == [
        ("pompa-1", Level.OTHER, "31.72.02", False),
        ("bbwscc", Level.OTHER, None, True),
    ]
    night, drains, deep = routing.rules
    assert (night.to, night.why, night.line) == ("pompa-1", "Malam hari", 19)
    assert night.when == Conditions(places=(underpass,), hours=Hours(time(22), time(5)))
    assert (drains.to, drains.line) == (Level.KOTA, 25)
    assert drains.when == Conditions(
        kinds=frozenset({Kind.DRAIN}),
        causes=frozenset({Cause.RIVER, Cause.CHANNEL}),
        faults=frozenset({Fault.PUMP}),
        areas=("31.72.02",),
    )
    assert (deep.to, deep.when) == ("31.72.05", Conditions(min_depth_cm=30, max_depth_cm=90))
    first, second, last = routing.clocks
    assert first.levels == {Level.KELURAHAN, Level.OTHER}
    assert first.times == Times(timedelta(minutes=15), timedelta(hours=3))
    assert second.times == Times(timedelta(hours=24), timedelta(days=7))
    assert last.when == Conditions() and not last.levels


def test_the_least_that_a_file_can_say() -> None:
    assert len(read(LAST).clocks) == 1


def rule(lines: str) -> str:
    return f'[[rule]]\nto = "kota"\nwhy = "uji"\n{lines}\n{LAST}'


def unit(lines: str) -> str:
    return f'[[unit]]\ncode = "regu"\nname = "Regu"\n{lines}\n{LAST}'


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        # the file
        ("", 1, "[[clock]] without conditions is needed"),
        ('to = "kota"\n' + LAST, 1, "stands in no table; begin with one of [[unit]], [[place]], [[rule]], [[clock]]"),
        ("[[rule]\n" + LAST, 1, "not written as TOML"),
        ('[[rule]]\nto = "kota\n', 2, "not written as TOML"),
        ('[[rule]]\nto = "kota"\nto = "kota"\nwhy = "x"\n', 3, "not written as TOML"),
        ("[[rules]]\n" + LAST, 1, "there is no table [[rules]]"),
        ("[rule]\n" + LAST, 1, "there is no table [rule]"),
        (rule('causes = "river"'), 4, "[[rule]] has no key causes; it may have to, why, kind, cause"),
        ('[[rule]]\nto = "kota"\n' + LAST, 1, "lacks why; add a line why ="),
        # who
        (rule("").replace('"kota"', '"Kota"'), 2, 'to: there is no unit "Kota"; write a level (kelurahan, kecamatan'),
        (rule("").replace('"kota"', '"31.75"'), 2, 'there is no unit "31.75"'),
        (unit("outside = true\n[[rule]]\nto = 'regu'\nwhy = 'x'"), 6, "outside of the bot and never owns a case"),
        # conditions
        (rule('cause = "kali"'), 4, '"kali" is not one of rain, river, channel'),
        (rule("cause = []"), 4, "write one text or a list of them"),
        (rule("cause = 7"), 4, "write one text or a list of them"),
        (rule('fault = ["pump", "pompa"]'), 4, '"pompa" is not one of inlet'),
        (rule('kind = "banjir"'), 4, '"banjir" is not one of genangan, saluran'),
        (rule('min_depth_cm = "70"'), 4, "whole number from 1 to 500, without quotation marks"),
        (rule("min_depth_cm = 7.5"), 4, "whole number from 1 to 500"),
        (rule("min_depth_cm = true"), 4, "whole number"),
        (rule("min_depth_cm = 0"), 4, "from 1 to 500"),
        (rule("min_depth_cm = 90\nmax_depth_cm = 70"), 5, "less than min_depth_cm"),
        (rule('fault = "pump"\nmin_depth_cm = 70'), 5, "a saluran has no depth"),
        (rule('kind = "genangan"\nfault = "pump"'), 5, "a genangan has no fault"),
        (rule('area = "31.75"'), 4, 'no area that is served (SERVICE_AREA) has a code beginning with "31.75"'),
        (rule('area = "31.7"'), 4, "SERVICE_AREA"),
        (rule('place = "Underpass"'), 4, 'there is no [[place]] named "Underpass"; listed: none'),
        (rule('hours = "22.00-05.00"'), 4, 'like hours = "22:00-05:00"'),
        (rule('hours = "22:00-24:00"'), 4, "two local times of day"),
        (rule('hours = "05:00-05:00"'), 4, "same time"),
        (rule("").replace('"uji"', '""'), 3, "why: write words in quotation marks"),
        (rule("").replace('"uji"', '"a\\nb"'), 3, "why: write words in quotation marks"),
        # units and places
        (unit("").replace("regu", "Regu Pompa"), 2, '"Regu Pompa" cannot be a code; use 2 to 16 of a-z'),
        (unit("").replace("regu", "kota"), 2, '"kota" cannot be a code'),
        (unit("").replace("regu", "admin"), 2, '"admin" cannot be a code'),
        (unit('parent = "31.75"'), 4, 'parent: there is no unit "31.75"'),
        (unit('parent = "regu"'), 4, "above itself"),
        (unit('outside = "yes"'), 4, "true or false"),
        (unit("[[unit]]\ncode = 'regu'\nname = 'Lain'"), 5, '"regu" is there already'),
        (unit("parent = 'luar'\n[[unit]]\ncode = 'luar'\nname = 'L'\noutside = true"), 4, "outside of the bot"),
        ('[[place]]\nname = "P"\nlat = -6.9\nlon = 106.8\nradius_m = 50\n' + LAST, 3, "not in the service area"),
        ('[[place]]\nname = "P"\nlat = 106.8\nlon = -6.1\nradius_m = 50\n' + LAST, 3, "from -90 to 90"),
        ('[[place]]\nname = "P"\nlat = -6.1245\nlon = 106.8924\nradius_m = 1\n' + LAST, 5, "from 10 to 5000"),
        # clocks
        (LAST.replace("60 min", "60"), 3, 'like take_up = "15 min", "6 h" or "7 d"'),
        (LAST.replace("6 h", "0 h"), 4, "longer than nothing"),
        (LAST.replace("6 h", "91 d"), 4, "at most 90 d"),
        (LAST + "level = 'kota'", 2, "[[clock]] without conditions is needed"),
        (LAST + "level = 'rt'", 5, '"rt" is not one of kelurahan'),
        (LAST + LAST, 2, "[[clock]] fits every case, so that none below counts; put it last"),
        ('[[rule]]\nto = "kota"\nwhy = "x"\n' + rule('cause = "tide"'), 1, "[[rule]] fits every case"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(text: str, line: int, hint: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"ROUTING_FILE: aturan.toml, line {line}: ")
    assert hint in problem


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    found = problems(rule('cause = "kali"').replace('"60 min"', '"1"'))
    assert [problem.partition(", ")[2].partition(":")[0] for problem in found] == ["line 4", "line 7"]


def test_a_unit_may_be_above_another_that_is_added() -> None:
    text = unit("parent = 'pos'\n[[unit]]\ncode = 'pos'\nname = 'Pos'\nparent = '31.72'")
    assert [each.parent for each in read(text).units] == ["pos", "31.72"]


def test_units_in_a_circle() -> None:
    found = problems(unit("parent = 'pos'\n[[unit]]\ncode = 'pos'\nname = 'Pos'\nparent = 'regu'"))
    assert len(found) == 2 and all("above itself" in problem for problem in found)


@given(
    st.lists(st.sampled_from([*FULL.splitlines(), "[[rule]]", "x = 1", "[", '"""', "to = [[1]]", "= 3"]), max_size=25)
)
def test_whatever_is_written_gives_a_routing_or_lines(lines: list[str]) -> None:
    try:
        routing = read("\n".join(lines))
    except RoutingError as error:
        assert error.problems
        assert all(problem.startswith("ROUTING_FILE: aturan.toml, line ") for problem in error.problems)
    else:
        assert routing.times(Level.KOTA, Kind.PUDDLE, (), None).take_up > timedelta()


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "[[unit]]\ncode = " + "9" * 5_000])
def test_what_python_does_not_read_is_a_mistake_in_the_file(text: str) -> None:
    assert [line.partition(" ")[0] for line in problems(text)] == ["ROUTING_FILE:"]
