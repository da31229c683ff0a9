"""/statistik: counts of today, 7 and 30 days, and how well the month's cases were dealt with, by unit and kelurahan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.models import Say
from bot.domain.performance import Performance, performance, performance_by
from bot.domain.periods import last_days
from bot.domain.records import Tally, WorkRow
from bot.domain.units import UnitTree, unit_values
from bot.ports import AreaLookup, Store
from bot.services.region import served_region
from bot.services.work import result_of

PERIODS = {"today": 1, "week": 7, "month": 30}
"""Periods -> days, today included."""

MOST_UNITS = 15
MOST_AREAS = 40
"""Lines listed: what fits into a message that is read on a phone."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Does the work behind /statistik. The answer is a result {"says": […]} for tell_result."""

    store: Store
    areas: AreaLookup
    units: UnitTree
    timezone: ZoneInfo

    async def answer(self, row: WorkRow) -> Mapping[str, object]:
        """The counts, then the figures by unit, then those by kelurahan: a message each, where there is anything."""
        at = row.due_at
        periods = {key: last_days(days, at, self.timezone) for key, days in PERIODS.items()}
        tallies = [(key, await self.store.tally(period.since, at)) for key, period in periods.items()]
        incidents = await self.store.first_seen_between(periods["month"].since, at)
        head: dict[str, object] = {
            "region": served_region(self.areas).upper(),
            "at": at.isoformat(),
            "periods": [{"text": "figures.tally", "values": _tally_values(key, tally)} for key, tally in tallies],
        }
        says = [Say("figures.statistics", head)]
        if incidents:
            by_unit = performance_by(incidents, lambda each: each.handling.owner, at)
            by_area = performance_by(incidents, lambda each: each.area_code, at)
            says.append(
                Say(
                    "figures.units",
                    {
                        "all": [{"text": "figures.unit", "values": _values(performance(incidents, at))}],
                        "items": [self._unit_line(each) for each in by_unit[:MOST_UNITS]],
                        "more": max(0, len(by_unit) - MOST_UNITS) or None,
                    },
                )
            )
            says.append(
                Say(
                    "figures.areas",
                    {
                        "items": [self._area_line(each) for each in by_area[:MOST_AREAS]],
                        "more": max(0, len(by_area) - MOST_AREAS) or None,
                    },
                )
            )
        return result_of(*says)

    def _unit_line(self, figures: Performance) -> dict[str, object]:
        unit = self.units.get(figures.key or "")
        return {"text": "figures.unit", "values": {"unit": unit_values(unit) if unit else None, **_values(figures)}}

    def _area_line(self, figures: Performance) -> dict[str, object]:
        area = self.areas.get(figures.key) if figures.key else None
        return {"text": "figures.area", "values": {"name": area.kelurahan if area else "?", **_values(figures)}}


def _values(figures: Performance) -> dict[str, object]:
    """Nought is left out, but for what is good to know that it is nought."""
    return {
        "cases": figures.cases,
        "take_up_s": figures.take_up_s,
        "gone_s": figures.gone_s,
        "percent": round(100 * figures.in_time / figures.judged) if figures.judged else None,
        "handled": figures.handled or None,
        "receded": figures.receded or None,
        "hops": figures.hops or None,
        "escalations": figures.escalations or None,
        "reopened": figures.reopened or None,
        "on_behalf": figures.on_behalf or None,
    }


def _tally_values(key: str, tally: Tally) -> dict[str, object]:
    return {
        "period": f"figures.{key}",
        "opened": tally.opened,
        "handled": tally.handled,
        "receded": tally.receded,
        "reports": tally.reports,
        "reporters": tally.reporters,
        "unknown": tally.without_depth or None,
        "drains": tally.drains or None,
    }
