"""`genangan check --route LAT,LON`: whose case it would be there, and why; and how long that office would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.check import Finding, Parts, Verdict
from bot.domain.errors import OperatorError, StoreBusy
from bot.domain.models import Area, Cause, Fault, Kind
from bot.domain.ownership import Offices, stand_in
from bot.domain.routing import Case, Routed
from bot.domain.site_rules import site_at
from bot.domain.sites import Site
from bot.domain.staff import Unit, UnitLink
from bot.domain.units import unit_values, units_of
from bot.settings import Settings
from bot.texts import Texts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """A case as it might be reported now."""

    lat: float
    lon: float
    kind: Kind = Kind.PUDDLE
    depth_cm: int | None = None
    cause: Cause | None = None
    fault: Fault | None = None


async def route(settings: Settings, parts: Parts, asked: Asked) -> list[Finding]:
    """Who would own it, by which rule, on behalf of whom, and with which clocks.

    Raises:
        OperatorError: the areas or the routing file are wrong.
    """
    areas = parts.load_areas(settings)
    routing = parts.load_routing(settings, areas)
    where = f"{asked.lat:.5f}, {asked.lon:.5f}"
    located = areas.locate(asked.lat, asked.lon)
    if located.area is None or not located.served:
        return [_finding("place", f"{where} is not in the service area (SERVICE_AREA)", Verdict.FIX)]
    tree, texts = units_of(areas.all_served(), routing.units), Texts(settings.timezone)
    local = parts.clock.now().astimezone(settings.timezone).time()
    causes, faults = _given(asked.cause), _given(asked.fault)
    case = Case(
        asked.kind, located.area.code, asked.lat, asked.lon, asked.depth_cm, causes, faults, at_local_time=local
    )
    links, sites = await _known(settings, parts)
    routed = routing.route(tree, case, site_at(sites, asked.lat, asked.lon))
    connected = (
        frozenset(unit.code for unit in tree.all() if not unit.outside)
        if links is None
        else frozenset(link.unit for link in links if link.connected)
    )
    owner = stand_in(routed.unit, Offices(tree, connected))
    times = routing.times(owner.level, asked.kind, causes, asked.depth_cm)
    source = "routing.toml of the product" if settings.routing_file is None else str(settings.routing_file)
    findings = [
        _finding("place", f"{where}: {_named(located.area)}, {located.area.code}"),
        _finding("case", f"{_said(asked)}, reported at {local:%H:%M}"),
        _finding("rule", _rule(routed, source)),
        _owner(texts, owner, routed.unit, connected),
        _finding(
            "clocks", f"to be taken up within {_span(times.take_up)}, and finished {_span(times.finish)} after that"
        ),
    ]
    if located.other is not None:
        text = f"so near to {_named(located.other)} that the reporter is asked which it is"
        findings.insert(1, _finding("border", text, Verdict.NOTE))
    if links is None:
        text = f"{settings.database_url} tells nothing of units' chats (yet): shown as if every unit had its own"
        findings.append(_finding("chats", text, Verdict.NOTE))
    return findings


async def _known(settings: Settings, parts: Parts) -> tuple[Sequence[UnitLink] | None, Sequence[Site]]:
    """The units' chats and the listed places; (None, ()) where no database tells of them."""
    try:
        store = await parts.open_reader(settings.database_url)
    except (OperatorError, StoreBusy):
        return None, ()
    try:
        return await store.unit_links(), await store.sites()
    except StoreBusy:
        return None, ()
    finally:
        await store.close()


def _owner(texts: Texts, owner: Unit, unit: Unit, connected: frozenset[str]) -> Finding:
    def named(each: Unit) -> str:
        values = unit_values(each)
        return texts.plain(f"unit.{values['level']}", values, "id")

    if owner.code not in connected:
        text = f"{named(owner)}; neither {named(unit)} nor any above it has a chat: the admins get the cards"
        return _finding("owner", text, Verdict.NOTE)
    if owner.code != unit.code:
        text = f"{named(owner)}, on behalf of {named(unit)}, which has no chat (/undang)"
        return _finding("owner", text, Verdict.NOTE)
    return _finding("owner", named(owner))


def _rule(routed: Routed, source: str) -> str:
    if routed.site is not None:
        return f"listed place {routed.site.number} ({routed.site.name}): its unit comes before the rules of {source}"
    if not routed.line:
        return f"none of {source} fits, so it is the kelurahan's"
    return f'line {routed.line} of {source}: "{routed.rule}"'


def _said(asked: Asked) -> str:
    said = [asked.kind.value]
    said += [] if asked.depth_cm is None else [f"{asked.depth_cm} cm"]
    said += [f"cause {each.value}" for each in _given(asked.cause)]
    return ", ".join([*said, *(f"fault {each.value}" for each in _given(asked.fault))])


def _named(area: Area) -> str:
    return f"Kel. {area.kelurahan}, Kec. {area.kecamatan}"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    for unit, length in (("d", 1440), ("h", 60)):
        if minutes % length == 0 and minutes > length:
            return f"{minutes // length} {unit}"
    return f"{minutes} min"


def _given(value: T | None) -> Sequence[T]:
    return () if value is None else (value,)


def _finding(about: str, text: str, verdict: Verdict = Verdict.OK) -> Finding:
    return Finding(verdict, about, text)
