"""What a backup that is put back takes over from the database that was there: see sql/carrying.sql."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from bot.domain.backups import Lost
from storage.codec import from_us
from storage.copying import opened, schema_of
from storage.erasing import fingerprints
from storage.queries import CARRYING

log = logging.getLogger(__name__)

_READ = frozenset({"lost", "until", "same_installation"})

Erasures = Sequence[tuple[str, int, str]]
"""(fingerprint, when in µs, what they are kept out of) of people who were forgotten."""


@contextmanager
def beside(db: sqlite3.Connection, present: Path) -> Iterator[None]:
    """With the database that is there attached as `present`, to be read only. Raises sqlite3.Error."""
    db.execute("ATTACH ? AS present", [f"file:{quote(str(present.absolute()))}?mode=ro"])
    try:
        yield
    finally:
        db.execute("DETACH present")


def lost(db: sqlite3.Connection) -> Lost:
    """What `present` has and this database has not. Raises sqlite3.Error."""
    (until_us,) = db.execute(CARRYING["until"]).fetchone()
    reports, cases, steps = db.execute(CARRYING["lost"]).fetchone()
    return Lost(from_us(until_us) if until_us else None, reports, cases, steps)


def is_of_same_installation(db: sqlite3.Connection) -> bool:
    """Whether `present` grew out of the same database as this one, or nothing is in it yet. Raises sqlite3.Error."""
    if db.execute("SELECT NOT EXISTS (SELECT 1 FROM present.people)").fetchone()[0]:
        return True
    return bool(db.execute(CARRYING["same_installation"]).fetchone()[0])


def carry(db: sqlite3.Connection) -> None:
    """Take over what must not happen twice or be undone, in the caller's transaction.

    The database that was there may be of an earlier or later version; what it does not know is left out.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    for name, statement in CARRYING.items():
        if name in _READ:
            continue
        try:
            db.execute(statement)
        except sqlite3.OperationalError as error:
            if "no such" not in str(error) and "has no column" not in str(error):
                raise
            log.debug("%s left out: %s", name, error)


def erasures_in(files: Iterable[Path], key: bytes) -> Erasures:
    """Who was forgotten, as far as any of these databases of the same key knows. Others are passed over."""
    known: dict[str, tuple[str, int, str]] = {}
    for file in files:
        try:
            with closing(opened(file)) as db:
                if schema_of(db) and _has_erasures(db) and number_key(db) == key:
                    for one in fingerprints(db):
                        known[one[0]] = max(known.get(one[0], one), one, key=lambda each: each[1])
        except sqlite3.Error as error:
            log.warning("%s: who was forgotten cannot be read from it: %s", file, error)
    return list(known.values())


def number_key(db: sqlite3.Connection) -> bytes:
    """What the numbers of a database are made with. Raises sqlite3.Error."""
    key: bytes = db.execute("SELECT number_key FROM counters").fetchone()[0]
    return key


def _has_erasures(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'erasures'").fetchone()[0])
