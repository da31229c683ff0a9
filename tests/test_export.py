"""`genangan export` on a real database, as an operator calls it."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import zipfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import __main__ as command_line
from bot.app import check_parts
from bot.domain.errors import OperatorError
from bot.domain.records import Changes
from bot.export import Wish, export
from bot.output.export_files import Form
from bot.settings import Settings
from storage import SqliteStore, open_store
from tests.helpers import builders
from tests.helpers.clock import EVENING, StillClock
from tests.helpers.puddles import puddle

PARTS = replace(check_parts(), clock=StillClock(EVENING + timedelta(minutes=1)))


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Settings]:
    """A database that a bot serves, and a working directory."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'g.db'}")
    store = await open_store(settings.database_url)
    await fill(store)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    yield settings
    await store.close()


async def fill(store: SqliteStore) -> None:
    """Two puddles, a week apart, with a report each."""
    before = EVENING - timedelta(days=7)
    old, new = puddle("A22", first_seen=before, last_seen=before), puddle("B33", first_seen=EVENING, last_seen=EVENING)
    reports = [builders.report(1, at=before, incident_id=old.id), builders.report(2, at=EVENING, incident_id=new.id)]
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=[old, new], reports=reports, people=[builders.person(1)]))


def here() -> list[str]:
    """The files in the working directory."""
    return sorted(path.name for path in Path.cwd().iterdir())


def read_json(name: str) -> Any:
    return json.loads(Path(name).read_bytes())


def mine() -> Path:
    """A file that is there already."""
    path = Path("x.xlsx")
    path.write_text("mine")
    return path


def is_mine(path: Path) -> bool:
    return path.read_bytes() == b"mine"


async def test_everything_into_a_workbook_here(settings: Settings) -> None:
    line = await export(settings, PARTS, Wish())
    assert line.startswith("genangan_2026-01-18.xlsx: 2 incidents, 2 reports, ")
    assert line.endswith(" kB")
    book = load_workbook("genangan_2026-01-18.xlsx")
    assert [row[0].value for row in book["Genangan"].iter_rows(min_row=2)] == ["A22", "B33"]
    assert here() == ["genangan_2026-01-18.xlsx"]


async def test_some_days_as_the_files_name_says(settings: Settings) -> None:
    day = EVENING.date()
    await export(settings, PARTS, Wish(first=day, last=day, out=Path("peta.geojson")))
    assert [feature["id"] for feature in read_json("peta.geojson")["features"]] == ["B33"]
    await export(settings, PARTS, Wish(last=day - timedelta(days=7), out=Path("tabel.zip")))
    with zipfile.ZipFile("tabel.zip") as archive:
        assert archive.read("laporan.csv").decode("utf-8-sig").count("\r\n") == 2


async def test_the_database_is_only_read(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as db:
        before = list(db.iterdump())
        await export(settings, PARTS, Wish())
        assert list(db.iterdump()) == before


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(out=Path("none/x.xlsx")), "there is no folder none; make it first"),
        (Wish(out=Path("x.csv")), r"end with .xlsx, .zip \(two CSV tables in one\), .geojson"),
        (Wish(out=Path("x.xlsx"), form=Form.CSV), r"end with .zip \(two CSV tables in one\)$"),
        (Wish(first=EVENING.date() + timedelta(days=1)), "is yet to come: name an earlier day"),
        (Wish(first=EVENING.date(), last=EVENING.date() - timedelta(days=1)), "exchange them"),
    ],
)
async def test_what_cannot_be_is_said_before_anything_is_read(settings: Settings, wish: Wish, why: str) -> None:
    with pytest.raises(OperatorError, match=why):
        await export(replace(settings, database_url="sqlite:///none.db"), PARTS, wish)
    assert here() == []


async def test_a_file_that_is_there_is_overwritten_only_when_told_to(settings: Settings) -> None:
    out = mine()
    with pytest.raises(OperatorError, match="--force"):
        await export(settings, PARTS, Wish(out=out))
    assert is_mine(out)
    await export(settings, PARTS, Wish(out=out, force=True))
    assert load_workbook(out).sheetnames[0] == "Genangan"


async def test_a_disk_that_is_full_leaves_what_was_there(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    out = mine()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.output.sheets.SheetFile.close", full)
    with pytest.raises(OperatorError, match=r"x.xlsx cannot be written: No space left on device"):
        await export(settings, PARTS, Wish(out=out, force=True))
    assert is_mine(out)
    assert here() == ["x.xlsx"]


async def test_what_a_kill_left_is_cleared_by_the_next_try(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as killed:
        killed.setattr("shutil.rmtree", lambda *_, **__: None)
        killed.setattr(Path, "unlink", lambda *_, **__: None)
        killed.setattr(Path, "replace", lambda *_, **__: sys.exit())
        with pytest.raises(SystemExit):
            await export(settings, PARTS, Wish(out=Path("x.xlsx")))
    assert here() == [".x.xlsx.part", ".x.xlsx.part.rows"]
    await export(settings, PARTS, Wish(out=Path("x.xlsx")))
    assert here() == ["x.xlsx"]


async def test_a_folder_that_may_not_be_written_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    threads = set(threading.enumerate())
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(OperatorError, match=r"cannot be written: Read-only file system; choose another place"):
        await export(settings, PARTS, Wish())
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
        assert not thread.is_alive(), "the database is still open, and the command would not end"


def test_dates_as_people_write_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line.main(["export", "--from", "31-02-2026"])
    assert "'31-02-2026' is no date; write it like \"2026-01-18\"" in capsys.readouterr().err
