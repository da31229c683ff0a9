"""The stores that the contract tests are run on. Another backend is added by one more opener."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.ports import Store
from storage import open_store


async def _sqlite(folder: Path) -> Store:
    return await open_store(f"sqlite:///{folder}/genangan.db")


BACKENDS: Mapping[str, Callable[[Path], Awaitable[Store]]] = {"sqlite": _sqlite}


@pytest.fixture(params=list(BACKENDS))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    opened = await BACKENDS[request.param](tmp_path)
    yield opened
    await opened.close()


NOBODY = 65534
"""A user without special rights."""


@pytest.fixture
def as_anyone() -> Iterator[Path]:
    """A folder of somebody without special rights, and being that somebody (root may write anywhere)."""
    folder = Path(tempfile.mkdtemp(prefix="genangan-"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o700)
        shutil.rmtree(folder)
