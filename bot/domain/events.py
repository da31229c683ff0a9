"""What comes in, read from a raw update: one small record per thing a person can do.

`at` is Telegram's date of the message; for presses and internal events the time of arrival. Rules and digests go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it. The Telegram id goes no further than to the row of `people` that it names.

    Attributes:
        telegram_id: the user's id.
        language: IETF tag of the user's Telegram client ("id", "en-GB"), None where it sends none.
        name: their first name; kept of officers only.
    """

    telegram_id: int
    language: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where it came from.

    Attributes:
        chat_id: the chat; equals the sender's id in a private chat.
        private: a private chat with the bot.
        message_id: the message, or the one whose button was pressed (None where Telegram sends none).
        edited: it corrects a message sent earlier.
        topic_id: the topic inside a forum group.
        reply_to: the message that it answers, if any; `quoted`: the beginning of that one's text.
    """

    chat_id: int
    private: bool = True
    message_id: int | None = None
    edited: bool = False
    topic_id: int | None = None
    reply_to: int | None = None
    quoted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Common to all events that a person causes."""

    at: datetime
    sender: Sender
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLocation(Event):
    """A location, live location or venue. `live`: its first point; later moves arrive as edited and are no reports."""

    lat: float
    lon: float
    accuracy_m: float | None = None
    live: bool = False
    venue: str | None = None  # title (and address) of a venue


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText(Event):
    """Free text, at most 4096 characters."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPhoto(Event):
    """A photo (or an image sent as a file).

    Attributes:
        file_id, file_unique_id: Telegram's names of the largest size.
        caption: its text, "" if none.
        album_id: the same for all photos of one sending.
    """

    file_id: str
    file_unique_id: str
    caption: str = ""
    album_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOther(Event):
    """Something that is no report: sticker, voice, video, poll, contact, dice, animation, document, game, story …

    Attributes:
        kind: which of these.
        caption: what is written under it, "" if nothing.
        album_id: the same for all of one sending.
    """

    kind: str
    caption: str = ""
    album_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Event):
    """`/name args`. In groups only those addressed to this bot (or sent as its only bot) are read as Command."""

    name: str
    args: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedButton(Event):
    """A press. `press_id` answers it; `act` and `args` are the Choice's; act "" when the data is not ours."""

    press_id: str
    act: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMembership(Event):
    """The bot was blocked or unblocked in a private chat, or added to or removed from a group or channel."""

    present: bool


@dataclass(frozen=True, slots=True)
class AnonymousCommand:
    """A command to us by a group's administrator who writes as the group: nobody can tell who it is."""

    at: datetime
    origin: Origin


@dataclass(frozen=True, slots=True)
class LostChat:
    """Telegram refused a message for good: the bot is not in this chat or topic any more, or may not write there."""

    at: datetime
    chat_id: int
    topic_id: int | None = None


@dataclass(frozen=True, slots=True)
class MovedChat:
    """A group became a supergroup."""

    at: datetime
    old_chat_id: int
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class WorkDone:
    """The result of slow work, come back as an internal event.

    Attributes:
        kind: the work's kind ("geocode", "summary", "statistics", "export").
        person_id: for whom it was done.
        asked: what the work was given; result: what came of it; None if it failed.
    """

    at: datetime
    kind: str
    person_id: int | None
    asked: Mapping[str, object] = field(default_factory=dict)
    result: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Read, and nothing of ours: channel posts, groups' talk, service messages. `why` is for the counters."""

    at: datetime
    why: str


Incoming = (
    SharedLocation
    | SentText
    | SentPhoto
    | SentOther
    | Command
    | PressedButton
    | ChangedMembership
    | AnonymousCommand
    | LostChat
    | MovedChat
    | WorkDone
    | Ignored
)
"""Everything the reader makes of inbox rows."""
