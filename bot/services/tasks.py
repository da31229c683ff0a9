"""What officers look up: /tugas (my unit's cases by due time), /genangan NUMBER (one card), /peta (where they are)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.asking import area_values, known_depth
from bot.domain.command_table import Role
from bot.domain.events import Origin
from bot.domain.handling import Level
from bot.domain.map_links import place_url, route_url
from bot.domain.models import Choice, Incident, Kind, Say
from bot.domain.records import Person
from bot.domain.units import unit_values
from bot.services import card_face, cards
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.card_buttons import enrol
from bot.services.case_lists import page_of
from bot.services.context import Context
from bot.services.numbered import case_meant
from bot.services.pressing import TOO_OLD, Press
from bot.services.roles import role_of, units_meant
from bot.services.sharing import shared_case

SLOT = "tasks"
PAGE = 8
"""Cases on a page: each takes two lines of a phone, and a button."""

STOPS = 10
"""Places in one route: so many a link takes."""


def tasks(ask: Ask) -> None:
    """/tugas"""
    ask.answer(_page(ask.ctx, ask.batch, ask.person, ask.event.origin, 0, ask.event.at), slot=SLOT)


def turn_page(p: Press) -> Say | None:
    """Another page of /tugas."""
    if (refused := no_officer(p)) is not None:
        return refused
    _say(p.batch, p.person, p.origin, _page(p.ctx, p.batch, p.person, p.origin, int(p.key), p.at), p.at, SLOT)
    return None


def case(ask: Ask) -> None:
    """/genangan NUMBER: the card of a case, by its own number or that of a resident's report."""
    typed = ask.event.args.strip()
    if not typed:
        ask.answer(Say("tasks.usage"))
        return
    incident = case_meant(ask.batch, typed)
    if incident is None:
        ask.answer(Say("tasks.no_case", {"number": typed[:20]}))
        return
    open_case(ask.ctx, ask.batch, ask.person, ask.event.origin, incident, ask.event.at)


def by_link(ask: Ask, typed: str) -> None:
    """A number in a digest: for who works here its card, for everybody else what a share link shows."""
    incident = case_meant(ask.batch, typed)
    if incident is not None and role_of(ask.ctx, ask.batch, ask.person) >= Role.OFFICER:
        open_case(ask.ctx, ask.batch, ask.person, ask.event.origin, incident, ask.event.at)
    else:
        shared_case(ask, incident)


def press_case(p: Press) -> Say | None:
    """A number under a list: its card, here, as a new message."""
    if (refused := no_officer(p)) is not None:
        return refused
    try:
        incident = p.batch.incident(int(p.key))
    except KeyError:
        return TOO_OLD
    open_case(p.ctx, p.batch, p.person, p.origin, incident, p.at)
    return None


def no_officer(p: Press) -> Say | None:
    """Why these buttons do nothing for somebody; None: they work here, be it since this press in their unit's group."""
    removed = enrol(p)
    if role_of(p.ctx, p.batch, p.person) >= Role.OFFICER:
        return None
    return Say("work.removed" if removed else "work.no_officer")


def open_case(ctx: Context, batch: Batch, person: Person, origin: Origin, incident: Incident, at: datetime) -> None:
    """The card of a case, sent anew in the chat where it was asked for; an older one there only points to it."""
    units = units_meant(ctx, batch, person, origin)
    say = cards.card(ctx, batch, incident, cards.role_of(incident, units), private=origin.private)
    older = card_face.older(ctx, incident)
    _say(batch, person, origin, say, at, cards.card_slot(incident), anew=True, parting=older)


def where(ask: Ask) -> None:
    """/peta: the cases on the map, and one route past the most urgent."""
    found = _cases(ask.ctx, ask.batch, ask.person, ask.event.origin)
    if not found:
        ask.answer(Say("tasks.none"))
        return
    shown = found[:STOPS]
    route = route_url([(each.lat, each.lon) for each in shown])
    choices = ((Choice("button.route", url=route),),) if len(shown) > 1 else ()
    items = [_line(ask.ctx, n, each, ask.event.at) for n, each in enumerate(shown, start=1)]
    values = {"items": items, "more": len(found) - len(shown) or None}
    ask.answer(Say("tasks.map", values, choices))


def _page(ctx: Context, batch: Batch, person: Person, origin: Origin, page: int, at: datetime) -> Say:
    found = _cases(ctx, batch, person, origin)
    here = page_of(found, page, PAGE, "tugas")
    values: dict[str, object] = {
        "n": len(found),
        "units": [
            {"text": "tasks.unit", "values": {"unit": unit_values(unit)}}
            for code in sorted(units_meant(ctx, batch, person, origin))
            if (unit := ctx.units.get(code)) is not None
        ],
        "items": [_line(ctx, n, each, at) for n, each in enumerate(here.shown, start=here.first)],
        **here.values,
    }
    return Say("tasks.list" if found else "tasks.none", values, here.rows)


def _cases(ctx: Context, batch: Batch, person: Person, origin: Origin) -> list[Incident]:
    """The open cases that one of the units owns, is asked to take, or helps with; an admin without a unit sees all."""
    units = units_meant(ctx, batch, person, origin)
    everywhere = not units or any(
        unit.level is Level.OTHER for code in units if (unit := ctx.units.get(code)) is not None
    )
    found = {each.id: each for code in ([""] if everywhere else units) for each in batch.open_incidents_in(code[:5])}
    mine = [each for each in found.values() if not units or _concerns(each, units)]
    return sorted(mine, key=_most_urgent_first)


def _concerns(incident: Incident, units: frozenset[str]) -> bool:
    handling = incident.handling
    asked = handling.offer is not None and handling.offer.to in units
    return asked or handling.owner in units or not units.isdisjoint(handling.helpers)


def _most_urgent_first(incident: Incident) -> tuple[bool, bool, float, int]:
    handling = incident.handling
    due_s = handling.due_at.timestamp() if handling.due_at is not None else incident.first_seen.timestamp()
    return (not handling.overdue, handling.due_at is None, due_s, incident.id)


def _line(ctx: Context, n: int, incident: Incident, at: datetime) -> dict[str, object]:
    handling = incident.handling
    late = handling.overdue or (handling.due_at is not None and handling.due_at <= at)
    return {
        "text": "tasks.line",
        "values": {
            "n": n,
            "number": incident.number,
            "map": place_url(incident.lat, incident.lon),
            "place": "card.named" if incident.name else "card.unnamed",
            "name": incident.name,
            "area": area_values(ctx.areas.get(incident.area_code or "")),
            **(known_depth(incident.depth_last) if incident.kind is Kind.PUDDLE else {}),
            "faults": [f"fault.{fault.value}" for fault in incident.faults] or None,
            "state": f"state.{incident.state.value}",
            "late": "card.overdue" if late else None,
            "due": None if late or handling.due_at is None else handling.due_at.isoformat(),
        },
    }


def _say(
    batch: Batch,
    person: Person,
    origin: Origin,
    say: Say,
    at: datetime,
    slot: str,
    *,
    anew: bool = False,
    parting: Say | None = None,
) -> None:
    batch.say(
        say,
        at,
        person_id=person.id if origin.private else None,
        chat_id=None if origin.private else origin.chat_id,
        topic_id=None if origin.private else origin.topic_id,
        slot=slot,
        anew=anew,
        parting=parting,
    )
