"""An officer: a phone, a unit's group, and a script that works the cards it shows.

Officers never reach into the bot either: they open the link they were sent, and press the buttons they see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlparse

from bot.demo.botapi import Participant, Person, Room, Shown
from bot.demo.residents import Resident, texts
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

    async def works_on(self, place: str, *labels: str) -> None:
        """Press buttons (text ids) of the card about a place, one after the other, each when it is there."""
        await self.picks(place, *(texts().plain(label, {}, "id") for label in labels))

    async def picks(self, place: str, *words: str) -> None:
        """The same, by the words on the buttons."""
        for each in words:
            await self.pause(3, 9)
            while True:
                message = await self._card(place, each)
                try:
                    self._tapped(each, self.here.press(each, message=message))
                except LookupError:  # the card changed under the finger
                    continue
                break

    async def opens(self, place: str, words: str) -> None:
        """Press a button that opens the private chat with the bot."""
        await self.pause(3, 9)
        message = await self._card(place, words)
        url = next(button.url for button in message.all_buttons() if button.text == words and button.url)
        await self.starts(parse_qs(urlparse(url).query)["start"][0])

    async def closes(self, place: str, outcome: str, words: str, depth_cm: int) -> None:
        """Say how it ended, in words and with a photo, in the private chat."""
        await self.works_on(place, "card_button.close")
        await self.opens(place, texts().plain(f"outcome.{outcome}", {}, "id"))
        self.types(words)
        await self.reads()
        self.photographs(depth_cm, street=place)
        await self.reads()

    async def claims(self, place: str, words: str) -> None:
        """Residents were quicker to say that it is over: tell what was done."""
        await self.opens(place, texts().plain("card_button.claim", {}, "id"))
        self.types(words)
        await self.reads()

    async def _card(self, place: str, words: str) -> Shown:
        """The newest card about a place that has a button with these words; waits for it."""
        while True:
            chat_id = self.room.id
            version = self.world.api.world.changes.of(chat_id)
            for message in reversed(self.here.chat):
                if place in message.text and words in [button.text for button in message.all_buttons()]:
                    return message
            await self.world.api.world.changes.after(version, chat_id)


def _token_of(unit: str, text: str) -> str | None:
    """The token of a unit's link in what the bot told."""
    for line in text.splitlines():
        name, _, url = line.partition(": ")
        if name == unit:
            return next(iter(parse_qs(urlparse(url).query).get("startgroup", [])), None)
    return None
