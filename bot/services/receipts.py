"""What a report's own message shows: receipt, its buttons, and the questions that follow. Says only, no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.asking import area_values, is_known, known_depth
from bot.domain.distress import distress
from bot.domain.lifecycle import reopens_until
from bot.domain.matching import Offer
from bot.domain.models import DEEP_CM, Choice, Incident, Kind, Report, Say, Word
from bot.output.words import clause
from bot.services.context import Context
from bot.services.receipt_rows import ASKING, View, ask_over, ask_point, ask_rating, buttons
from bot.services.standing import end_of, standing


def receipt(
    ctx: Context,
    report: Report,
    incident: Incident,
    *,
    view: View = View.MAIN,
    danger: bool = False,
    renewed: bool = False,
    at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Say:
    """The message that stands for a report, as things are at a moment.

    Args:
        closes_at: when the words of its reporters will end the case, where deep water has to wait; else None.
    """
    others = incident.reporters - 1
    merged = report.match.by not in ("first", "shared") and others > 0
    # who only saw it too gave no depth: the puddle's own
    depth = incident.depth_last if report.match.by == "shared" and report.depth is None else report.depth
    deep = danger or distress(report.note or "") or (depth is not None and (depth.cm or 0) >= DEEP_CM)
    open_ = incident.state.is_open
    plain = open_ and view is View.MAIN
    values = {
        "number": report.number,
        "at": report.at.isoformat(),
        "area": area_values(ctx.areas.get(report.place.area_code or "")),
        "name": report.place.name,
        "approximate": "say.approximate" if report.place.approximate else None,
        "no_depth": None if is_known(report.depth) else "receipt.no_depth",
        **known_depth(report.depth),
        "fault": None if report.fault is None else f"fault.{report.fault.value}",
        "cause": None if report.cause is None else f"cause.{report.cause.value}",
        "passability": None if report.passability is None else f"passability.{report.passability.value}",
        "photos": report.photos or None,
        "passing": "receipt.passing" if report.passing else None,
        "word": _word(report, closes_at),
        "word_at": None if report.word_at is None else report.word_at.isoformat(),
        "until": None if closes_at is None else closes_at.isoformat(),
        **standing(ctx, incident),
        "others": others if merged else None,
        "shared": "receipt.shared" if report.match.by == "shared" and others > 0 else None,
        "with_others": others,
        "distance_m": _told_distance(report, report.match.distance_m) if merged else None,
        "age_s": report.match.age_s if merged else None,
        **_ending(incident, at),
        "news": ("receipt.muted" if report.muted else "receipt.news") if plain else None,
        "ask_name": "receipt.ask_name" if plain and report.place.name is None else None,
        "ask_photo": "receipt.ask_photo" if plain and not report.photos else None,
        "ask": f"receipt.ask.{view.value}" if open_ and view in ASKING else None,
        "safety": "say.safety" if open_ and deep else None,
    }
    return Say(_text_of(report, incident, renewed), values, buttons(ctx, report, incident, view))


def _text_of(report: Report, incident: Incident, renewed: bool) -> str:
    """The id of the receipt's text."""
    if not incident.state.is_open:
        return f"receipt.{end_of(incident)}"
    return "receipt.renewed" if renewed else f"receipt.{report.kind.value}"


def _word(report: Report, closes_at: datetime | None) -> str | None:
    """What the reporter last said of the water, and what it waits for."""
    if report.word is Word.STANDING:
        return None
    deep = report.word is Word.GONE and closes_at is not None
    return "receipt.word.gone_deep" if deep else f"receipt.word.{report.word.value}"


def _ending(incident: Incident, now: datetime | None = None) -> dict[str, object]:
    """When it ended, by whose word, and until when, where that is to come, the word of a reporter opens it again."""
    at = incident.ended_at
    if at is None:
        return {}
    residents = "receipt.by_residents" if incident.handling.taken_at is None else None
    until = reopens_until(incident)
    over = until is None or (now is not None and until < now)
    return {"ended_at": at.isoformat(), "by": residents, "reopens_until": None if over else until and until.isoformat()}


def _told_distance(report: Report, distance_m: float | None) -> float | None:
    """A distance as it is told: never 0 m, and none from a place that is only known in words."""
    return None if distance_m is None or report.place.approximate else max(1.0, distance_m)


def withdrawn(report: Report) -> Say:
    """The receipt of a report that its writer took back."""
    return Say("receipt.withdrawn", {"number": report.number})


def ask_same(report: Report, offers: Sequence[Offer]) -> Say:
    """The rule is unsure: is it one of these? The report has its number and counts meanwhile.

    What tells them apart stands in the text: on a phone's button there is no room for it.
    """
    items = [
        {
            "text": "offer.named" if offer.incident.name else "offer.unnamed",
            "values": {
                "n": number,
                "name": offer.incident.name,
                "distance_m": _told_distance(report, offer.distance_m),
                "age_s": offer.age_s,
                **known_depth(offer.incident.depth_last),
            },
        }
        for number, offer in enumerate(offers, start=1)
    ]
    numbers = [
        Choice("button.offer", "same", (str(report.id), str(offer.incident.id)), {"n": number})
        for number, offer in enumerate(offers, start=1)
    ]
    other = "none_of_these" if report.kind is Kind.PUDDLE else "none_of_these_drains"
    none = Choice(f"button.{other}", "none", (str(report.id),))
    values = {"number": report.number, "offers": items}
    return Say(f"ask.same.{report.kind.value}", values, (tuple(numbers), (none,)))


def ask_area(ctx: Context, report: Report, codes: Sequence[str]) -> Say:
    """The point is near a border: which kelurahan is it?"""
    rows = []
    for code in codes:
        area = ctx.areas.get(code)
        if area is not None:
            rows.append((Choice("button.area", "area", (str(report.id), code), {"area": area_values(area)}),))
    return Say("ask.area", {"number": report.number}, tuple(rows))


def ask_gone(ctx: Context, report: Report, incident: Incident) -> Say:
    """No news for hours: is the water gone?"""
    key = str(report.id)
    return Say(
        "ask.gone",
        {
            "number": report.number,
            "area": area_values(ctx.areas.get(report.place.area_code or "")),
            "name": incident.name,
            "since": incident.last_seen.isoformat(),
        },
        (
            (Choice("button.gone", "gone", (key,)), Choice("button.still", "still", (key,))),
            (Choice("button.rising", "rise", (key,)), Choice("button.away", "away", (key,))),
        ),
    )


def ask_closed(ctx: Context, report: Report, incident: Incident, note: Mapping[str, object]) -> Say:
    """An office says that the case is done: is the water really gone?

    Args:
        note: what they wrote of it, as values: "words" as typed, or "quick" (a text id).
    """
    return Say(f"ask.closed.{end_of(incident)}", _closing(ctx, report, incident, note), ask_over(report, incident))


def ask_not_found(ctx: Context, report: Report, incident: Incident, note: Mapping[str, object]) -> Say:
    """They were there and found nothing: is the point right? `note` as for `ask_closed`."""
    return Say(f"ask.closed.{end_of(incident)}", _closing(ctx, report, incident, note), ask_point(report, incident))


def rate(report: Report) -> Say:
    """Its reporter says too that it is over: was it handled well?"""
    return Say("ask.rating", {"number": report.number}, ask_rating(report))


def _closing(ctx: Context, report: Report, incident: Incident, note: Mapping[str, object]) -> dict[str, object]:
    return {
        "number": report.number,
        "area": area_values(ctx.areas.get(report.place.area_code or "")),
        "name": incident.name,
        "words": clause(str(note.get("words") or "")),
        "quick": note.get("quick"),
        **_ending(incident),
    }


def closed_slot(incident: Incident) -> str:
    """The slot of the question whether a case that an office ended is over; each end asks anew."""
    return f"closed:{incident.id}:{incident.handling.reopened}"


def gone_slot(incident: Incident) -> str:
    """The slot of the question whether an incident's water is gone."""
    return f"gone:{incident.id}:{incident.asked}"


def same_slot(report_id: int) -> str:
    """The slot of the question which puddle a report belongs to."""
    return f"same:{report_id}"


def area_slot(report_id: int) -> str:
    """The slot of the question which kelurahan a report lies in."""
    return f"area:{report_id}"


def ask_fix(report: Report) -> Say:
    """Ask for the right point of a report."""
    return Say("ask.fix", {"number": report.number}, ((Choice("button.keep_place", "keep", (str(report.id),)),),))


def fix_slot(report_id: int) -> str:
    """The slot of the question for the right point."""
    return f"fix:{report_id}"
