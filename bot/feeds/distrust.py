"""Bytes of strangers -> JSON, XML, numbers, moments and words, within limits; whatever is wrong is a FeedError."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from datetime import datetime, timedelta, tzinfo
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder  # only what holds the parsed tree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bot.domain.errors import FeedError

MAX_DEPTH = 30
MAX_ELEMENTS = 50_000

LONGEST_NUMBER = 30
"""Characters of a number written as text."""


def json_of(body: bytes) -> object:
    """JSON. Raises FeedError, also for NaN and the like."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise FeedError(_instead_of(body, "JSON")) from None


def xml_of(body: bytes, root: str) -> Element:
    """XML without a DTD or entities, its root of this name (whatever its namespace). Raises FeedError."""
    parser = DefusedXMLParser(target=_Limited(), forbid_dtd=True)
    try:
        parser.feed(body)
        tree = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise FeedError(_instead_of(body, "XML")) from None
    if not isinstance(tree, Element) or local_name(tree) != root:
        raise FeedError(f"XML of another kind than {root}")
    return tree


class _Limited(TreeBuilder):
    """Builds no tree that is deeper or larger than any honest one."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise ValueError("too deep or too large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def local_name(element: Element) -> str:
    """Its name without the namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, name: str) -> list[Element]:
    """The elements right inside with this name."""
    return [child for child in element if local_name(child) == name]


def text_of(element: Element, name: str, most: int = 2000) -> str:
    """The words of the first element right inside with this name; "" where there is none."""
    found = next(iter(children(element, name)), None)
    return "" if found is None else words(found.text, most) or ""


def words(value: object, most: int) -> str | None:
    """One line of readable words, cut to `most` characters; None where there are none."""
    if not isinstance(value, str):
        return None
    shown = (" " if char.isspace() else char for char in value[: most * 4])
    line = " ".join("".join(char for char in shown if unicodedata.category(char)[0] != "C").split())[:most].strip()
    return line or None


def number(value: object) -> float | None:
    """A finite number, also one written as text ("150", "150,5")."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        plain = value.strip()
        if len(plain) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", plain, re.ASCII):
            return None
        value = float(plain.replace(",", "."))
    if not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


_DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})[ T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?", re.ASCII)
_DOT_NET = re.compile(r"/Date\((-?\d{1,14})(?:[+-]\d{4})?\)/", re.ASCII)


def moment(value: object, timezone: tzinfo) -> datetime | None:
    """A moment written in any of the ways that these feeds use; where it names no zone, it is meant in `timezone`."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = value.strip()
    try:
        if match := _DOT_NET.fullmatch(text):
            return datetime.fromtimestamp(int(match[1]) / 1000, timezone)
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=timezone)
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else at.replace(tzinfo=timezone)
    except (ValueError, OverflowError, OSError):
        return None


def within(at: datetime | None, now: datetime, before: timedelta, after: timedelta) -> bool:
    """It is a moment not longer ago than `before` and not further ahead than `after`."""
    try:
        return at is not None and -before <= at - now <= after
    except OverflowError:
        return False


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _instead_of(body: bytes, wanted: str) -> str:
    if not body.strip():
        return "an empty answer"
    page = body[:500].lstrip().lower()
    return f"a web page instead of {wanted}" if page.startswith((b"<!doctype", b"<html")) else f"damaged {wanted}"
