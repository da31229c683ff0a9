"""What digests, updates between them and foresight read, beside the writer."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

from bot.domain.memory import MOST_REMEMBERED, REMEMBERED, Past
from bot.domain.records import PostedDigest
from bot.domain.sites import Site
from bot.domain.snapshot import WEEK, Snapshot
from bot.domain.subscriptions import ChannelUpdate, Subscription, UnitDigest
from bot.domain.weather import FeedState, WeatherDay
from storage import digest_rows, reading, rows, site_rows
from storage.codec import to_us
from storage.queries import SQL


def snapshot(db: sqlite3.Connection, window_from: datetime, window_to: datetime, area_code: str) -> Snapshot:
    """What a digest of a window is made of, of areas whose codes begin with area_code.

    All of it is of one moment, since it is read in one transaction.
    """
    length = window_to - window_from
    # days are local dates, which no zone on earth is more than one away from
    today = window_to.astimezone(UTC).date()
    return Snapshot(
        area_code=area_code,
        window_from=window_from,
        window_to=window_to,
        incidents=reading.incidents_as_of(db, window_to, window_from, area_code),
        before=[
            incident
            for incident in reading.incidents_as_of(db, window_from, window_from, area_code)
            if incident.state.is_open
        ],
        tally=reading.tally(db, window_from, window_to, area_code),
        tally_before=reading.tally(db, window_from - length, window_from, area_code),
        tally_week=reading.tally(db, window_from - WEEK, window_to - WEEK, area_code),
        standing_week=_standing(db, window_to - WEEK, area_code),
        links=reading.unit_links(db),
        sites=[site for site in sites(db) if site.listed and (site.area_code or "").startswith(area_code)],
        pasts=pasts(db, window_to - REMEMBERED, window_to, area_code),
        feeds=feed_states(db),
        weather=weather(db, today - REMEMBERED - timedelta(days=1), today + timedelta(days=1)),
    )


def _standing(db: sqlite3.Connection, at: datetime, area_code: str) -> int:
    """How many puddles were open at a time."""
    count: int = db.execute(SQL["standing_as_of"], {"at": to_us(at), "area_code": area_code}).fetchone()["standing"]
    return count


def pasts(db: sqlite3.Connection, since: datetime, until: datetime, area_code: str) -> list[Past]:
    """What is remembered of the latest puddles (MOST_REMEMBERED) first seen in since < t <= until, oldest first."""
    cursor = db.cursor()
    cursor.row_factory = None
    keys = {"since": to_us(since), "until": to_us(until), "area_code": area_code, "limit": MOST_REMEMBERED}
    found = [digest_rows.past(row) for row in cursor.execute(SQL["pasts"], keys)]
    found.reverse()
    return found


def sites(db: sqlite3.Connection) -> list[Site]:
    """All listed places, those dropped too."""
    return rows.records(db.execute(SQL["all_sites"]), site_rows.site)


def subscriptions(db: sqlite3.Connection) -> list[Subscription]:
    """The units that want their own part of the digest."""
    known = rows.records(db.execute(SQL["all_subscriptions"]), digest_rows.subscription)
    return [each for each in known if each.times]


def last_digest(db: sqlite3.Connection, channel_id: int, until: datetime) -> PostedDigest | None:
    """The latest digest of a channel, of those scheduled by `until`."""
    row = db.execute(SQL["last_digest"], {"channel_id": channel_id, "until": to_us(until)}).fetchone()
    return None if row is None else digest_rows.digest(row)


def last_unit_digest(db: sqlite3.Connection, unit: str, until: datetime) -> UnitDigest | None:
    """The latest part of a unit, of those scheduled by `until`."""
    row = db.execute(SQL["last_unit_digest"], {"unit": unit, "until": to_us(until)}).fetchone()
    return None if row is None else digest_rows.unit_digest(row)


def last_update(db: sqlite3.Connection, channel_id: int, until: datetime) -> ChannelUpdate | None:
    """The latest update between digests of a channel, of those begun by `until`."""
    row = db.execute(SQL["last_update"], {"channel_id": channel_id, "until": to_us(until)}).fetchone()
    return None if row is None else digest_rows.update(row)


def feed_states(db: sqlite3.Connection) -> list[FeedState]:
    """How reading the public feeds goes, by name."""
    return rows.records(db.execute(SQL["all_feed_states"]), digest_rows.feed_state)


def weather(db: sqlite3.Connection, since: date, until: date) -> list[WeatherDay]:
    """The days from since to until, both counted in, where known."""
    keys = {"since": since.isoformat(), "until": until.isoformat()}
    return rows.records(db.execute(SQL["weather"], keys), digest_rows.weather_day)
