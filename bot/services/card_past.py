"""What a case card tells of the spot: how often water was there, when last, what was done, and whether it held."""

from __future__ import annotations

from bot.domain.geometry import distance_m
from bot.domain.memory import Past
from bot.domain.models import Incident, Kind
from bot.domain.spots import NOTHING_WAS_THERE, spot_of
from bot.output.spot_text import done_values
from bot.services.batch import Batch

PAST_RING = 2
"""Rings of H3 cells that hold the puddles of a spot, and those that others of these could belong to (190 m)."""

EARLIER_M = 50
"""Broken drains that were mended lately so near are told as earlier ones."""

EARLIER_RING = 1
"""Rings of H3 cells that hold all within EARLIER_M."""

Line = dict[str, object]
"""{"text": id, "values": {…}}: one line of a text."""


def past_of_spot(batch: Batch, incident: Incident) -> tuple[list[Line], list[Past]]:
    """What a puddle's card says of its spot, and the puddles that were there before it; nothing of a first one."""
    pasts = batch.pasts_near(incident, PAST_RING)
    heard_at = max(past.ended_at or past.last_seen for past in pasts)
    spot = spot_of(pasts, incident.id, now=heard_at) if len(pasts) > 1 else None
    if spot is None:
        return [], []
    earlier = [each for each in spot.began if each <= incident.first_seen][:-1]  # its own occurrence left out
    values: dict[str, object] = {
        "times": spot.times,
        "before": earlier[-1].isoformat() if earlier else None,
        "last": None if earlier else spot.last_at.isoformat(),
        "deepest_cm": spot.deepest_cm,
    }
    lines: list[Line] = [{"text": "card.past", "values": values}]
    done = done_values(spot)
    if done and spot.done_at != incident.ended_at:  # its own end is told at its end
        lines.append({"text": str(done["done_line"]), "values": done})
    there = set(spot.incident_ids)
    return lines, [past for past in pasts if past.id in there and past.first_seen < incident.first_seen]


def earlier_faults(batch: Batch, incident: Incident) -> list[Line]:
    """What a drain's card says of the times that it was reported before."""
    near = [
        other.ended_at
        for other in batch.ended_near(Kind.DRAIN, incident.lat, incident.lon, EARLIER_RING)
        if other.id != incident.id
        and other.state not in NOTHING_WAS_THERE
        and other.ended_at is not None
        and other.ended_at <= incident.first_seen
        and distance_m(incident.lat, incident.lon, other.lat, other.lon) <= EARLIER_M
    ]
    return [{"text": "card.earlier", "values": {"n": len(near), "at": max(near).isoformat()}}] if near else []
