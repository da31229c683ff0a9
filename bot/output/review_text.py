"""The month in review -> words: the figures for a phone in one message, the spots that come back in a second one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.asking import area_values
from bot.domain.digest_attention import AreaNames
from bot.domain.map_links import place_url
from bot.domain.models import Incident
from bot.domain.review import AreaMonth, Review, SpotMonth
from bot.output.digest_pages import MAX_UNITS, units
from bot.output.spot_text import LINE, spot_values
from bot.output.week_chart import change, noon
from bot.output.words import one_line, without_contacts
from bot.texts import DEFAULT_LANGUAGE, Texts

MOST_AREAS = 10
MOST_SPOTS = 10
"""Lines listed at most: the rest is summed up, and stands in the spreadsheet."""

LONGEST_NAME = 60
"""Characters shown of a street or landmark."""


def review_parts(
    review: Review,
    areas: AreaNames,
    texts: Texts,
    timezone: ZoneInfo,
    region: str,
    language: str = DEFAULT_LANGUAGE,
) -> list[str]:
    """The messages below the caption, as Telegram HTML: at most two, each well within Telegram's limits.

    Args:
        review: the month.
        areas: the kelurahan by their codes.
        texts: all words.
        timezone: the one that `texts` tells days in.
        region: what is served, e.g. "Jakarta Utara".
        language: the reader's.
    """
    values: dict[str, object] = {
        "deepest": [_deepest(review.deepest, areas)] if review.deepest else None,
        "work": _work(review),
        "reporters": _reporters(review),
        "drains": review.drains or None,
        "drains_mended": review.drains_mended,
        "areas": _areas(review, areas),
    }
    title = {"region": region.upper(), "first": noon(review.days.first, timezone)}
    parts = [texts.render("review.text", {**title, **values}, language)] if any(values.values()) else []
    if review.spots:
        seen_from = noon(review.days.last, timezone)
        items = [_spot(n, each, areas, seen_from) for n, each in enumerate(review.spots[:MOST_SPOTS], start=1)]

        def listed(shown: int) -> str:
            more = len(review.spots) - shown or None
            values = {**title, "n": len(review.spots), "items": items[:shown], "more": more}
            return texts.render("review.spots", values, language)

        fewer = (listed(shown) for shown in range(len(items), 0, -1))
        parts.append(next(page for page in fewer if units(page) <= MAX_UNITS))
    return parts


def review_caption(
    review: Review, texts: Texts, timezone: ZoneInfo, region: str, language: str = DEFAULT_LANGUAGE
) -> str:
    """What stands under the month's chart, as Telegram HTML."""
    values = {
        "region": region.upper(),
        "first": noon(review.days.first, timezone),
        "counts": _counts(review, timezone),
    }
    return texts.render("review.caption", values, language)


def _counts(review: Review, timezone: ZoneInfo) -> list[dict[str, object]]:
    days, worst = review.days, review.days.worst
    values = {
        "n": days.total,
        "before": days.before,
        "change": f"week.{change(days.total, days.before)}",
        "worst": noon(worst.day, timezone) if worst else None,
        "most": worst.total if worst else None,
    }
    return [{"text": "review.counts" if days.total else "review.dry", "values": values}]


def _deepest(incident: Incident, areas: AreaNames) -> dict[str, object]:
    depth = incident.depth_max
    values: dict[str, object] = {
        "map": place_url(incident.lat, incident.lon),
        "at": incident.first_seen,
        **_place(incident.name, incident.area_code, areas),
    }
    if depth is not None:
        values["depth"] = {"level": depth.level, "cm": depth.cm, "measured": depth.measured}
    return {"text": "review.deepest", "values": values}


def _work(review: Review) -> list[dict[str, object]] | None:
    """How they ended, so that it adds up to all of them, and how well the offices did."""
    figures = review.figures
    if not figures.cases:
        return None
    values = {
        "handled": figures.handled,
        "receded": figures.receded,
        "unheard": review.unheard or None,
        "not_found": review.not_found or None,
        "open": review.open or None,
        "take_up_s": figures.take_up_s,
        "gone_s": figures.gone_s,
        "percent": round(100 * figures.in_time / figures.judged) if figures.judged else None,
        "in_time": figures.in_time,
        "judged": figures.judged,
        "hops": figures.hops or None,
        "escalations": figures.escalations or None,
        "reopened": figures.reopened or None,
    }
    return [{"text": "review.work", "values": values}]


def _reporters(review: Review) -> list[dict[str, object]] | None:
    rated = review.good + review.bad
    if not review.tally.reports and not rated:
        return None
    values = {
        "reports": review.tally.reports,
        "people": review.tally.reporters,
        "rated": rated or None,
        "good": review.good,
        "bad": review.bad,
    }
    return [{"text": "review.reporters", "values": values}]


def _areas(review: Review, areas: AreaNames) -> list[dict[str, object]] | None:
    """The kelurahan with the most puddles, and how many the others have, so that it adds up."""
    if not review.areas:
        return None
    rest = review.areas[MOST_AREAS:]
    values = {
        "items": [_area(each, areas) for each in review.areas[:MOST_AREAS]],
        "more": len(rest) or None,
        "more_cases": sum(each.cases for each in rest),
    }
    return [{"text": "review.areas", "values": values}]


def _area(month: AreaMonth, areas: AreaNames) -> dict[str, object]:
    area = areas.get(month.code) if month.code else None
    values = {
        "name": area.kelurahan if area else None,
        "n": month.cases,
        "before": month.before,
        "gone_s": month.gone_s,
    }
    return {"text": "review.area" if area else "review.area_unknown", "values": values}


def _spot(n: int, month: SpotMonth, areas: AreaNames, seen_from: datetime) -> dict[str, object]:
    """A spot as everywhere else, and how often in the month. "Lately" means nothing when a month is looked back at."""
    area = areas.get(month.spot.area_code) if month.spot.area_code else None
    values = spot_values(month.spot, seen_from, area=area)
    ours = {"n": n, "line": LINE, "month": month.times, "lately": None, "ago_s": None, "standing": None}
    return {"text": "review.spot", "values": values | ours}


def _place(name: str | None, area_code: str | None, areas: AreaNames) -> dict[str, object]:
    """A place by its name, else as a point, and its kelurahan."""
    area = areas.get(area_code) if area_code else None
    shown = one_line(without_contacts(name), LONGEST_NAME)
    return {
        "name": shown,
        "place": "review.named" if shown else "review.unnamed",
        "area": area_values(area),
    }
