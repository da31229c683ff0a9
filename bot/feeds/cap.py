"""An early warning of BMKG: a CAP 1.2 message -> a Nowcast.

Standard: docs.oasis-open.org/emergency/cap/v1.2. BMKG draws one polygon ("lat,lon lat,lon …") a kecamatan, calls the
area by its province, and names the kecamatan in the description, in capitals and with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element  # parsed by bot.feeds.distrust

from bot.domain.errors import FeedError
from bot.domain.weather import Nowcast
from bot.feeds.distrust import children, moment, number, text_of, within, xml_of

LONGEST_EVENT = 100
LONGEST_TEXT = 1500
LONGEST_VALID = timedelta(days=1)
"""BMKG's warnings hold for two to five hours."""

AROUND = timedelta(days=2)
"""Sent longer ago, or further ahead, is nonsense."""

MAX_POINTS = 20_000
MAX_REFERENCES = 20

NEAR_DEG = 0.2
"""A kecamatan that is named counts only where the polygons come so near: names are given twice in Indonesia."""

_ID = re.compile(r"[\w.:@+-]{1,120}", re.ASCII)

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Region:
    """A kecamatan that is served. points: (lat, lon) in the middle of each of its kelurahan."""

    code: str
    name: str
    points: tuple[tuple[float, float], ...]


def parse_alert(body: bytes, regions: Sequence[Region], now: datetime) -> Nowcast | None:
    """The warning that a message holds; None: it is no real one (a test, an exercise, an acknowledgement).

    Args:
        body: CAP, XML.
        regions: the kecamatan that are served.
        now: a message sent days before or after it is nonsense.

    Raises:
        FeedError: no CAP, or a part is missing or absurd.
    """
    alert = xml_of(body, "alert")
    kind = text_of(alert, "msgType").lower()
    if text_of(alert, "status").lower() != "actual" or kind not in ("alert", "update", "cancel"):
        return None
    identifier = text_of(alert, "identifier")
    sent = moment(text_of(alert, "sent"), UTC)
    if not _ID.fullmatch(identifier):
        raise FeedError("a warning without an identifier")
    if sent is None or not within(sent, now, AROUND, AROUND):
        raise FeedError("a warning of another time")
    replaces = tuple(_references(text_of(alert, "references", 5000)))
    info = _info(alert)
    if kind == "cancel" or info is None:
        if kind != "cancel":
            raise FeedError("a warning without its contents")
        return Nowcast(identifier, sent, sent, sent, "", "", (), replaces, cancelled=True)
    starts = moment(text_of(info, "onset") or text_of(info, "effective"), UTC) or sent
    ends = moment(text_of(info, "expires"), UTC)
    if ends is None or not within(starts, sent, AROUND, AROUND) or not within(ends, starts, timedelta(), LONGEST_VALID):
        raise FeedError("a warning with absurd times")
    return Nowcast(
        identifier,
        sent,
        starts,
        ends,
        text_of(info, "event", LONGEST_EVENT) or text_of(info, "headline", LONGEST_EVENT),
        " ".join(filter(None, (text_of(info, "headline", 200), text_of(info, "description", LONGEST_TEXT)))),
        _concerned(info, regions),
        replaces,
    )


def _info(alert: Element) -> Element | None:
    """What it says in Indonesian, else in whatever language comes first."""
    infos = children(alert, "info")
    indonesian = (each for each in infos if text_of(each, "language").lower().startswith("id"))
    return next(indonesian, infos[0] if infos else None)


def _references(text: str) -> Iterator[str]:
    """Identifiers out of "sender,identifier,sent sender,identifier,sent"."""
    for reference in text.split()[:MAX_REFERENCES]:
        parts = reference.split(",")
        if len(parts) == 3 and _ID.fullmatch(parts[1]):
            yield parts[1]


def _concerned(info: Element, regions: Sequence[Region]) -> tuple[str, ...]:
    """Codes of the kecamatan that it names or whose kelurahan it covers."""
    areas = children(info, "area")
    rings = list(_rings(areas))
    said = " ".join([text_of(info, "description", 20_000), *(text_of(area, "areaDesc") for area in areas)]).casefold()
    return tuple(
        region.code
        for region in regions
        if any(_inside(point, ring) for ring in rings for point in region.points)
        or (_is_named(region, said) and (not rings or any(_is_near(region, ring) for ring in rings)))
    )


def _is_named(region: Region, said: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(region.name.casefold())}(?!\w)", said) is not None


def _rings(areas: Sequence[Element]) -> Iterator[Ring]:
    left = MAX_POINTS
    for area in areas:
        for polygon in children(area, "polygon"):
            pairs = (polygon.text or "").split()[:left]
            left -= len(pairs)
            ring = [point for pair in pairs if (point := _point(pair)) is not None]
            if len(ring) >= 3:
                yield ring


def _point(pair: str) -> tuple[float, float] | None:
    lat, _, lon = pair.partition(",")
    y, x = number(lat), number(lon)
    return (y, x) if y is not None and x is not None and abs(y) <= 90 and abs(x) <= 180 else None


def _inside(point: tuple[float, float], ring: Ring) -> bool:
    """Whether a ring goes around a point: the ray northwards from it crosses the ring an odd number of times."""
    lat, lon = point
    inside = False
    for (lat1, lon1), (lat2, lon2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (lon1 > lon) != (lon2 > lon) and lat < lat1 + (lon - lon1) / (lon2 - lon1) * (lat2 - lat1):
            inside = not inside
    return inside


def _is_near(region: Region, ring: Ring) -> bool:
    lats, lons = [lat for lat, _ in ring], [lon for _, lon in ring]
    return any(
        min(lats) - NEAR_DEG <= lat <= max(lats) + NEAR_DEG and min(lons) - NEAR_DEG <= lon <= max(lons) + NEAR_DEG
        for lat, lon in region.points
    )
