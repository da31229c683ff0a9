"""The sheets that are handed out say what is true: commands and buttons that exist, the times of the routing file."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.domain.command_table import COMMANDS
from bot.domain.handling import Level
from bot.domain.models import Cause, Kind
from bot.domain.routing_file import read_routing
from bot.geo.areas import AreaIndex

ROOT = Path(__file__).parent.parent
SHEETS = {name: unescape((ROOT / "docs" / f"{name}.html").read_text()) for name in ("petugas", "admin")}

BUTTONS = (
    *("Saya tangani", "Menuju lokasi", "Di lokasi", "Tindak lanjut", "Selesai", "Alihkan", "Terima"),
    *("Bukan kewenangan", "Koordinasi", "Kami yang menangani", "Tangani semua", "Lainnya …"),
)
"""What the officers' sheet tells them to press."""


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_command_on_a_sheet_exists(name: str) -> None:
    named = set(re.findall(r"<code>/([a-z]+)", SHEETS[name]))
    assert named
    assert named <= {command.name for command in COMMANDS}


def test_every_button_on_the_officers_sheet_exists() -> None:
    texts = tomllib.loads((ROOT / "bot" / "texts" / "id.toml").read_text())
    tables = [table for table in texts.values() if isinstance(table, dict)]
    labels = {text for table in tables for text in table.values() if isinstance(text, str)}
    for button in BUTTONS:
        assert button in SHEETS["petugas"], button
        assert any(label.partition(" (")[0].partition("[[")[0].strip() == button for label in labels), button


def test_the_times_on_the_officers_sheet_are_those_of_the_shipped_routing() -> None:
    areas = AreaIndex.from_reference_points(("31.72",))
    text = (ROOT / "bot" / "routing.toml").read_text()
    routing = read_routing(text, "routing.toml", areas.all_served(), lambda lat, lon: True)
    rows = {
        ("60 menit", "6 jam"): routing.times(Level.KELURAHAN, Kind.PUDDLE, (), 30),
        ("15 menit", "6 jam"): routing.times(Level.KELURAHAN, Kind.PUDDLE, (), 70),
        ("2 jam", "12 jam"): routing.times(Level.KOTA, Kind.PUDDLE, (Cause.TIDE,), 30),
        ("24 jam", "7 hari"): routing.times(Level.KELURAHAN, Kind.DRAIN, (), None),
    }
    lengths = {"menit": timedelta(minutes=1), "jam": timedelta(hours=1), "hari": timedelta(days=1)}
    for told, times in rows.items():
        assert f"<td>{told[0]}</td><td>{told[1]}</td>" in SHEETS["petugas"]
        take_up, finish = (int(number) * lengths[unit] for number, unit in map(str.split, told))
        assert (times.take_up, times.finish) == (take_up, finish)
