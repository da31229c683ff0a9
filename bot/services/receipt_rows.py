"""The buttons under a receipt, by what its reader can do now."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlencode

from bot.domain import tides
from bot.domain.models import Cause, Choice, DepthLevel, Incident, IncidentState, Kind, Passability, Report, Rows
from bot.domain.rows import in_rows
from bot.services.context import Context


class View(StrEnum):
    """Which buttons a receipt shows."""

    MAIN = "main"
    MORE = "more"
    CAUSE = "cause"
    DEPTH = "depth"
    CANCEL = "cancel"


ASKING = frozenset({View.CAUSE, View.DEPTH, View.CANCEL})
"""Views whose buttons answer a question, which then stands above them."""

DISPUTABLE = frozenset(
    {
        IncidentState.HANDLED,
        IncidentState.RECEDED,
        IncidentState.NOT_FOUND,
        IncidentState.NO_PUDDLE,
        IncidentState.UNHEARD,
    }
)
"""Ends after which its reporters may say that the water still stands."""

NOTHING_THERE = frozenset({IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE})
"""Ends after which the point may be wrong, or the whole report."""


def buttons(ctx: Context, report: Report, incident: Incident, view: View) -> Rows:
    """The rows under a report's own message."""
    if not incident.state.is_open:
        return _after_the_end(report, incident)

    def button(label: str, act: str, *args: str) -> Choice:
        return _button(report, label, act, *args)

    if view is View.CANCEL:
        return ((button("cancel_yes", "drop"), button("cancel_no", "show")),)
    if view is View.CAUSE:
        first = [Cause.TIDE] if tides.perhaps_tide(incident, ctx.timezone) else []
        ordered = dict.fromkeys((*first, *Cause))
        causes = [button(f"cause_button.{cause.value}", "c", cause.value) for cause in ordered]
        return (*in_rows(causes), (button("back", "show"),))
    if view is View.DEPTH:
        levels = [level for level in DepthLevel if level is not DepthLevel.UNKNOWN]
        depths = [button(f"depth_button.{level.value}", "d", level.value) for level in levels]
        return (*in_rows(depths, 3), (button("back", "show"),))
    share = Choice("button.share", url=share_url(ctx, report))
    fix, cancel = button("fix_place", "fix"), button("cancel", "cancel")
    mute = button("unmute", "unmute") if report.muted else button("mute", "mute")
    shared = incident.reporters > 1
    if report.kind is Kind.DRAIN:
        split = (button("other_drain", "other"),) if shared else ()
        return tuple(row for row in ((button("mended", "gone"), fix), split, (share, cancel), (mute,)) if row)
    passing = button("local", "local") if report.passing else button("passing", "by")
    if view is View.MORE:
        split = (button("other_puddle", "other"),) if shared else ()
        return (
            (button("cause", "cause"), button("depth", "depth")),
            (button("car", "p", Passability.CAR.value),),
            (passing, *split),
            (share, cancel),
            (mute, button("back", "show")),
        )
    passable = (
        button("motorcycle", "p", Passability.MOTORCYCLE.value),
        button("nobody", "p", Passability.NOBODY.value),
    )
    water = () if report.passing else (button("rising", "rise"), button("gone", "gone"))
    last = button("other_puddle", "other") if shared and report.match.by == "rule" else passing
    return tuple(row for row in (passable, water, (fix, last), (button("more", "more"),)) if row)


def ask_point(report: Report, incident: Incident) -> Rows:
    """Nothing was found where the report says: is the point right?"""
    point = (_button(report, "fix_place", "fix"), _button(report, "mistaken", "mistaken"))
    return (point, (_still(report, incident),))


def ask_over(report: Report, incident: Incident) -> Rows:
    """Is it really gone?"""
    drain = incident.kind is Kind.DRAIN
    gone = _button(report, "mended" if drain else "gone", "gone")
    away = _button(report, "away", "away")
    below = (away,) if drain else (_button(report, "rising", "rise"), away)
    return ((gone, _still(report, incident)), below)


def ask_rating(report: Report) -> Rows:
    """Was it handled well?"""
    return ((_button(report, "rate_good", "rate", "good"), _button(report, "rate_bad", "rate", "bad")),)


def share_url(ctx: Context, report: Report) -> str:
    """A link that opens Telegram's own "forward to" with a link to this report's puddle."""
    return "https://t.me/share/url?" + urlencode({"url": ctx.deep_link(f"r_{report.number}")})


def _after_the_end(report: Report, incident: Incident) -> Rows:
    if incident.state not in DISPUTABLE or report.passing:
        return ()
    if incident.state in NOTHING_THERE:
        return ask_point(report, incident)
    return ((_still(report, incident),), *tide_again(report, incident))


def tide_again(report: Report, incident: Incident) -> Rows:
    """Where the sea comes again and again, its next time is one tap away."""
    tide = incident.series_id is not None or Cause.TIDE in incident.causes
    return ((_button(report, "tide_again", "tide_again"),),) if tide and not report.passing else ()


def _still(report: Report, incident: Incident) -> Choice:
    return _button(report, "still_broken" if incident.kind is Kind.DRAIN else "still", "still")


def _button(report: Report, label: str, act: str, *args: str) -> Choice:
    """A button about a report; labels are those of [button], where their id names no other section."""
    return Choice(label if "." in label else f"button.{label}", act, (str(report.id), *args))
