"""Who answers for an incident, and until when: tenure after tenure, each function one thing that happens to it. Pure.

An open incident has exactly one owner at every instant. How that stays true, in our own words:

- Whose case it is is said by the routing, or by another office that took it. Where that office has no chat, the nearest
  one above that has stands in for it ("on behalf of"); where none has, the kota owns it and the admins see to it.
- A handover is an offer: the giver stays the owner, its clock standing still, until the other side accepts. Refused or
  unanswered, the level above owns it and has to say whose it is (`assigns`). That is binding and happens once: what was
  assigned is not handed on any more (`bound`).
- A unit that had the case is given it again by that decision only. Going up is no giving: when a clock runs out or an
  offer fails, the level above answers, also when it had handed the case down before.
- Accepted and binding handovers are counted as hops, clocks that ran out as escalations, never together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.handling import Deadline, Handling, Level, Offer, Outside, Step
from bot.domain.staff import Unit
from bot.domain.units import UnitTree

OFFER_LAPSES = timedelta(minutes=30)
"""An offer that nobody answers for so long counts as refused."""

REMIND_AFTER = 3 / 4
"""The owner is reminded when so much of its time is over. (Ours: of an hour, 15 minutes are left.)"""


@dataclass(frozen=True, slots=True)
class Offices:
    """The units, and which of them have a chat.

    Attributes:
        connected: codes of units.
    """

    tree: UnitTree
    connected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Times:
    """How long an owner has: until it takes a case up, and from then on until the water is gone."""

    take_up: timedelta
    finish: timedelta


# -- who stands in for whom -------------------------------------------------------------------------------------------


def stand_in(unit: Unit, offices: Offices) -> Unit:
    """The unit that owns what is this unit's: itself, the nearest above with a chat, else the kota."""
    found = offices.tree.nearest(unit.code, offices.connected)
    return found if found is not None else _kota(unit.code, offices.tree)


def above(handling: Handling, offices: Offices) -> Unit | None:
    """The unit whose case it becomes when its owner does not answer; None at the top.

    It owns the case itself only where it has a chat: see `stand_in`. Where no unit above has one, the top is the kota,
    which the admins stand in for.
    """
    target = offices.tree.parent(handling.owner)
    if target is None:
        return None
    if offices.tree.nearest(target.code, offices.connected) is not None:
        return target
    return target if _kota(target.code, offices.tree) in offices.tree.chain(target.code) else None


def _kota(code: str, tree: UnitTree) -> Unit:
    above_it = (unit for unit in tree.chain(code) if unit.level is Level.KOTA)
    return next(above_it, None) or tree.of_level(None, Level.KOTA)


# -- the first owner, before anybody took it up -----------------------------------------------------------------------


def first(unit: Unit, offices: Offices, times: Times, at: datetime) -> Handling:
    """A new incident gets its owner.

    Args:
        unit: whose case it is by the routing.
    """
    return _tenure(Handling(), unit, offices, times, at)


def rerouted(handling: Handling, unit: Unit, offices: Offices, times: Times, at: datetime) -> Handling:
    """The first owner after what was told of the incident was corrected: another one, or less time; no hop.

    From the moment that somebody took it up, offered it or passed it on, it is the owner's to decide.

    Args:
        unit: whose case it is by the routing now.
    """
    if not _is_untouched(handling) or len(handling.had) > 1:
        return handling
    owner = stand_in(unit, offices)
    if (owner.code, _on_behalf(unit, owner)) != (handling.owner, handling.on_behalf):
        return _tenure(replace(handling, had=()), unit, offices, times, at)
    if handling.due_at is not None and at + times.take_up < handling.due_at:
        return _running(handling, Deadline.TAKE_UP, times.take_up, at)
    return handling


def reconnected(handling: Handling, offices: Offices, times: Times, at: datetime) -> Handling:
    """The owner after chats came or went: the unit whose case it is, or the nearest above with a chat; no hop.

    What was taken up, or is offered, stays with an owner that can be told; else who stands in goes on with it, in the
    time that it has.
    """
    unit = offices.tree.get(handling.on_behalf or handling.owner)
    if unit is None:
        return handling
    owner = stand_in(unit, offices)
    if not _is_untouched(handling):
        return handling if handling.owner in offices.connected else _gone_on_with(handling, unit, owner, at)
    if owner.code == handling.owner:
        return replace(handling, on_behalf=_on_behalf(unit, owner))
    return _tenure(replace(handling, had=handling.had[:-1]), unit, offices, times, at)


def _gone_on_with(handling: Handling, unit: Unit, owner: Unit, at: datetime) -> Handling:
    """Another unit stands in for one whose chat is gone: the work, its time and an open offer go on."""
    if owner.code == handling.owner:
        return handling
    had = (*handling.had[:-1], owner.code)
    moved = replace(handling, owner=owner.code, on_behalf=_on_behalf(unit, owner), had=had)
    asked_itself = moved.offer is not None and moved.offer.to == owner.code
    return kept(moved, at) if asked_itself else moved


def _is_untouched(handling: Handling) -> bool:
    return handling.taken_at is None and handling.offer is None and not handling.assigns


# -- the owner works --------------------------------------------------------------------------------------------------


def taken_up(handling: Handling, times: Times, person_id: int, at: datetime) -> Handling:
    """ "Saya tangani": from now on the time to finish runs. An offer to others, or the duty to assign it, is over.

    Taken up already, its clock goes on as it was: offering a case wins no time.
    """
    settled = replace(handling, offer=None, assigns=False)
    return _taken(settled, times, person_id, at) if handling.taken_at is None else resumed(settled, at)


def stepped(handling: Handling, step: Step, at: datetime) -> Handling:
    """ "Menuju lokasi", "Di lokasi"."""
    return replace(handling, step=step, step_at=at)


def worked(handling: Handling) -> Handling:
    """A follow-up was told."""
    return replace(handling, worked=True)


def helped(handling: Handling, unit_code: str) -> Handling:
    """Another unit works on it beside the owner (Koordinasi)."""
    if unit_code in (handling.owner, *handling.helpers):
        return handling
    return replace(handling, helpers=(*handling.helpers, unit_code))


def sent_outside(handling: Handling, outside: Outside) -> Handling:
    """An office outside of the bot has to act; the owner stays, with the letter and the date to ask again."""
    return replace(handling, outside=outside)


# -- handing on -------------------------------------------------------------------------------------------------------


def may_be_given(handling: Handling, unit: Unit) -> bool:
    """Whether it can be offered to a unit: one in the bot that never owned it, if it may be handed on at all."""
    return not (unit.outside or handling.bound or handling.assigns or unit.code in handling.had)


def may_be_assigned(handling: Handling, unit: Unit, offices: Offices) -> bool:
    """Whether its owner can assign it to a unit: to itself, or to any unit below it, also one that had it."""
    below = any(each.code == handling.owner for each in offices.tree.chain(unit.code))
    return handling.assigns and below and not unit.outside


def offered(handling: Handling, offer: Offer) -> Handling:
    """The owner hands it on; it stays the owner, with its clock standing still, until the other side answers."""
    return replace(paused(handling, offer.at), offer=offer)


def kept(handling: Handling, at: datetime) -> Handling:
    """The giver takes its offer back; its clock goes on."""
    return resumed(replace(handling, offer=None), at)


def accepted(handling: Handling, offices: Offices, times: Times, person_id: int, at: datetime) -> Handling:
    """ "Terima": the asked unit owns it and has taken it up; one hop.

    Raises:
        ValueError: nothing is offered, or to one who had it (see lifecycle.refusal).
    """
    to = None if handling.offer is None else offices.tree.get(handling.offer.to)
    if to is None or stand_in(to, offices).code in handling.had:
        raise ValueError("this cannot be accepted")
    given = _tenure(handling, to, offices, times, at)
    return _taken(replace(given, hops=given.hops + 1), times, person_id, at)


def turned_down(handling: Handling, offices: Offices, times: Times, at: datetime) -> Handling:
    """ "Bukan kewenangan", or no answer: the level above owns it and has to assign it; at the top the owner itself."""
    unit = above(handling, offices)
    if unit is None:
        return replace(kept(handling, at), assigns=True)
    return replace(_tenure(handling, unit, offices, times, at), assigns=True)


def assigned(handling: Handling, to: Unit, offices: Offices, times: Times, at: datetime) -> Handling:
    """ "Tetapkan": the binding decision; a hop, unless the owner keeps it."""
    if to.code == handling.owner:
        return replace(handling, assigns=False)
    if stand_in(to, offices).code == handling.owner:
        return replace(handling, assigns=False, on_behalf=to.code)
    given = _tenure(replace(handling, assigns=False), to, offices, times, at)
    return replace(given, bound=True, hops=given.hops + 1)


# -- time -------------------------------------------------------------------------------------------------------------


def escalated(handling: Handling, offices: Offices, times: Times, at: datetime) -> Handling:
    """A clock ran out: the level above owns it; at the top it stays overdue, and no clock runs any more.

    Who had to assign it did not: the level above has to.
    """
    unit = above(handling, offices)
    if unit is None:
        return replace(_stopped(handling, at), overdue=True, overdue_since=handling.due_at or at)
    given = _tenure(handling, unit, offices, times, at)
    return replace(given, escalations=given.escalations + 1)


def reminded(handling: Handling) -> Handling:
    """The owner was reminded of the running clock."""
    return replace(handling, reminded=True)


def paused(handling: Handling, at: datetime) -> Handling:
    """The clock stands still. One that does already, or does not run at all, is left as it is."""
    if handling.due_at is None:
        return handling
    left_s = max(0.0, (handling.due_at - at).total_seconds())
    return replace(handling, due_at=None, left_s=left_s, paused_at=at)


def resumed(handling: Handling, at: datetime, afresh: timedelta | None = None) -> Handling:
    """The clock goes on where it stood. While an offer is open it goes on standing still.

    Args:
        afresh: so much time from now on instead of what was left.
    """
    if handling.left_s is None:
        return handling
    if handling.offer is not None:
        return handling if afresh is None else replace(handling, left_s=afresh.total_seconds(), reminded=False)
    stood_s = _stood_s(handling, at)
    going = replace(handling, paused_at=None, left_s=None, paused_s=handling.paused_s + stood_s)
    if afresh is not None:
        return _running(going, handling.deadline, afresh, at)
    remind_at = handling.remind_at and handling.remind_at + timedelta(seconds=stood_s)
    return replace(going, due_at=at + timedelta(seconds=handling.left_s), remind_at=remind_at)


def next_at(handling: Handling) -> datetime | None:
    """When the next thing falls due: the reminder, the end of the running clock, or that of an open offer."""
    reminder = handling.remind_at if handling.due_at is not None and not handling.reminded else None
    lapse = None if handling.offer is None else handling.offer.lapses_at
    return min((at for at in (handling.due_at, reminder, lapse) if at is not None), default=None)


# -- ends, and what comes after ---------------------------------------------------------------------------------------


def ended(handling: Handling, at: datetime, solved_level: Level | None = None) -> Handling:
    """The incident ended: no clock, no offer, nothing left to assign; whose it was last stays known.

    Args:
        solved_level: of the unit that solved it, where one did.
    """
    over = replace(_stopped(handling, at), offer=None, assigns=False)
    return replace(over, overdue=False, solved_level=solved_level or handling.solved_level)


def reopened(
    handling: Handling, times: Times, at: datetime, person_id: int | None, up: bool, offices: Offices
) -> Handling:
    """The water still stands: the last owner goes on, with its whole time, or the level above takes over.

    Args:
        times: of the owner that it will have.
        person_id: whose word it was; None: a merge was undone, which is no reopening.
        up: one level up (a second reopening; see lifecycle.goes_up). At the top it stays.
    """
    unit = above(handling, offices) if up else None
    if unit is not None:
        again = _tenure(handling, unit, offices, times, at)
    elif handling.taken_at is None:
        again = reconnected(_running(handling, Deadline.TAKE_UP, times.take_up, at), offices, times, at)
    else:
        again = reconnected(_running(handling, Deadline.FINISH, times.finish, at), offices, times, at)
    again = replace(again, solved_level=None)
    return again if person_id is None else replace(again, reopened=again.reopened + 1, reopened_by=person_id)


# -- inside -----------------------------------------------------------------------------------------------------------


def _tenure(handling: Handling, unit: Unit, offices: Offices, times: Times, at: datetime) -> Handling:
    """A new owner, who has not taken it up; what is counted, the helpers and the office outside stay."""
    owner = stand_in(unit, offices)
    begun = replace(
        _stopped(handling, at),
        owner=owner.code,
        on_behalf=_on_behalf(unit, owner),
        since=at,
        had=(*handling.had, owner.code),
        taken_at=None,
        taken_by=None,
        step=None,
        step_at=None,
        worked=False,
        offer=None,
        helpers=tuple(code for code in handling.helpers if code != owner.code),
    )
    return _running(begun, Deadline.TAKE_UP, times.take_up, at)


def _taken(handling: Handling, times: Times, person_id: int, at: datetime) -> Handling:
    taken = replace(handling, taken_at=at, taken_by=person_id, step=Step.TAKEN, step_at=at)
    return _running(_stopped(taken, at), Deadline.FINISH, times.finish, at)


def _running(handling: Handling, deadline: Deadline, time: timedelta, at: datetime) -> Handling:
    return replace(
        handling,
        deadline=deadline,
        due_at=at + time,
        left_s=None,
        paused_at=None,
        remind_at=at + time * REMIND_AFTER,
        reminded=False,
        overdue=False,
    )


def _stopped(handling: Handling, at: datetime) -> Handling:
    """No clock any more; what it stood still for is added up."""
    paused_s = handling.paused_s + _stood_s(handling, at)
    return replace(handling, due_at=None, left_s=None, paused_at=None, remind_at=None, paused_s=paused_s)


def _stood_s(handling: Handling, at: datetime) -> float:
    return 0.0 if handling.paused_at is None else max(0.0, (at - handling.paused_at).total_seconds())


def _on_behalf(unit: Unit, owner: Unit) -> str | None:
    return None if owner.code == unit.code else unit.code
