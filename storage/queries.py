"""The named statements of sql/queries.sql and the files beside it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from importlib import resources

_FILES = resources.files("storage") / "sql"

UNREACHABLE = "unreachable: "
"""What the reason of a dead message begins with whose chat takes nothing: that is nobody's mistake."""


def _named(text: str) -> Mapping[str, str]:
    """Statements by name. Each begins with `-- name: x` and has one line that says what it is for."""
    found: dict[str, str] = {}
    for block in re.split(r"^-- name: ", text, flags=re.MULTILINE)[1:]:
        name, _, rest = block.partition("\n")
        purpose, _, statement = rest.partition("\n")
        if not purpose.startswith("-- ") or name in found:
            raise ValueError(f"queries.sql: {name} has no line that says what it is for, or comes twice")
        found[name.strip()] = statement.strip()
    return found


SQL: Mapping[str, str] = _named(
    "".join((_FILES / name).read_text(encoding="utf-8") for name in ("queries.sql", "erasing.sql", "health.sql"))
)
"""All statements of the running store, by name."""

CARRYING: Mapping[str, str] = _named((_FILES / "carrying.sql").read_text(encoding="utf-8"))
"""Those of restoring: they see the backup as `main`, the database that was there as `present`."""


def schema() -> str:
    """The whole schema, as after all migrations."""
    return (_FILES / "schema.sql").read_text(encoding="utf-8")


def migrations() -> Mapping[int, str]:
    """The migrations by number, in order."""
    files = sorted((_FILES / "migrations").iterdir(), key=lambda file: file.name)
    return {int(file.name[:4]): file.read_text(encoding="utf-8") for file in files if file.name.endswith(".sql")}


def statements(script: str) -> Iterator[str]:
    """The single statements of a script: sqlite3 runs a whole script only outside of a transaction."""
    pending = ""
    *pieces, rest = script.split(";")
    for piece in pieces:
        pending += piece + ";"
        if sqlite3.complete_statement(pending):  # not inside a text, a comment or a trigger
            yield pending.strip()
            pending = ""
    if re.sub(r"--[^\n]*", "", pending + rest).strip():
        raise ValueError(f"unfinished statement: {(pending + rest).strip()[:60]}")
