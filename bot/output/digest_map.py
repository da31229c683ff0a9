"""Digest -> the map picture that comes with it: its marks, and all words on it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.depth_classes import CLASSES_CM, UNKNOWN_CLASS, class_words
from bot.domain.digest_entries import Digest, Entry
from bot.domain.map_base import MapBase
from bot.domain.models import IncidentState, Kind
from bot.output.pictures import MapPicture, MapWords, Mark
from bot.texts import DEFAULT_LANGUAGE, Texts

_GONE = frozenset({IncidentState.HANDLED, IncidentState.RECEDED})
"""Ends after which water was there and is not any more. (Where nobody answered, nobody knows.)"""


def map_picture(
    digest: Digest, base: MapBase, texts: Texts, timezone: ZoneInfo, language: str = DEFAULT_LANGUAGE
) -> MapPicture:
    """The map of a digest: what stands, what has receded in the window, the drains that are open.

    Args:
        digest: what to show.
        base: the ground.
        texts: all words.
        timezone: the one that `texts` tells hours in.
        language: the reader's.
    """
    shown = [entry for entry in digest.entries if entry.state.is_open or _is_gone(entry)]
    outside = sum(entry.area is None or entry.area.code not in base.served for entry in shown)
    return MapPicture(base, tuple(map(_mark, shown)), _words(digest, base, outside, texts, timezone, language))


def _is_gone(entry: Entry) -> bool:
    return entry.kind is Kind.PUDDLE and entry.state in _GONE


def _mark(entry: Entry) -> Mark:
    """A mark: of what stands with its depth now, of what is gone with the greatest it had."""
    gone = _is_gone(entry)
    depth = entry.depth
    return Mark(
        lat=entry.lat,
        lon=entry.lon,
        depth_cm=None if depth is None else depth.high_cm if gone else depth.now_cm,
        reporters=entry.reporters,
        overdue=entry.overdue,
        receded=gone,
        label=entry.label,
        drain=entry.kind is Kind.DRAIN,
    )


def _words(digest: Digest, base: MapBase, outside: int, texts: Texts, timezone: ZoneInfo, language: str) -> MapWords:
    at = digest.window_to

    def say(key: str, **values: object) -> str:
        return texts.plain(f"map.{key}", values, language, at)

    overdue = len(digest.attention.overdue)
    return MapWords(
        title=say("title", region=digest.region),
        subtitle=say(
            "subtitle",
            at=at,
            zone=f"{at.astimezone(timezone):%Z}",
            n=digest.headline.standing,
            overdue=overdue or None,
        ),
        depths=[(cm, texts.plain(class_words(index), {}, language)) for index, cm in enumerate(CLASSES_CM)],
        unknown=texts.plain(class_words(UNKNOWN_CLASS), {}, language),
        overdue=say("overdue"),
        receded=say("receded"),
        drain=say("drain"),
        reporters=say("reporters"),
        source=say("source" if base.rings is None else "source_exact"),
        empty=say("empty"),
        sea=say("sea"),
        outside=say("outside", n=outside) if outside else None,
    )
