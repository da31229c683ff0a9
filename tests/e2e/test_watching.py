"""One update followed through the log, the pages for whoever watches, and a token that is taken away."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App, watching
from bot.demo.botapi import BotApi, Person, faults
from bot.domain.models import Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Changes
from bot.services.pacing import UNLIMITED
from bot.services.watching import Watch
from bot.settings import Settings
from tests.e2e.fleet import serving
from tests.helpers.clock import WIB, FastClock
from tests.helpers.waiting import until

HERE = (-6.1302, 106.8868)
SPEED = 60.0


async def report(person: Person) -> None:
    person.start()
    await person.wait_for("Lapor", 15)
    person.send_location(*HERE, horizontal_accuracy=10.0)
    await person.wait_for("Setinggi apa airnya?")
    person.press("Lutut ±50")
    await person.wait_for("diterima")


@pytest.mark.parametrize("webhook", [False, True])
async def test_an_update_is_followed_from_its_receipt_to_the_message_it_caused(tmp_path: Path, webhook: bool) -> None:
    settings = {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
    async with BotApi(seed=7) as api, serving(api, tmp_path, settings=settings, webhook=webhook) as bot:
        siti = api.user("Sitirahmawati")
        api.faults.add(faults.server_error(), method="sendMessage", chat=siti, times=1)
        await report(siti)
        await asyncio.sleep(0.3)
        assert await bot.end(signal.SIGTERM) == 0
        lines = [json.loads(line) for line in bot.log.splitlines()]
    receipt = next(line["request"] for line in lines if "(receipt." in line["message"] and "request" in line)
    told = [line["message"] for line in lines if line.get("request") == receipt]
    steps = [
        next(n for n, line in enumerate(told) if line.startswith(word)) for word in ("received", "handled", "sent")
    ]
    assert steps == sorted(steps)
    # what failed at first carries the request too
    assert [line["request"] for line in lines if "cannot be reached" in line["message"]] == ["u1"]
    assert str(siti.id) not in bot.log
    assert "Sitirahmawati" not in bot.log


async def test_pages_for_whoever_watches_name_nobody(tmp_path: Path) -> None:
    async with BotApi(seed=8) as api, serving(api, tmp_path) as bot:
        siti = api.user("Sitirahmawati", username="siti_rk")
        await report(siti)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{bot.web_port}") as http:
            pages = [await http.get(path) for path in ("/metrics", "/health", "/metrics")]
            alone = await http.get("/metrics/other")
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert alone.status_code == 404
    assert pages[1].json()["status"] == "ok"
    assert pages[0].headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(pages[2].text)
        for sample in family.samples
    }
    assert found["genangan_updates_received_total",] >= 3
    assert found["genangan_updates_handled_total",] >= 3
    assert sum(n for (name, *_), n in found.items() if name == "genangan_answer_seconds_count") >= 3
    assert found["genangan_incident_changes_total", ("what", "opened")] == 1
    assert found["genangan_incidents_open", ("state", "waiting")] == 1
    assert found["genangan_queue_rows", ("queue", "inbox")] == 0
    assert found["genangan_vitals_read",] == 1
    assert found["genangan_database_bytes",] + found["genangan_wal_bytes",] > 0
    assert found["process_resident_memory_bytes",] > 0
    for page in pages:
        for secret in (str(siti.id), "Sitirahmawati", "siti_rk", api.token.partition(":")[2]):
            assert secret not in page.text


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[tuple[BotApi, App, Person]]:
    """The bot in this process; looks are taken by the test."""
    clock = FastClock(datetime.fromisoformat("2026-01-18T19:42").replace(tzinfo=WIB), SPEED)
    async with BotApi(clock=clock, limits=False) as api:
        admin = api.user("Admin")
        settings = Settings(
            bot_token=api.token,
            bot_api_url=api.base_url,
            database_url=f"sqlite:///{folder}/genangan.db",
            admin_ids=(admin.id,),
            sda_channel_id=api.channel("SDA", admins=["bot"]).id,
            web_port=0,
            backup_keep=0,
        )
        app = App(settings, clock, speed=SPEED, limits=UNLIMITED)
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        await asyncio.wait_for(app.started.wait(), 10)
        try:
            yield api, app, admin
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)


async def test_a_token_that_is_taken_away_and_given_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with watched(tmp_path) as (api, app, admin):
        siti = api.user("Siti")
        admin.start()
        await admin.wait_for("Lapor")
        siti.start()
        await siti.wait_for("Lapor")
        refused = api.faults.add(faults.refused(401, "Unauthorized"), times=None)
        siti.send_location(*HERE, horizontal_accuracy=10.0)
        await until(lambda: refused.struck > 1)
        for _ in range(3):
            await app.watching.watch.look()
        assert "telegram_token_refused 1.0" in (await app.watching.exposed()).decode()
        assert ("Telegram refuses BOT_TOKEN", True) in app.watching.wrong()
        assert "refuses BOT_TOKEN" not in " ".join(shown.text or "" for shown in admin.chat)
        said = [record.getMessage() for record in caplog.records if "refuses BOT_TOKEN" in record.getMessage()]
        assert len([line for line in said if line.startswith("Telegram refuses BOT_TOKEN: copy it anew")]) == 1
        assert said.count("alarm: Telegram refuses BOT_TOKEN") == 1
        api.faults.clear()
        await siti.wait_for("Setinggi apa airnya?", 20)  # by itself
        await admin.wait_for("Telegram menolak token bot", 20)  # after the fact
        for _ in range(8):
            await app.watching.watch.look()
        await until(lambda: any("Pulih pukul" in (shown.text or "") for shown in admin.chat), 10)
        assert "telegram_token_refused 0.0" in (await app.watching.exposed()).decode()
        assert app.watching.wrong() == []
        # one message, changed
        assert sum("token bot" in (shown.text or "") for shown in admin.chat) == 1


async def post(app: App, channel_id: int, slot: str) -> None:
    """Something for the channel, as a digest is."""
    now = app.watching.watch.clock.now()
    say = Say("post.table", {})
    outgoing = Outgoing(say, now, chat_id=channel_id, priority=Priority.DIGEST, slot=slot)
    async with app.store.transaction() as tx:
        await tx.flush(Changes(outbox=[outgoing]))
    await app.beat()


async def test_a_channel_that_refuses_a_post_is_told_in_the_private_chat(tmp_path: Path) -> None:
    async with watched(tmp_path) as (api, app, admin):
        channel_id = app.watching.watch.sources.channel_id
        assert channel_id is not None
        admin.start()
        await admin.wait_for("Lapor")
        kicked = faults.refused(403, "Forbidden: bot is not a member of the channel chat")
        fault = api.faults.add(kicked, chat=channel_id, times=1)
        await post(app, channel_id, "digest:1")
        await until(lambda: fault.struck)
        await asyncio.sleep(0.2)
        for _ in range(2):
            await app.watching.watch.look()
        await admin.wait_for("Kanal menolak kiriman bot", 10)
        assert app.watching.wrong() == [("the channel refuses what is posted (Forbidden)", False)]
        await post(app, channel_id, "digest:2")
        await until(lambda: api.calls.of("sendMessage", chat_id=channel_id)[-1].ok)
        await asyncio.sleep(0.2)
        for _ in range(8):
            await app.watching.watch.look()
        await until(lambda: any("kiriman ditolak kanal" in (shown.text or "") for shown in admin.chat), 10)


async def test_an_admin_asks_how_the_bot_is(tmp_path: Path) -> None:
    async with watched(tmp_path) as (_, _, admin):
        admin.start()
        await admin.wait_for("Lapor")
        admin.send_text("/kesehatan")
        shown = await admin.wait_for("Antrean:")
        assert "Jawaban sejam terakhir: " in (shown.text or "")
        assert "Cadangan: dimatikan" in (shown.text or "")


async def test_looks_go_on_by_themselves_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks: list[Watch] = []

    async def look(self: Watch) -> None:
        looks.append(self)
        raise RuntimeError("a mistake of ours")

    async def beat(_: App) -> None:
        raise RuntimeError("so is this")

    monkeypatch.setattr(Watch, "look", look)
    monkeypatch.setattr(App, "beat", beat)
    monkeypatch.setattr(watching, "LEAST_PAUSE_S", 0.01)
    async with watched(tmp_path):
        await until(lambda: len(looks) > 2)
    assert "looking after the bot failed; the next look tries again" in caplog.text


async def test_a_bad_line_to_telegram_is_no_alarm(tmp_path: Path) -> None:
    async with watched(tmp_path) as (api, app, admin):
        admin.start()
        await admin.wait_for("Lapor")
        troubles = (faults.dropped(), faults.half_answer(), faults.server_error(502), faults.too_many_requests(3))
        for trouble in troubles:
            fault = api.faults.add(trouble, method="getMe", times=1)
            await app.watching.watch.look()
            assert fault.struck == 1
        assert app.watching.wrong() == []
        assert not [shown for shown in admin.chat if "⚠️" in (shown.text or "")]
