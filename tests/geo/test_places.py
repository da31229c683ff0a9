"""Typed places: every way people write a point, and what is none."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from geopy.distance import geodesic
from geopy.point import Point
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openlocationcode import openlocationcode as olc

from bot.domain.depth_words import read_depth
from bot.domain.models import PlaceSource
from bot.domain.points import BadPoint, MapLink, PointProblem, TypedPoint, check_point
from bot.geo.areas import AreaIndex
from bot.geo.places import PlaceReader

READER = PlaceReader.around(AreaIndex.from_reference_points(("31.72",)).served_box)

HERE = (-6.1385, 106.8637)
DMS = (-6.14, 106.91)  # 6° 08' 24" S, 106° 54' 36" E

COORDINATES = """
-6.1385, 106.8637
-6.1385,106.8637
-6.1385 106.8637
-6.1385/106.8637
-6.1385;106.8637
−6.1385, 106.8637
-6,1385 106,8637
-6,1385, 106,8637
-6,1385,106,8637
-6,1385; 106,8637
-6,1385 dan 106,8637
6.1385 LS 106.8637 BT
6.1385LS,106.8637BT
6,1385 LS, 106,8637 BT
LS 6,1385 BT 106,8637
6.1385° Lintang Selatan 106.8637° Bujur Timur
Lintang Selatan 6.1385 Bujur Timur 106.8637
6.1385 lintang selatan, 106.8637 bujur timur
106.8637 BT, 6.1385 LS
106.8637E 6.1385S
E106.8637 S6.1385
S6.1385 E106.8637
6.1385S 106.8637E
-6.1385 S 106.8637 E
-6.1385°, 106.8637°
(-6.1385, 106.8637)
[-6.1385,106.8637]
(-6.1385), (106.8637)
(-6.1385, 106.8637) depan Indomaret
banjir di -6.1385,106.8637 tolong dicek
Titik: -6.1385, 106.8637.
koordinat:-6.1385,106.8637
Jl. Mangga No. 12 RT 05/010 (-6.1385, 106.8637)
lat: -6.1385, lng: 106.8637
lat=-6.1385 lon=106.8637
lng 106.8637 lat -6.1385
Latitude: -6.1385 Longitude: 106.8637
lintang -6,1385 bujur 106,8637
{"lat": -6.1385, "lng": 106.8637}
-6.1385
106.8637
"""

DMS_TEXTS = """
6°08'24" S, 106°54'36" E
6° 08' 24" LS, 106° 54' 36" BT
6°08’24″S 106°54’36″E
6º08'24''S 106º54'36''E
6°08'24,0"S 106°54'36,0"E
6°08'24"S106°54'36"E
S 6°08'24" E 106°54'36"
-6°08'24", 106°54'36"
6d08m24s S 106d54m36s E
6d08m24sS106d54m36sE
6 d 8 m 24 s S, 106 d 54 m 36 s E
6 derajat 8 menit 24 detik LS, 106 derajat 54 menit 36 detik BT
6 deg 8 min 24 sec south 106 deg 54 min 36 sec east
6 08 24 S, 106 54 36 E
6 8 24 S 106 54 36 E
S 6 08 24, E 106 54 36
6 08 24 LS 106 54 36 BT
6:08:24 S 106:54:36 E
106°54'36"E 6°08'24"S
6°08.4' S 106°54.6' E
6°08,4' LS 106°54,6' BT
6 08.4 S 106 54.6 E
"""

LINKS = """
geo:-6.1385,106.8637
geo:-6.1385,106.8637;u=35
geo:-6.1385,106.8637?z=17
geo:0,0?q=-6.1385,106.8637(Rumah)
https://maps.google.com/?q=-6.1385,106.8637
http://maps.google.co.id/maps?q=loc:-6.1385,106.8637
https://www.google.com/maps?q=-6.1385,106.8637&ftid=0x0
https://maps.google.com/maps?q=-6.1385%2C106.8637&z=17&hl=id
https://maps.google.com/?ll=-6.1385,106.8637&z=16
https://www.google.com/maps/@-6.1385,106.8637,17z
https://www.google.com/maps/@-6.1385,106.8637,3a,75y,90h,90t/data=!3m6!1e1
https://www.google.co.id/maps/place/Pasar/@-6.17,106.82,17z/data=!3m1!4b1!4m6!3m5!1s0x0:0x1!8m2!3d-6.1385!4d106.8637!16s
https://www.google.com/maps/place/-6.1385,106.8637/@-6.2,106.8,13z
https://www.google.com/maps/search/?api=1&query=-6.1385%2C106.8637
https://www.google.com/maps/search/-6.1385,+106.8637?entry=tts
https://www.google.com/maps/dir/?api=1&origin=-6.2,106.8&destination=-6.1385,106.8637
https://www.google.com/maps/dir/-6.2,106.8/-6.1385,106.8637/@-6.15,106.8,13z
https://www.google.com/maps/dir//Pasar/@-6.2,106.8,13z/data=!4m5!1m1!4e2!1m0!2m2!1d106.8637!2d-6.1385
https://maps.google.com/maps?saddr=-6.2,106.7&daddr=-6.1385,106.8637
https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d3966.9!2d106.8637!3d-6.1385!2m3!1f0
https://www.google.com/url?q=https://maps.google.com/?q%3D-6.1385,106.8637
https://consent.google.com/ml?continue=https://www.google.com/maps/@-6.1385,106.8637,15z
https://maps.apple.com/?ll=-6.1385,106.8637&q=Pin
https://maps.apple.com/?q=-6.1385,106.8637
https://maps.apple.com/place?coordinate=-6.1385,106.8637&name=Pasar
https://www.openstreetmap.org/?mlat=-6.1385&mlon=106.8637#map=17/-6.2/106.8
https://www.openstreetmap.org/#map=17/-6.1385/106.8637
https://waze.com/ul?ll=-6.1385%2C106.8637&navigate=yes
https://www.waze.com/live-map/directions?to=ll.-6.1385%2C106.8637
Lokasi saya:https://maps.google.com/?q=-6.1385,106.8637.
(https://maps.google.com/?q=-6.1385,106.8637)
www.google.com/maps/@-6.1385,106.8637,17z
maps.google.com/?q=-6.1385,106.8637
"""

NO_COORDINATES = """
https://maps.app.goo.gl/AbCdEf123
https://goo.gl/maps/AbCdEf
Lokasi: https://maps.app.goo.gl/AbCdEf123?g_st=iw
maps.app.goo.gl/AbCdEf123
https://www.google.com/maps/place/Monas
https://maps.google.com/?q=Jalan+Mangga+12,+Tugu+Utara
https://maps.google.com/?cid=123456789
https://maps.apple/p/AbCd
https://waze.com/ul/hqqggkb0u8
https://osm.org/go/abc
"""

NOTHING = """
RT 05/010
RT05/RW10
RT 5 RW 10 No. 6, 107
Jl. Mangga No. 12
Jl. Gaya Motor 2 No. 6.5
Jl. Lestari 8 RT02/10, Sukapura
0812-3456-7890
+62 812 3456 7890
021-4301080
021.4301.080
40 cm
50-60 cm
0,5 m
30 s.d. 50 cm
Rp 12.500, 15.000
Rp 6.500 dan 107.500
18/01/2026 19:42
18.01.2026 19.42
12.01.2026, 13.45
jam 06.10, 107 orang
sejak 06.10 - 07.30
Blok S 6, E 10
Blok B 6 T 107
5.5, 10.5
6, 107
100, 200
C+M
A+ B+
a8+9c
50+30
14241
banjir selutut di Jl. RE Martadinata
https://example.com/?q=-6.1385,106.8637
https://www.google.com/search?q=banjir
selatan 6 timur 107
halo
"""


def lines(block: str) -> list[str]:
    return block.strip("\n").split("\n")


def is_at(found: object, point: tuple[float, float], within_m: float = 0.5) -> bool:
    return isinstance(found, TypedPoint) and geodesic((found.lat, found.lon), point).m <= within_m


@pytest.mark.parametrize("text", [*lines(COORDINATES)[:-2], "-6.1385\n106.8637"])
def test_coordinates(text: str) -> None:
    found = READER.read(text)
    assert is_at(found, HERE)
    assert found == TypedPoint(*HERE, PlaceSource.COORDINATES)


@pytest.mark.parametrize("text", lines(DMS_TEXTS))
def test_degrees_minutes_and_seconds(text: str) -> None:
    assert is_at(READER.read(text), DMS)


@pytest.mark.parametrize("text", lines(LINKS))
def test_links_to_maps(text: str) -> None:
    found = READER.read(text)
    assert is_at(found, HERE)
    assert isinstance(found, TypedPoint)
    assert found.source is PlaceSource.LINK


@pytest.mark.parametrize("text", lines(NO_COORDINATES))
def test_links_without_coordinates_are_to_be_explained(text: str) -> None:
    assert isinstance(READER.read(text), MapLink)


def test_coordinates_or_a_plus_code_beside_a_short_link_are_enough() -> None:
    assert is_at(READER.read("https://maps.app.goo.gl/AbCd\n-6.1385, 106.8637"), HERE)
    code = olc.encode(*HERE, 10)
    assert is_at(READER.read(f"Pin ditandai\n{code[4:]} Sunter Agung\nhttps://maps.app.goo.gl/AbCd"), HERE, 15)


@pytest.mark.parametrize("text", [*lines(NOTHING), "", " ", "\n", "+", "°", "geo:", "https://", "https://[", "-", "S"])
def test_other_numbers_and_links_are_no_place(text: str) -> None:
    assert READER.read(text) is None


@pytest.mark.parametrize("length", [10, 11])
def test_plus_codes(length: int) -> None:
    full = olc.encode(*HERE, length)
    for text in (full, full.lower(), f"di {full}, dekat pasar", full[4:], f"{full[4:]} Jakarta", full[2:]):
        found = READER.read(text)
        assert is_at(found, HERE, 15)
        assert isinstance(found, TypedPoint)
        assert (found.source, found.accuracy_m) == (PlaceSource.PLUS_CODE, None)
    in_link = READER.read(f"https://www.google.com/maps/place/{quote(full[4:])}+Sunter+Agung,+Jakarta")
    assert is_at(in_link, HERE, 15)


def test_a_short_plus_code_with_an_islands_name_is_there() -> None:
    pramuka = (-5.5337, 106.5443)
    short = olc.encode(*pramuka, 10)[4:]
    assert is_at(READER.read(f"{short} Pulau Harapan"), pramuka, 15)
    assert not is_at(READER.read(short), pramuka, 15)


def test_a_coarse_plus_code_says_how_coarse() -> None:
    found = READER.read(olc.encode(*HERE, 8))
    assert isinstance(found, TypedPoint)
    assert found.accuracy_m == pytest.approx(196, abs=5)


@pytest.mark.parametrize(
    ("text", "accuracy_m"),
    [
        ("-6.1, 106.8", 7800),
        ("-6.14, 106.86", 780),
        ("-6.138, 106.864", 78),
        ("-6.1385, 106.8637", None),
        ("-6.1385, 106.86", 780),
        ("6°08'S 106°54'E", 1300),
        ("6°08'24\"S 106°54'36\"E", None),
        ("S6.1 E106.8", 7800),
        ("geo:-6.1,106.8", 7800),
    ],
)
def test_coarsely_given_points_say_how_coarse(text: str, accuracy_m: float | None) -> None:
    found = READER.read(text)
    assert isinstance(found, TypedPoint)
    assert found.accuracy_m == (None if accuracy_m is None else pytest.approx(accuracy_m, rel=0.02))


@pytest.mark.parametrize(
    ("text", "problem", "meant"),
    [
        ("0, 0", PointProblem.ZERO, None),
        ("0.000000, 0.000000", PointProblem.ZERO, None),
        ("https://maps.google.com/?q=0,0", PointProblem.ZERO, None),
        ("geo:0,0", PointProblem.ZERO, None),
        ("NaN, NaN", PointProblem.NOT_A_NUMBER, None),
        ("https://maps.google.com/?q=NaN,NaN", PointProblem.NOT_A_NUMBER, None),
        ("106.8637, -6.1385", PointProblem.SWAPPED, HERE),
        ("106,8637 -6,1385", PointProblem.SWAPPED, HERE),
        ("106.8637, 6.1385", PointProblem.SWAPPED, HERE),
        ("https://www.google.com/maps?q=106.8637,-6.1385", PointProblem.SWAPPED, HERE),
        ("6.1385, 106.8637", PointProblem.SIGN, HERE),
        ("6°8'18.6\" 106°51'49.32\"", PointProblem.SIGN, HERE),
        ("6.1385 N 106.8637 E", PointProblem.SIGN, HERE),
        ("-96.13855, 200.86375", PointProblem.OUT_OF_RANGE, None),
        ("48.8584, 2.2945", PointProblem.FAR, None),
        ("-33.86, 151.21", PointProblem.FAR, None),
        ("-6.9147, 107.6098", PointProblem.FAR, None),
        ("https://www.google.com/maps/@48.8584,2.2945,17z", PointProblem.FAR, None),
        ("8FVC9G8F+6X", PointProblem.FAR, None),
    ],
)
def test_points_that_cannot_be_are_explained(
    text: str, problem: PointProblem, meant: tuple[float, float] | None
) -> None:
    found = READER.read(text)
    assert isinstance(found, BadPoint)
    assert found.problem is problem
    assert found.meant == (None if meant is None else pytest.approx(meant))


def test_shared_points_are_checked_in_the_same_way() -> None:
    assert check_point(*HERE) is None
    assert check_point(-6.2383, 106.9756) is None  # Bekasi: no mistake, though outside
    assert check_point(0.0, 0.0) == BadPoint(PointProblem.ZERO)
    assert check_point(math.nan, 106.8) == BadPoint(PointProblem.NOT_A_NUMBER)
    assert check_point(math.inf, 106.8) == BadPoint(PointProblem.NOT_A_NUMBER)
    assert check_point(106.8637, -6.1385) == BadPoint(PointProblem.SWAPPED, HERE)
    assert check_point(6.1385, 106.8637) == BadPoint(PointProblem.SIGN, HERE)
    assert check_point(-7.7956, 110.3695) == BadPoint(PointProblem.FAR)
    assert check_point(-95.0, 10.0) == BadPoint(PointProblem.OUT_OF_RANGE)


# ---- many ways of printing a point are read back ----


def sexagesimal(degrees: float, seconds_digits: int) -> tuple[int, int, float]:
    """Degrees, minutes, seconds, rounded so that seconds stay below 60."""
    units = round(abs(degrees) * 3600 * 10**seconds_digits)
    minute = 60 * 10**seconds_digits
    return units // (60 * minute), units // minute % 60, units % minute / 10**seconds_digits


def dms(template: str) -> Callable[[float, float], str]:
    def printed(lat: float, lon: float) -> str:
        (d1, m1, s1), (d2, m2, s2) = sexagesimal(lat, 2), sexagesimal(lon, 2)
        return template.format(d1=d1, m1=m1, s1=f"{s1:05.2f}", d2=d2, m2=m2, s2=f"{s2:05.2f}")

    return printed


def comma(lat: float, lon: float) -> str:
    return f"{lat:.6f} {lon:.6f}".replace(".", ",")


WAYS: dict[str, Callable[[float, float], str]] = {
    "points": lambda lat, lon: f"{lat:.6f}, {lon:.6f}",
    "many digits": lambda lat, lon: f"{lat:.15f},{lon:.15f}",
    "no comma": lambda lat, lon: f"{lat:.6f} {lon:.6f}",
    "decimal commas": comma,
    "commas everywhere": lambda lat, lon: comma(lat, lon).replace(" ", ","),
    "commas and semicolon": lambda lat, lon: comma(lat, lon).replace(" ", "; "),
    "LS BT": lambda lat, lon: f"{-lat:.6f} LS {lon:.6f} BT",
    "LS BT with commas": lambda lat, lon: f"{-lat:.6f} LS, {lon:.6f} BT".replace(".", ","),
    "BT LS": lambda lat, lon: f"{lon:.6f}° BT, {-lat:.6f}° LS",
    "S E before": lambda lat, lon: f"S{-lat:.6f} E{lon:.6f}",
    "in words": lambda lat, lon: f"titiknya ({lat:.6f}, {lon:.6f}) RT 05/010, 40 cm",
    "labels": lambda lat, lon: f"lat: {lat:.6f} long: {lon:.6f}",
    "degrees": dms("{d1}°{m1:02d}'{s1}\"S {d2}°{m2:02d}'{s2}\"E"),
    "degrees in Indonesian": dms("{d1}° {m1}’ {s1}” LS, {d2}° {m2}’ {s2}” BT"),
    "letters": dms("{d1}d{m1}m{s1}s S {d2}d{m2}m{s2}s E"),
    "bare": dms("{d1} {m1:02d} {s1} S, {d2} {m2:02d} {s2} E"),
    "minutes": lambda lat, lon: f"{int(-lat)}°{(-lat % 1) * 60:.4f}'S {int(lon)}°{(lon % 1) * 60:.4f}'E",
    "geo": lambda lat, lon: f"geo:{lat:.6f},{lon:.6f}",
    "q": lambda lat, lon: f"https://maps.google.com/?q={lat:.6f},{lon:.6f}",
    "@": lambda lat, lon: f"https://www.google.com/maps/@{lat:.6f},{lon:.6f},17z",
    "!3d": lambda lat, lon: f"https://www.google.com/maps/place/X/@-6,107,9z/data=!4m2!3m1!8m2!3d{lat:.6f}!4d{lon:.6f}",
    "osm": lambda lat, lon: f"https://www.openstreetmap.org/?mlat={lat:.6f}&mlon={lon:.6f}",
    "place in degrees": lambda lat, lon: "https://www.google.com/maps/place/" + quote(WAYS["degrees"](lat, lon)),
    "plus code": lambda lat, lon: olc.encode(lat, lon, 12),
    "short plus code": lambda lat, lon: olc.encode(lat, lon, 12)[4:] + " Jakarta",
}

in_jakarta = st.tuples(st.floats(-6.38, -5.95), st.floats(106.67, 106.99))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@settings(deadline=None)
@given(point=in_jakarta)
@example(point=(-6.0, 106.9))
@example(point=(-6.1, 106.800001))
@example(point=(-6.2666666666, 106.9999999 - 0.01))
def test_a_printed_point_is_read_back_within_a_metre(
    way: Callable[[float, float], str], point: tuple[float, float]
) -> None:
    text = way(*point)
    assert is_at(READER.read(text), point, within_m=1.0), text


@pytest.mark.parametrize("text", lines(COORDINATES) + lines(DMS_TEXTS) + [way(*HERE) for way in WAYS.values()])
def test_the_numbers_of_a_place_are_no_depth(text: str) -> None:
    depth = read_depth(text)
    assert depth is None or "40 cm" in text


@pytest.mark.parametrize("text", ["6°08'S 106°54'E", "6°08'24\"S 106°54'36\"E", "S6.1 E106.8", "-6.1385, 106.8637"])
def test_where_geopy_reads_it_too_it_agrees(text: str) -> None:
    point = Point(text)
    assert is_at(READER.read(text), (point.latitude, point.longitude))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    READER.read(text)


@settings(deadline=None)
@given(st.text(alphabet="-+0123456789.,°'\"dms SELSBT:;()/@!34?=&geo", max_size=80))
def test_any_text_of_the_right_letters_gives_a_checked_point_or_none(text: str) -> None:
    found = READER.read(text)
    if isinstance(found, TypedPoint):
        assert check_point(found.lat, found.lon) is None


PIECES = (
    "1|1 |-6.1 |6°|6°8'|6 8 |S |0 |(|lintang |lat: |9C9+|99999999+|!3d1!4d|@1,|%25|https://maps.google.com/?q=|geo:|"
    "nan |°' |é|, |-"
)


@pytest.mark.parametrize("piece", PIECES.split("|"))
def test_long_texts_are_read_quickly(piece: str) -> None:
    for text in (piece * 4096, "https://maps.google.com/" + piece * 4096, "https://maps.google.com/?q=" + piece * 4096):
        began = time.process_time()
        READER.read(text)
        assert time.process_time() - began < 0.5
