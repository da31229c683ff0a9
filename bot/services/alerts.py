"""Very deep or fast rising water is told at once: to the Sudin, and (where it is certain) in the public channel.

The Sudin hears of it on one resident's word too, marked as not confirmed yet; the channel only when two people say so
independently, or an officer was there. At most once an incident and rise. In mode banjir the live post tells the
channel instead, and the Sudin hears of the worst only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.asking import known_depth
from bot.domain.handling import Level
from bot.domain.models import DEEP_CM, LEVEL_CM, Choice, Depth, DepthLevel, Incident, Kind, Say
from bot.domain.outgoing import Priority
from bot.services.batch import Batch
from bot.services.card_face import confirmed, place_values
from bot.services.cards import chats_of, owner_of, tell_unit
from bot.services.context import Context
from bot.services.standing import named

FAST_CM = 40
"""Rising by so much within FAST_WITHIN is fast: from the ankles over the knees."""

FAST_WITHIN = timedelta(hours=1)

AGAIN_CM = 20
"""A rise: at least so much more than was told before, and a higher word."""

WORST_CM = LEVEL_CM[DepthLevel.CHEST]
"""What the Sudin hears of in mode banjir."""


def is_clearly_deeper(depth: Depth | None, before_cm: int) -> bool:
    """Deep enough over what was told before to be news: AGAIN_CM more, and a higher word."""
    if depth is None or depth.cm is None or depth.cm - before_cm < AGAIN_CM:
        return False
    return depth.level is not Depth.from_cm(max(1, before_cm)).level


def alert(ctx: Context, batch: Batch, incident: Incident, at: datetime) -> None:
    """Tell of an incident, if it is one to tell of and this rise was not told yet."""
    depth = incident.depth_last
    if incident.kind is not Kind.PUDDLE or not incident.state.is_open or depth is None or depth.cm is None:
        return
    risen_from = _risen_from(batch, incident, at)
    if depth.cm < DEEP_CM and risen_from is None:
        return
    sure = confirmed(incident, batch.reports_in(incident.id))
    flood = batch.roster.flood(incident.area_code) is not None
    if not flood or depth.cm >= WORST_CM:
        _tell_office(ctx, batch, incident, depth, risen_from, at, sure=sure)
    elif incident.alerted_cm is None or is_clearly_deeper(depth, incident.alerted_cm):
        batch.put_quietly(replace(incident, alerted_cm=depth.cm))  # its own card showed it: no alert when the mode ends
    if sure and (incident.posted_cm is None or is_clearly_deeper(depth, incident.posted_cm)):
        batch.put_quietly(replace(batch.incident(incident.id), posted_cm=depth.cm))
        if ctx.channel_id is not None and not flood:
            say = Say("alert.channel", _values(ctx, incident, risen_from))
            batch.say(say, at, chat_id=ctx.channel_id, priority=Priority.ALERT)


def _risen_from(batch: Batch, incident: Incident, at: datetime) -> Depth | None:
    """The lowest depth within the last hour, where the water has risen fast since; else None."""
    first, last = incident.depth_first, incident.depth_last
    if first is None or last is None or first.cm is None or last.cm is None or last.cm - first.cm < FAST_CM:
        return None
    lately = [
        event.after.depth_last
        for event in batch.dossiers.history(incident.id)
        if at - event.at <= FAST_WITHIN and event.after.depth_last is not None
    ]
    lowest = min((d for d in lately if d.cm is not None), key=lambda d: d.cm or 0, default=None)
    return lowest if lowest is not None and last.cm - (lowest.cm or 0) >= FAST_CM else None


def _tell_office(
    ctx: Context, batch: Batch, incident: Incident, depth: Depth, risen_from: Depth | None, at: datetime, *, sure: bool
) -> None:
    """The Sudin's chat. That it is certain now is no new message. Is the owner told there too, its card says it all."""
    sudin = ctx.units.of_level(incident.area_code, Level.KOTA).code
    again = incident.alerted_cm is None or is_clearly_deeper(depth, incident.alerted_cm)
    sure_now = sure and incident.posted_cm is None
    if not again and not sure_now:
        return
    if again:
        batch.put_quietly(replace(incident, alerted_cm=depth.cm))
    if chats_of(ctx, batch, sudin) == chats_of(ctx, batch, owner_of(ctx, incident)):
        return
    unsure = None if sure else "card.flag.unconfirmed"
    card = Choice("button.open_card", "case", (str(incident.id),))
    say = Say("alert.office", _values(ctx, incident, risen_from) | {"unconfirmed": unsure}, ((card,),))
    tell_unit(ctx, batch, sudin, say, at, slot=f"alert:{incident.id}", anew=again)


def _values(ctx: Context, incident: Incident, risen_from: Depth | None) -> dict[str, object]:
    deep = incident.depth_last is not None and (incident.depth_last.cm or 0) >= DEEP_CM
    before = {} if risen_from is None else {"before": known_depth(risen_from)["depth"]}
    return {
        **place_values(ctx, incident),
        "what": "alert.deep" if deep else "alert.rising",
        **before,
        "owner": named(ctx, owner_of(ctx, incident)),
        "on_behalf": named(ctx, incident.handling.on_behalf),
    }
