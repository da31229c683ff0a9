"""The map of Jakarta Utara that the page draws: outlines as the bot's reference points tell them.

Every place belongs to the kelurahan of its nearest reference point (see bot.geo.nearest). So the outlines are the cells
of a Voronoi diagram of these points, and what the map shows is what the bot believes, border for border.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.geo.gazetteer import M_PER_DEG_LAT, M_PER_DEG_LON, all_kelurahan, begins, reference_points

SHOWN = "31.72"
"""Code of the city that the demo plays in."""

WEST, EAST, SOUTH, NORTH = 106.2, 107.5, -6.7, -5.6
"""Edges of what is drawn, in degrees."""

VIEW = (-6.056, 106.706, -6.19, 106.981)
"""What a look at the whole city shows: north, west, south, east in degrees."""

WIDTH_M = (EAST - WEST) * M_PER_DEG_LON
HEIGHT_M = (NORTH - SOUTH) * M_PER_DEG_LAT

Point = tuple[float, float]
"""(x, y) in metres east and south of the map's north-west corner."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """A reference point on the map; its kelurahan's code, "" for the sea, None for land outside of DKI Jakarta."""

    code: str | None
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A side of a cell, and what lies beyond it (None: the map's edge)."""

    start: Point
    end: Point
    beyond: int | None


def project(lat: float, lon: float) -> Point:
    """A place (WGS84) on the map."""
    return (lon - WEST) * M_PER_DEG_LON, (NORTH - lat) * M_PER_DEG_LAT


@cache
def outline() -> Json:
    """All that is drawn, in whole metres: SVG paths of areas and borders, the kelurahan's names and middles."""
    sites = [_site(point.code, point.lat, point.lon) for point in reference_points()]
    cells = {
        at: cell_of(at, sites)
        for at, site in enumerate(sites)
        if site.code == "" or (site.code is not None and begins(site.code, SHOWN))
    }
    return {
        "west": WEST,
        "north": NORTH,
        "m_per_deg_lat": M_PER_DEG_LAT,
        "m_per_deg_lon": M_PER_DEG_LON,
        "width_m": round(WIDTH_M),
        "height_m": round(HEIGHT_M),
        "view": _view(),
        "sea": _areas(cell for at, cell in cells.items() if sites[at].code == ""),
        "borders": _borders(sites, cells),
        "kelurahan": [_kelurahan(code, sites, cells) for code in all_kelurahan() if begins(code, SHOWN)],
    }


def cell_of(at: int, sites: Sequence[Site]) -> list[Edge]:
    """The part of the map that is nearer to one site than to any other, as its sides in order."""
    me = sites[at]
    corners = [(0.0, 0.0), (WIDTH_M, 0.0), (WIDTH_M, HEIGHT_M), (0.0, HEIGHT_M)]
    edges = [Edge(corners[i], corners[(i + 1) % 4], None) for i in range(4)]
    others = sorted((math.hypot(site.x - me.x, site.y - me.y), i) for i, site in enumerate(sites) if i != at)
    for distance, other in others:
        reach = max(math.hypot(edge.start[0] - me.x, edge.start[1] - me.y) for edge in edges)
        if distance >= 2 * reach:
            break
        edges = _cut(edges, me, sites[other], other)
    return edges


def _cut(edges: list[Edge], me: Site, other: Site, beyond: int) -> list[Edge]:
    """What is left of a cell on this side of the line half-way to another site."""
    across = (other.x - me.x, other.y - me.y)
    middle = ((other.x + me.x) / 2, (other.y + me.y) / 2)

    def past(point: Point) -> float:
        return (point[0] - middle[0]) * across[0] + (point[1] - middle[1]) * across[1]

    kept: list[Edge] = []
    leaves: Point | None = None
    for edge in edges:
        before, after = past(edge.start), past(edge.end)
        if before <= 0 and after <= 0:
            kept.append(edge)
            continue
        if before > 0 and after > 0:
            continue
        share = before / (before - after)
        crossing = tuple(a + share * (b - a) for a, b in zip(edge.start, edge.end, strict=True))
        met: Point = (crossing[0], crossing[1])
        if before <= 0:
            kept.append(Edge(edge.start, met, edge.beyond))
            leaves = met
        else:
            kept.append(Edge(met, edge.end, edge.beyond))
    if leaves is None:
        return edges
    place = next(i for i, edge in enumerate(kept) if edge.end == leaves) + 1
    back = kept[place % len(kept)].start
    kept.insert(place, Edge(leaves, back, beyond))
    return kept


def _borders(sites: Sequence[Site], cells: dict[int, list[Edge]]) -> Json:
    """Lines between kelurahan, kecamatan, the city and its neighbours, and the coast; each as one SVG path."""
    lines: dict[str, list[str]] = {"kelurahan": [], "kecamatan": [], "city": [], "coast": []}
    for at, edges in cells.items():
        mine = sites[at].code
        for edge in edges:
            theirs = sites[edge.beyond].code if edge.beyond is not None else mine
            if not mine or mine == theirs:
                continue
            if theirs == "":
                kind = "coast"
            elif theirs is None or not begins(theirs, SHOWN):
                kind = "city"
            elif mine > theirs:
                continue  # drawn from the other side
            else:
                kind = "kelurahan" if mine.rpartition(".")[0] == theirs.rpartition(".")[0] else "kecamatan"
            lines[kind].append(f"M{_at(edge.start)}L{_at(edge.end)}")
    return {kind: "".join(drawn) for kind, drawn in lines.items()}


def _kelurahan(code: str, sites: Sequence[Site], cells: dict[int, list[Edge]]) -> Json:
    known = all_kelurahan()[code]
    x, y = project(*known.centre)
    return {
        "code": code,
        "name": known.area.kelurahan,
        "kecamatan": known.area.kecamatan,
        "x": round(x),
        "y": round(y),
        "path": _areas(cell for at, cell in cells.items() if sites[at].code == code),
    }


def _view() -> Json:
    north, west, south, east = VIEW
    (left, top), (right, bottom) = project(north, west), project(south, east)
    return {"x": round(left), "y": round(top), "width": round(right - left), "height": round(bottom - top)}


def _areas(cells: Iterable[list[Edge]]) -> str:
    return "".join("M" + "L".join(_at(edge.start) for edge in cell) + "Z" for cell in cells)


def _at(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"


def _site(code: str | None, lat: float, lon: float) -> Site:
    x, y = project(lat, lon)
    return Site("" if code is None and _is_sea(lat, lon) else code, x, y)


def _is_sea(lat: float, lon: float) -> bool:
    """Whether a reference point outside of DKI Jakarta lies in the bay: they do not say so themselves."""
    return lon > 106.715 and lat > (-6.12 if lon < 106.965 else -6.09)
