"""People: what one does in a chat, and what one's screen shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from bot.demo.botapi.arrivals import open_private_chat, press
from bot.demo.botapi.membership import scopes_of, set_bot_status
from bot.demo.botapi.records import Chat, Json, Press
from bot.demo.botapi.senders import Sender
from bot.demo.botapi.shown import Button, Shown, open_keyboard, show
from bot.demo.botapi.world import World

Sought: TypeAlias = str | Callable[[Shown], bool]
"""Words in a message of the bot's, or what tells the message one waits for."""


class Participant(Sender):
    """A person in a chat: in private (see `Person`), or in a group or channel (`person.at(room)`).

    What one does happens at once; what the bot makes of it is seen by `wait_for`.
    """

    @property
    def chat(self) -> list[Shown]:
        """What the chat shows now, oldest first."""
        return [show(self.info, message, self.id) for message in self.info.messages.values()]

    @property
    def last(self) -> Shown:
        """The newest message.

        Raises:
            LookupError: the chat is empty.
        """
        return show(self.info, self._newest(lambda message: True), self.id)

    @property
    def keyboard(self) -> tuple[tuple[Button, ...], ...]:
        """The reply keyboard that is open now, row by row."""
        return open_keyboard(self.info)

    @property
    def bot_is(self) -> str | None:
        """What the bot is shown to be doing ("typing")."""
        return self.info.action

    @property
    def menu(self) -> list[Json]:
        """The commands the app offers here, in the person's language (`BotCommand` objects)."""
        scopes = scopes_of(self.info, self.id)
        return self._world.profile.commands_shown(scopes, str(self.user.get("language_code", "")))

    def press(
        self,
        button: str,
        *,
        message: Shown | None = None,
        location: tuple[float, float] | None = None,
        horizontal_accuracy: float | None = None,
    ) -> Press:
        """Press a button, named by its text or its callback data.

        It is looked for in `message`, else in the newest message that has it and in the open reply keyboard,
        whichever is newer. A reply button sends its text, or asks for `location` (lat, lon).

        Raises:
            LookupError: nothing on the screen has that button; says what there is.
            ValueError: the button shares the location and none is given.
        """
        found = self._find_button(button, message)
        if found is None:
            raise LookupError(f"no button {button!r} on the screen, there are: {self._button_names()}")
        message_id, chosen, inline = found
        if inline:
            if chosen.callback_data is None:
                raise LookupError(f"button {button!r} opens something and tells the bot nothing")
            return press(self._world, self.info, self.id, message_id, chosen.callback_data)
        sent = self._press_reply_button(chosen, location, horizontal_accuracy)
        self._close_one_time_keyboard(message_id)
        return Press("", self.info.id, sent.message_id, chosen.text, self._world.clock.now(), answer={})

    def press_data(self, data: str, message: Shown | int) -> Press:
        """Press with any data, as an altered client can, or on a message that is gone."""
        message_id = message if isinstance(message, int) else message.message_id
        return press(self._world, self.info, self.id, message_id, data)

    async def wait_for(self, sought: Sought, timeout: float = 5.0, *, after: int = 0) -> Shown:
        """Wait until the chat shows a message that fits, and return the newest such one.

        Args:
            sought: a part of the bot's text, or a test of a message (of anybody's).
            timeout: real seconds.
            after: only what came or changed after this version (`api.version` taken before).

        Raises:
            TimeoutError: says what the chat shows instead.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    version = self._world.changes.of(self.info.id)
                    if found := self._find(sought, after):
                        return found
                    await self._world.changes.after(version, self.info.id)
        except TimeoutError:
            screen = "\n".join(f"  {shown.sender_name}: {shown.text!r}" for shown in self.chat[-8:])
            raise TimeoutError(f"waited {timeout} s for {sought!r}; the chat shows:\n{screen}") from None

    async def wait_for_answer(self, pressed: Press, timeout: float = 5.0) -> Press:
        """Wait until the bot has answered a press.

        Raises:
            TimeoutError: it has not, within so many real seconds.
        """
        async with asyncio.timeout(timeout):
            while pressed.answer is None:
                await self._world.changes.after(self._world.changes.of(self.info.id), self.info.id)
        return pressed

    def _find(self, sought: Sought, after: int) -> Shown | None:
        for message in reversed(self.info.messages.values()):
            if message.version <= after:
                continue
            if callable(sought):
                shown = show(self.info, message, self.id)
                if sought(shown):
                    return shown
            elif message.from_bot and sought in str(message.data.get("text", message.data.get("caption", ""))):
                return show(self.info, message, self.id)
        return None

    def _find_button(self, name: str, within: Shown | None) -> tuple[int, Button, bool] | None:
        """(message number, button, whether inline)."""
        messages: Any = reversed(self.info.messages.values())
        if within is not None:
            messages = [self.info.messages[within.message_id]]
        for message in messages:
            shown = show(self.info, message, self.id)
            for candidate in shown.all_buttons():
                if name in {candidate.text, candidate.callback_data}:
                    return message.message_id, candidate, True
            if message.message_id == self.info.keyboard_message_id:
                for row in self.keyboard:
                    for candidate in row:
                        if candidate.text == name:
                            return message.message_id, candidate, False
        return None

    def _button_names(self) -> list[str]:
        inline = [button.text for shown in self.chat for button in shown.all_buttons()]
        return inline[-20:] + [button.text for row in self.keyboard for button in row]

    def _press_reply_button(
        self, button: Button, location: tuple[float, float] | None, accuracy_m: float | None
    ) -> Shown:
        if button.request_contact:
            return self.send_contact()
        if not button.request_location:
            return self.send_text(button.text)
        if location is None:
            raise ValueError(f"{button.text!r} shares the location: say which")
        return self.send_location(*location, horizontal_accuracy=accuracy_m)

    def _close_one_time_keyboard(self, message_id: int) -> None:
        if (self.info.messages[message_id].keyboard or {}).get("one_time_keyboard"):
            self.info.keyboard_message_id = None


class Person(Participant):
    """Somebody with a Telegram account, in their private chat with the bot."""

    def start(self, payload: str = "") -> Shown:
        """Press Start, perhaps from a deep link that carries a payload."""
        open_private_chat(self._world, self.info)
        return self.send_text(f"/start {payload}".rstrip())

    def block(self) -> None:
        """Stop the bot."""
        set_bot_status(self._world, self.info, self.id, "kicked")

    def delete_account(self) -> None:
        """Leave Telegram."""
        self.info.deactivated = True

    def unblock(self) -> None:
        """Let it write again (the app then shows Start)."""
        set_bot_status(self._world, self.info, self.id, "member")

    def at(self, room: HasChat, *, topic: int | None = None) -> Participant:
        """The same person in a group or channel, perhaps in one topic (`message_thread_id`) of a forum."""
        return _InRoom(self._world, self.user, room, topic)


class HasChat(Protocol):
    """Something whose chat may become another one (a group that is upgraded)."""

    @property
    def info(self) -> Chat:
        """The chat as it is now."""
        ...


class _InRoom(Participant):
    """Follows the room when it becomes a supergroup."""

    def __init__(self, world: World, user: Json, room: HasChat, topic: int | None) -> None:
        super().__init__(world, user, room.info)
        self._room = room
        self._topic = topic

    @property
    def info(self) -> Chat:
        """The room's chat as it is now."""
        return self._room.info

    def _say(self, fields: Json, reply_to: Shown | None = None) -> Shown:
        if self._topic is not None:
            fields = {"message_thread_id": self._topic, "is_topic_message": True, **fields}
        return super()._say(fields, reply_to)
