"""Nothing that is kept on a person is left untold: each table is in the dossier, or named with the reason why not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.output.dossier_page import SECTIONS, dossier_page
from bot.texts import Texts, read_catalog
from storage import dossier, erasing
from storage.queries import schema
from tests.helpers.clock import EVENING, WIB
from tests.storage.test_erasing import lived, opened


def tables() -> dict[str, set[str]]:
    """Tables, and what they refer to."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        names = db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: {key[2] for key in db.execute(f"PRAGMA foreign_key_list({name})")} for (name,) in names}


def test_every_table_is_told_or_named_with_a_reason() -> None:
    assert dossier.SHOWN | dossier.LEFT_OUT.keys() == tables().keys()
    assert not dossier.SHOWN & dossier.LEFT_OUT.keys()
    assert all(dossier.LEFT_OUT.values())


def test_every_table_that_refers_to_people_is_told_and_erased() -> None:
    personal = {name for name, refers_to in tables().items() if "people" in refers_to} | {"people"}
    assert personal <= dossier.SHOWN
    assert personal <= erasing.TOUCHED


def test_every_section_has_a_place_on_the_page_and_words_in_each_language() -> None:
    for language in ("id", "en"):
        catalog = read_catalog(language)
        assert all(f"dossier.{section}" in catalog and f"dossier.title.{section}" in catalog for section in SECTIONS)


async def test_every_section_that_can_be_read_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    with opened(path) as db:
        told = dossier.read_dossier(db, 1)
    assert set(told) <= set(SECTIONS)
    assert {"person", "draft", "reports", "photos", "said", "site_words", "messages", "work", "roles"} <= set(told)
    assert {"unit_chats", "notes", "invitations", "log", "photo_hashes"} <= set(told)
    assert dossier_page(told, Texts(WIB), "id", EVENING).count("<h2>") == len(told)
    assert dossier_page(told, Texts(WIB), "en", EVENING).count("<h2>") == len(told)
    with opened(path) as db:
        assert dossier.read_dossier(db, 77) == {}
