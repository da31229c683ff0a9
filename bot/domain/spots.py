"""Spots that come back: puddles of months -> the places where water stands again and again. Pure.

Nothing of it is stored: spots are made anew from the puddles as they are now, so that the counts are right whatever was
merged or split since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from bot.domain.handling import Level
from bot.domain.memory import Past
from bot.domain.models import Cause, IncidentState
from bot.domain.spot_finding import at_same_spot
from bot.domain.units import CODE_LENGTH
from bot.domain.weather import Rain, WeatherDay

RECENTLY = timedelta(days=14)
"""Within so long "came back" is news for a digest."""

AGAIN_AFTER = timedelta(hours=6)
"""Water that comes so soon after the last has gone is the same occurrence: the same rain, told of by others."""

OFTEN = 3
"""So many occurrences make a spot prone to floods, or two within RECENTLY."""

NOTHING_WAS_THERE = frozenset(
    {IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE, IncidentState.MERGED, IncidentState.CANCELLED}
)
"""Ends of what was no water, or is counted elsewhere."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where water stood more than once.

    Attributes:
        lat, lon: its centre; name, area_code: of the latest puddle that has one.
        times: occurrences; puddles there at the same time are one.
        began: when each occurrence began, oldest first.
        deepest_cm: None where nobody gave a depth; stood_s: median time until the water was gone, None: never known.
        causes: (cause, times), most first; rain: (class, times) of the days it began, where known, most first.
        handled: occurrences that an office ended; done, done_words: what was done there last, and done_at: when. What
            was done after the moment that the spot is looked at from is left out.
        held_s: how long after that the water stayed away; None: nothing was done. held: it is still away.
        number: of the latest incident; owner: the unit that answered for it.
        standing: there is water now.
        incident_ids: of all its puddles, oldest first.
    """

    lat: float
    lon: float
    name: str | None
    area_code: str | None
    times: int
    began: tuple[datetime, ...]
    deepest_cm: int | None
    stood_s: float | None
    causes: tuple[tuple[Cause, int], ...]
    rain: tuple[tuple[Rain, int], ...]
    handled: int
    number: str
    owner: str
    done: str | None = None
    done_words: str | None = None
    done_at: datetime | None = None
    held_s: float | None = None
    held: bool = False
    standing: bool = False
    incident_ids: tuple[int, ...] = ()

    @property
    def last_at(self) -> datetime:
        """When the latest occurrence began."""
        return self.began[-1]

    def times_since(self, moment: datetime) -> int:
        """Occurrences that began after a moment."""
        return sum(began > moment for began in self.began)


def spots(
    pasts: Iterable[Past], weather: Iterable[WeatherDay] = (), *, now: datetime, timezone: tzinfo | None = None
) -> list[Spot]:
    """The places where water stood more than once, most often first, then the latest first.

    Args:
        pasts: puddles, in any order; the time that they cover is the one that `Spot.times` counts.
        weather: the rain of days, where known.
        now: the present.
        timezone: in which the weather's days are days; that of `now` where not given.
    """
    rain = {(each.kecamatan, each.day): each.rain for each in weather}
    water = (past for past in pasts if past.state not in NOTHING_WAS_THERE)
    found = []
    for puddles in at_same_spot(water):
        if len(puddles) > 1:
            occurrences = occurrences_of(puddles, now)
            if len(occurrences) > 1:
                found.append(_spot(puddles, occurrences, rain, now, timezone or now.tzinfo))
    return sorted(found, key=lambda spot: (-spot.times, -spot.last_at.timestamp(), spot.incident_ids))


def spot_of(pasts: Iterable[Past], incident_id: int, *, now: datetime) -> Spot | None:
    """The spot that an incident belongs to, None where water stood there only once.

    Args:
        pasts: the puddles near it, itself among them.
        incident_id: which.
        now: the present.
    """
    return next((spot for spot in spots(pasts, now=now) if incident_id in spot.incident_ids), None)


def prone(found: Iterable[Spot]) -> list[Spot]:
    """Those that are rather a habit than a coincidence, in their order."""
    return [spot for spot in found if spot.times >= OFTEN or spot.last_at - spot.began[-2] <= RECENTLY]


def occurrences_of(puddles: Iterable[Past], now: datetime) -> list[list[Past]]:
    """A spot's puddles by the times that water came, oldest first: those that overlap, or nearly, are one."""
    found: list[list[Past]] = []
    until = None
    for past in sorted(puddles, key=lambda past: (past.first_seen, past.id)):
        if until is None or past.first_seen > until + AGAIN_AFTER:
            found.append([past])
            until = _until(past, now)
        else:
            found[-1].append(past)
            until = max(until, _until(past, now))
    return found


def _until(past: Past, now: datetime) -> datetime:
    """Until when water may have stood.

    Where nobody answered it counts until it was closed: "came back" is said only of what surely had gone.
    """
    return max(now, past.last_seen) if past.state.is_open or past.ended_at is None else past.ended_at


def _spot(
    puddles: Sequence[Past],
    occurrences: Sequence[Sequence[Past]],
    rain: Mapping[tuple[str, date], Rain],
    now: datetime,
    timezone: tzinfo | None,
) -> Spot:
    lat, lon = _centre(puddles)
    latest = puddles[-1]
    began = tuple(occurrence[0].first_seen for occurrence in occurrences)
    depths = [past.depth_cm for past in puddles if past.depth_cm is not None]
    stood = [_stood_s(occurrence) for occurrence in occurrences]
    known = [each for each in stood if each is not None]
    causes = Counter(
        cause for occurrence in occurrences for cause in {cause for past in occurrence for cause in past.causes}
    )
    rains = Counter(fell for past, *_ in occurrences if (fell := _rain(past, rain, timezone)) is not None)
    works = [(past.ended_at, past.id, past) for past in puddles if _is_handled(past, now) and past.ended_at is not None]
    done_at, _, work = max(works, key=lambda each: each[:2], default=(None, 0, None))
    back = None if done_at is None else next((at for at in began if at > done_at), None)
    return Spot(
        lat=lat,
        lon=lon,
        name=next((past.name for past in reversed(puddles) if past.name), None),
        area_code=next((past.area_code for past in reversed(puddles) if past.area_code), None),
        times=len(occurrences),
        began=began,
        deepest_cm=max(depths, default=None),
        stood_s=median(known) if known else None,
        causes=tuple(sorted(causes.items(), key=lambda item: (-item[1], list(Cause).index(item[0])))),
        rain=tuple(sorted(rains.items(), key=lambda item: (-item[1], -item[0]))),
        handled=sum(any(_is_handled(past, now) for past in occurrence) for occurrence in occurrences),
        number=latest.number,
        owner=latest.owner,
        done=None if work is None else work.done,
        done_words=None if work is None else work.done_words,
        done_at=done_at,
        held_s=None if done_at is None else ((back or now) - done_at).total_seconds(),
        held=done_at is not None and back is None,
        standing=any(past.state.is_open for past in puddles),
        incident_ids=tuple(past.id for past in puddles),
    )


def _is_handled(past: Past, now: datetime) -> bool:
    """An office ended it, by then."""
    return past.state is IncidentState.HANDLED and past.ended_at is not None and past.ended_at <= now


def _centre(puddles: Collection[Past]) -> tuple[float, float]:
    weight = sum(past.weight for past in puddles)
    return (
        sum(past.lat * past.weight for past in puddles) / weight,
        sum(past.lon * past.weight for past in puddles) / weight,
    )


def _stood_s(occurrence: Sequence[Past]) -> float | None:
    """From when water was first told of until it was gone, as far as anybody said that it is."""
    gone = [
        past.ended_at
        for past in occurrence
        if past.ended_at is not None and past.state in (IncidentState.RECEDED, IncidentState.HANDLED)
    ]
    return (max(gone) - occurrence[0].first_seen).total_seconds() if gone else None


def _rain(past: Past, rain: Mapping[tuple[str, date], Rain], timezone: tzinfo | None) -> Rain | None:
    kecamatan = (past.area_code or "")[: CODE_LENGTH[Level.KECAMATAN]]
    return rain.get((kecamatan, past.first_seen.astimezone(timezone).date()))
