"""The world behind the server: who there is, which chats, what was said in them."""

from __future__ import annotations

import random
from typing import Any

from bot.demo.botapi.changes import Changes
from bot.demo.botapi.files import FileStore
from bot.demo.botapi.limits import FloodGuard
from bot.demo.botapi.polling import Polls
from bot.demo.botapi.profile import Profile
from bot.demo.botapi.queue import UpdateQueue
from bot.demo.botapi.records import Chat, Json, Member, Message, Press
from bot.demo.botapi.webhook import Webhook
from bot.ports import Clock

GROUP_TYPES = frozenset({"group", "supergroup"})


class World:
    """Everything the server knows. One bot lives in it.

    Args:
        clock: dates and limits go by it.
        seed: of all ids.
        bot: the bot's `User` object, as others see it.
        limits: whether flood limits are enforced (they are counted in any case).
        privacy: group privacy mode of the bot.
    """

    def __init__(self, clock: Clock, seed: int, bot: Json, *, limits: bool, privacy: bool) -> None:
        self.clock = clock
        self.random = random.Random(seed)
        self.bot = bot
        self.privacy = privacy
        self.profile = Profile(str(bot["first_name"]))
        self.guard = FloodGuard(clock, enforced=limits)
        self.files = FileStore(random.Random(self.random.getrandbits(64)))
        self.updates = UpdateQueue(self.random.randrange(100_000_000, 900_000_000))
        self.webhook = Webhook(self.updates, clock)
        self.polls = Polls(self.updates)
        self.changes = Changes()
        self.users: dict[int, Json] = {int(bot["id"]): bot}
        self.chats: dict[int, Chat] = {}
        self.usernames: dict[str, int] = {}
        self.presses: dict[str, Press] = {}
        self.next_number = 1
        self._albums: dict[tuple[int, str], str] = {}

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return int(self.bot["id"])

    def date(self) -> int:
        """Now, as Telegram writes it: seconds since 1970."""
        return int(self.clock.now().timestamp())

    def fresh_id(self, low: int, high: int) -> int:
        """An id nobody has."""
        while (found := self.random.randrange(low, high)) in self.users or -found in self.chats:
            pass
        return found

    def add_user(self, user: Json) -> Chat:
        """Let a person exist, with the (still unopened) private chat between them and the bot."""
        self.users[int(user["id"])] = user
        public: Json = {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user}
        members = {int(user["id"]): Member(int(user["id"])), self.bot_id: Member(self.bot_id, "left")}
        chat = Chat({**public, "type": "private"}, members, known_to_bot=False)
        return self._add_chat(chat)

    def add_chat(self, public: Json, members: dict[int, Member]) -> Chat:
        """Let a group, supergroup or channel exist."""
        own_numbers = public["type"] != "group"
        present = self.bot_id in members
        return self._add_chat(Chat(public, members, next_message_id=1 if own_numbers else None, known_to_bot=present))

    def chat_for_bot(self, reference: Any) -> Chat | None:
        """The chat a `chat_id` parameter names (number or @username), if the bot knows it."""
        chat_id: int | None
        if isinstance(reference, str) and reference.startswith("@"):
            chat_id = self.usernames.get(reference[1:].lower())
        else:
            try:
                chat_id = int(reference)
            except (TypeError, ValueError, OverflowError):
                chat_id = None
        chat = self.chats.get(chat_id) if chat_id is not None else None
        return chat if chat is not None and (chat.known_to_bot or chat.public.get("username")) else None

    def bot_member(self, chat: Chat) -> Member:
        """What the bot is in a chat."""
        return chat.members.get(self.bot_id) or Member(self.bot_id, "left")

    def post(
        self,
        chat: Chat,
        sender_id: int,
        content: Json,
        *,
        reply_to: int | None = None,
        keyboard: Json | None = None,
        seen_by_bot: bool = True,
    ) -> Message:
        """Put a message into a chat. `content` is everything besides id, sender, chat and date."""
        data: Json = {"message_id": self._number(chat), "date": self.date(), "chat": chat.public}
        if chat.type == "channel":
            data["sender_chat"] = chat.public
        else:
            data["from"] = self.users[sender_id]
        replied = chat.messages.get(reply_to) if reply_to is not None else None
        if replied is not None:
            data["reply_to_message"] = without_reply(replied.data)
        data.update(content)
        from_bot = sender_id == self.bot_id
        message = Message(data, sender_id, from_bot, seen_by_bot, keyboard)
        chat.messages[message.message_id] = message
        if from_bot:
            chat.last_bot_message = True
            chat.action = None
        message.version = self.changes.tell(chat.id)
        return message

    def revise(self, chat: Chat, message: Message, changed: Json, *, edited: bool = True) -> None:
        """Give a message new content; a value of None takes the field away."""
        data = {**message.data, **changed}
        if edited:
            data["edit_date"] = self.date()
        message.data = {key: value for key, value in data.items() if value is not None}
        message.version = self.changes.tell(chat.id)

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message away for everybody."""
        del chat.messages[message_id]
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        if chat.keyboard_message_id == message_id:
            chat.keyboard_message_id = None
        self.changes.tell(chat.id)

    def notify(self, kind: str, payload: Json, chat: Chat) -> int | None:
        """Queue an update for the bot."""
        return self.updates.put(kind, payload, chat.id)

    def album_id(self, chat: Chat, label: str) -> str:
        """The `media_group_id` of an album, the same for the same label in a chat."""
        key = (chat.id, label)
        if key not in self._albums:
            self._albums[key] = str(self.random.randrange(10**16, 10**17))
        return self._albums[key]

    def _add_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        if username := chat.public.get("username"):
            self.usernames[str(username).lower()] = chat.id
        return chat

    def _number(self, chat: Chat) -> int:
        """Private chats and basic groups share one numbering, supergroups and channels have their own."""
        if chat.next_message_id is None:
            number, self.next_number = self.next_number, self.next_number + 1
        else:
            number, chat.next_message_id = chat.next_message_id, chat.next_message_id + 1
        return number


def without_reply(data: Json) -> Json:
    """A message as it appears inside another: replies are not nested twice."""
    return {key: value for key, value in data.items() if key not in {"reply_to_message", "pinned_message"}}
