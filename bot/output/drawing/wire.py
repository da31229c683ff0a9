"""The picture that the drawing process is asked for, from JSON (see bot.output.pictures)."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.map_base import MapBase
from bot.output.pictures import CHART, Bar, ChartPicture, MapPicture, MapWords, Mark


def read(asked: bytes) -> MapPicture | ChartPicture:
    """The picture; its sequences are lists."""
    content = json.loads(asked)
    plain: dict[str, Any] = content["picture"]
    if content["kind"] == CHART:
        return ChartPicture(**{**plain, "bars": [Bar(**bar) for bar in plain["bars"]]})
    return MapPicture(
        base=MapBase(**plain["base"]),
        marks=[Mark(**mark) for mark in plain["marks"]],
        words=MapWords(**plain["words"]),
    )
