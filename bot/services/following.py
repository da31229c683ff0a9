"""What falls due by itself: a reminder of the depth, a location filed as it is, the question whether water is gone.

What is due is read from the database with the Clock, so that it survives restarts and outages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import asking, incidents, lifecycle, tides
from bot.domain.lifecycle import Act
from bot.domain.models import DEEP_CM, Kind, Say
from bot.ports import Clock, Store
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.consequences import react
from bot.services.context import Context
from bot.services.onebyone import OneByOne
from bot.services.reporting import file_report
from bot.services.serial import end_series
from bot.services.series_card import show_series
from bot.services.telling import QUESTIONS_KEEP, ask_reporter, is_night, not_at_night, tell_reporters
from bot.services.words import end_if_gone, whom_to_ask

AT_ONCE = 500
"""Drafts, and incidents, followed up in one beat; the rest waits for the next."""

QUIET_AFTER = timedelta(hours=6)
"""Nobody said anything about an incident for so long: its last reporters are asked."""

ASK_AGAIN_AFTER = timedelta(hours=6)

ASKED_AT_MOST = 2
"""Asked so often without an answer, an incident ends as "tanpa kabar"."""


class FollowUps:
    """Does what falls due by itself.

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
        """Remind of drafts or file them; ask about quiet incidents or end them, and deep ones that are called gone."""
        now, context, do = self._clock.now(), self._context, self._one_by_one

        def told(act: Callable[[Context, Batch, int, datetime], None]) -> Callable[[Batch, int], None]:
            """The act, and what follows from it."""

            def both(batch: Batch, key: int) -> None:
                before = batch.events
                act(context, batch, key, now)
                react(context, batch, batch.events_since(before), now)

            return both

        drafts = await do.due(lambda tx: tx.due_drafts(now, AT_ONCE))
        await do.each("draft", drafts, told(follow_draft))
        quiet = await do.due(lambda tx: tx.quiet_incidents(now - QUIET_AFTER, now - ASK_AGAIN_AFTER, AT_ONCE))
        await do.each("incident", quiet, told(follow_incident))
        called_gone = await do.due(lambda tx: tx.called_gone(now - incidents.DEEP_WAITS, DEEP_CM, AT_ONCE))
        await do.each("deep incident", called_gone, told(end_if_gone))
        dry = await do.due(lambda tx: tx.quiet_series(now - tides.WITHIN, AT_ONCE))
        await do.each("series", dry, lambda batch, series_id: follow_series(context, batch, series_id, now))


def follow_draft(ctx: Context, batch: Batch, person_id: int, now: datetime) -> None:
    """Remind once of the depth; after the hour, file the location as it is."""
    draft = batch.draft(person_id)
    if draft is None or draft.filed or draft.place is None:
        return
    if draft.expires_at is not None and draft.expires_at <= now:
        file_report(ctx, batch, draft, now, by_press=False)
    elif draft.remind_at is not None and draft.remind_at <= now:
        batch.put_draft(person_id, replace(draft, remind_at=None))
        ask = asking.ask_fault(draft, None) if draft.kind is Kind.DRAIN else asking.ask_depth(draft, None)
        # at night without a sound: it goes on with what the person began minutes ago
        say = Say(f"ask.reminder.{draft.kind.value}", {}, ask.choices, quiet=is_night(now, ctx.timezone))
        expires_at = now + QUESTIONS_KEEP
        batch.say(say, now, person_id=person_id, slot=asking.slot_of(draft.id), anew=True, expires_at=expires_at)


def follow_incident(ctx: Context, batch: Batch, incident_id: int, now: datetime) -> None:
    """Ask the last reporters of a quiet incident; end one that was asked about in vain."""
    incident = batch.incident(incident_id)
    if not incident.state.is_open or now - incident.last_seen < QUIET_AFTER:
        return
    asked = incident.asked if incident.asked_at is not None and incident.asked_at > incident.last_seen else 0
    who = whom_to_ask(batch, incident)
    due_at = not_at_night(now, ctx.timezone)
    if asked >= ASKED_AT_MOST or not who:
        over = lifecycle.after(Act.UNHEARD, incident, incident.handling, at=now)
        batch.put_incident(over, "unheard", now)
        tell_reporters(ctx, batch, over, "told.unheard", now, due_at=due_at)
        return
    incident = replace(incident, asked=asked + 1, asked_at=due_at)
    batch.put_incident(incident, "asked", now, why={"reporters": len(who)})
    for report in who:
        ask_reporter(batch, report, receipts.ask_gone(ctx, report, incident), receipts.gone_slot(incident), due_at)


def follow_series(ctx: Context, batch: Batch, series_id: int, now: datetime) -> None:
    """End a series that nothing was heard of for a week; its message says so."""
    over = end_series(batch, series_id, now)
    if over is not None:
        show_series(ctx, batch, over, now)
