"""`genangan demo`, really run."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.demo.transcript import columns

ROOT = Path(__file__).parents[2]


POST = {"gambar_2026-01-19_0600_1.png", "gambar_2026-01-19_0600_2.png", "genangan_2026-01-19_0600.xlsx"}
"""What the channel's post holds: map, the week's chart, and spreadsheet."""


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command in an empty folder, with settings around it that it must not touch."""
    (folder / ".env").write_text("BOT_TOKEN=not a token\nDATABASE_URL=nonsense\n")
    (folder / "tmp").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "TMPDIR": str(folder / "tmp"),
        "HTTP_PROXY": "http://127.0.0.1:9",  # nobody answers there
        "BOT_TOKEN": "123456789:not_ours_to_use_000000000000000000",
    }
    command = [sys.executable, "-m", "bot", "demo", *arguments]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def left_behind(folder: Path) -> list[str]:
    """What the command left in its temporary folder and around it."""
    return sorted(
        path.name for path in [*(folder / "tmp").iterdir(), *folder.iterdir()] if path.name not in (".env", "tmp")
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What `--once` prints, run twice side by side."""
    folders = [tmp_path_factory.mktemp("once"), tmp_path_factory.mktemp("again")]
    runs = [start(folder, "--once", "--seed", "3", "--out", "post") for folder in folders]
    printed = []
    for folder, run in zip(folders, runs, strict=True):
        out, errors = run.communicate(timeout=100)
        assert (run.returncode, errors) == (0, "")
        assert left_behind(folder) == ["post"]
        assert {path.name for path in (folder / "post").iterdir()} == POST
        printed.append(out)
    return printed


def test_the_same_seed_tells_the_same_evening(told: list[str]) -> None:
    assert told[0] == told[1]


def test_it_names_the_files_it_wrote(told: list[str]) -> None:
    assert set(re.findall(r"^post/(\S+) \(\d+ kB\)$", told[0], re.MULTILINE)) == POST


def test_it_tells_one_conversation_with_its_buttons(told: list[str]) -> None:
    conversation = told[0].split("Siti's phone", 1)[1].split("── The road", 1)[0]
    lines = [line.strip() for line in conversation.splitlines()]
    steps = [
        "│ /start",
        "[📍 Kirim lokasi]",
        "[Mata kaki ±10] [Betis ±30] [Lutut ±50]",
        "👆 [Lutut ±50] · 18.",
        "│ ✅ Laporan",
        "👆 [Airnya naik] · 19.2",
        "│ “Kami catat. Setinggi apa sekarang?”",
        "│ Dialihkan ke Satpel SDA Kec. Tanjung Priok:",
        "│ Benar sudah surut?",
        "[Sudah surut] [Masih tergenang]",
        "👆 [Sudah surut] · 05.1",
        "👆 [Ya, baik] · 05.1",
    ]
    at = 0
    for step in steps:
        at = next((number for number, line in enumerate(lines) if number >= at and line.startswith(step)), -1)
        assert at >= 0, f"{step!r} is missing, or comes too early"


def test_it_tells_the_road_of_her_case_and_what_the_offices_see_of_it(told: list[str]) -> None:
    road, cards = re.split("── [^\n]* ·", told[0].split("── The road of one case", 1)[1], maxsplit=1)
    for words in ("Sungai Bambu: pembersihan", "mengajukan ke Satpel", "dialihkan: Satpel", "Selesai, ditangani"):
        assert words in " ".join(road.replace("│", "").split()), words
    for words in ("kini pada Satpel SDA Kec. Tanjung Priok", "Ditangani Dedi", "Tindak lanjut kemarin 20.3"):
        assert words in cards, words


def test_it_tells_the_digest(told: list[str]) -> None:
    digest = told[0].split("── SDA Jakarta Utara · 19 Jan 2026 06.00", 1)[1]
    assert "Update pukul 06.00 WIB" in digest
    assert "🖼  photo" in digest
    assert re.search(r"^TERPARAH, dikabarkan 3 jam terakhir$", digest, re.MULTILINE)
    assert "📄 genangan_2026-01-19_0600.xlsx" in digest
    assert "<b>" not in digest


def test_it_fits_a_terminal_of_80_columns(told: list[str]) -> None:
    assert max(sum(map(columns, line)) for line in told[0].splitlines()) <= 80


def test_replay_alone_says_what_it_goes_with(tmp_path: Path) -> None:
    run = start(tmp_path, "--replay", "reports.csv")
    out, errors = run.communicate(timeout=60)
    assert (run.returncode, out) == (2, "")
    assert "--once --replay" in errors


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_stopped_halfway_it_leaves_nothing_behind(tmp_path: Path, sign: signal.Signals) -> None:
    run = start(tmp_path, "--once")
    while not list((tmp_path / "tmp").glob("*/genangan.db")):
        time.sleep(0.05)
        assert run.poll() is None
    run.send_signal(sign)
    out, errors = run.communicate(timeout=20)
    assert (run.returncode, out, errors) == (130, "", "")
    assert left_behind(tmp_path) == []


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_live_demo_shows_a_page_and_ends_with_ctrl_c(tmp_path: Path, taken_port: int) -> None:
    run = start(tmp_path, "--port", str(taken_port))
    assert run.stdout is not None
    try:
        said = ""
        while "http://" not in said:
            line = run.stdout.readline()
            assert line, f"it ended: {run.communicate()}"
            said += line
        assert f"Port {taken_port} is taken" in said
        (url,) = re.findall(r"http://\S+", said)
        with httpx.Client(trust_env=False, timeout=20) as browser:
            page = browser.get(url)
            assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
            with browser.stream("GET", f"{url}live") as news:  # a page that stays open
                assert next(news.iter_text())
                run.send_signal(signal.SIGINT)
                began = time.monotonic()
                _, errors = run.communicate(timeout=10)
                assert time.monotonic() - began < 8
    finally:
        run.kill()
    assert (run.returncode, errors) == (0, "")
    assert left_behind(tmp_path) == []
