"""Records to rows and back: digests and what they are made of: units' parts, updates, public feeds, past puddles."""

from __future__ import annotations

import sys
from datetime import date, time
from functools import lru_cache
from typing import Any

from bot.domain.memory import Past
from bot.domain.models import IncidentState
from bot.domain.records import PostedDigest
from bot.domain.subscriptions import ChannelUpdate, Subscription, UnitDigest
from bot.domain.weather import FeedState, Rain, WeatherDay
from storage.case_rows import causes_of
from storage.codec import depth_from_json, from_us, from_us_or_none, to_us, to_us_or_none
from storage.rows import Params, Row


def digest_params(digest: PostedDigest) -> Params:
    """Columns of `digests`."""
    return {
        "channel_id": digest.channel_id,
        "scheduled_at": to_us(digest.scheduled_at),
        "window_from": to_us(digest.window_from),
        "window_to": to_us(digest.window_to),
        "parts": digest.parts,
        "late": digest.late,
    }


def digest(row: Row) -> PostedDigest:
    """A row of `digests`."""
    return PostedDigest(
        scheduled_at=from_us(row["scheduled_at"]),
        channel_id=row["channel_id"],
        window_from=from_us(row["window_from"]),
        window_to=from_us(row["window_to"]),
        parts=row["parts"],
        late=bool(row["late"]),
    )


def subscription_params(wanted: Subscription) -> Params:
    """Columns of `subscriptions`."""
    return {"unit": wanted.unit, "times": " ".join(map(time.isoformat, wanted.times)), "at": to_us(wanted.at)}


def subscription(row: Row) -> Subscription:
    """A row of `subscriptions`."""
    return Subscription(row["unit"], tuple(map(time.fromisoformat, row["times"].split())), from_us(row["at"]))


def unit_digest_params(part: UnitDigest) -> Params:
    """Columns of `unit_digests`."""
    return {
        "unit": part.unit,
        "scheduled_at": to_us(part.scheduled_at),
        "window_from": to_us(part.window_from),
        "window_to": to_us(part.window_to),
    }


def unit_digest(row: Row) -> UnitDigest:
    """A row of `unit_digests`."""
    return UnitDigest(row["unit"], from_us(row["scheduled_at"]), from_us(row["window_from"]), from_us(row["window_to"]))


def update_params(update: ChannelUpdate) -> Params:
    """Columns of `channel_updates`."""
    return {
        "channel_id": update.channel_id,
        "started_at": to_us(update.started_at),
        "changed_at": to_us(update.changed_at),
        "opened": update.opened,
        "siaga": update.siaga,
    }


def update(row: Row) -> ChannelUpdate:
    """A row of `channel_updates`."""
    return ChannelUpdate(
        channel_id=row["channel_id"],
        started_at=from_us(row["started_at"]),
        changed_at=from_us(row["changed_at"]),
        opened=row["opened"],
        siaga=row["siaga"],
    )


def feed_state_params(state: FeedState) -> Params:
    """Columns of `feed_states`."""
    return {
        "name": state.name,
        "tried_at": to_us(state.tried_at),
        "next_at": to_us(state.next_at),
        "fetched_at": to_us_or_none(state.fetched_at),
        "etag": state.etag,
        "modified": state.modified,
        "content": state.content,
        "failing_since": to_us_or_none(state.failing_since),
        "why": state.why,
        "failures": state.failures,
    }


def feed_state(row: Row) -> FeedState:
    """A row of `feed_states`."""
    return FeedState(
        name=row["name"],
        tried_at=from_us(row["tried_at"]),
        next_at=from_us(row["next_at"]),
        fetched_at=from_us_or_none(row["fetched_at"]),
        etag=row["etag"],
        modified=row["modified"],
        content=row["content"],
        failing_since=from_us_or_none(row["failing_since"]),
        why=row["why"],
        failures=row["failures"],
    )


def weather_day_params(known: WeatherDay) -> Params:
    """Columns of `weather_days`."""
    return {"kecamatan": known.kecamatan, "day": known.day.isoformat(), "rain": int(known.rain)}


def weather_day(row: Row) -> WeatherDay:
    """A row of `weather_days`."""
    return WeatherDay(row["kecamatan"], date.fromisoformat(row["day"]), Rain(row["rain"]))


@lru_cache(maxsize=8192)
def _one(text: str | None) -> str | None:
    """The same text as one object: codes, streets and what was done come again and again."""
    return text


def past(row: tuple[Any, ...]) -> Past:
    """What is remembered of a puddle, from the columns that statements of pasts name, in that order.

    There may be a hundred thousand of them, so they are not read by name.
    """
    depth = depth_from_json(row[11])
    return Past(
        id=row[0],
        number=row[1],
        state=IncidentState(row[2]),
        lat=row[3],
        lon=row[4],
        weight=row[5],
        area_code=_one(row[6]),
        name=_one(row[7]),
        first_seen=from_us(row[8]),
        last_seen=from_us(row[9]),
        ended_at=from_us_or_none(row[10]),
        depth_cm=None if depth is None else depth.cm,
        causes=causes_of(row[12]),
        reporters=row[13],
        owner=sys.intern(row[14]),
        done=_one(row[15]),
        done_words=row[16],
    )
