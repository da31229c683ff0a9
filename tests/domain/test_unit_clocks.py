"""What is told of offices and their clocks."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.handling import Handling, Level
from bot.domain.models import IncidentState
from bot.domain.staff import Unit, UnitLink
from bot.domain.unit_clocks import UnitGathering
from bot.domain.units import units_of
from tests.helpers.puddles import AREAS, CODES, MORNING, puddle

UNITS = units_of(list(AREAS.values()), [Unit("bbwscc", Level.OTHER, "BBWSCC", None, outside=True)])
WARAKAS, PLUIT = CODES["Warakas"], CODES["Pluit"]


def test_what_is_open_now_is_told_whenever_it_began() -> None:
    old = puddle(handling=Handling(owner=WARAKAS, overdue=True), first_seen=MORNING - timedelta(days=30))
    found = {each.unit.code: each for each in UnitGathering(MORNING).result(UNITS, [], [old])}
    assert (found[WARAKAS].open, found[WARAKAS].overdue, found[WARAKAS].figures.cases) == (1, 1, 0)
    assert (found[PLUIT].open, found[PLUIT].overdue) == (0, 0)


def test_a_case_is_counted_to_who_answers_for_it_now() -> None:
    gathering = UnitGathering(MORNING)
    began = MORNING - timedelta(hours=2)
    for minutes in (10, 20, 90):
        taken_at = began + timedelta(minutes=minutes)
        gathering.add(
            puddle(first_seen=began, handling=Handling(owner="31.72.02", since=began, taken_at=taken_at, hops=1))
        )
    gathering.add(puddle(state=IncidentState.MERGED, ended_at=MORNING, handling=Handling(owner="31.72.02")))
    found = {each.unit.code: each.figures for each in gathering.result(UNITS, [], [])}
    assert (found["31.72.02"].cases, found["31.72.02"].take_up_s, found["31.72.02"].hops) == (3, 1200, 3)
    assert found[WARAKAS].cases == 0


def test_a_unit_whose_chat_was_lost_is_not_connected_and_offices_outside_are_not_told_of() -> None:
    links = [UnitLink(WARAKAS, MORNING, chat_id=-1), UnitLink(PLUIT, MORNING)]
    found = {each.unit.code: each.connected for each in UnitGathering(MORNING).result(UNITS, links, [])}
    assert found[WARAKAS]
    assert not found[PLUIT]
    assert "bbwscc" not in found
