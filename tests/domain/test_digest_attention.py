"""What in a digest somebody has to see to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.digest_entries import Attention, Entry
from bot.domain.handling import Handling, Level, Outside
from bot.domain.models import Incident, IncidentState, Kind
from bot.domain.spots import Spot
from bot.domain.staff import Unit, UnitLink
from bot.domain.units import units_of
from tests.helpers.digests import LINKS, digest_of
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, MORNING, UNITS, puddle

CENTRE = CODES["Sungai Bambu"]
AROUND = [CODES[name] for name in ("Papanggo", "Warakas", "Sunter Agung", "Pluit")]


def attention_of(*incidents: Incident, **args: object) -> Attention:
    return digest_of(*incidents, **args).attention  # type: ignore[arg-type]


def numbers(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.number for entry in entries]


def handled_by(owner: str = "31.72", **changes: object) -> Handling:
    return Handling(owner=owner, since=DAY_BEFORE, **changes)  # type: ignore[arg-type]


def test_overdue_the_longest_first_and_drains_apart_from_puddles() -> None:
    def due(hours: int) -> Handling:
        return handled_by(due_at=MORNING + timedelta(hours=hours))

    top = handled_by(overdue=True, overdue_since=MORNING - timedelta(hours=5))
    found = attention_of(
        puddle("A", 120, handling=due(-1)),
        puddle("B", kind=Kind.DRAIN, handling=due(-9)),
        puddle("C", 10, handling=top),
        puddle("D", 10, handling=due(1)),
        puddle("E", 10, handling=due(-2), state=IncidentState.HANDLED, ended_at=MORNING),
    )
    assert numbers(found.overdue) == ["C", "A"]
    assert numbers(found.overdue_drains) == ["B"]


def test_sent_around_taken_over_and_opened_again_the_most_often_first_and_only_what_is_open() -> None:
    found = attention_of(
        puddle("A", handling=handled_by(hops=1, escalations=2)),
        puddle("B", handling=handled_by(hops=3)),
        puddle("C", handling=handled_by(reopened=1)),
        puddle("D", handling=handled_by(hops=9), state=IncidentState.HANDLED, ended_at=MORNING),
        puddle("E"),
    )
    assert numbers(found.moved) == ["B", "A"]
    assert numbers(found.escalated) == ["A"]
    assert numbers(found.reopened) == ["C"]


def test_joint_work_names_the_partners_each_once() -> None:
    office = Unit("bbws", Level.OTHER, "BBWS Ciliwung Cisadane", None, outside=True)
    units = units_of(list(AREAS.values()), [office])
    handling = handled_by(helpers=("31.72.02", "bbws", "gone"), outside=Outside("bbws", "412/SDA"))
    found = attention_of(puddle("A", handling=handling), puddle("B"), units=units)
    (entry,) = found.together
    assert [unit.code for unit in entry.partners] == ["31.72.02", "bbws"]


def test_units_without_a_chat_are_named_and_what_others_answer_for_is_counted() -> None:
    office = Unit("bbws", Level.OTHER, "BBWS", None, outside=True)
    units = units_of(list(AREAS.values()), [office])
    lost = UnitLink("31.72.03", DAY_BEFORE)
    links = [link for link in LINKS if link.unit not in (CENTRE, "31.72.03")]
    found = attention_of(
        puddle("A", handling=handled_by(on_behalf=CENTRE)),
        puddle("B", handling=handled_by(on_behalf=CENTRE), state=IncidentState.HANDLED, ended_at=MORNING),
        facts={"links": [*links, lost]},
        units=units,
    )
    assert [unit.code for unit in found.unconnected] == ["31.72.03", CENTRE]
    assert [(unit.code, n) for unit, n in found.on_behalf] == [(CENTRE, 1)]


def test_an_areas_part_names_the_areas_own_units_only() -> None:
    found = attention_of(facts={"links": [], "area_code": "31.72.05"})
    assert [unit.code for unit in found.unconnected] == ["31.72.05", CODES["Pademangan Barat"]]


# -- silence while water stands around ---------------------------------------------------------------------------------


def around(*codes: str) -> Callable[[str], frozenset[str]]:
    """The centre's neighbours, and it is theirs."""
    return lambda code: frozenset(codes) if code == CENTRE else frozenset([CENTRE]) if code in codes else frozenset()


def wet(code: str, number: str, **changes: Any) -> Incident:
    return puddle(number, 30, area_code=code, **changes)


def test_a_kelurahan_that_is_silent_while_water_stands_around_it() -> None:
    found = attention_of(wet(AROUND[0], "A"), wet(AROUND[1], "B"), wet(AROUND[1], "C"), neighbours=around(*AROUND))
    (quiet,) = found.quiet
    assert quiet.area.kelurahan == "Sungai Bambu"
    assert [(area.kelurahan, n) for area, n in quiet.around] == [("Warakas", 2), ("Papanggo", 1)]


@pytest.mark.parametrize(
    ("incidents", "neighbours", "why"),
    [
        ([wet(AROUND[0], "A"), wet(AROUND[0], "B")], around(*AROUND[:2]), "one neighbour is not enough"),
        (
            [wet(AROUND[0], "A"), wet(AROUND[1], "B")],
            around(*AROUND, "31.72.03.1002"),
            "fewer than half of those around",
        ),
        ([wet(AROUND[0], "A"), wet(AROUND[1], "B"), wet(CENTRE, "C")], around(*AROUND), "it has a puddle itself"),
        (
            [
                wet(AROUND[0], "A"),
                wet(AROUND[1], "B"),
                wet(CENTRE, "C", state=IncidentState.RECEDED, ended_at=MORNING),
            ],
            around(*AROUND),
            "somebody reported there, and it has receded",
        ),
        (
            [
                wet(AROUND[0], "A"),
                wet(AROUND[1], "B", first_seen=DAY_BEFORE - timedelta(days=1), last_seen=DAY_BEFORE),
            ],
            around(*AROUND[:2]),
            "what was told of before the window says nothing of today",
        ),
    ],
)
def test_no_strange_silence(incidents: list[Incident], neighbours: Callable[[str], frozenset[str]], why: str) -> None:
    assert attention_of(*incidents, neighbours=neighbours).quiet == (), why


def test_what_is_not_served_is_not_called_silent() -> None:
    served = [area for code, area in AREAS.items() if code != CENTRE]
    incidents = [wet(code, f"N{n}") for n, code in enumerate(AROUND)]
    assert attention_of(*incidents, neighbours=around(*AROUND), units=units_of(served)).quiet == ()
    assert len(attention_of(*incidents, neighbours=around(*AROUND), units=UNITS).quiet) == 1


# -- back again --------------------------------------------------------------------------------------------------------


def spot(number: str, *ago: timedelta) -> Spot:
    """A spot where water came so long before MORNING."""
    began: tuple[datetime, ...] = tuple(sorted(MORNING - each for each in ago))
    return Spot(-6.13, 106.88, "Jl. Lodan", CENTRE, len(began), began, 30, None, (), (), 0, number, "31.72")


HOURS, DAYS = timedelta(hours=2), timedelta(days=1)


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        ((HOURS, 6 * DAYS, 9 * DAYS, 40 * DAYS), (3, 6 * DAYS)),
        ((HOURS, 13 * DAYS), (2, 13 * DAYS)),
        ((HOURS, 15 * DAYS), None),  # long ago is no news
        ((2 * DAYS, 6 * DAYS), None),  # was told of in an earlier digest
    ],
)
def test_a_spot_where_water_came_back(ago: tuple[timedelta, ...], told: tuple[int, timedelta] | None) -> None:
    found = attention_of(spots=[spot("KA7", *ago)]).returned
    assert [(each.times, MORNING - each.before_at) for each in found] == ([told] if told else [])


def test_what_came_back_most_often_comes_first() -> None:
    spots = [spot("A", HOURS, 3 * DAYS), spot("B", HOURS, 2 * DAYS), spot("C", HOURS, 5 * DAYS, 9 * DAYS)]
    assert [each.number for each in attention_of(spots=spots).returned] == ["C", "B", "A"]
