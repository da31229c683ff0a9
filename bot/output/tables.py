"""The tables that officers get: incidents, reports (not who made them), units and their clocks, spots, listed places.

Latitudes are told as degrees south, as offices here do: so no cell begins with a minus like a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.domain.map_links import place_url
from bot.domain.models import Depth, Incident, Place, Report
from bot.domain.performance import GONE
from bot.domain.sites import Site
from bot.domain.spots import Spot
from bot.domain.unit_clocks import UnitClocks, is_overdue
from bot.output.columns import Column, Holds, Table, Words, typed

R = TypeVar("R")

Told = tuple[Report, str]
"""A report, and the number of its incident."""


class Placed(Protocol):
    """What has a place."""

    @property
    def lat(self) -> float:
        """Degrees."""

    @property
    def lon(self) -> float:
        """Degrees."""

    @property
    def area_code(self) -> str | None:
        """The kelurahan."""

    @property
    def name(self) -> str | None:
        """What it is called."""


def _where(place: Callable[[R], Placed]) -> Sequence[Column[R]]:
    """Where it is, for people."""

    def kecamatan(record: R, words: Words) -> str | None:
        area = words.area(place(record).area_code)
        return area.kecamatan if area else None

    def kelurahan(record: R, words: Words) -> str | None:
        area = words.area(place(record).area_code)
        return area.kelurahan if area else None

    return (
        Column("name", Holds.TEXT, 34, lambda record, _: typed(place(record).name)),
        Column("kelurahan", Holds.TEXT, 20, kelurahan),
        Column("kecamatan", Holds.TEXT, 16, kecamatan),
        Column("map", Holds.LINK, 11, lambda record, _: place_url(place(record).lat, place(record).lon)),
    )


def _point(place: Callable[[R], Placed]) -> Sequence[Column[R]]:
    """Where it is, for programs."""
    return (
        Column("south", Holds.DEGREES, 11, lambda record, _: -place(record).lat),
        Column("east", Holds.DEGREES, 12, lambda record, _: place(record).lon),
    )


def _itself(record: R) -> R:
    return record


def _cm(depth: Depth | None) -> int | None:
    return None if depth is None else depth.cm


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


# -- incidents ---------------------------------------------------------------------------------------------------------


def _status(incident: Incident, words: Words) -> str | None:
    """In the words that officers know; how it ended is told apart."""
    return words.word(incident.state) if incident.state.is_open else words.text("export.ended")


def _stood(incident: Incident, words: Words) -> timedelta | None:
    """From the first report until it was gone; None where nobody knows when that was."""
    gone = incident.state in GONE and incident.ended_at is not None
    return max(timedelta(), incident.ended_at - incident.first_seen) if gone and incident.ended_at else None


INCIDENTS: Table[Incident] = Table(
    "incidents",
    (
        # first what a crew is sent by, as far as a screen is wide: where, how deep, who, until when
        Column("incident", Holds.TEXT, 10, lambda each, _: each.number),
        Column("kind", Holds.TEXT, 10, lambda each, words: words.word(each.kind)),
        Column("status", Holds.TEXT, 12, _status),
        Column("overdue", Holds.BOOL, 10, lambda each, words: is_overdue(each, words.now)),
        *_where(_itself),
        Column("depth_last_cm", Holds.INTEGER, 11, lambda each, _: _cm(each.depth_last)),
        Column("owner", Holds.TEXT, 28, lambda each, words: words.unit(each.handling.owner)),
        Column(
            "due",
            Holds.DATETIME,
            16,
            lambda each, _: (each.handling.overdue_since or each.handling.due_at) if each.state.is_open else None,
        ),
        Column("reporters", Holds.INTEGER, 9, lambda each, _: each.reporters),
        Column("first_seen", Holds.DATETIME, 16, lambda each, _: each.first_seen),
        Column("last_seen", Holds.DATETIME, 16, lambda each, _: each.last_seen),
        Column("ended", Holds.DATETIME, 16, lambda each, _: each.ended_at),
        Column(
            "outcome",
            Holds.TEXT,
            17,
            lambda each, words: None if each.state.is_open else words.text(f"export.outcome.{each.state}"),
        ),
        Column("stood", Holds.DURATION, 14, _stood),
        Column("depth_first_cm", Holds.INTEGER, 11, lambda each, _: _cm(each.depth_first)),
        Column("depth_max_cm", Holds.INTEGER, 12, lambda each, _: _cm(each.depth_max)),
        Column("causes", Holds.TEXT, 22, lambda each, words: words.word(*each.causes)),
        Column("faults", Holds.TEXT, 22, lambda each, words: words.word(*each.faults)),
        Column("passability", Holds.TEXT, 22, lambda each, words: each.passability and words.word(each.passability)),
        Column("photos", Holds.INTEGER, 8, lambda each, _: each.photos),
        Column("on_behalf", Holds.TEXT, 26, lambda each, words: words.unit(each.handling.on_behalf)),
        Column("taken", Holds.DATETIME, 16, lambda each, _: each.handling.taken_at),
        Column("hops", Holds.INTEGER, 11, lambda each, _: each.handling.hops),
        Column("escalations", Holds.INTEGER, 12, lambda each, _: each.handling.escalations),
        Column("reopened", Holds.INTEGER, 11, lambda each, _: each.handling.reopened),
        *_point(_itself),
        Column("approximate", Holds.BOOL, 10, lambda each, _: each.approximate),
    ),
)

# -- reports -----------------------------------------------------------------------------------------------------------


def _place(told: Told) -> Place:
    return told[0].place


REPORTS: Table[Told] = Table(
    "reports",
    (
        Column("report", Holds.TEXT, 10, lambda told, _: told[0].number),
        Column("incident", Holds.TEXT, 10, lambda told, _: told[1]),
        Column("kind", Holds.TEXT, 10, lambda told, words: words.word(told[0].kind)),
        Column("reported", Holds.DATETIME, 16, lambda told, _: told[0].at),
        *_where(_place),
        Column("depth_cm", Holds.INTEGER, 12, lambda told, _: _cm(told[0].depth)),
        Column("depth", Holds.TEXT, 23, lambda told, words: words.depth(told[0].depth)),
        Column("causes", Holds.TEXT, 22, lambda told, words: told[0].cause and words.word(told[0].cause)),
        Column(
            "passability",
            Holds.TEXT,
            22,
            lambda told, words: told[0].passability and words.word(told[0].passability),
        ),
        Column("faults", Holds.TEXT, 22, lambda told, words: told[0].fault and words.word(told[0].fault)),
        Column("note", Holds.TEXT, 40, lambda told, _: typed(told[0].note)),
        Column("photos", Holds.INTEGER, 8, lambda told, _: told[0].photos),
        Column("word", Holds.TEXT, 16, lambda told, words: words.text(f"export.word.{told[0].word}")),
        Column("word_at", Holds.DATETIME, 16, lambda told, _: told[0].word_at or told[0].seen_at),
        Column("passing", Holds.BOOL, 8, lambda told, _: told[0].passing),
        Column("unsure", Holds.BOOL, 12, lambda told, _: told[0].unsure),
        Column("area_code", Holds.TEXT, 14, lambda told, _: told[0].place.area_code),
        *_point(_place),
        Column(
            "accuracy",
            Holds.INTEGER,
            11,
            lambda told, _: None if told[0].place.accuracy_m is None else round(told[0].place.accuracy_m),
        ),
        Column("approximate", Holds.BOOL, 10, lambda told, _: told[0].place.approximate),
    ),
)

# -- units -------------------------------------------------------------------------------------------------------------


def _percent_in_time(each: UnitClocks, words: Words) -> int | None:
    figures = each.figures
    return round(100 * figures.in_time / figures.judged) if figures.judged else None


UNITS: Table[UnitClocks] = Table(
    "units",
    (
        Column("level", Holds.TEXT, 12, lambda each, words: words.text(f"export.level.{each.unit.level}")),
        Column("unit", Holds.TEXT, 34, lambda each, words: words.unit(each.unit.code)),
        Column("connected", Holds.BOOL, 13, lambda each, _: each.connected),
        Column("open", Holds.INTEGER, 10, lambda each, _: each.open),
        Column("overdue_now", Holds.INTEGER, 11, lambda each, _: each.overdue),
        Column("cases", Holds.INTEGER, 12, lambda each, _: each.figures.cases),
        Column("handled", Holds.INTEGER, 11, lambda each, _: each.figures.handled),
        Column("receded", Holds.INTEGER, 10, lambda each, _: each.figures.receded),
        Column("take_up", Holds.DURATION, 16, lambda each, _: _span(each.figures.take_up_s)),
        Column("gone", Holds.DURATION, 16, lambda each, _: _span(each.figures.gone_s)),
        Column("in_time", Holds.INTEGER, 12, _percent_in_time),
        Column("hops", Holds.INTEGER, 11, lambda each, _: each.figures.hops),
        Column("escalations", Holds.INTEGER, 12, lambda each, _: each.figures.escalations),
        Column("reopened", Holds.INTEGER, 11, lambda each, _: each.figures.reopened),
        Column("on_behalf_n", Holds.INTEGER, 12, lambda each, _: each.figures.on_behalf),
    ),
)

# -- spots that come back ----------------------------------------------------------------------------------------------


def _causes(spot: Spot, words: Words) -> str | None:
    return ", ".join(f"{words.word(cause)} {times}×" for cause, times in spot.causes) or None


def _rain(spot: Spot, words: Words) -> str | None:
    return ", ".join(f"{words.text(f'export.rain.{rain.name.lower()}')} {times}×" for rain, times in spot.rain) or None


def _done(spot: Spot, words: Words) -> str | None:
    return words.text(spot.done) if spot.done else typed(spot.done_words)


SPOTS: Table[Spot] = Table(
    "spots",
    (
        *_where(_itself),
        Column("times", Holds.INTEGER, 8, lambda spot, _: spot.times),
        Column("began_first", Holds.DATETIME, 16, lambda spot, _: spot.began[0] if spot.began else None),
        Column("began_last", Holds.DATETIME, 16, lambda spot, _: spot.began[-1] if spot.began else None),
        Column("depth_max_cm", Holds.INTEGER, 12, lambda spot, _: spot.deepest_cm),
        Column("stood_median", Holds.DURATION, 16, lambda spot, _: _span(spot.stood_s)),
        Column("causes", Holds.TEXT, 24, _causes),
        Column("rain", Holds.TEXT, 22, _rain),
        Column("handled_times", Holds.INTEGER, 10, lambda spot, _: spot.handled),
        Column("done", Holds.TEXT, 34, _done),
        Column("done_at", Holds.DATETIME, 16, lambda spot, _: spot.done_at),
        Column(
            "held_days",
            Holds.DECIMAL,
            10,
            lambda spot, _: None if spot.held_s is None else spot.held_s / timedelta(days=1).total_seconds(),
        ),
        Column("held", Holds.BOOL, 10, lambda spot, _: None if spot.held_s is None else spot.held),
        Column("owner", Holds.TEXT, 28, lambda spot, words: words.unit(spot.owner)),
        Column("latest", Holds.TEXT, 10, lambda spot, _: spot.number),
        *_point(_itself),
    ),
)

# -- listed places -----------------------------------------------------------------------------------------------------

SITES: Table[Site] = Table(
    "sites",
    (
        Column("site", Holds.TEXT, 8, lambda site, _: site.number),
        *_where(_itself),
        Column("site_state", Holds.TEXT, 15, lambda site, words: words.text(f"export.site.{site.state}")),
        Column("unit", Holds.TEXT, 30, lambda site, words: words.unit(site.unit)),
        Column("task", Holds.TEXT, 40, lambda site, _: typed(site.task)),
        Column("due_on", Holds.DATE, 11, lambda site, _: site.due_on),
        Column("visited", Holds.DATETIME, 16, lambda site, _: site.visited_at),
        Column("visits", Holds.INTEGER, 12, lambda site, _: site.visits),
        Column("tidied", Holds.DATETIME, 16, lambda site, _: site.tidied_at),
        Column("tidy_words", Holds.INTEGER, 13, lambda site, _: site.tidy_words),
        Column("again_words", Holds.INTEGER, 14, lambda site, _: site.again_words),
        Column("radius", Holds.INTEGER, 10, lambda site, _: round(site.radius_m)),
        *_point(_itself),
    ),
)
