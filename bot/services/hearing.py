"""Understands one message as far as it goes without knowing the conversation: its point, depth, names, danger."""

from __future__ import annotations

import re

from bot.domain.depth_words import read_depth
from bot.domain.distress import distress
from bot.domain.drain_words import drain_fault
from bot.domain.events import SentPhoto, SentText, SharedLocation
from bot.domain.models import Area, Place, PlaceSource
from bot.domain.place_names import Names, names_in
from bot.domain.points import BadPoint, MapLink, TypedPoint, check_point
from bot.domain.records import Photo
from bot.domain.road_words import passability_in
from bot.domain.steps import Heard
from bot.domain.talk import NAME_CHARACTERS
from bot.services.context import Context

_FLOOD = re.compile(
    r"\b(banjir|kebanjiran|genang\w*|tergenang|menggenang|rob|air (?:naik|masuk|pasang)|meluap|luapan|flood\w*|puddle|"
    r"water (?:is )?(?:rising|standing)|under ?water)\b",
    re.IGNORECASE,
)

_POINT = re.compile(
    r"(?<!\S)\S*(?:https?://|geo:|goo\.gl/)\S*|[-+(]{0,2}\d{1,3}[.,]\d{3,}\)?°?|\b[23456789CFGHJMPQRVWX]{4,8}\+\w*",
    re.IGNORECASE,
)
"""Links, coordinates and plus codes."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_POINT_WORDS = """
lat lon lng long latitude longitude lintang bujur koordinat lokasi titik peta maps google ini dropped pin yang
dijatuhkan location shared share loc
"""
_NO_NEWS = frozenset(_POINT_WORDS.split())
"""Words around a point that say nothing more."""

_LANDMARK = re.compile(
    r"\b(depan|dpn|dekat|deket|dkt|samping|sebelah|seberang|sebrang|belakang|patokan\w*|perempatan|pertigaan|simpang|"
    r"kolong|jembatan|in front of|near|next to|behind|across from|opposite|corner of)\b",
    re.IGNORECASE,
)


def hear(ctx: Context, event: SharedLocation | SentText | SentPhoto, field: str = "") -> Heard:
    """What a location, text or photo says.

    Args:
        ctx: look-ups.
        event: the message.
        field: for an edited message, what it said before.
    """
    if isinstance(event, SharedLocation):
        return _hear_location(ctx, event, field)
    text = event.caption if isinstance(event, SentPhoto) else event.text
    place, area, trouble, perhaps = _typed_place(ctx, text)
    photo = None
    album = None
    if isinstance(event, SentPhoto):
        photo = Photo(0, event.file_id, event.file_unique_id, event.at)
        album = event.album_id
    words = text.strip() if place is None and trouble is None else _beside(text)
    return Heard(
        at=event.at,
        message_id=event.origin.message_id,
        field=field,
        text=words,
        place=place,
        area=area,
        trouble=trouble,
        region=None if trouble is None else ctx.region,
        perhaps=perhaps,
        depth=read_depth(text),
        bare_depth=read_depth(text, asked=True) if words else None,
        fault=drain_fault(words),
        passability=passability_in(words),
        danger=distress(text),
        street=names_in(words) != Names() or _LANDMARK.search(words) is not None,
        flood=_FLOOD.search(words) is not None,
        photo=photo,
        album=album,
    )


def _beside(text: str) -> str:
    """What a text says beside the place that it gives as a link or as coordinates: "" where that is nothing."""
    rest = " ".join(_POINT.sub(" ", text).split())
    said = [word for word in _WORD.findall(rest.casefold()) if word not in _NO_NEWS]
    return rest.strip(" ,;:()") if said else ""


def _hear_location(ctx: Context, event: SharedLocation, field: str) -> Heard:
    source = PlaceSource.PIN
    if event.venue is not None:
        source = PlaceSource.VENUE
    elif event.live:
        source = PlaceSource.LIVE
    elif event.accuracy_m is not None:
        source = PlaceSource.GPS
    name = None if event.venue is None else ", ".join(event.venue.split(", ")[:2])[:NAME_CHARACTERS]
    place, area, trouble, perhaps = _checked(ctx, event.lat, event.lon, source, event.accuracy_m, name)
    return Heard(
        at=event.at,
        message_id=event.origin.message_id,
        field=field,
        place=place,
        area=area,
        trouble=trouble,
        region=None if trouble is None else ctx.region,
        perhaps=perhaps,
    )


Checked = tuple[Place | None, Area | None, str | None, Place | None]
"""(the place, its kelurahan, text id of what is wrong, what was perhaps meant)."""


def _typed_place(ctx: Context, text: str) -> Checked:
    found = ctx.places.read(text)
    if isinstance(found, TypedPoint):
        return _checked(ctx, found.lat, found.lon, found.source, found.accuracy_m, None)
    if isinstance(found, MapLink):
        return None, None, "place.short_link", None
    if isinstance(found, BadPoint):
        return _bad(ctx, found)
    return None, None, None, None


def _checked(
    ctx: Context, lat: float, lon: float, source: PlaceSource, accuracy_m: float | None, name: str | None
) -> Checked:
    bad = check_point(lat, lon)
    if bad is not None:
        return _bad(ctx, bad)
    located = ctx.areas.locate(lat, lon)
    if not located.served:
        return None, located.area, "place.outside" if located.area is None else "place.other_area", None
    code = located.area.code if located.area is not None else None
    return Place(lat, lon, accuracy_m, code, name, source), located.area, None, None


def _bad(ctx: Context, bad: BadPoint) -> Checked:
    if bad.meant is not None:
        place, area, trouble, _ = _checked(ctx, *bad.meant, PlaceSource.COORDINATES, None, None)
        if trouble is None:
            return None, area, f"place.{bad.problem.value}", place
    return None, None, f"place.{bad.problem.value}" if bad.meant is None else "place.outside", None
