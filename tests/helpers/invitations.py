"""Groups, links and officers for tests: what an admin, an officer and a group do on their phones."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.records import Loaded
from bot.services.roster import ROSTER
from tests.helpers.desk import ADMIN, BOT_ID, Desk

GROUP = -1_001_234_000_001
OTHER_GROUP = -1_001_234_000_002
RINA, TONO, WATI = 7_000_000_101, 7_000_000_102, 7_000_000_103


async def in_group(
    desk: Desk, who: int, text: str, chat_id: int = GROUP, *, name: str = "Rina", topic: int | None = None, **more: Any
) -> None:
    """A message of somebody in a group; a command in it is marked as Telegram does."""
    if text.startswith("/"):
        more["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    if topic is not None:
        more |= {"message_thread_id": topic, "is_topic_message": True}
    sender = {"id": who, "is_bot": False, "first_name": name, "language_code": "id"}
    chat = {"id": chat_id, "type": "supergroup", "title": "Kelurahan"}
    await desk.send(who, text=text, **{"chat": chat, "from": sender, **more})


async def opens(desk: Desk, who: int, token: str, name: str = "Tono") -> None:
    """Somebody opens a link into the private chat."""
    sender = {"id": who, "is_bot": False, "first_name": name, "language_code": "id"}
    await desk.text(who, f"/start i_{token}", **{"from": sender})


async def invited(desk: Desk, what: str, admin: int = ADMIN) -> str:
    """An admin makes an invitation; the token of its link."""
    await desk.text(admin, f"/undang {what}")
    return tokens(desk.shown(admin))[0]


def tokens(text: str) -> list[str]:
    """The tokens of the links in a message, in order, each once."""
    return list(dict.fromkeys(re.findall(r"https://t\.me/genangan_bot\?start(?:group=|=i_)(\S+)", text)))


async def connect(desk: Desk, unit: str, chat_id: int = GROUP, who: int = RINA) -> None:
    """Connect a unit to a group, as it is done on the first day."""
    token = await invited(desk, unit)
    await in_group(desk, who, f"/start@genangan_bot {token}", chat_id)


async def membership(desk: Desk, chat_id: int, who: int, *, present: bool) -> None:
    """Somebody adds the bot to a chat or removes it (in a private chat: blocks it)."""
    user = {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}
    old, new = ("left", "member") if present else ("member", "left")
    change = {
        "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"},
        "from": {"id": who, "is_bot": False, "first_name": "Rina"},
        "date": int(desk.clock.now().timestamp()),
        "old_chat_member": {"user": user, "status": old},
        "new_chat_member": {"user": user, "status": new},
    }
    await desk.receive({"my_chat_member": change})
    await desk.take()


async def roster(desk: Desk) -> Loaded:
    """What stands in the database of units' chats, officers and invitations."""
    async with desk.store.transaction() as tx:
        return await tx.load(ROSTER)
