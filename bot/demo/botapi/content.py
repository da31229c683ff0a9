"""What people can send, as the fields of a message."""

from __future__ import annotations

from bot.demo.botapi.files import FileStore
from bot.demo.botapi.records import Json
from bot.demo.botapi.text import FormattedText, with_found_entities


def text(words: str) -> Json:
    """Typed text; commands and links in it are marked by Telegram."""
    return _formatted(words, "text", "entities")


def location(lat: float, lon: float, horizontal_accuracy: float | None = None, live_period: int | None = None) -> Json:
    """A point (WGS84), accuracy in metres, live for so many seconds."""
    point: Json = {"latitude": lat, "longitude": lon}
    if horizontal_accuracy is not None:
        point["horizontal_accuracy"] = horizontal_accuracy
    if live_period is not None:
        point["live_period"] = live_period
    return {"location": point}


def venue(lat: float, lon: float, title: str, address: str) -> Json:
    """A named place; Telegram gives its point as a location, too."""
    point = location(lat, lon)
    return {**point, "venue": {"location": point["location"], "title": title, "address": address}}


def photo(files: FileStore, data: bytes | None, caption: str = "") -> Json:
    """A photo; without data, a small grey one."""
    return {"photo": files.add_photo(data), **_caption(caption)}


def document(files: FileStore, data: bytes, details: Json, caption: str, size: int | None) -> Json:
    """A file with its `file_name` and `mime_type`; `size` in bytes may claim more than there is."""
    stored = files.add("document", data, details, size)
    return {"document": files.object_of(stored), **_caption(caption)}


def sticker(files: FileStore, emoji: str) -> Json:
    """A plain sticker."""
    details = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": files.object_of(files.add("sticker", b"RIFF", {**details, "emoji": emoji}))}


def voice(files: FileStore, duration_s: int) -> Json:
    """A voice message."""
    details = {"duration": duration_s, "mime_type": "audio/ogg"}
    return {"voice": files.object_of(files.add("voice", b"OggS", details))}


def video(files: FileStore, duration_s: int, caption: str) -> Json:
    """A video."""
    details = {"width": 720, "height": 1280, "duration": duration_s, "mime_type": "video/mp4"}
    return {"video": files.object_of(files.add("video", b"ftyp", details)), **_caption(caption)}


def contact(phone_number: str, user: Json) -> Json:
    """One's own phone number."""
    return {"contact": {"phone_number": phone_number, "first_name": user["first_name"], "user_id": user["id"]}}


def dice(value: int) -> Json:
    """A roll of the dice."""
    return {"dice": {"emoji": "🎲", "value": value}}


def poll(poll_id: str, question: str, options: list[str]) -> Json:
    """A regular, anonymous poll."""
    choices = [
        {"persistent_id": str(number), "text": option, "voter_count": 0} for number, option in enumerate(options)
    ]
    flags = {
        "is_closed": False,
        "is_anonymous": True,
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    described: Json = {"id": poll_id, "question": question, "options": choices, "type": "regular"}
    return {"poll": {**described, "total_voter_count": 0, **flags}}


def _caption(words: str) -> Json:
    return _formatted(words, "caption", "caption_entities") if words else {}


def _formatted(words: str, text_field: str, entities_field: str) -> Json:
    formatted = with_found_entities(FormattedText(words))
    content: Json = {text_field: words}
    if formatted.entities:
        content[entities_field] = list(formatted.entities)
    return content
