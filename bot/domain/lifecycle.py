"""The whole life of an incident in one table: state and act -> the states that it may become; who may, what it needs.

Pure. The states are the words that officers know from CRM and JAKI (Menunggu, Koordinasi, Disposisi, Proses, Selesai);
the ends keep apart what was handled, what receded by itself, and what was nothing. What an act does to owner and clocks
is in ownership.py; here is whether it may be done, and which state follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import ownership
from bot.domain.handling import Handling, Level
from bot.domain.models import Cause, Incident, IncidentState
from bot.domain.ownership import Offices
from bot.domain.staff import Unit

REOPEN_WITHIN = timedelta(hours=3)
"""Water at the same place this soon after it was said to be gone is the same case; later it is a new one."""

CLAIM_WITHIN = timedelta(hours=24)
"""So long after residents ended a case, who had taken it up can still tell what was done."""


class Act(StrEnum):
    """What is done to an incident: by officers, by residents, or by time."""

    TAKE_UP = "take_up"  # Saya tangani
    ON_THE_WAY = "on_the_way"
    ON_SITE = "on_site"
    FOLLOW_UP = "follow_up"
    COORDINATE = "coordinate"
    OFFER = "offer"  # Alihkan
    KEEP = "keep"  # the giver takes its offer back
    ACCEPT = "accept"  # Terima
    REFUSE = "refuse"  # Bukan kewenangan
    ASSIGN = "assign"  # Tetapkan
    OUTSIDE = "outside"
    CLOSE = "close"  # Selesai
    CLAIM = "claim"
    MERGE = "merge"
    SPLIT = "split"
    LAPSE = "lapse"  # from here on: residents and time
    ESCALATE = "escalate"
    PAUSE = "pause"
    RESUME = "resume"
    REOPEN = "reopen"
    RECEDE = "recede"
    UNHEARD = "unheard"
    CANCEL = "cancel"


BY_ITSELF = frozenset({Act.LAPSE, Act.ESCALATE, Act.PAUSE, Act.RESUME, Act.REOPEN, Act.RECEDE, Act.UNHEARD, Act.CANCEL})
"""Done by residents or by time: no button of an officer does it."""


class Refusal(StrEnum):
    """Why something cannot be done."""

    NOT_ALLOWED = "not_allowed"  # this person may not
    TOO_LATE = "too_late"  # the case is not in a state for it any more
    ALREADY = "already"  # it was done
    TAKE_UP_FIRST = "take_up_first"
    ONCE_OWNED = "once_owned"  # that unit had it already
    BOUND = "bound"  # it was assigned bindingly, or has to be: not handed on
    NOT_THERE = "not_there"  # no such unit, or none that it can go to
    NEEDS_WORDS = "needs_words"
    NEEDS_PROOF = "needs_proof"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        units: codes of the units that they work for.
    """

    person_id: int
    units: frozenset[str]
    admin: bool = False


# -- the table --------------------------------------------------------------------------------------------------------

_STATE = {
    "W": IncidentState.WAITING,
    "K": IncidentState.COORDINATION,
    "D": IncidentState.DISPOSITION,
    "P": IncidentState.PROCESS,
    "h": IncidentState.HANDLED,
    "r": IncidentState.RECEDED,
    "f": IncidentState.NOT_FOUND,
    "n": IncidentState.NO_PUDDLE,
    "u": IncidentState.UNHEARD,
    "m": IncidentState.MERGED,
    "c": IncidentState.CANCELLED,
}

# A column for each state that it is in, a row for each act, the states that it may become; a dot: not possible.
# What was merged can only be split again, and nothing is done to what was withdrawn. What was handled stays so, whoever
# withdraws: work that was done is not lost.
_ROWS = """
             W       K       D       P      h     r     f     n     u     m     c
take_up      P       P       P       .      .     .     .     .     .     .     .
on_the_way   .       K       .       P      .     .     .     .     .     .     .
on_site      .       K       .       P      .     .     .     .     .     .     .
follow_up    W       K       D       P      .     .     .     .     .     .     .
coordinate   K       K       D       K      .     .     .     .     .     .     .
offer        D       D       .       D      .     .     .     .     .     .     .
keep         .       .       WKP     .      .     .     .     .     .     .     .
accept       .       .       P       .      .     .     .     .     .     .     .
refuse       .       .       D       .      .     .     .     .     .     .     .
assign       .       .       DWKP    .      .     .     .     .     .     .     .
outside      K       K       .       K      .     .     .     .     .     .     .
close        hrfn    hrfn    hrfn    hrfn   .     .     .     .     .     .     .
claim        .       .       .       .      .     h     .     .     .     .     .
merge        m       m       m       m      .     m     m     m     m     .     .
split        W       K       D       P      .     .     .     .     .     WKDP  .
lapse        .       .       D       .      .     .     .     .     .     .     .
escalate     WK      WKD     D       WKDP   .     .     .     .     .     .     .
pause        W       K       D       P      .     .     .     .     .     .     .
resume       W       K       D       P      .     .     .     .     .     .     .
reopen       .       .       .       .      WKDP  WKDP  WKDP  WKDP  WKDP  .     .
recede       r       r       r       r      .     .     .     .     r     .     .
unheard      u       u       u       u      .     .     .     .     .     .     .
cancel       c       c       c       c      .     c     c     c     c     .     .
"""


def _table(rows: str) -> Mapping[tuple[IncidentState, Act], frozenset[IncidentState]]:
    head, *lines = rows.strip().splitlines()
    states = [_STATE[letter] for letter in head.split()]
    return {
        (state, Act(act)): frozenset(_STATE[letter] for letter in cell if letter != ".")
        for act, *cells in map(str.split, lines)
        for state, cell in zip(states, cells, strict=True)
    }


TABLE: Mapping[tuple[IncidentState, Act], frozenset[IncidentState]] = _table(_ROWS)
"""Every state and act: the states that the incident may become; empty: it cannot be done."""

OUTCOMES = TABLE[IncidentState.PROCESS, Act.CLOSE]
"""What an officer can close a case with: ditangani, surut sendiri, tidak ditemukan, bukan genangan."""

REOPENED_FROM = frozenset(state for state in IncidentState if TABLE[state, Act.REOPEN])


def allows(act: Act, state: IncidentState) -> bool:
    """Whether the table knows a way from this state."""
    return bool(TABLE[state, act])


# -- who may ----------------------------------------------------------------------------------------------------------


def may(act: Act, incident: Incident, actor: Actor, offices: Offices) -> bool:
    """Whether a person may do this to an incident, as things are.

    The owner's officers, those of a unit above it, and admins work on a case. The asked unit answers an offer; helpers
    tell what they did; only the owner itself (or an admin) assigns; a claim is made by who had taken the case up.
    """
    handling = incident.handling
    if act in BY_ITSELF:
        return False
    if act in (Act.ACCEPT, Act.REFUSE):
        return handling.offer is not None and (actor.admin or not actor.units.isdisjoint(_asked(handling, offices)))
    if act is Act.CLAIM:
        return handling.owner in actor.units and handling.taken_at is not None
    if act is Act.ASSIGN:
        return handling.assigns and (actor.admin or handling.owner in actor.units)
    works = actor.admin or any(unit.code in actor.units for unit in offices.tree.chain(handling.owner))
    if act is Act.OUTSIDE:
        return works and _level(handling, offices) in (Level.KOTA, Level.PROVINSI)
    if act is Act.FOLLOW_UP:
        return works or not actor.units.isdisjoint(handling.helpers)
    return works or handling.owner in actor.units


def _asked(handling: Handling, offices: Offices) -> frozenset[str]:
    """The unit that was asked, and the one that stands in for it."""
    to = offices.tree.get(handling.offer.to) if handling.offer is not None else None
    return frozenset() if to is None else frozenset({to.code, ownership.stand_in(to, offices).code})


def _level(handling: Handling, offices: Offices) -> Level | None:
    owner = offices.tree.get(handling.owner)
    return None if owner is None else owner.level


# -- what it needs ----------------------------------------------------------------------------------------------------


def refusal(
    act: Act,
    incident: Incident,
    actor: Actor,
    offices: Offices,
    *,
    at: datetime,
    to: Unit | None = None,
    outcome: IncidentState | None = None,
    words: bool = False,
    proof: bool = False,
) -> Refusal | None:
    """Why a person cannot do this now; None: go on. Asked on every press, however old the button is.

    Args:
        to: the unit that it is offered to, assigned to, or coordinated with.
        outcome: what it is closed with.
        words: something was said: what was done (close, claim, follow_up by photo counts too), or why (offer, refuse).
        proof: a new photo, or the residents' word that the water is gone (incidents.is_gone).
    """
    handling = incident.handling
    if not may(act, incident, actor, offices):
        over = act in (Act.ACCEPT, Act.REFUSE) and handling.offer is None
        return Refusal.TOO_LATE if over or (act is Act.ASSIGN and not handling.assigns) else Refusal.NOT_ALLOWED
    wrong = _wrong_state(act, incident, at) or _wrong_unit(act, handling, to, offices)
    if wrong is not None:
        return wrong
    if act is Act.CLOSE and outcome not in OUTCOMES:
        return Refusal.NOT_THERE
    if act in (Act.CLOSE, Act.CLAIM, Act.FOLLOW_UP, Act.OFFER, Act.REFUSE) and not words:
        return Refusal.NEEDS_WORDS
    if act is Act.CLOSE and not proof and needs_proof(incident):
        return Refusal.NEEDS_PROOF
    return None


def needs_proof(incident: Incident) -> bool:
    """Whether closing needs a new photo or the residents' word; the single tides of a series do not."""
    return not (incident.series_id is not None and Cause.TIDE in incident.causes)


def _wrong_state(act: Act, incident: Incident, at: datetime) -> Refusal | None:
    handling, state = incident.handling, incident.state
    if act is Act.TAKE_UP and state.is_open and handling.taken_at and not (handling.offer or handling.assigns):
        return Refusal.ALREADY
    if act is Act.OFFER and state.is_open and handling.offer is not None:
        return Refusal.ALREADY
    if act is Act.OFFER and state.is_open and (handling.bound or handling.assigns):
        return Refusal.BOUND
    if act in (Act.ON_THE_WAY, Act.ON_SITE) and state.is_open and handling.taken_at is None:
        return Refusal.TAKE_UP_FIRST
    if act in (Act.ON_THE_WAY, Act.ON_SITE) and handling.step is not None and handling.step.value == act.value:
        return Refusal.ALREADY if state.is_open else Refusal.TOO_LATE
    if act is Act.CLAIM and state is IncidentState.HANDLED:
        return Refusal.ALREADY
    late = act is Act.CLAIM and (incident.ended_at is None or at - incident.ended_at > CLAIM_WITHIN)
    stands = act is Act.KEEP and handling.offer is None
    return Refusal.TOO_LATE if late or stands or not allows(act, state) else None


def _wrong_unit(act: Act, handling: Handling, to: Unit | None, offices: Offices) -> Refusal | None:
    if act is Act.ACCEPT and handling.offer is not None:
        to = offices.tree.get(handling.offer.to)
        if to is None:
            return Refusal.NOT_THERE
        return Refusal.ONCE_OWNED if ownership.stand_in(to, offices).code in handling.had else None
    if act not in (Act.OFFER, Act.ASSIGN, Act.COORDINATE):
        return None
    if to is None or to.outside:
        return Refusal.NOT_THERE
    if act is Act.ASSIGN:
        return None if ownership.may_be_assigned(handling, to, offices) else Refusal.NOT_THERE
    if act is Act.COORDINATE:
        return Refusal.ALREADY if to.code in (handling.owner, *handling.helpers) else None
    had = to.code in handling.had or ownership.stand_in(to, offices).code in handling.had
    return Refusal.ONCE_OWNED if had else None


# -- what it becomes --------------------------------------------------------------------------------------------------


def after(
    act: Act, incident: Incident, handling: Handling, *, outcome: IncidentState | None = None, at: datetime
) -> Incident:
    """The incident after an act.

    Args:
        handling: what the act made of it (see ownership); at an end, its clocks and offer go in any case.
        outcome: of CLOSE.

    Raises:
        ValueError: the table forbids it.
    """
    state = outcome if act is Act.CLOSE and outcome is not None else _next(act, incident.state, handling)
    if state not in TABLE[incident.state, act]:
        raise ValueError(f"{act} of an incident that is {incident.state} cannot make it {state}")
    if not state.is_open:
        ended_at = incident.ended_at if act is Act.CLAIM else at
        return replace(incident, state=state, ended_at=ended_at, handling=ownership.ended(handling, at))
    going = replace(incident, state=state, handling=handling)
    return going if incident.state.is_open else replace(going, ended_at=None, asked=0, asked_at=None, merged_into=None)


_BECOMES = {
    Act.TAKE_UP: IncidentState.PROCESS,
    Act.ACCEPT: IncidentState.PROCESS,
    Act.COORDINATE: IncidentState.COORDINATION,
    Act.OUTSIDE: IncidentState.COORDINATION,
    Act.CLOSE: IncidentState.HANDLED,
    Act.CLAIM: IncidentState.HANDLED,
    Act.MERGE: IncidentState.MERGED,
    Act.RECEDE: IncidentState.RECEDED,
    Act.UNHEARD: IncidentState.UNHEARD,
    Act.CANCEL: IncidentState.CANCELLED,
}


def _next(act: Act, state: IncidentState, handling: Handling) -> IncidentState:
    """The state that follows: the act's own, or what the handling says; many acts leave it as it is."""
    if act is Act.COORDINATE and state is IncidentState.DISPOSITION:
        return state
    if act in _BECOMES:
        return _BECOMES[act]
    possible = TABLE[state, act]
    if possible == {state} or (act is Act.ESCALATE and handling.overdue):
        return state
    return standing(handling)


def standing(handling: Handling) -> IncidentState:
    """The open state that a handling stands for by itself."""
    if handling.offer is not None or handling.assigns or (handling.bound and handling.taken_at is None):
        return IncidentState.DISPOSITION
    if handling.outside is not None or handling.helpers:
        return IncidentState.COORDINATION
    return IncidentState.WAITING if handling.taken_at is None else IncidentState.PROCESS


# -- the residents' word ----------------------------------------------------------------------------------------------


def may_reopen(incident: Incident, at: datetime) -> bool:
    """It ended so recently, and not by its reporters' withdrawal, that new word of water reopens it."""
    until = reopens_until(incident)
    return until is not None and at <= until


def reopens_until(incident: Incident) -> datetime | None:
    """So long new word of water reopens it, None where that is not possible.

    Counted from when its reporters are asked whether the water is gone: what is closed at night is asked about in the
    morning, and who answers then must not come too late.
    """
    if incident.state not in REOPENED_FROM or incident.ended_at is None:
        return None
    return max(incident.ended_at, incident.asked_at or incident.ended_at) + REOPEN_WITHIN


def goes_up(handling: Handling, person_id: int, photo: bool) -> bool:
    """Whether reopening again brings it one level up: with another person's word than the last one's, or a photo."""
    return handling.reopened > 0 and (photo or person_id != handling.reopened_by)
