"""/modebanjir for admins, and the buttons under its lists. Roles are asked for at every press, however old it is."""

from __future__ import annotations

from bot.domain.handling import Level
from bot.domain.models import Choice, Kind, Rows, Say
from bot.domain.records import Wanted
from bot.domain.rows import in_rows
from bot.domain.staff import ADMIN, Unit
from bot.domain.unit_names import find_units
from bot.services import casework
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.card_buttons import enrol
from bot.services.context import Context
from bot.services.flood_lists import not_taken, show_page
from bot.services.flood_switch import switch_off, switch_on
from bot.services.owning import actor_of
from bot.services.pressing import ALREADY, DONE, TOO_OLD, Press
from bot.services.staffing import for_admins

SLOT = "flood_mode"

ON = frozenset({"on", "nyala", "nyalakan", "hidup", "hidupkan", "aktif", "aktifkan", "ya"})
OFF = frozenset({"off", "mati", "matikan", "padam", "padamkan", "nonaktif", "nonaktifkan", "selesai", "stop"})


def flood_mode(ask: Ask) -> None:
    """/modebanjir [KECAMATAN] [on|off]: where it is on; with a kecamatan, asks whether to switch it."""
    words = ask.event.args.split()
    wanted = None
    if words and words[-1].casefold() in ON | OFF:
        wanted = words.pop().casefold() in ON
    typed = " ".join(words)
    if not typed:
        ask.answer(_state(ask.ctx, ask.batch), slot=SLOT)
        return
    found = [unit for unit in find_units(ask.ctx.units, typed) if unit.level is Level.KECAMATAN]
    if len(found) != 1:
        ask.answer(Say("flood_mode.which", {"typed": typed[:30]}, _each(found or _kecamatan(ask.ctx))), slot=SLOT)
        return
    unit = found[0]
    on = ask.batch.roster.flood(unit.code) is not None
    if wanted is on:
        ask.answer(Say("flood_mode.already.on" if on else "flood_mode.already.off", {"kecamatan": unit.name}))
        return
    ask.answer(_question(ask.ctx, ask.batch, unit, on=not on), slot=SLOT)


def _kecamatan(ctx: Context) -> list[Unit]:
    return [unit for unit in ctx.units.all() if unit.level is Level.KECAMATAN]


def _each(units: list[Unit]) -> Rows:
    choices = [Choice("flood_button.kecamatan", "floodmode", (u.code, "ask"), {"kecamatan": u.name}) for u in units]
    return in_rows(choices)


def _state(ctx: Context, batch: Batch) -> Say:
    """Where it is on, since when, and by whom."""
    lines = []
    for unit in _kecamatan(ctx):
        flood = batch.roster.flood(unit.code)
        if flood is not None:
            values = {
                "kecamatan": unit.name,
                "since": flood.since.isoformat(),
                "n": len(batch.open_incidents_in(unit.code)),
                "by": "flood_mode.by_itself" if flood.by is None else "flood_mode.by_admin",
            }
            lines.append({"text": "flood_mode.line", "values": values})
    none = None if lines else "flood_mode.nowhere"
    return Say("flood_mode.state", {"items": lines, "none": none}, _each(_kecamatan(ctx)))


def _question(ctx: Context, batch: Batch, unit: Unit, *, on: bool) -> Say:
    """What it would do, with the buttons that do it."""
    values = {"kecamatan": unit.name, "n": len(batch.open_incidents_in(unit.code))}
    yes = Choice("flood_button.on" if on else "flood_button.off", "floodmode", (unit.code, "on" if on else "off"))
    no = Choice("admin_button.leave_it", "floodmode", (unit.code, "no"))
    return Say("flood_mode.ask.on" if on else "flood_mode.ask.off", values, ((yes, no),))


@for_admins
def press_mode(p: Press) -> Say | None:
    """The buttons of /modebanjir."""
    unit = p.ctx.units.get(p.key)
    if unit is None or unit.level is not Level.KECAMATAN:
        return TOO_OLD
    if p.arg == "ask":
        on = p.batch.roster.flood(unit.code) is not None
        p.say(_question(p.ctx, p.batch, unit, on=not on), SLOT)
        return None
    if p.arg == "no":
        p.say(_state(p.ctx, p.batch), SLOT)
        return None
    if p.arg not in ("on", "off"):
        return TOO_OLD
    if p.arg == "on":
        done = switch_on(p.batch, unit.code, p.person.id, p.at)
    else:
        done = switch_off(p.ctx, p.batch, unit.code, p.at)
    if done:
        p.batch.roster.log(p.person.id, ADMIN, f"flood_{p.arg}", unit.code, p.at)
    p.say(_state(p.ctx, p.batch), SLOT)
    return DONE if done else ALREADY


def press_list(p: Press) -> Say | None:
    """The buttons of a list: take up all, turn pages."""
    unit = p.ctx.units.get(p.key)
    if unit is None or unit.level is not Level.KELURAHAN:
        return TOO_OLD
    removed = enrol(p)
    actor = actor_of(p.ctx, p.batch, p.person)
    if not actor.admin and not actor.units:
        return Say("work.removed" if removed else "work.no_officer")
    if p.arg == "page":
        page = int(p.args[2]) if len(p.args) > 2 else 0
        show_page(p.ctx, p.batch, p.person, p.origin, unit.code, page, p.at)
        return None
    if p.arg != "all":
        return TOO_OLD
    found = [each for each in p.batch.open_incidents_in(unit.code) if each.kind is Kind.PUDDLE]
    waiting = not_taken(found)
    ids = frozenset(each.id for each in waiting)
    p.batch.require(Wanted(incident_ids=ids, files=ids))
    taken = sum(casework.take_up(p.ctx, p.batch, actor, each, p.at) is None for each in waiting)
    if not waiting:
        return ALREADY
    return Say("flood_toast.taken", {"n": taken}) if taken else Say("flood_toast.not_yours")
