"""What stands in a setting -> its value.

Each reader takes text without blanks around it, and raises ValueError with what is wrong, in words for the operator.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

HEALTH_PATH = "/health"
METRICS_PATH = "/metrics"

LONGEST_TIMEZONE = 60
"""Characters: a longer name with many dots makes Python's look-up call itself too often."""


def token(text: str) -> str:
    """The bot's token."""
    if not re.fullmatch(r"\d{1,18}:[A-Za-z0-9_-]+", text):
        raise ValueError("is not a bot token; copy it whole from BotFather: digits, a colon, then letters and digits")
    return text


def _url(text: str, schemes: tuple[str, ...] = ("http", "https")) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f'"{text}" is not a web address') from None
    if parts.scheme not in schemes or not parts.hostname or port == 0 or re.search(r"\s", text):
        raise ValueError(f'"{text}" is not a web address that begins with {" or ".join(f"{s}://" for s in schemes)}')
    if parts.username is not None or parts.query or parts.fragment or text.endswith(("?", "#")):
        raise ValueError("a web address without a user name, ? or # is needed")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def api_url(text: str) -> str:
    """A Bot API server: scheme, host and port."""
    parts = _url(text)
    if parts.path.strip("/"):
        raise ValueError("only scheme, host and port belong here; /bot<token>/METHOD is added by itself")
    return f"{parts.scheme}://{parts.netloc}"


def webhook_url(text: str) -> str:
    """The whole public URL that Telegram delivers to."""
    parts = _url(text)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https://; plain http is only for this very machine (127.0.0.1)")
    if not re.fullmatch(r"[A-Za-z0-9/._~-]*", parts.path):
        raise ValueError("its path may hold only A–Z, a–z, 0–9 and / . _ ~ -")
    if parts.path in (HEALTH_PATH, METRICS_PATH):
        raise ValueError(f"{parts.path} is taken by a page of ours; choose another path")
    return text


def webhook_secret(text: str) -> str:
    """What proves that an update comes from Telegram."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("must be 1 to 256 characters of A–Z, a–z, 0–9, _ and -")
    return text


def database_url(text: str) -> str:
    """sqlite:/// and a path."""
    path = text.removeprefix("sqlite:///")
    if path == text or not path or path.endswith("/"):
        raise ValueError("must be sqlite:/// and the path of a file (four slashes for a path from the root)")
    if path == ":memory:":
        raise ValueError("a database in memory would forget every report; name a file")
    return text


def channel_id(text: str) -> int:
    """The id of a channel."""
    how = (
        "it is a number that begins with -100; https://web.telegram.org/a shows it in the address of the opened channel"
    )
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise ValueError(f'"{text}" is not the id of a channel: {how}')
    if int(text) >= 0:
        raise ValueError(f"{text} is not the id of a channel but of a person: {how}")
    return int(text)


def admin_ids(text: str) -> tuple[int, ...]:
    """Ids of people."""
    bad = [item for item in _items(text) if not re.fullmatch(r"[1-9]\d{0,17}", item)]
    if bad:
        raise ValueError(f"{_quoted(bad)}: not the Telegram id of a person, which is a number (@userinfobot tells it)")
    return tuple(int(item) for item in _items(text))


def digest_times(text: str) -> tuple[time, ...]:
    """Times of day, sorted."""
    times, bad = set(), []
    for item in _items(text):
        match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", item)
        if match:
            times.add(time(int(match[1]), int(match[2])))
        else:
            bad.append(item)
    if bad:
        raise ValueError(f"{_quoted(bad)}: not a time of day from 00:00 to 23:59")
    return tuple(sorted(times)) or _none()


def timezone(text: str) -> ZoneInfo:
    """A time zone."""
    if len(text) > LONGEST_TIMEZONE:
        raise ValueError("is longer than the name of any time zone")
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of the time zone database
        raise ValueError(f'"{text}" is not the name of a time zone') from None


def service_area(text: str) -> tuple[str, ...]:
    """Beginnings of area codes."""
    bad = [item for item in _items(text) if not re.fullmatch(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", item)]
    if bad:
        raise ValueError(f"{_quoted(bad)}: not an area code of the form 31, 31.72, 31.72.02 or 31.72.02.1004")
    return _items(text) or _none()


def host(text: str) -> str:
    """A host name or an address."""
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", text):
        raise ValueError(f'"{text}" is not a host name or an IP address')
    return text


def port(text: str) -> int:
    """A port."""
    if not re.fullmatch(r"\d{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f'"{text}" is not a port from 1 to 65535')
    return int(text)


def count(text: str) -> int:
    """A whole number from 1."""
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise ValueError(f'"{text}" is not a number from 1')
    return int(text)


def count_or_off(text: str) -> int:
    """A whole number; 0 or off: nothing."""
    if not re.fullmatch(r"0|off|[1-9]\d{0,5}", text.lower()):
        raise ValueError(f'"{text}" is not a number from 1 (0 switches it off)')
    return 0 if text.lower() == "off" else int(text)


def file(text: str) -> Path:
    """A file that can be read."""
    try:
        path = Path(text).expanduser()
        path.open("rb").close()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the home of nobody ("~nobody/x")
        reason = getattr(error, "strerror", None) or "not the name of a file"
        raise ValueError(f'"{text}" cannot be read: {reason}') from None
    return path


def folder(text: str) -> Path:
    """A folder, which need not be there yet."""
    try:
        path = Path(text).expanduser()
        there = path.exists()
    except (OSError, ValueError, RuntimeError):
        raise ValueError(f'"{text}" is not the name of a folder') from None
    if there and not path.is_dir():
        raise ValueError(f'"{text}" is a file, not a folder')
    return path


def optional_url(text: str) -> str | None:
    """A web address; off: none."""
    if text.lower() == "off":
        return None
    _url(text)
    return text.rstrip("/")


def one_of(*names: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def parse(text: str) -> str:
        for name in names:
            if text.lower() == name.lower():
                return name
        raise ValueError(f'"{text}" is not one of {", ".join(names)}')

    return parse


def _items(text: str) -> tuple[str, ...]:
    """The parts of a list, once each, in the order given."""
    return tuple(dict.fromkeys(item for item in re.split(r"[,;\s]+", text) if item))


def _none() -> NoReturn:
    raise ValueError("there is nothing between the commas")


def _quoted(items: list[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)
