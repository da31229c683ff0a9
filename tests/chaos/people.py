"""Who writes to the bot: residents in their usual ways, officers at their cards, an admin."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlparse

from bot.demo.botapi import Participant, Person, Press, Room
from bot.geo.areas import AreaIndex
from tests.chaos.run import Run

PATIENCE_S = 90.0
"""Of the wall: so long a person waits for an answer before the run counts as failed."""

GLANCE_S = 2.0
"""So long a person waits for a toast, which may never come."""

LOOK_S = 10.0
"""So long an officer waits for what a press did, before the next one."""

AT_ONE_PUDDLE = 5
EACH = 10
"""Updates of one resident."""

STEP_DEG = 0.0036
"""400 m between puddles: no two of them are taken for one."""

CORNER = (-6.098, 106.74)
"""(lat, lon) in the north-west of Jakarta Utara; puddles are laid out from here to the south and east."""

UNITS = ("Sudin SDA Jakarta Utara", "Satpel SDA Kec. ", "Kelurahan S", "Kelurahan P")
"""The units that get a chat: those whose names begin so."""

CARD_BUTTONS = (
    *("Saya tangani", "Menuju lokasi", "Di lokasi", "Alihkan", "Batal alihkan", "Koordinasi", "Riwayat"),
    *("Lainnya …", "‹ Kembali", "Foto warga", "Terima", "saluran PHB", "kali", "Muat ulang"),
)

COMMANDS = ("/unit", "/statistik", "/tugas", "/log", "/penataan", "/rawan", "/petugas", "/unit Sungai Bambu")


def places(count: int) -> list[tuple[float, float]]:
    """So many points in the served area, each well apart from the others and clear of borders."""
    areas = AreaIndex.from_reference_points(("31.72",))
    found = []
    for column in range(75):
        for row in range(35):
            lat, lon = CORNER[0] - STEP_DEG * row, CORNER[1] + STEP_DEG * column
            if areas.locate(lat, lon).served:
                found.append((lat, lon))
    assert len(found) >= count, len(found)
    return random.Random(0).sample(found, count)


@dataclass(frozen=True)
class Resident:
    """One of them. `live` is all they do: EACH updates, one report."""

    run: Run
    person: Person
    lat: float
    lon: float
    n: int

    async def live(self) -> None:
        """In one of the ways people have."""
        ways: Sequence[Callable[[], Awaitable[int]]] = (self._usual, self._usual, self._hasty, self._picture_first)
        photos = await ways[self.n % len(ways)]()
        self.run.journal.write("person", id=self.person.id, reports=1, notes=[self.note], photos=photos)

    @property
    def note(self) -> str:
        """What they write about the water."""
        return f"airnya bau, kata warga ke-{self.n:05d}."

    async def _usual(self) -> int:
        """Step by step; a press comes late and twice; after a while the same place again."""
        me = self.person
        me.start()
        await self._sees("Lapor", 0)
        await self._locates()
        pressed = await self._presses("Lutut ±50", "diterima")
        me.press_data(pressed.data, pressed.message_id)
        await self._says(self.note, "Catatan ditambahkan")
        await self._photographs()
        again = me.press("Motor bisa lewat")
        await self._glances(again)
        me.press_data(again.data, again.message_id)
        await self._locates()
        await self._presses("Paha ±70", "jadi kami perbarui")
        return 1

    async def _hasty(self) -> int:
        """Everything at once, without reading; then once more with a button, pressed twice."""
        me, before = self.person, self.run.api.version
        me.start()
        me.send_location(self.lat, self.lon, horizontal_accuracy=9.0)
        me.send_text("selutut")
        await self._sees("diterima", before)  # what is said before it is one of several things
        me.send_text(self.note)
        me.send_photo()
        me.send_photo()
        me.send_text("/status")
        await self._sees("Catatan ditambahkan", before)
        await self._sees("Foto ditambahkan", before)
        await self._locates()
        pressed = await self._presses("Pinggang ±90", "jadi kami perbarui")
        me.press_data(pressed.data, pressed.message_id)
        return 2

    async def _picture_first(self) -> int:
        """A photo, then where it is; and questions about the bot."""
        me, before = self.person, self.run.api.version
        me.send_photo()
        await self._sees("", before)
        await self._locates()
        pressed = await self._presses("Betis ±30", "diterima")
        me.press_data(pressed.data, pressed.message_id)
        await self._says(self.note, "Catatan ditambahkan")
        await self._photographs()
        for command in ("/status", "/bantuan", "/privasi", "/bahasa"):
            before = self.run.api.version
            me.send_text(command)
            await self._sees("", before)
        return 2

    async def _sees(self, words: str, after: int) -> None:
        await self.person.wait_for(words, PATIENCE_S, after=after)

    async def _locates(self) -> None:
        before = self.run.api.version
        self.person.send_location(self.lat, self.lon, horizontal_accuracy=9.0)
        await self._sees("etinggi apa", before)  # also as a reminder

    async def _presses(self, button: str, words: str) -> Press:
        before = self.run.api.version
        pressed = self.person.press(button)
        await self._sees(words, before)
        return pressed

    async def _says(self, text: str, words: str) -> None:
        before = self.run.api.version
        self.person.send_text(text)
        await self._sees(words, before)

    async def _photographs(self) -> None:
        before = self.run.api.version
        self.person.send_photo()
        await self._sees("Foto ditambahkan", before)

    async def _glances(self, pressed: Press) -> None:
        with suppress(TimeoutError):
            await self.person.wait_for_answer(pressed, GLANCE_S)


def residents(run: Run, puddles: Sequence[tuple[float, float]], first: int = 0) -> list[Resident]:
    """AT_ONE_PUDDLE of them at each, a few metres apart."""
    found = []
    for n in range(first, first + AT_ONE_PUDDLE * len(puddles)):
        lat, lon = puddles[(n - first) // AT_ONE_PUDDLE]
        found.append(Resident(run, run.api.user(f"Warga {n}"), lat + 0.00001 * (n % AT_ONE_PUDDLE), lon, n))
    return found


async def live_all(crowd: Sequence[Resident], at_once: int) -> None:
    """All of them, so many at a time."""
    place = asyncio.Semaphore(at_once)

    async def begin(resident: Resident) -> None:
        async with place:
            await resident.live()

    async with asyncio.TaskGroup() as together:
        for resident in crowd:
            together.create_task(begin(resident))


async def connect_units(run: Run) -> list[Participant]:
    """Let the groups of some units become their chats, by the admin's links; their officers."""
    run.admin.start()
    before = run.api.version
    run.admin.send_text("/undang semua")
    await run.admin.wait_for("https://", PATIENCE_S, after=before)
    await run.quiet()
    lines = [line for shown in run.admin.chat if shown.from_bot for line in shown.text.splitlines()]
    found = []
    for line in lines:
        unit, _, url = line.partition(": ")
        token = parse_qs(urlparse(url).query).get("startgroup", [""])[0]
        if token and unit.startswith(UNITS):
            officer = run.api.user(f"Petugas {unit}")
            officer.start()
            room: Room = run.api.group(unit, [officer], bot=None)
            room.add_bot()
            here = officer.at(room)
            here.send_text(f"/start@genangan_bot {token}")
            found.append((unit, here))
    for unit, here in found:
        await here.wait_for(f"Grup ini sekarang chat {unit}.", PATIENCE_S)
    assert len(found) > 10, found
    return [here for _, here in found]


async def work_cards(here: Participant, dice: random.Random) -> None:
    """Until cancelled: press buttons of the cards that there are, some twice, some long after."""
    old: list[Press] = []
    while True:
        await asyncio.sleep(dice.uniform(0.3, 1.5))
        shown = [each for each in here.chat[-30:] if each.from_bot]
        choices = [
            (each, button.text)
            for each in shown
            for button in each.all_buttons()
            if button.callback_data is not None and button.text in CARD_BUTTONS
        ]
        if choices:
            message, button = dice.choice(choices)
            old.append(here.press(button, message=message))
            if dice.random() < 0.3:
                here.press_data(old[-1].data, old[-1].message_id)
            with suppress(TimeoutError):
                await here.wait_for_answer(old[-1], LOOK_S)
        if old and dice.random() < 0.2:
            late = dice.choice(old)
            here.press_data(late.data, late.message_id)


async def ask_for_figures(admin: Person, dice: random.Random) -> None:
    """Until cancelled: the admin's commands, one after the other."""
    while True:
        await asyncio.sleep(dice.uniform(1.0, 3.0))
        admin.send_text(dice.choice(COMMANDS))
