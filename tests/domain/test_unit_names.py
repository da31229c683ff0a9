from __future__ import annotations

import pytest

from bot.domain.handling import Level
from bot.domain.models import Area
from bot.domain.staff import Unit
from bot.domain.unit_names import find_units
from bot.domain.units import units_of

AREAS = [
    Area("31.72.01.1001", "Penjaringan", "Penjaringan", "Kota Adm. Jakarta Utara"),
    Area("31.72.02.1004", "Sungai Bambu", "Tanjung Priok", "Kota Adm. Jakarta Utara"),
    Area("31.72.05.1001", "Pademangan Timur", "Pademangan", "Kota Adm. Jakarta Utara"),
    Area("31.72.05.1002", "Pademangan Barat", "Pademangan", "Kota Adm. Jakarta Utara"),
]
TREE = units_of(AREAS, [Unit("pompa-1", Level.OTHER, "Regu Pompa 1", None)])


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Sungai Bambu", ["31.72.02.1004"]),
        ("  KEL. sungaibambu", ["31.72.02.1004"]),
        ("sungai bam", ["31.72.02.1004"]),
        ("31.72.02", ["31.72.02"]),
        ("pompa-1", ["pompa-1"]),
        ("regu pompa", ["pompa-1"]),
        ("penjaringan", ["31.72.01", "31.72.01.1001"]),
        ("kecamatan penjaringan", ["31.72.01"]),
        ("Satpel SDA Kec. Penjaringan", ["31.72.01"]),
        ("pademangan", ["31.72.05"]),
        ("kelurahan pademangan", ["31.72.05.1001", "31.72.05.1002"]),
        ("sudin", ["31.72"]),
        ("Sudin SDA Jakarta Utara", ["31.72"]),
        ("dinas sda", ["31"]),
        ("entah", []),
        ("sda", []),
        ("", []),
        ("<b>*()", []),
        ("." * 4000, []),
        ("..sungai.. bambu..", ["31.72.02.1004"]),
    ],
)
def test_units_are_found_by_what_people_call_them(typed: str, codes: list[str]) -> None:
    assert sorted(unit.code for unit in find_units(TREE, typed)) == codes
