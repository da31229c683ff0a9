"""The one message that stands for a series, in the chat of the kota; single tides have no card of their own."""

from __future__ import annotations

from datetime import datetime

from bot.domain.asking import area_values, known_depth
from bot.domain.map_links import place_url
from bot.domain.models import Kind, Say
from bot.domain.staff import Series
from bot.services.batch import Batch
from bot.services.cards import tell_unit
from bot.services.case_lists import case_buttons
from bot.services.context import Context
from bot.services.roads import state_text
from bot.services.standing import named


def show_series(ctx: Context, batch: Batch, series: Series, at: datetime) -> None:
    """Bring the message of a series up to date."""
    near = batch.incidents_near(Kind.PUDDLE, series.lat, series.lon, 1)
    standing = [each for each in near if each.series_id == series.id]
    now = None if not standing else standing[-1]
    values = {
        "number": series.number,
        "map": place_url(series.lat, series.lon),
        "place": "card.unnamed" if series.name is None else "card.named",
        "name": series.name,
        "area": area_values(ctx.areas.get(series.area_code or "")),
        "times": series.times,
        "since": series.started_at.isoformat(),
        "last": series.last_at.isoformat(),
        "owner": named(ctx, series.owner),
        "until": None if series.ended_at is None else series.ended_at.isoformat(),
        "dry": "series.dry" if now is None and series.ended_at is None else None,
        "state": None if now is None else state_text(now),
        "reporters": None if now is None else now.reporters,
        "stands_since": None if now is None else now.first_seen.isoformat(),
        **({} if now is None else known_depth(now.depth_last)),
    }
    tell_unit(ctx, batch, series.owner, Say("series.card", values, case_buttons(standing)), at, slot=slot_of(series.id))


def slot_of(series_id: int) -> str:
    """The slot of a series' message."""
    return f"series:{series_id}"
