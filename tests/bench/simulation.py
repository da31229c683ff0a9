"""A day of puddles whose truth is known, and what a matching rule makes of it.

Puddles lie along one street, live for some hours, and draw from one to forty reports. A report stands somewhere along
its puddle, off by its phone's error; now and then it is grossly wrong (sent from home, a pin on the wrong corner).
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.geometry import cell_of, cells_near, distance_m
from bot.domain.matching import (
    ASK_RING,
    RULE,
    Decision,
    Offer,
    Rule,
    Verdict,
    centre_after,
    centre_of,
    match,
    weigh,
)
from bot.domain.models import Incident, IncidentState, Kind, Place

START = datetime(2026, 1, 18, 9, tzinfo=UTC)
WEST = (-6.15, 106.75)
M_PER_DEG_LAT = 110_574.0
M_PER_DEG_LON = 111_320.0 * math.cos(math.radians(WEST[0]))

Decide = Callable[[Place, datetime, Sequence[Incident]], Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a simulated day is like. Pairs are (least, most); distances in metres, times in hours.

    Attributes:
        puddles: how many; gap_m: from one to the next along the street; half_length_m: reach of one along the street.
        reports: how many a puddle draws (log-uniform: most draw few).
        day_h: puddles begin at any time of it; life_h: how long they last (log-uniform).
        error_m: standard error per axis of a phone; told: it sends its accuracy.
        gross: share of grossly wrong places; gross_m: by how much (log-uniform).
    """

    puddles: int = 300
    gap_m: tuple[float, float] = (60, 120)
    half_length_m: tuple[float, float] = (0, 20)
    reports: tuple[float, float] = (1, 40)
    day_h: float = 12
    life_h: tuple[float, float] = (1, 8)
    error_m: tuple[float, float] = (5, 30)
    told: bool = True
    gross: float = 0.05
    gross_m: tuple[float, float] = (60, 600)  # beyond 250 m nobody is offered the true one


@dataclass(frozen=True, slots=True)
class Told:
    """A report, and the puddle it truly speaks of."""

    place: Place
    at: datetime
    puddle: int


@dataclass(slots=True)
class Grouping:
    """What a rule made of the reports: one incident id per report, in their order."""

    labels: list[int] = field(default_factory=list)
    asked: int = 0
    incidents: dict[int, Incident] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """Pairwise agreement with the truth: of pairs put together, how many belong; of pairs that belong, how many are."""

    precision: float
    recall: float
    asked: float = 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def day(seed: int, setting: Setting) -> list[Told]:
    """One simulated day's reports, in time order."""
    dice = random.Random(seed)
    told: list[Told] = []
    along_m = 0.0
    for puddle in range(setting.puddles):
        along_m += dice.uniform(*setting.gap_m)
        half_m = dice.uniform(*setting.half_length_m)
        begins_h = dice.uniform(0, setting.day_h)
        life_h = _log_uniform(dice, setting.life_h)
        low, high = setting.reports
        for _ in range(int(_log_uniform(dice, (low, high + 1)))):
            error = dice.uniform(*setting.error_m)
            east = along_m + dice.uniform(-half_m, half_m) + dice.gauss(0, error)
            north = dice.gauss(0, error)
            if dice.random() < setting.gross:
                off, way = _log_uniform(dice, setting.gross_m), dice.uniform(0, math.tau)
                east, north = east + off * math.cos(way), north + off * math.sin(way)
            place = Place(
                WEST[0] + north / M_PER_DEG_LAT,
                WEST[1] + east / M_PER_DEG_LON,
                accuracy_m=1.515 * error if setting.told else None,
            )
            told.append(Told(place, START + timedelta(hours=begins_h + life_h * dice.random()), puddle))
    return sorted(told, key=lambda report: report.at)


def asking(rule: Rule = RULE) -> Decide:
    """The bot's rule."""
    return lambda place, at, candidates: match(place, at, candidates, rule)


def unasking(rule: Rule = RULE) -> Decide:
    """The bot's rule where nobody can be asked: the likelier of the best incident and a new one."""

    def decide(place: Place, at: datetime, candidates: Sequence[Incident]) -> Decision:
        weighed = weigh(place, at, candidates, rule)
        if weighed.offers and weighed.offers[0].joinable and weighed.offers[0].score > weighed.new:
            return Decision(Verdict.JOIN, incident=weighed.offers[0].incident)
        return Decision(Verdict.NEW)

    return decide


def nearest(radius_m: float, memory_h: float) -> Decide:
    """The rule to beat: the nearest incident within a fixed radius."""

    def decide(place: Place, at: datetime, candidates: Sequence[Incident]) -> Decision:
        near = [
            (distance, incident.id, incident)
            for incident in candidates
            if (distance := distance_m(place.lat, place.lon, incident.lat, incident.lon)) <= radius_m
            and at - incident.last_seen <= timedelta(hours=memory_h)
        ]
        return Decision(Verdict.JOIN, incident=min(near)[2]) if near else Decision(Verdict.NEW)

    return decide


def plain_likelihood(decay_h: float, memory_h: float, unknown_error_m: float) -> Decide:
    """The likelihood rule that the bot's grew from: one decay and one memory for all, one density of new puddles."""

    def decide(place: Place, at: datetime, candidates: Sequence[Incident]) -> Decision:
        error = unknown_error_m if place.accuracy_m is None else place.accuracy_m / 1.515
        best, chosen = 2e-6, None
        for incident in candidates:
            age_h = (at - incident.last_seen).total_seconds() / 3600
            if age_h > memory_h:
                continue
            spread = error**2 + 1 / incident.weight
            distance = distance_m(place.lat, place.lon, incident.lat, incident.lon)
            density = 0.95 * math.exp(-(distance**2) / (2 * spread)) / (math.tau * spread)
            if (likely := density * (incident.reporters + 2) / 3 * math.exp(-age_h / decay_h)) > best:
                best, chosen = likely, incident
        return Decision(Verdict.NEW) if chosen is None else Decision(Verdict.JOIN, incident=chosen)

    return decide


def group(
    reports: Iterable[Told],
    decide: Decide,
    *,
    answering: float = 0.0,
    centre: Callable[[Incident, Place], tuple[float, float, float]] = centre_after,
) -> Grouping:
    """Put reports into incidents one by one, as the bot does.

    Args:
        reports: in time order.
        decide: the rule.
        answering: share of the residents asked who answer. They choose the incident most of whose reports speak of
            their puddle, if it is offered, else say that theirs is another one. Who does not answer stays separate.
        centre: how a joining report moves the incident.
    """
    made = Grouping()
    dice = random.Random(0)
    in_cell: defaultdict[int, set[int]] = defaultdict(set)
    speaks_of: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for report in reports:
        place, at = report.place, report.at
        near = set().union(*(in_cell[cell] for cell in cells_near(place.lat, place.lon, ASK_RING) if cell in in_cell))
        decision = decide(place, at, [made.incidents[key] for key in sorted(near)])
        chosen, unsure = decision.incident, False
        if decision.verdict is Verdict.ASK:
            made.asked += 1
            unsure = dice.random() >= answering
            chosen = None if unsure else _true_one(decision.offers, report.puddle, speaks_of)
        if chosen is None:
            incident = _opened(len(made.incidents) + 1, place, at, unsure)
        else:
            in_cell[chosen.cell].discard(chosen.id)
            lat, lon, weight = centre(chosen, place)
            incident = replace(
                chosen,
                lat=lat,
                lon=lon,
                weight=weight,
                cell=cell_of(lat, lon),
                reporters=chosen.reporters + 1,
                last_seen=at,
            )
        in_cell[incident.cell].add(incident.id)
        made.incidents[incident.id] = incident
        speaks_of[incident.id][report.puddle] += 1
        made.labels.append(incident.id)
    return made


def _opened(key: int, place: Place, at: datetime, unsure: bool) -> Incident:
    lat, lon, weight = centre_of([place])
    return Incident(
        id=key,
        number=str(key),
        kind=Kind.PUDDLE,
        state=IncidentState.WAITING,
        lat=lat,
        lon=lon,
        weight=weight,
        cell=cell_of(lat, lon),
        reporters=1,
        area_code=None,
        first_seen=at,
        last_seen=at,
        name=place.name,
        unsure=unsure,
    )


def score(made: Grouping, truth: Sequence[int]) -> Score:
    """Pairwise precision and recall of a grouping."""
    return replace(agreement(made.labels, truth), asked=made.asked / len(truth))


def agreement(one: Sequence[int], other: Sequence[int]) -> Score:
    """Pairwise precision and recall of one labelling against another."""
    both = _pairs(Counter(zip(one, other, strict=True)))
    return Score(both / _pairs(Counter(one)), both / _pairs(Counter(other)))


def mean(scores: Sequence[Score]) -> Score:
    """Average over several days."""
    count = len(scores)
    return Score(
        sum(one.precision for one in scores) / count,
        sum(one.recall for one in scores) / count,
        sum(one.asked for one in scores) / count,
    )


def running_mean(incident: Incident, place: Place) -> tuple[float, float, float]:
    """The plain mean of all places, whatever their accuracy."""
    count = incident.reporters
    return (
        (incident.lat * count + place.lat) / (count + 1),
        (incident.lon * count + place.lon) / (count + 1),
        incident.weight,
    )


def _true_one(offers: Sequence[Offer], puddle: int, speaks_of: dict[int, Counter[int]]) -> Incident | None:
    for offer in offers:
        if speaks_of[offer.incident.id].most_common(1)[0][0] == puddle:
            return offer.incident
    return None


def _log_uniform(dice: random.Random, least_most: tuple[float, float]) -> float:
    least, most = least_most
    return math.exp(dice.uniform(math.log(least), math.log(most)))


def _pairs(counts: Counter[int] | Counter[tuple[int, int]]) -> int:
    return sum(math.comb(count, 2) for count in counts.values())


SETTINGS = {
    "default": Setting(),
    "phones good (3-10 m)": Setting(error_m=(3, 10)),
    "phones poor (20-50 m)": Setting(error_m=(20, 50)),
    "no accuracy told": Setting(told=False),
    "dense (40-80 m apart)": Setting(gap_m=(40, 80)),
    "sparse (150-300 m)": Setting(gap_m=(150, 300)),
    "gross errors 0 %": Setting(gross=0.0),
    "gross errors 10 %": Setting(gross=0.10),
    "gross errors far": Setting(gross_m=(300, 3000)),
    "big puddles (to 50 m)": Setting(half_length_m=(0, 50)),
    "long-lived (6-24 h)": Setting(life_h=(6, 24), day_h=36),
    "as the flood of 2017": Setting(
        gap_m=(100, 600), half_length_m=(0, 60), reports=(1, 12), life_h=(4, 30), error_m=(15, 45), told=False, day_h=36
    ),
}
"""Days of other kinds, so that a rule is not tuned to one."""
