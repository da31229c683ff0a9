"""What feeds said, as the JSON that is kept in their states, and what of it can be relied on now. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.feed_states import FORECAST, GATES, NOWCAST, kind_of
from bot.domain.weather import FeedState, Forecast, Gate, Nowcast, Rain

STALE_AFTER = {FORECAST: timedelta(hours=18), NOWCAST: timedelta(hours=1), GATES: timedelta(hours=2)}
"""What was read longer ago is as good as not read."""

ALL_KINDS = (FORECAST, NOWCAST, GATES)

R = TypeVar("R")

Records = Sequence[Forecast] | Sequence[Nowcast] | Sequence[Gate]


@dataclass(frozen=True, slots=True)
class Missing:
    """A feed that is switched on and cannot be relied on.

    Attributes:
        kind: "forecast", "nowcast", "gates".
        since: since when, as far as known.
    """

    kind: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the feeds say now; stale words are left out."""

    forecasts: Sequence[Forecast] = ()
    nowcasts: Sequence[Nowcast] = ()
    gates: Sequence[Gate] = ()
    missing: Sequence[Missing] = ()


def known_feeds(states: Iterable[FeedState], switched_on: Collection[str], now: datetime) -> Known:
    """What can be relied on.

    Args:
        states: how reading goes, in any order.
        switched_on: the kinds of feeds that the settings name; the others' old words are left out.
        now: the present.
    """
    by_kind: dict[str, list[FeedState]] = {kind: [] for kind in switched_on}
    for state in states:
        if kind_of(state.name) in by_kind:
            by_kind[kind_of(state.name)].append(state)
    fresh = {kind: [each for each in found if _is_fresh(each, now)] for kind, found in by_kind.items()}
    gates = [gate for gate in _all(fresh, GATES, gates_of) if now - gate.at <= STALE_AFTER[GATES]]
    silent = {kind for kind, found in fresh.items() if not found} | ({GATES} & by_kind.keys() if not gates else set())
    return Known(
        forecasts=_all(fresh, FORECAST, forecasts_of),
        nowcasts=[each for each in _all(fresh, NOWCAST, nowcasts_of) if each.ends_at > now],
        gates=gates,
        missing=[Missing(kind, _since(by_kind[kind], now)) for kind in ALL_KINDS if kind in silent],
    )


def _is_fresh(state: FeedState, now: datetime) -> bool:
    return state.fetched_at is not None and now - state.fetched_at <= STALE_AFTER[kind_of(state.name)]


def _all(fresh: Mapping[str, Sequence[FeedState]], kind: str, read: Callable[[str | None], Sequence[R]]) -> Sequence[R]:
    return [record for state in fresh.get(kind, ()) for record in read(state.content)]


def _since(states: Sequence[FeedState], now: datetime) -> datetime | None:
    """Since when nothing of them could be relied on: the last good answer, else the first bad one."""
    read = [each.fetched_at for each in states if each.fetched_at is not None]
    bad = [each.failing_since for each in states if each.failing_since is not None]
    return max(read) if read else min(bad, default=None)


# -- JSON ----------------------------------------------------------------------------------------------------------


def to_content(records: Records) -> str:
    """Records of one kind as JSON."""
    return json.dumps([_plain(record) for record in records], separators=(",", ":"))


def _plain(record: Forecast | Nowcast | Gate) -> Mapping[str, object]:
    plain: dict[str, object] = {}
    for name in type(record).__slots__:
        value = getattr(record, name)
        plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain


def forecasts_of(content: str | None) -> Sequence[Forecast]:
    """The steps that a state keeps; none where it was written by another version."""
    return _read(
        content,
        lambda each: Forecast(each["area_code"], _at(each["at"]), _at(each["until"]), Rain(each["rain"])),
    )


def nowcasts_of(content: str | None) -> Sequence[Nowcast]:
    """The warnings that a state keeps."""

    def one(each: Mapping[str, Any]) -> Nowcast:
        times = {name: _at(each[name]) for name in ("sent_at", "starts_at", "ends_at")}
        lists = {name: tuple(each[name]) for name in ("kecamatan", "replaces")}
        return Nowcast(**{**each, **times, **lists})

    return _read(content, one)


def gates_of(content: str | None) -> Sequence[Gate]:
    """The gates that a state keeps."""
    return _read(content, lambda each: Gate(**{**each, "at": _at(each["at"])}))


def _read(content: str | None, one: Callable[[Mapping[str, Any]], R]) -> Sequence[R]:
    try:
        return [one(each) for each in json.loads(content or "[]")]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def _at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
