"""/umumkan: counted, confirmed, sent once to each, and reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.records import WorkRow
from bot.services.announcing import Announcements
from tests.helpers.casework import LAT, LON
from tests.helpers.desk import ADMIN, Desk, open_desk

SITI, AGUS, BUDI = 701, 702, 703
TEXT = "Pompa di Jl. Mangga <diperbaiki> malam ini."


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


async def work(desk: Desk) -> None:
    """What was asked for is done, and told."""
    doers = Announcements(desk.store, desk.context.units).doers()
    while rows := await desk.store.claim_work(desk.clock.now(), 10):
        for row in rows:
            result = await doers[row.kind](row) if row.kind in doers else None
            await desk.store.finish_work(row, result, desk.clock.now())
    await desk.take()


def heard(desk: Desk, who: int) -> int:
    """How many announcements a person's chat shows."""
    return desk.says(who).count("announce.message")


async def reports(desk: Desk, who: int, lat: float = LAT) -> str:
    await desk.location(who, lat, LON)
    await desk.press(who, "Lutut")
    return str(desk.receipt(who).values["number"])


async def test_nobody_hears_before_it_is_confirmed_and_then_each_once(desk: Desk) -> None:
    await reports(desk, SITI)
    await desk.text(AGUS, "/start")
    await desk.text(ADMIN, f"/umumkan semua\n{TEXT}")
    await work(desk)
    assert desk.shown(ADMIN).startswith("Kirim ke 3 orang? (semua orang)")
    assert heard(desk, SITI) == 0
    await desk.press(ADMIN, "Ya, kirim")
    await work(desk)
    await desk.press(ADMIN, "Ya, kirim")  # twice is once
    await work(desk)
    assert [heard(desk, who) for who in (SITI, AGUS)] == [1, 1]
    assert desk.shown(SITI) == f"Pengumuman petugas SDA\n\n{TEXT}"
    await desk.press(ADMIN, "Sudah sampai?")
    await work(desk)
    assert desk.shown(ADMIN) == "Sampai: 3 orang"


async def test_to_an_area_and_to_the_reporters_of_a_case(desk: Desk) -> None:
    number = await reports(desk, SITI)
    koja = desk.context.areas.centre("31.72.03.1001")
    await desk.location(AGUS, *koja)
    await desk.press(AGUS, "Lutut")
    await desk.text(BUDI, "/start")
    for target in ("Kec. Tanjung Priok", number):
        await desk.text(ADMIN, f"/umumkan {target}\n{TEXT}")
        await work(desk)
        assert desk.shown(ADMIN).startswith("Kirim ke 1 orang?")
    await desk.press(ADMIN, "Ya, kirim")
    await work(desk)
    assert [heard(desk, who) for who in (SITI, AGUS, BUDI)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/umumkan", "Tulis tujuannya di baris pertama"),
        ("/umumkan semua", "Tulis tujuannya di baris pertama"),
        ("/umumkan Bekasi\nHalo", "Bekasi tidak dikenal"),
        ("/umumkan Penjaringan\nHalo", "bisa berarti beberapa wilayah"),
        ("/umumkan semua\n" + "x" * 3001, "3.001 huruf"),
    ],
)
async def test_what_is_typed_wrongly_is_answered_with_the_way_out(desk: Desk, typed: str, answer: str) -> None:
    await desk.text(ADMIN, typed)
    await work(desk)
    assert answer in desk.shown(ADMIN)


async def test_it_is_too_late_after_an_hour(desk: Desk) -> None:
    await desk.text(ADMIN, f"/umumkan semua\n{TEXT}")
    await work(desk)
    desk.clock.move(hours=2)
    await desk.store.prune(desk.clock.now())
    await desk.press(ADMIN, "Ya, kirim")
    await work(desk)
    assert "Tulis lagi" in desk.shown(ADMIN)


async def test_only_admins_announce(desk: Desk) -> None:
    await desk.text(SITI, f"/umumkan semua\n{TEXT}")
    assert desk.shown(SITI) == "Perintah ini untuk admin."
    await desk.press_data(SITI, "umumkan:1")
    assert not await desk.store.claim_work(desk.clock.now(), 10)


async def test_a_crash_in_between_tells_nobody_twice(desk: Desk) -> None:
    await reports(desk, SITI)
    await desk.text(ADMIN, f"/umumkan semua\n{TEXT}")
    await work(desk)
    doer = Announcements(desk.store, desk.context.units)
    key = next(c.args[0] for row in max(desk.chats[ADMIN].items())[1].choices for c in row if c.act == "umumkan")
    for _ in range(2):
        await doer.send(WorkRow("announce.send", desk.clock.now(), None, {"key": key}))
    await desk.read()
    assert heard(desk, SITI) == 1


async def test_it_is_too_late_after_an_hour_also_before_old_files_are_swept(desk: Desk) -> None:
    await reports(desk, SITI)
    await desk.text(ADMIN, f"/umumkan semua\n{TEXT}")
    await work(desk)
    desk.clock.move(minutes=61)
    await desk.press(ADMIN, "Ya, kirim")
    await work(desk)
    assert "Tulis lagi" in desk.shown(ADMIN)
    assert heard(desk, SITI) == 0


async def test_of_a_cases_reporters_who_is_blocked_hears_nothing(desk: Desk) -> None:
    number = await reports(desk, SITI)
    blocked = await reports(desk, AGUS)
    await desk.text(ADMIN, f"/blokir {blocked} laporan palsu")
    await desk.text(ADMIN, f"/umumkan {number}\n{TEXT}")
    await work(desk)
    assert desk.shown(ADMIN).startswith("Kirim ke 1 orang?")
    await desk.press(ADMIN, "Ya, kirim")
    await work(desk)
    assert [heard(desk, who) for who in (SITI, AGUS)] == [1, 0]


@pytest.mark.parametrize("key", ["", "x", "²", "-"])
@pytest.mark.parametrize("act", ["umumkan", "umumkan.sampai"])
async def test_a_made_up_button_makes_no_work(desk: Desk, act: str, key: str) -> None:
    assert await desk.press_data(ADMIN, f"{act}:{key}") == "toast.too_old"
    assert not await desk.store.claim_work(desk.clock.now(), 10)


async def test_who_was_erased_since_it_was_counted_keeps_nobody_else_from_hearing(desk: Desk) -> None:
    number = await reports(desk, SITI)
    await reports(desk, AGUS)
    await reports(desk, BUDI)
    await desk.text(ADMIN, f"/umumkan {number}\n{TEXT}")
    await work(desk)
    assert desk.shown(ADMIN).startswith("Kirim ke 3 orang?")
    await desk.text(AGUS, "/hapus")
    await desk.press(AGUS, "Ya, hapus")
    await desk.press(ADMIN, "Ya, kirim")
    await work(desk)
    assert [heard(desk, who) for who in (SITI, AGUS, BUDI)] == [1, 0, 1]
