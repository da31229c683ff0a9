"""Methods that send and fetch files."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.calls import Upload
from bot.demo.botapi.errors import ApiError, bad_request
from bot.demo.botapi.files import MAX_DOWNLOAD_BYTES, MAX_PHOTO_BYTES, MAX_UPLOAD_BYTES
from bot.demo.botapi.limits import ALBUM_SIZES
from bot.demo.botapi.methods.access import chat_to_write
from bot.demo.botapi.methods.registry import method
from bot.demo.botapi.methods.sending import caption_content, deliver
from bot.demo.botapi.params import Params
from bot.demo.botapi.records import Json
from bot.demo.botapi.world import World


@method("sendPhoto")
def send_photo(world: World, params: Params) -> Json:
    """A photo, uploaded or by its `file_id`."""
    chat = chat_to_write(world, params)
    caption = caption_content(params)
    photo = _photo(world, _file(params, "photo"))
    content: Json = {"photo": photo, **caption}
    if params.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return deliver(world, params, chat, content).data


@method("sendDocument")
def send_document(world: World, params: Params) -> Json:
    """A file, uploaded or by its `file_id`."""
    chat = chat_to_write(world, params)
    caption = caption_content(params)
    content: Json = {"document": _document(world, _file(params, "document")), **caption}
    return deliver(world, params, chat, content).data


@method("sendMediaGroup")
def send_media_group(world: World, params: Params) -> list[Json]:
    """An album of photos or of documents."""
    chat = chat_to_write(world, params)
    media = params.array("media", "InputMedia")
    if not media:
        raise bad_request("media must be non-empty")
    if len(media) not in ALBUM_SIZES:
        raise bad_request(
            "too few messages to send as an album" if len(media) == 1 else "too many messages to send as an album"
        )
    kinds = {str(item.get("type")) for item in media if isinstance(item, dict)}
    if len(kinds) != 1 or not kinds <= {"photo", "document"}:
        raise bad_request("can't use the media of the specified type in the album")
    contents = [media_content(world, Params(dict(item)), attached(params, item)) for item in media]
    world.guard.spend(chat, params.method, len(contents))
    album = world.album_id(chat, f"sent after {world.next_number}")
    common = Params({key: value for key, value in params.values.items() if key != "reply_markup"}, params.method)
    return [deliver(world, common, chat, {"media_group_id": album, **content}, spent=True).data for content in contents]


@method("getFile")
def get_file(world: World, params: Params) -> Json:
    """Where a file can be downloaded."""
    stored = world.files.by_id(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def media_content(world: World, media: Params, source: Upload | str) -> Json:
    """The fields of a message made from an `InputMedia` object.

    Raises:
        ApiError: 400 for a type this server does not take or a bad caption.
    """
    kind = media.text("type")
    caption = caption_content(media)
    if kind == "photo":
        return {"photo": _photo(world, source), **caption}
    if kind == "document":
        return {"document": _document(world, source), **caption}
    raise bad_request(f"can't parse InputMedia: type {kind} is not supported here")


def attached(params: Params, media: Any) -> Upload | str:
    """The file an `InputMedia` object names: uploaded under "attach://NAME", or a `file_id`.

    Raises:
        ApiError: 400, when it is not there.
    """
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    reference = str(media.get("media") or "")
    if not reference:
        raise bad_request("can't parse InputMedia: media not found")
    if reference.startswith("attach://"):
        upload = params.raw(reference.removeprefix("attach://"))
        if not isinstance(upload, Upload):
            raise bad_request("wrong file identifier/HTTP URL specified")
        return upload
    return reference


def _file(params: Params, name: str) -> Upload | str:
    value = params.raw(name)
    if isinstance(value, Upload):
        return value
    reference = params.text(name)
    if not reference:
        raise bad_request(f"there is no {name} in the request")
    return attached(params, {"media": reference}) if reference.startswith("attach://") else reference


def _photo(world: World, source: Upload | str) -> list[Json]:
    if isinstance(source, Upload):
        if not source.content:
            raise bad_request("file must be non-empty")
        if len(source.content) > MAX_PHOTO_BYTES:
            raise bad_request(f"file of size {len(source.content)} bytes is too big for a photo")
        return world.files.add_photo(source.content)
    known = world.files.by_id(source)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != "photo":
        raise bad_request(f"can't use file of type {known.kind.title()} as Photo")
    return [world.files.object_of(known)]


def _document(world: World, source: Upload | str) -> Json:
    if isinstance(source, Upload):
        if not source.content:
            raise bad_request("file must be non-empty")
        if len(source.content) > MAX_UPLOAD_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        details: Json = {"file_name": source.name or "file"}
        if source.content_type:
            details["mime_type"] = source.content_type
        return world.files.object_of(world.files.add("document", source.content, details))
    known = world.files.by_id(source)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return world.files.object_of(known)
