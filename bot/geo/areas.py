"""Point -> kelurahan, kecamatan, kota: from reference points, or from exact borders that the operator gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bot.domain.map_base import MapBase, Ring
from bot.domain.models import Area
from bot.geo import map_base
from bot.geo.borders import Borders
from bot.geo.finding import Finding
from bot.geo.gazetteer import Box, Kelurahan, ServiceArea, all_kelurahan
from bot.geo.nearest import NearestPoints
from bot.ports import Located


class Method(Protocol):
    """A way to find the kelurahan of a point.

    Attributes:
        rings: the exact borders that it goes by, by code; none where it goes by something else.
    """

    @property
    def rings(self) -> Mapping[str, Sequence[Ring]]: ...

    def locate(self, lat: float, lon: float) -> Finding:
        """The likeliest kelurahan of a finite point, and the second where unsure."""
        ...


class AreaIndex:
    """All of DKI Jakarta, and which of it is served (bot.ports.AreaLookup)."""

    def __init__(self, method: Method, service_area: Sequence[str]) -> None:
        self._method = method
        self._served = ServiceArea(service_area)
        self._known: Mapping[str, Kelurahan] = all_kelurahan()
        self._base: MapBase | None = None

    @classmethod
    def from_reference_points(cls, service_area: Sequence[str]) -> AreaIndex:
        """Without exact borders. Raises OperatorError on a bad SERVICE_AREA."""
        return cls(NearestPoints(), service_area)

    @classmethod
    def from_geojson(cls, path: Path, service_area: Sequence[str]) -> AreaIndex:
        """With the borders of AREAS_GEOJSON; a kelurahan that the file lacks is found by its reference points.

        Raises:
            OperatorError: a bad file (see bot.geo.borders) or a bad SERVICE_AREA.
        """
        served = ServiceArea(service_area)
        return cls(Borders.read(path, served), service_area)

    def locate(self, lat: float, lon: float) -> Located:
        """The kelurahan of a point.

        Where two kelurahan are too near to tell and only one of them is served, that one is taken as the likelier:
        nobody who may live in the service area is sent away by our own inaccuracy.
        """
        finding = self._method.locate(lat, lon)
        area, other = self._area(finding.code), self._area(finding.other)
        if area is not None and other is not None and other.code in self._served and area.code not in self._served:
            area, other = other, area
        return Located(area, other, area is not None and area.code in self._served, finding.margin_m)

    def get(self, code: str) -> Area | None:
        """The kelurahan with this code."""
        return self._area(code)

    def served_kecamatan(self) -> Sequence[tuple[str, str]]:
        """(code, name) of the kecamatan in the service area, by code."""
        found = {code.rpartition(".")[0]: self._known[code].area.kecamatan for code in self._served.codes}
        return tuple(found.items())

    def served_kelurahan(self, kecamatan_code: str) -> Sequence[Area]:
        """The kelurahan of a kecamatan in the service area, by code."""
        return tuple(self._known[code].area for code in self._served.codes if code.rpartition(".")[0] == kecamatan_code)

    def all_served(self) -> Sequence[Area]:
        """All kelurahan in the service area, by code."""
        return tuple(self._known[code].area for code in self._served.codes)

    def centre(self, code: str) -> tuple[float, float]:
        """(lat, lon) of a point inside or near the middle of a kelurahan. Raises KeyError for an unknown code."""
        return self._known[code].centre

    def neighbours(self, code: str) -> frozenset[str]:
        """Codes of the served kelurahan that border on a kelurahan (which itself may not be served)."""
        return frozenset(other for other in map_base.neighbours(code) if other in self._served)

    def map_base(self) -> MapBase:
        """What maps of the service area are drawn on; put together when first asked for."""
        if self._base is None:
            self._base = map_base.map_base(self._served.codes, self._method.rings)
        return self._base

    @property
    def served_box(self) -> Box:
        """The extent of the service area."""
        return self._served.box

    def _area(self, code: str | None) -> Area | None:
        known = self._known.get(code) if code is not None else None
        return known.area if known is not None else None
