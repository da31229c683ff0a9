"""/gabung and /pisah: two cases are one water, or one is two. The effect is shown first, and each can be undone."""

from __future__ import annotations

from bot.domain.asking import area_values, known_depth
from bot.domain.command_table import Role
from bot.domain.geometry import distance_m
from bot.domain.lifecycle import Act
from bot.domain.models import Choice, Incident, Report, Say
from bot.domain.numbers import read_number
from bot.domain.rows import in_rows
from bot.services import grouping
from bot.services.ask import Ask
from bot.services.case_lists import A_ROW
from bot.services.context import Context
from bot.services.numbered import case_meant
from bot.services.owning import actor_of
from bot.services.pressing import DONE, TOO_OLD, Press
from bot.services.refusals import refusal_say
from bot.services.roles import role_of
from bot.services.unit_chats import shown

SLOT = "merging"

AT_ONCE = 5
"""Reports that are split off together: so many ids fit into a button."""

LISTED = 20


def merge(ask: Ask) -> None:
    """/gabung A B: what would become of them, with a button to do it."""
    numbers = ask.event.args.split()
    found = [case_meant(ask.batch, number) for number in numbers]
    if len(numbers) != 2:
        ask.answer(Say("merging.usage"))
        return
    into, other = found
    if into is None or other is None:
        unknown = numbers[0] if into is None else numbers[1]
        ask.answer(Say("tasks.no_case", {"number": unknown[:20]}))
        return
    if into.id == other.id:
        ask.answer(Say("merging.same", {"number": into.number}))
        return
    if into.kind is not other.kind or not into.state.is_open:
        ask.answer(Say("merging.not_possible", {"number": into.number, "other": other.number}))
        return
    effect = grouping.effect_of_merge(ask.batch, into, other)
    values = {
        "number": into.number,
        "other": other.number,
        "moved": effect.moved,
        "reporters": effect.reporters,
        "distance_m": max(1.0, effect.distance_m),
        "owner": shown(ask.ctx, effect.owner),
        "was": shown(ask.ctx, effect.was) if effect.was != effect.owner else None,
    }
    yes = Choice("button.merge_yes", "gabung", (str(into.id), str(other.id)))
    ask.answer(Say("merging.effect", values, ((yes,), (_leave(),))), slot=SLOT)


def do_merge(p: Press) -> Say | None:
    """ "Ya, gabungkan"."""
    into, other = _incident(p, p.key), _incident(p, p.arg)
    if into is None or other is None:
        return TOO_OLD
    actor = actor_of(p.ctx, p.batch, p.person)
    if why_not := grouping.merge(p.ctx, p.batch, actor, into, other, p.at):
        return refusal_say(p.ctx, p.batch, why_not, Act.MERGE, into, p.person.id)
    undo = Choice("button.merge_undo", "gabung.undo", (str(other.id),))
    p.say(Say("merging.merged", {"number": into.number, "other": other.number}, ((undo,),)), SLOT)
    return DONE


def undo_merge(p: Press) -> Say | None:
    """ "Batalkan penggabungan"."""
    other = _incident(p, p.key)
    if other is None:
        return TOO_OLD
    actor = actor_of(p.ctx, p.batch, p.person)
    if why_not := grouping.undo_merge(p.ctx, p.batch, actor, other, p.at):
        return refusal_say(p.ctx, p.batch, why_not, Act.SPLIT, other, p.person.id)
    p.say(Say("merging.unmerged", {"other": other.number}), SLOT)
    return DONE


def split(ask: Ask) -> None:
    """/pisah NUMBER: the reports in it; /pisah NUMBER REPORT …: what would become of them, with a button to do it."""
    numbers = ask.event.args.split()
    if not numbers:
        ask.answer(Say("splitting.usage"))
        return
    incident = case_meant(ask.batch, numbers[0])
    if incident is None:
        ask.answer(Say("tasks.no_case", {"number": numbers[0][:20]}))
        return
    inside = ask.batch.reports_in(incident.id)
    if len(inside) < 2 or not incident.state.is_open:
        ask.answer(Say("splitting.not_possible", {"number": incident.number}))
        return
    if len(numbers) == 1:
        ask.answer(_reports(ask.ctx, incident, inside), slot=SLOT)
        return
    wanted = {read_number(number) for number in numbers[1:]}
    leaving = [report for report in inside if report.number in wanted]
    if len(leaving) != len(wanted) or len(leaving) > AT_ONCE or len(leaving) == len(inside):
        ask.answer(Say("splitting.choose", {"number": incident.number, "most": AT_ONCE}))
        return
    ask.answer(_effect(incident, leaving, len(inside)), slot=SLOT)


def choose_split(p: Press) -> Say | None:
    """One report of the list: what would become of it."""
    if role_of(p.ctx, p.batch, p.person) is not Role.ADMIN:
        return Say("refused.admins_only")
    incident = _incident(p, p.key)
    report = p.batch.report(int(p.arg))
    if incident is None or report is None or report.incident_id != incident.id:
        return TOO_OLD
    p.say(_effect(incident, [report], len(p.batch.reports_in(incident.id))), SLOT)
    return None


def do_split(p: Press) -> Say | None:
    """ "Ya, pisahkan"."""
    incident = _incident(p, p.key)
    if incident is None:
        return TOO_OLD
    actor = actor_of(p.ctx, p.batch, p.person)
    why_not, opened = grouping.split(p.ctx, p.batch, actor, incident, [int(each) for each in p.args[1:]], p.at)
    if why_not is not None:
        return refusal_say(p.ctx, p.batch, why_not, Act.SPLIT, incident, p.person.id)
    if opened is None:
        return TOO_OLD
    undo = Choice("button.split_undo", "gabung", (str(incident.id), str(opened.id)))
    p.say(Say("splitting.split", {"number": incident.number, "other": opened.number}, ((undo,),)), SLOT)
    return DONE


def leave(p: Press) -> Say | None:
    """ "Tidak jadi"."""
    p.say(Say("merging.left"), SLOT)
    return None


def _reports(ctx: Context, incident: Incident, inside: list[Report]) -> Say:
    items = [
        {
            "text": "splitting.report",
            "values": {
                "number": report.number,
                "at": report.at.isoformat(),
                "name": report.place.name,
                "area": area_values(ctx.areas.get(report.place.area_code or "")),
                "distance_m": max(1.0, distance_m(report.place.lat, report.place.lon, incident.lat, incident.lon)),
                **known_depth(report.depth),
            },
        }
        for report in inside[:LISTED]
    ]
    buttons = [
        Choice("button.case", "pisah", (str(incident.id), str(r.id)), {"number": r.number}) for r in inside[:LISTED]
    ]
    values = {"number": incident.number, "items": items, "more": max(0, len(inside) - LISTED) or None}
    return Say("splitting.list", values, (*in_rows(buttons, A_ROW), (_leave(),)))


def _effect(incident: Incident, leaving: list[Report], inside: int) -> Say:
    args = (str(incident.id), *(str(report.id) for report in leaving))
    values = {
        "number": incident.number,
        "reports": [report.number for report in leaving],
        "n": len(leaving),
        "rest": inside - len(leaving),
    }
    return Say("splitting.effect", values, ((Choice("button.split_yes", "pisah.ya", args),), (_leave(),)))


def _leave() -> Choice:
    return Choice("admin_button.leave_it", "tidak")


def _incident(p: Press, key: str) -> Incident | None:
    try:
        return p.batch.incident(int(key))
    except KeyError:
        return None
