"""The record of what the bot called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.demo.botapi.errors import ApiError


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in a multipart request."""

    name: str
    content_type: str
    content: bytes

    def __repr__(self) -> str:
        return f"Upload({self.name!r}, {self.content_type!r}, {len(self.content)} bytes)"


@dataclass(slots=True)
class Call:
    """One call of a method.

    `params` are as sent, with JSON-serialized objects decoded; the token is not among them. Exactly one of
    `result` and `error` is set once the call is over. `fault` names the fault that was played, if any.
    """

    method: str
    params: dict[str, Any]
    at: datetime
    result: Any = None
    error: ApiError | None = None
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Whether Telegram did what was asked (its answer may still have been lost)."""
        return self.error is None and self.result is not None

    @property
    def chat_id(self) -> int | None:
        """The chat concerned, where it was given as a number."""
        value = self.params.get("chat_id")
        try:
            return int(value) if value is not None else None
        except (TypeError, ValueError, OverflowError):
            return None


class CallLog:
    """All calls in order."""

    def __init__(self) -> None:
        self.all: list[Call] = []

    def of(self, *methods: str, chat_id: int | None = None) -> list[Call]:
        """The calls of some methods (all, when none is named), of one chat or of any."""
        return [
            call
            for call in self.all
            if (not methods or call.method in methods) and (chat_id is None or call.chat_id == chat_id)
        ]
