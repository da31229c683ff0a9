"""Settings from the environment and `.env`, checked whole: every bad key is named at once.

`Settings` holds the defaults; `.env.example` and the README list the same keys (a test compares them).
"""

from __future__ import annotations

import difflib
import io
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv.parser import parse_stream

from bot.domain.errors import SettingsError
from bot.settings import values
from bot.settings.values import HEALTH_PATH, METRICS_PATH

__all__ = ["HEALTH_PATH", "KEYS", "METRICS_PATH", "TELEGRAM_API_URL", "Settings", "load_settings"]

TELEGRAM_API_URL = "https://api.telegram.org"

TELEGRAM_WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Ports that Telegram's own servers deliver webhooks to (Bot API, setWebhook)."""


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
        retention_days: reports of cases that ended so long ago are parted from who made them.
        backup_folder: where nightly backups go; None: `backups` beside the database.
        backup_keep: so many of them are kept; 0: none are made.
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
    retention_days: int = 365
    backup_folder: Path | None = None
    backup_keep: int = 7
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


KEYS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "BOT_TOKEN": (values.token, "123456789:AAE…"),
    "BOT_API_URL": (values.api_url, "http://127.0.0.1:8081"),
    "DATABASE_URL": (values.database_url, "sqlite:///data/genangan.db"),
    "SDA_CHANNEL_ID": (values.channel_id, "-1001234567890"),
    "ADMIN_IDS": (values.admin_ids, "111111111,222222222"),
    "DIGEST_TIMES": (values.digest_times, "06:00,17:00"),
    "TIMEZONE": (values.timezone, "Asia/Jakarta"),
    "SERVICE_AREA": (values.service_area, "31.72"),
    "WEBHOOK_URL": (values.webhook_url, "https://bot.example.go.id/telegram"),
    "WEBHOOK_SECRET": (values.webhook_secret, "what openssl rand -hex 32 prints"),
    "WEB_HOST": (values.host, "127.0.0.1"),
    "WEB_PORT": (values.port, "8080"),
    "AREAS_GEOJSON": (values.file, "data/kelurahan.geojson"),
    "ROUTING_FILE": (values.file, "data/routing.toml"),
    "FLOOD_NEW_INCIDENTS": (values.count, "15"),
    "UPDATE_NEW_INCIDENTS": (values.count_or_off, "10"),
    "RETENTION_DAYS": (values.count, "365"),
    "BACKUP_FOLDER": (values.folder, "/var/backups/genangan"),
    "BACKUP_KEEP": (values.count_or_off, "7"),
    "GEOCODER_URL": (values.optional_url, "https://nominatim.example.go.id"),
    "BMKG_FORECAST_URL": (values.optional_url, "https://api.bmkg.go.id/publik/prakiraan-cuaca"),
    "BMKG_ALERTS_URL": (values.optional_url, "https://www.bmkg.go.id/alerts/nowcast/id"),
    "GATES_URL": (values.optional_url, "https://poskobanjir.dsdadki.web.id/datatmalaststatus.json"),
    "LOG_LEVEL": (values.one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    "LOG_FORMAT": (values.one_of("text", "json"), "text"),
}
"""Each setting: what reads its value, and an example for the operator."""
