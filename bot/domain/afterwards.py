"""What a message adds to a report that is filed: a name, a depth, a photo, a note; or whether it is about another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from difflib import get_close_matches

from bot.domain.address_words import address_in
from bot.domain.models import Kind, Report, Say
from bot.domain.place_names import Relation, names_in, relation
from bot.domain.records import Draft
from bot.domain.steps import Add, Heard, Reply, Step
from bot.domain.talk import NAME_CHARACTERS, is_courtesy, is_question, may_be_name

STALE_AFTER = timedelta(hours=6)
"""What was said longer ago than this is another matter: a new message starts anew."""

NOTE_CHARACTERS = 4000
DEPTH_WORDS = 6
"""A depth in a text of at most so many words is its whole message; more is kept as a note too."""

FEW_WORDS = 4


def in_focus(draft: Draft | None, at: datetime, mine: Sequence[Report]) -> Report | None:
    """The filed report that a photo or a text adds to: the one last spoken of, or the newest of the last hours.

    Args:
        draft: the person's conversation; one that is not filed yet takes the message itself.
        at: when the message was sent.
        mine: the person's reports to open incidents, newest first.
    """
    if draft is not None and not draft.filed:
        return None
    for report in mine:
        if draft is not None and report.id == draft.id and at - max(draft.updated_at, report.seen_at) <= STALE_AFTER:
            return report
    return next((report for report in mine if at - report.seen_at <= STALE_AFTER), None)


def is_about_other_water(heard: Heard, target: Report) -> bool:
    """A text that tells of water at another place than the report's (or at all, where that is of a drain)."""
    if not (heard.flood or heard.depth is not None):
        return False
    if target.kind is Kind.DRAIN:
        return True
    if not heard.street or target.place.name is None:
        return False
    return relation(names_in(heard.text), names_in(target.place.name)) is Relation.DIFFERENT


def add(draft: Draft | None, heard: Heard, person_id: int, target: Report) -> Step:
    """A photo or a text after the receipt: the street's name that was asked for, a new depth, a note."""
    focus = draft if draft is not None and draft.id == target.id else None
    new = focus or Draft(target.id, person_id, heard.at, kind=target.kind, filed=True)
    if heard.photo is None and is_courtesy(heard.text):
        return Step(replace(new, updated_at=heard.at), (Reply(Say("say.welcome", {"number": target.number})),))
    expecting = "" if focus is None else focus.expecting
    puddle = target.kind is Kind.PUDDLE
    unknown = target.depth is None or target.depth.cm is None
    depth = heard.depth or (heard.bare_depth if unknown or expecting == "depth" else None)
    name = None
    if target.place.name is None:
        name = name_in(heard, any_text=expecting == "name" and not heard.flood and may_be_name(heard.text))
    said = Add(
        target.id,
        depth=depth if puddle else None,
        name=name,
        photo=heard.photo,
        passability=heard.passability if puddle else None,
        danger=heard.danger,
        asks=is_question(heard.text),
        silent=heard.photo is not None and heard.album is not None and new.album_id == heard.album,
    )
    field = field_of(heard, said.depth is not None or said.passability is not None, name)
    if heard.text and heard.text != name and field in ("note", "photo"):
        said = replace(said, note=heard.text)
    new = replace(new, updated_at=heard.at, expecting=expecting if expecting in ("place", "words") else "")
    if heard.photo is not None:
        new = replace(new, album_id=heard.album)
    return Step(remember(new, heard, field), acts=(said,))


def name_in(heard: Heard, *, any_text: bool = False) -> str | None:
    """The street or landmark that a text names, without what it says of the water.

    Args:
        heard: the message.
        any_text: one was asked for, so it is a name whatever it looks like.
    """
    if not heard.text or not (heard.street or any_text):
        return None
    more = heard.flood or heard.danger or heard.depth is not None or len(heard.text) > NAME_CHARACTERS
    return address_in(heard.text) if more else heard.text


def field_of(heard: Heard, has_fact: bool, name: str | None) -> str:
    """What a message was, so that its edit corrects that: a photo, a name, a depth (or the like), else a note.

    Args:
        heard: the message.
        has_fact: it gave a depth, or what gets through.
        name: the place that it named.
    """
    if heard.photo is not None:
        return "photo"
    words = len(heard.text.split())
    if name is not None:
        return "name" if words - len(name.split()) <= FEW_WORDS else "note"
    return "depth" if has_fact and words <= DEPTH_WORDS and not heard.danger else "note"


def remember(draft: Draft, heard: Heard, field: str) -> Draft:
    """Remember what this message gave. The newest twenty are plenty."""
    if heard.message_id is None:
        return draft
    return replace(draft, messages=(*draft.messages, (heard.message_id, field))[-20:])


def correction(report_id: int, heard: Heard) -> Add | None:
    """What an edited message changes in a report that is filed, None if nothing."""
    depth = heard.depth or (heard.bare_depth if heard.field == "depth" else None)
    if heard.field == "place" and heard.place is not None:
        return Add(report_id, place=heard.place)
    if heard.field == "depth" and depth is not None:
        return Add(report_id, depth=depth)
    if heard.field == "name" and heard.text:
        return Add(report_id, name=name_in(heard, any_text=True), depth=depth)
    if heard.field in ("note", "photo") and heard.text:
        return Add(report_id, note=heard.text, depth=depth, corrects_note=True)
    return None


def joined(note: str | None, text: str) -> str:
    """Notes one under the other, at most what one message may hold."""
    return (f"{note}\n{text}" if note else text)[:NOTE_CHARACTERS]


def corrected(note: str | None, text: str) -> str:
    """The notes with the one that `text` corrects replaced: the most similar line; where none is, it comes below."""
    lines = (note or "").split("\n")
    similar = get_close_matches(text, lines, n=1, cutoff=0.5)
    if not similar:
        return joined(note, text)
    lines[lines.index(similar[0])] = text
    return "\n".join(lines)[:NOTE_CHARACTERS]
