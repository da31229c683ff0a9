"""The server as a whole: a world, its HTTP side, its people."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from bot.clock import SystemClock
from bot.demo.botapi.calls import Call, CallLog
from bot.demo.botapi.errors import ApiError, not_found
from bot.demo.botapi.faults import Effect, Faults
from bot.demo.botapi.limits import Violation
from bot.demo.botapi.membership import rights_of, upgrade
from bot.demo.botapi.methods import METHODS
from bot.demo.botapi.params import Params
from bot.demo.botapi.people import Person
from bot.demo.botapi.records import Member
from bot.demo.botapi.rooms import Room
from bot.demo.botapi.server import HttpServer
from bot.demo.botapi.world import World
from bot.ports import Clock


class BotApi:
    """A Bot API server on loopback with people in it, for one bot.

    Everything happens in the caller's event loop; nothing is left when the context ends::

        async with BotApi(seed=7) as api:
            siti = api.user("Siti")
            siti.start()
            …                       # a bot that talks to api.base_url with api.token
            await siti.wait_for("Lapor")

    Args:
        token: the bot's; made from the seed when not given.
        clock: dates, flood limits and ages go by it; long polls and retries take real seconds.
        seed: of all ids and of faults by probability.
        limits: refuse what is sent too fast with 429; it is noted in `violations` in any case.
        privacy: the bot's group privacy mode.
        bot_name, bot_username: how people see the bot.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        clock: Clock | None = None,
        seed: int = 0,
        limits: bool = False,
        privacy: bool = True,
        bot_name: str = "Genangan",
        bot_username: str = "genangan_bot",
    ) -> None:
        token = token or _made_up_token(seed)
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.token = token
        self.world = World(clock or SystemClock(), seed, bot, limits=limits, privacy=privacy)
        self.calls = CallLog()
        self.faults = Faults(random.Random(seed))
        self._http = HttpServer(token, self.perform, self.world.files, self.faults)

    async def __aenter__(self) -> Self:
        """Start listening."""
        await self._http.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        await self.go_offline()

    @property
    def base_url(self) -> str:
        """Scheme, host and port; "/bot<token>/METHOD" and "/file/bot<token>/…" are added."""
        return f"http://127.0.0.1:{self._http.port}"

    @property
    def violations(self) -> list[Violation]:
        """What was sent faster than Telegram allows."""
        return self.world.guard.violations

    @property
    def pending_updates(self) -> int:
        """Updates the bot has not confirmed (or taken by webhook) yet."""
        return len(self.world.updates)

    @property
    def version(self) -> int:
        """Grows with every change in any chat (see `changed`)."""
        return self.world.changes.version

    async def changed(self, after: int) -> int:
        """Wait until some chat shows something later than version `after`; returns the version now.

        A page that shows chats live asks with the version it has, then reads `changed_chats` and, of each
        message, `Shown.version`.
        """
        return await self.world.changes.after(after)

    def changed_chats(self, since: int) -> list[int]:
        """Ids of the chats that show something later than version `since`."""
        return self.world.changes.since(since)

    async def go_offline(self) -> None:
        """Telegram cannot be reached: nothing listens, webhooks rest."""
        self.world.polls.close()
        await self.world.webhook.stop()
        await self._http.stop()

    async def go_online(self) -> None:
        """It can again, on the same port."""
        self.world.polls.reopen()
        await self._http.start()
        self.world.webhook.resume()

    def user(
        self,
        first_name: str,
        *,
        language_code: str | None = "id",
        last_name: str | None = None,
        username: str | None = None,
        user_id: int | None = None,
    ) -> Person:
        """A person with a Telegram account; has not met the bot yet. About half the ids exceed 32 bits."""
        if user_id is None:
            low, high = self.world.random.choice([(100_000_000, 2**31), (2**32 + 1, 8_500_000_000)])
            user_id = self.world.fresh_id(low, high)
        given = {
            "id": user_id,
            "is_bot": False,
            "first_name": first_name,
            "last_name": last_name,
            "username": username,
            "language_code": language_code,
        }
        user = {key: value for key, value in given.items() if value is not None}
        return Person(self.world, user, self.world.add_user(user))

    def group(
        self,
        title: str,
        members: Sequence[Person] = (),
        *,
        bot: str | None = "member",
        supergroup: bool = False,
        forum: bool = False,
        username: str | None = None,
    ) -> Room:
        """A group; the first member is its creator, who adds the bot as "member" or "administrator"."""
        kind = "supergroup" if supergroup or forum or username else "group"
        public: dict[str, Any] = {"id": self._room_id(kind), "type": kind, "title": title}
        if forum:
            public["is_forum"] = True
        return self._room(public, members, bot, username)

    def channel(
        self,
        title: str,
        *,
        admins: Sequence[Person | str] = (),
        subscribers: Sequence[Person] = (),
        bot: str | None = None,
        username: str | None = None,
    ) -> Room:
        """A channel. "bot" among the admins lets the bot post; `bot="member"` only lets it read."""
        public = {"id": self._room_id("channel"), "type": "channel", "title": title}
        people = [admin for admin in admins if not isinstance(admin, str)]
        status = "administrator" if "bot" in admins else bot
        room = self._room(public, people or [self.user("Admin")], status, username)
        for admin in people[1:]:
            room.info.members[admin.id] = Member(admin.id, "administrator", rights_of(room.info))
        for person in subscribers:
            room.info.members[person.id] = Member(person.id)
        return room

    def push_update(self, update: dict[str, Any]) -> int:
        """Queue any object as an update, well-formed or not; it gets an `update_id` unless it has one."""
        return self.world.updates.put_raw(update)

    def file_content(self, file_id: str) -> bytes:
        """The bytes of a file anybody sent.

        Raises:
            KeyError: no such file.
        """
        stored = self.world.files.by_id(file_id)
        if stored is None:
            raise KeyError(file_id)
        return stored.content

    async def perform(self, method: str, values: dict[str, Any]) -> tuple[int, Any, Effect | None]:
        """Do one call of the bot, note it, and say what it is answered."""
        name, work = METHODS.get(method.lower(), (method, None))
        params = Params(values, name)
        call = Call(name, params.values, self.world.clock.now())
        self.calls.all.append(call)
        effect = self.faults.strike(name, params.values)
        try:
            if effect is not None:
                call.fault = effect.name
                if effect.migrates:
                    self._migrate(params)
                if effect.error is not None:
                    raise effect.error
                if not effect.worked:
                    return 200, {"ok": True, "result": None}, effect
            if work is None:
                raise not_found()
            result = work(self.world, params)
            call.result = await result if asyncio.iscoroutine(result) else result
        except ApiError as error:
            call.error = error
            return error.code, error.body(), effect
        return 200, {"ok": True, "result": call.result}, effect

    def _migrate(self, params: Params) -> None:
        chat = self.world.chat_for_bot(params.raw("chat_id"))
        if chat is not None and chat.type == "group":
            upgrade(self.world, chat)

    def _room_id(self, kind: str) -> int:
        if kind == "group":
            return -self.world.fresh_id(100_000_000, 5_100_000_000)
        return -1_000_000_000_000 - self.world.fresh_id(1_000_000_000, 4_000_000_000)

    def _room(self, public: dict[str, Any], people: Sequence[Person], bot: str | None, username: str | None) -> Room:
        if username:
            public["username"] = username
        people = people or [self.user("Ketua")]
        members = {person.id: Member(person.id) for person in people}
        members[people[0].id].status = "creator"
        room = Room(self.world, self.world.add_chat(public, members), people[0])
        if bot is not None:
            room.add_bot(admin=bot == "administrator")
        return room


def _made_up_token(seed: int) -> str:
    """A token of the right form that opens nothing anywhere."""
    return f"{7_000_000_000 + seed}:loopback-{seed:026d}"
