"""A place in words: kecamatan, kelurahan, street or landmark; found on the map where a geocoder is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import conversation
from bot.domain.conversation import FindAddress, Reply, Step, area_values, words_place
from bot.domain.events import WorkDone
from bot.domain.models import Choice, Place, PlaceSource, Say
from bot.domain.records import Draft, WorkRow
from bot.services.batch import Batch
from bot.services.context import Context

STREET_M = 75.0
"""How far off a street's point is from the water in it, as an accuracy in metres: streets are long."""

Rows = tuple[tuple[Choice, ...], ...]


def begin(ctx: Context, batch: Batch, person_id: int, at: datetime) -> None:
    """Ask for the kecamatan."""
    draft = batch.draft(person_id)
    if draft is None or draft.filed:
        draft = conversation.begin(person_id, batch.next_case_id, at)
    batch.put_draft(person_id, replace(draft, updated_at=at, expecting="words", found=()))
    batch.say(_ask_kecamatan(ctx), at, person_id=person_id, slot=_slot(draft), anew=True)


def _slot(draft: Draft) -> str:
    return f"address:{draft.id}"


def _ask_kecamatan(ctx: Context) -> Say:
    choices = [Choice("button.named", "kec", (code,), {"name": name}) for code, name in ctx.areas.served_kecamatan()]
    return Say("ask.kecamatan", {}, _in_twos(choices))


def choose_kecamatan(ctx: Context, batch: Batch, person_id: int, code: str, at: datetime) -> bool:
    """Ask for the kelurahan in it; "" goes back to the kecamatan. False if the button is of another conversation."""
    draft = batch.draft(person_id)
    if draft is None or draft.filed or draft.expecting != "words":
        return False
    if not code:
        batch.say(_ask_kecamatan(ctx), at, person_id=person_id, slot=_slot(draft))
        return True
    kelurahan = ctx.areas.served_kelurahan(code)
    if not kelurahan:
        return False
    choices = [Choice("button.named", "kel", (area.code,), {"name": area.kelurahan}) for area in kelurahan]
    rows = (*_in_twos(choices), (Choice("button.back", "kec", ("",)),))
    batch.say(
        Say("ask.kelurahan", {"kecamatan": kelurahan[0].kecamatan}, rows), at, person_id=person_id, slot=_slot(draft)
    )
    return True


def choose_kelurahan(ctx: Context, batch: Batch, person_id: int, code: str, at: datetime) -> bool:
    """Ask for the street or landmark in it. False if the button is of another conversation."""
    draft = batch.draft(person_id)
    area = ctx.areas.get(code)
    if draft is None or draft.filed or draft.expecting != "words" or area is None:
        return False
    place = words_place(area, *ctx.areas.centre(code))
    batch.put_draft(person_id, replace(draft, updated_at=at, found=(place,)))
    rows = ((Choice("button.back", "kec", (area.code.rpartition(".")[0],)),),)
    batch.say(Say("ask.street", {"area": area_values(area)}, rows), at, person_id=person_id, slot=_slot(draft))
    return True


def find(ctx: Context, batch: Batch, act: FindAddress, at: datetime) -> Step:
    """Look for a street: in the geocoder where there is one, else take the place as it was described."""
    place = act.draft.found[0]
    area = ctx.areas.get(place.area_code or "")
    if not ctx.geocoding or area is None:
        return _at(ctx, act.draft, place, at)
    query = f"{act.text}, {area.kelurahan}, {area.kecamatan}, {area.kota}"
    asked = {"query": query, "draft": act.draft.id}
    batch.put_work(WorkRow("geocode", at, act.draft.person_id, asked))
    return Step(act.draft, (Reply(Say("address.searching", {"name": act.text})),))


def found(ctx: Context, batch: Batch, done: WorkDone) -> Step | None:
    """What the geocoder said: shown on a pin to confirm; if it found nothing, the place stays as it was described.

    None: the conversation went on meanwhile.
    """
    draft = batch.draft(done.person_id) if done.person_id is not None else None
    if (
        draft is None
        or draft.filed
        or draft.id != done.asked.get("draft")
        or draft.place is not None
        or not draft.found
    ):
        return None
    described = draft.found[-1]
    places = _places(ctx, done.result, described)
    if not places:
        step = _at(ctx, draft, described, done.at)
        return replace(step, replies=(Reply(Say("address.not_found", {"name": described.name})), *step.replies))
    return offer(ctx, replace(draft, found=(*places, described), updated_at=done.at), 0)


def _places(ctx: Context, result: Mapping[str, object] | None, described: Place) -> list[Place]:
    rows = (result or {}).get("found")
    places = []
    for row in rows if isinstance(rows, list) else ():
        lat, lon = float(row["lat"]), float(row["lon"])
        located = ctx.areas.locate(lat, lon)
        if located.area is not None and located.served:
            place = Place(lat, lon, STREET_M, located.area.code, described.name, PlaceSource.GEOCODER)
            places.append(place)
    return places[:3]


def offer(ctx: Context, draft: Draft, index: int) -> Step:
    """Show one of the found places on a pin."""
    area = ctx.areas.get(draft.found[index].area_code or "")
    return Step(draft, (Reply(conversation.ask_here(draft, index, "ask.here", area_values(area))),))


def confirm(ctx: Context, draft: Draft, index: int, at: datetime) -> Step | None:
    """ "Ya, di sini". None if there is no such place any more."""
    return _at(ctx, draft, draft.found[index], at) if index < len(draft.found) else None


def deny(ctx: Context, draft: Draft, index: int, at: datetime) -> Step | None:
    """ "Bukan": the next found place, or the place as it was described, or a pin. None as in `confirm`."""
    if index >= len(draft.found):
        return None
    rest = index + 1
    if rest == len(draft.found):
        clear = replace(draft, found=(), updated_at=at)
        return Step(clear, (Reply(conversation.ask_where(draft.kind)),))
    if draft.found[rest].approximate:
        return _at(ctx, draft, draft.found[rest], at)
    return offer(ctx, draft, rest)


def _at(ctx: Context, draft: Draft, place: Place, at: datetime) -> Step:
    return conversation.with_place(draft, place, ctx.areas.get(place.area_code or ""), at)


def _in_twos(choices: Sequence[Choice]) -> Rows:
    return tuple(tuple(choices[i : i + 2]) for i in range(0, len(choices), 2))
