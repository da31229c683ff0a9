"""Incidents for tests, and a rainy night in Jakarta Utara made of puddles that were in the news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.domain.models import (
    LEVEL_CM,
    Area,
    Cause,
    Depth,
    Fault,
    Incident,
    IncidentState,
    Kind,
    Passability,
)
from bot.domain.units import units_of
from tests.helpers.clock import WIB

KOTA = "Kota Administrasi Jakarta Utara"
AREAS: Mapping[str, Area] = {
    code: Area(code, kelurahan, kecamatan, KOTA)
    for code, kelurahan, kecamatan in (
        ("31.72.01.1001", "Penjaringan", "Penjaringan"),
        ("31.72.01.1005", "Pluit", "Penjaringan"),
        ("31.72.02.1003", "Papanggo", "Tanjung Priok"),
        ("31.72.02.1004", "Sungai Bambu", "Tanjung Priok"),
        ("31.72.02.1006", "Sunter Agung", "Tanjung Priok"),
        ("31.72.02.1007", "Warakas", "Tanjung Priok"),
        ("31.72.03.1002", "Tugu Utara", "Koja"),
        ("31.72.04.1001", "Cilincing", "Cilincing"),
        ("31.72.04.1002", "Sukapura", "Cilincing"),
        ("31.72.05.1002", "Pademangan Barat", "Pademangan"),
        ("31.72.06.1003", "Kelapa Gading Barat", "Kelapa Gading"),
    )
}
UNITS = units_of(list(AREAS.values()))
CODES = {area.kelurahan: code for code, area in AREAS.items()}

MORNING = datetime(2026, 1, 19, 6, 0, tzinfo=WIB)
"""When the digest of the rainy night is due."""

DAY_BEFORE = MORNING - timedelta(days=1)

_ids = count(1)


def depth(cm: int) -> Depth:
    """The body word of exactly so many cm, else a measured depth."""
    return next((Depth.of(level) for level, at_cm in LEVEL_CM.items() if at_cm == cm), Depth.from_cm(cm))


def puddle(number: str = "KA7", *cms: int, at: str = "Sungai Bambu", **changes: object) -> Incident:
    """An open puddle told of an hour before MORNING; `cms`: the depths told, in order; `at`: its kelurahan."""
    incident = Incident(
        id=next(_ids),
        number=number,
        kind=Kind.PUDDLE,
        state=IncidentState.WAITING,
        lat=-6.13,
        lon=106.88,
        weight=0.01,
        cell=0,
        reporters=1,
        area_code=CODES.get(at),
        first_seen=MORNING - timedelta(hours=1),
        last_seen=MORNING - timedelta(hours=1),
        depth_first=depth(cms[0]) if cms else None,
        depth_last=depth(cms[-1]) if cms else None,
        depth_max=depth(max(cms)) if cms else None,
    )
    return replace(incident, **changes)  # type: ignore[arg-type]  # the caller names fields of Incident


def night(hour: int, minute: int = 0) -> datetime:
    """That hour of the night: from 07.00 on it is the 18th, before the 19th."""
    day = DAY_BEFORE if hour >= 7 else MORNING
    return day.replace(hour=hour, minute=minute)


def rainy_night() -> list[Incident]:
    """What stood, receded and was given up on in the night to 19 January 2026."""
    rain, river, tide = Cause.RAIN, Cause.RIVER, Cause.TIDE
    receded, unheard = IncidentState.RECEDED, IncidentState.UNHEARD

    def stood(
        number: str, name: str | None, at: str, *cms: int, since: datetime, last: datetime, **more: object
    ) -> Incident:
        return puddle(number, *cms, at=at, name=name, first_seen=since, last_seen=last, **more)

    return [
        stood(
            "KA7",
            "Jl. Gaya Motor 2 (dekat pabrik)",
            "Sungai Bambu",
            30,
            50,
            since=night(19, 10),
            last=night(5, 40),
            causes=(rain,),
            passability=Passability.TRUCK,
            reporters=5,
        ),
        stood(
            "MD3",
            "Jl. Yos Sudarso Raya",
            "Sungai Bambu",
            30,
            10,
            since=night(20, 2),
            last=night(4, 55),
            causes=(rain,),
            passability=Passability.CAR,
            reporters=3,
        ),
        stood(
            "QX2",
            "Jl. RE Martadinata (depan JIS)",
            "Papanggo",
            10,
            since=night(4, 15),
            last=night(5, 50),
            causes=(tide,),
            passability=Passability.MOTORCYCLE,
            reporters=2,
        ),
        stood(
            "PL8",
            "Jl. Lestari 8 RT02/10",
            "Sukapura",
            10,
            70,
            since=night(21, 30),
            last=night(5, 12),
            causes=(river, rain),
            passability=Passability.NOBODY,
            reporters=9,
        ),
        stood(
            "HT4",
            "Jl. Cakung Cilincing Raya",
            "Sukapura",
            35,
            since=night(19, 40),
            last=night(3, 20),
            causes=(rain,),
            reporters=4,
            unsure=True,
        ),
        stood("RB9", None, "Cilincing", 50, since=night(18, 55), last=night(4, 1), approximate=True),
        stood(
            "ZN5",
            "Jl. Muara Baru",
            "Penjaringan",
            30,
            since=night(3, 30),
            last=night(5, 58),
            causes=(rain, tide),
            reporters=3,
        ),
        stood(
            "WC6", "Jl. Mangga", "Tugu Utara", 30, since=night(19, 20), last=night(23, 10), causes=(rain,), reporters=2
        ),
        stood(
            "FD2",
            "Jl. Gunung Sahari (Lantamal)",
            "Pademangan Barat",
            50,
            since=night(18),
            last=night(22, 45),
            causes=(rain,),
            reporters=4,
        ),
        stood(
            "GV7",
            "Jl. Boulevard Barat",
            "Kelapa Gading Barat",
            30,
            50,
            10,
            since=night(18, 40),
            last=night(1, 15),
            state=receded,
            ended_at=night(2, 10),
            reporters=6,
        ),
        stood(
            "SK3",
            "Jl. Dermaga Ujung, Muara Angke",
            "Pluit",
            70,
            since=night(7),
            last=night(14, 40),
            state=receded,
            ended_at=night(15, 4),
            reporters=2,
        ),
        stood(
            "YJ4",
            "Jl. Kampung Sepatan",
            "Cilincing",
            120,
            since=night(18, 10),
            last=night(20, 30),
            state=unheard,
            ended_at=night(3),
        ),
        stood(
            "LM8",
            "Jl. Warakas 3",
            "Warakas",
            since=night(9),
            last=night(9),
            kind=Kind.DRAIN,
            faults=(Fault.INLET,),
            reporters=2,
        ),
        stood(
            "TA9",
            "Jl. Danau Sunter Utara",
            "Sunter Agung",
            since=night(9) - timedelta(days=3),
            last=night(9),
            kind=Kind.DRAIN,
            faults=(Fault.PUMP,),
        ),
    ]
