"""What is kept for a while only: the link between people and what they reported, and all of those who stay away."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from storage import case_rows
from storage.codec import to_json, to_us
from storage.connection import Readers, Writer
from storage.erasing import erase
from storage.parting import part
from storage.queries import SQL

CASES = 50
"""Cases whose reports are parted in one transaction: some hundred reports."""

PEOPLE_FOUND = 200
PEOPLE = 10
"""People who are forgotten in one transaction."""

ROWS = 2000


async def step(
    writer: Writer, readers: Readers, now: datetime, before: datetime, keep: Collection[int], erased_before: datetime
) -> bool:
    """Some of what is due, in transactions of milliseconds. Returns whether there is more.

    Args:
        before: cases that ended until then, and people who have nothing younger.
        keep: Telegram ids of people who are kept all the same: they are written to.
        erased_before: no backup holds who was forgotten until then.
    """
    if await writer.write(lambda db: part_next(db, to_us(before))):
        return True
    keys = {"before": to_us(before), "keep": to_json(sorted(keep)), "limit": PEOPLE_FOUND}
    idle = await readers.read(lambda db: [row["id"] for row in db.execute(SQL["idle_people"], keys)])
    for start in range(0, len(idle), PEOPLE):
        await writer.write(partial(_forget, people=idle[start : start + PEOPLE], now_us=to_us(now)))
    if idle:
        return True
    return await writer.write(lambda db: _rest(db, to_us(before), to_us(erased_before)))


def part_next(db: sqlite3.Connection, before_us: int) -> bool:
    """Part the reports of the next cases that ended until then. Returns whether there were any."""
    since_us: int = db.execute(SQL["parted_to"]).fetchone()["parted_to"]
    keys = {"since": since_us, "until": before_us}
    first = db.execute(SQL["next_to_part"], {**keys, "offset": 0}).fetchone()
    if first is None:
        return False
    last = db.execute(SQL["next_to_part"], {**keys, "offset": CASES - 1}).fetchone()
    until_us = before_us if last is None else last["ended_at"]
    part(db, db.execute(SQL["reports_to_part"], {"since": since_us, "until": until_us}).fetchall())
    db.execute(SQL["put_parted_to"], {"until": until_us})
    return True


def _forget(db: sqlite3.Connection, people: Iterable[int], now_us: int) -> None:
    for person_id in people:
        erase(db, person_id, now_us, keep_fingerprint=False)


def _rest(db: sqlite3.Connection, before_us: int, erased_before_us: int) -> bool:
    keys = {"before": before_us}
    db.execute(SQL["forget_old_names"], keys)
    case_rows.forget()
    db.execute(SQL["forget_old_site_words"], keys)
    db.execute(SQL["forget_erasures"], {"before": erased_before_us})
    return db.execute(SQL["forget_old_hashes"], {**keys, "limit": ROWS}).rowcount == ROWS
