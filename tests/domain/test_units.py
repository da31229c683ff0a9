from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.handling import Level
from bot.domain.staff import Unit
from bot.domain.units import UnitTree, unit_values, units_of
from bot.geo.areas import AreaIndex

BAMBU, PRIOK, UTARA, DKI = "31.72.02.1004", "31.72.02", "31.72", "31"

CREW = Unit("pompa", Level.OTHER, "Regu Pompa", PRIOK)
OUTSIDE = Unit("bbwscc", Level.OTHER, "BBWSCC", None, outside=True)


def tree(*served: str) -> UnitTree:
    return units_of(AreaIndex.from_reference_points(served or ("31.72",)).all_served(), [CREW, OUTSIDE])


def names(units: object) -> list[str]:
    return [unit.name for unit in units]  # type: ignore[attr-defined]


def test_there_is_an_office_for_every_level_and_those_that_are_added() -> None:
    units = tree().all()
    counts = {level: sum(unit.level is level for unit in units) for level in Level}
    assert counts == {
        Level.KELURAHAN: 31,
        Level.KECAMATAN: 6,
        Level.KOTA: 1,
        Level.PROVINSI: 1,
        Level.OTHER: 2,
    }
    assert names(tree().children(DKI)) == ["Jakarta Utara"]
    assert len(tree().children(PRIOK)) == 8  # seven kelurahan and the crew


def test_each_office_knows_the_one_above() -> None:
    assert names(tree().chain(BAMBU)) == ["Sungai Bambu", "Tanjung Priok", "Jakarta Utara", "DKI Jakarta"]
    assert names(tree().chain("pompa"))[:2] == ["Regu Pompa", "Tanjung Priok"]
    assert tree().parent(DKI) is None
    parent = tree().parent("bbwscc")
    assert parent is not None and parent.code == UTARA  # who writes letters to it


def test_the_office_of_a_level_is_that_of_the_place() -> None:
    units = tree()
    for level, code in (
        (Level.KELURAHAN, BAMBU),
        (Level.KECAMATAN, PRIOK),
        (Level.KOTA, UTARA),
        (Level.PROVINSI, DKI),
    ):
        assert units.of_level(BAMBU, level).code == code
    with pytest.raises(ValueError, match="other"):
        units.of_level(BAMBU, Level.OTHER)


@pytest.mark.parametrize(
    ("area", "code"), [(None, UTARA), ("31.75.01.1001", UTARA), ("31.72.02.1999", PRIOK), ("99", UTARA)]
)
def test_a_place_that_no_kelurahan_serves_is_the_nearest_levels_above(area: str | None, code: str) -> None:
    assert tree().of_level(area, Level.KELURAHAN).code == code


def test_where_several_kota_are_served_the_province_is_in_their_middle() -> None:
    assert tree("31.72", "31.75").of_level(None, Level.KELURAHAN).code == DKI


def test_only_part_of_a_kota_served_has_its_sudin_all_the_same() -> None:
    assert tree(PRIOK).of_level(BAMBU, Level.KOTA).name == "Jakarta Utara"
    assert tree(PRIOK).get("31.72.01") is None


def test_an_office_that_is_gone_leaves_its_cases_with_the_kota() -> None:
    units = tree()
    assert names(units.chain("closed-crew")) == ["Jakarta Utara", "DKI Jakarta"]
    parent = units.parent("closed-crew")
    assert parent is not None and parent.code == UTARA
    nearest = units.nearest("closed-crew", {DKI})
    assert nearest is not None and nearest.code == DKI


CODES = [unit.code for unit in tree().all()]


@given(st.sampled_from(CODES), st.sets(st.sampled_from(CODES)))
def test_the_nearest_with_a_chat_is_the_lowest_of_its_chain_and_never_outside(code: str, connected: set[str]) -> None:
    units = tree()
    able = [unit for unit in units.chain(code) if unit.code in connected and not unit.outside]
    assert units.nearest(code, connected) == (able[0] if able else None)


def test_what_texts_show_of_an_office() -> None:
    unit = tree().get(BAMBU)
    assert unit is not None
    assert unit_values(unit) == {"level": "kelurahan", "name": "Sungai Bambu"}
