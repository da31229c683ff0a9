"""What is due by the clocks of open cases: reminders, offers that lapse, times that run out.

Read from the database with the app's clock, so that it survives restarts and outages. After a long one everything is
handled once, in the order in which it fell due. Who takes a case over then has its whole time from now on: nobody is
late for what they were never told. A chat that would get more than a few cards at once gets one list instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import lifecycle, ownership
from bot.domain.lifecycle import Act
from bot.domain.models import Incident, Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.ownership import Times
from bot.domain.records import Changes
from bot.ports import Clock, Store
from bot.services import owning
from bot.services.batch import KEEPS, TIME, Batch
from bot.services.card_face import place_values
from bot.services.cards import Chat, chats_of, owner_of
from bot.services.case_lists import case_buttons, case_line
from bot.services.consequences import react
from bot.services.context import Context
from bot.services.flood_switch import stop_clock
from bot.services.onebyone import OneByOne
from bot.services.roles import admins
from bot.services.standing import named

AT_ONCE = 500
"""Incidents handled in one beat; the rest waits for the next."""

AS_CARDS = 3
"""So many new cards a chat gets in one beat; more come as one list."""

LISTED = 15
"""Cases in one list; of the others it says how many."""

STAGES = 4
"""An incident goes through at most so many things that are due at once."""


class Escalations:
    """Handles what the clocks of open cases say.

    Args:
        store, clock: the world.
        context: look-ups and settings.
        after_commit: called when something may stand in the outbox.
    """

    def __init__(self, store: Store, clock: Clock, context: Context, after_commit: Callable[[], None]) -> None:
        self._clock = clock
        self._context = context
        self._one_by_one = OneByOne(store, after_commit, context.meter)

    async def all_due(self) -> None:
        """Remind, let offers lapse, let the level above take over; each incident in a transaction of its own."""
        now, ctx = self._clock.now(), self._context

        def act(batch: Batch, incident_id: int) -> None:
            go_on(ctx, batch, incident_id, now)

        due = await self._one_by_one.due(lambda tx: tx.due_handlings(now, AT_ONCE))
        if len(due) <= AS_CARDS:
            await self._one_by_one.each("clock of incident", due, act)
            return
        rehearsed = await self._one_by_one.rehearse(due, act)
        told = Counter(_chat(out) for out in rehearsed if _is_card(out))
        summary = Summary(ctx, frozenset(chat for chat, n in told.items() if n > AS_CARDS), now)
        await self._one_by_one.each("clock of incident", due, act, summary.instead_of_cards)


def go_on(ctx: Context, batch: Batch, incident_id: int, now: datetime) -> None:
    """Do with an incident what is due, one thing after the other."""
    before = batch.events
    for _ in range(STAGES):
        if not _next_stage(ctx, batch, batch.incident(incident_id), now):
            break
    react(ctx, batch, batch.events_since(before), now)


def _next_stage(ctx: Context, batch: Batch, incident: Incident, now: datetime) -> bool:
    h = incident.handling
    due_at = ownership.next_at(h)
    if not incident.state.is_open or due_at is None or due_at > now:
        return False
    flood = batch.roster.flood(incident.area_code) is not None
    if h.offer is not None and h.offer.lapses_at <= now:
        if flood:  # nothing climbs: the giver has it back, with its clock standing still
            kept = ownership.paused(ownership.kept(h, now), now)
            _put(batch, lifecycle.after(Act.KEEP, incident, kept, at=now), "kept", now)
        else:
            there = ownership.turned_down(h, owning.offices(ctx, batch), _times_above(ctx, batch, incident), now)
            after = lifecycle.after(Act.LAPSE, incident, there, at=now)
            _put(batch, after, "lapsed", now, {"by": h.offer.to})
    elif flood:
        stop_clock(batch, incident, now)
    elif h.due_at is not None and h.due_at <= now:
        _run_out(ctx, batch, incident, now)
    else:
        batch.put_incident(replace(incident, handling=ownership.reminded(h)), "reminded", now, TIME)
    return True


def _run_out(ctx: Context, batch: Batch, incident: Incident, now: datetime) -> None:
    h = incident.handling
    up = ownership.escalated(h, owning.offices(ctx, batch), _times_above(ctx, batch, incident), now)
    after = lifecycle.after(Act.ESCALATE, incident, up, at=now)
    why = {"from": h.owner, "to": up.owner, "clock": h.deadline.value}
    _put(batch, after, "overdue" if up.overdue else "escalated", now, why)
    if up.overdue:
        _tell_admins(ctx, batch, after, now)


def _times_above(ctx: Context, batch: Batch, incident: Incident) -> Times:
    """How long the unit has that owns it when the present owner does not answer."""
    here, h = owning.offices(ctx, batch), incident.handling
    unit = ownership.above(h, here)
    next_owner = h if unit is None else replace(h, owner=ownership.stand_in(unit, here).code)
    return owning.times_of(ctx, incident, next_owner)


def _put(batch: Batch, after: Incident, what: str, now: datetime, why: Mapping[str, object] | None = None) -> None:
    batch.put_incident(after, what, now, TIME, why)


def _tell_admins(ctx: Context, batch: Batch, incident: Incident, now: datetime) -> None:
    """At the top a case stays overdue: the admins hear of it once, where they are not told as its owner anyway."""
    told = chats_of(ctx, batch, owner_of(ctx, incident))
    open_it = case_buttons([incident])
    values = {**place_values(ctx, incident), "owner": named(ctx, owner_of(ctx, incident))}
    for person_id in admins(ctx, batch):
        if Chat(person_id=person_id) not in told:
            say, slot = Say("clock.overdue", values, open_it), f"overdue:{incident.id}"
            batch.say(say, now, person_id=person_id, slot=slot, anew=True, priority=Priority.ALERT)


def _is_card(out: Outgoing) -> bool:
    return out.anew and out.slot is not None and out.slot.startswith(("card:", "overdue:"))


def _chat(out: Outgoing) -> Chat:
    return Chat(out.person_id, out.chat_id, out.topic_id)


class Summary:
    """One list for each chat that would get too many cards in one beat.

    It grows with each incident that is handled, in the same transaction: whatever happens in between, no case is left
    out of it and none is told twice.

    Args:
        ctx: look-ups.
        crowded: these chats.
        now: the beat.
    """

    def __init__(self, ctx: Context, crowded: frozenset[Chat], now: datetime) -> None:
        self._ctx = ctx
        self._crowded = crowded
        self._now = now
        self._lines: dict[Chat, dict[int, tuple[Incident, str]]] = {}

    def instead_of_cards(self, incident_id: int, batch: Batch) -> Changes:
        """The batch's changes, with the lists in place of new cards in crowded chats. Cards that are there change."""
        changes, outbox = batch.changes(), []
        changed_hands = any(event.what in ("escalated", "lapsed") for event in changes.events)
        incident, what = batch.incident(incident_id), _last(changes)
        lists: dict[Chat, None] = {}
        for out in changes.outbox:
            chat = _chat(out)
            if chat not in self._crowded or not _is_card(out):
                outbox.append(out)
                continue
            lists[chat] = None
            if not changed_hands and out.slot is not None and out.slot.startswith("card:"):
                outbox.append(replace(out, anew=False, say=replace(out.say, quiet=True)))
        for chat in lists:
            lines = self._lines.setdefault(chat, {})
            lines[incident_id] = (incident, what)
            outbox.append(self._list(chat, lines.values()))
        return replace(changes, outbox=outbox)

    def _list(self, chat: Chat, lines: Iterable[tuple[Incident, str]]) -> Outgoing:
        entries = list(lines)
        shown = entries[:LISTED]
        items = [
            case_line(
                self._ctx,
                incident,
                "clock.line",
                what=f"clock.what.{what}",
                due=None if incident.handling.due_at is None else incident.handling.due_at.isoformat(),
            )
            for incident, what in shown
        ]
        choices = case_buttons(incident for incident, _ in shown)
        values = {
            "n": len(entries),
            "at": self._now.isoformat(),
            "items": items,
            "more": len(entries) - len(shown) or None,
        }
        return Outgoing(
            Say("clock.summary", values, choices),
            self._now,
            person_id=chat.person_id,
            chat_id=chat.chat_id,
            topic_id=chat.topic_id,
            priority=Priority.ALERT,
            slot=f"due:{self._now:%Y%m%d%H%M%S}",
            expires_at=self._now + KEEPS,
        )


def _last(changes: Changes) -> str:
    """What happened to it last."""
    return next((event.what for event in reversed(changes.events)), "reminded")
