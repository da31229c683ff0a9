"""The digest in the channel, over HTTP: the whole post at its time, whatever goes wrong on its way."""

from __future__ import annotations

import io
import struct
import sys
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from bot.demo.botapi import Shown, faults
from bot.demo.botapi.faults import Effect
from bot.output import pictures
from tests.e2e.borough import HERE, Borough, report
from tests.e2e.newsroom import PICTURE, TABLE, TEXT, at, kinds, newsroom, posted, words
from tests.helpers.children import children_of_ours
from tests.helpers.puddles import rainy_night
from tests.helpers.waiting import until

SIX = "2026-01-19T06:00"
ONE_POST = ["photo", "text", "photo", "document"]
"""A Monday's: the map, the text, the week's chart, the table."""


def post(here: Borough) -> list[Shown]:
    """What the channel shows."""
    return [shown for shown in here.channel.chat if shown.from_bot]


async def test_at_its_time_the_post_is_there_picture_text_and_table_in_order(tmp_path: Path) -> None:
    async with newsroom(tmp_path, rainy_night()) as here:
        await at(here, "2026-01-19T05:52")
        assert post(here) == []
        await at(here, SIX)
        picture, text, week, table = post(here)
        assert kinds([picture, text, week, table]) == ONE_POST
        assert "Masih tergenang: 7 titik" in picture.text
        assert len(picture.text) <= 1024
        assert "Jl. Gaya Motor 2" in text.text
        for shown in (picture, week):
            assert shown.photo_id is not None
            png = here.api.file_content(shown.photo_id)
            assert png.startswith(b"\x89PNG")
            assert struct.unpack(">I", png[16:20]) == (1280,)
            assert len(png) < 1_000_000
        assert table.document is not None
        assert table.document["file_name"] == "genangan_2026-01-19_0600.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(here.api.file_content(table.document["file_id"])))
        assert "KA7" in {row[0].value for row in book.worksheets[0].iter_rows(min_row=2)}
        calls = posted(here.api, here.channel.id)
        silent = [str(call.params.get("disable_notification", False)).lower() for call in calls]
        assert silent == ["false", "true", "true", "true"]


async def test_what_residents_told_a_moment_before_is_in_it_and_it_comes_once(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as here:
        siti = here.api.user("Siti Rahasia")
        siti.start()
        await siti.wait_for("Ada banjir atau genangan?", 10)
        await report(siti, HERE, "Paha ±70")
        await at(here, SIX)
        picture, *rest = post(here)
        assert "Masih tergenang: 1 titik" in picture.text
        assert "Sungai Bambu" in picture.text
        assert kinds([picture, *rest]) == ["photo", "text", "text", "document"]  # nothing stood in the week before
        assert not any("Rahasia" in shown.text for shown in post(here))
        for minutes in (1, 2, 30):
            await here.let_pass(minutes)
        assert len(post(here)) == len(ONE_POST)
        await at(here, "2026-01-20T06:00")
        assert kinds(post(here)[len(ONE_POST) :]) == ["photo", "text", "document"]


@pytest.mark.usefixtures("quick_pictures")
async def test_after_days_of_outage_one_post_makes_up_for_all_and_says_that_it_is_late(tmp_path: Path) -> None:
    async with newsroom(tmp_path, rainy_night()) as here:
        await at(here, SIX)
        await here.stop()
        here.clock.move_to(here.clock.now() + timedelta(days=3, hours=2))
        await here.start()
        await here.beat()
        assert kinds(post(here)) == [*ONE_POST, "photo", "text", "document"]
        assert "TERLAMBAT" in post(here)[4].text.upper()


@pytest.mark.parametrize(
    ("effect", "times"),
    [
        (faults.too_many_requests(7), 3),
        (faults.dropped(worked=False), 2),
        (faults.dropped(), 1),
        (faults.half_answer(), 1),
        (faults.server_error(502), 2),
    ],
    ids=lambda value: str(getattr(value, "name", value)),
)
@pytest.mark.parametrize("method", [PICTURE, TEXT, TABLE])
@pytest.mark.usefixtures("quick_pictures")
async def test_telegram_or_the_network_fail_on_a_part_and_the_post_is_whole_and_in_order(
    tmp_path: Path, method: str, effect: Effect, times: int
) -> None:
    async with newsroom(tmp_path, rainy_night()) as here:
        fault = here.api.faults.add(effect, method=method, chat=here.channel, times=times)
        await at(here, SIX)
        again = effect.worked and effect.error is None  # the work was done, but the bot cannot know
        await until(lambda: len(posted(here.api, here.channel.id)) == len(ONE_POST) + again)
        await here.settle()
        assert fault.struck == times
        came = [words(call) for call in posted(here.api, here.channel.id)]
        parts = list(dict.fromkeys(came))
        assert (len(parts), len(came)) == (len(ONE_POST), len(ONE_POST) + again)
        struck = next(n for n, call in enumerate(here.api.calls.of(PICTURE, TEXT, TABLE)) if call.fault)
        assert all(came.count(part) == 1 for n, part in enumerate(parts) if n != struck)  # only the one in flight
        assert kinds(post(here)) == [*ONE_POST[: struck + again], *ONE_POST[struck:]]


@pytest.mark.usefixtures("quick_pictures")
async def test_a_picture_that_telegram_does_not_take_costs_the_picture_and_no_word(tmp_path: Path) -> None:
    async with newsroom(tmp_path, rainy_night()) as here:
        here.api.faults.add(
            faults.refused(400, "Bad Request: IMAGE_PROCESS_FAILED"), method=PICTURE, chat=here.channel, times=None
        )
        await at(here, SIX)
        headline, text, week, table = post(here)
        assert kinds([headline, text, week, table]) == ["text", "text", "text", "document"]
        assert "Masih tergenang: 7 titik" in headline.text


@pytest.mark.parametrize("broken", ["crashes", "is not there", "hangs"])
async def test_without_a_drawing_process_the_digest_comes_on_time_without_its_picture(
    tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "is not there":
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    else:
        monkeypatch.setattr(pictures, "PROGRAM", "tests.helpers.idle" if broken == "hangs" else "tests.helpers.none")
        monkeypatch.setattr(pictures, "TIME_LIMIT_S", 0.5 if broken == "hangs" else 20)
    async with newsroom(tmp_path, rainy_night()) as here:
        await at(here, SIX)
        headline, text, week, table = post(here)
        assert kinds([headline, text, week, table]) == ["text", "text", "text", "document"]
        assert "Masih tergenang: 7 titik" in headline.text
        assert here.clock.now() - headline.sent_at < timedelta(minutes=5)
        assert not any("terlambat" in shown.text.lower() for shown in post(here))
        assert children_of_ours() == []
