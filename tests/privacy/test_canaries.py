"""The checker finds what is there, however it is written; else what it does not find would prove nothing."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.privacy.canaries import files_in, search, varint, writings

NAME = "Sri “Kenari” Rahayu 🐦"
NUMBER = 7_123_456_789


@pytest.mark.parametrize(
    "content",
    [
        NAME.encode(),
        NAME.encode("utf-16"),
        json.dumps({"a": NAME}).encode(),
        *(base64.b64encode(b"x" * n + NAME.encode() + b"tail") for n in range(3)),
    ],
)
def test_a_text_is_found_however_it_is_written(content: bytes) -> None:
    assert search({"file": b"before " + content + b" after"}, {"name": NAME})
    assert not search({"file": content}, {"name": "Sri “Kenari” Rahayo 🐦"})


@pytest.mark.parametrize(
    "content",
    [
        str(NUMBER).encode(),
        NUMBER.to_bytes(8, "big"),
        NUMBER.to_bytes(8, "little"),
        NUMBER.to_bytes(6, "big"),
        varint(NUMBER),
        f'{{"id":{NUMBER}}}'.encode(),
    ],
)
def test_a_number_is_found_however_it_is_stored(content: bytes) -> None:
    assert search({"file": b"\1\2" + content + b"\3"}, {"id": NUMBER})
    assert not search({"file": b"\1\2" + content + b"\3"}, {"id": NUMBER + 1})


@pytest.mark.parametrize("column", ["x INTEGER", "x INTEGER PRIMARY KEY", "x TEXT", "x BLOB"])
def test_what_sqlite_keeps_is_found_in_tables_keys_and_indexes(tmp_path: Path, column: str) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        db.execute(f"CREATE TABLE t ({column})")
        db.execute("INSERT INTO t VALUES (?)", [str(NUMBER).encode() if "BLOB" in column else NUMBER])
        db.commit()
    assert search(files_in(tmp_path), {"id": NUMBER})


def test_what_was_deleted_without_care_is_found_on_the_free_page(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE t (x TEXT)")
        db.execute("INSERT INTO t VALUES (?)", [NAME])
        db.execute("DELETE FROM t")
        db.commit()
    assert search(files_in(tmp_path), {"name": NAME})


def test_it_looks_into_spreadsheets() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("sheet1.xml", NAME)
    [trace, *_] = search({"export.xlsx": packed.getvalue()}, {"name": NAME})
    assert trace.where == "export.xlsx: sheet1.xml"


def test_a_number_is_written_as_sqlite_does() -> None:
    assert varint(0) == b"\0" and varint(127) == b"\x7f" and varint(128) == b"\x81\0"
    assert dict(writings(7))["as SQLite stores it, big end first"] == b"\7"
