"""Reads AREAS_GEOJSON: a FeatureCollection of kelurahan polygons, each with the property `code` (Kemendagri's).

Codes may be written with dots or without (31.72.02.1004, 3172021004). Other properties are not read: names come from
the gazetteer. Several features of one code (islands, quays) are one kelurahan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.errors import OperatorError
from bot.geo.gazetteer import ServiceArea, all_kelurahan

Ring = list[tuple[float, float]]
"""A closed line of (lat, lon); the first point need not be repeated at the end."""

_WAY_OUT = "give a GeoJSON FeatureCollection of kelurahan polygons, or leave AREAS_GEOJSON empty"
_UNDOTTED = re.compile(r"(\d\d)(\d\d)(\d\d)(\d{4})")


def read_rings(path: Path, served: ServiceArea) -> dict[str, list[Ring]]:
    """All rings, outer ones and holes alike, by the code of their kelurahan.

    Raises:
        OperatorError: one line that names AREAS_GEOJSON, the file, what is wrong and what to do.
    """
    rings: dict[str, list[Ring]] = {}
    for number, feature in enumerate(_features(path), start=1):
        code = _code(path, number, feature)
        rings.setdefault(code, []).extend(_rings(path, f"feature {number} ({code})", feature))
    if not any(code in served for code in rings):
        raise _wrong(path, f"holds no kelurahan of SERVICE_AREA ({', '.join(served.prefixes)}); {_WAY_OUT}")
    return rings


def _wrong(path: Path, what: str) -> OperatorError:
    return OperatorError(f"AREAS_GEOJSON: {path} {what}")


def _features(path: Path) -> list[object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise _wrong(path, f"does not exist; {_WAY_OUT}") from None
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror}); mend that, or leave AREAS_GEOJSON empty") from None
    except (ValueError, RecursionError):
        raise _wrong(path, f"is not JSON; {_WAY_OUT}") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise _wrong(path, f"is JSON but has no list of features; {_WAY_OUT}")
    return features


def _code(path: Path, number: int, feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    if code is None:
        raise _wrong(path, f"feature {number} has no property 'code'; name the Kemendagri code so, e.g. 31.72.02.1004")
    written = str(code).strip()
    undotted = _UNDOTTED.fullmatch(written)
    code = ".".join(undotted.groups()) if undotted else written
    if code not in all_kelurahan():
        raise _wrong(
            path,
            f"feature {number} has the code {written!r}, which is no kelurahan of DKI Jakarta; "
            "use Kemendagri codes such as 31.72.02.1004 (BPS codes differ)",
        )
    return code


def _rings(path: Path, where: str, feature: object) -> list[Ring]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates: Any = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _wrong(path, f"{where} is no Polygon or MultiPolygon but {kind}; {_WAY_OUT}")
    try:
        polygons = [coordinates] if kind == "Polygon" else list(coordinates)
        rings = [[_position(at) for at in ring] for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, LookupError):
        raise _wrong(path, f"{where} has broken coordinates; export the file anew") from None
    if not rings or any(len(ring) < 3 for ring in rings):
        raise _wrong(path, f"{where} has a ring of fewer than three points; export the file anew")
    _check_order(path, where, [at for ring in rings for at in ring])
    return rings


def _position(at: Sequence[float]) -> tuple[float, float]:
    lon, lat = at[0], at[1]
    return float(lat), float(lon)


def _check_order(path: Path, where: str, points: Sequence[tuple[float, float]]) -> None:
    """Everything must lie near Java; the two usual mistakes are named."""
    if all(-9 <= lat <= -4 and 104 <= lon <= 115 for lat, lon in points):
        return
    lat, lon = points[0]
    if -9 <= lon <= -4 and 104 <= lat <= 115:
        raise _wrong(path, f"{where} has latitude before longitude; GeoJSON wants [longitude, latitude]: swap them")
    raise _wrong(
        path, f"{where} is not near Jakarta ({lat:g}, {lon:g}); export it in degrees, WGS84 (EPSG:4326), not projected"
    )
