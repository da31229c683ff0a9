"""How the database is: what waits in it, what was lost, its size, and the alarms that admins were told of.

Everything here costs what waits and what is open, never what is long over.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.domain.alarms import Alarm
from bot.domain.health import MISHAPS_FOR, Mishaps, Stored, Waiting
from bot.domain.outgoing import Priority
from storage.codec import from_us, from_us_or_none, to_json, to_us, to_us_or_none
from storage.queries import SQL, UNREACHABLE
from storage.recipients import where_chat_is
from storage.rows import Params, Row

MOST_COUNTED = 1000
"""Mishaps beyond that are not counted: whether there are a thousand or more makes no difference."""

KIND_LETTERS = 60


def stored(db: sqlite3.Connection, now: datetime, channel_id: int | None) -> Stored:
    """All of it at one moment. Only files' sizes are from outside of the database."""
    now_us = to_us(now)
    since = {"since": to_us(now - MISHAPS_FOR), "limit": MOST_COUNTED}
    channel = {"channel_id": None if channel_id is None else where_chat_is(db, channel_id)}
    lost = db.execute(SQL["lost_rows"]).fetchone()
    path = Path(db.execute("PRAGMA database_list").fetchone()["file"])
    return Stored(
        inbox=_waiting(db.execute(SQL["inbox_waiting"]).fetchone(), now_us),
        outbox={
            Priority(row["priority"]): _waiting(row, now_us)
            for row in db.execute(SQL["outbox_waiting"], {"now": now_us})
        },
        work=_waiting(db.execute(SQL["work_waiting"], {"now": now_us}).fetchone(), now_us),
        failed_rows=lost["failed"],
        dead_rows=lost["dead"],
        failed=_mishaps(db.execute(SQL["failed_since"], since).fetchall()),
        dead=_mishaps(db.execute(SQL["dead_since"], since | channel).fetchall()),
        open_incidents={row["state"]: row["n"] for row in db.execute(SQL["open_by_state"])},
        channel_refused=_refused(db.execute(SQL["last_post"], channel).fetchone()),
        last_digest_at=_last_digest(db, channel_id, now_us),
        database_bytes=_size(path),
        wal_bytes=_size(path.with_name(f"{path.name}-wal")),
        disk_free_bytes=shutil.disk_usage(path.parent).free,
        schema=db.execute("PRAGMA user_version").fetchone()[0],
    )


def _waiting(row: Row, now_us: int) -> Waiting:
    since = row["since"]
    return Waiting(row["n"], 0 if since is None else max(0, (now_us - since) // 1_000_000))


def _mishaps(found: Sequence[Row]) -> Mishaps:
    if not found:
        return Mishaps()
    return Mishaps(len(found), _kind(found[0]["why"]), from_us(found[0]["at"]))


def _kind(why: str) -> str:
    """The kind of a mistake alone: behind its colon may stand what somebody wrote."""
    return why.removeprefix(UNREACHABLE).partition(":")[0][:KIND_LETTERS]


def _refused(row: Row | None) -> str | None:
    return None if row is None or row["state"] == "sent" else _kind(row["why"] or "?")


def _last_digest(db: sqlite3.Connection, channel_id: int | None, now_us: int) -> datetime | None:
    if channel_id is None:
        return None
    row = db.execute(SQL["last_digest"], {"channel_id": channel_id, "until": now_us}).fetchone()
    return None if row is None else from_us(row["scheduled_at"])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def alarms(db: sqlite3.Connection, since: datetime) -> list[Alarm]:
    """Alarms that stand, and those that began or ended since then."""
    return [_alarm(row) for row in db.execute(SQL["alarms_since"], {"since": to_us(since)})]


def put_alarms(db: sqlite3.Connection, changed: Sequence[Alarm]) -> None:
    """Write them."""
    db.executemany(SQL["put_alarm"], [_params(alarm) for alarm in changed])


def _alarm(row: Row) -> Alarm:
    return Alarm(
        what=row["what"],
        since=from_us(row["since"]),
        told_at=from_us(row["told_at"]),
        over_at=from_us_or_none(row["over_at"]),
        details=json.loads(row["details"]),
        times=row["times"],
    )


def _params(alarm: Alarm) -> Params:
    return {
        "what": alarm.what,
        "since": to_us(alarm.since),
        "told_at": to_us(alarm.told_at),
        "over_at": to_us_or_none(alarm.over_at),
        "details": to_json(alarm.details),
        "times": alarm.times,
    }
