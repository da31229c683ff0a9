"""What the rows of a batch will most likely need, loaded for all of them at once. What is missing is loaded row by row.

A row that finds something missing is done anew once it is loaded, so each thing foreseen here saves a way to the
database and half a row's work. Nothing depends on it: foreseen too little, the batch is slower; too much, it is wider.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.events import Event, Incoming, PressedButton, SharedLocation, WorkDone
from bot.domain.geometry import cells_near
from bot.domain.matching import ASK_RING, Verdict, match, rule_for
from bot.domain.models import Kind
from bot.domain.points import check_point
from bot.domain.records import Draft, Wanted
from bot.ports import Transaction
from bot.services.batch import Batch
from bot.services.card_past import PAST_RING
from bot.services.roster import ROSTER
from bot.services.serial import SERIES_RING


async def preload(tx: Transaction, batch: Batch, events: Sequence[Incoming]) -> None:
    """Load in three rounds: who wrote; what is near them; and the cases that their reports will most likely join."""
    told = [event for event in events if isinstance(event, Event)]
    people = Wanted(
        telegram_ids=frozenset(event.sender.telegram_id for event in told),
        person_ids=frozenset(e.person_id for e in events if isinstance(e, WorkDone) and e.person_id is not None),
    )
    loaded = await tx.load(people)
    batch.take_in(people, loaded)
    filed = [draft for draft in loaded.drafts if draft.place is not None and not draft.filed]
    places = [(draft.kind, draft.place.lat, draft.place.lon) for draft in filed if draft.place is not None]
    places += [(Kind.PUDDLE, lat, lon) for lat, lon in _points(told)]
    near = ROSTER | Wanted(
        cells=frozenset((kind, cell) for kind, lat, lon in places for cell in cells_near(lat, lon, ASK_RING)),
        errands=frozenset(person.id for person in loaded.people),
    )
    batch.take_in(near, await tx.load(near))
    pressed = {event.sender.telegram_id for event in told if isinstance(event, PressedButton)}
    pressing = {person.id for person in loaded.people if person.telegram_id in pressed}
    cases = _cases(batch, [draft for draft in filed if draft.person_id in pressing])
    if cases != Wanted():
        batch.take_in(cases, await tx.load(cases))


def _points(events: Iterable[Event]) -> Iterable[tuple[float, float]]:
    for event in events:
        if isinstance(event, SharedLocation) and check_point(event.lat, event.lon) is None:
            yield event.lat, event.lon


def _cases(batch: Batch, drafts: Iterable[Draft]) -> Wanted:
    """What filing these drafts needs, by the incidents as they are before the batch."""
    incident_ids: set[int] = set()
    series: set[int] = set()
    past: set[int] = set()
    for draft in drafts:
        place = draft.place
        if place is None:
            continue
        near = batch.incidents_near(draft.kind, place.lat, place.lon, ASK_RING)
        found = match(place, draft.started_at or draft.updated_at, near, rule_for(draft.kind), note=draft.note)
        if found.verdict is Verdict.JOIN and found.incident is not None:
            incident_ids.add(found.incident.id)
            past |= cells_near(found.incident.lat, found.incident.lon, PAST_RING)
        else:
            series |= cells_near(place.lat, place.lon, SERIES_RING)
            past |= cells_near(place.lat, place.lon, PAST_RING)
    return Wanted(
        incident_ids=frozenset(incident_ids),
        series=frozenset(series),
        ended_near=frozenset((Kind.PUDDLE, cell) for cell in series),
        past=frozenset(past),
    )
