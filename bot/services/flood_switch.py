"""Mode banjir goes on and off in a kecamatan; what follows is done by the beat (flooding.py), from what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import lifecycle, ownership
from bot.domain.lifecycle import Act
from bot.domain.models import Incident
from bot.domain.staff import Flood
from bot.services.batch import TIME, Batch
from bot.services.context import Context
from bot.services.flood_lists import finish_lists, mark_changed


def switch_on(batch: Batch, kecamatan: str, by: int | None, now: datetime) -> bool:
    """Mode banjir begins in a kecamatan. False: it is on already."""
    if batch.roster.flood(kecamatan) is not None:
        return False
    batch.roster.put_flood(Flood(kecamatan, now, by))
    mark_changed(batch, kecamatan)
    for code in {each.area_code for each in batch.open_incidents_in(kecamatan) if each.area_code is not None}:
        mark_changed(batch, code)
    return True


def switch_off(ctx: Context, batch: Batch, kecamatan: str, now: datetime) -> bool:
    """It ends: lists and post say so, and the next beat starts the clocks again. False: it is off already."""
    flood = batch.roster.flood(kecamatan)
    if flood is None:
        return False
    over = replace(flood, until=now)
    batch.roster.put_flood(over)
    finish_lists(ctx, batch, over, now)
    return True


def stop_clock(batch: Batch, incident: Incident, now: datetime) -> None:
    """Mode banjir: its clock stands still; how long is counted apart."""
    h = ownership.paused(incident.handling, now)
    if h != incident.handling:
        batch.put_incident(lifecycle.after(Act.PAUSE, incident, h, at=now), "paused", now, TIME)
