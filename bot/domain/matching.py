"""Report -> incident: which reports are the same puddle, with the reasons.

The rule is a likelihood. For each open incident near a report it asks how dense such a report would be on the ground
if it spoke of that incident, in 1/m²::

    score = 0.95 · N₂(d; s² + V) · (n + 2) / 3 · still(Δt) · words

- N₂ is the two-dimensional normal density at the distance d from the incident's centre; s is the standard error of the
  report's place, V = 1/Σ(1/s²) the variance of the centre; 0.95 leaves 5 % for gross errors.
- n people stand by the incident: who draws many reports draws more.
- still(Δt) falls with the time since the incident was last seen. It has a fast and a slow part, so that the reach of an
  old incident shrinks to its own spot instead of ending at an hour.
- words: streets, RT/RW, blocks and estates named on both sides speak for or against.

A new puddle has a density of its own (`Rule.new_density`), and every incident near by competes: the rule joins where the
best one carries most of the sum, opens a new incident where the new one does, and asks in between.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from h3.api import basic_int as h3

from bot.domain.models import Incident, Kind, Match, Place
from bot.domain.place_names import Relation, compare

HOUR_S = 3600.0
CELL_RESOLUTION = 10
JOIN_RING = 2
"""Rings of H3 cells around a point that hold every incident within 200 m: what joining needs."""
ASK_RING = 3
"""Rings that hold every incident within 250 m: what offering needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The parameters of the matching rule.

    Attributes:
        kind: the only kind of incident it matches.
        new_density: density in 1/m² of reports of puddles nobody has reported yet.
        join_share, new_share: share of all densities at which the best is joined, or a new one opened, unasked.
        accuracy_per_error: Telegram's accuracy is a radius of 68 %, 1.515 standard errors of a normal in the plane.
        unknown_error_m: standard error (per axis) of a place without accuracy.
        least_error_m: a person stands somewhere at the water, not in its middle, however good the phone is.
        approximate_error_m: standard error of a place only described in words.
        fast_decay_s, slow_decay_s, slow_part: still(Δt) = (1 - slow_part)·exp(-Δt/fast) + slow_part·exp(-Δt/slow).
        memory_s: an incident not seen for longer is offered, never joined unasked.
        same_words, different_words: factors where names agree, or contradict each other.
        outlier: a report farther than this many standard errors attaches without moving the centre.
        offer_radius_m, offers: who is unsure is offered so many incidents within this radius.
    """

    kind: Kind = Kind.PUDDLE
    new_density: float = 2e-6
    join_share: float = 0.75
    new_share: float = 0.75
    accuracy_per_error: float = 1.515
    unknown_error_m: float = 22.0
    least_error_m: float = 12.0
    approximate_error_m: float = 250.0
    fast_decay_s: float = 1.5 * HOUR_S
    slow_decay_s: float = 8 * HOUR_S
    slow_part: float = 0.25
    memory_s: float = 12 * HOUR_S
    same_words: float = 5.0
    different_words: float = 0.1
    outlier: float = 3.0
    offer_radius_m: float = 250.0
    offers: int = 3


RULE = Rule()
"""Puddles."""

DRAIN_RULE = Rule(
    kind=Kind.DRAIN,
    new_density=3e-5,
    least_error_m=6.0,
    fast_decay_s=14 * 24 * HOUR_S,
    slow_decay_s=14 * 24 * HOUR_S,
    slow_part=0.0,
    memory_s=42 * 24 * HOUR_S,
    offer_radius_m=100.0,
)
"""Blocked inlets and broken pumps: they stay for weeks, and the next inlet is 20 m away."""


def rule_for(kind: Kind) -> Rule:
    """The rule that matches reports of this kind."""
    return DRAIN_RULE if kind is Kind.DRAIN else RULE


class Verdict(StrEnum):
    """What the rule makes of a report."""

    JOIN = "join"
    ASK = "ask"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Offer:
    """An incident that a reporter can be asked about. score in 1/m², age since its last report."""

    incident: Incident
    score: float
    distance_m: float
    age_s: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rule says, with its reasons.

    Attributes:
        best: the best incident's score, distance, age and people; None where there is none near by.
        incident: the one to join; None unless the verdict is JOIN.
        offers: with ASK the incidents to ask about, best first; () otherwise.
    """

    verdict: Verdict
    best: Match | None = None
    incident: Incident | None = None
    offers: tuple[Offer, ...] = ()


def match(
    place: Place,
    at: datetime,
    candidates: Sequence[Incident],
    rule: Rule = RULE,
    *,
    note: str | None = None,
    different: frozenset[int] = frozenset(),
) -> Decision:
    """Decide which incident a report belongs to.

    Args:
        place: where the report says the water is.
        at: when it said so.
        candidates: incidents near by (`cells_near(lat, lon, ASK_RING)`); those ended or of another kind are skipped.
        rule: `rule_for(kind)`.
        note: the reporter's own words, searched for names of places.
        different: ids of incidents that the reporter said are not this one.
    """
    variance = standard_error_m(place, rule) ** 2
    words = " ".join(text for text in (place.name, note) if text)
    offers: list[Offer] = []
    merges_unasked: dict[int, bool] = {}
    for incident in candidates:
        if incident.kind is not rule.kind or incident.id in different or not incident.state.is_open:
            continue
        distance = distance_m(place.lat, place.lon, incident.lat, incident.lon)
        if distance > rule.offer_radius_m:
            continue
        age_s = _age_s(incident, at)
        relation = compare(words, incident.name)
        spread = variance + 1 / incident.weight
        score = (
            0.95
            * math.exp(-(distance**2) / (2 * spread))
            / (2 * math.pi * spread)
            * (incident.reporters + 2)
            / 3
            * _still(age_s, rule)
            * _factor(relation, rule)
        )
        offers.append(Offer(incident, score, distance, age_s))
        merges_unasked[incident.id] = (
            relation is not Relation.DIFFERENT
            and age_s <= rule.memory_s
            and not place.approximate
            and not incident.approximate
        )
    if not offers:
        return Decision(Verdict.NEW)
    offers.sort(key=lambda offer: (-offer.score, offer.distance_m, offer.incident.id))
    top = offers[0]
    total = rule.new_density + sum(offer.score for offer in offers)
    best = Match(top.score, top.distance_m, top.age_s, top.incident.reporters, by="rule")
    if rule.new_density / total >= rule.new_share:
        return Decision(Verdict.NEW, best)
    if top.score / total >= rule.join_share and merges_unasked[top.incident.id]:
        return Decision(Verdict.JOIN, best, top.incident)
    return Decision(Verdict.ASK, best, offers=tuple(offers[: rule.offers]))


def standard_error_m(place: Place, rule: Rule = RULE) -> float:
    """Standard error of a place per axis, in metres."""
    if place.approximate:
        return rule.approximate_error_m
    if place.accuracy_m is None:
        return rule.unknown_error_m
    return max(place.accuracy_m / rule.accuracy_per_error, rule.least_error_m)


def centre_after(incident: Incident, place: Place) -> tuple[float, float, float]:
    """(lat, lon, weight) of an incident after a report at `place` has joined: the accuracy-weighted mean.

    An outlier attaches without moving the centre. Between two people nobody is the outlier.
    """
    return _moved((incident.lat, incident.lon, incident.weight), incident.reporters, place, rule_for(incident.kind))


def centre_of(places: Iterable[Place], rule: Rule = RULE) -> tuple[float, float, float]:
    """(lat, lon, weight) of the incident that these reports make, in their order.

    Raises:
        ValueError: there are no places.
    """
    centre: tuple[float, float, float] | None = None
    for count, place in enumerate(places):
        if centre is None:
            centre = place.lat, place.lon, 1 / standard_error_m(place, rule) ** 2
        else:
            centre = _moved(centre, count, place, rule)
    if centre is None:
        raise ValueError("no places")
    return centre


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres between two near points: flat earth on the WGS84 ellipsoid's radii of curvature at the middle latitude.

    Under 1 mm from the geodesic up to 300 m in the tropics, and a two-hundredth of its cost.
    """
    middle = math.radians((lat1 + lat2) / 2)
    w = 1 - _E2 * math.sin(middle) ** 2
    normal = _A_M / math.sqrt(w)
    north = normal * (1 - _E2) / w * math.radians(lat2 - lat1)
    east = normal * math.cos(middle) * math.radians(lon2 - lon1)
    return math.hypot(north, east)


_A_M = 6378137.0  # WGS84: semi-major axis, first eccentricity squared
_E2 = 6.69437999014e-3


def cell_of(lat: float, lon: float) -> int:
    """The H3 cell of a point (resolution 10, about 130 m across)."""
    return int(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION))


def cells_near(lat: float, lon: float, ring: int) -> frozenset[int]:
    """The cell of a point and `ring` rings around it."""
    return frozenset(h3.grid_disk(cell_of(lat, lon), ring))


def _moved(centre: tuple[float, float, float], reporters: int, place: Place, rule: Rule) -> tuple[float, float, float]:
    lat, lon, weight = centre
    error = standard_error_m(place, rule)
    distance = distance_m(lat, lon, place.lat, place.lon)
    if reporters > 1 and distance > rule.outlier * math.sqrt(error**2 + 1 / weight):
        return lat, lon, weight
    added = 1 / error**2
    total = weight + added
    return (lat * weight + place.lat * added) / total, (lon * weight + place.lon * added) / total, total


def _age_s(incident: Incident, at: datetime) -> float:
    """Seconds between a report and the time an incident was seen; reports may come in out of order."""
    if at > incident.last_seen:
        return (at - incident.last_seen).total_seconds()
    return max(0.0, (incident.first_seen - at).total_seconds())


def _still(age_s: float, rule: Rule) -> float:
    slow = rule.slow_part
    return (1 - slow) * math.exp(-age_s / rule.fast_decay_s) + slow * math.exp(-age_s / rule.slow_decay_s)


def _factor(relation: Relation, rule: Rule) -> float:
    if relation is Relation.SAME:
        return rule.same_words
    return rule.different_words if relation is Relation.DIFFERENT else 1.0
