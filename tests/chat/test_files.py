"""Telegram's files, fetched from a Bot API server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.chat.files import MAX_BYTES, TelegramFiles
from bot.chat.sender import connect
from bot.demo.botapi import BotApi, faults
from bot.domain.errors import Refused, RetryLater


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram."""
    async with BotApi(seed=3) as api:
        yield api


@pytest.fixture
async def files(api: BotApi) -> AsyncIterator[TelegramFiles]:
    """What is tested."""
    async with connect(api.token, api.base_url) as bot:
        yield TelegramFiles(bot)


async def test_a_photo_comes_as_it_was_sent(api: BotApi, files: TelegramFiles) -> None:
    sent = api.user("Siti").send_photo(b"\xff\xd8 bytes")
    assert sent.photo_id is not None
    assert await files.fetch(sent.photo_id) == b"\xff\xd8 bytes"


async def test_a_file_that_is_not_there_is_refused(files: TelegramFiles) -> None:
    with pytest.raises(Refused):
        await files.fetch("no-such-file")


@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_where_telegram_fails_it_can_be_tried_again(api: BotApi, files: TelegramFiles, method: str) -> None:
    sent = api.user("Siti").send_photo(b"\xff\xd8 bytes")
    assert sent.photo_id is not None
    api.faults.add(faults.server_error(), method=method)
    with pytest.raises(RetryLater):
        await files.fetch(sent.photo_id)
    assert await files.fetch(sent.photo_id) == b"\xff\xd8 bytes"


async def test_a_file_of_gigabytes_is_not_fetched(api: BotApi, files: TelegramFiles) -> None:
    sent = api.user("Siti").send_photo(bytes(MAX_BYTES + 1))
    assert sent.photo_id is not None
    with pytest.raises(Refused, match="too large"):
        await files.fetch(sent.photo_id)
    assert not api.calls.of("download")
