"""What is to be expected tomorrow, and what each unit may check before the rain. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.models import Fault
from bot.domain.staff import Unit
from bot.domain.weather import Gate, Rain


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to check before the rain.

    Attributes:
        kind: "spot" (comes back), "site" (listed place), "drain" (open report of a drain).
        number: of the case or listed place (P7); times: of a spot: how often lately.
        faults: of a drain: what is wrong.
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


@dataclass(frozen=True, slots=True)
class Expected:
    """Rain expected in a kecamatan on a day, hours as (from, until) of the clock on the wall, and what lies under it."""

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
        expected: kecamatan with rain, most rain first; calm: names of those without.
        gates: those above normal, worst first; gates_known: any gate is known.
        elsewhere: things to check outside of the kecamatan with rain: none is listed, this many there are.
        missing: feeds that are switched on and could not be read ("forecast", "nowcast", "gates").
        forecast_known: there is a forecast for that day.
    """

    day: date
    expected: tuple[Expected, ...]
    calm: tuple[str, ...]
    gates: tuple[Gate, ...]
    gates_known: bool
    forecast_known: bool
    elsewhere: int = 0
    missing: tuple[str, ...] = ()
