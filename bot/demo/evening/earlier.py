"""What the bot remembers when the evening begins: puddles of the weeks before, and the city's list of places to be put
in order. Made up, at places that are known for it; so that the digest has something to look back on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.demo.evening import spots
from bot.demo.residents import Spot
from bot.demo.rows import WIB
from bot.domain.geometry import cell_of
from bot.domain.handling import Handling, Level
from bot.domain.models import Cause, Depth, Incident, IncidentEvent, IncidentState, Kind, Place, Report, Word
from bot.domain.numbers import number_of
from bot.domain.records import Changes, Counters, Person
from bot.domain.site_rules import RADIUS_M
from bot.domain.sites import Site, SiteState
from bot.domain.staff import Note, Wrote
from bot.geo.areas import AreaIndex
from bot.services.batch import RESIDENTS

WEIGHT = 1 / 15**2
"""Of a centre, in 1/m²: one report from a phone."""

LISTED_AT = datetime(2026, 1, 2, 9, 0, tzinfo=WIB)

FIRST_PERSON_ID = 1_000
"""Out of the way of whoever writes to the bot before this is put into its database."""

FIRST_TELEGRAM_ID = 9_000_000_000
"""People of those weeks have nothing to do with the evening: they are not written to."""


@dataclass(frozen=True, slots=True)
class Puddle:
    """A puddle of those weeks.

    Attributes:
        began: when it was reported; hours: so long it stood.
        done: id of what an office did there; None: the water went by itself.
    """

    spot: Spot
    began: datetime
    hours: float
    depth_cm: int
    cause: Cause = Cause.RAIN
    done: str | None = None


def _on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=WIB)


DERMAGA = Spot("Jl. Dermaga Ujung, Muara Angke", -6.1070, 106.7800)
KRAMAT_JAYA = Spot("Jl. Kramat Jaya", -6.1165, 106.9190)
DANAU_SUNTER = Spot("Jl. Danau Sunter Utara", -6.1380, 106.8690)
PLUIT_KARANG = Spot("Jl. Pluit Karang", -6.1120, 106.7850)

PUDDLES = (
    Puddle(spots.BOULEVARD, _on(5, 15, 40), 3.5, 30),
    Puddle(spots.GAYA_MOTOR, _on(5, 16, 5), 5.0, 50, done="quick.suction"),
    Puddle(spots.MANGGA, _on(5, 16, 20), 2.5, 30),
    Puddle(DERMAGA, _on(7, 9, 10), 3.0, 30, Cause.TIDE),
    Puddle(spots.GAYA_MOTOR, _on(9, 17, 15), 4.0, 50, done="quick.inlet"),
    Puddle(spots.SEPATAN, _on(9, 17, 50), 6.5, 50),
    Puddle(spots.BOULEVARD, _on(12, 16, 30), 4.0, 40, done="quick.inlet"),
    Puddle(spots.LESTARI, _on(12, 18, 0), 7.0, 60, Cause.RIVER),
    Puddle(DERMAGA, _on(8, 9, 40), 3.5, 40, Cause.TIDE),
    Puddle(KRAMAT_JAYA, _on(13, 7, 30), 3.0, 30),
    Puddle(spots.SEPATAN, _on(13, 8, 0), 5.0, 30, done="quick.pump"),
    Puddle(DANAU_SUNTER, _on(15, 17, 45), 2.0, 20),
    Puddle(spots.MANGGA, _on(15, 18, 10), 2.0, 20),
    Puddle(PLUIT_KARANG, _on(16, 16, 0), 3.0, 30, done="quick.pump"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A place to be put in order: its spot, what has to be done by when, how far it is. It is its kelurahan's."""

    spot: Spot
    task: str
    due_on: date
    state: SiteState = SiteState.OPEN
    visited: datetime | None = None


LISTED = (
    Listed(spots.BOULEVARD, "Bersihkan tali air di kedua sisi jalan", date(2026, 1, 31), SiteState.TIDY, _on(14, 9)),
    Listed(spots.GAYA_MOTOR, "Keruk saluran depan pabrik", date(2026, 1, 15), SiteState.WORKED, _on(10, 8)),
    Listed(spots.MANGGA, "Angkat lumpur saluran mikro", date(2026, 2, 28)),
    Listed(spots.SEPATAN, "Pindahkan puing dari saluran", date(2026, 2, 28), SiteState.AGAIN, _on(14, 10)),
    Listed(spots.WARAKAS, "Ganti tutup saluran yang hilang", date(2026, 1, 31)),
)


def before(areas: AreaIndex, number_key: bytes) -> Changes:
    """All of it, as what is written into the empty database.

    Args:
        areas: where the spots lie.
        number_key: of that database, for the numbers.
    """
    clerk = Person(FIRST_PERSON_ID, FIRST_TELEGRAM_ID, "id", PUDDLES[0].began, reachable=False)
    people, reports, incidents, events, notes = [clerk], [], [], [], []
    for n, puddle in enumerate(PUDDLES, start=1):
        person = Person(clerk.id + n, FIRST_TELEGRAM_ID + n, "id", puddle.began, reachable=False)
        report_id, incident_id, note_id = 3 * n - 2, 3 * n - 1, 3 * n
        standing = _incident(incident_id, puddle, areas, number_key)
        ended = _ended(standing, puddle)
        ended_at = ended.last_seen
        people.append(person)
        incidents.append(ended)
        reports.append(_report(report_id, person.id, ended, number_key))
        events += [
            IncidentEvent(incident_id, "opened", RESIDENTS, puddle.began, standing),
            IncidentEvent(incident_id, "closed" if puddle.done else "receded", RESIDENTS, ended_at, ended),
        ]
        if puddle.done is not None:
            unit = standing.handling.owner
            notes.append(Note(note_id, incident_id, unit, clerk.id, Wrote.CLOSING, ended_at, quick=puddle.done))
    return Changes(
        people=people,
        reports=reports,
        incidents=incidents,
        events=events,
        notes=notes,
        sites=_sites(areas),
        counters=Counters(3 * len(PUDDLES), people[-1].id, number_key),
    )


def _incident(incident_id: int, puddle: Puddle, areas: AreaIndex, number_key: bytes) -> Incident:
    """As it was when it was reported."""
    spot, depth = puddle.spot, Depth.from_cm(puddle.depth_cm)
    located = areas.locate(spot.lat, spot.lon).area
    code = located.code if located else None
    return Incident(
        id=incident_id,
        number=number_of(incident_id, number_key),
        kind=Kind.PUDDLE,
        state=IncidentState.WAITING,
        lat=spot.lat,
        lon=spot.lon,
        weight=WEIGHT,
        cell=cell_of(spot.lat, spot.lon),
        reporters=1,
        area_code=code,
        first_seen=puddle.began,
        last_seen=puddle.began,
        name=spot.name,
        depth_first=depth,
        depth_last=depth,
        depth_max=depth,
        causes=(puddle.cause,),
        handling=Handling(owner=code or "", since=puddle.began),
        carded_cm=puddle.depth_cm,
    )


def _ended(standing: Incident, puddle: Puddle) -> Incident:
    """As it was when the water was gone."""
    handled = puddle.done is not None
    handling = standing.handling
    if handled:
        handling = replace(
            handling, taken_at=puddle.began + timedelta(minutes=40), worked=True, solved_level=Level.KELURAHAN
        )
    ended_at = puddle.began + timedelta(hours=puddle.hours)
    state = IncidentState.HANDLED if handled else IncidentState.RECEDED
    return replace(standing, state=state, last_seen=ended_at, ended_at=ended_at, handling=handling)


def _report(report_id: int, person_id: int, ended: Incident, number_key: bytes) -> Report:
    return Report(
        id=report_id,
        number=number_of(report_id, number_key),
        kind=Kind.PUDDLE,
        person_id=person_id,
        incident_id=ended.id,
        place=Place(ended.lat, ended.lon, accuracy_m=15.0, area_code=ended.area_code, name=ended.name),
        depth=ended.depth_first,
        at=ended.first_seen,
        seen_at=ended.first_seen,
        cause=ended.causes[0],
        word=Word.GONE,
        word_at=ended.ended_at,
    )


def _sites(areas: AreaIndex) -> list[Site]:
    found = []
    for n, listed in enumerate(LISTED, start=1):
        area = areas.locate(listed.spot.lat, listed.spot.lon).area
        code = area.code if area else ""
        found.append(
            Site(
                id=n,
                name=listed.spot.name,
                lat=listed.spot.lat,
                lon=listed.spot.lon,
                radius_m=RADIUS_M,
                area_code=code,
                unit=code,
                at=LISTED_AT,
                task=listed.task,
                due_on=listed.due_on,
                state=listed.state,
                visited_at=listed.visited,
                visits=int(listed.visited is not None),
                tidied_at=listed.visited if listed.state is SiteState.TIDY else None,
            )
        )
    return found
