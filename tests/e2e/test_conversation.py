"""The whole bot over HTTP: residents, a group, an admin, the channel, and a Telegram that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.botapi import BotApi, Person, Room, faults
from bot.services.pacing import TELEGRAM, UNLIMITED, Limits
from bot.settings import Settings
from tests.helpers.botapi_schema import load_schema
from tests.helpers.clock import WIB, FastClock
from tests.helpers.waiting import until

HERE = (-6.1302, 106.8868)
NEAR = (-6.13025, 106.88685)
SPEED = 60.0


@dataclass
class Town:
    """A Bot API, the bot that serves there, and the channel."""

    api: BotApi
    channel: Room
    admin: Person
    app: App


@asynccontextmanager
async def town(folder: Path, *, start: str = "2026-01-18T19:42", limits: Limits = UNLIMITED) -> AsyncIterator[Town]:
    """The bot among people, at 60 times real speed."""
    clock = FastClock(datetime.fromisoformat(start).replace(tzinfo=WIB), SPEED)
    async with BotApi(clock=clock, limits=limits is TELEGRAM) as api:
        admin = api.user("Admin")
        channel = api.channel("SDA Jakarta Utara", admins=["bot"])
        settings = Settings(
            bot_token=api.token,
            bot_api_url=api.base_url,
            database_url=f"sqlite:///{folder}/genangan.db",
            sda_channel_id=channel.id,
            admin_ids=(admin.id,),
            web_port=0,
        )
        app = App(settings, clock, speed=SPEED, limits=limits)
        stop = asyncio.Event()
        serving = asyncio.create_task(app.run(stop))
        await asyncio.wait_for(app.started.wait(), 10)
        try:
            yield Town(api, channel, admin, app)
        finally:
            stop.set()
            await asyncio.wait_for(serving, 10)


async def report(person: Person, at: tuple[float, float] = HERE, depth: str = "Lutut ±50") -> None:
    person.start()
    await person.wait_for("Ada banjir atau genangan?")
    person.press("📍 Kirim lokasi", location=at, horizontal_accuracy=12.0)
    await person.wait_for("Setinggi apa airnya?")
    person.press(depth)
    await person.wait_for("diterima")


async def test_an_evening_from_the_first_location_to_the_channel(tmp_path: Path) -> None:
    async with town(tmp_path, start="2026-01-19T05:58") as here:
        siti, budi = here.api.user("Siti"), here.api.user("Budi", language_code="en")
        await report(siti)
        siti.send_text("Jl. Gaya Motor 2")
        await siti.wait_for("tempatnya kami catat")
        budi.start()
        await budi.wait_for("Is there flooding")
        budi.send_location(*NEAR, horizontal_accuracy=15.0)
        await budi.wait_for("How deep is the water?")
        budi.press("Waist ±90")
        await budi.wait_for("Looks like the same water as 1 other report")
        digest = await here.channel.wait_for("GENANGAN JAKARTA UTARA", 10)
        assert "Jl. Gaya Motor 2" in (digest.text or "")
        assert "50 s.d. 90 cm" in (digest.text or "")
        for person in (siti, budi):  # nobody is named in public
            assert person.user["first_name"] not in (digest.text or "")


async def test_the_bots_calls_and_what_it_is_told_are_as_telegram_describes_them(tmp_path: Path) -> None:
    schema = load_schema()
    async with town(tmp_path) as here:
        siti = here.api.user("Siti")
        await report(siti)
        siti.send_photo()
        await siti.wait_for("Foto ditambahkan")
        siti.press("Lainnya …")
        await siti.wait_for(lambda shown: any(button.text == "Sebabnya" for row in shown.buttons for button in row))
        siti.press("Sebabnya")
        here.admin.start()
        here.admin.send_text("/rekap")
        await here.admin.wait_for("GENANGAN JAKARTA UTARA")
        here.admin.send_text("/ekspor 7 hari")
        await here.admin.wait_for(lambda shown: shown.document is not None)
        assert schema.problems_of_calls(here.api.calls.all) == []


async def test_commands_and_descriptions_stand_in_both_languages(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        siti, john = here.api.user("Siti"), here.api.user("John", language_code="en")
        here.admin.start()
        for person in (siti, john):
            person.start()
        await john.wait_for("flooding")
        await asyncio.sleep(0.5)
        assert [command["command"] for command in siti.menu][:2] == ["lapor", "status"]
        assert siti.menu[0]["description"] != john.menu[0]["description"]


async def test_an_admin_who_writes_first_after_the_start_gets_the_menu_too(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await asyncio.sleep(0.5)  # the bot has published its menus by now
        here.admin.start()
        await until(lambda: "rekap" in [command["command"] for command in here.admin.menu])


async def test_an_admin_looks_at_the_digest_and_sends_it_once(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        siti = here.api.user("Siti")
        await report(siti)
        here.admin.start()
        here.admin.send_text("/rekap")
        await here.admin.wait_for("Tabel lengkap")
        here.admin.press("Kirim ke kanal")
        here.admin.press("Kirim ke kanal")
        await here.channel.wait_for("Tabel lengkap")
        await asyncio.sleep(0.5)
        posted = [shown for shown in here.channel.chat if shown.from_bot]
        assert sum(shown.photo_id is not None for shown in posted) == 1
        assert sum(shown.document is not None for shown in posted) == 1


async def test_buttons_from_before_a_restart_keep_working(tmp_path: Path) -> None:
    clock = FastClock(datetime(2026, 1, 18, 19, 42, tzinfo=WIB), SPEED)
    async with BotApi(clock=clock) as api:
        siti = api.user("Siti")
        url = f"sqlite:///{tmp_path}/genangan.db"
        settings = Settings(bot_token=api.token, bot_api_url=api.base_url, database_url=url, web_port=0)
        for step in ("before", "after"):
            app = App(settings, clock, speed=SPEED, limits=UNLIMITED)
            stop = asyncio.Event()
            serving = asyncio.create_task(app.run(stop))
            await asyncio.wait_for(app.started.wait(), 10)
            if step == "before":
                siti.send_location(*HERE)
                await siti.wait_for("Setinggi apa airnya?")
            else:
                siti.press("Lutut ±50")
                await siti.wait_for("diterima")
            stop.set()
            await asyncio.wait_for(serving, 10)


async def test_everybody_is_answered_though_telegram_misbehaves(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for fault in (faults.server_error(), faults.dropped(), faults.too_many_requests(3), faults.half_answer()):
            here.api.faults.add(fault, method="sendMessage", times=2)
        people = [here.api.user(f"Warga {number}") for number in range(6)]
        for person in people:
            person.start()
        for person in people:
            await person.wait_for("Ada banjir atau genangan?", 30)


async def test_who_blocked_the_bot_holds_nobody_up(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        siti, budi = here.api.user("Siti"), here.api.user("Budi")
        await report(siti)
        siti.block()
        await report(budi, NEAR)
        siti.unblock()
        siti.start()
        await siti.wait_for("Ada banjir atau genangan?")


async def test_a_group_hears_only_what_is_addressed_to_the_bot_and_is_followed_when_it_moves(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        siti = here.api.user("Siti")
        siti.start()
        await siti.wait_for("Ada banjir")
        group = here.api.group("RW 05", members=[siti])
        there = siti.at(group)
        there.send_text("banjir selutut di sini")
        there.send_text("/bantuan@genangan_bot")
        await there.wait_for("Cara lapor")
        there.send_text("/lapor@genangan_bot")
        await there.wait_for("buka obrolan")
        assert len([shown for shown in there.chat if shown.from_bot]) == 2


@pytest.mark.parametrize("limits", [TELEGRAM])
async def test_telegrams_limits_are_kept_in_a_rush(tmp_path: Path, limits: Limits) -> None:
    async with town(tmp_path, limits=limits) as here:
        people = [here.api.user(f"Warga {number}") for number in range(40)]
        for person in people:
            person.start()
        for person in people:
            await person.wait_for("Ada banjir atau genangan?", 30)
        assert here.api.violations == []


async def test_a_missed_digest_comes_late_and_says_so(tmp_path: Path) -> None:
    async with town(tmp_path, start="2026-01-19T05:50") as here:
        await report(here.api.user("Siti"))
    async with town(tmp_path, start="2026-01-19T09:00") as here:
        digest = await here.channel.wait_for("GENANGAN JAKARTA UTARA", 10)
        assert "terlambat" in (digest.text or "").lower()
