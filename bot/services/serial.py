"""The same water again and again at a spot (rob): single tides become one series, one lasting task of the kota."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import tides
from bot.domain.geometry import cell_of, cells_near
from bot.domain.handling import Handling, Level
from bot.domain.models import DEEP_CM, Incident, Kind
from bot.domain.records import Wanted
from bot.domain.staff import Series, Unit
from bot.services.batch import Batch
from bot.services.card_past import PAST_RING
from bot.services.context import Context

SERIES_RING = 1
"""Rings of H3 cells that hold all within tides.SPOT_M."""


def as_occurrence(ctx: Context, batch: Batch, incident: Incident) -> Incident:
    """A new incident as an occurrence of the series at its spot, if there is one or it makes one; else as it is."""
    if incident.kind is not Kind.PUDDLE or incident.series_id is not None:
        return incident
    cells = cells_near(incident.lat, incident.lon, SERIES_RING)
    ended_near = frozenset((Kind.PUDDLE, cell) for cell in cells)
    past = cells_near(incident.lat, incident.lon, PAST_RING)  # for the card, which comes next
    batch.require(Wanted(series=cells, ended_near=ended_near, past=past))
    for series in batch.dossiers.series_near(incident.lat, incident.lon, SERIES_RING):
        if tides.belongs(incident, series.lat, series.lon):
            again = replace(
                series,
                times=series.times + 1,
                last_at=max(series.last_at, incident.first_seen),
                name=series.name or incident.name,
            )
            batch.dossiers.put_series(again)
            return replace(incident, series_id=series.id)
    earlier = batch.ended_near(Kind.PUDDLE, incident.lat, incident.lon, SERIES_RING)
    found = tides.occurrences(incident, earlier, ctx.timezone)
    return _begin(ctx, batch, incident, found) if found else incident


def _begin(ctx: Context, batch: Batch, incident: Incident, found: list[Incident]) -> Incident:
    """A series begins; its earlier occurrences belong to it too."""
    series_id = batch.new_case_id()
    batch.dossiers.put_series(
        Series(
            id=series_id,
            number=batch.number(series_id),
            lat=incident.lat,
            lon=incident.lon,
            cell=cell_of(incident.lat, incident.lon),
            area_code=incident.area_code,
            name=next((each.name for each in reversed(found) if each.name), None),
            owner=kota_of(ctx, incident).code,
            started_at=found[0].first_seen,
            last_at=incident.first_seen,
            times=len(found),
        )
    )
    for each in found[:-1]:
        batch.put_quietly(replace(each, series_id=series_id))
    return replace(incident, series_id=series_id)


def kota_of(ctx: Context, incident: Incident) -> Unit:
    """Whose a series is."""
    return ctx.units.of_level(incident.area_code, Level.KOTA)


def without_clock(incident: Incident, handling: Handling) -> Handling:
    """A single tide needs no clock until it is taken up: it goes by itself, and the series is the task.

    Water from 70 cm is no everyday tide: it keeps its clock, as it keeps its card.
    """
    depth = incident.depth_last
    if depth is not None and (depth.cm or 0) >= DEEP_CM:
        return handling
    return replace(handling, due_at=None, remind_at=None)


def end_series(batch: Batch, series_id: int, now: datetime) -> Series | None:
    """A series without water for a week is over; None: it goes on, since its last water still stands."""
    series = batch.dossiers.series(series_id)
    near = batch.incidents_near(Kind.PUDDLE, series.lat, series.lon, SERIES_RING)
    if series.ended_at is not None or any(each.series_id == series_id for each in near):
        return None
    over = replace(series, ended_at=now)
    batch.dossiers.put_series(over)
    return over
