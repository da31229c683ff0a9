"""The offices: one for each kelurahan, kecamatan, kota and the province, and those that the routing file adds. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from bot.domain.handling import Level
from bot.domain.kota import short_kota
from bot.domain.models import Area
from bot.domain.staff import Unit

PROVINCE = "DKI Jakarta"

CODE_LENGTH: Mapping[Level, int] = {Level.PROVINSI: 2, Level.KOTA: 5, Level.KECAMATAN: 8, Level.KELURAHAN: 13}
"""Characters of a level's area code: 31, 31.72, 31.72.02, 31.72.02.1004."""

_AREA_CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
_UPWARDS = (Level.KELURAHAN, Level.KECAMATAN, Level.KOTA, Level.PROVINSI)


class UnitTree:
    """All units by code, each knowing the one above.

    A code may outlive its unit: the routing file or the service area was changed while incidents of it were open. Then
    the kota that is served stands in its place, so that no case is left without an office.

    Args:
        units: with every unit's parent among them; exactly one has none and is the top.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = {unit.code: unit for unit in units}
        self._top = next(unit for unit in units if unit.parent is None)
        kota = [unit for unit in units if unit.level is Level.KOTA]
        self._middle = kota[0] if len(kota) == 1 else self._top

    def get(self, code: str) -> Unit | None:
        """The unit with this code."""
        return self._units.get(code)

    def parent(self, code: str) -> Unit | None:
        """The unit above; None at the top."""
        return next(iter(self.chain(code)[1:]), None) if code in self._units else self._middle

    def chain(self, code: str) -> tuple[Unit, ...]:
        """The unit itself, then upwards to the top. A unit that is not known any more: the served kota's chain."""
        unit: Unit | None = self._units.get(code, self._middle)
        found: list[Unit] = []
        while unit is not None:
            found.append(unit)
            unit = None if unit.parent is None else self._units[unit.parent]
        return tuple(found)

    def of_level(self, area_code: str | None, level: Level) -> Unit:
        """The unit of a level of the city that an area belongs to.

        Args:
            area_code: a kelurahan's code. Not served itself: the nearest unit above it that serves; None or far from
                all that is served: the served kota (where several kota are served: the province).
            level: not OTHER. Raises ValueError for it.
        """
        if level is Level.OTHER:
            raise ValueError("no area has a unit of level other")
        for each in _UPWARDS[_UPWARDS.index(level) :]:
            unit = self._units.get((area_code or "")[: CODE_LENGTH[each]])
            if unit is not None and (each is not Level.PROVINSI or level is Level.PROVINSI):
                return unit
        return self._top if level is Level.PROVINSI else self._middle

    def children(self, code: str) -> Sequence[Unit]:
        """The units right below, by code."""
        return [unit for unit in self.all() if unit.parent == code]

    def all(self) -> Sequence[Unit]:
        """Every unit: the city's from the province down, by code, then those that the routing file adds."""
        return tuple(self._units.values())

    def nearest(self, code: str, connected: Container[str]) -> Unit | None:
        """The unit itself or the nearest above it that has a chat; never an office outside."""
        return next((unit for unit in self.chain(code) if unit.code in connected and not unit.outside), None)


def units_of(areas: Sequence[Area], extra: Sequence[Unit] = ()) -> UnitTree:
    """The units of these kelurahan, of the levels above them, and some more.

    Args:
        areas: the kelurahan that are served, at least one, all in one province.
        extra: the routing file's; one without a parent is put under the served kota (else the province).
    """
    province = areas[0].code[: CODE_LENGTH[Level.PROVINSI]]
    units = {province: Unit(province, Level.PROVINSI, PROVINCE, None)}
    for level, above in (
        (Level.KOTA, Level.PROVINSI),
        (Level.KECAMATAN, Level.KOTA),
        (Level.KELURAHAN, Level.KECAMATAN),
    ):
        for area in sorted(areas, key=lambda area: area.code):
            code = area.code[: CODE_LENGTH[level]]
            name = {Level.KOTA: short_kota(area.kota), Level.KECAMATAN: area.kecamatan}.get(level, area.kelurahan)
            units.setdefault(code, Unit(code, level, name, area.code[: CODE_LENGTH[above]]))
    middle = UnitTree(list(units.values())).of_level(None, Level.KOTA)
    for unit in extra:
        units[unit.code] = Unit(unit.code, unit.level, unit.name, unit.parent or middle.code, unit.outside)
    return UnitTree(list(units.values()))


def level_of(code: str) -> Level:
    """The level of a unit by its code: of the city's units that is their area code."""
    lengths = {length: level for level, length in CODE_LENGTH.items()}
    return lengths[len(code)] if _AREA_CODE.fullmatch(code) else Level.OTHER


def unit_values(unit: Unit) -> dict[str, str]:
    """A unit as a value of a text; shown by the format `unit` ("Satpel SDA Kec. Tanjung Priok")."""
    return {"level": unit.level.value, "name": unit.name}
