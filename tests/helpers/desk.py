"""Use cases through the real path: raw updates into a real database, intake, and what stands in the outbox after.

Nothing is sent: `Desk.read` takes the outbox as delivery would, and shows it as the person's chat.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import bot
from bot.chat.callback import encode
from bot.chat.reader import Reader
from bot.domain.models import Choice, Say
from bot.domain.outgoing import Sent
from bot.domain.records import RawUpdate
from bot.domain.routing import Routing
from bot.domain.routing_file import read_routing
from bot.domain.units import units_of
from bot.geo.areas import AreaIndex
from bot.geo.places import PlaceReader
from bot.services.context import Context
from bot.services.escalations import Escalations
from bot.services.flooding import Floods
from bot.services.following import FollowUps
from bot.services.intake import Intake, Toast
from bot.texts import Texts
from storage import SqliteStore, open_store
from tests.helpers.clock import WIB, StillClock

BOT_ID = 900
ADMIN = 5_000_000_001


@dataclass
class Desk:
    """A database, an intake, and chats as people see them: message id -> what it says now."""

    store: SqliteStore
    intake: Intake
    follow_ups: FollowUps
    escalations: Escalations
    floods: Floods
    clock: StillClock
    texts: Texts
    toasts: list[Toast]
    folder: Path
    context: Context
    chats: dict[int, dict[int, Say]] = field(default_factory=dict)
    _update_id: int = 0
    _message_id: int = 0

    async def send(
        self, who: int, *, take: bool = True, at: datetime | None = None, edits: int | None = None, **message: Any
    ) -> int:
        """One message of a person in the private chat; returns its message id."""
        self._message_id += 1
        now = int((at or self.clock.now()).timestamp())
        body = {
            "message_id": edits or self._message_id,
            "date": now,
            "chat": {"id": who, "type": "private", "first_name": "Warga"},
            "from": {"id": who, "is_bot": False, "first_name": "Warga", "language_code": "id"},
            **message,
        }
        if edits:
            body["edit_date"] = now
        await self.receive({"edited_message" if edits else "message": body})
        if take:
            await self.take()
        return int(body["message_id"])

    async def receive(self, update: dict[str, Any]) -> None:
        """A raw update into the inbox."""
        self._update_id += 1
        raw = json.dumps({"update_id": self._update_id, **update})
        await self.store.receive(BOT_ID, [RawUpdate(self._update_id, raw)], self.clock.now())

    async def take(self) -> None:
        """Intake takes all there is, and the chats show what came of it."""
        while await self.intake.once():
            pass
        await self.read()

    async def location(self, who: int, lat: float, lon: float, accuracy_m: float | None = 12.0, **more: Any) -> int:
        """Share a location."""
        location = {"latitude": lat, "longitude": lon}
        if accuracy_m is not None:
            location["horizontal_accuracy"] = accuracy_m
        return await self.send(who, location=location, **more)

    async def text(self, who: int, text: str, **more: Any) -> int:
        """Type a text, or a command."""
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            more["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return await self.send(who, text=text, **more)

    async def photo(self, who: int, name: str = "p1", **more: Any) -> int:
        """Send a photo."""
        sizes = [{"file_id": f"file-{name}", "file_unique_id": name, "width": 90, "height": 90}]
        return await self.send(who, photo=sizes, **more)

    async def press(self, who: int, label: str, *, take: bool = True) -> str | None:
        """Press the newest button with this label in the person's chat; returns the toast's text id."""
        for message_id, say in sorted(self.chats.get(who, {}).items(), reverse=True):
            for choice in (choice for row in say.choices for choice in row):
                if choice.sends is None and label in self.label(choice):
                    return await self.press_data(who, encode(choice.act, choice.args), message_id, take=take)
        raise AssertionError(f"no button {label!r} in {self.shown(who)}")

    async def press_data(self, who: int, data: str, message_id: int = 1, *, take: bool = True) -> str | None:
        """Press a button by its data, however old."""
        sender = {"id": who, "is_bot": False, "first_name": "Warga", "language_code": "id"}
        chat = {"id": who, "type": "private"}
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}
        message = {"message_id": message_id, "date": 1, "chat": chat, "from": bot, "text": "…"}
        press = {"id": f"q{self._update_id}", "from": sender, "chat_instance": "1", "data": data, "message": message}
        await self.receive({"callback_query": press})
        if not take:
            return None
        before = len(self.toasts)
        await self.take()
        say = self.toasts[before].say
        return None if say is None else say.text

    async def read(self) -> None:
        """Take what is due from the outbox, as delivery would."""
        while rows := await self.store.exchange([], self.clock.now(), 100, frozenset()):
            sent = []
            for row in rows:
                message_id = row.message_id
                if message_id is None:
                    self._message_id += 1
                    message_id = self._message_id
                self.chats.setdefault(row.chat_id, {})[message_id] = row.say
                sent.append(Sent(row.id, row.rev, message_id))
            await self.store.exchange(sent, self.clock.now(), 0, frozenset())

    def label(self, choice: Choice) -> str:
        """What stands on a button."""
        return self.texts.plain(choice.label, choice.values, "id")

    def says(self, who: int) -> list[str]:
        """Text ids of all that a person's chat shows, oldest first."""
        return [say.text for _, say in sorted(self.chats.get(who, {}).items())]

    def shown(self, who: int) -> str:
        """The newest message of a person's chat, in words."""
        _, say = max(self.chats[who].items(), key=lambda item: item[0])
        return self.texts.plain(say.text, say.values, "id", self.clock.now())

    def receipt(self, who: int) -> Say:
        """The newest receipt in a person's chat."""
        return [say for _, say in sorted(self.chats[who].items()) if say.text.startswith("receipt.")][-1]

    async def beat(self, **by: float) -> None:
        """Let time pass, then do what is due."""
        self.clock.move(**by)
        await self.follow_ups.all_due()
        await self.floods.all_due()
        await self.escalations.all_due()
        await self.read()

    def history(self, incident_id: int) -> list[str]:
        """What happened to an incident, oldest first."""
        with closing(sqlite3.connect(self.folder / "genangan.db")) as db:
            found = db.execute("SELECT what FROM incident_events WHERE incident_id = ? ORDER BY id", (incident_id,))
            return [what for (what,) in found]

    async def incidents(self) -> list[Any]:
        """All incidents that are open, or ended this year."""
        now = self.clock.now()
        return list(await self.store.incidents_as_of(now, now.replace(month=1, day=1)))


def shipped_routing(areas: AreaIndex) -> Routing:
    """The rules that come with the product."""
    text = (Path(bot.__file__).parent / "routing.toml").read_text()
    return read_routing(text, "routing.toml", areas.all_served(), lambda lat, lon: areas.locate(lat, lon).served)


@asynccontextmanager
async def open_desk(
    folder: Path, *, geocoding: bool = False, service_area: tuple[str, ...] = ("31.72",), channel_id: int | None = None
) -> AsyncIterator[Desk]:
    """A desk with an empty database."""
    store = await open_store(f"sqlite:///{folder}/genangan.db")
    clock = StillClock()
    texts = Texts(WIB)
    areas = AreaIndex.from_reference_points(service_area)
    routing = shipped_routing(areas)
    toasts: list[Toast] = []
    context = Context(
        areas=areas,
        places=PlaceReader.around(areas.served_box),
        bot_name="genangan_bot",
        admin_ids=frozenset({ADMIN}),
        timezone=WIB,
        geocoding=geocoding,
        label_of=texts.label_ids,
        units=units_of(areas.all_served(), routing.units),
        routing=routing,
        channel_id=channel_id,
    )
    intake = Intake(store, Reader("genangan_bot"), clock, context, toasts.extend)
    try:
        yield Desk(
            store,
            intake,
            FollowUps(store, clock, context, lambda: None),
            Escalations(store, clock, context, lambda: None),
            Floods(store, clock, context, lambda: None),
            clock,
            texts,
            toasts,
            folder,
            context,
        )
    finally:
        await store.close()
