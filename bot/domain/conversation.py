"""How a report is made in a chat: (draft, what was heard) -> (draft, what to say, to do).

Any order works: location first, photo first, text first. Only what is missing is asked for, and only a place and a
depth are needed (for a drain: a place and what is wrong). What comes after the report is filed adds to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.asking import area_values, ask_depth, ask_fault, ask_here, ask_where, greeting, slot_of
from bot.domain.models import Area, Depth, Fault, Kind, Place, PlaceSource, Report, Say
from bot.domain.records import Draft, Photo
from bot.domain.steps import Add, File, FindAddress, Heard, Reply, Step

REMIND_AFTER = timedelta(minutes=3)
"""A location without depth is reminded once after this."""

KEEP_FOR = timedelta(hours=1)
"""A location without depth is filed as it is after this."""

STALE_AFTER = timedelta(hours=6)
"""What was said longer ago than this is another matter: a new message starts anew."""

NAME_CHARACTERS = 80
NAME_WORDS = 4
"""What is longer tells a story rather than the name of a place: "masjid Al-Huda", but "airnya bau sekali …"."""


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
    if heard.trouble is not None:
        return _trouble(draft, heard, heard.trouble, person_id, new_id)
    if heard.place is not None:
        return _place(draft, heard, heard.place, person_id, new_id)
    if heard.photo is not None:
        return _photo(draft, heard, heard.photo, person_id, new_id, mine)
    return _text(draft, heard, person_id, new_id, mine)


def press_depth(draft: Draft, depth: Depth) -> Step:
    """A depth button under the question of an unfiled draft."""
    return _complete(replace(draft, depth=depth), None, danger=False, by_press=True)


def press_fault(draft: Draft, fault: Fault) -> Step:
    """A button under the question what is wrong."""
    return _complete(replace(draft, fault=fault), None, danger=False, by_press=True)


def chose_place(draft: Draft, place: Place, area: Area | None, at: datetime) -> Step:
    """A place that was found or meant is the right one: for the draft, or for the filed report that is being moved."""
    if not draft.filed:
        return with_place(draft, place, area, at)
    done = replace(draft, expecting="", found=(), updated_at=at)
    return Step(done, acts=(Add(draft.id, place=place),))


def is_complete(draft: Draft) -> bool:
    """All that a report needs is known."""
    return draft.place is not None and (draft.fault if draft.kind is Kind.DRAIN else draft.depth) is not None


def with_place(draft: Draft, place: Place, area: Area | None, at: datetime, danger: bool = False) -> Step:
    """The place of an unfiled draft is known (a pin, or a choice among found places)."""
    draft = replace(draft, place=replace(place, name=place.name or draft.name), updated_at=at, expecting="", found=())
    return _complete(draft, area, danger=danger)


def _complete(draft: Draft, area: Area | None, *, danger: bool, by_press: bool = False) -> Step:
    """File a draft that is complete, else ask for the one thing that is missing."""
    if is_complete(draft):
        done = replace(draft, filed=True, expecting="", remind_at=None, expires_at=None, found=())
        return Step(done, acts=(File(replace(draft, found=()), by_press),))
    if draft.place is None:
        got = "got.photo" if draft.photos else "got.depth" if draft.depth else "got.note" if draft.note else None
        return Step(draft, (Reply(ask_where(draft.kind, danger, got)),))
    draft = replace(draft, remind_at=draft.updated_at + REMIND_AFTER, expires_at=draft.updated_at + KEEP_FOR)
    ask = ask_fault(draft, area) if draft.kind is Kind.DRAIN else ask_depth(draft, area, danger)
    return Step(draft, (Reply(ask, slot_of(draft.id), anew=True),))


def _open_draft(draft: Draft | None, heard: Heard, person_id: int, new_id: int) -> Draft:
    """The draft that this message adds to: the unfiled one, or a new one."""
    if draft is None or draft.filed:
        return begin(person_id, new_id, heard.at)
    return replace(draft, updated_at=heard.at)


def _said(draft: Draft, heard: Heard, field: str) -> Draft:
    """Remember what this message gave, so that its edit corrects that. The newest twenty are plenty."""
    if heard.message_id is None:
        return draft
    return replace(draft, messages=(*draft.messages, (heard.message_id, field))[-20:])


def _trouble(draft: Draft | None, heard: Heard, trouble: str, person_id: int, new_id: int) -> Step:
    """The place that was given cannot be taken: say why, and the way out; what else was said is kept."""
    area = area_values(heard.area)
    if draft is not None and draft.filed and draft.expecting == "place":  # "Perbaiki titik" goes on
        if heard.perhaps is None:
            return Step(draft, (Reply(Say(trouble, {"area": area})),))
        draft = replace(draft, found=(heard.perhaps,))
        return Step(draft, (Reply(ask_here(draft, 0, trouble, area)),))
    if heard.perhaps is None:
        if heard.photo is not None or heard.depth is not None:
            draft = _with_extras(_open_draft(draft, heard, person_id, new_id), heard)
        return Step(draft, (Reply(Say(trouble, {"area": area})),))
    draft = _with_extras(_open_draft(draft, heard, person_id, new_id), heard)
    draft = replace(draft, found=(heard.perhaps,))
    return Step(draft, (Reply(ask_here(draft, 0, trouble, area)),))


def _place(draft: Draft | None, heard: Heard, place: Place, person_id: int, new_id: int) -> Step:
    if draft is not None and draft.filed and draft.expecting == "place":
        done = _said(replace(draft, expecting="", updated_at=heard.at), heard, "place")
        return Step(done, acts=(Add(draft.id, place=place),))
    now = _said(_with_extras(_open_draft(draft, heard, person_id, new_id), heard), heard, "place")
    return with_place(now, place, heard.area, heard.at, heard.danger)


def _with_extras(draft: Draft, heard: Heard) -> Draft:
    """Depth and photo that came with a place or a picture, in its caption or the same text."""
    if heard.depth is not None:
        draft = replace(draft, depth=heard.depth)
    if heard.photo is not None:
        draft = replace(draft, photos=(*draft.photos, heard.photo), album_id=heard.album)
    return draft


def _photo(
    draft: Draft | None, heard: Heard, photo: Photo, person_id: int, new_id: int, mine: Sequence[Report]
) -> Step:
    same_album = draft is not None and heard.album is not None and draft.album_id == heard.album
    target = _report_in_focus(draft, heard, mine)
    if target is not None:
        kept = draft if draft is not None and not draft.filed else None
        focus = draft if draft is not None and draft.filed and draft.id == target.id else None
        new = focus or kept or Draft(target.id, person_id, heard.at, kind=target.kind, filed=True)
        note = heard.text or None
        add = Add(target.id, depth=heard.depth, photo=photo, note=note, silent=same_album)
        return Step(_said(replace(new, album_id=heard.album, updated_at=heard.at), heard, "photo"), acts=(add,))
    now = _with_extras(_open_draft(draft, heard, person_id, new_id), heard)
    if heard.text:
        now = replace(now, note=_joined(now.note, heard.text))
    now = _said(now, heard, "photo")
    if same_album:  # an album is one sending: answered once, with its first picture
        return Step(now)
    if now.place is not None and not is_complete(now):
        return Step(now, (Reply(Say("got.photo_more")),))
    return _complete(now, None, danger=heard.danger)


def _report_in_focus(draft: Draft | None, heard: Heard, mine: Sequence[Report]) -> Report | None:
    """The filed report that a photo or a text adds to: the one just made, or the newest open one of today."""
    if draft is not None and not draft.filed:
        return None
    if draft is not None:
        for report in mine:
            if report.id == draft.id:
                return report
    fresh = [report for report in mine if heard.at - report.seen_at <= STALE_AFTER]
    return fresh[0] if fresh else None


def _text(draft: Draft | None, heard: Heard, person_id: int, new_id: int, mine: Sequence[Report]) -> Step:
    if draft is not None and not draft.filed:
        return _text_to_draft(replace(draft, updated_at=heard.at), heard)
    target = _report_in_focus(draft, heard, mine)
    if target is not None:
        return _text_to_report(draft, heard, person_id, target)
    if heard.depth is None and not heard.flood and not heard.street and not heard.danger:
        return Step(draft, (Reply(greeting()),))
    now = begin(person_id, new_id, heard.at)
    return _take_words(now, heard)


def _text_to_draft(draft: Draft, heard: Heard) -> Step:
    is_depth = heard.depth is not None and not heard.street
    if draft.expecting == "words" and draft.found and not is_depth:
        place = replace(draft.found[0], name=heard.text)
        now = _said(replace(draft, name=heard.text), heard, "name")
        return Step(now, acts=(FindAddress(replace(now, found=(place,)), heard.text),))
    return _take_words(draft, heard)


def _take_words(draft: Draft, heard: Heard) -> Step:
    """Free text in an unfiled draft: a depth, a street's name, or a note."""
    asked = draft.place is not None and draft.kind is Kind.PUDDLE
    depth = heard.depth or (heard.bare_depth if asked else None)
    if depth is not None and draft.kind is Kind.PUDDLE:
        now = replace(draft, depth=depth)
        only_depth = len(heard.text.split()) <= 4
        if not only_depth:
            now = replace(now, note=_joined(now.note, heard.text))
        return _complete(_said(now, heard, "depth" if only_depth else "note"), None, danger=heard.danger)
    if heard.street and draft.name is None and len(heard.text) <= NAME_CHARACTERS:
        now = _said(replace(draft, name=heard.text), heard, "name")
        if now.place is None:
            return Step(now, acts=(FindAddress(now, heard.text),))
        now = replace(now, place=replace(now.place, name=heard.text))
    else:
        now = _said(replace(draft, note=_joined(draft.note, heard.text)), heard, "note")
    return _complete(now, None, danger=heard.danger)


def _text_to_report(draft: Draft | None, heard: Heard, person_id: int, target: Report) -> Step:
    """Text after the receipt: the street's name that was asked for, a new depth, or a note."""
    focus = draft if draft is not None and draft.id == target.id else None
    new = focus or Draft(target.id, person_id, heard.at, kind=target.kind, filed=True)
    new = replace(new, updated_at=heard.at, expecting="")
    short = len(heard.text.split()) <= 6
    if heard.depth is not None and short and target.kind is Kind.PUDDLE:
        return Step(_said(new, heard, "depth"), acts=(Add(target.id, depth=heard.depth),))
    wants_name = focus is not None and focus.expecting == "name"
    landmark = wants_name and len(heard.text.split()) <= NAME_WORDS and not heard.flood and not heard.danger
    if len(heard.text) <= NAME_CHARACTERS and (landmark or (heard.street and target.place.name is None)):
        return Step(_said(new, heard, "name"), acts=(Add(target.id, name=heard.text),))
    add = Add(target.id, note=heard.text, depth=heard.depth if target.kind is Kind.PUDDLE else None)
    safety = (Reply(Say("say.safety")),) if heard.danger else ()
    return Step(_said(new, heard, "note"), safety, (add,))


def _correct(draft: Draft | None, heard: Heard) -> Step:
    """An edited message corrects what it said; what it did not say stays."""
    if draft is None or draft.filed:
        return Step(draft)
    now = replace(draft, updated_at=heard.at)
    if heard.depth is not None or (heard.field == "depth" and heard.bare_depth is not None):
        now = replace(now, depth=heard.depth or heard.bare_depth)
    if heard.field == "place" and heard.place is not None:
        return with_place(now, heard.place, heard.area, heard.at)
    if heard.field == "name":
        now = replace(now, name=heard.text, place=None if now.place is None else replace(now.place, name=heard.text))
    if heard.field in ("note", "photo") and heard.text:
        now = replace(now, note=heard.text)
    if is_complete(now):
        return _complete(now, None, danger=False)
    return Step(now)


def correction(report_id: int, heard: Heard) -> Add | None:
    """What an edited message changes in a report that is filed, None if nothing."""
    if heard.field == "place" and heard.place is not None:
        return Add(report_id, place=heard.place)
    if heard.field == "depth" and (heard.depth or heard.bare_depth):
        return Add(report_id, depth=heard.depth or heard.bare_depth)
    if heard.field == "name" and heard.text:
        return Add(report_id, name=heard.text)
    if heard.field in ("note", "photo") and heard.text:
        return Add(report_id, note=heard.text, depth=heard.depth, replace_note=True)
    return None


def _joined(before: str | None, text: str) -> str:
    """Notes one under the other, at most what one message may hold."""
    return (f"{before}\n{text}" if before else text)[:4000]


def words_place(area: Area, lat: float, lon: float) -> Place:
    """A place known only by its kelurahan: the middle of it, to be named in words."""
    return Place(lat, lon, area_code=area.code, source=PlaceSource.WORDS, approximate=True)
