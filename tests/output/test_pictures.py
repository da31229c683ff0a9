"""Having pictures drawn: by a process of their own, which leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.domain.errors import PictureError
from bot.output import pictures
from bot.output.pictures import draw_chart, draw_map
from tests.helpers.sample_pictures import many, map_of, week, words
from tests.helpers.waiting import until

PNG = b"\x89PNG\r\n\x1a\n"
Children = list[tuple[asyncio.subprocess.Process, dict[str, str]]]


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    """The processes that are started, and the environment that each was given."""
    started: Children = []
    start: Callable[..., Any] = asyncio.create_subprocess_exec

    async def noted(*program: str, **options: Any) -> asyncio.subprocess.Process:
        child: asyncio.subprocess.Process = await start(*program, **options)
        started.append((child, options["env"]))
        return child

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return started


def is_gone(child: asyncio.subprocess.Process) -> bool:
    """Ended, and waited for."""
    try:
        os.kill(child.pid, 0)
    except ProcessLookupError:
        return True
    return False


def _size(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    with Image.open(BytesIO(png)) as picture:
        picture.load()
        return picture.size


async def test_a_map_of_400_incidents_fits_a_phone_and_is_made_at_once(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    began = time.perf_counter()
    png = await draw_map(map_of(many(400, labels=12)))
    assert time.perf_counter() - began < pictures.TIME_LIMIT_S / 2  # on a machine busy with other tests
    assert _size(png) == (1280, 1280)
    assert len(png) < 400_000
    assert is_gone(children[0][0])
    assert png == await draw_map(map_of(many(400, labels=12)))


async def test_a_chart_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    png = await draw_chart(week())
    assert _size(png) == (1280, 960)
    assert len(png) < 200_000


async def test_the_child_is_told_no_secret(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    monkeypatch.setenv("HOME", "/nowhere")
    await draw_chart(week())
    environment = children[0][1]
    assert "PATH" in environment
    assert not {"BOT_TOKEN", "HOME"} & set(environment)


async def test_a_child_that_takes_too_long_is_killed(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "TIME_LIMIT_S", 0.02)
    with pytest.raises(PictureError, match=r"took longer than 0\.02 s"):
        await draw_map(map_of([]))
    assert is_gone(children[0][0])


async def test_a_child_is_killed_when_nobody_waits_for_it_any_more(children: Children) -> None:
    drawing = asyncio.create_task(draw_map(map_of([])))
    await until(lambda: children)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert is_gone(children[0][0])


async def test_a_child_that_fails_says_why_in_one_line(children: Children) -> None:
    picture = map_of([])
    broken = replace(picture, words=replace(words(), title=None))  # type: ignore[arg-type]
    with pytest.raises(PictureError, match="the drawing process failed") as raised:
        await draw_map(broken)
    assert "TypeError" in str(raised.value) and "\n" not in str(raised.value)
    assert is_gone(children[0][0])


async def test_what_a_child_says_that_is_no_picture_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PROGRAM", "this")  # prints a poem, and ends well
    with pytest.raises(PictureError, match="failed"):
        await draw_chart(week())


async def test_a_child_that_cannot_start_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(PictureError, match="did not start"):
        await draw_chart(week())


def test_nothing_that_draws_is_loaded_by_the_bot() -> None:
    code = "import sys, bot.output.pictures; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "matplotlib", "PIL"} & set(loaded)
