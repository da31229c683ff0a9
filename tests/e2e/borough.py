"""Three offices, an admin and residents over HTTP: the whole bot, a Telegram that keeps its limits, a clock to move."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from bot.app import App
from bot.demo.botapi import BotApi, Participant, Person, Room, Shown
from bot.demo.botapi.shown import show
from bot.demo.clock import DemoClock
from bot.demo.pictures import street_under_water
from bot.settings import Settings
from tests.helpers.clock import WIB

HERE = (-6.1302, 106.8868)
"""In Kelurahan Sungai Bambu, Kecamatan Tanjung Priok."""

KELURAHAN = "Kelurahan Sungai Bambu"
SATPEL = "Satpel SDA Kec. Tanjung Priok"
SUDIN = "Sudin SDA Jakarta Utara"

SPEED = 60.0
"""The clock's seconds in one of the wall: Telegram's gap of a second between messages takes 17 ms."""

PATIENCE_S = 10.0
NUMBER = re.compile(r"\b[A-Z]{2}\d+\b")


@dataclass(frozen=True)
class Office:
    """A unit with its group, and one officer in it."""

    unit: str
    room: Room
    officer: Person

    @property
    def here(self) -> Participant:
        """The officer, in the group."""
        return self.officer.at(self.room)

    async def card(self, number: str, *words: str) -> Shown:
        """The newest message about a case that has these words, on it or on its buttons."""
        return await card_in(self.here, number, *words)

    async def press(self, number: str, *buttons: str, by: Person | None = None) -> str:
        """Press buttons of a case's card, each when it is there. Returns what the last one was answered."""
        told = ""
        for button in buttons:
            shown = await self.card(number, button)
            told = await press(self.here if by is None else by.at(self.room), shown, button)
        return told

    async def open(self, number: str, button: str, by: Person | None = None) -> None:
        """Press a button that opens the private chat with the bot."""
        shown = await self.card(number, button)
        url = next(each.url for each in shown.all_buttons() if each.text == button and each.url)
        (by or self.officer).start(parse_qs(urlparse(url).query)["start"][0])

    async def close(self, number: str, words: str, photo: bytes) -> None:
        """ "Selesai", "Sudah ditangani", and in the private chat what was done, with a photo."""
        await self.press(number, "Selesai")
        await self.open(number, "Sudah ditangani")
        await self.officer.wait_for(f"{number} selesai: apa yang dilakukan?", PATIENCE_S)
        self.officer.send_text(words)
        await self.officer.wait_for(f"{number}: sekarang kirim foto baru", PATIENCE_S)
        self.officer.send_photo(photo)

    async def new_case(self, *known: str) -> str:
        """The number of the case whose card came, besides those that are known."""
        shown = await self.here.wait_for(
            lambda shown: shown.from_bot and (found := NUMBER.search(shown.text)) is not None and found[0] not in known,
            PATIENCE_S,
        )
        found = NUMBER.search(shown.text)
        assert found is not None
        return found[0]

    def about(self, number: str) -> list[Shown]:
        """The messages about a case, oldest first."""
        return [shown for shown in self.room.chat if shown.from_bot and number in shown.text]


class Borough:
    """A Bot API that refuses what is too fast, the bot (see `start`, `stop`), its admin and its offices.

    Attributes:
        beats: how many times as often as usual the bot looks by itself what is due, besides `beat`.
    """

    beats = SPEED

    def __init__(self, api: BotApi, clock: DemoClock, folder: Path, **settings: Any) -> None:
        self.api = api
        self.clock = clock
        self.admin = api.user("Ratna")
        self.channel = api.channel("SDA Jakarta Utara", admins=["bot"])
        self.offices: dict[str, Office] = {}
        self._settings = Settings(
            bot_token=api.token,
            bot_api_url=api.base_url,
            database_url=f"sqlite:///{folder}/genangan.db",
            sda_channel_id=self.channel.id,
            admin_ids=(self.admin.id,),
            web_port=0,
            **settings,
        )
        self.app: App
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    @property
    def kelurahan(self) -> Office:
        """That of `HERE`."""
        return self.offices[KELURAHAN]

    @property
    def satpel(self) -> Office:
        """The level above."""
        return self.offices[SATPEL]

    @property
    def sudin(self) -> Office:
        """The level above that."""
        return self.offices[SUDIN]

    async def start(self) -> None:
        """Start the bot, on the database that it had."""
        self.app, self._stop = App(self._settings, self.clock, speed=self.beats), asyncio.Event()
        self._serving = asyncio.create_task(self.app.run(self._stop))
        await asyncio.wait_for(self.app.started.wait(), PATIENCE_S)

    async def stop(self) -> None:
        """Stop it; nothing is lost meanwhile."""
        self._stop.set()
        if self._serving is not None:
            await asyncio.wait_for(self._serving, PATIENCE_S)

    async def connect(self, *names: str) -> None:
        """Let units' groups become their chats: by the links that the admin made for all, each opened in its group."""
        self.admin.start()
        self.admin.send_text("/undang semua")
        for name, officer in zip(names, ("Bambang", "Dedi", "Hotma"), strict=False):
            person = self.api.user(officer)
            office = Office(name, self.api.group(f"Grup {name}", [person], bot=None), person)
            await self._let_in(office)
            self.offices[name] = office

    async def connect_again(self, office: Office) -> None:
        """Let a unit's group that threw the bot out take it back, by a new link."""
        before = self.api.version
        self.admin.send_text("/undang semua")
        await self._let_in(office, after=before)

    async def _let_in(self, office: Office, after: int = 0) -> None:
        """A group takes the bot in, by the link that the admin was told of last."""
        shown = await self.admin.wait_for(f"{office.unit}: https://", PATIENCE_S, after=after)
        link = next(line for line in shown.text.splitlines() if line.startswith(f"{office.unit}: "))
        token = parse_qs(urlparse(link.partition(": ")[2]).query)["startgroup"][0]
        office.room.add_bot()
        before = self.api.version
        office.here.send_text(f"/start@genangan_bot {token}")
        await office.here.wait_for(f"sekarang chat {office.unit}.", PATIENCE_S, after=before)

    async def resident(self, name: str, at: tuple[float, float] = HERE, depth: str = "Lutut ±50") -> tuple[Person, str]:
        """Somebody reports; (their phone, the number of their report)."""
        person = self.api.user(name)
        person.start()
        await person.wait_for("Ada banjir atau genangan?", PATIENCE_S)
        return person, await report(person, at, depth)

    async def beat(self) -> None:
        """What is due is done, and everybody has been told."""
        await self.app.beat()
        await self.settle()

    async def let_pass(self, minutes: float) -> None:
        """Time passes, five minutes at a time."""
        until = self.clock.now() + timedelta(minutes=minutes)
        while (now := self.clock.now()) < until:
            self.clock.move_to(min(now + timedelta(minutes=5), until))
            await self.beat()

    def screens(self) -> dict[int, list[tuple[str, list[str]]]]:
        """All that everybody sees of the bot: texts and the words on buttons, by chat."""
        shown = {chat_id: self._screen(chat_id) for chat_id in self.api.world.chats}
        return {chat_id: seen for chat_id, seen in shown.items() if seen}

    def _screen(self, chat_id: int) -> list[tuple[str, list[str]]]:
        chat = self.api.world.chats[chat_id]
        seen = [show(chat, message, chat_id) for message in chat.messages.values() if message.from_bot]
        return [(message.text, buttons(message)) for message in seen]

    async def settle(self) -> None:
        """Wait until the bot has dealt with all that was said, and said all that it has to say now."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._at_rest():  # noqa: ASYNC110  # nothing tells of it
                await asyncio.sleep(0.005)

    async def _at_rest(self) -> bool:
        version = self.api.version
        presses = self.api.world.presses.values()
        if self.api.pending_updates or any(pressed.answer is None for pressed in presses):
            return False
        queues = await self.app.store.queues(self.clock.now())
        waiting = queues["inbox"] or queues["outbox_due"] or queues["work"]
        return not waiting and version == self.api.version


@asynccontextmanager
async def borough(
    folder: Path, *names: str, start: str = "2026-01-18T16:42", **settings: Any
) -> AsyncIterator[Borough]:
    """The bot among offices (all three unless named) and residents. Checks at the end that Telegram's limits were kept.

    Args:
        folder: for the database.
        names: the units that have a group.
        start: local time.
        settings: others than the usual ones.
    """
    clock = DemoClock(datetime.fromisoformat(start).replace(tzinfo=WIB), SPEED)
    async with BotApi(clock=clock, limits=True) as api:
        here = Borough(api, clock, folder, **settings)
        await here.start()
        try:
            await here.connect(*(names or (KELURAHAN, SATPEL, SUDIN)))
            yield here
            await here.settle()
            assert api.violations == []
            assert (await here.app.store.queues(clock.now()))["failed"] == 0
        finally:
            await here.stop()


async def report(person: Person, at: tuple[float, float] = HERE, depth: str = "Lutut ±50") -> str:
    """Report water by location and one tap; the report's number."""
    before = len(person.chat)
    person.press("📍 Kirim lokasi", location=at, horizontal_accuracy=12.0)
    await person.wait_for(lambda shown: shown.message_id in _since(person, before) and _has(shown, depth), PATIENCE_S)
    person.press(depth)
    receipt = await person.wait_for(
        lambda shown: shown.from_bot and shown.message_id in _since(person, before) and "diterima" in shown.text,
        PATIENCE_S,
    )
    found = NUMBER.search(receipt.text)
    assert found is not None
    return found[0]


async def press(who: Participant, shown: Shown, button: str) -> str:
    """Press a button of a message; what the top of the screen says then."""
    pressed = await who.wait_for_answer(who.press(button, message=shown), PATIENCE_S)
    return str((pressed.answer or {}).get("text", ""))


async def press_old(who: Participant, shown: Shown, button: str) -> str:
    """Press a button as a message once had it; what the top of the screen says then."""
    data = next(each.callback_data for each in shown.all_buttons() if each.text == button and each.callback_data)
    pressed = await who.wait_for_answer(who.press_data(data, shown), PATIENCE_S)
    return str((pressed.answer or {}).get("text", ""))


async def card_in(who: Participant, number: str, *words: str) -> Shown:
    """The newest message about a case that has these words, on it or on its buttons."""
    return await who.wait_for(
        lambda shown: (
            shown.from_bot and number in shown.text and all(each in shown.text or _has(shown, each) for each in words)
        ),
        PATIENCE_S,
    )


def buttons(shown: Shown) -> list[str]:
    """The words on a message's buttons."""
    return [button.text for button in shown.all_buttons()]


def told(who: Participant) -> str:
    """All that the bot's messages in a chat say now, one after the other."""
    return "\n\n".join(shown.text for shown in who.chat if shown.from_bot)


def street(seed: int, depth_cm: int = 0) -> bytes:
    """A photo of a street, another one for each seed."""
    return street_under_water(random.Random(seed), depth_cm)


def _has(shown: Shown, button: str) -> bool:
    return any(each.text == button for each in shown.all_buttons())


def _since(person: Person, before: int) -> set[int]:
    return {shown.message_id for shown in person.chat[before:]}
