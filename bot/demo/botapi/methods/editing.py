"""Methods that change or remove what was sent, and answer presses."""

from __future__ import annotations

from datetime import timedelta

from bot.demo.botapi.errors import bad_request
from bot.demo.botapi.keyboards import read_markup
from bot.demo.botapi.limits import MAX_CALLBACK_ANSWER
from bot.demo.botapi.membership import service_message
from bot.demo.botapi.methods.access import chat_to_write, find_chat, message_in, need_pin_right
from bot.demo.botapi.methods.media import attached, media_content
from bot.demo.botapi.methods.registry import method
from bot.demo.botapi.methods.sending import caption_content, message_text, text_content
from bot.demo.botapi.params import Params
from bot.demo.botapi.records import Chat, Json, Message
from bot.demo.botapi.text import utf16_length
from bot.demo.botapi.world import World, without_reply

QUERY_LIFETIME = timedelta(minutes=1)
"""How long a press can be answered."""
DELETABLE_FOR = timedelta(hours=48)
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_MEDIA_FIELDS = ("photo", "document", "caption", "caption_entities", "show_caption_above_media")


@method("editMessageText")
def edit_message_text(world: World, params: Params) -> Json:
    """New text; the inline keyboard goes too unless it is given again."""
    chat, message = _own_message(world, params)
    formatted = message_text(params, too_long="MESSAGE_TOO_LONG")
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, params, (chat, message), {"entities": None, **text_content(formatted)})


@method("editMessageCaption")
def edit_message_caption(world: World, params: Params) -> Json:
    """New caption of a photo or document."""
    chat, message = _own_message(world, params)
    caption = caption_content(params)
    if not message.data.keys() & {"photo", "document"}:
        raise bad_request("there is no caption in the message to edit")
    changed: Json = {"caption": None, "caption_entities": None, **caption}
    return _edit(world, params, (chat, message), changed)


@method("editMessageMedia")
def edit_message_media(world: World, params: Params) -> Json:
    """Another photo or document in place of the one there is (or of a text)."""
    chat, message = _own_message(world, params)
    media = params.table("media")
    if media is None:
        raise bad_request("input media not specified")
    content = media_content(world, Params(dict(media)), attached(params, media))
    changed: Json = {**dict.fromkeys((*_MEDIA_FIELDS, "text", "entities")), **content}
    return _edit(world, params, (chat, message), changed)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Another inline keyboard, or none."""
    chat, message = _own_message(world, params)
    return _edit(world, params, (chat, message), {})


@method("deleteMessage")
def delete_message(world: World, params: Params) -> bool:
    """Take a message away, for everybody, within 48 hours."""
    chat = find_chat(world, params)
    _delete(world, chat, message_in(chat, params.integer("message_id"), "delete"))
    return True


@method("deleteMessages")
def delete_messages(world: World, params: Params) -> bool:
    """The same for several; those not found are passed over."""
    chat = find_chat(world, params)
    for message_id in params.array("message_ids", "Integer") or ():
        if message := chat.messages.get(Params({"id": message_id}).integer("id")):
            _delete(world, chat, message)
    return True


@method("pinChatMessage")
def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message on top of the chat."""
    chat = find_chat(world, params)
    message = message_in(chat, params.integer("message_id"), "pin")
    need_pin_right(world, chat)
    if message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    chat.pinned.append(message.message_id)
    service_message(world, chat, world.bot_id, {"pinned_message": without_reply(message.data)})
    return True


@method("unpinChatMessage")
def unpin_chat_message(world: World, params: Params) -> bool:
    """Unpin one message, or the newest pinned one."""
    chat = find_chat(world, params)
    need_pin_right(world, chat)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    world.changes.tell(chat.id)
    return True


@method("answerCallbackQuery")
def answer_callback_query(world: World, params: Params) -> bool:
    """Stop the spinner on a button, perhaps with a word."""
    query_id = params.text("callback_query_id")
    text = params.text("text")
    if utf16_length(text) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    pressed = world.presses.get(query_id)
    if pressed is None or pressed.answer is not None or world.clock.now() - pressed.at > QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    answer: Json = {"show_alert": params.flag("show_alert")}
    if text:
        answer["text"] = text
    if url := params.text("url"):
        answer["url"] = url
    pressed.answer = answer
    world.changes.tell(pressed.chat_id)
    return True


def _own_message(world: World, params: Params) -> tuple[Chat, Message]:
    chat = chat_to_write(world, params)
    message = message_in(chat, params.integer("message_id"), "edit")
    # Telegram: only messages without a keyboard or with an inline one can be edited.
    if not message.from_bot or message.keyboard is not None or "forward_origin" in message.data:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, params: Params, target: tuple[Chat, Message], changed: Json) -> Json:
    chat, message = target
    inline, _ = read_markup(params.raw("reply_markup"), private=chat.private, inline_only=True)
    changed["reply_markup"] = inline
    if all(message.data.get(key) == value for key, value in changed.items()):
        raise bad_request(UNCHANGED)
    world.guard.spend(chat, params.method)
    world.revise(chat, message, changed)
    return message.data


def _delete(world: World, chat: Chat, message: Message) -> None:
    if world.date() - int(message.data["date"]) > DELETABLE_FOR.total_seconds():
        raise bad_request("message can't be deleted for everyone")
    may_delete_any = chat.private or "can_delete_messages" in world.bot_member(chat).rights
    if not message.from_bot and not may_delete_any:
        raise bad_request("message can't be deleted for everyone")
    world.remove(chat, message.message_id)
