"""Public feeds, read over HTTP by the whole bot: warnings in the groups, foresight in the evening, no delay."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import pytest

from bot.domain.models import Incident, IncidentState
from tests.e2e.borough import HERE, SATPEL, SUDIN, Office, borough
from tests.e2e.newsroom import at, newsroom
from tests.helpers.clock import WIB
from tests.helpers.feeds_server import (
    FORECAST_PATH,
    GATES_PATH,
    LIST_PATH,
    Answer,
    FeedsServer,
    cap,
    feeds_server,
    forecast_json,
    rss,
)
from tests.helpers.puddles import puddle
from tests.helpers.waiting import until

WARNING = "2.49.0.1.360.0.2026.01.19.10.31.001"
SENT = datetime(2026, 1, 19, 17, 20, tzinfo=WIB)
HALF_PAST_FIVE = "2026-01-19T17:30"
SIX_PM = "2026-01-19T18:00"

pytestmark = pytest.mark.usefixtures("quick_pictures")


def settings(server: FeedsServer) -> Mapping[str, Any]:
    """All feeds are on."""
    return {
        "bmkg_forecast_url": server.url + FORECAST_PATH,
        "bmkg_alerts_url": server.url + LIST_PATH,
        "gates_url": server.url + GATES_PATH,
        "digest_times": (hour(6), hour(18)),
    }


def often_under_water() -> list[Incident]:
    """A street where water stood three times, and stands now."""
    there: dict[str, Any] = {"lat": HERE[0], "lon": HERE[1], "name": "Jl. Gaya Motor 2"}
    stood = []
    for days in (90, 40, 10):
        at_ = SENT - timedelta(days=days)
        ended: dict[str, Any] = {"first_seen": at_, "last_seen": at_, "ended_at": at_ + timedelta(hours=5)}
        stood.append(puddle(f"GM{days}", 50, **there, **ended, state=IncidentState.RECEDED))
    return [*stood, puddle("GM1", 30, **there, first_seen=SENT, last_seen=SENT)]


def warned(server: FeedsServer) -> None:
    """BMKG warns Koja and Tanjung Priok."""
    server.pages[LIST_PATH] = Answer(rss((WARNING, f"{server.url}/a.xml")))
    server.pages["/a.xml"] = Answer(cap(WARNING, SENT, names="Koja, Tanjung Priok"))


def warnings(office: Office) -> list[str]:
    """The early warnings in a unit's group."""
    return [shown.text for shown in office.room.chat if "Peringatan dini BMKG" in shown.text]


async def test_a_warning_reaches_the_units_concerned_once_also_across_a_restart(tmp_path: Path) -> None:
    async with feeds_server() as server:
        server.pages[LIST_PATH] = Answer(rss())
        async with borough(tmp_path, start=HALF_PAST_FIVE, **settings(server)) as here:
            warned(server)
            await here.let_pass(5)
            await until(lambda: warnings(here.satpel))
            for _ in range(2):
                await here.stop()
                await here.start()
                before = server.count(LIST_PATH)
                await here.let_pass(5)
                await until(lambda before=before: server.count(LIST_PATH) > before)  # type: ignore[misc]
                await here.let_pass(1)
                assert [len(warnings(here.offices[unit])) for unit in (SATPEL, SUDIN)] == [1, 1]
            assert "Kec. Tanjung Priok" in warnings(here.satpel)[0]
            assert "Sumber: BMKG" in warnings(here.satpel)[0]
            assert warnings(here.kelurahan) == []
            assert not any("Peringatan dini" in shown.text for shown in here.channel.chat)


async def test_the_evening_digest_looks_ahead_and_names_its_source(tmp_path: Path) -> None:
    async with feeds_server() as server:
        midnight = datetime(2026, 1, 19, 0, tzinfo=WIB)
        weather = [(3, "Berawan")] * 13 + [(65, "Hujan Lebat")] * 3  # tomorrow from 15.00
        server.pages[FORECAST_PATH] = Answer(status=404)
        for code in ("31.72.02.1004", "31.72.02.1003"):
            server.pages[f"{FORECAST_PATH}?adm4={code}"] = Answer(forecast_json(code, midnight, weather))
        server.pages[GATES_PATH] = Answer(b"[]")
        warned(server)
        async with newsroom(tmp_path, often_under_water(), start="2026-01-19T17:40", **settings(server)) as here:
            await until(lambda: server.count(FORECAST_PATH) >= 31, 12)
            await at(here, SIX_PM)
            told = "\n".join(shown.text for shown in here.channel.chat)
            ahead = told[told.index("ANTISIPASI BESOK") :]
            assert "Kec. Tanjung Priok: hujan lebat, 15.00" in ahead
            assert "Jl. Gaya Motor 2" in ahead
            assert re.search(r"Sumber: .*BMKG", ahead)


@pytest.mark.parametrize("fate", ["drips", "is endless", "is nonsense", "is not there"])
async def test_feeds_that_hang_keep_the_digest_waiting_by_nothing(tmp_path: Path, fate: str) -> None:
    async with feeds_server() as server:
        answers = {
            "drips": Answer(b" " * 100, drip_s=2.0),
            "is endless": Answer(b" ", endless=True),
            "is nonsense": Answer(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
            "is not there": Answer(status=503),
        }
        for path in (FORECAST_PATH, LIST_PATH, GATES_PATH):
            server.pages[path] = answers[fate]
        async with newsroom(tmp_path, often_under_water(), start="2026-01-19T17:50", **settings(server)) as here:
            await until(lambda: server.asked)
            here.clock.move_to(datetime.fromisoformat(SIX_PM).replace(tzinfo=WIB))
            began = time.perf_counter()
            await here.app.beat()
            took_s = time.perf_counter() - began
            print(f"due to enqueued in {took_s:.2f} s while all feeds: {fate}")
            assert took_s < 5  # an answer is waited for for 10 to 20 s
            await here.settle()
            told = "\n".join(shown.text for shown in here.channel.chat)
            assert "Masih tergenang" in told
            unread = [line for line in told.splitlines() if "tidak terbaca" in line]
            assert len(unread) == len(set(unread)) == 3  # forecast, warnings, gates: each is mentioned once
            assert "terlambat" not in told.lower()
