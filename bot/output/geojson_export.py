"""Incidents -> GeoJSON (RFC 7946) for map programs: a point each, what anybody may know of it, nothing of who reported.

Positions are [longitude, latitude] in WGS84, as the RFC has it, and there is therefore no `crs`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO

from bot.domain.models import Incident
from bot.domain.unit_clocks import is_overdue
from bot.output.columns import Words, typed

PLACES = 6
"""Decimal places of a degree: 11 cm."""


class GeoJsonFile:
    """Writes features as they come.

    Args:
        stream: opened to write bytes; stays open.
        words: names of things.
    """

    def __init__(self, stream: IO[bytes], words: Words) -> None:
        self._stream = stream
        self._words = words
        self._box: tuple[float, float, float, float] | None = None
        self._stream.write(b'{"type":"FeatureCollection","features":[')

    def write(self, incidents: Iterable[Incident]) -> None:
        """More features."""
        for incident in incidents:
            self._stream.write(b"\n" if self._box is None else b",\n")
            lon, lat = round(incident.lon, PLACES), round(incident.lat, PLACES)
            west, south, east, north = self._box or (lon, lat, lon, lat)
            self._box = (min(west, lon), min(south, lat), max(east, lon), max(north, lat))
            feature = {
                "type": "Feature",
                "id": incident.number,
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": _properties(incident, self._words),
            }
            self._stream.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode())

    def end(self) -> None:
        """No more features. The box around them stands last, since it is only known now."""
        box = f',"bbox":{json.dumps(self._box)}' if self._box is not None else ""
        self._stream.write(f"\n]{box}}}\n".encode())


def _properties(incident: Incident, words: Words) -> dict[str, object]:
    """In English, with the codes that programs compare; times with their offset. null: not known."""
    area, handling = words.area(incident.area_code), incident.handling
    open_ = incident.state.is_open
    depths = {
        "depth_first_cm": incident.depth_first,
        "depth_last_cm": incident.depth_last,
        "depth_max_cm": incident.depth_max,
    }
    times = {
        "first_seen": incident.first_seen,
        "last_seen": incident.last_seen,
        "ended_at": incident.ended_at,
        "taken_at": handling.taken_at,
        "due_at": (handling.overdue_since or handling.due_at) if open_ else None,
    }
    return {
        "number": incident.number,
        "kind": incident.kind,
        "state": incident.state,
        "open": open_,
        "kecamatan": area.kecamatan if area else None,
        "kelurahan": area.kelurahan if area else None,
        "area_code": incident.area_code,
        "name": typed(incident.name),
        "approximate": incident.approximate,
        **{key: depth.cm if depth else None for key, depth in depths.items()},
        "causes": list(incident.causes),
        "faults": list(incident.faults),
        "passability": incident.passability,
        "reporters": incident.reporters,
        "photos": incident.photos,
        **{
            key: moment.astimezone(words.timezone).isoformat(timespec="seconds") if moment else None
            for key, moment in times.items()
        },
        "owner": words.unit(handling.owner),
        "on_behalf": words.unit(handling.on_behalf),
        "overdue": is_overdue(incident, words.now),
        "hops": handling.hops,
        "escalations": handling.escalations,
        "reopened": handling.reopened,
    }
