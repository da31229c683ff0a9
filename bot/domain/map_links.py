"""Links that open a place, or a way past several, in the map app of a phone; any browser shows them, too.

Their forms are those of https://developers.google.com/maps/documentation/urls/get-started and its older `?q=`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode


def place_url(lat: float, lon: float) -> str:
    """A link that opens a point."""
    return f"https://www.google.com/maps?q={_point(lat, lon)}"


def route_url(stops: Sequence[tuple[float, float]]) -> str:
    """A link that opens a route from where one is, past these points (lat, lon) in this order.

    Args:
        stops: at least one; Google Maps takes nine on the way and the last.
    """
    *on_the_way, last = (_point(lat, lon) for lat, lon in stops)
    return "https://www.google.com/maps/dir/?" + urlencode(
        {"api": 1, "destination": last, "waypoints": "|".join(on_the_way)}
    )


def _point(lat: float, lon: float) -> str:
    return f"{lat:.6f},{lon:.6f}"  # to 11 cm
