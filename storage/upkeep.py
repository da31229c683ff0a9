"""What has served is dropped, in small steps, so that nobody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from storage.codec import to_us
from storage.connection import Writer
from storage.queries import SQL
from storage.sweeping import empty_log

STEP = 2000
"""Rows dropped in one transaction."""

STEPS: Mapping[str, int] = {"prune_attachments": 1}
"""The same where rows are large: a file of 50 MB is overwritten with noughts, and everybody who writes waits for it."""

KEPT_FOR: Mapping[str, timedelta] = {
    "prune_handled": timedelta(days=6),  # less than the week after which Telegram restarts its ids
    "prune_failed": timedelta(days=30),
    "prune_drafts": timedelta(days=30),
    "prune_errands": timedelta(days=30),
    "prune_attachments": timedelta(0),
    "prune_geocoded": timedelta(days=90),
    "prune_dead": timedelta(days=30),
    "prune_sent": timedelta(days=90),
    "prune_updates": timedelta(days=90),
    "prune_alarms": timedelta(days=90),
    "prune_unit_digests": timedelta(days=400),
    "prune_said": timedelta(days=30),
}
"""How long each thing is kept, by the statement that drops it."""


async def prune(writer: Writer, now: datetime) -> None:
    """Drop what has served, and empty the write-ahead log, which still holds what was dropped."""
    for name, kept_for in KEPT_FOR.items():
        limit = STEPS.get(name, STEP)
        keys = {"before": to_us(now - kept_for), "limit": limit}

        def step(db: sqlite3.Connection, name: str = name, keys: Mapping[str, int] = keys) -> int:
            return db.execute(SQL[name], keys).rowcount

        while await writer.write(step) == limit:
            pass
    await writer.outside(empty_log)
