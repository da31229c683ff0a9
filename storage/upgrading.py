"""The schema brought up to date by `genangan migrate`: tried on a copy, or done after one was made."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.domain.backups import Room, Upgraded, size
from bot.domain.errors import StoreError
from storage import migrate
from storage.backup import Vault, in_words
from storage.copying import looked_through, opened, room_for, write_copy
from storage.queries import migrations

TIMES = 2.0
"""So many times its size a database may need while it is migrated: a table that is made anew is there twice."""


def try_upgrade(vault: Vault) -> Upgraded:
    """Migrate a copy, in a folder of its own that is gone afterwards, and look it through. Also while the bot serves.

    Raises:
        StoreError: it cannot be tried, or would not go well.
    """
    database = vault.database
    before, room = _version(database), vault.room()
    if before == max(migrations()):
        return Upgraded(before, before, room=room)
    trying = in_words(f"DATABASE_URL names {database}: the upgrade cannot be tried")
    with trying, tempfile.TemporaryDirectory(prefix=".genangan-try-", dir=_folder(database)) as folder:
        copy = Path(folder) / "genangan.db"
        write_copy(database, copy)
        took_s = _migrated(copy)
        after = looked_through(copy).schema
    return Upgraded(before, after, took_s, room=room)


def upgrade(vault: Vault, now: datetime) -> Upgraded:
    """Make a copy, then migrate the database, whose serving lock the caller holds.

    Raises:
        StoreError: it cannot be done; the database is as it was, or the copy tells of a mistake.
    """
    database = vault.database
    before = _version(database)
    if before == max(migrations()):
        return Upgraded(before, before)
    copied = vault.before_upgrade(max(migrations()), now)
    with in_words(f"DATABASE_URL names {database}: it was not migrated, and {copied.path} is a copy of it"):
        took_s = _migrated(database)
        after = looked_through(database).schema
    return Upgraded(before, after, took_s, copied)


def _version(database: Path) -> int:
    if not database.exists():
        raise migrate.missing(database)
    with in_words(f"DATABASE_URL names {database}"), closing(opened(database)) as db:
        version = migrate.check(db, database)
    if version == 0:
        raise migrate.missing(database)
    return version


def _migrated(database: Path) -> float:
    """Seconds that it took."""
    began_s = time.monotonic()
    with closing(opened(database, "rw")) as db:
        migrate.migrate(db, database)
    return time.monotonic() - began_s


def _folder(database: Path) -> Path:
    """Where there is room for a copy that is migrated: beside the database, or where temporary files go."""
    rooms = [room_for(database, folder, TIMES) for folder in (database.parent, Path(tempfile.gettempdir()))]
    for room in rooms:
        if not room.missing_bytes:
            return room.folder
    best: Room = min(rooms, key=lambda room: room.missing_bytes)
    raise StoreError(
        f"the upgrade cannot be tried: {size(best.needed_bytes)} are needed beside the database or in the folder "
        f"for temporary files: make room for {size(best.missing_bytes)} more, or name another one with TMPDIR"
    )
