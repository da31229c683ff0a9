"""/rawan: the spots that come back, of an area. Slow work: a year of puddles is looked through."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.events import Origin
from bot.domain.handling import Level
from bot.domain.memory import REMEMBERED
from bot.domain.models import Choice, Rows, Say
from bot.domain.records import Person, WorkRow
from bot.domain.rows import in_rows
from bot.domain.spots import Spot, prone, spots
from bot.domain.unit_names import find_units
from bot.domain.units import UnitTree, unit_values
from bot.output.spot_text import LINE, spot_values
from bot.ports import AreaLookup, Store
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.joining import CHOICES, unit_button
from bot.services.pressing import TOO_OLD, Press
from bot.services.roles import units_meant
from bot.services.tasks import no_officer
from bot.services.work import Doer, result_of

WORK = "spots"
ACT = "rawan"
SLOT = "spots"

PAGE = 6
"""Spots on a page: each takes five lines of a phone."""

OWN = "-"
"""On a button, in the place of an area code: the area of who presses."""


def recurring(ask: Ask) -> None:
    """/rawan, or /rawan NAME (or code) of a kelurahan, kecamatan or kota."""
    typed, origin, at = ask.event.args.strip(), ask.event.origin, ask.event.at
    if not typed:
        areas = _own_areas(ask.ctx, ask.batch, ask.person, origin)
        ask.batch.put_work(WorkRow(WORK, at, ask.person.id, _asked(origin, OWN, areas, 0)))
        return
    found = [unit for unit in find_units(ask.ctx.units, typed) if unit.level is not Level.OTHER]
    if not found:
        ask.answer(Say("spot.unknown_area", {"typed": typed[:60]}))
        return
    if len(found) > 1:
        more = len(found) - CHOICES if len(found) > CHOICES else None
        choices = tuple((unit_button(unit, ACT),) for unit in found[:CHOICES])
        ask.answer(Say("spot.which_area", {"more": more}, choices))
        return
    ask.batch.put_work(WorkRow(WORK, at, ask.person.id, _asked(origin, found[0].code, [found[0].code], 0)))


def turn(p: Press) -> Say | None:
    """Another page, or an area that was chosen."""
    if (refused := no_officer(p)) is not None:
        return refused
    if p.key != OWN and p.ctx.units.get(p.key) is None:
        return TOO_OLD
    areas = _own_areas(p.ctx, p.batch, p.person, p.origin) if p.key == OWN else [p.key]
    asked = _asked(p.origin, p.key, areas, int(p.arg or 0))
    p.batch.put_work(WorkRow(WORK, p.at, p.person.id, asked | {"turned": bool(p.arg)}))
    return None


def _own_areas(ctx: Context, batch: Batch, person: Person, origin: Origin) -> list[str]:
    """Codes of the areas of one's own units (in a unit's chat, of that one); [] is everywhere."""
    units = [unit for code in units_meant(ctx, batch, person, origin) if (unit := ctx.units.get(code)) is not None]
    if any(unit.level is Level.OTHER for unit in units):
        return []
    return sorted(unit.code for unit in units)


def _asked(origin: Origin, key: str, areas: Sequence[str], page: int) -> dict[str, object]:
    """What the work needs; the answer goes where it was asked, and a page takes the place of the one before."""
    asked: dict[str, object] = {"key": key, "areas": list(areas), "page": page, "slot": SLOT}
    return asked if origin.private else asked | {"chat_id": origin.chat_id, "topic_id": origin.topic_id}


async def spots_of_the_year(store: Store, until: datetime, timezone: ZoneInfo) -> list[Spot]:
    """The spots that came back in the year up to a moment, of all of the city: at a border a spot's puddles lie on both
    sides of it."""
    pasts = await store.pasts(until - REMEMBERED, until)
    local = until.astimezone(timezone).date()
    weather = await store.weather(local - REMEMBERED, local)
    return prone(await asyncio.to_thread(spots, pasts, weather, now=until, timezone=timezone))


@dataclass(frozen=True, slots=True)
class Recurring:
    """Does the work behind /rawan. The answer is a result {"says": […]} for tell_result."""

    store: Store
    areas: AreaLookup
    units: UnitTree
    timezone: ZoneInfo

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {WORK: self.answer}

    async def answer(self, row: WorkRow) -> Mapping[str, object]:
        """A page of the list. Asked: {"areas": [codes], "page", "key": what the buttons to other pages carry}."""
        at = row.due_at
        named = row.asked.get("areas")
        codes = [str(each) for each in named] if isinstance(named, list | tuple) else []
        everywhere = await spots_of_the_year(self.store, at, self.timezone)
        found = [spot for spot in everywhere if not codes or (spot.area_code or "").startswith(tuple(codes))]
        where = [
            {"text": "spot.where", "values": {"unit": unit_values(unit)}}
            for code in codes
            if (unit := self.units.get(code)) is not None
        ]
        if not found:
            return result_of(Say("spot.none", {"where": where}))
        pages = -(-len(found) // PAGE)
        page = min(max(int(str(row.asked.get("page", 0))), 0), pages - 1)
        shown = found[page * PAGE : (page + 1) * PAGE]
        values: dict[str, object] = {
            "n": len(found),
            "where": where,
            "page": page + 1 if pages > 1 else None,
            "pages": pages,
            "items": [self._line(n, spot, row, codes) for n, spot in enumerate(shown, start=page * PAGE + 1)],
        }
        return result_of(Say("spot.list", values, _turns(str(row.asked.get("key", OWN)), page, pages)))

    def _line(self, n: int, spot: Spot, row: WorkRow, told: Sequence[str]) -> dict[str, object]:
        """A spot; what the heading tells already (`told`: codes) is not told again."""
        area = None if spot.area_code in told else self.areas.get(spot.area_code or "")
        owner = None if list(told) == [spot.owner] else self.units.get(spot.owner)
        return {"text": LINE, "values": {"n": n, **spot_values(spot, row.due_at, area=area, owner=owner)}}


def _turns(key: str, page: int, pages: int) -> Rows:
    turns = []
    if page > 0:
        turns.append(Choice("button.page_back", ACT, (key, str(page - 1))))
    if page + 1 < pages:
        turns.append(Choice("button.page_on", ACT, (key, str(page + 1))))
    return in_rows(turns)
