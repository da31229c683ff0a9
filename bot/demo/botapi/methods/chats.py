"""Methods about chats and who is in them."""

from __future__ import annotations

from bot.demo.botapi.errors import bad_request
from bot.demo.botapi.membership import member_object, set_bot_status
from bot.demo.botapi.methods.access import find_chat
from bot.demo.botapi.methods.registry import method
from bot.demo.botapi.params import Params
from bot.demo.botapi.records import Json, Member
from bot.demo.botapi.world import World, without_reply


@method("getChat")
def get_chat(world: World, params: Params) -> Json:
    """All about a chat (`ChatFullInfo`)."""
    chat = find_chat(world, params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full: Json = {
        **chat.public,
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, chat.private),
    }
    if username := chat.public.get("username"):
        full["active_usernames"] = [username]
    if chat.pinned:
        full["pinned_message"] = without_reply(chat.messages[chat.pinned[-1]].data)
    if chat.type in {"group", "supergroup"}:
        full["permissions"] = {"can_send_messages": True, "can_send_photos": True}
    return full


@method("getChatMember")
def get_chat_member(world: World, params: Params) -> Json:
    """What somebody is in a chat."""
    chat = find_chat(world, params)
    user_id = params.integer("user_id")
    if user_id not in world.users:
        raise bad_request("invalid user_id specified")
    member = chat.members.get(user_id)
    if member is None:
        if chat.type == "channel" and world.bot_member(chat).status != "administrator":
            raise bad_request("member list is inaccessible")
        member = Member(user_id, "left")
    return member_object(world, chat, member)


@method("getChatAdministrators")
def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """The creator and the administrators; bots other than this one are not among them."""
    chat = find_chat(world, params)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [
        member_object(world, chat, member)
        for member in chat.members.values()
        if member.status in {"creator", "administrator"}
    ]


@method("getChatMemberCount")
def get_chat_member_count(world: World, params: Params) -> int:
    """How many are in a chat."""
    return sum(member.present for member in find_chat(world, params).members.values())


@method("leaveChat")
def leave_chat(world: World, params: Params) -> bool:
    """The bot goes."""
    chat = find_chat(world, params)
    if chat.private:
        raise bad_request("chat not found")
    set_bot_status(world, chat, world.bot_id, "left")
    return True
