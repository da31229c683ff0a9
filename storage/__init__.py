"""Where everything durable is kept. `open_store(url)` gives the Store of bot/ports.py."""

from __future__ import annotations

from collections.abc import Callable

from storage.backup import Vault
from storage.location import database_path
from storage.lock import ServingLock, acquire_lock
from storage.opening import open_file, open_file_to_read
from storage.sqlite import SqliteStore

__all__ = ["ServingLock", "SqliteStore", "Vault", "acquire_lock", "open_reader", "open_store"]


async def open_store(
    url: str, number_key: bytes | None = None, *, upgrade: Callable[[int], object] | None = None
) -> SqliteStore:
    """Open the database that `url` names (`sqlite:///data/genangan.db`), made where needed.

    Args:
        url: DATABASE_URL.
        number_key: 16 bytes that the numbers people see are made with, for a new database whose numbers need not be
            hard to guess (the demo's); a secret key where not given.
        upgrade: called with the version that it is migrated to, before that (see backup.Vault.before_upgrade); where
            not given, one with an earlier schema is refused.

    Raises:
        StoreOlder: its schema is an earlier one, and `upgrade` is not given.
        StoreError: it cannot be used as it is; one line says what to do.
    """
    return await open_file(database_path(url), number_key, upgrade)


async def open_reader(url: str) -> SqliteStore:
    """Open it only to read, also while the bot runs. Whatever would write raises StoreBusy.

    Raises:
        StoreError: it is not there, or cannot be read as it is.
    """
    return await open_file_to_read(database_path(url))
