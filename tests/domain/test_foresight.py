"""What to expect tomorrow, and what to check under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.feed_content import Known, Missing
from bot.domain.foresight import Anticipation, Check, anticipate
from bot.domain.models import Cause, Fault, Incident, IncidentState, Kind
from bot.domain.sites import Site, SiteState
from bot.domain.spots import Spot
from bot.domain.weather import Forecast, Gate, Rain, WeatherDay
from bot.domain.weather_days import weather_days
from tests.helpers.clock import EVENING, WIB
from tests.helpers.small_city import BAMBU, KOJA, LAGOA, PAPANGGO, PRIOK, TREE

TOMORROW = date(2026, 1, 19)
MIDNIGHT = datetime(2026, 1, 19, tzinfo=WIB)
KECAMATAN = [(PRIOK, "Tanjung Priok"), (KOJA, "Koja")]
LAT, LON = -6.13, 106.88


def steps(code: str, *rain: tuple[int, Rain]) -> list[Forecast]:
    """Steps of three hours that begin at these hours of tomorrow."""
    at = [(MIDNIGHT + timedelta(hours=hour), each) for hour, each in rain]
    return [Forecast(code, begins, begins + timedelta(hours=3), each) for begins, each in at]


def expect(forecasts: list[Forecast], *gates: Gate, missing: tuple[Missing, ...] = (), **under: object) -> Anticipation:
    known = Known(forecasts, (), gates, missing)
    return anticipate(TOMORROW, known, KECAMATAN, TREE, WIB, **under)  # type: ignore[arg-type]


def spot(number: str = "KA7", times: int = 4, area: str = LAGOA, north_m: float = 0.0) -> Spot:
    lat = LAT + north_m / 111_195
    return Spot(lat, LON, "Jl. Deli", area, times, (), 50, None, (), (), 0, number, area)


def site(number: int = 7, state: SiteState = SiteState.OPEN, area: str = LAGOA) -> Site:
    return Site(number, "Pasar Koja", LAT, LON, 50.0, area, KOJA, EVENING, task="Angkat sampah", state=state)


def drain(number: str = "MD3", area: str = LAGOA, **more: object) -> Incident:
    case = Incident(1, number, Kind.DRAIN, IncidentState.WAITING, LAT, LON, 1.0, 0, 1, area, EVENING, EVENING)
    return replace(case, faults=(Fault.INLET,), **more)  # type: ignore[arg-type]


def hours(told: Anticipation) -> list[tuple[str, Rain, int | None, int | None]]:
    return [(each.name, each.rain, each.from_hour, each.until_hour) for each in told.expected]


def test_a_kecamatan_is_told_its_most_rain_and_when_it_falls() -> None:
    told = expect(
        [
            *steps(LAGOA, (10, Rain.LIGHT), (13, Rain.HEAVY), (16, Rain.HEAVY), (19, Rain.MODERATE)),
            *steps(BAMBU, (1, Rain.NONE), (4, Rain.LIGHT)),
            *steps(PAPANGGO, (13, Rain.MODERATE), (16, Rain.NONE)),
        ]
    )
    assert hours(told) == [("Koja", Rain.HEAVY, 13, 19), ("Tanjung Priok", Rain.MODERATE, 13, 16)]
    assert (told.calm, told.unknown, told.forecast_known) == ((), (), True)


def test_two_showers_apart_are_not_one_long_rain() -> None:
    told = expect(steps(LAGOA, (1, Rain.HEAVY), (4, Rain.NONE), (13, Rain.HEAVY), (16, Rain.HEAVY)))
    assert hours(told) == [("Koja", Rain.HEAVY, 13, 19)]


def test_rain_over_midnight_counts_within_the_day() -> None:
    told = expect([*steps(LAGOA, (22, Rain.HEAVY)), *steps(BAMBU, (-1, Rain.LIGHT))])
    assert hours(told) == [("Koja", Rain.HEAVY, 22, 24), ("Tanjung Priok", Rain.LIGHT, 0, 2)]


def test_other_days_do_not_count() -> None:
    told = expect([*steps(LAGOA, (-3, Rain.HEAVY), (3, Rain.NONE)), *steps(BAMBU, (24, Rain.HEAVY))])
    assert (told.expected, told.calm, told.unknown) == ((), ("Koja",), ("Tanjung Priok",))


def test_without_a_forecast_nothing_is_called_calm() -> None:
    told = expect([], missing=(Missing("forecast", EVENING),), spots=[spot()])
    assert (told.expected, told.calm, told.unknown, told.forecast_known) == ((), (), (), False)
    assert told.elsewhere == 0
    assert [each.number for each in told.anyway] == ["KA7"]  # it is to be checked all the same
    assert expect(steps(LAGOA, (13, Rain.NONE)), spots=[spot()]).anyway == ()
    assert told.missing == (Missing("forecast", EVENING),)


def test_under_the_rain_stand_spots_drains_and_listed_places_each_with_its_unit() -> None:
    told = expect(steps(LAGOA, (13, Rain.HEAVY)), spots=[spot(north_m=500)], sites=[site()], incidents=[drain()])
    checks = told.expected[0].checks
    assert [(each.kind, each.number) for each in checks] == [("spot", "KA7"), ("drain", "MD3"), ("site", "P7")]
    assert [each.unit and each.unit.name for each in checks] == ["Lagoa", "Lagoa", "Koja"]
    assert (checks[0].times, checks[1].faults, checks[2].task) == (4, (Fault.INLET,), "Angkat sampah")


def test_the_spot_that_comes_back_most_comes_first_and_kinds_take_turns() -> None:
    spots = [spot("AA1", 2, north_m=500), spot("AA2", 6, north_m=600), spot("AA3", 3, north_m=700)]
    told = expect(steps(LAGOA, (13, Rain.HEAVY)), spots=spots, incidents=[drain()])
    assert [each.number for each in told.expected[0].checks] == ["AA2", "MD3", "AA3", "AA1"]


def test_a_spot_at_a_listed_place_is_told_once() -> None:
    told = expect(steps(LAGOA, (13, Rain.HEAVY)), spots=[spot()], sites=[site()])
    assert [each.kind for each in told.expected[0].checks] == ["site"]
    tidied = expect(steps(LAGOA, (13, Rain.HEAVY)), spots=[spot()], sites=[site(state=SiteState.TIDY)])
    assert [each.kind for each in tidied.expected[0].checks] == ["spot"]


def test_what_is_done_or_elsewhere_is_not_listed() -> None:
    told = expect(
        [*steps(LAGOA, (13, Rain.HEAVY)), *steps(BAMBU, (13, Rain.NONE))],
        sites=[site(1, SiteState.TIDY), site(2, SiteState.DROPPED)],
        incidents=[drain(state=IncidentState.HANDLED)],
        spots=[spot("BB1", area=BAMBU), spot("BB2", area="31.71.01.1001")],
    )
    assert told.expected[0].checks == ()
    assert told.elsewhere == 1
    unknown = expect(steps(LAGOA, (13, Rain.HEAVY)), spots=[spot("BB1", area=BAMBU)])
    assert unknown.elsewhere == 0, "whether it will rain there is not known"


def test_gates_above_normal_are_told_worst_first_and_the_sea_apart() -> None:
    told = expect(
        [],
        Gate("Karet", 300, 4, EVENING),
        Gate("Manggarai", 750, 3, EVENING),
        Gate("Depok", 350, 2, EVENING),
        Gate("Pasar Ikan - Laut", 215, 3, EVENING),
        Gate("Laut-an", 1, 4, EVENING),
    )
    assert [each.name for each in told.gates] == ["Depok", "Manggarai"]
    assert [each.name for each in told.sea] == ["Pasar Ikan - Laut", "Laut-an"]
    assert told.gates_known


def test_open_cases_of_the_tide_are_counted() -> None:
    rob = drain(kind=Kind.PUDDLE, causes=(Cause.TIDE,))
    assert expect([], incidents=[rob, replace(rob, state=IncidentState.RECEDED), drain()]).rob == 1


def test_a_unit_that_is_no_more_leaves_it_to_the_kelurahan() -> None:
    told = expect(steps(LAGOA, (13, Rain.HEAVY)), spots=[replace(spot(), owner="gone")])
    check: Check = told.expected[0].checks[0]
    assert check.unit is not None
    assert check.unit.code == LAGOA


@pytest.mark.parametrize(("hour", "days"), [(10, [19]), (22, [19, 20]), (-2, [18, 19])])
def test_the_rain_of_days_is_told_by_kecamatan(hour: int, days: list[int]) -> None:
    found = weather_days(steps(LAGOA, (hour, Rain.HEAVY)), [date(2026, 1, day) for day in (18, 19, 20)], WIB)
    assert found == [WeatherDay(KOJA, date(2026, 1, day), Rain.HEAVY) for day in days]
