"""A database with a year of floods behind it, and a night of them in the window of a digest."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.handling import Handling, Step
from bot.domain.models import LEVEL_CM, Cause, Depth, Incident, IncidentEvent, IncidentState, Place, Report
from bot.domain.records import Changes, Person
from bot.domain.staff import Note, Wrote
from bot.geo.areas import AreaIndex
from storage import open_store
from tests.helpers.builders import incident, report
from tests.helpers.clock import WIB

AT = datetime(2026, 1, 20, 6, 0, tzinfo=WIB)
"""When the digest is due: a Tuesday, without the week's chart."""

AT_ONCE = 5_000
SPOTS = 6_000
"""Places where the water of the year stood, some 17 times each."""

PEOPLE = 20_000
LEVELS = tuple(LEVEL_CM)
M_PER_DEGREE = 111_000.0
DAY, YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, its kelurahan, and how people call it."""

    lat: float
    lon: float
    area_code: str
    name: str | None


@dataclass
class Rows:
    """What goes in at one go."""

    incidents: list[Incident] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    events: list[IncidentEvent] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


async def fill(database_url: str, *, history: int, standing: int, receded: int, seed: int = 1) -> None:
    """Make a database.

    Args:
        database_url: of a file that is not there yet.
        history: puddles of the year before, ended.
        standing: puddles that stand at `AT`; receded: that ended in the 24 hours before.
        seed: of all that is by chance.
    """
    dice = random.Random(seed)
    spots = _spots(dice, SPOTS)
    began = [AT - DAY * 2 - YEAR * dice.random() * 0.99 for _ in range(history)]
    cases = [_case(dice, dice.choice(spots), at, ended=True) for at in sorted(began)]
    last_night = _spots(dice, standing + receded)
    for n, spot in enumerate(last_night):
        cases.append(_case(dice, spot, AT - DAY * dice.uniform(0.1, 0.7), ended=n >= standing))
    people = [Person(n, 1_000_000 + n, "id", AT - YEAR) for n in range(1, PEOPLE + 1)]
    store = await open_store(database_url)
    try:
        async with store.transaction() as tx:
            await tx.flush(Changes(people=people))
        ids = iter(range(1, 10_000_000))
        for first in range(0, len(cases), AT_ONCE):
            rows = Rows()
            for case in cases[first : first + AT_ONCE]:
                _put(rows, dice, case, ids)
            async with store.transaction() as tx:
                await tx.flush(
                    Changes(incidents=rows.incidents, reports=rows.reports, events=rows.events, notes=rows.notes)
                )
    finally:
        await store.close()


def size_mb(folder: Path) -> float:
    """Of a database with all its files, in MB."""
    return sum(path.stat().st_size for path in folder.glob("genangan.db*")) / 1e6


@dataclass(frozen=True, slots=True)
class Case:
    """What happened at a spot. ended_at None: it stands."""

    spot: Spot
    began: datetime
    ended_at: datetime | None
    state: IncidentState
    people: int


def _spots(dice: random.Random, count: int) -> list[Spot]:
    areas = AreaIndex.from_reference_points(("31.72",))
    codes = [area.code for area in areas.all_served()]
    found = []
    for n in range(count):
        code = dice.choice(codes)
        lat, lon = (each + dice.gauss(0, 350) / M_PER_DEGREE for each in areas.centre(code))
        name = f"Jl. Mangga {n % 900} RT{n % 12:02}/{n % 9:02}" if dice.random() < 0.6 else None
        found.append(Spot(lat, lon, code, name))
    return found


def _case(dice: random.Random, spot: Spot, began: datetime, *, ended: bool) -> Case:
    people = min(12, 1 + int(dice.expovariate(0.7)))
    if not ended:
        state = dice.choice((IncidentState.WAITING, IncidentState.WAITING, IncidentState.PROCESS))
        return Case(spot, began, None, state, people)
    ended_at = min(began + timedelta(hours=dice.uniform(1, 12)), AT if began < AT - DAY else AT - timedelta(minutes=5))
    state = dice.choice((IncidentState.RECEDED, IncidentState.RECEDED, IncidentState.HANDLED, IncidentState.UNHEARD))
    return Case(spot, began, ended_at, state, people)


def _put(rows: Rows, dice: random.Random, case: Case, ids: Iterator[int]) -> None:
    spot, case_id = case.spot, next(ids)
    lat, lon = (each + dice.gauss(0, 8) / M_PER_DEGREE for each in (spot.lat, spot.lon))
    depths = [Depth.of(dice.choice(LEVELS)) for _ in range(case.people)]
    latest = case.ended_at or AT
    seen = sorted(case.began + (latest - case.began) * dice.random() for _ in depths[1:])
    times = [case.began, *seen]
    code, handled = spot.area_code, case.state in (IncidentState.HANDLED, IncidentState.PROCESS)
    taken = case.began + timedelta(minutes=40)
    put = incident(
        case_id,
        lat=lat,
        lon=lon,
        at=case.began,
        number=f"B{case_id}",
        state=case.state,
        area_code=code,
        name=spot.name,
        reporters=case.people,
        last_seen=times[-1],
        depth_first=depths[0],
        depth_last=depths[-1],
        depth_max=max(depths, key=lambda each: each.cm or 0),
        causes=(dice.choice(tuple(Cause)),),
        ended_at=case.ended_at,
        handling=Handling(
            owner=code,
            since=case.began,
            had=(code,),
            due_at=None if case.ended_at else case.began + timedelta(hours=1),
            taken_at=taken if handled else None,
            step=Step.ON_SITE if handled else None,
            overdue=case.ended_at is None and not handled,
        ),
    )
    rows.incidents.append(put)
    rows.events += _history(put, taken if handled else None)
    if case.state is IncidentState.HANDLED and case.ended_at:
        words = "Saluran dibersihkan, pompa dinyalakan"
        rows.notes.append(Note(case_id, case_id, code, 1, Wrote.CLOSING, case.ended_at, words))
    for at, depth in zip(times, depths, strict=True):
        report_id = next(ids)
        rows.reports.append(
            report(
                report_id,
                at=at,
                number=f"R{report_id}",
                person_id=dice.randint(1, PEOPLE),
                incident_id=case_id,
                place=Place(lat, lon, 12.0, code, spot.name),
                depth=depth,
                note="airnya masuk ke rumah, tolong pompa" if dice.random() < 0.2 else None,
            )
        )


def _history(ended: Incident, taken_at: datetime | None) -> Sequence[IncidentEvent]:
    """What happened to it, as it is now after each: only the times of these matter here."""
    events = [IncidentEvent(ended.id, "opened", "warga", ended.first_seen, ended)]
    if taken_at is not None and (ended.ended_at is None or taken_at < ended.ended_at):
        events.append(IncidentEvent(ended.id, "taken", ended.handling.owner, taken_at, ended))
    if ended.ended_at is not None:
        events.append(IncidentEvent(ended.id, "receded", "warga", ended.ended_at, ended))
    return events
