"""The checker sees each fault that is put into a world in which all is well, and calls it by its name."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.chaos import checker

SITI, BUDI, CHANNEL = 11, 12, -100
TEN = datetime(2026, 1, 18, 10, tzinfo=UTC).timestamp()
HOUR_S = 3600.0

TABLES = """
CREATE TABLE inbox (bot_id, update_id, handled, error);
CREATE TABLE people (id INTEGER PRIMARY KEY, telegram_id);
CREATE TABLE incidents (id INTEGER PRIMARY KEY, number, reporters, merged_into);
CREATE TABLE reports (id INTEGER PRIMARY KEY, person_id, number, note, withdrawn,
                      incident_id REFERENCES incidents (id));
CREATE TABLE photos (report_id);
CREATE TABLE digests (channel_id, scheduled_at, window_from, window_to, parts);
CREATE TABLE recipients (id INTEGER PRIMARY KEY, chat_id);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient_id, slot, state, why, message_id);
"""
"""What it reads of the bot's. That the real ones look so is shown by each run under faults."""


@dataclass
class World:
    """The journal and the database."""

    db: sqlite3.Connection
    lines: list[dict[str, object]] = field(default_factory=list)

    def write(self, ev: str, t: float, **what: object) -> None:
        """A line of the journal; the world's clock runs as the wall's does, from ten o'clock."""
        self.lines.append({"ev": ev, "t": t, "w": TEN + t, **what})

    def say(self, chat: int, row: int, t: float, text: str, /, *, life: int = 1, **what: object) -> None:
        """A message is sent."""
        usual = {"method": "sendMessage", "done": True, "new": True, "lost": False, "delay": 0.0, "press": None}
        known = {"chat": chat, "row": f"{life}.{row}.0", "message_id": row, "text": text}
        self.write("call", t, **{**usual, **known, **what})

    def drop(self, ev: str, **what: object) -> None:
        """No such line."""
        kept = [line for line in self.lines if line["ev"] != ev or any(line[k] != v for k, v in what.items())]
        assert len(kept) < len(self.lines)
        self.lines = kept

    def run(self, sql: str) -> None:
        """Change the database; something has to change."""
        assert self.db.execute(sql).rowcount > 0

    def check(self) -> checker.Verdict:
        """What the checker says."""
        return checker.check(self.db, checker.Journal(self.lines))


@pytest.fixture
def world() -> Iterator[World]:
    """Siti and Budi report the same puddle, Siti presses a button, and two digests are posted; nothing is wrong."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        yield _well(World(db))


def _well(world: World) -> World:
    world.write("digests", 0, channel=CHANNEL, times=["10:00", "11:00"], utc_offset_s=0, since=TEN, within_s=20)
    for n, who in enumerate((SITI, BUDI), start=1):
        world.write("update", n, id=n, kind="message", chat=who, private=True, press=None)
        world.write("gone", n + 0.1, id=n)
        world.say(who, n, n + 0.5, f"Laporan R{n} diterima")
        world.write("person", 9, id=who, reports=1, notes=[f"bau {n}"], photos=n)
        world.db.execute("INSERT INTO people VALUES (?, ?)", (n, who))
        world.db.execute("INSERT INTO reports VALUES (?, ?, ?, ?, 0, 1)", (n, n, f"R{n}", f"bau {n}"))
        world.db.executemany("INSERT INTO photos VALUES (?)", [(n,)] * n)
    world.write("update", 3, id=3, kind="callback_query", chat=SITI, private=True, press="p")
    world.write("gone", 3.1, id=3)
    world.say(SITI, 3, 3.2, "", method="answerCallbackQuery", chat=None, new=False, press="p")
    world.db.executemany("INSERT INTO inbox VALUES (1, ?, 1, NULL)", [(1,), (2,), (3,)])
    world.db.execute("INSERT INTO incidents VALUES (1, 'G1', 2, NULL)")
    world.db.execute("INSERT INTO recipients VALUES (1, ?)", (CHANNEL,))
    for row, hour in ((8, 0), (9, 1)):
        due_us = int((TEN + hour * HOUR_S) * 1e6)
        slot = f"digest:{datetime.fromtimestamp(due_us / 1e6, UTC).isoformat()}:1"
        world.db.execute(
            "INSERT INTO digests VALUES (?, ?, ?, ?, 1)", (CHANNEL, due_us, due_us - int(HOUR_S * 1e6), due_us)
        )
        world.db.execute("INSERT INTO outbox VALUES (?, 1, ?, 'sent', NULL, ?)", (row, slot, row))
        world.say(CHANNEL, row, 5 + hour * HOUR_S, "Peta", method="sendPhoto")
    world.write("finish", HOUR_S + 60)
    return world


def _unanswered(world: World) -> None:
    world.drop("call", chat=BUDI)


def _numberless(world: World) -> None:
    world.drop("call", chat=BUDI)
    world.say(BUDI, 2, 2.5, "Sebentar …")


def _second_report(world: World) -> None:
    world.run("INSERT INTO reports VALUES (3, 1, 'R3', '', 0, 1)")
    world.run("UPDATE incidents SET reporters = 3")
    world.say(SITI, 4, 6, "Laporan R3 diterima")


def _no_report(world: World) -> None:
    world.run("DELETE FROM photos WHERE report_id = 2")
    world.run("DELETE FROM reports WHERE id = 2")
    world.run("UPDATE incidents SET reporters = 1")


def _posted_again(world: World) -> None:
    world.say(CHANNEL, 77, HOUR_S + 30, "Peta", method="sendPhoto")


def _same_window(world: World) -> None:
    world.run("INSERT INTO digests SELECT channel_id, scheduled_at + 1, window_from, window_to, 0 FROM digests LIMIT 1")


def _nothing_shown(world: World) -> None:
    world.drop("call", message_id=9)


def _killed_with_too_many(world: World) -> None:
    for row in range(100, 100 + checker.IN_FLIGHT + 1):
        world.say(BUDI, row, 20, "x")
        world.say(BUDI, row, 22, "x", life=2)
    world.write("end", 21, n=1, how="SIGKILL")


FAULTS: list[tuple[str, str | Callable[[World], None]]] = [
    ("lost", "DELETE FROM inbox WHERE update_id = 2"),
    ("not handled", "UPDATE inbox SET handled = 0 WHERE update_id = 2"),
    ("failed", "UPDATE inbox SET error = 'KeyError' WHERE update_id = 2"),
    ("kept twice", "INSERT INTO inbox SELECT * FROM inbox WHERE update_id = 2"),
    ("kept, never sent", "INSERT INTO inbox VALUES (1, 99, 1, NULL)"),
    ("not confirmed", lambda world: world.drop("gone", id=2)),
    ("reports lost", _no_report),
    ("reports lost", "UPDATE reports SET withdrawn = 1 WHERE id = 2"),
    ("reports double", _second_report),
    ("reporters without an answer", _unanswered),
    ("reporters without an answer", _numberless),
    ("messages without an answer", _unanswered),
    ("notes, photos lost or double", "UPDATE reports SET note = '' WHERE id = 2"),
    ("notes, photos lost or double", "UPDATE reports SET note = 'bau 2 bau 2' WHERE id = 2"),
    ("notes, photos lost or double", "INSERT INTO photos VALUES (1)"),
    ("puddles counted wrong", "UPDATE incidents SET reporters = 3"),
    ("digests missing", "DELETE FROM digests WHERE rowid = 2"),
    ("digests missing", "UPDATE digests SET window_from = window_from + 60000000 WHERE rowid = 2"),
    ("digests missing", "UPDATE outbox SET state = 'queued' WHERE id = 9"),
    ("digests missing", _nothing_shown),
    ("digests double", "UPDATE digests SET window_from = window_from - 60000000 WHERE rowid = 2"),
    ("digests double", _same_window),
    ("digests double", _posted_again),
    ("sent twice without a reason", lambda world: world.say(SITI, 1, 7, "Laporan R1 diterima")),
    ("more than can be in flight", _killed_with_too_many),
    ("sent by nobody knows which row", lambda world: world.say(SITI, 5, 7, "x", row="")),
    ("messages given up", "INSERT INTO outbox VALUES (50, 1, NULL, 'dead', 'chat not found', NULL)"),
    ("results not taken", "INSERT INTO inbox VALUES (0, 7, 0, NULL)"),
    ("damage in the database", "UPDATE reports SET incident_id = 55 WHERE id = 2"),
]


def test_of_a_world_without_faults_nothing_is_said(world: World) -> None:
    verdict = world.check()
    assert verdict.wrong == []
    counted = {name: value for name, (value, _) in verdict.figures.items() if value}
    assert (counted["updates sent"], counted["handled exactly once"]) == (3, 3)
    assert (counted["reporters"], counted["reports"], counted["digests"]) == (2, 2, 2)
    assert counted["longest silence, s"] == 0.5


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_is_seen_and_named(world: World, name: str, fault: str | Callable[[World], None]) -> None:
    if isinstance(fault, str):
        world.run(fault)
    else:
        fault(world)
    verdict = world.check()
    value, must_be_0 = verdict.figures[name]
    assert must_be_0
    assert value > 0
    assert [each for each in verdict.wrong if each.startswith(f"{name}: ")]


@pytest.mark.parametrize("why", ["killed", "answer lost"])
def test_a_message_sent_twice_for_a_reason_is_counted_and_forgiven(world: World, why: str) -> None:
    world.say(BUDI, 40, 20, "x", lost=why == "answer lost")
    if why == "killed":
        world.write("end", 20.1, n=1, how="SIGKILL")
    world.say(BUDI, 40, 22, "x", life=2 if why == "killed" else 1)
    verdict = world.check()
    assert verdict.wrong == []
    assert verdict.figures["messages sent twice"] == (1, False)


def test_the_time_to_recover_runs_from_the_end_of_a_fault_to_the_last_who_waited(world: World) -> None:
    world.write("fault", 20, name="away")
    world.write("update", 25, id=4, kind="message", chat=BUDI, private=True, press=None)
    world.write("over", 30, name="away")
    world.write("gone", 31, id=4)
    world.run("INSERT INTO inbox VALUES (1, 4, 1, NULL)")
    world.say(BUDI, 41, 32.5, "Menu")
    verdict = world.check()
    assert verdict.wrong == []
    assert verdict.figures["recovered from away, s"] == (2.5, False)
    assert "all who waited: 2.5 s" in verdict.notes["recovered from away, s"]
    assert (verdict.figures["longest silence, s"][0], verdict.notes["longest silence, s"]) == (7.5, "during: away")


@pytest.mark.parametrize("well", [True, False])
def test_as_a_program_it_fails_where_something_is_wrong(tmp_path: Path, world: World, well: bool) -> None:
    if not well:
        world.run("DELETE FROM inbox WHERE update_id = 2")
    database, journal, out = tmp_path / "bot.db", tmp_path / "journal.jsonl", tmp_path / "verdict.json"
    world.db.commit()
    with closing(sqlite3.connect(database)) as file:
        world.db.backup(file)
    journal.write_text("".join(json.dumps(line) + "\n" for line in world.lines), encoding="utf-8")
    command = [sys.executable, "-I", checker.__file__, str(database), str(journal), "--json", str(out)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert told.returncode == (0 if well else 1), told.stderr
    assert ("WRONG lost: update 2 was confirmed and is not kept" in told.stdout) is not well
    assert json.loads(out.read_text())["figures"]["updates sent"] == 3
