"""Incidents for map programs, read back with a library that is not ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from geojson_pydantic import Feature, FeatureCollection, Point

from bot.domain.handling import Handling
from bot.domain.models import Incident, IncidentState
from bot.domain.records import Tally
from bot.domain.snapshot import Snapshot
from bot.output.columns import Words
from bot.output.export_files import digest_geojson
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, MORNING, UNITS, night, puddle, rainy_night

WORDS = Words(Texts(WIB), AREAS, UNITS, WIB, MORNING)

Collection = FeatureCollection[Feature[Point, dict[str, Any]]]


async def geojson(*incidents: Incident) -> bytes:
    snapshot = Snapshot("", DAY_BEFORE, MORNING, incidents, (), Tally(), Tally(), Tally(), 0)
    return await digest_geojson(snapshot, WORDS)


async def test_it_is_what_the_rfc_asks_for() -> None:
    night = rainy_night()
    data = await geojson(*night)
    read = Collection.model_validate_json(data)
    assert [feature.id for feature in read.features] == [incident.number for incident in night]
    assert "crs" not in json.loads(data)


async def test_longitude_comes_first_and_the_box_holds_all_points() -> None:
    data = await geojson(puddle("A", lat=-6.12345678, lon=106.9), puddle("B", lat=-6.2, lon=106.812345678))
    read = Collection.model_validate_json(data)
    points = [feature.geometry.coordinates for feature in read.features if feature.geometry]
    assert [(point.longitude, point.latitude) for point in points] == [(106.9, -6.123457), (106.812346, -6.2)]
    assert read.bbox == (106.812346, -6.2, 106.9, -6.123457)


async def test_a_map_without_incidents_is_a_map() -> None:
    read = Collection.model_validate_json(await geojson(puddle(state=IncidentState.MERGED, ended_at=MORNING)))
    assert list(read.features) == []
    assert read.bbox is None


async def test_what_a_program_reads_of_an_incident() -> None:
    handling = Handling(owner=CODES["Sungai Bambu"], due_at=night(5), hops=2)
    first = replace(rainy_night()[0], handling=handling, name='Jl. "Gaya" \\ Motor, 0812 3456 7890')
    (feature,) = json.loads(await geojson(first))["features"]
    properties = feature["properties"]
    assert properties["name"] == 'Jl. "Gaya" \\ Motor, …'
    assert (properties["number"], properties["kind"], properties["state"]) == ("KA7", "genangan", "waiting")
    assert (properties["open"], properties["overdue"], properties["hops"]) == (True, True, 2)
    assert (properties["depth_first_cm"], properties["depth_max_cm"], properties["causes"]) == (30, 50, ["rain"])
    assert (properties["first_seen"], properties["ended_at"]) == ("2026-01-18T19:10:00+07:00", None)
    assert (properties["kelurahan"], properties["owner"]) == ("Sungai Bambu", "Kelurahan Sungai Bambu")
