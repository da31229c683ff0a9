"""What tests of the whole bot share."""

from __future__ import annotations

import pytest

from bot.output import pictures
from tests.helpers.posts import PIXEL


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are not looked at, pictures are a single pixel."""

    async def pixel(*_: object) -> bytes:
        return PIXEL

    monkeypatch.setattr(pictures, "_drawn", pixel)
