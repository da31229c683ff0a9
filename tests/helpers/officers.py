"""Officers at work in tests: presses in a unit's group, words and photos in the private chat, checked photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageDraw

from bot.chat.callback import encode
from bot.domain.errors import Refused
from bot.domain.models import Choice
from bot.domain.staff import Audit
from bot.services.photo_checks import PhotoChecks
from tests.helpers.casework import LAT, LON
from tests.helpers.desk import BOT_ID, Desk

ANI, BUDI, CICI = 101, 102, 103
"""Residents."""


async def report(desk: Desk, who: int = ANI, depth: str = "Lutut ±50", *, north_m: float = 0.0) -> None:
    """A resident reports a puddle in Sungai Bambu."""
    await desk.location(who, LAT + north_m / 111_195, LON)
    await desk.press(who, depth)


def choice_in(desk: Desk, chat: int, label: str) -> tuple[int, Choice]:
    """(message id, button) of the newest button with this label in a chat."""
    for message_id, say in sorted(desk.chats.get(chat, {}).items(), reverse=True):
        for choice in (choice for row in say.choices for choice in row):
            if choice.sends is None and label in desk.label(choice):
                return message_id, choice
    raise AssertionError(f"no button {label!r} in {desk.shown(chat)}")


async def tap(desk: Desk, who: int, label: str, chat: int | None = None, *, name: str = "Budi") -> str | None:
    """Press the newest button with this label in a group (or the private chat); returns the toast in words.

    A link opens the private chat with the bot, and starts it.
    """
    message_id, choice = choice_in(desk, who if chat is None else chat, label)
    if choice.url is not None:
        (payload,) = parse_qs(urlsplit(choice.url).query)["start"]
        await desk.text(who, f"/start {payload}")
        return None
    return await tap_data(desk, who, encode(choice.act, choice.args), message_id, chat, name=name)


async def tap_data(
    desk: Desk, who: int, data: str, message_id: int = 1, chat: int | None = None, *, name: str = "Budi"
) -> str | None:
    """Press a button by its data, however old; returns the toast in words."""
    await desk.receive(press_update(who, data, message_id, chat, name=name))
    before = len(desk.toasts)
    await desk.take()
    say = desk.toasts[before].say
    return None if say is None else desk.texts.plain(say.text, say.values, "id", desk.clock.now())


def press_update(who: int, data: str, message_id: int, chat: int | None, *, name: str = "Budi") -> dict[str, Any]:
    """The raw update of a press."""
    sender = {"id": who, "is_bot": False, "first_name": name, "language_code": "id"}
    place = {"id": who, "type": "private"} if chat is None else {"id": chat, "type": "supergroup", "title": "Unit"}
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}
    message = {"message_id": message_id, "date": 1, "chat": place, "from": bot, "text": "…"}
    return {
        "callback_query": {
            "id": f"q{who}{data}",
            "from": sender,
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
    }


def picture(seed: int) -> bytes:
    """A JPEG of blocks of grey, another one for every seed."""
    chance = Random(seed)
    made = Image.new("RGB", (160, 120), (120, 120, 120))
    draw = ImageDraw.Draw(made)
    for _ in range(24):
        x, y, tone = chance.randrange(160), chance.randrange(120), chance.randrange(256)
        draw.rectangle((x, y, x + 40, y + 30), fill=(tone, tone, tone))
    data = BytesIO()
    made.save(data, "JPEG")
    return data.getvalue()


@dataclass
class FakeFiles:
    """Telegram's files: photo "p1" of the desk is file "file-p1"; of others there is nothing."""

    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, pictures: Mapping[str, bytes]) -> FakeFiles:
        """Files by the names that Desk.photo gives them."""
        return cls({f"file-{name}": data for name, data in pictures.items()})

    async def fetch(self, file_id: str) -> bytes:
        if file_id not in self.files:
            raise Refused("no such file")
        return self.files[file_id]


async def do_work(desk: Desk, files: FakeFiles) -> list[str]:
    """Do the slow work with photos that waits, and take what comes of it. Returns its kinds."""
    doers = PhotoChecks(files, desk.store, desk.clock).doers()
    done = []
    while rows := await desk.store.claim_work(desk.clock.now(), 50):
        for row in rows:
            await desk.store.finish_work(row, await doers[row.kind](row), desk.clock.now())
            done.append(row.kind)
        await desk.take()
    return done


async def audited(desk: Desk) -> list[Audit]:
    """What officers and admins did, oldest first."""
    return list(reversed(await desk.store.audit(desk.clock.now().replace(month=1, day=1), 1000)))


def last(desk: Desk, who: int) -> str:
    """The text id of the newest message in a chat."""
    return max(desk.chats[who].items())[1].text
