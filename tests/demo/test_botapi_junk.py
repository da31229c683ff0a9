"""Whatever a bot sends, the server answers as Telegram would: with a result or a refusal, never with a crash."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.botapi import BotApi
from bot.demo.botapi.calls import Upload
from bot.demo.botapi.methods import METHODS

NAMES = [
    "action", "allowed_updates", "callback_query_id", "caption", "caption_entities", "chat_id", "commands",
    "document", "entities", "file_id", "from_chat_id", "horizontal_accuracy", "language_code", "latitude",
    "link_preview_options", "live_period", "longitude", "max_connections", "media", "menu_button", "message_id",
    "message_ids", "message_thread_id", "name", "parse_mode", "photo", "reply_markup", "reply_parameters", "scope",
    "secret_token", "text", "title", "url", "user_id",
]  # fmt: skip
KEYS = ["type", "offset", "length", "url", "text", "callback_data", "keyboard", "inline_keyboard", "message_id",
        "media", "command", "description", "chat_id", "user_id"]  # fmt: skip

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([float("inf"), float("nan"), 1e30]),
    st.sampled_from(
        ["", "x", "[", "{}", "1e999", "HTML", "<b>", "photo", "default", "chat", "attach://photo", "\ud800"]
    ),
)
junk = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize("method", [name for name, _ in METHODS.values() if name != "getUpdates"])
@settings(max_examples=40, deadline=None)
@given(params=st.dictionaries(st.sampled_from(NAMES), junk, max_size=6), in_chat=st.booleans(), upload=st.booleans())
def test_junk_is_refused(method: str, params: dict[str, Any], in_chat: bool, upload: bool) -> None:
    async def call() -> int:
        api = BotApi()
        siti = api.user("Siti")
        siti.start()
        await api.perform("sendMessage", {"chat_id": siti.id, "text": "halo"})
        given = dict(params)
        if in_chat:
            given |= {"chat_id": siti.id, "message_id": siti.last.message_id, "from_chat_id": siti.id}
        if upload:
            given["photo"] = Upload("x", "", b"x")
        status, body, _ = await api.perform(method, given)
        assert body["ok"] is (status == 200)
        return status

    assert asyncio.run(call()) in {200, 400, 403, 404}
