"""Database files for the tests of opening them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from storage import open_store
from tests.helpers.builders import person
from tests.storage.acts import flush

ROOT = Path(__file__).parents[2]


def url_of(path: Path) -> str:
    """DATABASE_URL of a file."""
    return f"sqlite:///{path}"


async def made(path: Path) -> None:
    """Make a database with one person in it."""
    store = await open_store(url_of(path))
    await flush(store, people=[person()])
    await store.close()


async def refused(path: Path, *, says: str) -> None:
    """Opening it fails with one line that names the setting, the file, and what to do."""
    with pytest.raises(StoreError) as error:
        await open_store(url_of(path))
    line = str(error.value)
    assert "DATABASE_URL" in line
    assert str(path) in line
    assert says in line
    assert "\n" not in line


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(file.name for file in folder.iterdir())


def forbid_writing(path: Path) -> None:
    """Take away the right to write a file, or to make files in a folder."""
    path.chmod(0o500 if path.is_dir() else 0o400)


def run(program: str, *args: str) -> str:
    """Run a Python program to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", program, *args], capture_output=True, text=True, check=True, timeout=30, cwd=ROOT
    )
    assert done.stderr == ""
    return done.stdout
