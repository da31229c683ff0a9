"""Pictures as data, and having them drawn.

They are drawn by a child process (bot.output.drawing) that ends with the picture: the bot does not keep what drawing
takes, some 100 MB for less than a second, and a picture that goes wrong harms nothing else. The child gets the picture
as JSON and gives a PNG; it writes no file, asks no network, and is told nothing of the bot's settings.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from bot.domain.errors import PictureError
from bot.domain.map_base import MapBase

TIME_LIMIT_S = 20.0
"""A picture takes less than a second; a busy server may take longer, a stuck child is killed."""

_PNG = b"\x89PNG\r\n\x1a\n"
"""What a PNG begins with: anything else that the child says is no picture."""

MAP, CHART = "map", "chart"
"""What the child is asked for."""

PROGRAM = "bot.output.drawing"
_ROOT = Path(__file__).parents[2]
_PASSED_ON = frozenset(
    {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "OPENBLAS_CORETYPE", "PYTHONPATH", "PYTHONWARNINGS"}
)
"""All that the child gets of the environment: where things are, and no more. The bot's secrets are in the rest."""


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


async def draw_map(picture: MapPicture) -> bytes:
    """A PNG of 1280 x 1280 pixels. Raises PictureError."""
    return await _drawn(MAP, picture)


async def draw_chart(picture: ChartPicture) -> bytes:
    """A PNG of 1280 x 960 pixels. Raises PictureError."""
    return await _drawn(CHART, picture)


async def _drawn(kind: str, picture: MapPicture | ChartPicture) -> bytes:
    environment = {key: value for key, value in os.environ.items() if key in _PASSED_ON}
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=_ROOT,
            env={**environment, "OPENBLAS_NUM_THREADS": "1"},  # its threads would take memory, and are of no use here
        )
    except OSError as error:
        raise PictureError(f"the drawing process did not start: {error.strerror}") from error
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            png, complaint = await child.communicate(encoded(kind, picture))
    except TimeoutError:
        raise PictureError(f"drawing took longer than {TIME_LIMIT_S:g} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode or not png.startswith(_PNG):
        last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise PictureError(f"the drawing process failed ({child.returncode}): {last[:300]}")
    return png


def encoded(kind: str, picture: MapPicture | ChartPicture) -> bytes:
    """What the child reads (bot.output.drawing.wire)."""
    return json.dumps({"kind": kind, "picture": picture}, default=_plain).encode()


def _plain(value: object) -> object:
    """What JSON has no form of: records and read-only mappings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
