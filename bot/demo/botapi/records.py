"""What the server remembers: chats, messages, files, presses.

Message objects (`Message.data`) are in the Bot API's own shape and are never changed in place: an edit
makes a new one. So an update that was queued earlier keeps showing what was true then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""An object of the Bot API."""

PRESENT = frozenset({"creator", "administrator", "member"})


@dataclass(slots=True)
class Member:
    """A person or the bot in a chat; `status` is the Bot API's word, `rights` the names that are true."""

    user_id: int
    status: str = "member"
    rights: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        """Whether they are in the chat now."""
        return self.status in PRESENT


@dataclass(slots=True)
class Message:
    """A message as everybody in the chat sees it.

    `seen_by_bot` says whether the bot sent or received it (group privacy hides the others from it);
    `keyboard` is the reply keyboard, removal or forced reply it came with, which is no part of `data`.
    """

    data: Json
    sender_id: int
    from_bot: bool
    seen_by_bot: bool
    keyboard: Json | None = None
    version: int = 0
    """The version of the world (see `Changes`) at which it came or last changed."""

    @property
    def message_id(self) -> int:
        """Its number in the chat."""
        return int(self.data["message_id"])


@dataclass(slots=True)
class Chat:
    """A chat of any type; `messages` is in the order they came."""

    public: Json
    members: dict[int, Member]
    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int | None = None
    """Own numbering of a supergroup or channel; None where the bot's common numbering is used."""
    known_to_bot: bool = True
    keyboard_message_id: int | None = None
    """The message whose reply keyboard is open now."""
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    last_bot_message: bool = False
    """Whether the bot was the last bot to speak here (lets bare commands through group privacy)."""
    action: str | None = None
    """What the bot is shown to be doing, e.g. "typing", until its next message."""
    menu_button: Json | None = None
    deactivated: bool = False
    """Whether the person of this private chat has deleted their account."""

    @property
    def id(self) -> int:
        """The chat's id."""
        return int(self.public["id"])

    @property
    def type(self) -> str:
        """private, group, supergroup or channel."""
        return str(self.public["type"])

    @property
    def private(self) -> bool:
        """Whether it is a chat of one person with the bot."""
        return self.type == "private"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server; `size` may be claimed larger than what is held, to try the download limit."""

    file_id: str
    file_unique_id: str
    path: str
    content: bytes
    size: int
    kind: str
    details: Json
    """Fields of its object (`PhotoSize`, `Document` …) besides ids and size."""


@dataclass(slots=True)
class Press:
    """A press of an inline button, and the bot's answer to it once there is one."""

    query_id: str
    chat_id: int
    message_id: int
    data: str
    at: datetime
    answer: Json | None = None

    @property
    def text(self) -> str | None:
        """The toast or alert shown, None where the answer is blank or has not come."""
        return self.answer.get("text") if self.answer else None

    @property
    def is_alert(self) -> bool:
        """Whether it was shown as an alert that has to be closed."""
        return bool((self.answer or {}).get("show_alert"))
