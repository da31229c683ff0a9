"""How a report is made in a chat: (draft, what was heard) -> (draft, what to say, to do).

Any order works: location first, photo first, text first. Only what is missing is asked for, and only a place and a
depth are needed (for a drain: a place and what is wrong). What comes after the report is filed: afterwards.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import afterwards
from bot.domain.afterwards import STALE_AFTER, field_of, joined, name_in, remember
from bot.domain.asking import area_values, ask_depth, ask_fault, ask_here, ask_where, greeting, slot_of
from bot.domain.geometry import distance_m
from bot.domain.kota import short_kota
from bot.domain.models import Area, Kind, Place, PlaceSource, Report, Say
from bot.domain.records import Draft
from bot.domain.steps import Add, File, FindAddress, Heard, Reply, Step
from bot.domain.talk import is_courtesy

REMIND_AFTER = timedelta(minutes=3)
"""A location without depth is reminded once after this."""

KEEP_FOR = timedelta(hours=1)
"""A location without depth is filed as it is after this."""

PHOTOS_KEPT = 20
"""Photos sent before the place; of more the newest, so that a draft stays small."""

MOVE_WITHIN = timedelta(minutes=30)
"""So long after "Perbaiki titik" a location is the better point; later it is another place."""

ELSEWHERE_M = 250
"""A second location this far from the first, and later than the reminder, is another place, not a better point."""


def begin(person_id: int, new_id: int, at: datetime, kind: Kind = Kind.PUDDLE) -> Draft:
    """A new draft; `new_id` is the id its report will have."""
    return Draft(id=new_id, person_id=person_id, updated_at=at, started_at=at, kind=kind)


def advance(draft: Draft | None, heard: Heard, person_id: int, new_id: int, mine: Sequence[Report]) -> Step:
    """One message of a person, in a private chat.

    Args:
        draft: the person's conversation so far.
        heard: the message.
        person_id: who speaks.
        new_id: the id for a new draft, should one begin.
        mine: the person's reports to open incidents, newest first.
    """
    if heard.field:
        return _correct(draft, heard)
    if draft is not None and heard.at - draft.updated_at > STALE_AFTER and draft.place is None:
        draft = None
    if draft is not None and is_moving(draft, heard.at) and (step := _move(draft, heard)) is not None:
        return step
    if heard.trouble is not None and not (heard.perhaps or heard.text or heard.photo):
        return _trouble(draft, heard)
    if (draft is None or draft.filed) and heard.place is None and heard.trouble is None:
        target = afterwards.in_focus(draft, heard.at, mine)
        if target is not None and not afterwards.is_about_other_water(heard, target):
            return afterwards.add(draft, heard, person_id, target)
        if heard.photo is None and not is_news(heard):
            return Step(draft, (Reply(greeting()),))
    if draft is None or draft.filed:
        drain = heard.fault is not None and not heard.flood and heard.depth is None
        now = begin(person_id, new_id, heard.at, Kind.DRAIN if drain else Kind.PUDDLE)
    else:
        now = replace(draft, updated_at=heard.at)
    return _add(now, heard, new_id)


def is_moving(draft: Draft, at: datetime) -> bool:
    """ "Perbaiki titik" was pressed, and a location that comes now is the better point of that report."""
    return draft.filed and draft.expecting in ("place", "words") and at - draft.updated_at <= MOVE_WITHIN


def go_on(draft: Draft, area: Area | None = None, *, danger: bool = False, by_press: bool = False) -> Step:
    """File a draft that is complete, else ask for the one thing that is missing.

    Args:
        draft: unfiled.
        area: the kelurahan of its place, to be shown.
        danger: the person spoke of danger.
        by_press: a button under the question led here.
    """
    if is_complete(draft):
        done = replace(draft, filed=True, expecting="", remind_at=None, expires_at=None, found=())
        return Step(done, acts=(File(replace(draft, found=()), by_press, danger),))
    if draft.place is None:
        return Step(draft, (Reply(ask_where(draft, danger)),))
    if draft.expires_at is None:  # reminded once, and kept for an hour, however often it is asked
        draft = replace(draft, remind_at=draft.updated_at + REMIND_AFTER, expires_at=draft.updated_at + KEEP_FOR)
    ask = ask_fault(draft, area, danger) if draft.kind is Kind.DRAIN else ask_depth(draft, area, danger)
    return Step(draft, (Reply(ask, slot_of(draft.id), anew=True),))


def chose_place(draft: Draft, place: Place, area: Area | None, at: datetime, danger: bool = False) -> Step:
    """A place that was found or meant is the right one: for the draft, or for the filed report that is being moved."""
    if not draft.filed:
        return _with_place(replace(draft, updated_at=at), place, area, danger)
    done = replace(draft, expecting="", found=(), updated_at=at)
    return Step(done, acts=(Add(draft.id, place=place),))


def is_complete(draft: Draft) -> bool:
    """All that a report needs is known."""
    return draft.place is not None and (draft.fault if draft.kind is Kind.DRAIN else draft.depth) is not None


def words_place(area: Area, lat: float, lon: float) -> Place:
    """A place known only by its kelurahan: the middle of it, to be named in words."""
    return Place(lat, lon, area_code=area.code, source=PlaceSource.WORDS, approximate=True)


def is_news(heard: Heard) -> bool:
    """A text that begins a report: it speaks of water, a drain, a street, a depth, danger."""
    facts = (heard.depth, heard.fault, heard.passability)
    return heard.flood or heard.street or heard.danger or any(fact is not None for fact in facts)


def _move(draft: Draft, heard: Heard) -> Step | None:
    """While a filed report is being moved: its better point, one that cannot be taken, an address; else None."""
    draft = replace(draft, updated_at=heard.at)
    if heard.place is not None:
        done = remember(replace(draft, expecting="", found=()), heard, "place")
        return Step(done, acts=(Add(draft.id, place=heard.place),))
    if heard.trouble is not None:
        return _trouble(draft, heard)
    if draft.expecting == "words" and heard.photo is None and not is_courtesy(heard.text):
        draft = replace(draft, name=name_in(heard, any_text=True))
        return Step(draft, acts=(FindAddress(draft, heard.text, heard.danger),))
    return None


def _trouble(draft: Draft | None, heard: Heard) -> Step:
    """The place that was given cannot be taken: say why, and the way out."""
    area, text = area_values(heard.area), heard.trouble or ""
    safety = "say.safety" if heard.danger else None
    if heard.perhaps is None or draft is None:
        kota = None if heard.area is None else short_kota(heard.area.kota)
        values = {"area": area, "kota": kota, "region": heard.region, "safety": safety}
        return Step(draft, (Reply(Say(text, values)),))
    draft = replace(draft, found=(heard.perhaps,))
    return Step(draft, (Reply(ask_here(draft, 0, text, area, safety)),))


def _add(draft: Draft, heard: Heard, new_id: int) -> Step:
    """A message adds to an unfiled draft."""
    if heard.photo is None and heard.place is None and heard.trouble is None and is_courtesy(heard.text):
        return go_on(draft)
    if heard.place is not None and _is_elsewhere(draft, heard.at, heard.place):
        # what was sent for the first place is a report of its own
        first, draft = draft, begin(draft.person_id, new_id, heard.at)
        step = _add(draft, heard, new_id)
        return replace(step, acts=(File(replace(first, found=())), *step.acts))
    same_album = heard.album is not None and draft.album_id == heard.album
    now, field = _with_words(draft, heard)
    if heard.photo is not None:
        now = replace(now, photos=(*now.photos, heard.photo)[-PHOTOS_KEPT:], album_id=heard.album)
    now = remember(now, heard, "place" if heard.place is not None else field)
    if heard.trouble is not None:
        return _trouble(now, heard)
    if heard.place is not None:
        return _with_place(now, heard.place, heard.area, heard.danger)
    if same_album:  # an album is one sending: answered once, with its first picture
        return Step(now)
    named = now.name != draft.name or (draft.expecting == "words" and heard.text and field != "depth")
    if now.place is None and named:
        return Step(now, acts=(FindAddress(now, heard.text, heard.danger),))
    if heard.photo is not None and now.place is not None and not is_complete(now):
        missing = "other.fault" if now.kind is Kind.DRAIN else "other.depth"
        return Step(now, (Reply(Say("got.photo_more", {"missing": missing})),))
    return go_on(now, danger=heard.danger)


def _is_elsewhere(draft: Draft, at: datetime, place: Place) -> bool:
    """Another place than the one that the draft has by now, rather than a better point for it."""
    known = draft.place
    if known is None or (draft.remind_at is not None and at < draft.remind_at):
        return False
    room_m = max(ELSEWHERE_M, 2 * (known.accuracy_m or 0))
    return not known.approximate and distance_m(known.lat, known.lon, place.lat, place.lon) > room_m


def _with_words(draft: Draft, heard: Heard) -> tuple[Draft, str]:
    """What a text or caption adds to an unfiled draft: a depth, a fault, a street's name, a note; and its field."""
    puddle = draft.kind is Kind.PUDDLE
    depth = heard.depth or (heard.bare_depth if draft.place is not None else None)
    fact = depth if puddle else heard.fault
    if fact is not None:
        draft = replace(draft, depth=depth) if puddle else replace(draft, fault=heard.fault)
    name = None
    if draft.name is None or draft.expecting == "words":
        name = name_in(heard, any_text=draft.expecting == "words" and (fact is None or not puddle))
    field = field_of(heard, puddle and fact is not None, name)
    if name is not None:
        place = None if draft.place is None else replace(draft.place, name=draft.place.name or name)
        draft = replace(draft, name=name, place=place)
    if heard.text and heard.text != name and field in ("note", "photo"):
        draft = replace(draft, note=joined(draft.note, heard.text))
    return draft, field


def _with_place(draft: Draft, place: Place, area: Area | None, danger: bool) -> Step:
    """The place of an unfiled draft is known."""
    draft = replace(draft, place=replace(place, name=place.name or draft.name), expecting="", found=())
    return go_on(draft, area, danger=danger)


def _correct(draft: Draft | None, heard: Heard) -> Step:
    """An edited message corrects what it said; what it did not say stays."""
    if draft is None or draft.filed:
        return Step(draft)
    now = replace(draft, updated_at=heard.at)
    depth = heard.depth or (heard.bare_depth if heard.field == "depth" else None)
    if depth is not None and now.kind is Kind.PUDDLE:
        now = replace(now, depth=depth)
    if heard.field == "place" and heard.place is not None:
        return _with_place(now, heard.place, heard.area, heard.danger)
    if heard.field == "name" and (name := name_in(heard, any_text=True)) is not None:
        now = replace(now, name=name, place=None if now.place is None else replace(now.place, name=name))
        if now.place is None:
            return Step(now, acts=(FindAddress(now, heard.text, heard.danger),))
    if heard.field in ("note", "photo") and heard.text:
        now = replace(now, note=afterwards.corrected(now.note, heard.text))
    return go_on(now) if is_complete(now) else Step(now)
