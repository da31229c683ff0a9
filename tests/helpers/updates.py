"""Raw updates as Telegram sends them, and what the reader makes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.chat.reader import Reader
from bot.domain.events import (
    Incoming,
)
from bot.domain.records import InboxRow
from tests.helpers.clock import EVENING

SENT = int(EVENING.timestamp())
ARRIVED = EVENING + timedelta(seconds=20)
ANI = {"id": 987654321, "is_bot": False, "first_name": "Ani Rahasia", "username": "ani_rahasia", "language_code": "id"}
PRIVATE = {"id": 987654321, "type": "private", "first_name": "Ani Rahasia"}
GROUP: dict[str, Any] = {"id": -1009876543210, "type": "supergroup", "title": "RT 05 Rahasia"}
SIZES = [
    {"file_id": "small", "file_unique_id": "s1", "width": 90, "height": 67},
    {"file_id": "large", "file_unique_id": "s3", "width": 1280, "height": 960},
    {"file_id": "middle", "file_unique_id": "s2", "width": 320, "height": 240},
]
HERE = {"latitude": -6.1234, "longitude": 106.8765}
FILE = {"file_id": "f", "file_unique_id": "u"}
PRESS: dict[str, Any] = {"id": "4411", "from": ANI, "chat_instance": "1", "message": {"message_id": 9, "chat": PRIVATE}}


def message(chat: Mapping[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    sender = content.pop("sender", ANI)
    return {"message_id": 7, "date": SENT, "chat": chat, "from": sender, **content}


def read_payload(payload: str, bot_id: int = 123) -> Incoming:
    return Reader("GenanganBot").read(InboxRow(1, bot_id, 5, payload, ARRIVED))


def read_update(**update: Any) -> Incoming:
    return read_payload(json.dumps({"update_id": 5, **update}))


def read(chat: Mapping[str, Any] = PRIVATE, **content: Any) -> Incoming:
    return read_update(message=message(chat, **content))


def read_edit(**content: Any) -> Incoming:
    return read_update(edited_message=message(**content))


def addressed(text: str) -> dict[str, Any]:
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}
