from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.app import check_parts
from bot.check import Finding, Parts, Verdict, check, report, settings_findings
from bot.demo.botapi import BotApi
from bot.domain.errors import GeocoderError
from bot.domain.records import Changes, FoundPlace, Handled, RawUpdate
from bot.feeds.making import feeds_of
from bot.ports import Geocoder
from bot.settings import Settings
from storage import acquire_lock, open_store
from tests.helpers.clock import EVENING, StillClock
from tests.helpers.feeds_server import (
    FORECAST_PATH,
    GATES_PATH,
    LIST_PATH,
    Answer,
    FeedsServer,
    feeds_server,
    forecast_json,
    gate,
    rss,
)
from tests.storage.versions import NEWEST, made_then, version_of


class Map:
    """A geocoder that answers what it is told to."""

    def __init__(self, answer: Sequence[FoundPlace] | GeocoderError) -> None:
        self.answer = answer

    async def find(self, text: str) -> Sequence[FoundPlace]:
        if isinstance(self.answer, GeocoderError):
            raise self.answer
        return self.answer


def parts(geocoder: Geocoder | None = None) -> Parts:
    return replace(check_parts(), clock=StillClock(), make_geocoder=lambda settings, areas: geocoder)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=6) as server:
        yield server


@pytest.fixture
def settings(api: BotApi, tmp_path: Path) -> Settings:
    """All that serving needs: a channel where the bot may post, and one admin who has written to it."""
    admin = api.user("Rina")
    admin.start()
    channel = api.channel("Sudin SDA", admins=["bot"])
    return Settings(
        bot_token=api.token,
        bot_api_url=api.base_url,
        database_url=f"sqlite:///{tmp_path / 'g.db'}",
        sda_channel_id=channel.id,
        admin_ids=(admin.id,),
        web_port=free_port(),
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def found(settings: Settings, geocoder: Geocoder | None = None) -> dict[str, Finding]:
    return {finding.about: finding for finding in await check(settings, parts(geocoder))}


async def test_where_all_is_well_it_says_so_line_by_line(settings: Settings, tmp_path: Path) -> None:
    lines, status = report(await check(settings, parts()))
    assert status == 0
    assert re.sub(r"[\d.]+ [MG]B free", "… free", lines).splitlines() == [
        "OK    telegram   the token belongs to @genangan_bot",
        "OK    updates    will be polled",
        'OK    channel    the bot may post in "Sudin SDA"',
        "OK    admins     all 1 are known to the bot",
        f"OK    database   {settings.database_url} can be written; 0 incidents open",
        f"OK    backups    every night at 02:30 into {tmp_path}/backups, … free; none yet",
        f"OK    web        127.0.0.1 port {settings.web_port} is free for health",
        "OK    digest     every day at 06:00; in Asia/Jakarta it is now 19:42",
        "OK    areas      31 kelurahan are served, found by the reference points of the product",
        "OK    routing    6 rules and 5 clocks in the file of the product; try --route LAT,LON",
        "OK    geocoder   off: whoever types a street is asked for a pin",
        "OK    feeds      off: neither BMKG nor the gates are read",
        "Ready: start it with `genangan run`.",
    ]


async def test_nothing_is_sent_to_anybody(api: BotApi, settings: Settings) -> None:
    await check(settings, parts())
    assert all(call.method.startswith("get") for call in api.calls.all)


async def test_what_is_left_out_on_purpose_is_only_noted(settings: Settings) -> None:
    findings = await check(replace(settings, sda_channel_id=None, admin_ids=()), parts())
    noted = {each.about for each in findings if each.verdict is Verdict.NOTE}
    assert noted == {"channel", "admins"}
    assert not any(each.verdict is Verdict.FIX for each in findings)


async def test_without_a_token_the_demo_is_pointed_to_and_the_rest_still_tried(settings: Settings) -> None:
    findings = await found(replace(settings, bot_token=None))
    assert findings["telegram"].verdict is Verdict.FIX
    assert "@BotFather" in findings["telegram"].text and "make demo" in findings["telegram"].text
    assert findings["database"].verdict is Verdict.OK


async def test_a_refused_token_is_not_shown(settings: Settings) -> None:
    finding = (await found(replace(settings, bot_token="99:tEllNobody")))["telegram"]
    assert finding.verdict is Verdict.FIX
    assert "BOT_TOKEN is refused" in finding.text and "from BOT_API_URL" in finding.text
    assert "tEllNobody" not in finding.text


async def test_a_server_that_cannot_be_reached(api: BotApi, settings: Settings) -> None:
    await api.go_offline()
    finding = (await found(settings))["telegram"]
    assert finding.verdict is Verdict.FIX
    assert "does not answer" in finding.text and "BOT_API_URL" in finding.text


@pytest.mark.parametrize(
    ("bot", "hint"), [("member", "right to post"), (None, "as an administrator")], ids=["reads only", "not there"]
)
async def test_a_channel_where_the_bot_may_not_post(
    api: BotApi, settings: Settings, bot: str | None, hint: str
) -> None:
    channel = api.channel("Lain", bot=bot)
    finding = (await found(replace(settings, sda_channel_id=channel.id)))["channel"]
    assert finding.verdict is Verdict.FIX
    assert hint in finding.text


async def test_an_administrator_without_the_right_to_post(api: BotApi, settings: Settings) -> None:
    channel = api.channel("Lain")
    channel.add_bot(admin=True, rights=frozenset())
    finding = (await found(replace(settings, sda_channel_id=channel.id)))["channel"]
    assert finding.verdict is Verdict.FIX


async def test_digests_can_go_to_a_group(api: BotApi, settings: Settings) -> None:
    group = api.group("Piket SDA", supergroup=True)
    assert (await found(replace(settings, sda_channel_id=group.id)))["channel"].verdict is Verdict.OK


async def test_an_admin_who_never_wrote_to_the_bot(api: BotApi, settings: Settings) -> None:
    stranger = api.user("Tono")
    finding = (await found(replace(settings, admin_ids=(*settings.admin_ids, stranger.id))))["admins"]
    assert finding.verdict is Verdict.NOTE
    assert "entry 2 of ADMIN_IDS" in finding.text
    assert str(stranger.id) not in finding.text


async def test_how_updates_come(api: BotApi, settings: Settings) -> None:
    hook = "http://127.0.0.1:9/in"
    by_webhook = replace(settings, webhook_url=hook, webhook_secret="s", web_port=9)
    assert f"delivered to {hook}" in (await found(by_webhook))["updates"].text
    api.world.webhook.start(hook, "s", 1)
    api.world.webhook.last_error = (1, "Connection refused")
    assert "Connection refused" in (await found(by_webhook))["updates"].text
    polled = (await found(settings))["updates"]
    assert polled.verdict is Verdict.NOTE
    assert "removes it" in polled.text


async def test_a_database_that_cannot_be_used(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("this is no database, and long enough to be sure of it" * 20)
    finding = (await found(replace(settings, database_url=f"sqlite:///{tmp_path / 'broken.db'}")))["database"]
    assert finding.verdict is Verdict.FIX
    assert "broken.db" in finding.text


async def test_a_database_that_a_running_bot_serves(settings: Settings) -> None:
    with acquire_lock(settings.database_url):
        store = await open_store(settings.database_url)
        finding = (await found(settings))["database"]
        await store.close()
    assert finding.verdict is Verdict.OK
    assert "is being served by a running bot" in finding.text


async def test_a_database_of_an_earlier_version_is_left_as_it_is(settings: Settings, tmp_path: Path) -> None:
    made_then(tmp_path / "g.db", NEWEST - 1)
    finding = (await found(settings))["database"]
    assert finding.verdict is Verdict.NOTE
    assert "`genangan migrate --check` tries that first" in finding.text
    assert version_of(tmp_path / "g.db") == NEWEST - 1


async def test_backups_and_where_they_go(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await (await open_store(settings.database_url)).close()
    await check_parts().vault_of(settings).make(EVENING)
    assert (await found(settings))["backups"].text.endswith("the newest is of 2026-01-18 19:42")
    none = (await found(replace(settings, backup_keep=0)))["backups"]
    assert (none.verdict, none.text[:18]) == (Verdict.NOTE, "BACKUP_KEEP is 0: ")
    wrong = (await found(replace(settings, backup_folder=tmp_path / "g.db")))["backups"]
    assert wrong.verdict is Verdict.FIX
    assert f"BACKUP_FOLDER: {tmp_path / 'g.db'}" in wrong.text
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    full = (await found(settings))["backups"]
    assert full.verdict is Verdict.FIX
    assert "1.0 MB are free: make room" in full.text


async def test_an_address_that_is_taken(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.web_port)):
        finding = (await found(settings))["web"]
        assert finding.verdict is Verdict.FIX
        assert finding.text == f"WEB_HOST, WEB_PORT: cannot listen on 127.0.0.1 port {settings.web_port}: " + (
            os.strerror(errno.EADDRINUSE)
        )
        with acquire_lock(settings.database_url):  # by the bot itself
            assert (await found(settings))["web"].verdict is Verdict.OK


async def test_updates_that_failed_are_pointed_out(settings: Settings) -> None:
    store = await open_store(settings.database_url)
    await store.receive(1, [RawUpdate(1, "{}")], EVENING)
    async with store.transaction() as transaction:
        (row,) = await transaction.take(5)
        await transaction.flush(Changes(handled=[Handled(row.seq, "not JSON")]))
    await store.close()
    finding = (await found(settings))["database"]
    assert finding.verdict is Verdict.NOTE
    assert "could not be handled: 1" in finding.text


async def test_a_wrong_file_of_borders_or_service_area(settings: Settings, tmp_path: Path) -> None:
    borders = tmp_path / "borders.geojson"
    borders.write_text("[]")
    assert (await found(replace(settings, areas_geojson=borders)))["areas"].verdict is Verdict.FIX
    finding = (await found(replace(settings, service_area=("99",))))["areas"]
    assert finding.verdict is Verdict.FIX
    assert "SERVICE_AREA" in finding.text


async def test_every_mistake_in_the_routing_file_is_a_line(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "aturan.toml"
    path.write_text('[[rule]]\nto = "kotaa"\nwhy = "x"\n[[clock]]\ntake_up = "1"\nfinish = "6 h"\n')
    lines, status = report(await check(replace(settings, routing_file=path), parts()))
    assert status == 1
    wrong = [line for line in lines.splitlines() if line.startswith("Fix   routing")]
    assert f'ROUTING_FILE: {path}, line 2: to: there is no unit "kotaa"' in wrong[0]
    assert f"ROUTING_FILE: {path}, line 5: take_up: write minutes, hours or days" in wrong[1]
    path.write_bytes(b"\xff\xfe")
    finding = (await found(replace(settings, routing_file=path)))["routing"]
    assert finding.text.startswith(f"ROUTING_FILE: {path} cannot be read")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ([FoundPlace(-6.13, 106.88, "Jalan Yos Sudarso")], Verdict.OK),
        ([], Verdict.NOTE),
        (GeocoderError("timed out"), Verdict.FIX),
    ],
)
async def test_the_geocoder_is_asked_for_a_street(
    settings: Settings, answer: Sequence[FoundPlace] | GeocoderError, verdict: Verdict
) -> None:
    assert (await found(settings, Map(answer)))["geocoder"].verdict is verdict


def test_bad_settings_are_all_to_be_fixed() -> None:
    lines, status = report(settings_findings(["WEB_PORT: is not a port", "TIMEZONE: is none"]))
    assert status == 1
    assert lines.splitlines() == [
        "Fix   settings   WEB_PORT: is not a port",
        "Fix   settings   TIMEZONE: is none",
        "2 things to fix.",
    ]


# -- public feeds ------------------------------------------------------------------------------------------------------


async def found_of_feeds(settings: Settings, server: FeedsServer, **changes: object) -> list[str]:
    """What is said of the feeds of a server."""
    urls = {"bmkg_forecast_url": FORECAST_PATH, "bmkg_alerts_url": LIST_PATH, "gates_url": GATES_PATH}
    changes = {key: server.url + path for key, path in urls.items()} | changes
    named = replace(settings, **changes)  # type: ignore[arg-type]
    clock = StillClock()
    tried = replace(parts(), make_feeds=lambda settings, areas: feeds_of(settings, areas, clock))
    about = ("forecast", "nowcast", "gates", "feeds")
    return [str(finding) for finding in await check(named, tried) if finding.about in about]


async def test_feeds_are_read_once_each_and_bmkg_is_named(settings: Settings) -> None:
    async with feeds_server() as server:
        area = "31.72.01.1001"
        server.pages = {
            f"{FORECAST_PATH}?adm4={area}": Answer(forecast_json(area, EVENING, [(61, "Hujan Ringan")] * 3)),
            LIST_PATH: Answer(rss()),
            GATES_PATH: Answer(json.dumps([gate("Karet", 3000, "Siaga 3", "2026-01-18T19:30:00")]).encode()),
        }
        assert await found_of_feeds(settings, server, digest_times=(time(6), time(17))) == [
            "OK    forecast   BMKG's forecast can be read: 3 steps for one kelurahan; BMKG is named as its source",
            "OK    nowcast    BMKG's early warnings can be read: 0 of the province; BMKG is named as their source",
            "OK    gates      the gates can be read: 1 of them",
        ]
        assert len(server.asked) == 3


async def test_feeds_that_give_nothing_usable_are_named_with_their_setting(settings: Settings) -> None:
    async with feeds_server() as server:
        server.pages[GATES_PATH] = Answer(b"<html>")
        lines = await found_of_feeds(settings, server, digest_times=(time(17),))
        assert [line.partition(":")[0] for line in lines] == [
            "Fix   forecast   BMKG_FORECAST_URL gives no usable answer (HTTP 404)",
            "Fix   nowcast    BMKG_ALERTS_URL gives no usable answer (HTTP 404)",
            "Fix   gates      GATES_URL gives no usable answer (a web page instead of JSON)",
        ]
        assert all(": look at the address and the network, or leave it empty; the bot works" in line for line in lines)


async def test_without_an_evening_digest_the_operator_is_told(settings: Settings) -> None:
    async with feeds_server() as server:
        (note,) = [line for line in await found_of_feeds(settings, server) if " feeds " in line]
        assert note.startswith("Note  feeds      no time in DIGEST_TIMES is 15:00 or later")
        assert note.endswith("For example: DIGEST_TIMES=06:00,17:00")


async def test_warnings_go_out_at_any_hour_and_need_no_evening_digest(settings: Settings) -> None:
    async with feeds_server() as server:
        server.pages[LIST_PATH] = Answer(rss())
        only = {"bmkg_forecast_url": None, "gates_url": None}
        (line,) = await found_of_feeds(settings, server, **only)
        assert line.startswith("OK    nowcast")
