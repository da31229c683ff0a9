"""Mode banjir: on and off, clocks that stand still and start again, and what its lists and summaries need at each beat.

All is read from the database: which kecamatan are flooded, what was drawn when, whose clock stands still. So a restart
in the middle of a night, or of a switching off, goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain import flood as rules
from bot.domain import lifecycle, ownership
from bot.domain.asking import area_values
from bot.domain.flood import kecamatan_of
from bot.domain.handling import Deadline
from bot.domain.lifecycle import Act
from bot.domain.models import Incident, Say
from bot.domain.outgoing import Priority
from bot.domain.records import Wanted
from bot.domain.staff import Flood, FloodList
from bot.ports import Clock, Store, Transaction
from bot.services import owning
from bot.services.batch import TIME, Batch
from bot.services.case_lists import worst_first
from bot.services.consequences import react
from bot.services.context import Context
from bot.services.flood_lists import draw_list, draw_post, kecamatan_name, list_slot
from bot.services.flood_switch import stop_clock, switch_off, switch_on
from bot.services.onebyone import OneByOne
from bot.services.roads import state_text
from bot.services.roster import ROSTER
from bot.services.telling import is_night

PEOPLE_AT_ONCE = 100
"""Residents told in one transaction."""

CASES_TOLD = 3
"""Of one resident's reports."""


class Floods:
    """Does what mode banjir needs at each beat.

    Args:
        store, clock: the world.
        context: look-ups and settings.
        after_commit: called when something may stand in the outbox.
        new_incidents: more new ones in a kecamatan within half an hour switch it on.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        context: Context,
        after_commit: Callable[[], None],
        new_incidents: int = rules.NEW_INCIDENTS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._context = context
        self._one_by_one = OneByOne(store, after_commit, context.meter)
        self._new_incidents = new_incidents
        # what was done already and costs time to look for again; forgotten at a restart, which does no harm
        self._settled: set[Flood] = set()
        self._told: set[tuple[Flood, int]] = set()

    async def all_due(self) -> None:
        """Switch on and off, stop and start clocks, draw what has changed, tell residents."""
        now, ctx, do = self._clock.now(), self._context, self._one_by_one
        fresh = await self._store.first_seen_between(now - rules.QUIET_FOR, now)
        floods, _ = await self._known()
        begins = rules.to_switch_on(fresh, floods, now, self._new_incidents)
        await do.each("mode banjir of", begins, lambda batch, code: _switch_on(batch, code, now))
        ends = [each.kecamatan for each in floods if each.until is None and rules.is_over(each, fresh, now)]
        await do.each("mode banjir of", ends, lambda batch, code: _switch_off(ctx, batch, code, now))
        floods, lists = await self._known() if begins or ends else (floods, await self._lists())
        for flood in floods:
            if flood.until is None:
                await self._stop_clocks(flood, now)
                await self._tell_residents(flood, now)
            elif flood not in self._settled:
                await self._start_clocks(flood, now)
        await self._draw([each for each in floods if each.until is None], lists, now)

    async def _known(self) -> tuple[Sequence[Flood], Sequence[FloodList]]:
        async with self._store.transaction() as tx:
            loaded = await tx.load(ROSTER)
        return loaded.floods, loaded.flood_lists

    async def _lists(self) -> Sequence[FloodList]:
        return (await self._known())[1]

    async def _open_in(self, kecamatan: str) -> Sequence[Incident]:
        async def ask(tx: Transaction) -> Sequence[Incident]:
            return (await tx.load(Wanted(open_in=frozenset({kecamatan})))).incidents

        return await self._one_by_one.due(ask)

    # -- clocks --------------------------------------------------------------------------------------------------------

    async def _stop_clocks(self, flood: Flood, now: datetime) -> None:
        """What was open when it began, or was reopened since. What is new begins with its clock standing still."""
        ctx = self._context

        def act(batch: Batch, incident_id: int) -> None:
            before = batch.events
            if runs_to_take_up(batch.incident(incident_id)):
                stop_clock(batch, batch.incident(incident_id), now)
            react(ctx, batch, batch.events_since(before), now)

        running = [each.id for each in await self._open_in(flood.kecamatan) if runs_to_take_up(each)]
        await self._one_by_one.each("clock of incident", running, act)

    async def _start_clocks(self, flood: Flood, now: datetime) -> None:
        """Afresh, the worst case of each unit first, the others half a minute apart."""
        ctx = self._context
        by_owner: dict[str, list[Incident]] = {}
        for incident in worst_first(filter(stands_still, await self._open_in(flood.kecamatan))):
            by_owner.setdefault(incident.handling.owner, []).append(incident)
        keys = [(incident.id, nth, len(cases)) for cases in by_owner.values() for nth, incident in enumerate(cases)]

        def act(batch: Batch, key: tuple[int, int, int]) -> None:
            before = batch.events
            _start_clock(ctx, batch, *key, now)
            react(ctx, batch, batch.events_since(before), now)

        await self._one_by_one.each("clock of incident", keys, act)
        self._settled.add(flood)

    # -- what is seen -------------------------------------------------------------------------------------------------

    async def _draw(self, floods: Sequence[Flood], lists: Sequence[FloodList], now: datetime) -> None:
        ctx, on = self._context, {flood.kecamatan: flood for flood in floods}

        def draw(batch: Batch, code: str) -> None:
            flood = batch.roster.flood(code)
            if flood is not None and code != flood.kecamatan:
                draw_list(ctx, batch, flood, code, now)

        def post(batch: Batch, code: str) -> None:
            flood, known = batch.roster.flood(code), batch.roster.flood_list(code)
            if flood is not None and known is not None and _is_to_draw(known, now):
                draw_post(ctx, batch, flood, now)

        due = [each.kelurahan for each in lists if kecamatan_of(each.kelurahan) in on and _is_to_draw(each, now)]
        await self._one_by_one.each("flood list of", [code for code in due if code not in on], draw)
        await self._one_by_one.each("live post of", list(on), post)

    async def _tell_residents(self, flood: Flood, now: datetime) -> None:
        """One summary in three hours, to who had reported by then and whose case is open."""
        period = rules.news_period(flood, now)
        if period is None or (flood, period[0]) in self._told:
            return
        ctx, (nth, fell_due_at) = self._context, period
        ids = frozenset(each.id for each in await self._open_in(flood.kecamatan))

        async def ask(tx: Transaction) -> Sequence[int]:
            loaded = await tx.load(Wanted(incident_ids=ids))
            return sorted({each.person_id for each in loaded.reports if each.at <= fell_due_at})

        people = await self._one_by_one.due(ask)
        chunks = [tuple(people[i : i + PEOPLE_AT_ONCE]) for i in range(0, len(people), PEOPLE_AT_ONCE)]

        def tell(batch: Batch, person_ids: tuple[int, ...]) -> None:
            batch.require(Wanted(person_ids=frozenset(person_ids)))
            for person_id in person_ids:
                tell_resident(ctx, batch, flood, nth, fell_due_at, person_id, now)

        await self._one_by_one.each("summary for people", chunks, tell)
        self._told.add((flood, nth))


def _switch_on(batch: Batch, kecamatan: str, now: datetime) -> None:
    switch_on(batch, kecamatan, None, now)


def _switch_off(ctx: Context, batch: Batch, kecamatan: str, now: datetime) -> None:
    switch_off(ctx, batch, kecamatan, now)


def _is_to_draw(known: FloodList, now: datetime) -> bool:
    """It has changed, and was not drawn within the last minute (nor, the clock being set back, after now)."""
    return known.changed and (known.drawn_at is None or not now - rules.REDRAW_AFTER < known.drawn_at <= now)


def runs_to_take_up(incident: Incident) -> bool:
    """Its clock to take-up runs."""
    h = incident.handling
    return incident.state.is_open and h.due_at is not None and h.deadline is Deadline.TAKE_UP


def stands_still(incident: Incident) -> bool:
    """Its clock was stopped, and not by an offer that waits for its answer."""
    return incident.state.is_open and incident.handling.left_s is not None and incident.handling.offer is None


def _start_clock(ctx: Context, batch: Batch, incident_id: int, nth: int, of: int, now: datetime) -> None:
    incident = batch.incident(incident_id)
    if not stands_still(incident):
        return
    h, times = incident.handling, owning.times_of(ctx, incident, incident.handling)
    time = times.take_up if h.deadline is Deadline.TAKE_UP else times.finish
    going = ownership.resumed(h, now, rules.staggered(nth, of, time))
    batch.put_incident(lifecycle.after(Act.RESUME, incident, going, at=now), "resumed", now, TIME)


def tell_resident(
    ctx: Context, batch: Batch, flood: Flood, nth: int, fell_due_at: datetime, person_id: int, now: datetime
) -> None:
    """The summary for one resident; once, however often it is asked for."""
    person = batch.person(person_id)
    if person.blocked_at is not None or not person.reachable:
        return
    lines = []
    for report in batch.reports_by(person_id):
        incident = batch.incident(report.incident_id)
        here = incident.state.is_open and kecamatan_of(incident.area_code) == flood.kecamatan
        if here and report.at <= fell_due_at and not (report.passing or report.muted):
            values = {
                "number": report.number,
                "area": area_values(ctx.areas.get(report.place.area_code or "")),
                "name": report.place.name,
                "state": state_text(incident),
            }
            lines.append({"text": "flood.news_line", "values": values})
    if not lines:
        return
    found = batch.open_incidents_in(flood.kecamatan)
    say_values: dict[str, object] = {
        "kecamatan": kecamatan_name(ctx, flood.kecamatan),
        "since": flood.since.isoformat(),
        "n": len(found),
        "taken": sum(each.handling.taken_at is not None for each in found) or None,
        "items": lines[:CASES_TOLD],
    }
    batch.say(
        Say("flood.news", say_values, quiet=is_night(now, ctx.timezone)),
        now,
        person_id=person_id,
        slot=f"{list_slot(flood.kecamatan, flood)}:{nth}",
        once=True,
        priority=Priority.ALERT,
    )
