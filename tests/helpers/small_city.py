"""A small city for tests: three kelurahan in two kecamatan, a pump crew, and an office outside of the bot."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.handling import Level
from bot.domain.models import Area
from bot.domain.ownership import Offices, Times
from bot.domain.staff import Unit
from bot.domain.units import units_of

BAMBU, PAPANGGO, LAGOA = "31.72.02.1004", "31.72.02.1003", "31.72.03.1003"
PRIOK, KOJA = "31.72.02", "31.72.03"
KOTA, PROVINSI = "31.72", "31"
PUMPS, BBWSCC = "pompa", "bbwscc"

TREE = units_of(
    [
        Area(BAMBU, "Sungai Bambu", "Tanjung Priok", "Jakarta Utara"),
        Area(PAPANGGO, "Papanggo", "Tanjung Priok", "Jakarta Utara"),
        Area(LAGOA, "Lagoa", "Koja", "Jakarta Utara"),
    ],
    [
        Unit(PUMPS, Level.OTHER, "Regu pompa", KOTA),
        Unit(BBWSCC, Level.OTHER, "BBWSCC", PROVINSI, outside=True),
    ],
)

EVERYBODY = frozenset({BAMBU, PAPANGGO, LAGOA, PRIOK, KOJA, KOTA, PROVINSI, PUMPS})

TIMES = Times(timedelta(minutes=60), timedelta(hours=6))


def unit(code: str) -> Unit:
    """The unit with this code."""
    found = TREE.get(code)
    assert found is not None
    return found


def offices(*connected: str) -> Offices:
    """The city with chats of these units; of all (but the one outside) where none is named."""
    return Offices(TREE, frozenset(connected) or EVERYBODY)
