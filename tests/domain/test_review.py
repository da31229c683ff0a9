"""The month in review: figures that add up and never mix what was handled with what receded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.handling import Handling
from bot.domain.models import Depth, Incident, IncidentState, Kind
from bot.domain.records import Tally
from bot.domain.review import Review, month_before, review
from bot.domain.spots import Spot
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, incident
from tests.helpers.clock import WIB

WARAKAS = "31.72.02.1007"
NOW = datetime(2026, 2, 1, 6, tzinfo=WIB)
DAY_15 = datetime(2026, 1, 15, 12, tzinfo=WIB)


def ended(id: int, state: IncidentState, hours: float, **more: Any) -> Incident:
    return incident(id, at=DAY_15, state=state, ended_at=DAY_15 + timedelta(hours=hours), **more)


def spot(number: str, *began: datetime) -> Spot:
    return Spot(
        lat=LAT,
        lon=LON,
        name=None,
        area_code=SUNGAI_BAMBU,
        times=len(began),
        began=began,
        deepest_cm=50,
        stood_s=None,
        causes=(),
        rain=(),
        handled=0,
        number=number,
        owner=SUNGAI_BAMBU,
    )


def january(*incidents: Incident, before: tuple[Incident, ...] = (), spots: tuple[Spot, ...] = ()) -> Review:
    return review(
        incidents,
        before,
        first=date(2026, 1, 1),
        last=date(2026, 1, 31),
        now=NOW,
        timezone=WIB,
        tally=Tally(reports=9, reporters=7),
        ratings={"good": 3, "bad": 1},
        spots=spots,
    )


def test_the_month_before() -> None:
    assert month_before(date(2026, 2, 1)) == (date(2026, 1, 1), date(2026, 1, 31))
    assert month_before(date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert month_before(date(2024, 3, 1)) == (date(2024, 2, 1), date(2024, 2, 29))


def test_kelurahan_add_up_and_are_compared() -> None:
    found = january(
        ended(1, IncidentState.HANDLED, 2),
        ended(2, IncidentState.RECEDED, 4),
        ended(3, IncidentState.RECEDED, 6, area_code=WARAKAS),
        ended(4, IncidentState.UNHEARD, 48, area_code=None),
        ended(5, IncidentState.MERGED, 1),
        ended(6, IncidentState.CANCELLED, 1),
        ended(7, IncidentState.NO_PUDDLE, 1),
        before=(incident(8, area_code=WARAKAS), incident(9, area_code=WARAKAS, kind=Kind.DRAIN)),
    )
    assert [(each.code, each.cases, each.before) for each in found.areas] == [
        (SUNGAI_BAMBU, 2, 0),
        (None, 1, 0),
        (WARAKAS, 1, 1),
    ]
    assert sum(each.cases for each in found.areas) == found.days.total == found.figures.cases == 4
    assert found.days.before == 1
    assert found.areas[0].gone_s == 3 * 3600
    assert (found.figures.handled, found.figures.receded) == (1, 2)


def test_clocks_drains_and_the_deepest() -> None:
    late = Handling(owner=SUNGAI_BAMBU, since=DAY_15, escalations=1)
    timely = Handling(owner=SUNGAI_BAMBU, since=DAY_15)
    found = january(
        ended(1, IncidentState.HANDLED, 2, handling=late),
        ended(2, IncidentState.HANDLED, 2, handling=timely, depth_max=Depth.from_cm(85)),
        incident(3, at=DAY_15, depth_max=None),
        ended(4, IncidentState.HANDLED, 2, kind=Kind.DRAIN),
        incident(5, at=DAY_15, kind=Kind.DRAIN),
    )
    assert (found.figures.in_time, found.figures.judged) == (1, 2)
    assert (found.drains, found.drains_mended) == (2, 1)
    assert found.open == 1
    assert found.deepest is not None
    assert found.deepest.id == 2


def test_spots_of_the_month_most_often_first() -> None:
    one, two = DAY_15, DAY_15 + timedelta(days=3)
    december = DAY_15 - timedelta(days=30)
    found = january(spots=(spot("A", december, one), spot("B", one, two), spot("C", december, december)))
    assert [(each.spot.number, each.times) for each in found.spots] == [("B", 2), ("A", 1)]


def test_a_month_without_anything() -> None:
    found = january()
    assert found.days.total == 0
    assert len(found.days.days) == 31
    assert (found.areas, found.deepest, found.spots) == ((), None, ())
