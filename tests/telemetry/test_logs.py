"""Log lines: without secrets, and with the request they belong to."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator

import httpx
import pytest

from bot.services.request import request
from bot.telemetry import set_up_logging

TOKEN = "7654321098:AAF-xY_0123456789abcdefghijklmnopqr"
SECRET = "whsec-correct-horse"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging is set up for the whole process: put it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    named = {name: logging.getLogger(name).level for name in ("httpx", "telegram", "uvicorn", "asyncio", "aiosqlite")}
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in named.items():
        logging.getLogger(name).setLevel(was)


def lines(style: str = "text", level: str = "INFO") -> io.StringIO:
    """Set logging up; what is logged can be read here."""
    stream = io.StringIO()
    set_up_logging(level, style, secrets=[SECRET, ""], stream=stream)
    return stream


def fail(url: str) -> None:
    """Raise with the url in the traceback, twice."""
    try:
        raise OSError(f"cannot reach {url}")
    except OSError as error:
        raise RuntimeError(f"sending failed: {url}") from error


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_token_gets_out(style: str) -> None:
    out = lines(style)
    log = logging.getLogger("bot.chat")
    log.info("url https://api.telegram.org/bot%s/sendMessage", TOKEN)
    log.warning("encoded %s and secret %s", TOKEN.replace(":", "%3A"), SECRET)
    try:
        fail(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except RuntimeError:
        log.exception("oh %r", {"token": TOKEN})
    log.info("stack", stack_info=True)
    log.info("%d does not fit", TOKEN)
    written = out.getvalue()
    assert "https://api.telegram.org/bot<token>/sendMessage" in written
    assert "cannot reach" in written
    assert TOKEN[11:] not in written
    assert SECRET not in written


async def test_no_token_gets_out_of_request_lines() -> None:
    out = lines(level="DEBUG")
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    transport = httpx.MockTransport(lambda request: httpx.Response(401))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.post(f"https://api.telegram.org/bot{TOKEN}/getMe")
    assert "bot<token>/getMe" in out.getvalue()
    assert TOKEN not in out.getvalue()


def test_requests_are_not_logged_unasked() -> None:
    out = lines()
    logging.getLogger("httpx").info("HTTP Request: POST …")
    logging.getLogger("bot").debug("too fine")
    assert out.getvalue() == ""


def test_a_line_says_when_how_bad_and_where() -> None:
    out = lines()
    logging.getLogger("bot.services").warning("waits: %s", "disk full")
    at, rest = out.getvalue().split(" ", maxsplit=1)
    assert at.endswith("Z")
    assert rest == "WARNING bot.services: waits: disk full\n"


def test_a_line_names_its_request() -> None:
    out = lines()
    with request(12):
        logging.getLogger("bot.x").info("handled")
        with request(None):
            logging.getLogger("bot.x").info("by the clock")
    first, second = out.getvalue().splitlines()
    assert first.endswith("bot.x: [u12] handled")
    assert second.endswith("bot.x: by the clock")


def test_json_names_the_request_tracebacks_too() -> None:
    out = lines("json")
    log = logging.getLogger("bot.x")
    log.info("before")
    with request(12):
        try:
            fail("x")
        except RuntimeError:
            log.exception("gagal")
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert "request" not in first
    assert second["request"] == "u12"


def test_json_is_one_object_a_line() -> None:
    out = lines("json")
    log = logging.getLogger("bot.x")
    log.error("satu\ndua")
    try:
        fail("x")
    except RuntimeError:
        log.exception("gagal")
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("ERROR", "bot.x", "satu\ndua")
    assert "RuntimeError: sending failed: x" in second["traceback"]


def test_warnings_are_lines_too() -> None:
    out = lines()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old: {TOKEN}", DeprecationWarning, stacklevel=1)
    assert "old: <token>" in out.getvalue()
