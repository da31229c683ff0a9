"""A borough with people who send whatever they like: what each update is, and who it comes from."""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlparse

from bot.demo.botapi import Participant, Person, content
from bot.demo.botapi.records import Chat, Message, Press
from bot.demo.botapi.shown import Button, open_keyboard, show
from bot.domain.numbers import numbers_in
from bot.services.buttons import HANDLERS
from bot.services.commands import COMMANDS, LINKS
from tests.e2e.borough import HERE, Borough, Office, street
from tests.fuzz import nasty
from tests.fuzz.damage import damaged
from tests.fuzz.described import Described
from tests.fuzz.plans import case_of, plan

Update = dict[str, Any]

DEAR = {"rekap": 0.1, "digest": 0.1, "ekspor": 0.2, "post": 0.1}
"""Commands and buttons that make the bot work for a second: how many of them are let through."""

SPOTS = (HERE, (-6.13025, 106.88685), (-6.1335, 106.8845), (-6.1275, 106.8790), (-6.1100, 106.9100), (-5.6, 106.55))
PHOTOS = 10
KEPT = 600
"""Updates of before that new ones are made from."""

SEEN = 8
"""The newest messages of a chat, whose buttons are pressed."""


@dataclass(frozen=True)
class Forum(Office):
    """An office whose chat is a topic of a forum."""

    @property
    def here(self) -> Participant:
        """The officer, in the topic."""
        return self.officer.at(self.room, topic=7)


class Crowd:
    """Makes updates of all kinds.

    Args:
        borough: with its offices connected.
        rng: what decides; the same one makes the same updates of the same screens.
        types: of the Bot API's description; without it, no updates are made from types.
    """

    def __init__(self, borough: Borough, rng: random.Random, types: Mapping[str, Any] | None) -> None:
        self._borough, self.rng, self._api = borough, rng, borough.api
        self._world = borough.api.world
        names = [name.replace("\0", "").encode(errors="ignore").decode() or "x" for name in nasty.NAMES]
        self.residents: Sequence[Person] = [
            self._api.user(name, language_code=rng.choice(("id", "en", None))) for name in names
        ]
        self.officers: Sequence[tuple[Person, Office]] = [
            (office.officer, office) for office in borough.offices.values()
        ]
        for person in (*self.residents, *(officer for officer, _ in self.officers)):
            person.start()
        self._outsider = self._api.user("Orang luar")  # has never opened the chat
        self._stranger = self._api.group("Arisan", [self.residents[0]], bot="member", forum=True)
        self._photos = [content.photo(self._world.files, street(rng.randrange(10**6), 40)) for _ in range(PHOTOS)]
        self._message_id = 10_000_000
        self._past: list[Update] = []
        self._numbers: list[str] = ["KA7"]
        self._numbers_in: dict[int, list[str]] = {}
        self._ids: list[str] = ["1", "2", "3"]
        self._planned: deque[Update] = deque()
        grounded: dict[str, Callable[[], Any]] = {"User": lambda: self._person().user, "Chat": self._chat}
        grounded |= {"Location": self.location, "MaybeInaccessibleMessage": self._shown_message}
        self._described = None if types is None else Described(types, rng, grounded)
        self._moves: tuple[tuple[Callable[[], Update], int], ...] = (
            (self._pressed, 26),
            (self._as_planned, 22),
            (self._forged, 13),
            (self._said, 13),
            (self._commanded, 8),
            (self._damaged, 14),
            (self._came_and_went, 2),
            (self._forgotten, 3),
            (self._of_types, 0 if types is None else 12),
        )

    def update(self) -> Update:
        """The next one."""
        moves, weights = [move for move, _ in self._moves], [weight for _, weight in self._moves]
        while True:
            made: Update = self.rng.choices(moves, weights)[0]()
            if self._allowed(made):
                break
        if len(self._past) < KEPT:
            self._past.append(made)
        elif self.rng.random() < 0.05:
            self._past[self.rng.randrange(KEPT)] = made
        return made

    def look_around(self) -> None:
        """Take note of the numbers and ids that stand on screens."""
        for chat in self._chats():
            for message in list(chat.messages.values())[-SEEN:]:
                found = numbers_in(str(message.data.get("text", "")))
                self._numbers = (self._numbers + found)[-40:]
                self._numbers_in[chat.id] = [*self._numbers_in.get(chat.id, ()), *found][-12:]
        args = [arg for _, button in self._buttons() for arg in (button.callback_data or "").split(":")[1:]]
        self._ids = (self._ids + args)[-120:]

    def _allowed(self, update: Update) -> bool:
        """Not all that is dear."""
        message, press = update.get("message"), update.get("callback_query")
        data = press.get("data") if isinstance(press, dict) else None
        text = message.get("text", message.get("caption")) if isinstance(message, dict) else None
        said = data.partition(":")[0] if isinstance(data, str) else str(text)[:40].lstrip("/").split(" ")[0]
        share = DEAR.get(said.partition("@")[0].lower())
        return share is None or self.rng.random() < share

    # -- who and where ------------------------------------------------------------------------------------------------

    def _person(self) -> Person:
        which = self.rng.random()
        if which < 0.68:
            return self.rng.choice(self.residents)
        if which < 0.84:
            return self.rng.choice(self.officers)[0]
        return self.admin if which < 0.96 else self._outsider

    def _chats(self) -> list[Chat]:
        return [chat for chat in self._world.chats.values() if any(each.from_bot for each in chat.messages.values())]

    def _chat(self) -> dict[str, Any]:
        return self.rng.choice(list(self._world.chats.values())).public

    def location(self) -> dict[str, Any]:
        rng = self.rng
        if rng.random() < 0.1:
            return {"latitude": nasty.number(rng), "longitude": nasty.number(rng)}
        lat, lon = rng.choice(SPOTS)
        point = {"latitude": lat + rng.gauss(0, 2e-4), "longitude": lon + rng.gauss(0, 2e-4)}
        if rng.random() < 0.5:
            point["horizontal_accuracy"] = rng.choice((0, 5.5, 30, 900, 1500))
        if rng.random() < 0.1:
            point |= {"live_period": 900, "heading": 5}
        return point

    def _newest(self) -> tuple[Chat, Message] | None:
        """A message of the bot's, on somebody's screen; more often an office's or an admin's, and the last one."""
        chat = self.rng.choice(self._chats())
        if self.rng.random() < 0.4:
            officer, office = self.rng.choice(self.officers)
            chat = self._world.chats[self.rng.choice((officer.id, office.room.id, office.room.id, self.admin.id))]
        shown = [each for each in list(chat.messages.values())[-SEEN:] if each.from_bot]
        if not shown:
            return None
        return chat, shown[-1] if self.rng.random() < 0.5 else self.rng.choice(shown)

    def _shown_message(self) -> dict[str, Any]:
        found = self._newest()
        return {"message_id": 1, "date": 0, "chat": self._chat()} if found is None else found[1].data

    def _buttons(self) -> list[tuple[tuple[Chat, Message], Button]]:
        found = self._newest()
        return [] if found is None else [(found, each) for each in show(found[0], found[1], 0).all_buttons()]

    def message(self, person: Person, chat: Mapping[str, Any] | None = None, **fields: Any) -> Update:
        """A message as Telegram would bring it, perhaps edited, forwarded, in answer to another, or by a channel."""
        rng = self.rng
        self._message_id += 1
        date = int(self._borough.clock.now().timestamp()) - rng.choice((0, 1, 5, 4000))
        private = {key: person.user[key] for key in ("id", "first_name") if key in person.user} | {"type": "private"}
        made = {"message_id": self._message_id, "date": date, "chat": chat or private, "from": person.user, **fields}
        what = rng.random()
        if what < 0.06:
            made["edit_date"] = date
            made["message_id"] -= rng.randrange(5)
            return {"edited_message": made}
        if what < 0.1:
            made["forward_origin"] = {"type": "user", "date": date, "sender_user": self._person().user}
        elif what < 0.2 and (found := self._newest()) is not None:
            made["reply_to_message"] = found[1].data
        elif what < 0.22:
            made["sender_chat"] = self._chat()
        return {"message": made}

    @property
    def admin(self) -> Person:
        """The borough's."""
        return self._borough.admin

    def text(self, words: str) -> dict[str, Any]:
        """A text; a command in front is marked as Telegram does."""
        fields: dict[str, Any] = {"text": words}
        if words.startswith("/"):
            length = len(words.split(maxsplit=1)[0].encode("utf-16-le", "surrogatepass")) // 2
            fields["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return fields

    def photo(self) -> dict[str, Any]:
        """One of those that there are."""
        return dict(self.rng.choice(self._photos))

    def number(self, office: Office | None = None) -> str:
        """Of a case or report on an office's screen, or on anybody's."""
        shown = self._numbers_in.get(office.room.id, ()) if office is not None else ()
        return self.rng.choice(shown or self._numbers)

    def cards(self, office: Office) -> list[Mapping[str, Any]]:
        """The newest messages in an office's chat that have buttons of a case."""
        shown = [message.data for message in list(self._world.chats[office.room.id].messages.values())[-30:]]
        return [data for data in shown if case_of(data) is not None]

    # -- what they do -------------------------------------------------------------------------------------------------

    def _pressed(self) -> Update:
        """A button that is there: by who sees it, or by somebody else; or what a link or a keyboard sends."""
        rng = self.rng
        buttons = self._buttons()
        if not buttons:
            return self._said()
        (chat, message), button = rng.choice(buttons)
        members = [each for each in chat.members if each != self._world.bot_id and each in self._world.users]
        who = rng.choice(members) if rng.random() < 0.9 else self._person().id
        if button.callback_data is None:
            started = parse_qs(urlparse(button.url or "").query).get("start", ["lapor"])[0]
            return self.message(Person(self._world, self._world.users[who], chat), **self.text(f"/start {started}"))
        return self.press(who, button.callback_data, message.data)

    def press(self, who: int, data: Any, message: Mapping[str, Any]) -> Update:
        press_id = str(self.rng.randrange(10**17, 10**18))
        self._world.presses[press_id] = Press(press_id, who, 0, str(data), self._borough.clock.now())
        query = {"id": press_id, "from": self._world.users[who], "chat_instance": "1", "data": data, "message": message}
        return {"callback_query": query}

    def _forged(self) -> Update:
        """Data that no button of theirs carries."""
        rng = self.rng
        message, who = self._shown_message(), self._person().id
        buttons = self._buttons()
        if buttons and rng.random() < 0.5:
            parts = (buttons[0][1].callback_data or "d:1:knee").split(":")
            parts[rng.randrange(len(parts))] = self._argument()
        else:
            parts = [rng.choice(list(HANDLERS)), *(self._argument() for _ in range(rng.randint(0, 4)))]
        data = ":".join(parts)
        return self.press(
            who, data if rng.random() < 0.3 else data.encode(errors="ignore")[:64].decode(errors="ignore"), message
        )

    def _argument(self) -> str:
        rng = self.rng
        if rng.random() < 0.6:
            return rng.choice(self._ids)
        return rng.choice(
            ("", "0", "-1", "9" * 19, "x", "1e3", "٣", "main", "knee", "31.72.02", "%3A", nasty.words(rng)[:30])
        )

    def _said(self) -> Update:
        """Something that people send: a place, words, a picture, anything."""
        rng, person = self.rng, self._person()
        what = rng.random()
        fields: dict[str, Any]
        if what < 0.3:
            fields = {"location": self.location()}
        elif what < 0.6:
            fields = self.text(self._words(person))
        elif what < 0.75:
            fields = dict(rng.choice(self._photos))
            if rng.random() < 0.5:
                fields["caption"] = self._words(person)
            if rng.random() < 0.3:
                fields["media_group_id"] = str(rng.randrange(5))
        elif what < 0.8:
            point = self.location()
            fields = {"location": point, "venue": {"location": point, "title": self._words(person), "address": ""}}
        elif what < 0.85:
            fields = content.document(
                self._world.files, b"%PDF-", {"file_name": nasty.words(rng), "mime_type": "image/png"}, "", None
            )
        else:
            kinds = (
                "sticker",
                "voice",
                "video",
                "contact",
                "poll",
                "dice",
                "new_chat_members",
                "pinned_message",
                "story",
            )
            fields = {rng.choice(kinds): nasty.junk(rng), "caption": nasty.words(rng)}
        chat = None if rng.random() < 0.9 else self._chat()
        return self.message(person, chat, **fields)

    def _words(self, person: Person) -> str:
        rng = self.rng
        keys = [button.text for row in open_keyboard(self._world.chats[person.id]) for button in row]
        if keys and rng.random() < 0.25:
            return rng.choice(keys)
        return rng.choice(self._numbers) if rng.random() < 0.05 else nasty.words(rng)

    def _commanded(self) -> Update:
        """A command with anything behind it, anywhere, by anybody."""
        rng = self.rng
        name = rng.choice(list(COMMANDS)) if rng.random() < 0.95 else nasty.words(rng)[:40]
        args = " ".join(
            rng.choice((rng.choice(self._numbers), rng.choice(self._ids), nasty.words(rng)[:500]))
            for _ in range(rng.randint(0, 2))
        )
        if name == "start" and rng.random() < 0.7:
            args = (
                rng.choice(list(LINKS))
                + rng.choice(self._numbers)
                + rng.choice(("", "_close_handled", "_hand_kota", "_x"))
            )
        if rng.random() < 0.6:
            person = self.admin if rng.random() < 0.4 else self._person()
            return self.message(person, **self.text(f"/{name} {args}".strip()))
        officer, office = rng.choice(self.officers)
        room = self._stranger if rng.random() < 0.2 else office.room
        fields = self.text(f"/{name}@genangan_bot {args}".strip())
        if room.info.public.get("is_forum"):
            fields |= {"message_thread_id": rng.choice((7, 8, -1)), "is_topic_message": True}
        if rng.random() < 0.2:  # an administrator who hides behind the group
            fields["sender_chat"] = room.info.public
        return self.message(rng.choice((officer, self.admin, self._person())), room.info.public, **fields)

    def _as_planned(self) -> Update:
        if not self._planned:
            self._planned.extend(plan(self))
        return self._planned.popleft()

    def _damaged(self) -> Update:
        if len(self._past) < 20:
            return self._said()
        made = damaged(self.rng.choice(self._past), self._past, self.rng)
        made.pop("update_id", None)
        return made

    def _came_and_went(self) -> Update:
        """The bot is blocked or let in again, mostly by residents; a group becomes a supergroup."""
        rng, person = self.rng, self.rng.choice(self.residents)
        if rng.random() < 0.05:
            return self.message(person, self._stranger.info.public, migrate_to_chat_id=-rng.randrange(10**12, 10**13))
        chat = self._stranger.info.public if rng.random() < 0.3 else {"id": person.id, "type": "private"}
        status = rng.choice(("member", "member", "kicked", "left", "restricted", "administrator", "x"))
        member = {"user": self._world.bot, "status": status, "is_member": True}
        date = int(self._borough.clock.now().timestamp())
        change = {"chat": chat, "from": person.user, "date": date, "old_chat_member": member, "new_chat_member": member}
        return {"my_chat_member": change}

    def _forgotten(self) -> Update:
        """Somebody asks to be forgotten, or the question's button is pressed: by them, by others, with other words."""
        rng = self.rng
        asked = [
            (chat, each, button.callback_data)
            for chat in self._chats()
            for each in list(chat.messages.values())[-SEEN:]
            for button in (show(chat, each, 0).all_buttons() if each.from_bot else ())
            if (button.callback_data or "").startswith("hapus:")
        ]
        if not asked or rng.random() < 0.4:
            person = rng.choice(self.residents) if rng.random() < 0.93 else self._person()
            return self.message(person, **self.text("/hapus"))
        newest = sorted(asked, key=lambda each: int(each[1].data["date"]))[-4:]
        chat, message, data = rng.choice(asked if rng.random() < 0.2 else newest)
        parts = str(data).split(":")
        if rng.random() < 0.2:
            parts[rng.randrange(1, len(parts))] = self._argument()
        who = chat.id if rng.random() < 0.7 else self._person().id
        return self.press(who, ":".join(parts).encode(errors="ignore")[:64].decode(errors="ignore"), message.data)

    def _of_types(self) -> Update:
        assert self._described is not None
        return self._described.update()


def brief(update: object, limit: int = 2500) -> str:
    """An update as one can read it in a failure."""
    text = json.dumps(update, default=str)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
