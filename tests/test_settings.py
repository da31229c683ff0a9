from __future__ import annotations

import os
from dataclasses import fields
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SettingsError
from bot.settings import KEYS, Settings, load_settings

ROOT = Path(__file__).parent.parent
NOWHERE = Path("/nonexistent/.env")


def load(**environ: str) -> Settings:
    return load_settings(environ, NOWHERE)


def problems(environ: dict[str, str], dotenv: Path = NOWHERE) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, dotenv)
    return caught.value.problems


def test_nothing_set_gives_the_defaults() -> None:
    settings = load()
    assert settings == Settings()
    assert settings.bot_token is None
    assert settings.digest_times == (time(6),)
    assert settings.timezone == ZoneInfo("Asia/Jakarta")
    assert settings.service_area == ("31.72",)


def test_every_value_is_read(tmp_path: Path) -> None:
    borders = tmp_path / "borders.geojson"
    borders.write_text("{}")
    settings = load(
        BOT_TOKEN="123:abc-DEF_9",
        BOT_API_URL="http://127.0.0.1:8081/",
        DATABASE_URL="sqlite:////var/lib/genangan/g.db",
        SDA_CHANNEL_ID="-1001234567890",
        ADMIN_IDS="7, 8;7 9",
        DIGEST_TIMES="17.30, 6:00,06:00",
        TIMEZONE="Asia/Jayapura",
        SERVICE_AREA="31.72.01,31.75",
        WEBHOOK_URL="https://bot.example.go.id:8443/in",
        WEBHOOK_SECRET="s-3_T",
        WEB_HOST="::1",
        WEB_PORT="9000",
        AREAS_GEOJSON=str(borders),
        ROUTING_FILE=str(borders),
        FLOOD_NEW_INCIDENTS="40",
        UPDATE_NEW_INCIDENTS="0",
        GEOCODER_URL="https://nominatim.example.go.id/search/",
        BMKG_FORECAST_URL="https://bmkg.example.go.id/publik/prakiraan-cuaca/",
        BMKG_ALERTS_URL="off",
        GATES_URL="http://127.0.0.1:9/gates.json",
        LOG_LEVEL="debug",
        LOG_FORMAT="JSON",
    )
    assert settings == Settings(
        bot_token="123:abc-DEF_9",
        bot_api_url="http://127.0.0.1:8081",
        database_url="sqlite:////var/lib/genangan/g.db",
        sda_channel_id=-1001234567890,
        admin_ids=(7, 8, 9),
        digest_times=(time(6), time(17, 30)),
        timezone=ZoneInfo("Asia/Jayapura"),
        service_area=("31.72.01", "31.75"),
        webhook_url="https://bot.example.go.id:8443/in",
        webhook_secret="s-3_T",
        web_host="::1",
        web_port=9000,
        areas_geojson=borders,
        routing_file=borders,
        flood_new_incidents=40,
        update_new_incidents=0,
        geocoder_url="https://nominatim.example.go.id/search",
        bmkg_forecast_url="https://bmkg.example.go.id/publik/prakiraan-cuaca",
        bmkg_alerts_url=None,
        gates_url="http://127.0.0.1:9/gates.json",
        log_level="DEBUG",
        log_format="json",
    )
    assert settings.webhook_path == "/in"


def test_all_bad_keys_are_named_at_once_each_with_an_example() -> None:
    bad = {
        "BOT_TOKEN": "my secret words",
        "BOT_API_URL": "http://localhost/bot",
        "DATABASE_URL": "postgres://x",
        "SDA_CHANNEL_ID": "@sda_utara",
        "ADMIN_IDS": "12,@budi",
        "DIGEST_TIMES": "06:00,25:00",
        "TIMEZONE": "WIB",
        "SERVICE_AREA": "3172",
        "WEBHOOK_URL": "http://bot.example.go.id/",
        "WEBHOOK_SECRET": "with blanks in it",
        "WEB_HOST": "http://x",
        "WEB_PORT": "80808",
        "AREAS_GEOJSON": "/nonexistent.geojson",
        "ROUTING_FILE": "/nonexistent.toml",
        "FLOOD_NEW_INCIDENTS": "many",
        "UPDATE_NEW_INCIDENTS": "-1",
        "RETENTION_DAYS": "never",
        "BACKUP_FOLDER": "/dev/null",
        "BACKUP_KEEP": "-3",
        "GEOCODER_URL": "nominatim",
        "BMKG_FORECAST_URL": "https://bmkg.example.go.id/prakiraan?adm4=31",
        "BMKG_ALERTS_URL": "bmkg",
        "GATES_URL": "ftp://example.go.id/gates",
        "LOG_LEVEL": "loud",
        "LOG_FORMAT": "xml",
    }
    assert set(bad) == set(KEYS)
    lines = problems(bad)
    assert [line.partition(":")[0] for line in lines] == list(bad)
    for line in lines:
        assert "\n" not in line
        assert "For example: " in line


def test_secrets_are_shown_neither_in_problems_nor_when_printed() -> None:
    assert "tEllNobody" not in str(problems({"BOT_TOKEN": "tEllNobody:x y", "WEBHOOK_SECRET": "tEllNobody!"}))
    printed = repr(load(BOT_TOKEN="1:tEllNobody", WEBHOOK_SECRET="tEllNobody"))
    assert "tEllNobody" not in printed


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("SDA_CHANNEL_ID", "1001234567890", "of a person"),
        ("SDA_CHANNEL_ID", "@sda", "web.telegram.org"),
        ("ADMIN_IDS", "-100123", "@userinfobot"),
        ("DIGEST_TIMES", "6", '"6"'),
        ("TIMEZONE", "Asia", '"Asia"'),
        ("TIMEZONE", "../etc/passwd", "time zone"),
        ("TIMEZONE", "1." * 2000, "time zone"),
        ("DATABASE_URL", "sqlite:///:memory:", "forget"),
        ("DATABASE_URL", "sqlite:///", "path of a file"),
        ("WEBHOOK_URL", "https://x.id/in?token=1", "without"),
        ("WEBHOOK_URL", "https://x.id:99999/in", "not a web address"),
        ("WEBHOOK_URL", "https://x.id/health", "/health"),
        ("WEBHOOK_URL", "https://x.id/metrics", "/metrics"),
        ("WEBHOOK_URL", "https://x.id/a%20b", "its path"),
        ("WEBHOOK_URL", "https://x.id/{in}", "its path"),
        ("DIGEST_TIMES", ",", "nothing between the commas"),
        ("SERVICE_AREA", " , ", "nothing between the commas"),
        ("AREAS_GEOJSON", "/", "cannot be read"),
        ("AREAS_GEOJSON", "/no/such/file", "No such file"),
        ("BOT_API_URL", "ftp://x", "http://"),
        ("WEB_PORT", "0", "1 to 65535"),
    ],
)
def test_the_line_says_what_is_wrong(key: str, value: str, hint: str) -> None:
    (line,) = [line for line in problems({key: value, "WEBHOOK_SECRET": "x"}) if line.startswith(f"{key}:")]
    assert hint in line


def test_a_webhook_needs_its_secret() -> None:
    (line,) = problems({"WEBHOOK_URL": "https://x.id/in"})
    assert line.startswith("WEBHOOK_SECRET: is needed")
    assert load(WEBHOOK_SECRET="x").webhook_url is None  # a secret alone does no harm


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "127.8.0.1"])
def test_plain_http_is_for_this_machine_only(host: str) -> None:
    assert load(WEBHOOK_URL=f"http://{host}/in", WEBHOOK_SECRET="x").webhook_path == "/in"


def test_telegram_delivers_to_four_ports_but_another_server_to_any() -> None:
    environ = {"WEBHOOK_URL": "https://x.id:8000/in", "WEBHOOK_SECRET": "x"}
    (line,) = problems(environ)
    assert "8443" in line
    assert load(**environ, BOT_API_URL="http://127.0.0.1:8081").webhook_url == "https://x.id:8000/in"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes('﻿BOT_TOKEN=1:file\nWEB_PORT=9000 # why\nWEBHOOK_SECRET="a${b}"\nLOG_LEVEL=\n'.encode())
    (line,) = problems({}, dotenv)
    assert line.startswith("WEBHOOK_SECRET:")  # taken as written, nothing is filled in
    settings = load_settings({"BOT_TOKEN": "2:env", "WEBHOOK_SECRET": "", "PATH": "/bin"}, dotenv)
    assert (settings.bot_token, settings.web_port, settings.log_level) == ("2:env", 9000, "INFO")
    assert settings.webhook_secret is None


def test_a_misspelt_key_in_the_file_is_pointed_out(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "DIGEST_TIME=06:00\nGENANGAN_BOT_TOKEN=1:x\ntimezone=UTC\nPOSTGRES_PASSWORD=x\nTZ=UTC\nWEB_PORT\n"
    )
    assert problems({}, dotenv) == (
        f"WEB_PORT: stands in {dotenv} without a =. For example: WEB_PORT=",
        "DIGEST_TIME: there is no such setting. Did you mean DIGEST_TIMES?",
        "GENANGAN_BOT_TOKEN: there is no such setting. Did you mean BOT_TOKEN?",
        "timezone: there is no such setting. Did you mean TIMEZONE?",
    )


def test_a_line_that_is_no_setting_is_pointed_out_and_nothing_else_is_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("# fine\n\nexport WEB_PORT=9000\nDIGEST_TIMES 06:00\nTIMEZONE='UTC\n")
    assert problems({}, dotenv) == (
        f"{dotenv}: line 4 is no KEY=value, and no comment that begins with #",
        f"{dotenv}: line 5 is no KEY=value, and no comment that begins with #",
    )
    assert caplog.text == ""


def test_a_folder_that_may_not_be_looked_into_is_one_line(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "borders.geojson").write_text("{}")
    locked.chmod(0)
    root = os.geteuid() == 0
    tmp_path.chmod(0o755)
    try:
        if root:
            os.seteuid(65534)
        (line,) = problems({}, locked / ".env")
        assert "cannot be read (PermissionError)" in line
        (line,) = problems({"AREAS_GEOJSON": str(locked / "borders.geojson")})
        assert line.startswith("AREAS_GEOJSON:") and "Permission denied" in line
    finally:
        if root:
            os.seteuid(0)
        locked.chmod(0o700)


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"BOT_TOKEN=\xff\xfe")
    (line,) = problems({}, dotenv)
    assert str(dotenv) in line


@given(st.dictionaries(st.sampled_from(list(KEYS)), st.text(max_size=40)))
def test_whatever_is_written_gives_settings_or_lines(environ: dict[str, str]) -> None:
    try:
        settings = load_settings(environ, NOWHERE)
    except SettingsError as error:
        assert error.problems
        assert all(line.partition(":")[0] in KEYS for line in error.problems)
    else:
        assert settings.webhook_url is None or settings.webhook_secret


def test_settings_the_example_file_and_the_keys_agree() -> None:
    example = ROOT / ".env.example"
    names = [each.name.upper() for each in fields(Settings)]
    assert list(KEYS) == names
    assert list(dotenv_values(example)) == names
    assert load_settings({}, example) == Settings()  # so the defaults that it shows are the true ones
    for line, above in zip(example.read_text().splitlines()[1:], example.read_text().splitlines(), strict=False):
        assert "=" not in line.partition("#")[0] or above.startswith("#"), f"no line explains {line}"
