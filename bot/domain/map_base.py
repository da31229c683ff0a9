"""What a map is drawn on: the kelurahan, as reference points or as exact borders. Coordinates are (lat, lon)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MapBase:
    """The ground.

    Attributes:
        served: code -> name of the kelurahan that are served.
        kecamatan: code -> name of theirs.
        centres: code -> a point inside or near the middle of each served one.
        points: (code, lat, lon) of reference points in and around the service area; code None: outside of the province
            (or sea). Empty where there are rings.
        rings: code -> outer rings and holes alike, of the served kelurahan and of those around; empty where there are
            points.
    """

    served: Mapping[str, str]
    kecamatan: Mapping[str, str]
    centres: Mapping[str, tuple[float, float]]
    points: Sequence[tuple[str | None, float, float]] = ()
    rings: Mapping[str, Sequence[Ring]] | None = None
