"""A database with years of reports behind it, made fast: by SQL, into a database that the real migrations made.

    python -m tests.bench.history FILE REPORTS

What is in it is what the bot leaves behind: floods of a few days every three weeks, ten reports a puddle on average
(most have few, some have forty), what happened to each puddle, photos, officers' notes, the slots of messages of the
last 90 days, the inbox of the last 6. All puddles have ended but the last `STANDING`. It is the same in every run, and
not analysed, as the bot does not analyse its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bot.domain.geometry import cell_of
from bot.domain.models import LEVEL_CM
from bot.domain.numbers import DIGITS, LETTERS
from bot.geo.areas import AreaIndex
from storage import open_store
from storage.codec import to_us
from tests.helpers.clock import WIB

UNTIL = datetime(2026, 1, 18, 19, 0, tzinfo=WIB)
"""When the history ends, where nothing else is said."""

YEARS = 5
PERIODS = 85
"""Spells of rain: four fifths of what happens is in the first 15 % of each."""

SIZES = (1, 1, 2, 3, 4, 6, 9, 14, 22, 38)
"""Reports of ten puddles, over and over: 100."""

STANDING = 300
"""Puddles that are open at the end, a quarter of all at most."""

SPOTS = 6000
AT_ONCE = 100_000
"""Reports a transaction."""

REPORTS_A_PERSON = 5
MICROSECONDS = 1_000_000
HOUR_US = 3600 * MICROSECONDS
DAY_US = 24 * HOUR_US

_CHANCES = (2654435761, 2246822519, 3266489917, 668265263, 374761393, 3432918353, 461845907, 2870177450, 1759714724)


async def make_history(path: Path, reports: int, *, until: datetime = UNTIL) -> None:
    """Make a database with so many reports.

    Args:
        path: of a file that is not there yet.
        reports: a multiple of 100.
        until: when the last one was made.
    """
    store = await open_store(f"sqlite:///{path}", number_key=bytes(range(16)))
    await store.close()
    await asyncio.to_thread(_fill, path, reports, to_us(until))


def ids_in(reports: int) -> int:
    """The last id of reports and incidents, which share them, in a history of so many reports."""
    return reports // 100 * (100 + len(SIZES))


def people_in(reports: int) -> int:
    """How many people there are in a history of so many reports; their ids count from 1."""
    return max(200, reports // REPORTS_A_PERSON)


def telegram_id_of(person_id: int) -> int:
    """The Telegram id of a person of the history."""
    return 100_000_000 + person_id * 2_654_435_761 % 2**33


def _fill(path: Path, reports: int, until_us: int) -> None:
    if reports % 100:
        raise ValueError("a multiple of 100, please")
    db = sqlite3.connect(path, isolation_level=None)
    # it is only made here, and thrown away if that fails
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
        db.execute(f"PRAGMA {pragma}")
    _tables(db)
    _people(db, reports, until_us)
    cases = reports // 10
    for first in range(0, cases, AT_ONCE // 10):
        db.execute("BEGIN")
        _cases(db, first, min(cases, first + AT_ONCE // 10), cases, until_us)
        db.execute("COMMIT")
    db.execute("BEGIN")
    _messages(db, until_us)
    db.execute(
        "UPDATE counters SET case_id = ?, person_id = ?, message_id = (SELECT coalesce(max(id), 0) FROM outbox)",
        (ids_in(reports), people_in(reports)),
    )
    db.execute("COMMIT")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def _chance(of: str, salt: int, below: int) -> str:
    """SQL: a number from 0 to below - 1 that looks like chance and is the same in every run."""
    return f"((({of}) * {_CHANCES[salt]} >> 13) % {below})"


def _number(of: str) -> str:
    """SQL: a number as people say it, scattered. Its last digit is 0, so that it is never one that the bot gives."""
    letters, digits = len(LETTERS), len(DIGITS)
    scattered = f"(({of}) * 7368787 % {letters**2 * digits**6})"  # without a common factor: each comes once
    parts = [f"substr('{LETTERS}', {scattered} / {letters * digits**6} + 1, 1)"]
    parts.append(f"substr('{LETTERS}', {scattered} / {digits**6} % {letters} + 1, 1)")
    parts += [f"substr('{DIGITS}', {scattered} / {digits**n} % {digits} + 1, 1)" for n in range(5, -1, -1)]
    return f"({' || '.join(parts)} || '0')"


def _tables(db: sqlite3.Connection) -> None:
    """What is drawn from."""
    areas = AreaIndex.from_reference_points(("31.72",))
    codes = [area.code for area in areas.all_served()]
    db.execute("CREATE TEMP TABLE spots (n INTEGER PRIMARY KEY, lat, lon, cell, area_code, name)")
    for n in range(SPOTS):
        code = codes[n % len(codes)]
        lat, lon = areas.centre(code)
        lat += ((n * 7919) % 1009 - 504) * 1.6e-5  # within 900 m
        lon += ((n * 104729) % 997 - 498) * 1.6e-5
        name = f"Jl. Mangga {n % 900} RT{n % 12:02}/{n % 9:02}" if n % 5 < 3 else None
        db.execute("INSERT INTO spots VALUES (?, ?, ?, ?, ?, ?)", (n, lat, lon, cell_of(lat, lon), code, name))
    db.execute("CREATE TEMP TABLE levels (n INTEGER PRIMARY KEY, level, cm, json)")
    for n, (level, cm) in enumerate(LEVEL_CM.items()):
        row = (n, level.value, cm, f'{{"level":"{level.value}","cm":{cm}}}')
        db.execute("INSERT INTO levels VALUES (?, ?, ?, ?)", row)
    db.execute("CREATE TEMP TABLE shapes (j INTEGER PRIMARY KEY, first, size)")
    firsts = accumulate((size + 1 for size in SIZES), initial=1)
    db.executemany(
        "INSERT INTO shapes VALUES (?, ?, ?)",
        ((j, first, size) for j, (first, size) in enumerate(zip(firsts, SIZES, strict=False))),
    )
    db.execute(
        "CREATE TEMP TABLE cases (i INTEGER PRIMARY KEY, id, size, first_us, last_us, ended_us, state, owner, spot,"
        " worst, handling, handling_due)"
    )


def _people(db: sqlite3.Connection, reports: int, until_us: int) -> None:
    keys = {"people": people_in(reports), "since": until_us - YEARS * 365 * DAY_US, "step": YEARS * 365 * DAY_US}
    db.execute("BEGIN")
    db.execute(
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < :people)"
        " INSERT INTO people SELECT i, 100000000 + i * 2654435761 % 8589934592, iif(i % 40, 'id', 'en'), 0,"
        " :since + :step / :people * i, NULL FROM n",
        keys,
    )
    db.execute("INSERT INTO recipients (id, person_id) SELECT id, id FROM people")
    # every kelurahan and kecamatan has its group, and so has the kota
    db.execute(
        "CREATE TEMP TABLE units AS SELECT DISTINCT area_code AS code FROM spots"
        " UNION SELECT DISTINCT substr(area_code, 1, 8) FROM spots UNION SELECT '31.72'"
    )
    db.execute("INSERT INTO recipients (chat_id) SELECT -1000000000 - rowid FROM units")
    db.execute(
        "INSERT INTO unit_links (unit, at, chat_id) SELECT code, :since, -1000000000 - rowid FROM units",
        {"since": keys["since"]},
    )
    db.execute(
        "INSERT INTO officers (person_id, unit, name, at) SELECT rowid, code, 'Petugas ' || rowid, :since FROM units",
        {"since": keys["since"]},
    )
    db.execute("COMMIT")


def _cases(db: sqlite3.Connection, first: int, end: int, cases: int, until_us: int) -> None:
    """Puddles number `first` to `end` - 1 of all, with everything about them."""
    standing = min(STANDING, cases // 4)
    ended = cases - standing
    span_us = YEARS * 365 * DAY_US
    keys = {
        "first": first,
        "end": end,
        "ended": ended,
        "standing": standing,
        "until": until_us,
        "since": until_us - span_us,
        "span": span_us - DAY_US,
    }
    db.execute("DELETE FROM cases")
    wave = f"(i * {PERIODS}.0 / :ended - i * {PERIODS} / :ended)"  # how far in its spell of rain, 0 to 1
    db.execute(
        f"""
        WITH RECURSIVE n (i) AS (VALUES (:first) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end),
        begun AS (
            SELECT i, CASE WHEN i >= :ended THEN :until - 6 * {HOUR_US} + 5 * {HOUR_US} / :standing * (i - :ended)
            ELSE :since + cast(:span / {PERIODS}.0 * (i * {PERIODS} / :ended
                + iif({wave} < 0.8, {wave} * 0.1875, 0.15 + ({wave} - 0.8) * 4.25)) AS INTEGER) END AS first_us
            FROM n
        ),
        lasting AS (
            SELECT i, first_us, CASE WHEN i >= :ended THEN :until
            ELSE first_us + {HOUR_US} + {_chance("i", 0, 1000)} * {HOUR_US // 300} END AS last_us FROM begun
        ),
        named AS (
            SELECT i, i / 10 * {sum(SIZES) + len(SIZES)} + p.first AS id, p.size, first_us,
            first_us + (last_us - first_us) / p.size * (p.size - 1) AS last_us,
            iif(i < :ended, last_us + {HOUR_US} + {_chance("i", 1, 1000)} * {HOUR_US // 500}, NULL) AS ended_us,
            CASE WHEN i >= :ended THEN iif(i % 3, 'waiting', 'process')
            ELSE CASE WHEN {_chance("i", 2, 10)} < 6 THEN 'receded' WHEN {_chance("i", 2, 10)} < 9 THEN 'handled'
                ELSE 'unheard' END END AS state,
            {_chance("i", 3, SPOTS)} AS spot, {_chance("i", 4, len(LEVEL_CM))} AS worst
            FROM lasting JOIN shapes p ON p.j = i % 10
        )
        INSERT INTO cases SELECT n.i, n.id, n.size, n.first_us, n.last_us, n.ended_us, n.state, s.area_code, n.spot,
        n.worst, printf('{{"owner":"%s","since":%d,"had":["%s"]%s}}', s.area_code, n.first_us, s.area_code,
            CASE WHEN n.state IN ('handled', 'process') THEN printf(
                ',"deadline":"finish","due_at":%d,"taken_at":%d,"taken_by":%d,"step":"on_site","step_at":%d',
                n.first_us + 48 * {HOUR_US}, n.first_us + {HOUR_US} / 2, 1 + n.i % 30, n.first_us + {HOUR_US})
            WHEN n.state = 'waiting' THEN printf(',"due_at":%d', n.first_us + 24 * {HOUR_US}) ELSE '' END),
        CASE n.state WHEN 'process' THEN n.first_us + 48 * {HOUR_US} WHEN 'waiting' THEN n.first_us + 24 * {HOUR_US} END
        FROM named n JOIN spots s ON s.n = n.spot
        """,
        keys,
    )
    _incidents(db)
    _reports(db)
    _events(db)


def _incidents(db: sqlite3.Connection) -> None:
    db.execute(
        f"""
        INSERT INTO incidents (
            id, number, kind, state, lat, lon, weight, cell, reporters, area_code, first_seen, last_seen, name,
            depth_first, depth_last, depth_max, depth_by, causes, faults, photos, approximate, unsure, asked, ended_at,
            handling, owner, handling_due, carded_cm
        ) SELECT c.id, {_number("c.id")}, 'genangan', c.state, s.lat, s.lon, 0.016 * c.size, s.cell, c.size,
        s.area_code, c.first_us, c.last_us, s.name, d.json, d.json, d.json, c.id + 1, iif(c.i % 2, 'rain', 'rain tide'),
        '', c.size / 8, 0, 0, 0, c.ended_us, c.handling, c.owner, c.handling_due, d.cm
        FROM cases c JOIN spots s ON s.n = c.spot JOIN levels d ON d.n = c.worst ORDER BY c.i
        """
    )
    db.execute(
        """
        INSERT INTO notes (id, incident_id, unit, person_id, what, at, words)
        SELECT c.id, c.id, c.owner, 1 + c.i % 30, 'closing', c.ended_us, 'Saluran dibersihkan, pompa dinyalakan'
        FROM cases c WHERE c.state = 'handled' ORDER BY c.i
        """
    )


def _reports(db: sqlite3.Connection) -> None:
    (people,) = db.execute("SELECT max(id) FROM people").fetchone()
    db.execute("CREATE TEMP TABLE IF NOT EXISTS nth (k INTEGER PRIMARY KEY)")
    db.executemany("INSERT OR IGNORE INTO nth VALUES (?)", ((k,) for k in range(1, max(SIZES) + 1)))
    at = "(c.first_us + (c.last_us - c.first_us) / max(c.size - 1, 1) * (k - 1))"
    db.execute(
        f"""
        INSERT INTO reports (
            id, number, kind, person_id, incident_id, lat, lon, accuracy_m, area_code, name, source, approximate,
            depth_level, depth_cm, depth_measured, at, seen_at, passability, note, photos, passing, word, match_score,
            match_distance_m, match_age_s, match_others, match_by, unsure, withdrawn, active
        ) SELECT c.id + k, {_number("c.id + k")}, 'genangan', 1 + {_chance("c.id + k", 5, people)}, c.id,
        s.lat + ({_chance("c.id + k", 6, 401)} - 200) * 1e-6, s.lon + ({_chance("c.id + k", 7, 401)} - 200) * 1e-6,
        6 + {_chance("c.id + k", 8, 230)} / 10.0, s.area_code, iif(k % 4, NULL, s.name), 'gps', 0, d.level, d.cm, 0,
        {at}, {at}, iif(k % 3, NULL, 'car'), iif(k % 5, NULL, 'airnya masuk ke rumah, tolong pompa'), k % 8 = 7, 0,
        'standing', iif(k = 1, 0.0, 0.0012), iif(k = 1, NULL, 11.5 + k), iif(k = 1, NULL, 300.0), k - 1,
        iif(k = 1, 'first', 'rule'), 0, 0, c.ended_us IS NULL
        FROM cases c JOIN nth ON k <= c.size JOIN spots s ON s.n = c.spot
        JOIN levels d ON d.n = (c.worst + iif(k % 3, 0, k)) % {len(LEVEL_CM)} ORDER BY c.i, k
        """
    )
    db.execute(
        """
        INSERT INTO photos SELECT r.id, 'AQADphoto' || r.id, 'AgACAgUAAxkBAAIphoto' || r.id, r.at
        FROM cases c JOIN reports r ON r.incident_id = c.id WHERE r.photos
        """
    )
    db.execute(
        f"""
        INSERT INTO photo_hashes (file_unique_id, incident_id, hash, at)
        SELECT 'AQADphoto' || r.id, c.id, r.id * {_CHANCES[0]} * 4096 % 9223372036854775807, r.at
        FROM cases c JOIN reports r ON r.incident_id = c.id WHERE r.photos
        """
    )


def _events(db: sqlite3.Connection) -> None:
    def after(state: str, reporters: str, seen: str, handling: str, *, over: bool = False) -> str:
        """SQL: the JSON of an incident as it was after an event."""
        names = '{"state":"%s","lat":%.6f,"lon":%.6f,"reporters":%d,"area_code":"%s","last_seen":%d,'
        names += '"depth_first":%s,"depth_last":%s,"depth_max":%s,"causes":["rain"],'
        names += f"""{'"ended_at":%d,' if over else ""}"handling":%s}}"""
        values = f"{state}, s.lat, s.lon, {reporters}, c.owner, {seen}, d.json, d.json, d.json"
        return f"printf('{names}', {values}, {'c.ended_us, ' if over else ''}{handling})"

    at_first = """printf('{"owner":"%s","since":%d,"had":["%s"]}', c.owner, c.first_us, c.owner)"""
    joined = """printf('{"report":%d,"score":0.0012,"distance_m":%.1f}', r.id, 11.5 + k)"""
    closed = """printf('{"outcome":"handled","note":%d,"photo":true}', c.id)"""
    of = "FROM cases c JOIN spots s ON s.n = c.spot JOIN levels d ON d.n = c.worst"
    db.execute(
        f"""
        INSERT INTO incident_events (incident_id, what, who, at, why, after) SELECT * FROM (
            SELECT c.id AS of_case, iif(k = 1, 'opened', 'joined'), 'warga', r.at AS at,
            iif(k = 1, printf('{{"report":%d}}', r.id), {joined}), {after("'waiting'", "k", "r.at", at_first)}
            {of} JOIN nth ON k <= c.size JOIN reports r ON r.id = c.id + k
            UNION ALL
            SELECT c.id, 'taken', c.owner, c.first_us + {HOUR_US} / 2, '{{}}',
            {after("'process'", "1", "c.first_us", "c.handling")} {of} WHERE c.state IN ('handled', 'process')
            UNION ALL
            SELECT c.id, iif(c.state = 'handled', 'closed', c.state), iif(c.state = 'handled', c.owner, 'warga'),
            c.ended_us, iif(c.state = 'handled', {closed}, '{{}}'),
            {after("c.state", "c.size", "c.last_us", "c.handling", over=True)} {of} WHERE c.ended_us IS NOT NULL
        ) ORDER BY at, of_case
        """
    )


def _messages(db: sqlite3.Connection, until_us: int) -> None:
    """What is kept for some weeks: receipts, what messages said, the inbox."""
    db.execute(
        """
        INSERT INTO outbox (id, recipient_id, priority, asked, slot, say, due_at, expires_at, state, message_id,
            sent_rev, done_at)
        SELECT row_number() OVER (ORDER BY at), person_id, 0, row_number() OVER (ORDER BY at), 'report:' || id, '', at,
        at + :day, 'sent', id % 5000, 1, at FROM reports WHERE at > :since
        """,
        {"since": until_us - 90 * DAY_US, "day": DAY_US},
    )
    db.execute(
        "INSERT OR IGNORE INTO said SELECT person_id, id, id, 'place' FROM reports WHERE at > :since",
        {"since": until_us - 30 * DAY_US},
    )
    db.execute(
        """
        INSERT INTO inbox (bot_id, update_id, payload, received_at, handled)
        SELECT 123456, 2 * r.id + n, '', at, 1 FROM reports r CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1)
        WHERE at > :since ORDER BY at
        """,
        {"since": until_us - 6 * DAY_US},
    )


def main() -> None:
    """Make one, and say how long it took."""
    path, reports = Path(sys.argv[1]), int(sys.argv[2])
    began = time.perf_counter()
    asyncio.run(make_history(path, reports))
    took_s, size_mb = time.perf_counter() - began, path.stat().st_size / 1e6
    print(f"{reports:,} reports in {timedelta(seconds=round(took_s))} ({size_mb:,.0f} MB)")


if __name__ == "__main__":
    main()
