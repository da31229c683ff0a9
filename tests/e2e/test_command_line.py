"""`genangan run | check | digest` as an operator meets them: one clear line and exit status 1, never a traceback."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.botapi import BotApi
from storage import open_store
from tests.e2e.fleet import ROOT


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=8) as server:
        yield server


async def genangan(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run it in a folder; (exit status, what it printed, what it said on stderr)."""
    environment: Mapping[str, str] = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def refused(folder: Path, *arguments: str, **settings: str) -> str:
    """The one line that it ends with."""
    status, out, err = await genangan(folder, *arguments, **settings)
    assert (status, out) == (1, "")
    (line,) = err.splitlines()
    return line


async def test_without_a_token_the_demo_is_pointed_to(tmp_path: Path) -> None:
    assert "make demo" in await refused(tmp_path, "run")
    assert not (tmp_path / "data").exists()


async def test_a_token_that_telegram_refuses(tmp_path: Path, api: BotApi) -> None:
    wrong = "7000000001:wrong-wrong-wrong-wrong-wrong-wrong"
    line = await refused(tmp_path, "run", BOT_TOKEN=wrong, BOT_API_URL=api.base_url, WEB_PORT=_free_port())
    assert line.startswith("Telegram refuses BOT_TOKEN")
    assert "wrong" not in line


async def test_an_address_that_is_taken_is_told_even_without_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = await refused(tmp_path, "run", BOT_TOKEN="123:abc", BOT_API_URL="http://127.0.0.1:9", WEB_PORT=port)
    assert line.startswith("WEB_HOST, WEB_PORT: cannot listen")


async def test_typing_errors_in_the_file_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKN=1:x\nDIGEST_TIMES 06:00\nWEB_PORT=x\n")
    status, out, err = await genangan(tmp_path, "run")
    assert (status, out) == (1, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == [".env", "BOT_TOKN", "WEB_PORT"]
    status, out, err = await genangan(tmp_path, "check")
    assert (status, err) == (1, "")
    assert out.count("Fix   settings") == 3


async def test_a_mistake_in_the_routing_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "aturan.toml").write_text('[[rule]]\nto = "rt"\nwhy = "x"\n')
    line = await refused(tmp_path, "run", BOT_TOKEN="123:abc", ROUTING_FILE="aturan.toml")
    assert line.startswith('ROUTING_FILE: aturan.toml, line 2: to: there is no unit "rt"')


async def test_whose_case_it_would_be_south_of_the_equator(tmp_path: Path) -> None:
    status, out, err = await genangan(tmp_path, "check", "--route", "-6.1302,106.8868", "--cause", "river")
    assert (status, err) == (0, "")
    assert "OK    owner      Sudin SDA Jakarta Utara" in out
    for wrong in (["-6.1302"], ["91,106"], ["-6.1302,106.8868", "--cause", "kali"], ["-6.1,106.8", "--depth", "0"]):
        assert (await genangan(tmp_path, "check", "--route", *wrong))[0] == 2


async def test_an_export_says_what_it_wrote_and_does_not_overwrite_it(tmp_path: Path) -> None:
    assert "there is no database yet" in await refused(tmp_path, "export")
    store = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    await store.close()
    url = f"sqlite:///{tmp_path}/genangan.db"
    asked = ("export", "--out", "peta.geojson", "--from", "18-01-2026")
    status, out, err = await genangan(tmp_path, *asked, DATABASE_URL=url)
    assert (status, out, err) == (0, "peta.geojson: 0 incidents, 1 kB\n", "")
    assert (tmp_path / "peta.geojson").read_text() == '{"type":"FeatureCollection","features":[\n]}\n'
    assert "--force" in await refused(tmp_path, *asked, DATABASE_URL=url)


async def test_a_digest_of_no_database_or_no_time(tmp_path: Path) -> None:
    assert "there is no database yet" in await refused(tmp_path, "digest", "--dry-run")
    for moment in ("yesterday", "0001-01-01", "9999-12-31T23:59-12:00"):
        status, _, err = await genangan(tmp_path, "digest", "--dry-run", "--at", moment)
        assert status == 2
        assert "is no time" in err


@pytest.mark.parametrize(
    "asked", [("export", "--format", "pdf"), ("check", "--route=-6.13,106.88", "--kind", "banjir")]
)
async def test_a_word_that_is_none_of_those_asked_for(tmp_path: Path, asked: tuple[str, ...]) -> None:
    status, _, err = await genangan(tmp_path, *asked)
    assert status == 2
    assert "'pdf' is none of xlsx, csv, geojson" in err or "'banjir' is none of genangan, saluran" in err


async def test_a_database_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    assert "folder.db" in await refused(tmp_path, "digest", "--dry-run", DATABASE_URL="sqlite:///folder.db")


async def test_a_database_that_another_program_holds(tmp_path: Path, api: BotApi) -> None:
    settings = {"BOT_TOKEN": api.token, "BOT_API_URL": api.base_url, "WEB_PORT": _free_port()}
    assert (await genangan(tmp_path, "check", **settings))[0] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "genangan.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "another program has locked it" in await refused(tmp_path, "run", **settings)
        status, out, _ = await genangan(tmp_path, "check", **settings)
        assert status == 1
        assert "Fix   database" in out


async def test_a_mistake_of_ours_is_logged_without_the_token(tmp_path: Path) -> None:
    token = "7000000001:secret-secret-secret-secret-secret"
    program = (
        "import sys, bot.__main__ as cli\n"
        "async def fail(settings): raise ValueError('at https://api.telegram.org/bot' + settings.bot_token)\n"
        "cli._run = fail\n"
        "sys.exit(cli.main(['run']))\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BOT_TOKEN": token},
        cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode == 1
    assert b"ValueError" in err
    assert b"secret" not in err


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])
