"""What people do, as it reaches the bot: messages, edits, presses."""

from __future__ import annotations

import re

from bot.demo.botapi.membership import set_bot_status
from bot.demo.botapi.records import Chat, Json, Message, Press
from bot.demo.botapi.world import GROUP_TYPES, World

_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@(\w+))?")


def say(world: World, chat: Chat, user_id: int, content: Json, reply_to: int | None = None) -> Message:
    """Somebody sends a message; the bot gets it where group privacy lets it through.

    Raises:
        RuntimeError: they cannot send there (blocked the bot, are not in the group, do not run the channel).
    """
    _need_voice(world, chat, user_id)
    reaches = _reaches_bot(world, chat, content, reply_to)
    message = world.post(chat, user_id, content, reply_to=reply_to, seen_by_bot=reaches)
    if reaches:
        world.notify("channel_post" if chat.type == "channel" else "message", message.data, chat)
    return message


def correct(world: World, chat: Chat, message: Message, changed: Json) -> None:
    """Somebody edits their message (also the moves of a live location)."""
    world.revise(chat, message, changed)
    if message.seen_by_bot and world.bot_member(chat).present:
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        world.notify(kind, message.data, chat)


def open_private_chat(world: World, chat: Chat) -> None:
    """A person opens the chat with the bot for the first time, or again after blocking it."""
    if world.bot_member(chat).status == "kicked":
        set_bot_status(world, chat, chat.id, "member")
    else:
        chat.members[world.bot_id].status = "member"
        chat.known_to_bot = True


def press(world: World, chat: Chat, user_id: int, message_id: int, data: str) -> Press:
    """Somebody presses an inline button. A message gone meanwhile is named by its id only."""
    query_id = str(world.random.randrange(10**17, 10**18))
    pressed = Press(query_id, chat.id, message_id, data, world.clock.now())
    world.presses[query_id] = pressed
    message = chat.messages.get(message_id)
    shown: Json = message.data if message is not None else {"chat": chat.public, "message_id": message_id, "date": 0}
    world.notify(
        "callback_query",
        {
            "id": query_id,
            "from": world.users[user_id],
            "chat_instance": str(-(abs(chat.id) * 2654435761 % 2**62)),
            "message": shown,
            "data": data,
        },
        chat,
    )
    return pressed


def _need_voice(world: World, chat: Chat, user_id: int) -> None:
    if chat.private:
        if world.bot_member(chat).status == "kicked":
            raise RuntimeError("one who blocked the bot has to unblock it before writing")
        open_private_chat(world, chat)
        return
    member = chat.members.get(user_id)
    if member is None or not member.present:
        raise RuntimeError(f"not in {chat.public['title']}")
    if chat.type == "channel" and member.status == "member":
        raise RuntimeError(f"subscribers cannot post in {chat.public['title']}")


def _reaches_bot(world: World, chat: Chat, content: Json, reply_to: int | None) -> bool:
    """Group privacy: commands meant for the bot, and replies to what it sent or got.

    A bare command is meant for it when it was the last bot to speak. Administrators get everything.
    """
    me = world.bot_member(chat)
    if not me.present:
        return False
    if chat.type not in GROUP_TYPES or not world.privacy or me.status == "administrator":
        return True
    replied = chat.messages.get(reply_to) if reply_to is not None else None
    if replied is not None and replied.seen_by_bot:
        return True
    text = str(content.get("text", content.get("caption", "")))
    command = _COMMAND.match(text)
    if command is None:
        return False
    addressee = command.group(1)
    if addressee is None:
        return chat.last_bot_message
    return addressee.lower() == str(world.bot.get("username", "")).lower()
