"""Which kelurahan a point is in, by reference points and by borders, and which are served."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.errors import OperatorError
from bot.geo.areas import AreaIndex
from bot.geo.gazetteer import all_kelurahan

JAKUT = ("31.72",)

BOULEVARD_BARAT = (-6.1560, 106.8990)
MONAS = (-6.1754, 106.8272)
BEKASI = (-6.2383, 106.9756 + 0.03)
BANDUNG = (-6.9147, 107.6098)
BAY = (-6.03, 106.90)


@pytest.fixture(scope="module")
def index() -> AreaIndex:
    return AreaIndex.from_reference_points(JAKUT)


def test_a_street_in_jakarta_utara_is_served(index: AreaIndex) -> None:
    located = index.locate(*BOULEVARD_BARAT)
    assert located.area is not None
    assert (located.area.kecamatan, located.area.kota) == ("Kelapa Gading", "Kota Administrasi Jakarta Utara")
    assert located.served


def test_all_of_dki_is_known_but_not_served(index: AreaIndex) -> None:
    located = index.locate(*MONAS)
    assert located.area is not None
    assert located.area.kelurahan == "Gambir"
    assert not located.served
    assert AreaIndex.from_reference_points(("31",)).locate(*MONAS).served


@pytest.mark.parametrize("point", [BEKASI, BANDUNG, BAY, (48.85, 2.35), (0.0, 0.0), (-89.0, 0.0), (-6.15, 200.0)])
def test_places_outside_of_dki_have_no_kelurahan(index: AreaIndex, point: tuple[float, float]) -> None:
    located = index.locate(*point)
    assert (located.area, located.other, located.served) == (None, None, False)


def test_the_islands_are_known(index: AreaIndex) -> None:
    located = index.locate(-5.7447, 106.6150)  # Pulau Pramuka
    assert located.area is not None
    assert located.area.kelurahan == "Pulau Panggang"
    assert located.area.kota == "Kabupaten Administrasi Kepulauan Seribu"


def test_near_a_border_the_neighbour_is_named(index: AreaIndex) -> None:
    """On the way from one kelurahan's middle to its neighbour's the other is named, where the margin is small."""
    (lat1, lon1), (lat2, lon2) = index.centre("31.72.06.1001"), index.centre("31.72.06.1003")
    way = [index.locate(lat1 + (lat2 - lat1) * t / 200, lon1 + (lon2 - lon1) * t / 200) for t in range(201)]
    unsure = [located for located in way if located.other is not None]
    assert unsure
    assert all(located.margin_m < 100 for located in unsure)
    assert all(located.margin_m >= 100 for located in way if located.other is None)
    assert way[0].other is None


def test_nobody_near_the_border_of_the_service_area_is_sent_away() -> None:
    """Where a served and an unserved kelurahan cannot be told apart, the served one is taken, the other offered."""
    every = AreaIndex.from_reference_points(("31",))
    jakut = AreaIndex.from_reference_points(JAKUT)
    turned = 0
    for step in range(400):
        point = (-6.165 + step * 1e-4, 106.8405)  # from Sawah Besar northward to Pademangan
        plain, located = every.locate(*point), jakut.locate(*point)
        pair = [area for area in (plain.area, plain.other) if area is not None]
        served = [area for area in pair if area.code.startswith("31.72.")]
        if served:
            assert located.served
            assert located.area in served
            turned += plain.area not in served
        else:
            assert not located.served
    assert turned


@pytest.mark.parametrize(
    ("service_area", "count"),
    [
        (("31.72",), 31),
        (("31",), 267),
        (("31.72.02.1004",), 1),
        (("31.72.02", "31.72.03"), 13),
        (("31.72", "31.72.02"), 31),
    ],
)
def test_what_is_served(service_area: Sequence[str], count: int) -> None:
    index = AreaIndex.from_reference_points(service_area)
    codes = [area.code for code, _ in index.served_kecamatan() for area in index.served_kelurahan(code)]
    assert len(codes) == count
    assert codes == sorted(codes)


def test_kecamatan_and_kelurahan_for_the_buttons(index: AreaIndex) -> None:
    assert index.served_kecamatan()[1] == ("31.72.02", "Tanjung Priok")
    assert [area.kelurahan for area in index.served_kelurahan("31.72.05")] == [
        "Pademangan Timur",
        "Pademangan Barat",
        "Ancol",
    ]
    assert index.served_kelurahan("31.71.01") == ()
    area = index.get("31.72.02.1004")
    assert area is not None
    assert area.kelurahan == "Sungai Bambu"
    assert index.get("31.72.02.9999") is None


def test_the_centre_of_every_mainland_kelurahan_lies_in_it(index: AreaIndex) -> None:
    for code, known in all_kelurahan().items():
        located = index.locate(*index.centre(code))
        assert code in {area.code for area in (located.area, located.other) if area is not None}, known.area.kelurahan


@pytest.mark.parametrize("service_area", [(), ("",), ("31.7",), ("31.721",), ("32.75",), ("31.72", "99"), ("Jakarta",)])
def test_a_service_area_that_is_nowhere_is_the_operators_to_mend(service_area: Sequence[str]) -> None:
    with pytest.raises(OperatorError, match=r"^SERVICE_AREA[^\n]+31\.72[^\n]*$"):
        AreaIndex.from_reference_points(service_area)


# ---- borders: two squares side by side in the middle of Jakarta Utara, the eastern one with a hole ----

WEST, EAST = "31.72.03.1001", "31.72.03.1002"
DEG_M = 1 / 110_600


def square(south: float, west: float, size: float) -> list[list[float]]:
    north, east = south + size, west + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: object, *polygons: list[list[list[float]]]) -> dict[str, object]:
    kind, coordinates = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", list(polygons))
    return {
        "type": "Feature",
        "properties": {"code": code, "name": "x"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def write(path: Path, *features: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


@pytest.fixture
def squares(tmp_path: Path) -> AreaIndex:
    west = feature(WEST, [square(-6.12, 106.88, 0.01)])
    east = feature(
        EAST,
        [square(-6.12, 106.89, 0.01), square(-6.118, 106.892, 0.006)],  # the second ring is a hole
        [square(-6.105, 106.90, 0.002)],
    )
    return AreaIndex.from_geojson(write(tmp_path / "areas.geojson", west, east), JAKUT)


def test_inside_a_polygon(squares: AreaIndex) -> None:
    located = squares.locate(-6.115, 106.885)
    assert located.area is not None
    assert (located.area.code, located.other, located.served) == (WEST, None, True)
    assert located.margin_m == pytest.approx(200)  # borders farther away are told as 200 m


def test_a_second_polygon_is_the_same_kelurahan_and_a_hole_is_not(squares: AreaIndex) -> None:
    island = squares.locate(-6.104, 106.901)
    hole = squares.locate(-6.115, 106.895)
    assert island.area is not None
    assert island.area.code == EAST
    assert hole.area is None or hole.area.code not in (WEST, EAST)


def test_at_a_border_both_sides_are_named(squares: AreaIndex) -> None:
    for metres, code, other in ((-40, WEST, None), (-10, WEST, EAST), (10, EAST, WEST), (40, EAST, None)):
        located = squares.locate(-6.119, 106.89 + metres * DEG_M)
        assert located.area is not None
        assert located.area.code == code
        assert (located.other.code if located.other else None) == other
        assert located.margin_m == pytest.approx(abs(metres), rel=0.01)


def test_a_kelurahan_that_the_file_lacks_is_found_by_its_points(squares: AreaIndex) -> None:
    located = squares.locate(*MONAS)
    assert located.area is not None
    assert located.area.kelurahan == "Gambir"


def test_just_off_the_sea_wall_is_still_the_kelurahan(tmp_path: Path) -> None:
    coast = feature("31.72.05.1003", [square(-6.130, 106.84, 0.009)])  # its northern edge at -6.121
    path = write(tmp_path / "a.geojson", coast)
    index = AreaIndex.from_geojson(path, JAKUT)
    off = index.locate(-6.121 + 60 * DEG_M, 106.845)
    assert off.area is not None
    assert off.area.kelurahan == "Ancol"
    far_off = index.locate(-6.06, 106.845)
    assert far_off.area is None


def test_codes_without_dots_and_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", feature("3172031001", [square(-6.12, 106.88, 0.01)]))
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    located = AreaIndex.from_geojson(path, JAKUT).locate(-6.115, 106.885)
    assert located.area is not None
    assert located.area.code == WEST


BROKEN: dict[str, tuple[object, str]] = {
    "no list": ({"type": "FeatureCollection"}, "no list of features"),
    "empty": ({"type": "FeatureCollection", "features": []}, "no list of features"),
    "an array": ([1, 2], "no list of features"),
    "no code": ({"features": [{"properties": {"kode": "1"}, "geometry": None}]}, "no property 'code'"),
    "no properties": ({"features": [{"properties": None, "geometry": None}]}, "no property 'code'"),
    "no feature": ({"features": [7]}, "no property 'code'"),
    "BPS code": ({"features": [feature("3175010001", [square(-6.12, 106.88, 0.01)])]}, "31750100"),
    "other city": ({"features": [feature("32.75.01.1001", [square(-6.12, 106.88, 0.01)])]}, "no kelurahan of DKI"),
    "not served": ({"features": [feature("31.71.01.1001", [square(-6.18, 106.82, 0.01)])]}, "SERVICE_AREA"),
    "swapped": (
        {"features": [feature(WEST, [[[lat, lon] for lon, lat in square(-6.12, 106.88, 0.01)]])]},
        "latitude before longitude",
    ),
    "projected": ({"features": [feature(WEST, [square(9_323_000, 708_000, 1000)])]}, "EPSG:4326"),
    "a line": (
        {"features": [{"properties": {"code": WEST}, "geometry": {"type": "LineString", "coordinates": []}}]},
        "no Polygon",
    ),
    "no geometry": ({"features": [{"properties": {"code": WEST}, "geometry": None}]}, "no Polygon"),
    "words for numbers": ({"features": [feature(WEST, ["abc"])]}, "broken coordinates"),  # type: ignore[list-item]
    "a flat list": ({"features": [feature(WEST, [1, 2, 3])]}, "broken coordinates"),  # type: ignore[list-item]
    "two points": ({"features": [feature(WEST, [[[106.88, -6.12], [106.89, -6.12]]])]}, "fewer than three points"),
    "nan": ({"features": [feature(WEST, [[[106.88, -6.12], [106.89, float("nan")], [106.89, -6.1]]])]}, "EPSG:4326"),
}


@pytest.mark.parametrize(("content", "what"), BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_file_is_named_in_one_line(tmp_path: Path, content: object, what: str) -> None:
    path = tmp_path / "batas.geojson"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(OperatorError) as error:
        AreaIndex.from_geojson(path, JAKUT)
    line = str(error.value)
    assert line.startswith(f"AREAS_GEOJSON: {path} ")
    assert what in line
    assert "\n" not in line


def test_a_file_that_is_not_there_or_not_json(tmp_path: Path) -> None:
    for path, what in ((tmp_path / "none", "does not exist"), (tmp_path, "cannot be read")):
        with pytest.raises(OperatorError, match=f"AREAS_GEOJSON: .*{what}"):
            AreaIndex.from_geojson(path, JAKUT)
    for content in (b"<kml/>", b"\xff\xfe\x00", b"", b"[" * 100_000):
        path = tmp_path / "x"
        path.write_bytes(content)
        with pytest.raises(OperatorError, match="is not JSON"):
            AreaIndex.from_geojson(path, JAKUT)
