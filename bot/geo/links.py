"""Reads the coordinates in links to maps, without fetching anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit

from bot.geo.angles import tidy

_HOSTS = (
    "maps.app.goo.gl",
    "goo.gl",
    "g.co",
    "maps.apple.com",
    "maps.apple",
    "openstreetmap.org",
    "osm.org",
    "waze.com",
    "here.com",
    "bing.com",
)
"""Map sites besides Google's own, which has many domains."""

_SCHEME = re.compile(r"https?://|geo:", re.IGNORECASE)

_MAIN_NAMES = ("destination", "daddr", "q", "query", "coordinate", "to", "ll", "center", "viewpoint", "cp", "sll")
"""Parameters that hold "lat,lon", the most telling first."""

_SPLIT_NAMES = (("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"), ("latitude", "longitude"))

_NUMBER = r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)"
_PLACE = re.compile(f"!3d{_NUMBER}!4d{_NUMBER}")  # the place itself, unlike the camera after @
_STOP = re.compile(f"!1d{_NUMBER}!2d{_NUMBER}")  # lon, lat of a stop of a route
_EMBEDDED = re.compile(f"!2d{_NUMBER}!3d{_NUMBER}")  # lon, lat of an embedded map
_CAMERA = re.compile(f"@{_NUMBER},{_NUMBER}")
_OSM_VIEW = re.compile(rf"map=[0-9.]{{1,6}}/{_NUMBER}/{_NUMBER}")

_NESTED_NAMES = ("continue", "url", "link", "q")


def split_links(text: str) -> tuple[list[str], str]:
    """The links in a text that lead to maps, and the text without any links."""
    links: list[str] = []
    rest: list[str] = []
    for word in text.split():
        scheme = _SCHEME.search(word)
        link = word[scheme.start() :] if scheme else word.lstrip("(<[\"'")
        link = link.rstrip(">]\"'.,;!")
        if is_map(link):
            links.append(link)
        if scheme:
            rest.append(word[: scheme.start()])
        elif not is_map(link):
            rest.append(word)
    return links, " ".join(rest)


def is_map(link: str) -> bool:
    """Whether a link leads to a map."""
    parts = _parts(link)
    if parts is None:
        return False
    host, path = (parts.hostname or "").lower(), parts.path.lower()
    if parts.scheme == "geo":
        return any(char.isdigit() for char in link)
    if "." not in host:
        return False
    if "google" in host.split("."):
        return path.startswith(("/maps", "/url", "/ml")) or host.startswith("maps.")
    if host == "goo.gl":
        return path.startswith("/maps")
    if host.endswith("bing.com"):
        return path.startswith("/maps")
    return any(host == known or host.endswith("." + known) for known in _HOSTS)


def coordinate_texts(link: str, depth: int = 0) -> Iterator[str]:
    """Parts of a link to a map that may be coordinates or a plus code, tidy, the most telling first."""
    parts = _parts(link)
    if parts is None:
        return
    values = _values(parts)
    for name in _NESTED_NAMES:
        if depth < 2 and _SCHEME.match(values.get(name, "")) and is_map(values[name]):
            yield from coordinate_texts(values[name], depth + 1)
    if parts.scheme != "geo":
        yield from _in_path(unquote_plus(parts.path + "?" + parts.query))
    for name in _MAIN_NAMES:
        if name in values:
            yield tidy(values[name].removeprefix("loc:").removeprefix("ll.").strip())
    for lat, lon in _SPLIT_NAMES:
        if lat in values and lon in values:
            yield f"{values[lat]}, {values[lon]}"
    if view := _OSM_VIEW.search(parts.fragment):
        yield f"{view[1]}, {view[2]}"
    if camera := _CAMERA.search(unquote_plus(parts.path)):
        yield f"{camera[1]}, {camera[2]}"
    if parts.scheme == "geo":
        yield parts.path


def _in_path(path: str) -> Iterator[str]:
    """What the path names: the place, the last stop, or coordinates as a part of their own."""
    for pattern, lon_first in ((_PLACE, False), (_STOP, True), (_EMBEDDED, True)):
        if found := pattern.findall(path):
            one, two = found[-1]
            yield f"{two}, {one}" if lon_first else f"{one}, {two}"
    for segment in reversed(path.partition("?")[0].split("/")):
        if segment and not segment.startswith("@"):
            yield tidy(segment.strip())


def _values(parts: SplitResult) -> dict[str, str]:
    """Parameters by name, those of a fragment too; the first of a name counts."""
    pairs = [pair for text in (parts.query, parts.fragment) for pair in parse_qsl(text)]
    return {name.lower(): value for name, value in reversed(pairs)}


def _parts(link: str) -> SplitResult | None:
    try:
        return urlsplit(link if _SCHEME.match(link) else "https://" + link)
    except ValueError:  # e.g. a bracket that is no IPv6 address
        return None
