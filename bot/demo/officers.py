"""An officer: a phone, a unit's group, and a script that works the cards it shows.

Officers never reach into the bot either: they open the link they were sent, and press the buttons they see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlparse

from bot.demo.botapi import Participant, Person, Room, Shown
from bot.demo.residents import Resident, Spot, texts
from bot.demo.world import DemoWorld

WorkScript = Callable[["Officer"], Awaitable[None]]


class Officer(Resident):
    """Somebody who works for a unit.

    Args:
        world: where they live.
        name: first name.
        script: all that they do.
        room: the unit's group.
        unit: as the bot calls it ("Kelurahan Sungai Bambu"), to find its link among all.
        person: their phone, where they have one already.
    """

    def __init__(
        self, world: DemoWorld, name: str, script: WorkScript, room: Room, unit: str, *, person: Person | None = None
    ) -> None:
        super().__init__(world, name, self._all, person=person)
        self.room = room
        self.unit = unit
        self._work = script

    @property
    def here(self) -> Participant:
        """They, in their unit's group."""
        return self.person.at(self.room)

    async def _all(self, _: Resident) -> None:
        await self._work(self)

    async def connects(self) -> None:
        """Open the unit's link, which an admin has made and passed on: the group becomes the unit's chat."""
        token = await self._link()
        self.room.add_bot()
        self.here.send_text(f"/start@{self.world.bot_username} {token}")

    async def _link(self) -> str:
        """The token of the unit's link, from what the bot told the admin."""
        admin = self.world.officer
        while True:
            version = self.world.api.world.changes.of(admin.id)
            for shown in admin.chat:
                token = _token_of(self.unit, shown.text)
                if token is not None:
                    return token
            await self.world.api.world.changes.after(version, admin.id)

    async def works_on(self, spot: Spot, *labels: str, **values: object) -> None:
        """Press buttons of the card about a spot, one after the other, each when it is there."""
        for label in labels:
            words = texts().plain(label, values, "id")
            await self.pause(3, 9)
            message = await self._card(spot, words)
            self._tapped(words, self.here.press(words, message=message))

    async def picks(self, spot: Spot, *words: str) -> None:
        """Press buttons by the words on them, or by their text's id where that is one."""
        for each in words:
            said = texts().plain(each, {}, "id") if each.startswith("reason.") else each
            await self.pause(3, 9)
            self._tapped(said, self.here.press(said, message=await self._card(spot, said)))

    async def opens(self, spot: Spot, label: str) -> None:
        """Press a button that opens the private chat with the bot."""
        words = texts().plain(label, {}, "id")
        message = await self._card(spot, words)
        url = next(button.url for button in message.all_buttons() if button.text == words and button.url)
        await self.starts(parse_qs(urlparse(url).query)["start"][0])

    async def _card(self, spot: Spot, words: str) -> Shown:
        """The newest card about a spot that has a button with these words."""
        names = (spot.name, spot.name.split(",")[0])
        while True:
            chat_id = self.room.id
            version = self.world.api.world.changes.of(chat_id)
            for message in reversed(self.here.chat):
                if any(name in message.text for name in names) and words in [b.text for b in message.all_buttons()]:
                    return message
            await self.world.api.world.changes.after(version, chat_id)


def _token_of(unit: str, text: str) -> str | None:
    """The token of a unit's link in what the bot told."""
    for line in text.splitlines():
        name, _, url = line.partition(": ")
        if name == unit:
            return next(iter(parse_qs(urlparse(url).query).get("startgroup", [])), None)
    return None
