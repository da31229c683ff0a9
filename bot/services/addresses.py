"""A place in words: kecamatan, kelurahan, street or landmark; found on the map where a geocoder is set up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import asking, conversation
from bot.domain.asking import area_values
from bot.domain.conversation import words_place
from bot.domain.events import WorkDone
from bot.domain.models import Area, Choice, Place, PlaceSource, Say
from bot.domain.records import Draft, WorkRow
from bot.domain.rows import in_rows
from bot.domain.steps import FindAddress, Reply, Step
from bot.services.batch import Batch
from bot.services.context import Context

STREET_M = 75.0
"""How far off a street's point is from the water in it, as an accuracy in metres: streets are long."""


def begin(ctx: Context, batch: Batch, person_id: int, at: datetime) -> None:
    """Ask for the kecamatan: of the report that is being made or moved, else of a new one."""
    draft = batch.draft(person_id)
    if draft is None or (draft.filed and not conversation.is_moving(draft, at)):
        draft = conversation.begin(person_id, batch.next_case_id, at)
    draft = replace(draft, updated_at=at, expecting="words", found=())
    batch.put_draft(person_id, draft)
    batch.say(_ask_kecamatan(ctx, draft), at, person_id=person_id, slot=address_slot(draft), anew=True)


def address_slot(draft: Draft) -> str:
    """The slot of the questions for kecamatan, kelurahan and street: one message."""
    return f"address:{draft.id}"


def _ask_kecamatan(ctx: Context, draft: Draft, danger: bool = False, got: str = "address.noted") -> Say:
    choices = [Choice("button.named", "kec", (code,), {"name": name}) for code, name in ctx.areas.served_kecamatan()]
    values = {"name": draft.name, "got": got, "safety": "say.safety" if danger else None}
    return Say("ask.kecamatan" if draft.name is None else "ask.kecamatan_of", values, in_rows(choices))


def _ask_kelurahan(ctx: Context, code: str, danger: bool = False) -> Say:
    kelurahan = ctx.areas.served_kelurahan(code)
    choices = [Choice("button.named", "kel", (area.code,), {"name": area.kelurahan}) for area in kelurahan]
    values = {"kecamatan": kelurahan[0].kecamatan, "safety": "say.safety" if danger else None}
    return Say("ask.kelurahan", values, (*in_rows(choices), (Choice("button.back", "kec", ("",)),)))


def _ask_street(area: Area, danger: bool = False) -> Say:
    back = Choice("button.back", "kec", (area.code.rpartition(".")[0],))
    values = {"area": area_values(area), "safety": "say.safety" if danger else None}
    return Say("ask.street", values, ((back,),))


def _wanted(batch: Batch, person_id: int) -> Draft | None:
    """The conversation in which an address is being asked for."""
    draft = batch.draft(person_id)
    return draft if draft is not None and draft.expecting == "words" else None


def choose_kecamatan(ctx: Context, batch: Batch, person_id: int, code: str, at: datetime) -> bool:
    """Ask for the kelurahan in it; "" goes back to the kecamatan. False if the button is of another conversation."""
    draft = _wanted(batch, person_id)
    if draft is None or (code and not ctx.areas.served_kelurahan(code)):
        return False
    say = _ask_kelurahan(ctx, code) if code else _ask_kecamatan(ctx, draft)
    batch.put_draft(person_id, replace(draft, updated_at=at, found=()))
    batch.say(say, at, person_id=person_id, slot=address_slot(draft))
    return True


def choose_kelurahan(ctx: Context, batch: Batch, person_id: int, code: str, at: datetime) -> Step | None:
    """Ask for the street or landmark in it, unless it was told already. None as in `choose_kecamatan`'s False."""
    draft, area = _wanted(batch, person_id), ctx.areas.get(code)
    if draft is None or area is None or area not in ctx.areas.served_kelurahan(code.rpartition(".")[0]):
        return None
    draft = replace(draft, updated_at=at, found=(_described(ctx, area),))
    if draft.name is None:
        return Step(draft, (Reply(_ask_street(area), address_slot(draft)),))
    chosen = Say("ask.street_known", {"area": area_values(area), "name": draft.name})
    batch.say(chosen, at, person_id=person_id, slot=address_slot(draft))
    return Step(draft, acts=(FindAddress(draft, draft.name),))


def find(ctx: Context, batch: Batch, act: FindAddress, at: datetime) -> Step:
    """Look for a place in words: with the geocoder where there is one, else by the kelurahan chosen or named."""
    draft, danger = act.draft, act.danger
    named = None if draft.found else _named_area(ctx, act.text)
    if named is not None:
        draft = replace(draft, found=(_described(ctx, named),))
    area = ctx.areas.get(draft.found[0].area_code or "") if draft.found else None
    if area is not None and (draft.name is None or _is_only(draft.name, area.kelurahan)):
        draft = replace(draft, name=None, expecting="words")
        return Step(draft, (Reply(_ask_street(area, danger), address_slot(draft), anew=True),))
    if ctx.geocoding and draft.name is not None:
        within = () if area is None else (area.kelurahan, area.kecamatan, area.kota)
        asked = {"query": ", ".join((draft.name, *within)), "draft": draft.id, "name": draft.name}
        batch.put_work(WorkRow("geocode", at, draft.person_id, asked))
        safety = "say.safety" if danger else None
        draft = replace(draft, expecting="words")
        return Step(draft, (Reply(Say("address.searching", {"name": draft.name, "safety": safety})),))
    if draft.found:
        return _at(ctx, draft, draft.found[0], at, danger)
    kecamatan = _named_kecamatan(ctx, act.text)
    draft = replace(draft, expecting="words")
    if kecamatan is None:
        return Step(draft, (Reply(_ask_kecamatan(ctx, draft, danger), address_slot(draft), anew=True),))
    code, name = kecamatan
    draft = replace(draft, name=None if draft.name is not None and _is_only(draft.name, name) else draft.name)
    return Step(draft, (Reply(_ask_kelurahan(ctx, code, danger), address_slot(draft), anew=True),))


def _described(ctx: Context, area: Area) -> Place:
    return words_place(area, *ctx.areas.centre(area.code))


def _named_area(ctx: Context, text: str) -> Area | None:
    """The served kelurahan that a text names; None where it names none, or several.

    Of "Tugu Utara, Koja" it is the first: Koja is its kecamatan, and only by chance a kelurahan too.
    """
    found = [
        area
        for code, _ in ctx.areas.served_kecamatan()
        for area in ctx.areas.served_kelurahan(code)
        if _names(text, area.kelurahan)
    ]
    around = {area.kecamatan for area in found if area.kelurahan != area.kecamatan}
    found = [area for area in found if area.kelurahan not in around]
    return found[0] if len(found) == 1 else None


def _named_kecamatan(ctx: Context, text: str) -> tuple[str, str] | None:
    """(code, name) of the served kecamatan that a text names, if it is one."""
    found = [(code, name) for code, name in ctx.areas.served_kecamatan() if _names(text, name)]
    return found[0] if len(found) == 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def _names(text: str, name: str) -> bool:
    return f" {' '.join(_words(name))} " in f" {' '.join(_words(text))} "


def _is_only(text: str, name: str) -> bool:
    """A text is the name of an area and nothing else."""
    return [word for word in _words(text) if word not in _AREA_WORDS] == _words(name)


_AREA_WORDS = frozenset({"kel", "kelurahan", "kec", "kecamatan", "daerah", "di"})


def found(ctx: Context, batch: Batch, done: WorkDone) -> Step | None:
    """What the geocoder said: shown on a pin to confirm; if it found nothing, the place stays as it was described.

    None: the conversation went on meanwhile.
    """
    draft = _wanted(batch, done.person_id) if done.person_id is not None else None
    if draft is None or (draft.id, draft.name) != (done.asked.get("draft"), done.asked.get("name")):
        return None
    described = draft.found[-1:]
    places = _places(ctx, done.result, draft.name)
    if places:
        return offer(ctx, replace(draft, found=(*places, *described), updated_at=done.at), 0)
    if described:
        step = _at(ctx, draft, described[0], done.at)
        return replace(step, replies=(Reply(Say("address.not_found", {"name": draft.name})), *step.replies))
    ask = _ask_kecamatan(ctx, draft, got="address.not_found")
    return Step(draft, (Reply(ask, address_slot(draft), anew=True),))


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
    return _at(ctx, draft, draft.found[index], at) if 0 <= index < len(draft.found) else None


def deny(ctx: Context, draft: Draft, index: int, at: datetime) -> Step | None:
    """ "Bukan": the next found place, or the place as it was described, or a pin. None as in `confirm`."""
    if not 0 <= index < len(draft.found):
        return None
    rest = index + 1
    if rest == len(draft.found):
        clear = replace(draft, found=(), updated_at=at)
        return Step(clear, (Reply(asking.ask_where(draft)),))
    if draft.found[rest].approximate:
        return _at(ctx, draft, draft.found[rest], at)
    return offer(ctx, draft, rest)


def _at(ctx: Context, draft: Draft, place: Place, at: datetime, danger: bool = False) -> Step:
    place = replace(place, name=place.name or draft.name)
    return conversation.chose_place(draft, place, ctx.areas.get(place.area_code or ""), at, danger)
