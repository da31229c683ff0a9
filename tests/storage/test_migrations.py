"""Migrations: numbered, each whole or not at all, and together what schema.sql says."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from storage import migrate, open_reader, open_store, opening
from storage.queries import migrations, schema, statements
from tests.storage.acts import load
from tests.storage.files import made, refused, url_of


def _described(scripts: list[str]) -> dict[tuple[str, str], str]:
    """What a database made by these scripts consists of, whatever the layout of the scripts."""
    db = sqlite3.connect(":memory:")
    for script in scripts:
        for statement in statements(script):
            db.execute(statement)
    made = {
        (kind, name): re.sub(r"\s*([(),])\s*|\s+", r" \1", re.sub(r"--[^\n]*", "", sql or ""))
        for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_schema")
    }
    for (kind, name), _ in list(made.items()):
        if kind == "table":
            made["columns", name] = str(db.execute(f"PRAGMA table_xinfo({name})").fetchall())
    db.close()
    return made


def test_the_schema_is_what_all_migrations_make() -> None:
    assert _described([schema()]) == _described(list(migrations().values()))


def test_migrations_are_numbered_without_gaps() -> None:
    assert list(migrations()) == list(range(1, len(migrations()) + 1))


def test_a_script_falls_into_its_statements() -> None:
    script = """-- a comment; with a semicolon
    CREATE TABLE a (x TEXT DEFAULT ';'); CREATE TRIGGER t AFTER INSERT ON a BEGIN
        DELETE FROM a; DELETE FROM a;
    END;
    -- the end
    """
    assert [statement[-8:] for statement in statements(script)] == ["LT ';');", "    END;"]
    with pytest.raises(ValueError, match="unfinished statement"):
        list(statements("CREATE TABLE a (x)"))


async def test_two_that_open_a_new_database_at_once_both_can(tmp_path: Path) -> None:
    stores = await asyncio.gather(*(open_store(url_of(tmp_path / "genangan.db")) for _ in range(3)))
    for store in stores:
        async with store.transaction() as tx:
            assert len((await tx.counters()).number_key) == 16
    for store in stores:
        await store.close()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    known = dict(migrations())
    broken = {**known, max(known) + 1: "CREATE TABLE extra (x) STRICT; -- next\nALTER TABLE nowhere ADD COLUMN y;"}
    monkeypatch.setattr(migrate, "migrations", lambda: broken)
    await refused(path, says="SQLite says")
    monkeypatch.setattr(migrate, "migrations", lambda: known)
    store = await open_store(url_of(path))
    assert len((await load(store, person_ids=[1])).people) == 1
    await store.close()


async def test_a_newer_program_brings_an_older_database_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "genangan.db"
    await made(path)
    number = max(migrations()) + 1
    newer = {**migrations(), number: "CREATE TABLE extra (x INTEGER) STRICT;"}
    for module in (migrate, opening):
        monkeypatch.setattr(module, "migrations", lambda: newer)
    with pytest.raises(StoreError, match="older genangan: start the bot once, or `genangan migrate`"):
        await open_reader(url_of(path))
    store = await open_store(url_of(path), upgrade=lambda _: None)
    assert len((await load(store, person_ids=[1])).people) == 1
    await store.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (number,)
    assert db.execute("SELECT count(*) FROM extra").fetchone() == (0,)
    db.close()
