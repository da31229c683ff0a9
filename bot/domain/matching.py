"""Report -> incident: which reports are the same puddle, with the reasons.

The rule is a likelihood. For each open incident near a report it asks how dense such a report would be on the ground,
in 1/m², if it spoke of that incident::

    score = 0.95 · N₂(d; s² + V) · alive(n, T, Δt) · words

- N₂ is the normal density in the plane at the distance d from the incident's centre; s is the standard error of the
  report's place, V = 1/Σ(1/s²) the variance of the centre. The other 5 % are gross errors: a pin on the wrong corner.
- alive is how many reports the incident still draws, given its n reports within the time T and the silence Δt since. An
  incident that had a report every ten minutes is over after an hour of silence; one with two in five hours is not. So
  memory follows the evidence: crowded evenings need a short one (or a new puddle is drawn into its neighbour), the thin
  reports of a long flood a long one. A small part never depends on the rate: "belum surut" the next morning, which is
  enough to join at the very spot and not at the next one.
- words: streets, RT/RW and blocks named on both sides speak for or against.

A puddle that nobody has reported yet has a density of its own, and more so among several incidents: where many puddles
are, another one is likely. Dense streets thus keep their puddles apart while the thin map of a whole city does not need
to. The rule joins where the best incident carries enough of all densities, opens a new one where the new one does, and
asks in between. An incident that is itself an unanswered question is no rival, or one silence would breed the next, and
incidents beyond `Rule.offer_radius_m` have no say. Whole estates flood over 300 m and more: those are several places,
so the radius does not grow with them.

Never joined unasked: places only described in words, incidents not seen for `Rule.memory_s`, names that contradict each
other, and a pin to the metre where another stands under another name (default pins: maps put everybody who does not
move the pin on one and the same point; without names such a pin cannot be told from one that was passed on).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.geometry import distance_m
from bot.domain.models import Incident, Kind, Match, Place
from bot.domain.place_names import Names, Relation, names_in, relation

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
ASK_RING = 3
"""Rings of H3 cells around a point that hold all that `match` looks at. (Joining reaches too far for two: those hold
190 m for certain, and a report with an accuracy of 100 m joins over 200.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The parameters of the matching rule, chosen on simulated days and looked at on the reports of February 2017.

    Attributes:
        kind: the only kind of incident it matches.
        new_density: density in 1/m² of a puddle nobody has reported yet; every incident near by that was seen within
            `memory_s`, beyond the first, adds `crowding` times as much.
        join_share: the best incident is joined from this share of the densities (its rivals', and a new one's).
        new_share: a new one is opened from this share, gross errors counted for the incidents; else the rule asks.
        accuracy_per_error: Telegram's accuracy is a radius of 68 %: 1.515 standard errors per axis of a plane normal.
        unknown_error_m: standard error of a place without accuracy: between chat pins (19 m) and web pins (30 m).
        least_error_m: a person stands somewhere at the water, not in its middle, however good the phone is.
        approximate_error_m: standard error of a place only described in words.
        gross_share, gross_error_m: share and standard error of gross errors.
        gap_s: between two reports of one puddle, before anything is known of it.
        life_s: how long puddles stand.
        again, again_s: what an incident still draws however silent it is, and how that decays.
        memory_s: an incident not seen for longer is offered, never joined unasked.
        same_words, different_words: factors where names agree, or contradict each other.
        outlier: a report farther off than so many standard errors attaches without moving the centre.
        same_pin_m: two pins this near are one and the same point.
        offer_radius_m, offers, offer_share: who is asked is offered at most so many incidents within this radius, each
            with at least this share of the densities.
    """

    kind: Kind = Kind.PUDDLE
    new_density: float = 6e-7
    crowding: float = 2.0
    join_share: float = 0.8
    new_share: float = 0.8
    accuracy_per_error: float = 1.515
    unknown_error_m: float = 23.0
    least_error_m: float = 12.0
    approximate_error_m: float = 250.0
    gross_share: float = 0.05
    gross_error_m: float = 100.0
    gap_s: float = 1.25 * HOUR_S
    life_s: float = 12 * HOUR_S
    again: float = 0.08
    again_s: float = 12 * HOUR_S
    memory_s: float = 12 * HOUR_S
    same_words: float = 5.0
    different_words: float = 0.05
    outlier: float = 3.0
    same_pin_m: float = 1.0
    offer_radius_m: float = 250.0
    offers: int = 3
    offer_share: float = 0.01


RULE = Rule()
"""Puddles."""

DRAIN_RULE = Rule(
    kind=Kind.DRAIN,
    new_density=1.5e-5,
    crowding=0.0,
    least_error_m=6.0,
    gap_s=14 * DAY_S,
    life_s=60 * DAY_S,
    again=0.0,
    memory_s=42 * DAY_S,
    offer_radius_m=100.0,
)
"""Blocked inlets and broken pumps stay for weeks, and the next inlet is 20 m away. The values are ours, unmeasured."""


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
    """An incident near a report.

    Attributes:
        score: density in 1/m² of such a report, if it speaks of this incident.
        distance_m, age_s: to its centre, and since it was last seen.
        joinable: it may be joined without asking.
        gross: density if the report speaks of it and its place is grossly wrong.
    """

    incident: Incident
    score: float
    distance_m: float
    age_s: float
    joinable: bool
    gross: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for each answer: incidents near by, best first, and the density of a new one in 1/m²."""

    offers: tuple[Offer, ...]
    new: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rule says, with its reasons.

    Attributes:
        best: the best incident's score, distance, age and people, whatever the verdict; None where none is near.
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
        candidates: the incidents of `cells_near(lat, lon, ASK_RING)`; ended ones and other kinds are passed over.
        rule: `rule_for(kind)`.
        note: the reporter's own words, searched for names of places beside `place.name`.
        different: ids of incidents that the reporter said are not this one.
    """
    weighed = weigh(place, at, candidates, rule, note=note, different=different)
    if not weighed.offers:
        return Decision(Verdict.NEW)
    top = weighed.offers[0]
    best = Match(top.score, top.distance_m, top.age_s, top.incident.reporters, by="rule")
    rivals = sum(offer.score for offer in weighed.offers[1:] if not offer.incident.unsure)
    if top.joinable and top.score >= rule.join_share * (weighed.new + top.score + rivals):
        return Decision(Verdict.JOIN, best, top.incident)
    total = weighed.new + sum(offer.score + offer.gross for offer in weighed.offers)
    if weighed.new >= rule.new_share * total:
        return Decision(Verdict.NEW, best)
    likely = (offer for offer in weighed.offers if offer.score + offer.gross >= rule.offer_share * total)
    return Decision(Verdict.ASK, best, offers=tuple(likely)[: rule.offers] or (top,))


def weigh(
    place: Place,
    at: datetime,
    candidates: Sequence[Incident],
    rule: Rule = RULE,
    *,
    note: str | None = None,
    different: frozenset[int] = frozenset(),
) -> Weighed:
    """Weigh the incidents near a report against each other and against a new one; arguments as for `match`."""
    variance = standard_error_m(place, rule) ** 2
    text = "\n".join(text for text in (place.name, note) if text)
    words = names_in(text) if text else None
    offers = []
    for incident in candidates:
        if incident.kind is not rule.kind or incident.id in different or not incident.state.is_open:
            continue
        distance = distance_m(place.lat, place.lon, incident.lat, incident.lon)
        if distance <= rule.offer_radius_m:
            offers.append(_offer(place, at, variance, words, incident, distance, rule))
    offers.sort(key=lambda offer: (-offer.score, offer.distance_m, offer.incident.id))
    puddles = sum(offer.age_s <= rule.memory_s and not offer.incident.unsure for offer in offers)
    return Weighed(tuple(offers), rule.new_density * (1 + rule.crowding * max(0, puddles - 1)))


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
    centre = incident.lat, incident.lon, incident.weight
    return _moved(centre, incident.reporters, place, rule_for(incident.kind))


def centre_of(places: Iterable[Place], rule: Rule = RULE) -> tuple[float, float, float]:
    """(lat, lon, weight) of the incident that reports at these places make, one joining after the other.

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


def _offer(
    place: Place, at: datetime, variance: float, words: Names | None, incident: Incident, distance: float, rule: Rule
) -> Offer:
    age_s = _age_s(incident, at)
    said = relation(words, names_in(incident.name)) if words and incident.name else Relation.UNKNOWN
    weight = _alive(incident, age_s, rule) * _factor(said, rule)
    spread = variance + 1 / incident.weight
    return Offer(
        incident,
        score=weight * (1 - rule.gross_share) * _density(distance, spread),
        distance_m=distance,
        age_s=age_s,
        joinable=age_s <= rule.memory_s
        and said is not Relation.DIFFERENT
        and not (place.approximate or incident.approximate)
        and (said is Relation.SAME or not _is_default_pin(place, incident, distance, rule)),
        gross=weight * rule.gross_share * _density(distance, spread + rule.gross_error_m**2),
    )


def _density(distance: float, variance: float) -> float:
    """The normal density in the plane, in 1/m²."""
    return math.exp(-(distance**2) / (2 * variance)) / (math.tau * variance)


def _alive(incident: Incident, age_s: float, rule: Rule) -> float:
    """Reports an incident still draws after a silence, relative to one that has just been reported for the first time.

    Reports come at the rate r = n / (T + gap) while the water stands, which ends at the rate h = 1 / life. The
    probability that it still stands after the silence Δt is 1 / (1 + (exp((r + h)·Δt) - 1) · h / (r + h)) by Bayes.
    """
    span_s = (incident.last_seen - incident.first_seen).total_seconds()
    rate, hazard = incident.reporters / (span_s + rule.gap_s), 1 / rule.life_s
    silence = min((rate + hazard) * age_s, 100.0)  # exp() of more overflows in the end, and is nothing by then
    standing = 1 / (1 + math.expm1(silence) * hazard / (rate + hazard))
    return rate * rule.gap_s * standing + rule.again * math.exp(-age_s / rule.again_s)


def _age_s(incident: Incident, at: datetime) -> float:
    """Seconds between a report and the time an incident was seen; reports may come in out of order."""
    if at > incident.last_seen:
        return (at - incident.last_seen).total_seconds()
    return max(0.0, (incident.first_seen - at).total_seconds())


def _factor(said: Relation, rule: Rule) -> float:
    if said is Relation.SAME:
        return rule.same_words
    return rule.different_words if said is Relation.DIFFERENT else 1.0


def _is_default_pin(place: Place, incident: Incident, distance: float, rule: Rule) -> bool:
    """A point to the metre where another was told of, by people who call the place by another name."""
    return (
        distance <= rule.same_pin_m
        and place.name is not None
        and incident.name is not None
        and place.name.casefold() != incident.name.casefold()
    )


def _moved(centre: tuple[float, float, float], reporters: int, place: Place, rule: Rule) -> tuple[float, float, float]:
    lat, lon, weight = centre
    error = standard_error_m(place, rule)
    distance = distance_m(lat, lon, place.lat, place.lon)
    if reporters > 1 and distance > rule.outlier * math.sqrt(error**2 + 1 / weight):
        return centre
    added = 1 / error**2
    total = weight + added
    return (lat * weight + place.lat * added) / total, (lon * weight + place.lon * added) / total, total
