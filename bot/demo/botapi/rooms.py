"""Groups and channels, and who is let into them."""

from __future__ import annotations

from bot.demo.botapi.membership import rights_of, service_message, set_bot_status, upgrade
from bot.demo.botapi.people import HasChat, Participant, Person, Sought
from bot.demo.botapi.records import Chat, Member
from bot.demo.botapi.shown import Shown
from bot.demo.botapi.world import World


class Room(HasChat):
    """A group, supergroup or channel, seen by its creator.

    What a member does in it is `person.at(room)`.
    """

    def __init__(self, world: World, info: Chat, creator: Person) -> None:
        self._world = world
        self._info = info
        self.creator = creator

    @property
    def info(self) -> Chat:
        """The chat as it is now."""
        while self._info.migrated_to is not None:
            self._info = self._world.chats[self._info.migrated_to]
        return self._info

    @property
    def id(self) -> int:
        """Its chat id; another one after an upgrade."""
        return self.info.id

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.info.public["title"])

    @property
    def chat(self) -> list[Shown]:
        """What it shows now, oldest first."""
        return self._screen().chat

    async def wait_for(self, sought: Sought, timeout: float = 5.0, *, after: int = 0) -> Shown:
        """Wait until it shows a message that fits; see `Participant.wait_for`."""
        return await self._screen().wait_for(sought, timeout, after=after)

    def add(self, person: Person, *, admin: bool = False) -> None:
        """Let somebody in."""
        rights = rights_of(self.info) if admin else frozenset()
        self.info.members[person.id] = Member(person.id, "administrator" if admin else "member", rights)
        if self.info.type != "channel":
            service_message(self._world, self.info, person.id, {"new_chat_members": [person.user]})

    def remove(self, person: Person) -> None:
        """Somebody goes."""
        self.info.members[person.id] = Member(person.id, "left")
        if self.info.type != "channel":
            service_message(self._world, self.info, person.id, {"left_chat_member": person.user})

    def add_bot(self, *, admin: bool = False, rights: frozenset[str] | None = None) -> None:
        """Add the bot or change its rights (all of an administrator's unless named)."""
        was_present = self._world.bot_member(self.info).present
        granted = (rights_of(self.info) if rights is None else rights) if admin else frozenset()
        status = "administrator" if admin else "member"
        set_bot_status(self._world, self.info, self.creator.id, status, granted)
        if not was_present and self.info.type != "channel":
            joined = {"new_chat_members": [self._world.bot]}
            service_message(self._world, self.info, self.creator.id, joined)

    def remove_bot(self) -> None:
        """Kick the bot."""
        if self.info.type != "channel":
            service_message(self._world, self.info, self.creator.id, {"left_chat_member": self._world.bot})
        set_bot_status(self._world, self.info, self.creator.id, "kicked")

    def upgrade_to_supergroup(self) -> int:
        """Become a supergroup; returns the new chat id."""
        return upgrade(self._world, self.info).id

    def _screen(self) -> Participant:
        return self.creator.at(self)
