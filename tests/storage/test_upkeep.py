"""What has served is dropped in steps, so that who wants to write need not wait for all of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, cast

from storage import upkeep
from storage.codec import to_us
from storage.connection import Work, Writer
from storage.queries import SQL, schema
from tests.helpers.clock import EVENING
from tests.storage.acts import after


class Steps:
    """A writer that notes how many rows each of its transactions dropped."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.dropped: list[int] = []

    async def write(self, work: Work[Any]) -> Any:
        """One transaction."""
        self.dropped.append(work(self.db))
        return self.dropped[-1]

    async def outside(self, work: Work[Any]) -> None:
        """The log of a database in memory needs no emptying."""


async def test_files_which_may_be_large_go_one_by_one() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        for n in range(5):
            file = {
                "key": f"file{n}",
                "name": "f",
                "mime": "x/y",
                "data": b"1",
                "until": to_us(EVENING),
                "work_id": None,
            }
            db.execute(SQL["put_attachment"], file)
        steps = Steps(db)
        await upkeep.prune(cast("Writer", steps), after(days=1))
        assert db.execute("SELECT count(*) FROM attachments").fetchone() == (0,)
    assert (max(steps.dropped), sum(steps.dropped)) == (1, 5)


async def test_small_things_go_many_at_once() -> None:
    rows = upkeep.STEP + 1
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        places = [{"query": f"jl {n}", "found": "[]", "at": to_us(EVENING)} for n in range(rows)]
        db.executemany(SQL["cache_place"], places)
        steps = Steps(db)
        await upkeep.prune(cast("Writer", steps), after(days=91))
        assert db.execute("SELECT count(*) FROM geocoded").fetchone() == (0,)
    assert [n for n in steps.dropped if n] == [upkeep.STEP, 1]
