"""Raw update -> event. Plain reading with strict checks: parsing with a framework would cost most of intake's time.

Only `UnreadableUpdate` is ever raised, and it names fields, never what stands in them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.chat import raw
from bot.chat.callback import decode
from bot.chat.raw import Json
from bot.domain.errors import UnreadableUpdate
from bot.domain.events import (
    AnonymousCommand,
    ChangedMembership,
    Command,
    Ignored,
    Incoming,
    LostChat,
    MovedChat,
    Origin,
    PressedButton,
    Sender,
    SentOther,
    SentPhoto,
    SentText,
    SharedLocation,
    WorkDone,
)
from bot.domain.records import INTERNAL, InboxRow

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates we ask Telegram for; everything else is ignored where it comes nevertheless."""

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
"""Characters (Bot API, sendMessage and sendPhoto)."""

NAME_LIMIT = 64
"""Characters of a first name (what Telegram lets people enter)."""

QUOTED_LIMIT = 300
"""Characters of a message that is answered: enough to see which report it is about."""

FIRST_MESSAGE_S = datetime(2013, 8, 14, tzinfo=UTC).timestamp()
"""Telegram's first day: no message is older."""

IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})
"""Documents that are photos sent as files."""

OTHER_KINDS = (  # animation before document: an animation comes with both
    *("animation", "sticker", "voice", "video", "video_note", "audio", "live_photo", "document", "contact", "poll"),
    *("dice", "story", "game", "checklist", "paid_media", "invoice", "giveaway"),
)
"""Things people send that are no report, by their field in Message."""

PRESENT = {"creator": True, "administrator": True, "member": True, "left": False, "kicked": False}

_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?![a-z0-9_/])(?:@([a-z0-9_]{1,32})(?![a-z0-9_]))?", re.IGNORECASE | re.ASCII)


class Reader:
    """Reads inbox rows. Implements `ports.EventReader`.

    Args:
        username: the bot's, without @: in groups only commands addressed to it are ours.
    """

    def __init__(self, username: str) -> None:
        self._username = username.lower()

    def read(self, row: InboxRow) -> Incoming:
        """The event of a row. Raises UnreadableUpdate."""
        update = raw.parse(row.payload)
        if row.bot_id == INTERNAL:
            return _internal(update, row.received_at)
        for kind in ("message", "edited_message"):
            message = raw.maybe_obj(update, kind)
            if message is not None:
                return self._message(message, row.received_at, edited=kind == "edited_message")
        press = raw.maybe_obj(update, "callback_query")
        if press is not None:
            return _press(press, row.received_at)
        member = raw.maybe_obj(update, "my_chat_member")
        if member is not None:
            return _membership(member, row.received_at)
        return Ignored(row.received_at, "kind of update")

    def _message(self, message: Json, received_at: datetime, *, edited: bool) -> Incoming:
        at = _time(message, "edit_date" if edited and message.get("edit_date") else "date", received_at)
        chat = raw.obj(message, "chat")
        chat_id, private = raw.integer(chat, "id"), raw.name(chat, "type") == "private"
        new_chat_id = raw.maybe_int(message, "migrate_to_chat_id")
        if new_chat_id is not None:
            return MovedChat(at, chat_id, new_chat_id)
        origin = Origin(
            chat_id,
            private,
            raw.integer(message, "message_id"),
            edited,
            raw.maybe_int(message, "message_thread_id") if raw.flag(message, "is_topic_message") else None,
            *_answered(message),
        )
        speaks_as = raw.maybe_obj(message, "sender_chat")
        if speaks_as is not None:  # a channel's post in its group, or an administrator who hides behind the group
            hidden = raw.integer(speaks_as, "id") == chat_id and not edited and self._addressed(message) is not None
            return AnonymousCommand(at, origin) if hidden else Ignored(at, "anonymous")
        user = raw.maybe_obj(message, "from")
        if user is None:
            return Ignored(at, "nobody")
        if raw.flag(user, "is_bot"):
            return Ignored(at, "bot")
        if private:
            return _private(message, at, _sender(user), origin)
        return self._in_group(message, at, _sender(user), origin)

    def _in_group(self, message: Json, at: datetime, sender: Sender, origin: Origin) -> Incoming:
        """Groups talk among themselves; ours is only what is addressed to us."""
        found = self._addressed(message)
        return Ignored(at, "group talk") if found is None else _command(*found, at, sender, origin)

    def _addressed(self, message: Json) -> tuple[re.Match[str], str] | None:
        """A command to this bot ("/start@bot …"), as the message's text or under its picture, and the whole text."""
        for text_key, entities_key in (("text", "entities"), ("caption", "caption_entities")):
            text = raw.words(message, text_key, TEXT_LIMIT)
            match = _COMMAND.match(text)
            if match and match[2] and match[2].lower() == self._username and _is_marked(message, entities_key):
                return match, text
        return None


def press_id(update: Json) -> str | None:
    """The id that answers a button press, None for other updates. Never raises."""
    press = update.get("callback_query")
    try:
        return raw.maybe_name(press, "id") if isinstance(press, dict) else None
    except UnreadableUpdate:
        return None


def _private(message: Json, at: datetime, sender: Sender, origin: Origin) -> Incoming:
    found = (
        _location(message, at, sender, origin)
        or _text(message, at, sender, origin)
        or _photo(message, at, sender, origin)
    )
    if found is not None:
        return found
    other = next((kind for kind in OTHER_KINDS if message.get(kind) is not None), None)
    if other is None:
        return Ignored(at, "service message")
    if origin.edited:  # it was answered when it came
        return Ignored(at, "edit of something else")
    return SentOther(
        at=at,
        sender=sender,
        origin=origin,
        kind=other,
        caption=raw.words(message, "caption", CAPTION_LIMIT).strip(),
        album_id=raw.maybe_name(message, "media_group_id"),
    )


def _text(message: Json, at: datetime, sender: Sender, origin: Origin) -> SentText | Command | None:
    text = raw.words(message, "text", TEXT_LIMIT)
    if not text:
        return None
    match = _COMMAND.match(text)
    if match:
        return _command(match, text, at, sender, origin)
    return SentText(at=at, sender=sender, origin=origin, text=text)


def _photo(message: Json, at: datetime, sender: Sender, origin: Origin) -> SentPhoto | None:
    image = _image(message)
    if image is None:
        return None
    caption = raw.words(message, "caption", CAPTION_LIMIT)
    match = _COMMAND.match(caption)  # "/lapor selutut" under a photo: the photo is the report, the rest its words
    return SentPhoto(
        at=at,
        sender=sender,
        origin=origin,
        file_id=raw.name(image, "file_id"),
        file_unique_id=raw.name(image, "file_unique_id"),
        caption=caption[match.end() :].strip() if match else caption,
        album_id=raw.maybe_name(message, "media_group_id"),
    )


def _location(message: Json, at: datetime, sender: Sender, origin: Origin) -> SharedLocation | None:
    venue = raw.maybe_obj(message, "venue")
    location = raw.obj(venue, "location") if venue is not None else raw.maybe_obj(message, "location")
    if location is None:
        return None
    accuracy_m = raw.maybe_float(location, "horizontal_accuracy")
    return SharedLocation(
        at=at,
        sender=sender,
        origin=origin,
        lat=raw.degrees(location, "latitude", 90),
        lon=raw.degrees(location, "longitude", 180),
        accuracy_m=accuracy_m if accuracy_m is not None and accuracy_m > 0 else None,
        # only live locations can change, and the change that ends one has no live_period any more
        live=raw.maybe_int(location, "live_period") is not None or origin.edited,
        venue=_venue_name(venue) if venue is not None else None,
    )


def _answered(message: Json) -> tuple[int | None, str]:
    """(id, beginning of the text) of the message that this one answers."""
    answered = raw.maybe_obj(message, "reply_to_message")
    if answered is None:
        return None, ""
    return raw.integer(answered, "message_id"), raw.words(answered, "text", QUOTED_LIMIT)


def _venue_name(venue: Json) -> str | None:
    title, address = (raw.words(venue, key, CAPTION_LIMIT).strip() for key in ("title", "address"))
    return ", ".join(dict.fromkeys(each for each in (title, address) if each)) or None


def _image(message: Json) -> Json | None:
    """The object that names the largest size of a photo, or an image sent as a file."""
    live = raw.maybe_obj(message, "live_photo")
    sizes = raw.objs(message, "photo") or (raw.objs(live, "photo") if live is not None else ())
    if sizes:
        return max(sizes, key=lambda size: raw.integer(size, "width") * raw.integer(size, "height"))
    document = raw.maybe_obj(message, "document")
    if (
        document is not None
        and message.get("animation") is None
        and raw.words(document, "mime_type", 99) in IMAGE_TYPES
    ):
        return document
    return None


def _command(match: re.Match[str], text: str, at: datetime, sender: Sender, origin: Origin) -> Command:
    return Command(at=at, sender=sender, origin=origin, name=match[1].lower(), args=text[match.end() :].strip())


def _is_marked(message: Json, entities_key: str) -> bool:
    """Telegram itself takes the beginning for a command (it does not inside of code, for instance)."""
    return any(
        entity.get("type") == "bot_command" and entity.get("offset") == 0 for entity in raw.objs(message, entities_key)
    )


def _press(press: Json, received_at: datetime) -> Incoming:
    user = raw.obj(press, "from")
    if raw.flag(user, "is_bot"):
        return Ignored(received_at, "bot")
    sender = _sender(user)
    data = press.get("data")
    message = raw.maybe_obj(press, "message")  # may be one that Telegram does not show any more: chat and id are there
    if message is None:  # a button sent through inline mode, which we never do
        origin, data = Origin(sender.telegram_id), None
    else:
        chat = raw.obj(message, "chat")
        thread = raw.maybe_int(message, "message_thread_id") if raw.flag(message, "is_topic_message") else None
        private = raw.name(chat, "type") == "private"
        origin = Origin(raw.integer(chat, "id"), private, raw.integer(message, "message_id"), topic_id=thread)
    act, args = (decode(data) if isinstance(data, str) and data.isprintable() else None) or ("", ())
    return PressedButton(
        at=received_at, sender=sender, origin=origin, press_id=raw.name(press, "id"), act=act, args=args
    )


def _membership(member: Json, received_at: datetime) -> Incoming:
    at = _time(member, "date", received_at)
    chat = raw.obj(member, "chat")
    now = raw.obj(member, "new_chat_member")
    status = raw.name(now, "status")
    present = raw.flag(now, "is_member") if status == "restricted" else PRESENT.get(status)
    if present is None:
        raise UnreadableUpdate("status is unknown")
    origin = Origin(raw.integer(chat, "id"), raw.name(chat, "type") == "private")
    return ChangedMembership(at=at, sender=_sender(raw.obj(member, "from")), origin=origin, present=present)


def _internal(row: Json, received_at: datetime) -> WorkDone | LostChat | MovedChat:
    """What we tell ourselves through the inbox: a result of work, or what delivery learned of a chat."""
    lost = raw.maybe_int(row, "lost_chat")
    if lost is not None:
        return LostChat(received_at, lost, raw.maybe_int(row, "topic_id"))
    moved = raw.maybe_int(row, "moved_chat")
    if moved is not None:
        return MovedChat(received_at, moved, raw.integer(row, "to"))
    return WorkDone(
        received_at,
        raw.name(row, "work"),
        raw.maybe_int(row, "person_id"),
        raw.maybe_obj(row, "asked") or {},
        raw.maybe_obj(row, "result"),
    )


def _sender(user: Json) -> Sender:
    language = user.get("language_code")
    known = isinstance(language, str) and re.fullmatch(r"[A-Za-z0-9-]{2,35}", language)
    name = " ".join(raw.words(user, "first_name", NAME_LIMIT).split())
    telegram_id = raw.integer(user, "id")
    if telegram_id <= 0:  # those below are of groups and channels
        raise UnreadableUpdate("id is not a person's")
    return Sender(telegram_id, language if known and isinstance(language, str) else None, name)


def _time(of: Json, key: str, received_at: datetime) -> datetime:
    """Telegram's date; the time of arrival where that is earlier or the date is none."""
    seconds = of.get(key)
    if not isinstance(seconds, int) or not FIRST_MESSAGE_S <= seconds <= received_at.timestamp():
        return received_at
    return datetime.fromtimestamp(seconds, UTC)
