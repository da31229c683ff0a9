"""Who is in which chat, and what the bot hears of it."""

from __future__ import annotations

from bot.demo.botapi.records import Chat, Json, Member
from bot.demo.botapi.world import World

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")


def rights_of(chat: Chat) -> frozenset[str]:
    """All rights an administrator can have in this kind of chat."""
    return frozenset(ADMIN_RIGHTS + (CHANNEL_RIGHTS if chat.type == "channel" else GROUP_RIGHTS))


def scopes_of(chat: Chat, user_id: int) -> list[Json]:
    """The `BotCommandScope` objects that apply to somebody in a chat, the narrowest first."""
    here: Json = {"chat_id": chat.id}
    if chat.private:
        return [{"type": "chat", **here}, {"type": "all_private_chats"}, {"type": "default"}]
    scopes: list[Json] = [{"type": "chat_member", **here, "user_id": user_id}]
    member = chat.members.get(user_id)
    is_admin = member is not None and member.status in {"creator", "administrator"}
    if is_admin:
        scopes.append({"type": "chat_administrators", **here})
    scopes.append({"type": "chat", **here})
    if is_admin:
        scopes.append({"type": "all_chat_administrators"})
    return [*scopes, {"type": "all_group_chats"}, {"type": "default"}]


def member_object(world: World, chat: Chat, member: Member) -> Json:
    """The `ChatMember` object of somebody."""
    described: Json = {"user": world.users[member.user_id], "status": member.status}
    if member.status == "creator":
        described["is_anonymous"] = False
    elif member.status == "administrator":
        described["can_be_edited"] = False
        described["is_anonymous"] = False
        described |= {right: right in member.rights for right in sorted(rights_of(chat))}
    elif member.status == "kicked":
        described["until_date"] = 0
    return described


def set_bot_status(
    world: World, chat: Chat, by_user_id: int, status: str, rights: frozenset[str] = frozenset()
) -> None:
    """Change what the bot is in a chat; it hears of it as `my_chat_member`."""
    old = world.bot_member(chat)
    new = Member(world.bot_id, status, rights)
    if (old.status, old.rights) == (status, rights):
        return
    chat.members[world.bot_id] = new
    chat.known_to_bot = True
    world.notify(
        "my_chat_member",
        {
            "chat": chat.public,
            "from": world.users[by_user_id],
            "date": world.date(),
            "old_chat_member": member_object(world, chat, old),
            "new_chat_member": member_object(world, chat, new),
        },
        chat,
    )
    world.changes.tell(chat.id)


def service_message(world: World, chat: Chat, by_user_id: int, content: Json) -> None:
    """What Telegram itself writes into a chat; bots get it in spite of group privacy."""
    hears = world.bot_member(chat).present
    message = world.post(chat, by_user_id, content, seen_by_bot=hears)
    if hears and by_user_id != world.bot_id:
        kind = "channel_post" if chat.type == "channel" else "message"
        world.notify(kind, message.data, chat)


def upgrade(world: World, chat: Chat) -> Chat:
    """Make a supergroup of a basic group: a new id, a message about it in both, the old one closed."""
    if chat.migrated_to is not None:
        return world.chats[chat.migrated_to]
    creator = next(m.user_id for m in chat.members.values() if m.user_id != world.bot_id and m.present)
    new_id = -1_000_000_000_000 - world.fresh_id(1_000_000_000, 4_000_000_000)
    public = {"id": new_id, "type": "supergroup", "title": chat.public["title"]}
    supergroup = world.add_chat(public, dict(chat.members))
    service_message(world, chat, creator, {"migrate_to_chat_id": new_id})
    service_message(world, supergroup, creator, {"migrate_from_chat_id": chat.id})
    chat.migrated_to = new_id
    return supergroup
