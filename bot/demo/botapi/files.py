"""Files on the server: photos in three sizes, documents and the rest."""

from __future__ import annotations

import base64
import random
import struct

from bot.demo.botapi.records import Json, StoredFile

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024

_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "video": "videos"}
_SUFFIXES = {"photo": ".jpg", "voice": ".oga", "video": ".mp4", "sticker": ".webp"}

# The smallest grey picture: a baseline JPEG of 8 by 8 pixels. Sent where a test needs no particular photo.
_GREY_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62r"
    "Z4C8ybqmx5moq6T/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8A"
    "d//Z"
)


class FileStore:
    """All files by id and by path.

    Args:
        random_source: makes the ids; seeded, so that a run can be repeated.
    """

    def __init__(self, random_source: random.Random) -> None:
        self._random = random_source
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file with this `file_id`."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file that is downloaded under this path."""
        return self._by_path.get(path)

    def add(self, kind: str, content: bytes, details: Json, size: int | None = None) -> StoredFile:
        """Keep a file; `size` (bytes) may claim more than there is."""
        number = len(self._by_id)
        name = str(details.get("file_name", ""))
        suffix = name[name.rfind(".") :] if "." in name else _SUFFIXES.get(kind, "")
        unique = self._token(11)
        stored = StoredFile(
            file_id=f"AgACAgUAAxkB{self._token(40)}",
            file_unique_id=f"AQAD{unique}",
            path=f"{_FOLDERS.get(kind, kind + 's')}/file_{number}{suffix}",
            content=content,
            size=len(content) if size is None else size,
            kind=kind,
            details=details,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def add_photo(self, content: bytes | None) -> list[Json]:
        """Keep a photo and return its `PhotoSize` objects, smallest first.

        Telegram scales pictures; here all sizes lead to the same bytes and only name other dimensions.
        """
        if content is None:
            content = self._sample_photo()
        width, height = picture_size(content) or (1280, 960)
        sizes: list[Json] = []
        for longest in (90, 320, 1280):
            scale = min(1.0, longest / max(width, height))
            if sizes and scale == 1.0 and sizes[-1]["width"] == width:
                break
            details = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
            sizes.append(self.object_of(self.add("photo", content, details)))
        return sizes

    def object_of(self, stored: StoredFile) -> Json:
        """The object that describes the file inside a message."""
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.file_unique_id,
            "file_size": stored.size,
            **stored.details,
        }

    def _sample_photo(self) -> bytes:
        """The grey picture with a comment of its own, so that no two photos are the same bytes."""
        comment = self._token(16).encode()
        return _GREY_JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + _GREY_JPEG[2:]

    def _token(self, length: int) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        bits = self._random.getrandbits(6 * length)
        return "".join(alphabet[(bits >> 6 * place) & 63] for place in range(length))


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG, None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:2] != b"\xff\xd8":
        return None
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return int(width), int(height)
        position += 2 + int(struct.unpack(">H", content[position + 2 : position + 4])[0])
    return None
