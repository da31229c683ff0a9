"""/rekap: in a unit's chat its own part of the digest and the hours it comes at; an admin's shows the whole digest.

`/rekap` shows both, `/rekap jam 06.00 15.00` sets the hours, `/rekap berhenti` ends it. Anybody who works for a unit
may look; hours are set by officers of that very unit, and by admins.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.handling import Level
from bot.domain.hours import HoursProblem, means_off, parse_hours
from bot.domain.models import Say
from bot.domain.records import WorkRow
from bot.domain.schedule import next_slot
from bot.domain.staff import ADMIN, Unit
from bot.domain.subscriptions import Subscription
from bot.domain.units import unit_values
from bot.services.ask import Ask
from bot.services.roles import is_admin

WHOLE = "summary"
"""Work: the whole digest, for an admin."""

PART = "unit_summary"
"""Work: a unit's part. Asked: {"unit": its code}."""


def recap(ask: Ask) -> None:
    """/rekap [HOURS | berhenti]"""
    typed, admin = ask.event.args.strip(), is_admin(ask.ctx, ask.batch, ask.person)
    here = _units_here(ask)
    if admin and not typed and (ask.event.origin.private or not here):
        _ask_for(ask, WHOLE)
    elif not here:
        ask.answer(Say("subscription.not_here" if ask.event.origin.private else "subscription.no_unit"))
    elif not (with_area := [unit for unit in here if unit.level is not Level.OTHER]):
        ask.answer(Say("subscription.no_area", {"unit": unit_values(here[0])}))
    elif not typed:
        for unit in with_area:
            _show(ask, unit)
    else:
        _change(ask, with_area, typed, admin)


def _units_here(ask: Ask) -> list[Unit]:
    """The units whose chat this is: a group (in a topic that one's alone), or the person's private chat."""
    origin, links = ask.event.origin, ask.batch.roster.links().values()
    if origin.private:
        found = [link for link in links if link.person_id == ask.person.id]
    else:
        in_chat = [link for link in links if link.chat_id == origin.chat_id]
        found = [link for link in in_chat if link.topic_id == origin.topic_id] or in_chat
    units = (ask.ctx.units.get(link.unit) for link in found)
    return [unit for unit in units if unit is not None]


def _ask_for(ask: Ask, kind: str, **asked: object) -> None:
    origin = ask.event.origin
    if not origin.private:
        asked |= {"chat_id": origin.chat_id, "topic_id": origin.topic_id}
    ask.batch.put_work(WorkRow(kind, ask.event.at, ask.person.id, asked))


def _show(ask: Ask, unit: Unit) -> None:
    """Which hours are on, then the part as it is now."""
    known = ask.batch.roster.subscription(unit.code)
    times = known.times if known is not None else ()
    ask.answer(Say("subscription.shown", _values(ask, unit, times)))
    _ask_for(ask, PART, unit=unit.code)


def _change(ask: Ask, here: list[Unit], typed: str, admin: bool) -> None:
    mine = ask.batch.roster.units_of(ask.person.id)
    allowed = [unit for unit in here if admin or unit.code in mine]
    times = () if means_off(typed) else parse_hours(typed)
    if not allowed:
        ask.answer(Say("subscription.not_yours", {"unit": unit_values(here[0])}))
    elif isinstance(times, HoursProblem):
        ask.answer(Say(f"subscription.{times}"))
    else:
        for unit in allowed:
            _set(ask, unit, times, ADMIN if unit.code not in mine else unit.code)


def _set(ask: Ask, unit: Unit, times: tuple[time, ...], acts_for: str) -> None:
    roster, at = ask.batch.roster, ask.event.at
    known = roster.subscription(unit.code)
    if times != (known.times if known is not None else ()):  # the same again changes nothing, nor what is due
        roster.put_subscription(Subscription(unit.code, times, at))
        told = {"hours": [f"{each:%H:%M}" for each in times]}
        roster.log(ask.person.id, acts_for, "subscribed" if times else "unsubscribed", unit.code, at, told)
    ask.answer(Say("subscription.set" if times else "subscription.stopped", _values(ask, unit, times)))


def _values(ask: Ask, unit: Unit, times: tuple[time, ...]) -> dict[str, object]:
    timezone, at = ask.ctx.timezone, ask.event.at
    values: dict[str, object] = {"unit": unit_values(unit), "hours": "subscription.on" if times else "subscription.off"}
    values |= {f"hour{n}": _moment(each, at, timezone) for n, each in enumerate(times, start=1)}
    if times:
        values["stop"] = "subscription.stop"
        values["next"] = next_slot(at, times, timezone).isoformat()
    return values


def _moment(hour: time, at: datetime, timezone: ZoneInfo) -> str:
    """Today at this hour, by which texts tell the hour."""
    return datetime.combine(at.astimezone(timezone).date(), hour, timezone).astimezone(UTC).isoformat()
