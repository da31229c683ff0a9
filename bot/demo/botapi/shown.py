"""What a chat shows on a person's screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.demo.botapi.records import Chat, Json, Message

_SERVICE = {
    "new_chat_members": "joined",
    "left_chat_member": "left",
    "group_chat_created": "group created",
    "migrate_to_chat_id": "became a supergroup",
    "migrate_from_chat_id": "was a group",
    "pinned_message": "pinned a message",
}


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message or in place of the keyboard."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    request_location: bool = False
    request_contact: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the screen; `text` is the caption of a photo or document."""

    data: Json
    chat_id: int
    message_id: int
    from_bot: bool
    mine: bool
    sender_name: str
    text: str
    entities: tuple[Json, ...]
    buttons: tuple[tuple[Button, ...], ...]
    reply_keyboard: tuple[tuple[Button, ...], ...]
    service: str | None
    sent_at: datetime
    edited_at: datetime | None
    pinned: bool
    version: int
    """Grows when the message changes; comparable with `api.version`."""

    @property
    def location(self) -> tuple[float, float] | None:
        """(lat, lon) of a location or venue."""
        found = self.data.get("location")
        return (found["latitude"], found["longitude"]) if found else None

    @property
    def venue(self) -> Json | None:
        """The venue, if it is one."""
        return self.data.get("venue")

    @property
    def photo_id(self) -> str | None:
        """`file_id` of the largest size of its photo; its bytes are `api.file_content(photo_id)`."""
        photo = self.data.get("photo")
        return str(photo[-1]["file_id"]) if photo else None

    @property
    def document(self) -> Json | None:
        """The document, if it is one."""
        return self.data.get("document")

    @property
    def reply_to(self) -> int | None:
        """Number of the message it answers."""
        replied = self.data.get("reply_to_message")
        return int(replied["message_id"]) if replied else None

    def all_buttons(self) -> Iterator[Button]:
        """Its inline buttons, row by row."""
        for row in self.buttons:
            yield from row


def show(chat: Chat, message: Message, viewer_id: int) -> Shown:
    """A message as one person sees it."""
    data = message.data
    sender = data.get("from") or {}
    edited = data.get("edit_date")
    return Shown(
        data=data,
        chat_id=chat.id,
        message_id=message.message_id,
        from_bot=message.from_bot,
        mine=message.sender_id == viewer_id,
        sender_name=str(sender.get("first_name") or chat.public.get("title", "")),
        text=str(data.get("text", data.get("caption", ""))),
        entities=tuple(data.get("entities") or data.get("caption_entities") or ()),
        buttons=_rows((data.get("reply_markup") or {}).get("inline_keyboard", [])),
        reply_keyboard=_rows((message.keyboard or {}).get("keyboard", [])),
        service=next((words for key, words in _SERVICE.items() if key in data), None),
        sent_at=datetime.fromtimestamp(data["date"], UTC),
        edited_at=datetime.fromtimestamp(edited, UTC) if edited is not None else None,
        pinned=message.message_id in chat.pinned,
        version=message.version,
    )


def open_keyboard(chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """The reply keyboard that is open now."""
    message = chat.messages.get(chat.keyboard_message_id or 0)
    return _rows((message.keyboard or {}).get("keyboard", [])) if message is not None else ()


def _rows(rows: Any) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        tuple(
            Button(
                text=button["text"],
                callback_data=button.get("callback_data"),
                url=button.get("url"),
                request_location=bool(button.get("request_location")),
                request_contact=bool(button.get("request_contact")),
            )
            for button in row
        )
        for row in rows
    )
