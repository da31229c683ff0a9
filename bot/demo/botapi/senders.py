"""What a person can send into a chat."""

from __future__ import annotations

from collections.abc import Callable

from bot.demo.botapi import content
from bot.demo.botapi.arrivals import correct, say
from bot.demo.botapi.records import Chat, Json, Message
from bot.demo.botapi.shown import Shown, show
from bot.demo.botapi.world import World


class Sender:
    """A person in one chat, as the author of messages.

    All that a person does happens at once; each method returns the message as the sender's screen shows it.
    """

    def __init__(self, world: World, user: Json, info: Chat) -> None:
        self._world = world
        self.user = user
        self._info = info

    @property
    def id(self) -> int:
        """The person's Telegram id."""
        return int(self.user["id"])

    @property
    def info(self) -> Chat:
        """The chat behind the screen."""
        return self._info

    def send_text(self, text: str, *, reply_to: Shown | None = None) -> Shown:
        """Type something."""
        return self._say(content.text(text), reply_to)

    def send_location(
        self,
        lat: float,
        lon: float,
        *,
        horizontal_accuracy: float | None = None,
        live_period: int | None = None,
        reply_to: Shown | None = None,
    ) -> Shown:
        """Send a point; accuracy in metres; live for `live_period` seconds."""
        return self._say(content.location(lat, lon, horizontal_accuracy, live_period), reply_to)

    def move_live_location(self, lat: float, lon: float, *, message: Shown | None = None) -> Shown:
        """Walk on with the newest live location (or that of `message`)."""
        moved = self._own(message, lambda data: "live_period" in data.get("location", {}))
        return self._correct(moved, {"location": {**moved.data["location"], "latitude": lat, "longitude": lon}})

    def stop_live_location(self) -> Shown:
        """End the newest live location."""
        ended = self._own(None, lambda data: "live_period" in data.get("location", {}))
        point = {key: value for key, value in ended.data["location"].items() if key != "live_period"}
        return self._correct(ended, {"location": point})

    def send_venue(self, lat: float, lon: float, title: str, address: str) -> Shown:
        """Send a named place."""
        return self._say(content.venue(lat, lon, title, address))

    def send_photo(
        self,
        data: bytes | None = None,
        *,
        caption: str = "",
        album: str | None = None,
        reply_to: Shown | None = None,
    ) -> Shown:
        """Send a photo (a small grey one by default); the same `album` label makes an album."""
        fields = content.photo(self._world.files, data, caption)
        if album is not None:
            fields["media_group_id"] = self._world.album_id(self.info, f"{self.id} {album}")
        return self._say(fields, reply_to)

    def send_document(
        self,
        data: bytes = b"%PDF-",
        *,
        file_name: str = "laporan.pdf",
        mime_type: str = "application/pdf",
        caption: str = "",
        size: int | None = None,
    ) -> Shown:
        """Send a file; `size` in bytes may claim more than `data`, to try the download limit."""
        details = {"file_name": file_name, "mime_type": mime_type}
        fields = content.document(self._world.files, data, details, caption, size)
        return self._say(fields)

    def send_sticker(self, emoji: str = "👍") -> Shown:
        """Send a sticker."""
        return self._say(content.sticker(self._world.files, emoji))

    def send_voice(self, duration_s: int = 3) -> Shown:
        """Send a voice message."""
        return self._say(content.voice(self._world.files, duration_s))

    def send_video(self, duration_s: int = 5, *, caption: str = "") -> Shown:
        """Send a video."""
        return self._say(content.video(self._world.files, duration_s, caption))

    def send_contact(self, phone_number: str = "+6281200000000") -> Shown:
        """Send one's phone number."""
        return self._say(content.contact(phone_number, self.user))

    def send_dice(self) -> Shown:
        """Roll the dice."""
        return self._say(content.dice(self._world.random.randrange(1, 7)))

    def send_poll(self, question: str = "Banjir?", options: tuple[str, ...] = ("Ya", "Tidak")) -> Shown:
        """Send a poll."""
        poll_id = str(self._world.random.randrange(10**18, 10**19))
        return self._say(content.poll(poll_id, question, list(options)))

    def edit_text(self, text: str, *, message: Shown | None = None) -> Shown:
        """Correct the newest text or caption one wrote (or `message`)."""
        found = self._own(message, lambda data: "text" in data or "caption" in data)
        fields = content.text(text)
        if "text" not in found.data:
            fields = {"caption": fields["text"], "caption_entities": fields.get("entities")}
        else:
            fields.setdefault("entities", None)
        return self._correct(found, fields)

    def _say(self, fields: Json, reply_to: Shown | None = None) -> Shown:
        message = say(self._world, self.info, self.id, fields, reply_to.message_id if reply_to is not None else None)
        return show(self.info, message, self.id)

    def _correct(self, message: Message, fields: Json) -> Shown:
        correct(self._world, self.info, message, fields)
        return show(self.info, message, self.id)

    def _own(self, chosen: Shown | None, fits: Callable[[Json], bool]) -> Message:
        if chosen is not None:
            return self.info.messages[chosen.message_id]
        return self._newest(lambda message: message.sender_id == self.id and fits(message.data))

    def _newest(self, fits: Callable[[Message], bool]) -> Message:
        for message in reversed(self.info.messages.values()):
            if fits(message):
                return message
        raise LookupError("no such message in the chat")
