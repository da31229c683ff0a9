"""Keyboards: read as Telegram reads them, refused as it refuses them."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.errors import bad_request
from bot.demo.botapi.limits import MAX_BUTTONS, MAX_CALLBACK_DATA_BYTES
from bot.demo.botapi.records import Json

_INLINE_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_FLAGS = {
    "resize_keyboard": "ReplyKeyboardMarkup",
    "one_time_keyboard": "ReplyKeyboardMarkup",
    "is_persistent": "ReplyKeyboardMarkup",
    "remove_keyboard": "ReplyKeyboardRemove",
    "force_reply": "ForceReply",
    "selective": "reply markup",
}


def read_markup(markup: Any, *, private: bool, inline_only: bool = False) -> tuple[Json | None, Json | None]:
    """Split a `reply_markup` into (inline keyboard, other keyboard); at most one is set.

    Args:
        markup: the decoded parameter.
        private: whether the chat is private (only there contacts and locations can be asked for).
        inline_only: in channels and for edits.

    Raises:
        ApiError: 400.
    """
    if markup is None or markup == "":
        return None, None
    if isinstance(markup, str):
        raise bad_request("can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    for flag, owner in _FLAGS.items():
        if flag in markup and not isinstance(markup[flag], bool):
            raise bad_request(f'field "{flag}" of the {owner} must be of the type Boolean')
    if rows := _rows(markup, "keyboard", "ReplyKeyboardMarkup"):
        keyboard = {**markup, "keyboard": [[_reply_button(b, private) for b in row] for row in rows]}
        return _other(keyboard, inline_only)
    if rows := _rows(markup, "inline_keyboard", "InlineKeyboardMarkup"):
        inline = [[_inline_button(button) for button in row] for row in rows]
        if sum(len(row) for row in inline) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": inline}, None
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return _other(markup, inline_only)
    return None, None


def _other(keyboard: Json, inline_only: bool) -> tuple[None, Json]:
    if inline_only:
        raise bad_request("inline keyboard expected")
    return None, keyboard


def _rows(markup: Json, name: str, owner: str) -> list[list[Any]]:
    rows = markup.get(name, [])
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" of the {owner} must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the {owner} must be an Array of Arrays')
    return [row for row in rows if row]


def _reply_button(button: Any, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    _need_text(button, "keyboard button")
    if not private and button.get("request_contact"):
        raise bad_request("phone number can be requested in private chats only")
    if not private and button.get("request_location"):
        raise bad_request("location can be requested in private chats only")
    return dict(button)


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    _need_text(button, "inline keyboard button")
    if all(button.get(action) in (None, "") for action in _INLINE_ACTIONS):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None:
        if not isinstance(data, str):
            raise bad_request('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
        if len(data.encode()) > MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and (not isinstance(url, str) or " " in url or "." not in url.replace("tg://", ".")):
        raise bad_request("BUTTON_URL_INVALID")
    return dict(button)


def _need_text(button: Json, what: str) -> None:
    if "text" not in button:
        raise bad_request(f"can't parse {what}: Can't find field \"text\"")
    if not isinstance(button["text"], str):
        raise bad_request(f'can\'t parse {what}: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request(f"{what} text must be non-empty")
