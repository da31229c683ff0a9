"""The table of methods by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.demo.botapi.params import Params
from bot.demo.botapi.world import World

Method: TypeAlias = Callable[[World, Params], Any]
"""Does the work of a method and returns its result; raises `ApiError`."""

METHODS: dict[str, tuple[str, Method]] = {}
"""Name in lower case (Telegram does not mind the case) to its proper name and work."""


def method(name: str) -> Callable[[Method], Method]:
    """Enter a function as a method of the Bot API."""

    def enter(work: Method) -> Method:
        METHODS[name.lower()] = (name, work)
        return work

    return enter
