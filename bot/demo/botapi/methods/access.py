"""Finding the chat or message a method names, or refusing it as Telegram does."""

from __future__ import annotations

from bot.demo.botapi.errors import bad_request, forbidden, migrated
from bot.demo.botapi.params import Params
from bot.demo.botapi.records import Chat, Message
from bot.demo.botapi.world import GROUP_TYPES, World

_KIND = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


def find_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat named by a parameter, about which the bot may know.

    Raises:
        ApiError: 400 not found or migrated, 403 kicked or never started.
    """
    reference = params.raw(name)
    if reference is None or reference == "":
        raise bad_request(f"{name} is empty")
    chat = world.chat_for_bot(reference)
    if chat is None:
        _refuse_unopened(world, reference)
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    status = world.bot_member(chat).status
    if chat.private:
        return chat
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {_KIND[chat.type]}")
    if status == "left":
        raise forbidden(f"bot is not a member of the {_KIND[chat.type]}")
    return chat


def chat_to_write(world: World, params: Params) -> Chat:
    """The chat of `chat_id`, in which the bot may send and edit what it sent.

    Raises:
        ApiError: also 403 when blocked, 400 without the right to post in a channel.
    """
    chat = find_chat(world, params)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.private and world.bot_member(chat).status == "kicked":
        raise forbidden("bot was blocked by the user")
    if chat.type == "channel" and "can_post_messages" not in world.bot_member(chat).rights:
        raise bad_request("need administrator rights in the channel chat")
    return chat


def message_in(chat: Chat, message_id: int, purpose: str) -> Message:
    """A message of the chat.

    Raises:
        ApiError: 400 "message to edit not found" and the like.
    """
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    return message


def need_pin_right(world: World, chat: Chat) -> None:
    """Pinning needs a right of its own, save in private chats.

    Raises:
        ApiError: 400.
    """
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if not chat.private and right not in world.bot_member(chat).rights:
        raise bad_request("not enough rights to manage pinned messages in the chat")


def _refuse_unopened(world: World, reference: object) -> None:
    """Somebody the bot met in a group but who never opened a chat with it gets another refusal."""
    try:
        user_id = int(str(reference))
    except ValueError:
        return
    if user_id not in world.users or user_id == world.bot_id:
        return
    for chat in world.chats.values():
        if chat.type in GROUP_TYPES and user_id in chat.members and world.bot_member(chat).present:
            raise forbidden("bot can't initiate conversation with a user")
