"""What reads the bytes and words of strangers, each as a function that any input may be given to.

A target returns when the input was read or refused as it should be; all else is a mistake: another exception, or a
result out of bounds. hypothesis and atheris use the same ones (test_readers.py, guided.py).
"""

from __future__ import annotations

import atexit
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.app.making import routing_of
from bot.chat.callback import MAX_BYTES, decode, encode
from bot.chat.reader import Reader
from bot.chat.render import MAX_TEXT, shortened, utf16_units
from bot.demo.botapi.text import parse_html
from bot.demo.replay import begins, ends
from bot.demo.rows import read_rows
from bot.domain.address_words import address_in
from bot.domain.depth_words import MAX_CM, read_depth
from bot.domain.distress import distress
from bot.domain.drain_words import drain_fault
from bot.domain.errors import FeedError, OperatorError, RoutingError, SettingsError, UnreadableUpdate
from bot.domain.hours import HoursProblem, means_off, parse_hours
from bot.domain.letters import LONGEST_NUMBER, letter_in
from bot.domain.map_links import place_url, route_url
from bot.domain.numbers import numbers_in, read_number
from bot.domain.periods import Period, PeriodProblem, parse_period
from bot.domain.place_names import names_in, relation
from bot.domain.points import EAST, NORTH, SOUTH, WEST, BadPoint, MapLink, TypedPoint
from bot.domain.records import INTERNAL, InboxRow
from bot.domain.road_words import passability_in
from bot.domain.site_file import read_day, read_sites
from bot.domain.talk import NAME_CHARACTERS, is_courtesy, is_question, may_be_name, water_word
from bot.domain.unit_names import find_units
from bot.domain.units import units_of
from bot.feeds.bmkg_alerts import parse_list
from bot.feeds.bmkg_forecast import parse_forecast
from bot.feeds.cap import parse_alert
from bot.feeds.gates import parse_gates
from bot.feeds.making import regions_of
from bot.geo.areas import AreaIndex
from bot.geo.geocoder import plain_query
from bot.geo.places import PlaceReader
from bot.output.words import one_line, without_contacts
from bot.places import _text as file_text
from bot.settings import KEYS, Settings, load_settings
from bot.texts import Texts, escape
from tests.helpers.clock import WIB

NOW = datetime(2026, 1, 18, 17, 0, tzinfo=WIB)
TODAY = date(2026, 1, 18)
AREAS = AreaIndex.from_reference_points(("31.72",))
PLACES = PlaceReader.around(AREAS.served_box)
TREE = units_of(AREAS.all_served(), ())
REGIONS = regions_of(AREAS)
READER = Reader("genangan_bot")
FOLDER = Path(tempfile.mkdtemp(prefix="genangan-fuzz-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


@cache
def _texts() -> Texts:
    return Texts(WIB)


# -- words -------------------------------------------------------------------------------------------------------------


def depth(text: str) -> None:
    for asked in (False, True):
        found = read_depth(text, asked=asked)
        assert found is None or (found.cm is not None and 0 < found.cm <= MAX_CM)


def place(text: str) -> None:
    found = PLACES.read(text)
    match found:
        case TypedPoint():
            assert SOUTH <= found.lat <= NORTH and WEST <= found.lon <= EAST
            assert found.accuracy_m is None or 0 < found.accuracy_m < 1e7
            place_url(found.lat, found.lon)
            route_url([(found.lat, found.lon)] * 3)
        case BadPoint(meant=(lat, lon)):
            assert SOUTH <= lat <= NORTH and WEST <= lon <= EAST
        case BadPoint() | None:
            pass
        case MapLink():
            assert found.url and not found.url.isspace()


def names(text: str) -> None:
    one, other = names_in(text), names_in(text[len(text) // 2 :])
    assert 0 <= one.rt <= 999 and 0 <= one.rw <= 999
    assert relation(one, other) is relation(other, one)
    found = address_in(text)
    assert found is None or 0 < len(found) <= NAME_CHARACTERS


def talk(text: str) -> None:
    distress(text), drain_fault(text), passability_in(text), is_courtesy(text), is_question(text), may_be_name(text)
    for asked in (False, True):
        water_word(text, asked=asked)


def period(text: str) -> None:
    found = parse_period(text, NOW, WIB)
    if isinstance(found, Period):
        assert found.since < found.until and 2000 <= found.first_day.year <= 2026 and found.last_day.year <= 2027
    else:
        assert isinstance(found, PeriodProblem)
    read_day(text)


def hours(text: str) -> None:
    found = parse_hours(text)
    assert isinstance(found, HoursProblem) or (0 < len(found) <= 24 and list(found) == sorted(set(found)))
    means_off(text)


def letter(text: str) -> None:
    number, day = letter_in(text, TODAY)
    assert number is None or 0 < len(number) <= LONGEST_NUMBER
    assert TODAY < day <= TODAY + timedelta(days=730)


def numbers(text: str) -> None:
    found = read_number(text)
    assert found is None or read_number(found) == found
    numbers_in(text), find_units(TREE, text), plain_query(text)


def callback(text: str) -> None:
    found = decode(text)
    if found is not None:
        assert encode(*found) == text and len(text.encode()) <= MAX_BYTES


def shown(text: str) -> None:
    """As a value in a message, in a cell and on a line."""
    line = one_line(without_contacts(text), 300)
    assert line is None or ("\n" not in line and len(line) <= 300)
    for html in (
        _texts().render("announce.message", {"text": text}, "id", NOW),
        f"<b>{escape(text)}</b>\n<i>{escape(text)}</i>",
    ):
        sent = parse_html(shortened(html, MAX_TEXT))
        assert utf16_units(sent.text) <= MAX_TEXT
    assert parse_html(shortened(f"<b>{escape(text)}</b>", 50)).text is not None


# -- bytes -------------------------------------------------------------------------------------------------------------


def _file(data: bytes, name: str) -> Path:
    path = FOLDER / name
    path.write_bytes(data)
    return path


def update(data: bytes) -> None:
    with suppress(UnreadableUpdate):
        READER.read(InboxRow(1, 900, 5, data.decode(errors="surrogateescape"), NOW.astimezone(UTC)))


def result(data: bytes) -> None:
    """What we tell ourselves through the inbox."""
    with suppress(UnreadableUpdate):
        READER.read(InboxRow(1, INTERNAL, 5, data.decode(errors="surrogateescape"), NOW.astimezone(UTC)))


def routing(data: bytes) -> None:
    try:
        routing_of(replace(Settings(), routing_file=_file(data, "routing.toml")), AREAS)
    except RoutingError as error:
        assert all(line.startswith("ROUTING_FILE: ") for line in error.problems)


def sites(data: bytes) -> None:
    def locate(lat: float, lon: float) -> str | None:
        located = AREAS.locate(lat, lon)
        return located.area.code if located.served and located.area is not None else None

    try:
        text = file_text(_file(data, "sites.csv"))
    except OperatorError:
        return
    entries, problems = read_sites(text, locate, TREE)
    assert problems or entries
    assert all(AREAS.locate(entry.lat, entry.lon).served and entry.name for entry in entries)


def alert(data: bytes) -> None:
    try:
        found = parse_alert(data, REGIONS, NOW)
    except FeedError:
        return
    assert found is None or (found.starts_at <= found.ends_at and len(found.text) <= 1800)


def alerts(data: bytes) -> None:
    with suppress(FeedError):
        parse_list(data)


def forecast(data: bytes) -> None:
    try:
        found = parse_forecast(data, "31.72.02.1004", NOW)
    except FeedError:
        return
    assert all(each.at < each.until for each in found) and 0 < len(found) <= 100


def gates(data: bytes) -> None:
    try:
        found = parse_gates(data, NOW, WIB)
    except FeedError:
        return
    assert all(math.isfinite(gate.level_cm) and 1 <= gate.siaga <= 4 and gate.name for gate in found)


def borders(data: bytes) -> None:
    try:
        AreaIndex.from_geojson(_file(data, "areas.geojson"), ("31.72",)).locate(-6.13, 106.88)
    except OperatorError as error:
        assert "AREAS_GEOJSON" in str(error)


def dotenv(data: bytes) -> None:
    try:
        load_settings({}, _file(data, "env"))
    except SettingsError as error:
        assert error.problems


def environment(text: str) -> None:
    """The same words in every setting."""
    for key in KEYS:
        try:
            load_settings({key: text}, FOLDER / "there-is-no-such-file")
        except SettingsError as error:
            assert any(line.startswith(f"{key}:") or "WEBHOOK_SECRET" in line for line in error.problems)


def replay(data: bytes) -> None:
    try:
        rows = read_rows(_file(data, "replay.csv"))
    except OperatorError:
        return
    assert begins(rows) <= rows[0].at <= rows[-1].at < ends(rows)


WORDS: Mapping[str, Callable[[str], None]] = {
    each.__name__: each
    for each in (depth, place, names, talk, period, hours, letter, numbers, callback, shown, environment)
}
BYTES: Mapping[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (update, result, routing, sites, alert, alerts, forecast, gates, borders, dotenv, replay)
}
