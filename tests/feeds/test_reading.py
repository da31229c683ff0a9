"""What pages of strangers are turned into."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import FeedError
from bot.domain.weather import Forecast, Gate, Nowcast, Rain
from bot.feeds.bmkg_alerts import parse_list
from bot.feeds.bmkg_forecast import parse_forecast, rain_of
from bot.feeds.cap import parse_alert
from bot.feeds.gates import parse_gates, siaga_of
from bot.feeds.making import regions_of
from bot.geo.areas import AreaIndex
from tests.helpers.clock import EVENING, WIB
from tests.helpers.feeds_server import cap, forecast_json, gate, rss

AREAS = AreaIndex.from_reference_points(("31.72",))
REGIONS = regions_of(AREAS)
PLUIT = "31.72.01.1005"
MIDNIGHT = datetime(2026, 1, 19, tzinfo=WIB)
KOJA, CILINCING, PENJARINGAN = "31.72.03", "31.72.04", "31.72.01"


def around(code: str, half_deg: float = 0.002) -> str:
    """A polygon around the middle of a kelurahan."""
    lat, lon = AREAS.centre(code)
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
    return " ".join(f"{lat + y * half_deg:.4f},{lon + x * half_deg:.4f}" for y, x in corners)


# -- forecast ----------------------------------------------------------------------------------------------------------


def test_a_forecast_is_read_step_by_step() -> None:
    body = forecast_json(PLUIT, MIDNIGHT, [(3, "Berawan"), (61, "Hujan Ringan"), (95, "Hujan Petir")])
    steps = parse_forecast(body, PLUIT, EVENING)
    assert [(step.at.astimezone(WIB).hour, step.rain) for step in steps] == [(0, 0), (3, 1), (6, 3)]
    assert steps[2].until - steps[2].at == timedelta(hours=3)


@pytest.mark.parametrize(
    ("code", "said", "rain"),
    [
        (0, "Cerah", Rain.NONE),
        (3, None, Rain.NONE),
        (45, "Kabut", Rain.NONE),
        (60, None, Rain.LIGHT),
        ("61", "Hujan Sedang", Rain.MODERATE),
        (63, "Hujan Sedang", Rain.MODERATE),
        (65, "", Rain.HEAVY),
        (80, "Hujan Lokal", Rain.MODERATE),
        (97, 5, Rain.HEAVY),
        (777, "hujan lebat disertai petir", Rain.HEAVY),
        (777, "salju", None),
        (math.nan, None, None),
        (None, None, None),
        (10**400, None, None),
        (True, None, None),
    ],
)
def test_words_come_before_codes(code: object, said: object, rain: Rain | None) -> None:
    assert rain_of(code, said) is rain


def test_a_step_that_is_told_twice_counts_once_with_the_more_rain() -> None:
    once = json.loads(forecast_json(PLUIT, MIDNIGHT, [(3, "Berawan")]))
    days = once["data"][0]["cuaca"]
    days.append([{**days[0][0], "weather_desc": "Hujan Lebat"}])
    assert [step.rain for step in parse_forecast(json.dumps(once).encode(), PLUIT, EVENING)] == [Rain.HEAVY]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "an empty answer"),
        (b"<!DOCTYPE html><html>maintenance</html>", "a web page instead of JSON"),
        (forecast_json(PLUIT, MIDNIGHT, [(3, "Berawan")])[:-30], "damaged JSON"),
        (b"[" * 100_000, "damaged JSON"),
        (b"[1]", "JSON of another shape than a forecast"),
        (b'{"data": [NaN]}', "damaged JSON"),
        (b"\xff\xfe{}", "damaged JSON"),
        (b"{}", "a forecast without a readable step"),
        (b'{"data": {"cuaca": 3}}', "a forecast without a readable step"),
        (b'{"data": [{"cuaca": [[{"datetime": 5, "weather": {}}], 7, null]}]}', "a forecast without a readable step"),
        (forecast_json("31.71.01.1001", MIDNIGHT, [(3, "Berawan")]), "a forecast of another place"),
        (forecast_json(PLUIT, MIDNIGHT.replace(year=2126), [(3, "Berawan")]), "a forecast without a readable step"),
    ],
)
def test_a_forecast_that_is_none_says_why(body: bytes, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        parse_forecast(body, PLUIT, EVENING)


# -- early warnings ----------------------------------------------------------------------------------------------------


def test_a_warning_names_its_kecamatan() -> None:
    found = parse_alert(cap("2.49.1", EVENING), REGIONS, EVENING)
    assert found is not None
    assert (found.kecamatan, found.event) == ((KOJA, CILINCING), "Hujan Lebat dan Petir")
    assert (found.starts_at, found.ends_at) == (EVENING + timedelta(minutes=10), EVENING + timedelta(hours=3))


def test_a_warning_may_only_draw_its_kecamatan() -> None:
    found = parse_alert(cap("a", EVENING, names="", polygons=[around(PLUIT)]), REGIONS, EVENING)
    assert found is not None
    assert found.kecamatan == (PENJARINGAN,)


def test_a_name_counts_only_near_the_polygons() -> None:
    """Elsewhere in the country there are places of the same name."""
    far = "-1.0,103.0 -1.1,103.1 -1.0,103.2 -1.0,103.0"
    found = parse_alert(cap("a", EVENING, names="KOJA, SKOJA", polygons=[far]), REGIONS, EVENING)
    assert found is not None
    assert found.kecamatan == ()


def test_part_of_a_word_is_no_name() -> None:
    found = parse_alert(cap("a", EVENING, names="KOJAAN, BARUKOJA"), REGIONS, EVENING)
    assert found is not None
    assert found.kecamatan == ()


def test_an_update_and_a_cancel_name_what_they_replace() -> None:
    update = parse_alert(cap("b", EVENING, kind="Update", replaces=["a"]), REGIONS, EVENING)
    cancel = parse_alert(cap("c", EVENING, kind="Cancel", replaces=["a", "b"]), REGIONS, EVENING)
    assert update is not None
    assert cancel is not None
    assert (update.replaces, update.cancelled, cancel.replaces, cancel.cancelled) == (("a",), False, ("a", "b"), True)


@pytest.mark.parametrize("more", [{"status": "Test"}, {"status": "Exercise"}, {"kind": "Ack"}])
def test_a_test_is_no_warning(more: dict[str, str]) -> None:
    assert parse_alert(cap("a", EVENING, **more), REGIONS, EVENING) is None  # type: ignore[arg-type]


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<alert><identifier>&b;</identifier></alert>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<alert><identifier>&a;</identifier></alert>"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BILLION_LAUGHS, "damaged XML"),
        (OUTSIDE, "damaged XML"),
        (b"<a>" * 1000, "damaged XML"),
        (b"<alert>" + b"<x/>" * 60_000 + b"</alert>", "damaged XML"),
        (b"<html><body>503</body></html>", "XML of another kind than alert"),
        (b"<!DOCTYPE html><html>", "a web page instead of XML"),
        (cap("a", EVENING)[:-40], "damaged XML"),
        (cap("a b;c", EVENING), "a warning without an identifier"),
        (cap("a", EVENING.replace(year=1999)), "a warning of another time"),
        (cap("a", EVENING, holds=timedelta(days=40)), "a warning with absurd times"),
        (cap("a", EVENING, holds=timedelta(hours=-1)), "a warning with absurd times"),
        (cap("a", EVENING).replace(b"+07:00", b"+99:00"), "a warning of another time"),
        (b'<?xml version="1.0" encoding="klingon"?><alert/>', "damaged XML"),
    ],
)
def test_a_warning_that_is_none_says_why(body: bytes, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        parse_alert(body, REGIONS, EVENING)


def test_a_wall_of_words_is_cut() -> None:
    found = parse_alert(cap("a", EVENING, event="HUJAN " * 20_000), REGIONS, EVENING)
    assert found is not None
    assert len(found.event) <= 100
    assert len(found.text) < 2000


def test_nothing_in_force_is_an_empty_list() -> None:
    assert parse_list(rss()) == ()
    assert [item.id for item in parse_list(rss(("a", "http://x/a"), ("a", "http://x/a"), ("b", "http://x/b")))] == [
        "a",
        "b",
    ]


# -- gates -------------------------------------------------------------------------------------------------------------


def gates(*rows: object) -> tuple[Gate, ...]:
    return parse_gates(json.dumps(rows).encode(), EVENING, WIB)


def test_gates_are_told_in_centimetres() -> None:
    found = gates(
        gate("Manggarai", 7500, "Status : Siaga 3", "2026-01-18T19:00:00", LATITUDE="-6.2077", LONGITUDE="106.8486"),
        gate("Pasar Ikan - Laut", "-125", "Status : Normal", "18/01/2026 19:30"),
    )
    assert [(each.name, each.level_cm, each.siaga, each.at) for each in found] == [
        ("Manggarai", 750.0, 3, datetime(2026, 1, 18, 19, tzinfo=WIB)),
        ("Pasar Ikan - Laut", -12.5, 4, datetime(2026, 1, 18, 19, 30, tzinfo=WIB)),
    ]
    assert (found[0].lat, found[0].lon, found[1].lat) == (-6.2077, 106.8486, None)


def test_other_spellings_of_the_keys_are_understood() -> None:
    row = {"nama_pintu_air": "Karet", "tinggi_air": 3000.0, "status_siaga": "Siaga II", "tanggal": "2026-01-18 19:00"}
    assert [(each.name, each.siaga) for each in parse_gates(json.dumps({"data": [row]}).encode(), EVENING, WIB)] == [
        ("Karet", 2)
    ]


def test_of_a_gate_told_twice_the_later_word_counts() -> None:
    early, late = "2026-01-18T17:00:00", "2026-01-18T19:00:00"
    assert [each.level_cm for each in gates(gate("A", 20, 4, late), gate("A", 10, 4, early))] == [2.0]


@pytest.mark.parametrize(
    ("said", "siaga"),
    [
        ("Status : Normal", 4),
        ("Siaga IV", 4),
        ("SIAGA 1", 1),
        ("siaga iii", 3),
        (2, 2),
        ("Awas", 1),
        ("?", None),
        (9, None),
    ],
)
def test_classes(said: object, siaga: int | None) -> None:
    assert siaga_of(said) == siaga


@pytest.mark.parametrize(
    "row",
    [
        gate("A", "NaN", "Siaga 3", "2026-01-18T19:00:00"),
        gate("A", 10**7, "Siaga 3", "2026-01-18T19:00:00"),
        gate("", 10, "Siaga 3", "2026-01-18T19:00:00"),
        gate("A", 10, "Siaga 3", "2019-01-18T19:00:00"),
        gate("A", 10, "Siaga 3", "2026-13-45"),
        gate("A", 10, ["Siaga 3"], "2026-01-18T19:00:00"),
        "A",
        None,
    ],
)
def test_a_gate_that_tells_nothing_is_left_out(row: object) -> None:
    assert [each.name for each in gates(row, gate("B", 10, "Normal", "2026-01-18T19:00:00"))] == ["B"]
    with pytest.raises(FeedError, match="without a readable one"):
        gates(row)


def test_an_empty_list_of_gates_is_nonsense() -> None:
    with pytest.raises(FeedError):
        gates()


# -- whatever comes ----------------------------------------------------------------------------------------------------

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.datetimes().map(str)
WORDS = st.sampled_from(
    [
        "data",
        "lokasi",
        "adm4",
        "cuaca",
        "datetime",
        "weather",
        "weather_desc",
        "NAMA_PINTU_AIR",
        "TINGGI_AIR",
        "TANGGAL",
    ]
)
NESTED = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=30
)
GOOD = [
    forecast_json(PLUIT, MIDNIGHT, [(61, "Hujan Ringan"), (95, "Hujan Petir")]),
    cap("a", EVENING, polygons=[around(PLUIT)]),
    rss(("a", "http://x/a")),
    json.dumps([gate("A", 10, "Normal", "2026-01-18T19:00:00")]).encode(),
]


def read_all(body: bytes) -> None:
    """Every parser: records or a FeedError, whatever comes."""
    for parse, kinds in (
        (lambda: parse_forecast(body, PLUIT, EVENING), Forecast),
        (lambda: parse_gates(body, EVENING, WIB), Gate),
    ):
        try:
            found = parse()
        except FeedError as error:
            assert str(error)
        else:
            assert found
            assert all(isinstance(each, kinds) for each in found)
    try:
        warning = parse_alert(body, REGIONS, EVENING)
        assert warning is None or isinstance(warning, Nowcast)
    except FeedError as error:
        assert str(error)
    try:
        parse_list(body)
    except FeedError as error:
        assert str(error)


@given(NESTED)
def test_any_json_is_records_or_an_error(value: object) -> None:
    read_all(json.dumps(value).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_an_error(body: bytes) -> None:
    read_all(body)


@settings(max_examples=300)
@given(st.sampled_from(GOOD), st.data())
def test_damaged_pages_are_records_or_an_error(page: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(page)))
    cut = data.draw(st.integers(0, 40))
    read_all(page[:at] + data.draw(st.binary(max_size=12)) + page[at + cut :])


@given(st.datetimes(timezones=st.just(UTC)), st.text(max_size=40))
def test_any_time_in_a_warning_is_a_record_or_an_error(sent: datetime, event: str) -> None:
    kept = "".join(char for char in event if char.isalnum())
    try:
        body = cap("a", sent, event=kept)
    except OverflowError:
        return
    read_all(body)
