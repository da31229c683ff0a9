"""What maps are drawn on, and which kelurahan border on each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.geo.areas import AreaIndex
from bot.geo.gazetteer import all_kelurahan
from bot.geo.map_base import THIN_M, neighbours, thinned

SUNGAI_BAMBU, PAPANGGO, WARAKAS, TANJUNG_PRIOK = "31.72.02.1004", "31.72.02.1003", "31.72.02.1007", "31.72.02.1001"
KAMAL_MUARA, MARUNDA = "31.72.01.1002", "31.72.04.1003"
SENEN = "31.71.04.1001"
PULAU_PANGGANG = "31.01.01.1001"
LEBAK_BULUS = "31.74.06.1002"


@pytest.fixture(scope="module")
def index() -> AreaIndex:
    return AreaIndex.from_reference_points(("31.72",))


def test_a_kelurahan_borders_on_those_around_it_and_on_no_other(index: AreaIndex) -> None:
    around = index.neighbours(SUNGAI_BAMBU)
    assert {PAPANGGO, WARAKAS} <= around
    assert not {SUNGAI_BAMBU, KAMAL_MUARA, MARUNDA} & around
    assert 3 <= len(around) <= 9


def test_neighbours_are_mutual() -> None:
    for code in all_kelurahan():
        for other in neighbours(code):
            assert code in neighbours(other)


def test_every_kelurahan_of_the_mainland_has_neighbours_and_islands_have_none(index: AreaIndex) -> None:
    assert all(index.neighbours(area.code) for area in index.all_served())
    assert AreaIndex.from_reference_points(("31",)).neighbours(PULAU_PANGGANG) == frozenset()


def test_only_served_neighbours_are_named() -> None:
    priok = AreaIndex.from_reference_points(("31.72.02",))
    assert all(code.startswith("31.72.02.") for code in priok.neighbours(SUNGAI_BAMBU))
    assert priok.neighbours(SENEN) == frozenset()
    assert priok.neighbours("no code") == frozenset()


def test_a_map_shows_what_is_served_and_what_lies_around(index: AreaIndex) -> None:
    base = index.map_base()
    assert base.served[SUNGAI_BAMBU] == "Sungai Bambu"
    assert base.kecamatan["31.72.02"] == "Tanjung Priok"
    assert set(base.centres) == set(base.served) and len(base.served) == 31
    codes = {code for code, _, _ in base.points}
    assert None in codes and SENEN in codes and set(base.served) <= codes
    assert base.rings is None
    assert index.map_base() is base


def test_a_map_of_a_kecamatan_has_the_points_near_it_only() -> None:
    priok = AreaIndex.from_reference_points(("31.72.02",)).map_base()
    codes = {code for code, _, _ in priok.points}
    assert TANJUNG_PRIOK in codes and LEBAK_BULUS not in codes
    assert set(priok.served) <= codes


def _square(code: str, side_deg: float = 0.01) -> dict[str, object]:
    lat, lon = all_kelurahan()[code].centre
    ring = [[lon, lat], [lon + side_deg, lat], [lon + side_deg, lat + side_deg], [lon, lat + side_deg], [lon, lat]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _file(folder: Path, codes: list[str]) -> Path:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [_square(code) for code in codes]}))
    return path


def test_exact_borders_are_drawn_with_those_around(tmp_path: Path) -> None:
    priok = [area.code for area in AreaIndex.from_reference_points(("31.72.02",)).all_served()]
    path = _file(tmp_path, [*priok, SENEN, PULAU_PANGGANG])
    base = AreaIndex.from_geojson(path, ("31.72.02",)).map_base()
    assert base.points == () and base.rings is not None
    assert set(base.rings) == {*priok, SENEN}


def test_a_file_that_lacks_a_served_kelurahan_is_not_drawn(tmp_path: Path) -> None:
    base = AreaIndex.from_geojson(_file(tmp_path, [SUNGAI_BAMBU]), ("31.72.02",)).map_base()
    assert base.rings is None and base.points


def test_a_border_is_thinned_to_what_can_be_seen() -> None:
    step_deg = THIN_M / 110_600 / 4
    line = [(-6.1 + i * step_deg, 106.9) for i in range(41)]
    ring = [*line, (-6.1, 106.95)]
    kept = thinned(ring)
    assert kept[0] == ring[0] and kept[-1] == ring[-1]
    assert 10 <= len(kept) <= 13
    tiny = [(-6.1, 106.9), (-6.1, 106.90001), (-6.10001, 106.9)]
    assert thinned(tiny) == tiny
