"""Days of puddles -> the week's chart and the month's, and their captions."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.depth_classes import CLASS_COUNT, class_words
from bot.domain.weather import Rain
from bot.domain.week import Days
from bot.output.pictures import Bar, ChartPicture
from bot.texts import DEFAULT_LANGUAGE, Texts

MANY_BARS = 14
"""With more days a label is only the day's number, and only rain that is worth a look is named."""


def chart(days: Days, region: str, texts: Texts, timezone: ZoneInfo, language: str = DEFAULT_LANGUAGE) -> ChartPicture:
    """The chart of some days.

    Args:
        days: a week's or a month's.
        region: what is served, e.g. "Jakarta Utara".
        texts: all words.
        timezone: the one that `texts` tells days in.
        language: the reader's.
    """
    many = len(days.days) > MANY_BARS

    def say(key: str, **values: object) -> str:
        return texts.plain(f"week.{key}", values, language)

    def rain(known: Rain | None) -> str | None:
        return None if known is None or (many and known < Rain.MODERATE) else say(f"rain.{known.value}")

    bars = [
        Bar(
            label=str(each.day.day) if many else say("day", day=noon(each.day, timezone)),
            counts=each.counts,
            rain=rain(each.rain),
        )
        for each in days.days
    ]
    return ChartPicture(
        title=say("title", region=region),
        subtitle=say("subtitle", first=noon(days.first, timezone), last=noon(days.last, timezone)),
        axis=say("axis"),
        classes=[texts.plain(class_words(index), {}, language) for index in range(CLASS_COUNT)],
        bars=bars,
        source=say("source_with_rain" if days.rain_known else "source"),
    )


def week_caption(days: Days, texts: Texts, timezone: ZoneInfo, language: str = DEFAULT_LANGUAGE) -> str:
    """What stands under the week's chart, as Telegram HTML: how many, against the week before, the worst day."""
    worst = days.worst
    values = {
        "first": noon(days.first, timezone),
        "last": noon(days.last, timezone),
        "n": days.total,
        "before": days.before,
        "change": f"week.{change(days.total, days.before)}",
        "worst": noon(worst.day, timezone) if worst else None,
        "most": worst.total if worst else None,
        "deep": worst.deep or None if worst else None,
    }
    return texts.render("week.caption" if days.total else "week.caption_dry", values, language)


def change(now: int, before: int) -> str:
    """ "more", "fewer" or "same"."""
    return "same" if now == before else "more" if now > before else "fewer"


def noon(day: date, timezone: ZoneInfo) -> datetime:
    """A moment in a local day, by which texts tell the day."""
    return datetime.combine(day, time(12), timezone)
