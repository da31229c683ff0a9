"""Who works where: /unit, /petugas and /log, for admins. Officers' names are shown to admins only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.handling import Level
from bot.domain.models import Choice, Incident, Rows, Say
from bot.domain.staff import ADMIN, Officer, Unit, UnitLink
from bot.domain.unit_names import find_units
from bot.domain.units import unit_values
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.joining import ask_which
from bot.services.pressing import ALREADY, DONE, TOO_OLD, Handler, Press
from bot.services.roles import is_admin, is_fixed
from bot.services.unit_chats import disconnect, shown, tell_chat

OFFICE_SLOT, STAFF_SLOT = "office", "staff"

BLOCKS = 12
"""Kecamatan in a message of /unit: about 250 characters each."""

PAGE = 8
"""Officers on a page of /petugas, each with a button."""

NUMBERS = 8
"""Open cases that /unit NAME names."""


def for_admins(act: Handler) -> Handler:
    """A button that only admins' presses move, however old it is."""

    def handler(p: Press) -> Say | None:
        return act(p) if is_admin(p.ctx, p.batch, p.person) else Say("refused.admins_only")

    return handler


# -- /unit ------------------------------------------------------------------------------------------------------------


def units(ask: Ask) -> None:
    """/unit: all of them by kecamatan; /unit NAME: one."""
    typed = ask.event.args.strip()
    if not typed:
        _list_units(ask)
        return
    found = find_units(ask.ctx.units, typed)
    if len(found) == 1:
        ask.answer(_office(ask.ctx, ask.batch, found[0]), slot=OFFICE_SLOT)
    else:
        ask_which(ask, found, "unit")


def _list_units(ask: Ask) -> None:
    tree, roster = ask.ctx.units, ask.batch.roster
    inside = [unit for unit in tree.all() if not unit.outside]
    waiting = [unit for unit in inside if roster.link(unit.code) is None]
    kecamatan = [unit for unit in inside if unit.level is Level.KECAMATAN]
    grouped = {unit.code: [each for each in tree.children(unit.code) if not each.outside] for unit in kecamatan}
    in_groups = {unit.code for unit in kecamatan} | {each.code for under in grouped.values() for each in under}
    blocks = [_block(ask, unit, ()) for unit in inside if unit.code not in in_groups]
    blocks += [_block(ask, unit, grouped[unit.code]) for unit in kecamatan]
    for start in range(0, len(blocks), BLOCKS):
        values: dict[str, object] = {"items": blocks[start : start + BLOCKS]}
        if start == 0:
            values |= {"title": "office.title", "n": len(inside), "waiting": len(waiting)}
        if start + BLOCKS >= len(blocks):
            values["hint"] = "office.hint"
        ask.answer(Say("office.list", values))


def _block(ask: Ask, unit: Unit, under: Sequence[Unit]) -> dict[str, object]:
    """A unit and those right below it: who is connected, and who is not."""
    link = ask.batch.roster.link
    values = {
        "unit": unit_values(unit),
        "mark": "office.connected" if link(unit.code) is not None else "office.not_connected",
        "yes": [each.name for each in under if link(each.code) is not None] or None,
        "no": [each.name for each in under if link(each.code) is None] or None,
    }
    return {"text": "office.block", "values": values}


def _office(ctx: Context, batch: Batch, unit: Unit) -> Say:
    """One unit: its chat, its officers, its open cases."""
    link = batch.roster.link(unit.code)
    cases = _cases(batch, unit)
    names = [_called(officer) for officer in batch.roster.officers() if _works(officer, unit.code)]
    values: dict[str, object] = {
        "unit": unit_values(unit),
        "code": unit.code,
        "where": "office.outside" if unit.outside else "office.not_connected" if link is None else _where(link),
        "since": None if link is None else link.at.isoformat(),
        "officers": names or None,
        "n": len(cases),
        "numbers": [case.number for case in cases[:NUMBERS]] or None,
        "behalf": sum(case.handling.on_behalf is not None for case in cases) or None,
    }
    choices = ((Choice("admin_button.disconnect", "cut", (unit.code,)),),) if link is not None else ()
    return Say("office.card", values, choices)


def _where(link: UnitLink) -> str:
    if link.person_id is not None:
        return "office.where.private"
    return "office.where.group" if link.topic_id is None else "office.where.topic"


def _cases(batch: Batch, unit: Unit) -> list[Incident]:
    """The open cases that a unit owns. Those of a unit of no level may be anywhere."""
    area_code = "" if unit.level is Level.OTHER else unit.code
    return [case for case in batch.open_incidents_in(area_code) if case.handling.owner == unit.code]


@for_admins
def show_unit(p: Press) -> Say | None:
    """A unit that was chosen, or looked at again."""
    unit = p.ctx.units.get(p.key)
    if unit is None:
        return TOO_OLD
    p.say(_office(p.ctx, p.batch, unit), OFFICE_SLOT)
    return None


@for_admins
def ask_disconnect(p: Press) -> Say | None:
    """ "Putuskan": once more, since the unit hears nothing any more."""
    if p.batch.roster.link(p.key) is None:
        return ALREADY
    yes, no = (
        Choice("admin_button.disconnect_yes", "cutyes", (p.key,)),
        Choice("admin_button.leave_it", "unit", (p.key,)),
    )
    p.say(Say("office.ask_disconnect", {"unit": shown(p.ctx, p.key)}, ((yes,), (no,))), OFFICE_SLOT)
    return None


@for_admins
def do_disconnect(p: Press) -> Say | None:
    """ "Ya, putuskan"."""
    link = p.batch.roster.link(p.key)
    if link is None:
        return ALREADY
    disconnect(p.ctx, p.batch, p.key, p.at)
    p.batch.roster.log(p.person.id, ADMIN, "disconnected", p.key, p.at)
    tell_chat(p.batch, link, Say("office.told_disconnected", {"unit": shown(p.ctx, p.key)}), p.at)
    unit = p.ctx.units.get(p.key)
    if unit is not None:
        p.say(_office(p.ctx, p.batch, unit), OFFICE_SLOT)
    return DONE


# -- /petugas ---------------------------------------------------------------------------------------------------------


def officers(ask: Ask) -> None:
    """/petugas: everybody, by unit; /petugas UNIT: those of a unit."""
    typed = ask.event.args.strip()
    found = find_units(ask.ctx.units, typed)
    if typed and len(found) != 1:
        ask_which(ask, found, "staff", "0")
        return
    ask.answer(_staff(ask.ctx, ask.batch, 0, found[0].code if found else ""), slot=STAFF_SLOT)


def _works(officer: Officer, unit: str) -> bool:
    return officer.removed_at is None and unit in ("", officer.unit)


def _called(officer: Officer) -> str:
    return officer.name or "?"


def _staff(ctx: Context, batch: Batch, page: int, unit: str) -> Say:
    """A page of those who work (for a unit, "" for all), in the order of the units, admins first."""
    order = {ADMIN: -1} | {each.code: i for i, each in enumerate(ctx.units.all())}
    here = [officer for officer in batch.roster.officers() if _works(officer, unit)]
    here.sort(key=lambda o: (order.get(o.unit, len(order)), o.at, o.person_id))
    page = max(0, min(page, (len(here) - 1) // PAGE))
    some = here[page * PAGE : (page + 1) * PAGE]
    items = [
        {
            "text": "staff.line",
            "values": _unit_values(ctx, code) | {"names": [_called(o) for o in some if o.unit == code]},
        }
        for code in dict.fromkeys(officer.unit for officer in some)
    ]
    values: dict[str, object] = {"n": len(here), "items": items, "fixed": len(ctx.admin_ids) or None}
    if not here:
        values["none"] = "staff.none"
    rows = [
        (
            Choice(
                "admin_button.remove",
                "rmv",
                (str(o.person_id), o.unit),
                _unit_values(ctx, o.unit) | {"name": _called(o)},
            ),
        )
        for o in some
    ]
    return Say("staff.list", values, (*rows, *_turning("staff", page, len(here) > (page + 1) * PAGE, unit)))


def _unit_values(ctx: Context, code: str) -> dict[str, object]:
    """A unit, or (where it is no unit) that somebody is an admin."""
    return {"admin": "staff.admin"} if code == ADMIN else {"unit": shown(ctx, code)}


def _turning(act: str, page: int, more: bool, *args: str) -> Rows:
    """Buttons to the pages before and after."""
    before = (Choice("admin_button.page_before", act, (str(page - 1), *args)),) if page > 0 else ()
    after = (Choice("admin_button.page_after", act, (str(page + 1), *args)),) if more else ()
    return ((*before, *after),) if before or after else ()


@for_admins
def show_staff(p: Press) -> Say | None:
    """A page of /petugas."""
    p.say(_staff(p.ctx, p.batch, int(p.key), p.arg), STAFF_SLOT)
    return None


@for_admins
def ask_remove(p: Press) -> Say | None:
    """ "Keluarkan …": once more."""
    officer = p.batch.roster.officer(int(p.key), p.arg)
    if officer is None or officer.removed_at is not None:
        return ALREADY
    yes = Choice("admin_button.remove_yes", "rmvyes", (p.key, p.arg))
    values = _unit_values(p.ctx, p.arg) | {"name": _called(officer)}
    p.say(Say("staff.ask_remove", values, ((yes,), (Choice("admin_button.leave_it", "staff", ("0", "")),))), STAFF_SLOT)
    return None


@for_admins
def remove(p: Press) -> Say | None:
    """ "Ya, keluarkan": from this moment nothing they press counts. Admins of ADMIN_IDS stay admins."""
    roster = p.batch.roster
    officer = roster.officer(int(p.key), p.arg)
    if officer is None or officer.removed_at is not None:
        return ALREADY
    person = p.batch.person(officer.person_id)
    if officer.unit == ADMIN and is_fixed(p.ctx, person):
        return Say("staff.fixed")
    roster.put_officer(replace(officer, removed_at=p.at))
    roster.log(p.person.id, ADMIN, "removed", "" if p.arg == ADMIN else p.arg, p.at, {"person": person.id})
    link = roster.link(p.arg)
    if link is not None and link.person_id == person.id:
        disconnect(p.ctx, p.batch, p.arg, p.at)
    if not roster.units_of(person.id):
        p.batch.dossiers.put_errand(person.id, None)
    p.batch.say(Say("staff.told_removed", _unit_values(p.ctx, p.arg)), p.at, person_id=person.id)
    p.say(_staff(p.ctx, p.batch, 0, ""), STAFF_SLOT)
    return DONE
