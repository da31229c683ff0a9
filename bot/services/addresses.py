"""A place in words: kecamatan, kelurahan, street or landmark; found on the map where a geocoder is set up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import asking, conversation
from bot.domain.asking import area_values
from bot.domain.conversation import words_place
from bot.domain.events import WorkDone
from bot.domain.models import Area, Choice, Place, PlaceSource, Say
from bot.domain.records import Draft, WorkRow
from bot.domain.steps import FindAddress, Reply, Step
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


def choose_kelurahan(ctx: Context, batch: Batch, person_id: int, code: str, at: datetime) -> Step | None:
    """Ask for the street or landmark in it, unless it was told already. None as in `choose_kecamatan`'s False."""
    draft = batch.draft(person_id)
    area = ctx.areas.get(code)
    if draft is None or draft.filed or draft.expecting != "words" or area is None:
        return None
    place = words_place(area, *ctx.areas.centre(code))
    draft = replace(draft, updated_at=at, found=(replace(place, name=draft.name),))
    if draft.name is not None:
        chosen = Say("ask.street_known", {"area": area_values(area), "name": draft.name})
        batch.say(chosen, at, person_id=person_id, slot=_slot(draft))
        return Step(draft, acts=(FindAddress(draft, draft.name),))
    rows = ((Choice("button.back", "kec", (area.code.rpartition(".")[0],)),),)
    ask = Say("ask.street", {"area": area_values(area)}, rows)
    return Step(draft, (Reply(ask, _slot(draft)),))


def find(ctx: Context, batch: Batch, act: FindAddress, at: datetime) -> Step:
    """Look for a street: with the geocoder where there is one, else by the kelurahan that was chosen or named."""
    draft = act.draft
    if not draft.found and (named := _named_area(ctx, act.text)) is not None:
        place = words_place(named, *ctx.areas.centre(named.code))
        draft = replace(draft, found=(replace(place, name=act.text),))
    described = draft.found[0] if draft.found else None
    area = ctx.areas.get(described.area_code or "") if described is not None else None
    if ctx.geocoding:
        within = () if area is None else (area.kelurahan, area.kecamatan, area.kota)
        asked = {"query": ", ".join((act.text, *within)), "draft": draft.id}
        batch.put_work(WorkRow("geocode", at, draft.person_id, asked))
        return Step(draft, (Reply(Say("address.searching", {"name": act.text})),))
    if described is not None:
        return _at(ctx, draft, described, at)
    return Step(draft, (Reply(asking.ask_where(draft.kind, got="got.note")),))


def _named_area(ctx: Context, text: str) -> Area | None:
    """The served kelurahan that a text names; None where it names none, or several."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    found = [
        area
        for code, _ in ctx.areas.served_kecamatan()
        for area in ctx.areas.served_kelurahan(code)
        if f" {area.kelurahan.lower()} " in words
    ]
    return found[0] if len(found) == 1 else None


def found(ctx: Context, batch: Batch, done: WorkDone) -> Step | None:
    """What the geocoder said: shown on a pin to confirm; if it found nothing, the place stays as it was described.

    None: the conversation went on meanwhile.
    """
    draft = batch.draft(done.person_id) if done.person_id is not None else None
    if draft is None or draft.filed or draft.id != done.asked.get("draft") or draft.place is not None:
        return None
    described = draft.found[-1:]
    places = _places(ctx, done.result, draft.name)
    if places:
        return offer(ctx, replace(draft, found=(*places, *described), updated_at=done.at), 0)
    not_found = Reply(Say("address.not_found", {"name": draft.name}))
    step = _at(ctx, draft, described[0], done.at) if described else Step(draft, (Reply(asking.ask_where(draft.kind)),))
    return replace(step, replies=(not_found, *step.replies))


def _places(ctx: Context, result: Mapping[str, object] | None, name: str | None) -> list[Place]:
    rows = (result or {}).get("found")
    places = []
    for row in rows if isinstance(rows, list) else ():
        lat, lon = float(row["lat"]), float(row["lon"])
        located = ctx.areas.locate(lat, lon)
        if located.area is not None and located.served:
            place = Place(lat, lon, STREET_M, located.area.code, name, PlaceSource.GEOCODER)
            places.append(place)
    return places[:3]


def offer(ctx: Context, draft: Draft, index: int) -> Step:
    """Show one of the found places on a pin."""
    area = ctx.areas.get(draft.found[index].area_code or "")
    return Step(draft, (Reply(asking.ask_here(draft, index, "ask.here", area_values(area))),))


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
        return Step(clear, (Reply(asking.ask_where(draft.kind)),))
    if draft.found[rest].approximate:
        return _at(ctx, draft, draft.found[rest], at)
    return offer(ctx, draft, rest)


def _at(ctx: Context, draft: Draft, place: Place, at: datetime) -> Step:
    return conversation.chose_place(draft, place, ctx.areas.get(place.area_code or ""), at)


def _in_twos(choices: Sequence[Choice]) -> Rows:
    return tuple(tuple(choices[i : i + 2]) for i in range(0, len(choices), 2))
