"""Settings from the environment and `.env`, checked whole: every bad key is named at once.

`Settings` holds the defaults; `.env.example` and the README list the same keys (a test compares them).
"""

from __future__ import annotations

import difflib
import io
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from dotenv.parser import parse_stream

from bot.domain.errors import SettingsError

TELEGRAM_API_URL = "https://api.telegram.org"

TELEGRAM_WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Ports that Telegram's own servers deliver webhooks to (Bot API, setWebhook)."""

HEALTH_PATH = "/health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides. Secrets are not shown when it is printed.

    Attributes:
        bot_token: from BotFather; None: only the demo can run.
        bot_api_url: scheme, host and port of the Bot API server, without a slash at the end.
        sda_channel_id: the channel that digests go to.
        digest_times: local times of day in `timezone`, sorted.
        service_area: prefixes of Kemendagri area codes.
        webhook_url: the whole public URL; None: the bot polls.
        areas_geojson: exact borders; None: the reference points that come with the product.
        routing_file: who is answerable for what; None: the rules that come with the product.
        flood_new_incidents: more new puddles within half an hour in a kecamatan switch mode banjir on.
        update_new_incidents: so many new puddles within an hour make an update between digests; 0: there are none.
        geocoder_url: a Nominatim server; None: no street is looked up.
        bmkg_forecast_url, bmkg_alerts_url, gates_url: public feeds; None: not read.
    """

    bot_token: str | None = field(default=None, repr=False)
    bot_api_url: str = TELEGRAM_API_URL
    database_url: str = "sqlite:///data/genangan.db"
    sda_channel_id: int | None = None
    admin_ids: tuple[int, ...] = ()
    digest_times: tuple[time, ...] = (time(6, 0),)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    service_area: tuple[str, ...] = ("31.72",)
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    areas_geojson: Path | None = None
    routing_file: Path | None = None
    flood_new_incidents: int = 15
    update_new_incidents: int = 10
    geocoder_url: str | None = None
    bmkg_forecast_url: str | None = None
    bmkg_alerts_url: str | None = None
    gates_url: str | None = None
    log_level: str = "INFO"
    log_format: str = "text"

    @property
    def webhook_path(self) -> str:
        """The path of WEBHOOK_URL, which our own server answers."""
        return urlsplit(self.webhook_url or "").path or "/"


def load_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Read the settings; the environment wins over `.env`, and an empty value means the default.

    Args:
        environ: os.environ where None.
        dotenv: the file to read, `.env` in the working directory where None; it need not exist.

    Raises:
        SettingsError: with a line for every bad key.
    """
    written, problems = _read_dotenv(dotenv or Path(".env"))
    environ = os.environ if environ is None else environ
    problems += _misspelt(written)
    given = {key: environ.get(key, written.get(key)) for key in KEYS}
    parsed: dict[str, object] = {}
    for key, (parse, example) in KEYS.items():
        text = (given[key] or "").strip()
        if not text:
            continue
        try:
            parsed[key.lower()] = parse(text)
        except ValueError as error:
            problems.append(f"{key}: {error}. For example: {key}={example}")
    problems += _disagreements(parsed, problems)
    if problems:
        raise SettingsError(problems)
    return Settings(**parsed)  # type: ignore[arg-type]  # each parser returns its field's type; a test compares them


def _read_dotenv(path: Path) -> tuple[dict[str, str], list[str]]:
    """The values written in the file, as they are (a secret may hold ${), and what is wrong with the file itself."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors put a mark in front
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [
            f"{path}: cannot be read ({type(error).__name__}). It must be a text file in UTF-8 that we may read"
        ]
    written: dict[str, str] = {}
    problems = []
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            problems.append(f"{path}: line {binding.original.line} is no KEY=value, and no comment that begins with #")
        elif binding.key is not None and binding.value is None:
            problems.append(f"{binding.key}: stands in {path} without a =. For example: {binding.key}=")
        elif binding.key is not None and binding.value is not None:
            written[binding.key] = binding.value
    return written, problems


def _misspelt(written: Mapping[str, str]) -> list[str]:
    """Keys of `.env` that look like one of ours but are not: they would silently do nothing."""
    problems = []
    for key in written:
        if key in KEYS:
            continue
        bare = re.sub(r"^(GENANGAN|TELEGRAM)_", "", key.upper())
        near = difflib.get_close_matches(bare, KEYS, n=1, cutoff=0.8)
        if near:
            problems.append(f"{key}: there is no such setting. Did you mean {near[0]}?")
    return problems


def _disagreements(parsed: Mapping[str, object], problems: list[str]) -> list[str]:
    """Settings that are right by themselves but not together."""
    found: list[str] = []
    url = parsed.get("webhook_url")
    if url is None:
        return found
    if "webhook_secret" not in parsed and not any(line.startswith("WEBHOOK_SECRET:") for line in problems):
        found.append(
            "WEBHOOK_SECRET: is needed with WEBHOOK_URL, so that nobody but Telegram can send updates."
            " For example, from: openssl rand -hex 32"
        )
    parts = urlsplit(str(url))
    if parts.scheme == "https" and "bot_api_url" not in parsed and (parts.port or 443) not in TELEGRAM_WEBHOOK_PORTS:
        ports = ", ".join(map(str, TELEGRAM_WEBHOOK_PORTS))
        found.append(
            f"WEBHOOK_URL: Telegram does not deliver to port {parts.port}, only to {ports}."
            f" For example: WEBHOOK_URL={KEYS['WEBHOOK_URL'][1]}"
        )
    return found


# Each parser takes a value without blanks around it and raises ValueError with what is wrong, in words.


def _token(text: str) -> str:
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


def _api_url(text: str) -> str:
    parts = _url(text)
    if parts.path.strip("/"):
        raise ValueError("only scheme, host and port belong here; /bot<token>/METHOD is added by itself")
    return f"{parts.scheme}://{parts.netloc}"


def _webhook_url(text: str) -> str:
    parts = _url(text)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https://; plain http is only for this very machine (127.0.0.1)")
    if not re.fullmatch(r"[A-Za-z0-9/._~-]*", parts.path):
        raise ValueError("its path may hold only A–Z, a–z, 0–9 and / . _ ~ -")
    if parts.path == HEALTH_PATH:
        raise ValueError(f"{HEALTH_PATH} is taken by the health page; choose another path")
    return text


def _webhook_secret(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("must be 1 to 256 characters of A–Z, a–z, 0–9, _ and -")
    return text


def _database_url(text: str) -> str:
    path = text.removeprefix("sqlite:///")
    if path == text or not path or path.endswith("/"):
        raise ValueError("must be sqlite:/// and the path of a file (four slashes for a path from the root)")
    if path == ":memory:":
        raise ValueError("a database in memory would forget every report; name a file")
    return text


def _channel_id(text: str) -> int:
    how = (
        "it is a number that begins with -100; https://web.telegram.org/a shows it in the address of the opened channel"
    )
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise ValueError(f'"{text}" is not the id of a channel: {how}')
    if int(text) >= 0:
        raise ValueError(f"{text} is not the id of a channel but of a person: {how}")
    return int(text)


def _admin_ids(text: str) -> tuple[int, ...]:
    bad = [item for item in _items(text) if not re.fullmatch(r"[1-9]\d{0,17}", item)]
    if bad:
        raise ValueError(f"{_quoted(bad)}: not the Telegram id of a person, which is a number (@userinfobot tells it)")
    return tuple(int(item) for item in _items(text))


def _digest_times(text: str) -> tuple[time, ...]:
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


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of the time zone database
        raise ValueError(f'"{text}" is not the name of a time zone') from None


def _service_area(text: str) -> tuple[str, ...]:
    bad = [item for item in _items(text) if not re.fullmatch(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", item)]
    if bad:
        raise ValueError(f"{_quoted(bad)}: not an area code of the form 31, 31.72, 31.72.02 or 31.72.02.1004")
    return _items(text) or _none()


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", text):
        raise ValueError(f'"{text}" is not a host name or an IP address')
    return text


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f'"{text}" is not a port from 1 to 65535')
    return int(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise ValueError(f'"{text}" is not a number from 1')
    return int(text)


def _count_or_off(text: str) -> int:
    if not re.fullmatch(r"0|off|[1-9]\d{0,5}", text.lower()):
        raise ValueError(f'"{text}" is not a number from 1 (0 switches it off)')
    return 0 if text.lower() == "off" else int(text)


def _file(text: str) -> Path:
    try:
        path = Path(text).expanduser()
        path.open("rb").close()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: the home of nobody ("~nobody/x")
        reason = getattr(error, "strerror", None) or "not the name of a file"
        raise ValueError(f'"{text}" cannot be read: {reason}') from None
    return path


def _optional_url(text: str) -> str | None:
    if text.lower() == "off":
        return None
    _url(text)
    return text.rstrip("/")


def _one_of(*names: str) -> Callable[[str], str]:
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


KEYS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "BOT_TOKEN": (_token, "123456789:AAE…"),
    "BOT_API_URL": (_api_url, "http://127.0.0.1:8081"),
    "DATABASE_URL": (_database_url, "sqlite:///data/genangan.db"),
    "SDA_CHANNEL_ID": (_channel_id, "-1001234567890"),
    "ADMIN_IDS": (_admin_ids, "111111111,222222222"),
    "DIGEST_TIMES": (_digest_times, "06:00,17:00"),
    "TIMEZONE": (_timezone, "Asia/Jakarta"),
    "SERVICE_AREA": (_service_area, "31.72"),
    "WEBHOOK_URL": (_webhook_url, "https://bot.example.go.id/telegram"),
    "WEBHOOK_SECRET": (_webhook_secret, "what openssl rand -hex 32 prints"),
    "WEB_HOST": (_host, "127.0.0.1"),
    "WEB_PORT": (_port, "8080"),
    "AREAS_GEOJSON": (_file, "data/kelurahan.geojson"),
    "ROUTING_FILE": (_file, "data/routing.toml"),
    "FLOOD_NEW_INCIDENTS": (_count, "15"),
    "UPDATE_NEW_INCIDENTS": (_count_or_off, "10"),
    "GEOCODER_URL": (_optional_url, "https://nominatim.example.go.id"),
    "BMKG_FORECAST_URL": (_optional_url, "https://api.bmkg.go.id/publik/prakiraan-cuaca"),
    "BMKG_ALERTS_URL": (_optional_url, "https://www.bmkg.go.id/alerts/nowcast/id"),
    "GATES_URL": (_optional_url, "https://poskobanjir.dsdadki.web.id/datatmalaststatus.json"),
    "LOG_LEVEL": (_one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    "LOG_FORMAT": (_one_of("text", "json"), "text"),
}
"""Each setting: what reads its value, and an example for the operator."""
