"""How values are shown: numbers, times, depths, distances, areas, in one language.

Every word comes from the TOML files' sections `format`, `calendar` and `depth`; here are only the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.texts.template import Placeholder, Template

Values = Mapping[str, object]

OVER_CM = 150
"""A depth above this is no longer told as chest-deep: PetaBencana's next class, where a grown-up has no footing."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One language, speaking in one time zone."""

    templates: Mapping[str, Template]
    timezone: ZoneInfo

    def say(self, text_id: str, **values: object) -> str:
        """A text whose placeholders are plain words, numbers or plurals. Raises KeyError for an unknown id."""

        def show(place: Placeholder) -> str | None:
            value = values.get(place.name)
            return None if value is None else FORMATS[place.type](self, value, place, None)

        return self.templates[text_id].fill(show)

    def local(self, value: object) -> datetime:
        """A moment (ISO string or datetime, aware) in this voice's time zone. Raises ValueError for anything else."""
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise ValueError("a time has to be an aware datetime or its ISO string")
        return moment.astimezone(self.timezone)

    def number(self, value: float, decimals: int = 0) -> str:
        """1204 -> "1.204", 1.5 with one decimal -> "1,5" (Indonesian)."""
        whole, _, fraction = f"{value:,.{decimals}f}".partition(".")
        whole = whole.replace(",", self.say("format.thousands")).replace("-", "−")
        return f"{whole}{self.say('format.decimal')}{fraction}" if fraction.strip("0") else whole


def _text(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str | None:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or None
    return str(value)


def _number(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    number = _as_number(value)
    return voice.number(number, 0 if isinstance(number, int) else 1)


def _plural(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    return place.options[0 if _as_number(value) == 1 else -1]


def _coordinate(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    # always with a point, in any language: so that it can be pasted into a map; 5 decimals are about a metre
    return f"{_as_number(value):.5f}"


def _depth(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    if value is None:
        return voice.say("depth.unknown")
    if not isinstance(value, Mapping):
        raise ValueError("a depth has to be a mapping of level, cm, measured")
    if value.get("measured"):
        return voice.say("format.measured", cm=value["cm"])
    cm = value.get("cm")
    over = value["level"] == "chest" and isinstance(cm, int) and cm > OVER_CM
    return voice.say("depth.over" if over else f"depth.{value['level']}", cm=cm)


def _area(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    if not isinstance(value, Mapping):
        raise ValueError("an area has to be a mapping of kelurahan, kecamatan, kota")
    return voice.say("format.area", **value)


def _unit(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    if not isinstance(value, Mapping):
        raise ValueError("a unit has to be a mapping of level and name")
    return voice.say(f"unit.{value['level']}", name=value["name"])


def _metres(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    metres = _as_number(value)
    if metres < 995:
        # beyond 100 m nobody knows the last metre, and no phone does
        return voice.say("format.metres", n=round(metres) if metres < 100 else 10 * round(metres / 10))
    return voice.say("format.kilometres", n=float(metres) / 1000)


def _span(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    """A length of time in its largest fitting unit: "25 menit", "2 jam", "3 hari"."""
    minutes = round(_as_number(value) / 60)
    if minutes < 60:
        return voice.say("format.minutes", n=max(1, minutes))
    hours = round(minutes / 60)
    return voice.say("format.hours", n=hours) if hours < 48 else voice.say("format.days", n=round(hours / 24))


def _ago(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    if _as_number(value) < 60:
        return voice.say("format.just_now")
    return voice.say("format.ago", span=_span(voice, value, place, now))


def _time(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    moment = voice.local(value)
    return voice.say("format.time", hour=f"{moment:%H}", minute=f"{moment:%M}")


def _date(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    moment = voice.local(value)
    return voice.say(
        "format.date",
        weekday=voice.say(f"calendar.weekdays.{moment.weekday()}"),
        day=moment.day,
        month=voice.say(f"calendar.months.{moment.month - 1}"),
        year=str(moment.year),
    )


def _month(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    moment = voice.local(value)
    return voice.say("format.month", month=voice.say(f"calendar.months.{moment.month - 1}"), year=str(moment.year))


def _day(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    """A date without its year, shortened: "Rab 21 Jan"."""
    moment = voice.local(value)
    return voice.say(
        "format.day",
        weekday=voice.say(f"calendar.weekdays_short.{moment.weekday()}"),
        day=moment.day,
        month=voice.say(f"calendar.months_short.{moment.month - 1}"),
    )


def _when(voice: Voice, value: object, place: Placeholder, now: datetime | None) -> str:
    """The hour, with its day unless that is today's."""
    time = _time(voice, value, place, now)
    if now is not None:
        days = voice.local(value).date() - voice.local(now).date()
        if not days:
            return time
        if abs(days) == timedelta(days=1):
            return voice.say("format.yesterday" if days < timedelta() else "format.tomorrow", time=time)
    return voice.say("format.when", day=_day(voice, value, place, now), time=time)


def _as_number(value: object) -> int | float:
    if isinstance(value, int | float):
        return value
    raise ValueError("a number is wanted here")


Format = Callable[[Voice, object, Placeholder, datetime | None], str | None]
"""(voice, value, placeholder, now) -> plain words; None where there is nothing to show."""

FORMATS: Mapping[str, Format] = {
    "text": _text,
    "number": _number,
    "plural": _plural,
    "coordinate": _coordinate,
    "depth": _depth,
    "area": _area,
    "unit": _unit,
    "metres": _metres,
    "span": _span,
    "ago": _ago,
    "time": _time,
    "date": _date,
    "day": _day,
    "month": _month,
    "when": _when,
}
"""Placeholder types, but for `id` and `raw`, which hold markup and are handled where templates are filled."""
