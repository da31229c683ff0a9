"""Pictures as data, and having them drawn in a child process that ends: the drawing library costs 40 MB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.map_base import MapBase


@dataclass(frozen=True, slots=True)
class Mark:
    """An incident on the map.

    Attributes:
        depth_cm: None: unknown.
        reporters: the size of the mark.
        overdue: with a ring; receded: hollow.
        label: the number it has in the text; None: none.
        drain: a broken drain, no puddle.
    """

    lat: float
    lon: float
    depth_cm: int | None
    reporters: int
    overdue: bool = False
    receded: bool = False
    label: int | None = None
    drain: bool = False


@dataclass(frozen=True, slots=True)
class MapWords:
    """All words on a map, in the reader's language.

    Attributes:
        title: what and where; subtitle: date, time and the headline figures.
        depths: (from cm, words) of the classes of depth, shallow to deep, and `unknown` for no depth.
        overdue, receded, drain: words of the legend; reporters: e.g. "1, 5, 20 pelapor".
        outside: e.g. "2 titik di luar peta"; None: none are.
        source: where data and borders come from.
        empty: what stands there when there is no mark.
        sea: name of the sea.
    """

    title: str
    subtitle: str
    depths: Sequence[tuple[int, str]]
    unknown: str
    overdue: str
    receded: str
    drain: str
    reporters: str
    source: str
    empty: str
    sea: str
    outside: str | None = None


@dataclass(frozen=True, slots=True)
class MapPicture:
    """A map to draw."""

    base: MapBase
    marks: Sequence[Mark]
    words: MapWords


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of a chart: its label, incidents by class of depth (as `ChartPicture.classes`), rain as a word or None."""

    label: str
    counts: Sequence[int]
    rain: str | None = None


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """A chart of days: stacked bars of incidents by depth, and rain where known.

    Attributes:
        classes: words of the classes of depth, shallow to deep, unknown last.
        axis: what is counted.
    """

    title: str
    subtitle: str
    axis: str
    classes: Sequence[str]
    bars: Sequence[Bar]
    source: str
