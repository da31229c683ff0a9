"""Methods that put a message into a chat."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.errors import bad_request
from bot.demo.botapi.keyboards import read_markup
from bot.demo.botapi.limits import MAX_CAPTION, MAX_TEXT
from bot.demo.botapi.methods.access import chat_to_write, find_chat, message_in
from bot.demo.botapi.methods.registry import method
from bot.demo.botapi.params import Params
from bot.demo.botapi.records import Chat, Json, Message
from bot.demo.botapi.text import FormattedText, read_text
from bot.demo.botapi.world import World

CHAT_ACTIONS = frozenset(
    {
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)
NOT_COPIED = frozenset(
    {
        "author_signature",
        "chat",
        "date",
        "edit_date",
        "forward_origin",
        "from",
        "is_topic_message",
        "media_group_id",
        "message_id",
        "message_thread_id",
        "pinned_message",
        "reply_markup",
        "reply_to_message",
        "sender_chat",
    }
)
"""Fields of a message that do not go along when it is copied or forwarded."""


def deliver(world: World, params: Params, chat: Chat, content: Json, *, spent: bool = False) -> Message:
    """Send `content` with what all sending methods have in common: reply, topic, keyboard, flood limits.

    Raises:
        ApiError: 400 for the keyboard or the message replied to, 429.
    """
    inline, keyboard = read_markup(params.raw("reply_markup"), private=chat.private, inline_only=chat.type == "channel")
    reply_to = _reply_target(params, chat)
    if not spent:
        world.guard.spend(chat, params.method)
    if inline is not None:
        content["reply_markup"] = inline
    if thread := params.integer("message_thread_id"):
        if not chat.public.get("is_forum"):
            raise bad_request("message thread not found")
        content["message_thread_id"] = thread
        content["is_topic_message"] = True
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    message = world.post(chat, world.bot_id, content, reply_to=reply_to, keyboard=keyboard)
    if keyboard is not None:
        chat.keyboard_message_id = message.message_id if "keyboard" in keyboard else None
    return message


def message_text(params: Params, too_long: str = "message is too long") -> FormattedText:
    """The parameter `text` after parsing, of an allowed length.

    Raises:
        ApiError: 400.
    """
    source = params.text("text")
    if not source:
        raise bad_request("message text is empty")
    formatted = read_text(source, params.text("parse_mode"), params.array("entities", "MessageEntity"))
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if formatted.length > MAX_TEXT:
        raise bad_request(too_long)
    return formatted


def text_content(formatted: FormattedText) -> Json:
    """The fields of a text message."""
    content: Json = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = list(formatted.entities)
    return content


def caption_content(params: Params) -> Json:
    """The fields of a caption, none when there is no caption.

    Raises:
        ApiError: 400.
    """
    source = params.text("caption")
    formatted = read_text(source, params.text("parse_mode"), params.array("caption_entities", "MessageEntity"))
    if formatted.length > MAX_CAPTION:
        raise bad_request("message caption is too long")
    content: Json = {"caption": formatted.text} if formatted.text else {}
    if formatted.text and formatted.entities:
        content["caption_entities"] = list(formatted.entities)
    if params.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


@method("sendMessage")
def send_message(world: World, params: Params) -> Json:
    """Text."""
    chat = chat_to_write(world, params)
    content = text_content(message_text(params))
    if options := params.table("link_preview_options"):
        content["link_preview_options"] = options
    return deliver(world, params, chat, content).data


@method("sendLocation")
def send_location(world: World, params: Params) -> Json:
    """A point."""
    chat = chat_to_write(world, params)
    return deliver(world, params, chat, {"location": _location(params)}).data


@method("sendVenue")
def send_venue(world: World, params: Params) -> Json:
    """A point with a name and an address."""
    chat = chat_to_write(world, params)
    location = _location(params)
    title, address = params.text("title"), params.text("address")
    if not title:
        raise bad_request("title is empty")
    if not address:
        raise bad_request("address is empty")
    venue: Json = {"location": location, "title": title, "address": address}
    for name in ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type"):
        if value := params.text(name):
            venue[name] = value
    return deliver(world, params, chat, {"location": location, "venue": venue}).data


@method("sendChatAction")
def send_chat_action(world: World, params: Params) -> bool:
    """ "typing" and the like."""
    chat = chat_to_write(world, params)
    action = params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = action
    world.changes.tell(chat.id)
    return True


@method("copyMessage")
def copy_message(world: World, params: Params) -> Json:
    """A message anew, without saying where it comes from; a caption may replace its own."""
    chat = chat_to_write(world, params)
    content = _taken_along(world, params, "copy")
    if params.raw("caption") is not None and ("photo" in content or "document" in content):
        for name in ("caption", "caption_entities"):
            content.pop(name, None)
        content |= caption_content(params)
    message = deliver(world, params, chat, content)
    return {"message_id": message.message_id}


@method("forwardMessage")
def forward_message(world: World, params: Params) -> Json:
    """A message with its origin."""
    chat = chat_to_write(world, params)
    content = _taken_along(world, params, "forward")
    origin_chat = find_chat(world, params, "from_chat_id")
    original = message_in(origin_chat, params.integer("message_id"), "forward")
    content["forward_origin"] = original.data.get("forward_origin") or _origin(world, origin_chat, original)
    return deliver(world, params, chat, content).data


def _taken_along(world: World, params: Params, purpose: str) -> Json:
    source = find_chat(world, params, "from_chat_id")
    message = message_in(source, params.integer("message_id"), purpose)
    content = {key: value for key, value in message.data.items() if key not in NOT_COPIED}
    if not content or content.keys() & {"new_chat_members", "left_chat_member", "migrate_to_chat_id"}:
        raise bad_request(f"message can't be {'copied' if purpose == 'copy' else 'forwarded'}")
    return content


def _origin(world: World, chat: Chat, message: Message) -> Json:
    date = message.data["date"]
    if chat.type == "channel":
        return {"type": "channel", "date": date, "chat": chat.public, "message_id": message.message_id}
    return {"type": "user", "date": date, "sender_user": world.users[message.sender_id]}


def _location(params: Params) -> Json:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None:
        raise bad_request("latitude is empty")
    if longitude is None:
        raise bad_request("longitude is empty")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("wrong latitude or longitude specified")
    location: Json = {"latitude": latitude, "longitude": longitude}
    accuracy = params.number("horizontal_accuracy")
    if accuracy is not None:
        if not 0 <= accuracy <= 1500:
            raise bad_request("wrong horizontal accuracy specified")
        location["horizontal_accuracy"] = accuracy
    live_period_s = params.integer("live_period")
    if live_period_s:
        if live_period_s != 0x7FFFFFFF and not 60 <= live_period_s <= 86400:
            raise bad_request("wrong live period specified")
        location["live_period"] = live_period_s
    return location


def _reply_target(params: Params, chat: Chat) -> int | None:
    given: Any = params.table("reply_parameters")
    if given is None:
        return None
    message_id = Params(given).integer("message_id")
    if message_id in chat.messages:
        return message_id
    if given.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
