"""Merging from a case's card: the effect first, in the same chat, and the way back. (/gabung is in merging.py.)"""

from __future__ import annotations

from bot.domain.lifecycle import Act
from bot.domain.models import Choice, Incident, Say
from bot.services import grouping
from bot.services.standing import named
from bot.services.touching import Touch


def merge_with(t: Touch) -> Say | None:
    """ "Gabungkan" with another case: what it would make is shown first."""
    other = _other(t)
    effect = grouping.effect_of_merge(t.p.batch, t.incident, other)
    values = {
        "number": t.incident.number,
        "other": other.number,
        "moved": effect.moved,
        "reporters": effect.reporters,
        "distance_m": max(1.0, effect.distance_m),
        "owner": named(t.p.ctx, effect.owner),
        "was": named(t.p.ctx, effect.was) if effect.was != effect.owner else None,
    }
    key = str(t.incident.id)
    yes = Choice("button.merge_yes", "k", (key, "merge_yes", t.first))
    no = Choice("admin_button.leave_it", "k", (key, "no"))
    _in_chat(t, Say("merging.effect", values, ((yes, no),)), anew=True)
    t.show("main")
    return None


def merge_yes(t: Touch) -> Say | None:
    """ "Ya, gabungkan"."""
    other = _other(t)
    refusal = grouping.merge(t.p.ctx, t.p.batch, t.actor, t.incident, other, t.p.at)
    if refusal is None:
        undo = Choice("button.merge_undo", "k", (t.first, "merge_undo"))
        values = {"number": t.incident.number, "other": other.number}
        _in_chat(t, Say("merging.merged", values, ((undo,),)))
    return t.result(Act.MERGE, refusal)


def merge_undo(t: Touch) -> Say | None:
    """ "Batalkan penggabungan": on the case that was merged away."""
    into = t.incident.merged_into
    refusal = grouping.undo_merge(t.p.ctx, t.p.batch, t.actor, t.incident, t.p.at)
    if refusal is None and into is not None:
        values = {"number": t.p.batch.incident(into).number, "other": t.incident.number}
        _in_chat(t, Say("merging.unmerged", values), about=into)
    return t.result(Act.SPLIT, refusal)


def leave(t: Touch) -> Say | None:
    """ "Tidak jadi"."""
    _in_chat(t, Say("merging.left", {"number": t.incident.number}))
    return None


def _other(t: Touch) -> Incident:
    """The case that the button names. Raises ValueError where there is none."""
    try:
        return t.p.batch.incident(int(t.first))
    except KeyError:
        raise ValueError("no such case") from None


def _in_chat(t: Touch, say: Say, *, anew: bool = False, about: int | None = None) -> None:
    """Say something where the button was pressed, in the place of what was asked there about this case."""
    origin = t.p.origin
    t.p.batch.say(
        say,
        t.p.at,
        person_id=t.p.person.id if origin.private else None,
        chat_id=None if origin.private else origin.chat_id,
        topic_id=origin.topic_id,
        slot=f"merge:{about or t.incident.id}",
        anew=anew,
    )
