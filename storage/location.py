"""DATABASE_URL: where the database file is."""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import StoreError

_PREFIX = "sqlite:///"


def database_path(url: str) -> Path:
    """The file that `sqlite:///data/genangan.db` (relative) or `sqlite:////srv/genangan.db` (absolute) names.

    Raises:
        StoreError: it is no such URL. The message does not repeat it, since it may hold a password.
    """
    name = url.removeprefix(_PREFIX)
    if not url.startswith(_PREFIX) or name.strip("/") in ("", ":memory:") or "?" in name or "\0" in name:
        raise StoreError(
            "DATABASE_URL must name a SQLite file, such as sqlite:///data/genangan.db "
            "(or sqlite:////srv/genangan.db for an absolute path)"
        )
    return Path(name)
