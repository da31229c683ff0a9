"""Rob: when water at a place is perhaps the sea, and when single tides are one series. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.geometry import distance_m
from bot.domain.memory import Past
from bot.domain.models import Cause, Incident, IncidentState, Kind

TIDE_FROM = time(5, 0)
TIDE_UNTIL = time(14, 0)
"""High water of the north coast comes about 07.00 to 13.00; two hours before it rises, one after it still stands."""

COAST = frozenset(
    {
        "31.72.01.1001",  # Penjaringan: Muara Baru, Luar Batang
        "31.72.01.1002",  # Kamal Muara
        "31.72.01.1003",  # Kapuk Muara
        "31.72.01.1005",  # Pluit: Muara Angke, Muara Karang
        "31.72.02.1001",  # Tanjung Priok
        "31.72.02.1003",  # Papanggo: up to Jl. RE Martadinata, official reports of December 2025
        "31.72.03.1001",  # Koja
        "31.72.03.1003",  # Lagoa
        "31.72.04.1001",  # Cilincing
        "31.72.04.1003",  # Marunda
        "31.72.04.1004",  # Kalibaru
        "31.72.05.1002",  # Pademangan Barat: Gunung Sahari, Lodan
        "31.72.05.1003",  # Ancol
    }
)
"""Kelurahan (Kemendagri codes) at the sea, or that it reaches through canals."""

SPOT_M = 60.0
"""So near to each other, two occurrences are at one spot."""

TIMES = 3
WITHIN = timedelta(days=7)
"""So often within so long makes a series; it ends when so long nothing came."""

_NO_WATER = frozenset({IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE, IncidentState.MERGED, IncidentState.CANCELLED})
"""Ends of what was no water, or is counted elsewhere."""


def is_tide_hour(at: datetime, timezone: ZoneInfo) -> bool:
    """The hours in which the sea comes."""
    return TIDE_FROM <= at.astimezone(timezone).time() < TIDE_UNTIL


def perhaps_tide(incident: Incident, timezone: ZoneInfo, earlier: Iterable[Past] = ()) -> bool:
    """Whether to suggest rob as the cause, while nobody has named one.

    By hour and coast, or by hour and the spot's history: it belongs to a series, or the sea came here before.

    Args:
        incident: a puddle.
        timezone: for the hour of its first report.
        earlier: what was at the same spot before.
    """
    if incident.kind is not Kind.PUDDLE or incident.causes:
        return False
    if incident.series_id is not None:
        return True
    if not is_tide_hour(incident.first_seen, timezone):
        return False
    return incident.area_code in COAST or any(Cause.TIDE in each.causes for each in earlier)


def _counts(incident: Incident) -> bool:
    """Whether it can be an occurrence of a series: real water, and rob as far as anybody said why it stands."""
    return (
        incident.kind is Kind.PUDDLE
        and incident.state not in _NO_WATER
        and (Cause.TIDE in incident.causes or not incident.causes)
    )


def belongs(incident: Incident, lat: float, lon: float) -> bool:
    """Whether an incident is one more occurrence of the series at a spot."""
    return _counts(incident) and distance_m(incident.lat, incident.lon, lat, lon) <= SPOT_M


def occurrences(incident: Incident, others: Iterable[Incident], timezone: ZoneInfo) -> list[Incident]:
    """The occurrences within 7 days that make a series with this one, oldest first and itself last; [] for none.

    Most people name no cause. So the sea also counts where nobody named it: at the coast, or where each of them came in
    its hours. Rain that comes back three evenings in a week is no series, however often the street is under water.

    Args:
        incident: the latest.
        others: what ended lately near by.
        timezone: for the hours of the sea.
    """
    earlier = sorted(
        (
            other
            for other in others
            if other.id != incident.id
            and incident.first_seen - WITHIN <= other.first_seen <= incident.first_seen
            and belongs(other, incident.lat, incident.lon)
        ),
        key=lambda other: (other.first_seen, other.id),
    )
    found = [*earlier, incident]
    if len(found) < TIMES or not _counts(incident):
        return []
    sea = (
        incident.area_code in COAST
        or any(Cause.TIDE in each.causes for each in found)
        or all(is_tide_hour(each.first_seen, timezone) for each in found)
    )
    return found if sea else []
