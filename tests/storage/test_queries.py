"""The named statements: each has its line, each is used, each runs on the schema, and none grows with the history."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import storage
from bot.domain.models import IncidentState, Kind
from bot.domain.records import Changes
from storage import open_store
from storage.queries import SQL, _named, schema
from tests.helpers.builders import LAT, LON, cell_of, incident
from tests.helpers.clock import EVENING
from tests.storage.files import url_of


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """An empty database in memory."""
    made = sqlite3.connect(":memory:")
    made.executescript(schema())
    yield made
    made.close()


def _keys(statement: str, value: object = 1) -> dict[str, Any]:
    return {name: "[1]" if name == "keys" else value for name in re.findall(r":([a-z_]+)", statement)}


def test_every_statement_is_used_and_every_used_one_is_there() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in Path(storage.__file__).parent.glob("*.py"))
    used = {name for name in SQL if f'"{name}"' in code}
    assert used == set(SQL)
    assert set(re.findall(r'SQL\["([a-z_]+)"\]', code)) <= set(SQL)


@pytest.mark.parametrize("name", SQL)
def test_a_statement_runs_on_the_schema(db: sqlite3.Connection, name: str) -> None:
    assert SQL[name].count(";") == 1
    db.execute(f"EXPLAIN {SQL[name]}", _keys(SQL[name])).fetchall()


def test_a_statement_without_its_line_is_refused() -> None:
    with pytest.raises(ValueError, match="says what it is for"):
        _named("-- name: one\nSELECT 1;\n")
    with pytest.raises(ValueError, match="comes twice"):
        _named("-- name: one\n-- One.\nSELECT 1;\n-- name: one\n-- Again.\nSELECT 2;\n")


WHOLE_TABLES = {"queue_sizes", "release_messages", "release_work", "counters", "put_counters", "put_message_counter"}
"""Statements that may look at all of something: counts, what happens once at start, and a table of one row."""

WHOLE_TABLES |= {"outbox_waiting", "inbox_waiting", "work_waiting", "lost_rows"}

SMALL_TABLES = {
    "all_links",
    "all_officers",
    "all_feed_states",
    "all_floods",
    "all_flood_lists",
    "all_sites",
    "all_subscriptions",
    "move_links",
    "alarms_since",
    "all_hashes",
}
"""Of units, their people and places there are some hundreds; hashes of photos are compared one by one."""

ERASING = {
    *("all_erasures", "all_people", "inbox_kept", "messages_kept", "open_work", "drop_work_of"),
    *("office_acts_of", "part_floods", "part_invites_made", "part_invites_used", "unlink_person"),
    *("audit_of", "floods_by", "invites_by", "links_to", "work_of"),
    *("forget_erasures", "forget_old_names", "forget_old_site_words", "idle_people", "swept", "unswept"),
    *("parted_to", "put_parted_to"),
}
"""To forget somebody, or tell them all, what waits or failed is gone through, and what offices have hundreds of."""


@pytest.mark.parametrize("name", sorted(set(SQL) - WHOLE_TABLES - SMALL_TABLES - ERASING))
def test_a_statement_searches_and_never_goes_through_a_table(db: sqlite3.Connection, name: str) -> None:
    """A scan is only of the keys given, of a partial index (what waits, what is open), or of a subquery's result."""
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL[name]}", _keys(SQL[name]))]
    # most incidents are of one kind: who searches the ended ones by it alone goes through nearly all of them
    assert [step for step in plan if step.endswith("incidents_ended_near (kind=?)")] == []
    scans = [step for step in plan if step.startswith("SCAN")]
    allowed = re.compile(
        r"SCAN (k VIRTUAL TABLE|p$|4 CONSTANT|\(?subquery|inbox USING INDEX inbox_waiting|CONSTANT ROW"
        r"|o USING INDEX outbox_claimed|incidents USING (COVERING )?INDEX incidents_(quiet|open|open_in)|inbox$"
        r"|candidates$)"
    )
    assert [step for step in scans if not allowed.match(step)] == []
    if "inbox" in {step.removeprefix("SCAN ") for step in scans}:
        assert name == "latest_receipt"  # from the end, and only until the first that fits


def test_open_incidents_are_found_by_the_partial_index(db: sqlite3.Connection) -> None:
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL['open_incidents']}", _keys(SQL["open_incidents"]))]
    assert plan == [
        "SCAN k VIRTUAL TABLE INDEX 1:",
        "SEARCH i USING INDEX incidents_open (kind=? AND cell=?)",
    ]


async def test_finding_open_incidents_costs_the_same_after_years(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine, with a history of ended incidents in the very same cell."""
    path = tmp_path / "genangan.db"
    store = await open_store(url_of(path))
    steps = []
    for round_ in range(3):
        ended = range(round_ * 4000 + 100, (round_ + 1) * 4000 + 100)
        async with store.transaction() as tx:
            await tx.flush(
                Changes(
                    incidents=[incident(1), incident(2)]
                    + [
                        incident(number, state=IncidentState.RECEDED, ended_at=EVENING, number=f"E{number}")
                        for number in ended
                    ]
                )
            )
        steps.append(_steps(path))
    await store.close()
    assert steps[0] == steps[1] == steps[2]


def _steps(path: Path) -> int:
    reader = sqlite3.connect(path)
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    reader.set_progress_handler(step, 1)
    keys = {"kind": Kind.PUDDLE.value, "keys": f"[{cell_of(LAT, LON)}]"}
    assert len(reader.execute(SQL["open_incidents"], keys).fetchall()) == 2
    reader.close()
    return count
