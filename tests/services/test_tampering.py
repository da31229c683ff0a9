"""Callback data that none of our buttons carries: who makes up data of their own changes nothing of others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.chat.callback import encode
from bot.services.buttons import HANDLERS
from tests.helpers.desk import ADMIN, Desk
from tests.services.test_reporting import ANI, BUDI, HERE, report

ELSEWHERE = (-6.1345, 106.8862)
FAR = (-6.1200, 106.9100)
HUGE = "9" * 40
NASTY = ["", "-1", "0", "1", "2", HUGE, "٣", "1_0", " 1 ", "1e3", "x", "31.71.01.1001", "genangan", "knee", "%3A"]


def kept(folder: Path, who: int) -> list[Any]:
    """All that is kept of a person, and of the incidents of their reports."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        (person_id,) = db.execute("SELECT id FROM people WHERE telegram_id = ?", (who,)).fetchone()
        mine = "SELECT incident_id FROM reports WHERE person_id = ?"
        return [
            db.execute(statement, (person_id,)).fetchall()
            for statement in (
                "SELECT * FROM reports WHERE person_id = ?",
                "SELECT * FROM drafts WHERE person_id = ?",
                f"SELECT * FROM incidents WHERE id IN ({mine})",
                f"SELECT * FROM incident_events WHERE incident_id IN ({mine})",
            )
        ]


def ids_of(folder: Path, who: int) -> tuple[int, int]:
    """(report, incident) of a person."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        statement = (
            "SELECT r.id, r.incident_id FROM reports r JOIN people p ON p.id = r.person_id WHERE p.telegram_id = ?"
        )
        found: tuple[int, int] = db.execute(statement, (who,)).fetchone()
        return found


@pytest.mark.parametrize("act", sorted(HANDLERS))
async def test_made_up_data_fails_nothing_and_touches_nobody_else(desk: Desk, tmp_path: Path, act: str) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, ELSEWHERE)
    await desk.location(BUDI, *FAR)  # a question is open
    before = kept(tmp_path, ANI)
    theirs, incident = ids_of(tmp_path, ANI)
    for key in (*NASTY, str(theirs)):
        for arg in (*NASTY, str(incident)):
            data = f"{act}:{key}:{arg}"
            if len(data.encode()) <= 64:
                await desk.press_data(BUDI, data, take=False)
    await desk.take()
    assert (await desk.store.queues(desk.clock.now()))["failed"] == 0
    assert kept(tmp_path, ANI) == before


async def test_a_report_joins_nothing_far_away_that_it_was_not_offered(desk: Desk, tmp_path: Path) -> None:
    await report(desk, ANI, FAR)
    await report(desk, BUDI)
    with closing(sqlite3.connect(tmp_path / "genangan.db")) as db, db:
        db.execute("UPDATE reports SET unsure = 1")
    mine, _ = ids_of(tmp_path, BUDI)
    _, incident = ids_of(tmp_path, ANI)
    assert await desk.press_data(BUDI, encode("same", (str(mine), str(incident)))) == "toast.too_old"
    assert {each.reporters for each in await desk.incidents()} == {1}


async def test_a_report_lies_in_no_kelurahan_that_it_is_not_near(desk: Desk, tmp_path: Path) -> None:
    await report(desk, BUDI)
    mine, _ = ids_of(tmp_path, BUDI)
    assert await desk.press_data(BUDI, encode("area", (str(mine), "31.71.01.1001"))) == "toast.too_old"
    assert {each.area_code for each in await desk.incidents()} == {"31.72.02.1004"}


async def test_an_address_is_in_no_kelurahan_that_is_not_served(desk: Desk) -> None:
    await desk.press_data(BUDI, "write")
    assert await desk.press_data(BUDI, encode("kel", ("31.71.01.1001",))) == "toast.too_old"


@pytest.mark.parametrize("moment", ["-1", HUGE, "99999999999", "x"])
async def test_no_digest_of_a_time_that_never_was_is_posted(desk: Desk, moment: str) -> None:
    assert await desk.press_data(ADMIN, encode("post", (moment,))) == "toast.too_old"
    assert not await desk.store.claim_work(desk.clock.now(), 10)


async def test_pressing_at_another_place_of_the_list_is_no_mistake_of_ours(desk: Desk) -> None:
    await desk.location(BUDI, *HERE)
    for index in ("-1", "7"):
        for act in ("here", "nothere"):
            await desk.press_data(BUDI, encode(act, ("1", index)))
    assert (await desk.store.queues(desk.clock.now()))["failed"] == 0
