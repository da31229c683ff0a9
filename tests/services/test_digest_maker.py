"""The whole post: what comes in which order, with which picture and table; what happens where one cannot be made."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from bot.domain.errors import PictureError, StoreBusy
from bot.domain.models import IncidentState
from bot.domain.records import Changes
from bot.domain.units import units_of
from bot.domain.weather import FeedState
from bot.output.digest_text import plain
from bot.ports import Store
from bot.services import digest_maker
from bot.services.digest_maker import Artists, Part
from bot.services.digests import Digests
from storage import open_store
from tests.helpers.clock import WIB
from tests.helpers.posts import AREAS, maker_of
from tests.helpers.puddles import MORNING, puddle, rainy_night
from tests.services.test_digests import CHANNEL, SIX, deliver

TUESDAY = MORNING + timedelta(days=1)
"""No chart and no review on it."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    async with opened.transaction() as tx:
        await tx.flush(Changes(incidents=rainy_night()))
    yield opened
    await opened.close()


async def made(store: Store, at: datetime, days: int = 1, **of: object) -> list[Part]:
    maker = maker_of(store, **of)  # type: ignore[arg-type]
    return await maker.post(await maker.facts(at - timedelta(days=days), at))


def names(parts: list[Part]) -> list[str]:
    return [part.file.name if part.file else "text" for part in parts]


async def test_first_the_picture_then_the_text_then_the_table(store: Store) -> None:
    parts = await made(store, TUESDAY)
    picture, *texts, table = parts
    assert names(parts) == ["peta_2026-01-20_0600.png", *["text"] * len(texts), "genangan_2026-01-20_0600.xlsx"]
    assert "Masih tergenang: <b>9 titik</b>" in picture.html
    assert "Tabel lengkap" in table.html


async def test_on_mondays_with_the_week_and_on_the_first_with_the_month(store: Store) -> None:
    assert "pekan_2026-01-19_0600.png" in names(await made(store, MORNING))
    first = datetime(2026, 2, 1, 6, tzinfo=WIB)
    parts = await made(store, first)
    assert "bulan_2026-02-01_0600.png" in names(parts)
    assert "Januari 2026" in plain("".join(part.html for part in parts))
    assert "pekan_2026-02-01_0600.png" not in names(parts)


async def test_of_a_dry_week_there_is_a_line_and_no_chart(store: Store) -> None:
    *_, week, _ = await made(store, MORNING + timedelta(days=21))
    assert week.file is None
    assert plain(week.html) == "Sepekan, Sen 2 Feb s.d. Min 8 Feb\nTidak ada genangan baru. Pekan sebelumnya: 0"


async def test_midnight_is_the_first_moment_of_a_month(store: Store) -> None:
    """Telegram tells whole seconds: what is told at twelve sharp is no rare thing on a night of rain."""
    march, april = (datetime(2026, month, 1, tzinfo=WIB) for month in (3, 4))
    told = [puddle(f"M{n}", 30, first_seen=at, last_seen=at) for n, at in enumerate((march, march, april))]
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=told))
    parts = await made(store, datetime(2026, 4, 1, 6, tzinfo=WIB))
    (caption,) = [plain(part.html) for part in parts if part.file and part.file.name.startswith("bulan")]
    assert "Maret 2026" in caption
    assert re.search(r"\b2 genangan", caption)


async def test_a_monday_that_was_missed_is_made_up_for(store: Store) -> None:
    assert "pekan_2026-01-21_0600.png" in names(await made(store, MORNING + timedelta(days=2), days=3))


async def test_nothing_that_looks_through_years_is_done_where_everybody_waits(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month of 30,000 puddles took two thirds of a second of the event loop."""
    here = threading.get_ident()
    where = {}

    def watched(name: str, does: Callable[..., object]) -> Callable[..., object]:
        def watching(*args: object, **more: object) -> object:
            where[name] = threading.get_ident()
            return does(*args, **more)

        return watching

    for name in ("spots", "build_digest", "week", "review"):
        monkeypatch.setattr(digest_maker, name, watched(name, getattr(digest_maker, name)))
    await made(store, datetime(2026, 2, 2, 6, tzinfo=WIB), days=2)  # a Monday, and the first day of a month before it
    assert where.keys() == {"spots", "build_digest", "week", "review"}
    assert here not in where.values()


async def test_the_table_holds_what_the_text_tells(store: Store) -> None:
    *_, table = await made(store, MORNING)
    assert table.file is not None
    book = openpyxl.load_workbook(io.BytesIO(table.file.data))
    numbers = {row[0].value for row in book.worksheets[0].iter_rows(min_row=2)}
    assert {"PL8", "KA7"} <= numbers


async def test_a_unit_has_its_own_part_and_nothing_of_others(store: Store) -> None:
    maker = maker_of(store)
    unit = units_of(AREAS.all_served()).get("31.72.02")
    assert unit is not None
    (text,) = map(plain, await maker.of_unit(MORNING - timedelta(days=1), MORNING, unit, False))
    assert text.startswith("GENANGAN KEC. TANJUNG PRIOK\n")
    assert "Gaya Motor" in text
    assert "Lestari" not in text


async def test_a_unit_where_nothing_happened_has_nothing(store: Store) -> None:
    unit = units_of(AREAS.all_served()).get("31.72.05.1001")
    assert unit is not None
    assert await maker_of(store).of_unit(MORNING - timedelta(days=1), MORNING, unit, False) == []


async def test_numbers_are_links_to_the_cards(store: Store) -> None:
    texts = [part.html for part in await made(store, MORNING) if part.file is None]
    assert 'href="https://t.me/genangan_bot?start=g_PL8"' in "".join(texts)


async def test_in_the_evening_and_with_feeds_it_looks_ahead(store: Store) -> None:
    evening = TUESDAY + timedelta(hours=12)
    feeds = frozenset({"forecast"})
    assert "ANTISIPASI" in "".join(part.html for part in await made(store, evening, feeds=feeds))
    assert "ANTISIPASI" not in "".join(part.html for part in await made(store, TUESDAY, feeds=feeds))
    assert "ANTISIPASI" not in "".join(part.html for part in await made(store, evening))


async def test_a_feed_that_is_down_is_said_once_and_keeps_nothing_waiting(store: Store) -> None:
    evening = TUESDAY + timedelta(hours=12)
    down = FeedState("gates", evening, evening, failing_since=evening - timedelta(hours=3), why="HTTP 503", failures=4)
    await store.put_feed_states([down])
    told = plain("".join(part.html for part in await made(store, evening, feeds=frozenset({"gates"}))))
    assert told.count("tidak dapat dibaca") + told.count("tidak terbaca") == 1


async def test_without_its_picture_the_digest_goes_out_all_the_same(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(_: object) -> bytes:
        raise PictureError("the drawing process failed")

    maker = replace(maker_of(store), artists=Artists(fails, fails))
    parts = await maker.post(await maker.facts(MORNING - timedelta(days=1), MORNING))
    assert "Masih tergenang" in parts[0].html
    assert [part.file.name for part in parts if part.file] == ["genangan_2026-01-19_0600.xlsx"]
    assert "a picture of the digest is missing" in caplog.text


async def test_without_room_for_its_spreadsheet_the_digest_goes_out_all_the_same(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.output.sheets.SheetFile.close", full)
    parts = await made(store, MORNING)
    assert "Masih tergenang" in parts[0].html
    assert [part.file.name.partition("_")[0] for part in parts if part.file] == ["peta", "pekan"]
    assert "Tabel lengkap" not in parts[-1].html
    assert "the spreadsheet of the digest is missing: No space left on device" in caplog.text


async def test_a_crash_before_the_commit_is_made_good_and_the_post_comes_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = Digests(store, maker_of(store), SIX, WIB, CHANNEL)
    with monkeypatch.context() as broken:

        def crash() -> object:
            raise StoreBusy("killed here")

        broken.setattr(store, "transaction", crash)
        with pytest.raises(StoreBusy):
            await digests.post_due(MORNING)
    assert await deliver(store, MORNING) == []
    assert await digests.post_due(MORNING + timedelta(minutes=1)) is not None
    rows = await deliver(store, MORNING + timedelta(minutes=1))
    assert len({row.slot for row in rows}) == len(rows)
    kept = [await store.attachment(row.say.attachment) for row in rows if row.say.attachment]
    assert [file and file.name.partition("_")[0] for file in kept] == ["peta", "pekan", "genangan"]


async def test_its_files_are_kept_until_the_next_one(store: Store) -> None:
    await Digests(store, maker_of(store), SIX, WIB, CHANNEL).post_due(MORNING)
    (first, *_) = await deliver(store, MORNING)
    assert first.say.attachment is not None
    await store.prune(MORNING + timedelta(hours=23))
    assert await store.attachment(first.say.attachment) is not None
    await store.prune(MORNING + timedelta(hours=25))
    assert await store.attachment(first.say.attachment) is None


async def test_what_happened_later_is_not_in_a_digest_of_the_past(store: Store) -> None:
    later = puddle("ZZ9", 30, first_seen=MORNING + timedelta(hours=1), last_seen=MORNING + timedelta(hours=1))
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=[replace(later, state=IncidentState.WAITING)]))
    told = "".join(part.html for part in await made(store, MORNING))
    assert "ZZ9" not in told
