"""Typed text -> point: coordinates in the ways people type them, links to maps, plus codes (bot.ports.PlaceReader)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openlocationcode import openlocationcode as olc

from bot.domain.models import PlaceSource
from bot.domain.points import BadPoint, MapLink, PointProblem, TypedPlace, TypedPoint, check_point
from bot.geo.angles import Pair, find_pair, leading_pair, tidy
from bot.geo.gazetteer import M_PER_DEG_LON, Box, all_kelurahan
from bot.geo.links import coordinate_texts, split_links

MAX_LENGTH = 2_000
"""Characters that are looked at; nobody types a place behind more."""

ROUGH_M = 25.0
"""Below this (whole seconds, four decimals) the last digit says nothing about how good a point is."""

_ALPHABET = "23456789CFGHJMPQRVWX"
_PLUS_CODE = re.compile(
    rf"(?<![\w+])((?:[{_ALPHABET}]{{2}}){{2,4}}|[{_ALPHABET}]{{4}}0{{4}}|[{_ALPHABET}]{{6}}00)\+([{_ALPHABET}]{{0,5}})(?![\w+])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_NAN = re.compile(r"nan\s{0,3}[,;\s]\s{0,3}nan", re.IGNORECASE)
_ZERO = re.compile(r"[(\[]?\s?[-+]?0{1,3}(?:[.,]0{1,20})?\s{0,3}[,;\s]\s{0,3}[-+]?0{1,3}(?:[.,]0{1,20})?\s?[)\]]?")


@dataclass(frozen=True, slots=True)
class PlaceReader:
    """Reads places near a reference point.

    Attributes:
        near: (lat, lon) that short plus codes are completed with: the middle of the service area.
        named: (lat, lon) by the name of a kelurahan, for short plus codes typed with such a name.
    """

    near: tuple[float, float]
    named: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def around(cls, served: Box) -> PlaceReader:
        """A reader for a service area of this extent."""
        return cls(served.middle, {known.area.kelurahan: known.centre for known in all_kelurahan().values()})

    def read(self, text: str) -> TypedPlace | None:
        """What a text says of where; the plainest statement first. None: nothing of the kind."""
        text = tidy(text[:MAX_LENGTH])
        links, rest = split_links(text)
        for link in links:
            if found := self._in_link(link):
                return found
        if pair := find_pair(rest):
            return _checked(pair, PlaceSource.COORDINATES)
        if found := self._plus_code(rest):
            return found
        if _NAN.fullmatch(rest.strip()):
            return BadPoint(PointProblem.NOT_A_NUMBER)
        if _ZERO.fullmatch(rest.strip()):
            return BadPoint(PointProblem.ZERO)
        return MapLink(links[0]) if links else None

    def _in_link(self, link: str) -> TypedPlace | None:
        for text in coordinate_texts(link):
            if _NAN.match(text):
                return BadPoint(PointProblem.NOT_A_NUMBER)
            if pair := leading_pair(text):
                return _checked(pair, PlaceSource.LINK)
            if found := self._plus_code(text):
                return found
        return None

    def _plus_code(self, text: str) -> TypedPlace | None:
        for match in _PLUS_CODE.finditer(text):
            code = match.group().upper()
            if olc.isFull(code):
                return _decoded(code)
            if olc.isShort(code) and len(match[2]) >= 2 and not match[1].isdigit():
                return _decoded(olc.recoverNearest(code, *self._reference(text)))
        return None

    def _reference(self, text: str) -> tuple[float, float]:
        words = " " + " ".join(_WORD.findall(text.casefold())) + " "
        names = [name for name in self.named if f" {name.casefold()} " in words]
        return self.named[max(names, key=len)] if names else self.near


def _decoded(code: str) -> TypedPlace:
    area = olc.decode(code)
    step = max(area.latitudeHi - area.latitudeLo, area.longitudeHi - area.longitudeLo)
    pair = Pair(area.latitudeCenter, area.longitudeCenter, 2**0.5 * step / 2 * M_PER_DEG_LON)
    return _checked(pair, PlaceSource.PLUS_CODE)


def _checked(pair: Pair, source: PlaceSource) -> TypedPlace:
    problem = check_point(pair.lat, pair.lon)
    if problem is not None:
        return problem
    return TypedPoint(pair.lat, pair.lon, source, pair.accuracy_m if pair.accuracy_m >= ROUGH_M else None)
