"""The README says what is true: its settings, commands and make targets are those that exist."""

from __future__ import annotations

import re
from pathlib import Path

from bot.domain.command_table import COMMANDS
from bot.settings import KEYS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    """The text under a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """What stands in code marks in the first column of a table."""
    return re.findall(r"^\| `/?([^`]+)` \|", text, re.MULTILINE)


def test_every_setting_has_its_row() -> None:
    assert sorted(first_cells(section("Settings"))) == sorted(KEYS)


def test_every_command_has_its_row() -> None:
    assert sorted(first_cells(section("Commands"))) == sorted(command.name for command in COMMANDS)


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) - {"are"} <= targets


def test_every_picture_that_is_shown_is_there() -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file(), picture
