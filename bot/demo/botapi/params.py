"""Parameters of a call, read as leniently as Telegram reads them: "5" is 5, "true" is True."""

from __future__ import annotations

import json
import math
from typing import Any

from bot.demo.botapi.calls import Upload
from bot.demo.botapi.errors import bad_request

JSON_PARAMETERS = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "media",
        "menu_button",
        "message_ids",
        "options",
        "reply_markup",
        "reply_parameters",
        "scope",
        "suggested_post_parameters",
    }
)
"""Those that come JSON-serialized in forms."""


class Params:
    """The parameters of one call.

    Args:
        values: as decoded from the request; files are `Upload`s under their part's name.
        method: the method called, by its proper name.
    """

    def __init__(self, values: dict[str, Any], method: str = "") -> None:
        self.values = values
        self.method = method
        for name in JSON_PARAMETERS & values.keys():
            value = values[name]
            if isinstance(value, str) and value[:1] in {"{", "["}:
                try:
                    values[name] = json.loads(value)
                except ValueError:
                    continue  # stays a string: whoever reads it refuses it in Telegram's words

    def raw(self, name: str) -> Any:
        """As it is, None when not given."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """A string, empty when not given.

        Raises:
            ApiError: 400, when it is an object or is not proper Unicode.
        """
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list | Upload):
            raise bad_request(f'can\'t parse "{name}": expected a String')
        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number.

        Raises:
            ApiError: 400, when it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise bad_request(f"invalid {name} specified") from None

    def number(self, name: str) -> float | None:
        """A finite number, None when not given.

        Raises:
            ApiError: 400, when it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            found = float(value)
        except (TypeError, ValueError):
            raise bad_request(f"can't parse {name}") from None
        if not math.isfinite(found):
            raise bad_request(f"can't parse {name}")
        return found

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return str(self.values.get(name, "")).strip().lower() in {"true", "yes", "1"}

    def array(self, name: str, of: str) -> list[Any] | None:
        """A list, None when not given.

        Raises:
            ApiError: 400, when it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array of {of}")
        return value

    def table(self, name: str) -> dict[str, Any] | None:
        """An object, None when not given.

        Raises:
            ApiError: 400, when it is something else.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return value
