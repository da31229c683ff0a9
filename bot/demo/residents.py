"""A resident: a phone, a place to stand, and a script that reacts to what the chat shows.

Residents never reach into the bot. They press the buttons they see, by the words that stand on them.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from bot.demo.botapi import Person, Press, Shown
from bot.demo.pictures import street_under_water
from bot.demo.rows import WIB
from bot.demo.world import DemoWorld
from bot.texts import Texts

NUMBER = re.compile(r"\b[A-Z]{2}\d+\b")

METRES_PER_DEGREE = 111_195.0
"""Of latitude; of longitude at Jakarta's latitude 0.6 % less, which is nothing beside the scatter."""

ACCURACY_PER_ERROR = 1.515
"""A phone's accuracy is the radius that holds 68 %: 1.515 standard errors per axis."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A real place that is known to stand under water; the point is approximate."""

    name: str
    lat: float
    lon: float

    def at(self, east_m: float, north_m: float) -> tuple[float, float]:
        """(lat, lon) so many metres from it."""
        return self.lat + north_m / METRES_PER_DEGREE, self.lon + east_m / METRES_PER_DEGREE


Script = Callable[["Resident"], Awaitable[None]]


class Resident:
    """Somebody with a phone.

    Args:
        world: where they live.
        name: first name.
        script: all that they do.
        language: of their Telegram app.
        person: their phone, where they have one already.
    """

    def __init__(
        self, world: DemoWorld, name: str, script: Script, *, language: str = "id", person: Person | None = None
    ) -> None:
        self.world = world
        self.name = name
        self.person = person or world.api.user(name, language_code=language)
        self.language = language
        self.random = random.Random(f"{world.seed} {name}")
        self.taps: list[tuple[datetime, str, Press]] = []
        """(when, words on the button, what came of it)."""
        self._script = script
        self._acted = 0

    async def play(self) -> None:
        """All that they do."""
        await self._script(self)

    # -- time ----------------------------------------------------------------------------------------------------------

    async def at(self, hour: int, minute: int, within_s: float = 50) -> None:
        """Wait until about that hour, tonight or in the morning after."""
        local = self.world.start.astimezone(WIB)
        moment = datetime.combine(local.date(), time(hour, minute), WIB)
        if moment < local:
            moment += timedelta(days=1)
        await self._until(moment + timedelta(seconds=self.random.uniform(0, within_s)))

    async def pause(self, low_s: float = 4, high_s: float = 15) -> None:
        """Read, think, type."""
        await self._until(self.world.clock.now() + timedelta(seconds=self.random.uniform(low_s, high_s)))

    # -- what they send ------------------------------------------------------------------------------------------------

    async def starts(self, payload: str = "") -> None:
        """Press Start, perhaps from a link."""
        self._did(self.person.start(payload))
        await self.reads()

    def types(self, *choices: str) -> None:
        """Type one of these."""
        self._did(self.person.send_text(self.random.choice(choices)))

    def corrects(self, text: str) -> None:
        """Edit the last text."""
        self._did(self.person.edit_text(text))

    def stands_at(self, spot: Spot, spread_m: float = 10, accuracy_m: float = 0) -> tuple[float, float]:
        """(lat, lon) that their phone gives: where they stand at the water, and its error."""
        error_m = math.hypot(spread_m, accuracy_m / ACCURACY_PER_ERROR)
        return spot.at(self.random.gauss(0, error_m), self.random.gauss(0, error_m))

    def shares(self, spot: Spot, accuracy_m: float | None = None) -> None:
        """Share where they are: by the button where there is one, else by the attachment menu."""
        accuracy = accuracy_m or round(self.random.uniform(6, 28), 1)
        lat, lon = self.stands_at(spot, accuracy_m=accuracy)
        asking = [button.text for row in self.person.keyboard for button in row if button.request_location]
        if asking:
            self._tapped(asking[0], self.person.press(asking[0], location=(lat, lon), horizontal_accuracy=accuracy))
        else:
            self._did(self.person.send_location(lat, lon, horizontal_accuracy=accuracy))

    def pins(self, spot: Spot) -> None:
        """Set a pin on the map: no accuracy."""
        self._did(self.person.send_location(*self.stands_at(spot)))

    def photographs(
        self, depth_cm: int, caption: str = "", album: str | None = None, street: str | None = None
    ) -> None:
        """Send a picture of the water, in any street or in one that others take pictures of, too."""
        picture = street_under_water(self.random if street is None else random.Random(street), depth_cm)
        self._did(self.person.send_photo(picture, caption=caption, album=album))

    # -- how they react ------------------------------------------------------------------------------------------------

    async def reads(self) -> Shown:
        """Wait until the bot has said or changed something since they last did anything, and read it."""
        shown = await self._sees(lambda message: message)
        await self.pause()
        return shown

    async def sees(self, label: str, **values: object) -> Shown:
        """Wait until the bot has said or changed something with this button (a text id) since they last acted."""
        words = self.words(label, **values)
        return await self._sees(lambda message: message if words in buttons_of(message) else None)

    async def answers(self, label: str, **values: object) -> None:
        """Press this button (a text id) in what the bot has said or changed since they last acted."""
        words = self.words(label, **values)
        while True:
            shown = await self.sees(label, **values)
            await self.pause()
            try:
                self._tapped(words, self.person.press(words, message=shown))
            except LookupError:  # the message changed under the finger: look again
                continue
            return

    async def answers_if_asked(self, label: str, **values: object) -> None:
        """Press that button, should the bot have asked such a thing within half a minute."""
        await self.pause(20, 30)
        words = self.words(label, **values)
        for message in reversed(self.person.chat):
            if words in buttons_of(message):
                self._tapped(words, self.person.press(words, message=message))
                return

    async def answers_offer(self, *, same: bool) -> None:
        """Say whether it is the same water as somebody else's, however the bot has put it.

        Where it was unsure it offers what is near by; where it was sure there is a button to say that it is another.
        """
        await self.pause(15, 30)
        none, other = self.words("button.none_of_these"), self.words("button.other_puddle")
        for message in reversed(self.person.chat):
            words = buttons_of(message)
            if none in words:
                chosen = words[0] if same else none
            elif other in words and not same:
                chosen = other
            else:
                continue
            self._tapped(chosen, self.person.press(chosen, message=message))
            return

    async def presses(self, label: str) -> None:
        """Press a button that stands somewhere on the screen, or will: the newest one with these words."""
        words = self.words(label)
        changes, chat_id = self.world.api.world.changes, self.person.info.id
        while True:
            version = changes.of(chat_id)
            below = (button.text for row in self.person.keyboard for button in row)
            if words not in (*below, *(name for shown in self.person.chat for name in buttons_of(shown))):
                await changes.after(version, chat_id)
                continue
            await self.pause()
            try:
                self._tapped(words, self.person.press(words))
            except LookupError:
                continue
            return

    async def reports(self, spot: Spot, depth: str, accuracy_m: float | None = None) -> None:
        """The usual way: share the location, tap the depth, read the receipt."""
        self.shares(spot, accuracy_m)
        await self.answers(f"depth_button.{depth}")
        await self.reads()

    def number(self) -> str:
        """Of their report, as their receipt has it."""
        found = (NUMBER.search(message.text) for message in self.person.chat if message.from_bot)
        return next(number[0] for number in found if number is not None)

    def words(self, label: str, **values: object) -> str:
        """What stands on a button, in their language."""
        return texts().plain(label, values, self.language)

    async def _sees(self, sought: Callable[[Shown], Shown | None]) -> Shown:
        while True:
            version = self.world.api.world.changes.of(self.person.info.id)
            for message in reversed(self.person.chat):
                if message.from_bot and message.version > self._acted and (found := sought(message)):
                    return found
            await self.world.api.world.changes.after(version, self.person.info.id)

    async def _until(self, moment: datetime) -> None:
        await self.world.clock.sleep_until(moment)

    def _did(self, shown: Shown) -> None:
        self._acted = shown.version

    def _tapped(self, words: str, press: Press) -> None:
        self._acted = self.world.api.version
        self.taps.append((self.world.clock.now(), words, press))


def buttons_of(message: Shown) -> list[str]:
    """The words on its buttons that the bot hears of."""
    return [button.text for button in message.all_buttons() if button.callback_data]


@cache
def texts() -> Texts:
    """The words on the bot's buttons."""
    return Texts(WIB)
