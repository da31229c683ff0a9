"""What follows from what happened to an incident: whose card changes, who gets a new message, what reporters hear.

The one place that decides it, by the event. Use cases change records and say what happened; here it is told. The table
below is to be read as: when WHAT happened, the card comes anew TO the unit named, with this line above it; else cards
change in place. A new message comes only for what needs a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.domain.geometry import cells_near
from bot.domain.models import DEEP_CM, Incident, IncidentEvent, Kind
from bot.domain.records import Wanted
from bot.services import news, owning
from bot.services.alerts import alert, is_clearly_deeper
from bot.services.batch import Batch
from bot.services.card_face import in_danger
from bot.services.card_past import EARLIER_RING, PAST_RING
from bot.services.cards import leave_cards, owner_of, show_card
from bot.services.context import Context
from bot.services.flood_lists import mark_changed
from bot.services.series_card import show_series
from bot.services.site_words import ask_after


class To(Enum):
    """Who gets a card as a new message."""

    NOBODY = auto()
    OWNER = auto()
    ASKED = auto()  # the unit that an offer asks
    HELPER = auto()  # the unit that was asked to help last


@dataclass(frozen=True, slots=True)
class Card:
    """What becomes of the cards.

    Attributes:
        to: who gets it anew.
        why: id of the line that tells them why.
        moves: units may have left the case: their cards say where it is now.
    """

    to: To = To.NOBODY
    why: str | None = None
    moves: bool = False


EDIT = Card()

CARDS: Mapping[str, Card] = {
    # what residents do; deeper water is told anew where it is clearly deeper than the card that came last
    "opened": Card(To.OWNER, "card.why.new"),
    "reopened": Card(To.OWNER, "card.why.reopened", moves=True),
    # what units do
    "offered": Card(To.ASKED, "card.why.asked"),
    "kept": Card(moves=True),
    "accepted": Card(moves=True),
    "refused": Card(To.OWNER, "card.why.refused", moves=True),
    "assigned": Card(To.OWNER, "card.why.handed", moves=True),
    "rerouted": Card(To.OWNER, "card.why.moved", moves=True),
    "coordination": Card(To.HELPER, "card.why.helping"),
    # what time does
    "lapsed": Card(To.OWNER, "card.why.refused", moves=True),
    "escalated": Card(To.OWNER, "card.why.escalated", moves=True),
    "overdue": Card(To.OWNER, "card.why.overdue"),
    "reminded": Card(To.OWNER, "card.why.reminded"),
    "resumed": Card(moves=True),
}
"""By what happened; whatever is not named here changes the cards in place."""


def _card(event: IncidentEvent) -> Card:
    """What becomes of the cards. That the same owner stands in for another unit now is nothing new to it."""
    same = event.what == "rerouted" and event.why.get("from") == event.why.get("to")
    return EDIT if same else CARDS.get(event.what, EDIT)


CLOCKS = frozenset({"paused", "resumed"})
"""After mode banjir the clocks of hundreds of cases start again: that alone brings no card to a chat without one."""


def react(ctx: Context, batch: Batch, events: Sequence[IncidentEvent], at: datetime) -> None:
    """Tell everybody whom it concerns what happened, each event once; what is another unit's now gets there first.

    Args:
        ctx, batch: the world; the incidents as they are after all of it.
        events: what happened, oldest first (Batch.events_since).
        at: when.
    """
    before = batch.events
    owning.reroute_told(ctx, batch, events, at)
    by_incident: dict[int, list[IncidentEvent]] = {}
    for event in (*events, *batch.events_since(before)):
        by_incident.setdefault(event.incident_id, []).append(event)
    if len(by_incident) > 1:
        _have_at_hand(batch, by_incident)
    for incident_id, happened in by_incident.items():
        incident = batch.incident(incident_id)
        flood = incident.kind is Kind.PUDDLE and batch.roster.flood(incident.area_code) is not None
        if flood and incident.area_code is not None:
            mark_changed(batch, incident.area_code)
        listed = flood or incident.series_id is not None or all(event.what in CLOCKS for event in happened)
        if incident.carded_cm is not None or not listed or _needs_its_own_card(batch, incident):
            _cards(ctx, batch, incident, happened, at)
        for event in happened:
            news.tell_step(ctx, batch, incident, event, at, only_receipts=flood)
            if not flood:
                ask_after(ctx, batch, incident, event, at)
        alert(ctx, batch, batch.incident(incident_id), at)
        if incident.series_id is not None:
            show_series(ctx, batch, batch.dossiers.series(incident.series_id), at)


def _have_at_hand(batch: Batch, incident_ids: Iterable[int]) -> None:
    """What is needed to tell of several incidents, at once. Piece by piece, the whole act is done anew for each piece:
    a unit with 160 open cases that lost its chat held up everybody for 18 seconds."""
    found = [batch.incident(each) for each in incident_ids]
    ids = frozenset(each.id for each in found)
    puddles = [each for each in found if each.kind is Kind.PUDDLE]
    past = frozenset(cell for each in puddles for cell in cells_near(each.lat, each.lon, PAST_RING))
    drains = [each for each in found if each.kind is Kind.DRAIN]
    ended = frozenset((Kind.DRAIN, cell) for each in drains for cell in cells_near(each.lat, each.lon, EARLIER_RING))
    batch.require(Wanted(incident_ids=ids, files=ids, ended_near=ended, past=past))
    batch.require(Wanted(person_ids=frozenset(report.person_id for each in ids for report in batch.reports_in(each))))


def _needs_its_own_card(batch: Batch, incident: Incident) -> bool:
    """In mode banjir or a series, where one card shows all the others."""
    deepest = incident.depth_max
    return (deepest is not None and (deepest.cm or 0) >= DEEP_CM) or in_danger(batch.reports_in(incident.id))


def _cards(ctx: Context, batch: Batch, incident: Incident, happened: Sequence[IncidentEvent], at: datetime) -> None:
    if incident.carded_cm is None and not incident.state.is_open:
        return  # it ended before anybody was told
    if any(_card(event).moves for event in happened):
        leave_cards(ctx, batch, incident, _who_left(ctx, batch, incident, happened[0]), at)
    told = {_card(event).to: event for event in happened}
    told.pop(To.NOBODY, None)
    if not incident.state.is_open or not told:
        deeper = incident.state.is_open and _is_deeper(incident)
        show_card(ctx, batch, incident, at, anew=deeper, why="card.why.deeper" if deeper else None)
        return
    for to, event in told.items():
        unit = _unit(ctx, incident, to)
        if unit is not None:
            show_card(ctx, batch, incident, at, anew=True, why=_card(event).why, unit=unit)


def _is_deeper(incident: Incident) -> bool:
    """Clearly deeper than its last new card said; without one: deep enough to come out of the list into a card."""
    if incident.carded_cm is None:
        return incident.depth_last is not None and (incident.depth_last.cm or 0) >= DEEP_CM
    return is_clearly_deeper(incident.depth_last, incident.carded_cm)


def _unit(ctx: Context, incident: Incident, to: To) -> str | None:
    h = incident.handling
    if to is To.ASKED:
        return None if h.offer is None else h.offer.to
    if to is To.HELPER:
        return next(reversed(h.helpers), None)
    return owner_of(ctx, incident)


def _who_left(ctx: Context, batch: Batch, incident: Incident, since: IncidentEvent) -> Iterable[str]:
    """Units that had a card before this event, and have nothing to do with the case any more."""
    history = batch.dossiers.history(incident.id)
    at = next((n for n, event in enumerate(history) if event is since), len(history))
    if at == 0:
        return ()
    h = history[at - 1].after.handling
    had = dict.fromkeys((h.owner, *(() if h.offer is None else (h.offer.to,)), *h.helpers))
    now = incident.handling
    stay = {owner_of(ctx, incident), *now.helpers, *(() if now.offer is None else (now.offer.to,))}
    return [code for code in had if code and code not in stay]
