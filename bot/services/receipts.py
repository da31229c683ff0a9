"""What a report's own message shows: receipt, its buttons, and the questions that follow. Says only, no words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlencode

from bot.domain.asking import area_values, is_known, known_depth
from bot.domain.matching import Offer
from bot.domain.models import (
    DEEP_CM,
    Cause,
    Choice,
    DepthLevel,
    Incident,
    IncidentState,
    Kind,
    Passability,
    Report,
    Say,
    Word,
)
from bot.services.context import Context

OWNER = "unit.sudin"
"""Who answers for every incident: the Sudin SDA."""

Rows = tuple[tuple[Choice, ...], ...]


class View(StrEnum):
    """Which buttons a receipt shows."""

    MAIN = "main"
    MORE = "more"
    CAUSE = "cause"
    DEPTH = "depth"
    CANCEL = "cancel"


ASKING = frozenset({View.CAUSE, View.DEPTH, View.CANCEL})
"""Views whose buttons answer a question, which then stands above them."""


def receipt(
    ctx: Context,
    report: Report,
    incident: Incident,
    *,
    view: View = View.MAIN,
    danger: bool = False,
    renewed: bool = False,
) -> Say:
    """The message that stands for a report, as things are now."""
    others = incident.reporters - 1
    merged = report.match.by != "first" and others > 0
    deep = danger or (report.depth is not None and (report.depth.cm or 0) >= DEEP_CM)
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
        "word": None if report.word is Word.STANDING else f"receipt.word.{report.word.value}",
        "word_at": None if report.word_at is None else report.word_at.isoformat(),
        "owner": OWNER if open_ else None,
        "region": ctx.region,
        "others": others if merged else None,
        "distance_m": _told_distance(report, report.match.distance_m) if merged else None,
        "age_s": report.match.age_s if merged else None,
        "ended_at": None if incident.ended_at is None else incident.ended_at.isoformat(),
        "news": "receipt.news" if plain else None,
        "ask_name": "receipt.ask_name" if plain and report.place.name is None else None,
        "ask_photo": "receipt.ask_photo" if plain and not report.photos else None,
        "ask": f"receipt.ask.{view.value}" if open_ and view in ASKING else None,
        "safety": "say.safety" if open_ and deep else None,
    }
    return Say(_text_of(report, incident, renewed), values, _buttons(ctx, report, incident, view))


def _text_of(report: Report, incident: Incident, renewed: bool) -> str:
    """The id of the receipt's text."""
    if not incident.state.is_open:
        mended = report.kind is Kind.DRAIN and incident.state is IncidentState.RECEDED
        return "receipt.mended" if mended else f"receipt.{incident.state.value}"
    return "receipt.renewed" if renewed else f"receipt.{report.kind.value}"


def _told_distance(report: Report, distance_m: float | None) -> float | None:
    """A distance as it is told: never 0 m, and none from a place that is only known in words."""
    return None if distance_m is None or report.place.approximate else max(1.0, distance_m)


def withdrawn(report: Report) -> Say:
    """The receipt of a report that its writer took back."""
    return Say("receipt.withdrawn", {"number": report.number})


def _buttons(ctx: Context, report: Report, incident: Incident, view: View) -> Rows:
    key = str(report.id)

    def button(label: str, act: str, *args: str) -> Choice:
        return Choice(f"button.{label}", act, (key, *args))

    drain = report.kind is Kind.DRAIN
    if not incident.state.is_open:
        if incident.state in (IncidentState.RECEDED, IncidentState.UNHEARD) and not report.passing:
            return ((button("still_broken" if drain else "still", "still"),),)
        return ()
    if view is View.CANCEL:
        return ((button("cancel_yes", "drop"), button("cancel_no", "show")),)
    if view is View.CAUSE:
        causes = [Choice(f"cause_button.{cause.value}", "c", (key, cause.value)) for cause in Cause]
        return (*_in_rows(causes, 2), (button("back", "show"),))
    if view is View.DEPTH:
        levels = [level for level in DepthLevel if level is not DepthLevel.UNKNOWN]
        depths = [Choice(f"depth_button.{level.value}", "d", (key, level.value)) for level in levels]
        return (*_in_rows(depths, 3), (button("back", "show"),))
    share = Choice("button.share", url=share_url(ctx, report))
    fix, cancel = button("fix_place", "fix"), button("cancel", "cancel")
    shared = incident.reporters > 1
    if drain:
        split = (button("other_drain", "other"),) if shared else ()
        return tuple(row for row in ((button("mended", "gone"), fix), split, (share, cancel)) if row)
    passing = button("local", "local") if report.passing else button("passing", "by")
    if view is View.MORE:
        split = (button("other_puddle", "other"),) if shared else ()
        return (
            (button("cause", "cause"), button("depth", "depth")),
            (button("car", "p", Passability.CAR.value),),
            (passing, *split),
            (share, cancel),
            (button("back", "show"),),
        )
    passable = (
        button("motorcycle", "p", Passability.MOTORCYCLE.value),
        button("nobody", "p", Passability.NOBODY.value),
    )
    water = () if report.passing else (button("rising", "rise"), button("gone", "gone"))
    last = button("other_puddle", "other") if shared and report.match.by == "rule" else passing
    return tuple(row for row in (passable, water, (fix, last), (button("more", "more"),)) if row)


def share_url(ctx: Context, report: Report) -> str:
    """A link that opens Telegram's own "forward to" with a link to this report's puddle."""
    return "https://t.me/share/url?" + urlencode({"url": ctx.deep_link(f"r_{report.number}")})


def _in_rows(choices: Sequence[Choice], width: int) -> Rows:
    return tuple(tuple(choices[i : i + width]) for i in range(0, len(choices), width))


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
