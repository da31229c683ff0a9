"""Messages on their way: what is wanted, what delivery has taken, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.domain.models import Say


class Priority(IntEnum):
    """Order in which messages go out; answers to people who wait come first."""

    ANSWER = 0
    ALERT = 1
    DIGEST = 2
    BROADCAST = 3


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a person or a chat, as data. Exactly one of person_id and chat_id is set.

    Attributes:
        slot: the message can be changed later under this key; a change overwrites what is wanted. None: said once.
        anew: with a slot: send a new message instead of editing. The old one stays as it is, or becomes `parting`.
        once: with a slot: if the slot exists already, change nothing (digest parts, reminders).
        due_at: not before; expires_at: not after.
        cause: seq of the inbox row that asked for it; None: it came of the time, not of anybody's message.
    """

    say: Say
    due_at: datetime
    person_id: int | None = None
    chat_id: int | None = None
    topic_id: int | None = None
    priority: Priority = Priority.ANSWER
    slot: str | None = None
    anew: bool = False
    parting: Say | None = None
    once: bool = False
    expires_at: datetime | None = None
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox row that delivery has taken.

    Attributes:
        rev: the revision claimed: if another one is wanted by the time it is recorded, the row stays queued.
        chat_id: where to send (a person's Telegram id, or a chat's id, migrations followed).
        private: the chat is a person's.
        message_id: the message to edit; None: send a new one.
        language: the reader's ("id" for chats).
        attempts: tries before this one.
        cause: seq of the inbox row that asked for it last; heard_at: when that was received, while it is known, and
            where the message was to be sent at once.
    """

    id: int
    rev: int
    chat_id: int
    private: bool
    topic_id: int | None
    message_id: int | None
    say: Say
    language: str
    priority: Priority
    attempts: int
    slot: str | None = None
    expires_at: datetime | None = None
    cause: int | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The message is there."""

    id: int
    rev: int
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now: try again at `at`; the whole chat waits so that its order holds. `anew`: the old message is gone."""

    id: int
    at: datetime
    why: str
    anew: bool = False
    counted: bool = True  # one more attempt


@dataclass(frozen=True, slots=True)
class Dead:
    """Never, unless another content was wanted meanwhile.

    `unreachable`: nothing more to this person until they write again; to a chat, nothing of what is queued.
    """

    id: int
    why: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new id: remember it, and send this row again."""

    id: int
    old_chat_id: int
    new_chat_id: int


Outcome = Sent | Postponed | Dead | Moved
"""What became of a claimed row."""
