"""Rules for all tests: no network beyond loopback, and no settings of whoever runs them."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from dataclasses import fields

import pytest

from bot.settings import Settings

_attempts: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to reach out, and remember the attempt: code under test may swallow the refusal."""
    host: object = None
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a socket of this machine
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    if host is None or _is_loopback(host):
        return
    _attempts.append(f"{event} {host!r}")
    raise OSError(f"a test tried to reach {host!r}: tests stay on this machine")


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that tries to reach beyond loopback fails, unless that is what it tests (marker `reaches_out`)."""
    _attempts.clear()
    yield
    attempts = _attempts[:]
    _attempts.clear()
    if attempts and request.node.get_closest_marker("reaches_out") is None:
        pytest.fail("tried to reach beyond loopback: " + ", ".join(attempts))


@pytest.fixture(autouse=True)
def no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a BOT_TOKEN in the environment."""
    for field in fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
