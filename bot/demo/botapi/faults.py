"""Faults on demand: what a network and Telegram do to a bot on a bad day.

A fault is an effect (what goes wrong) and a rule (which calls it strikes). `Faults.add` takes both::

    api.faults.add(too_many_requests(3), method="sendMessage", chat=person, times=2)
    api.faults.add(dropped(), method="sendMessage", probability=0.1)
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from bot.demo.botapi import errors
from bot.demo.botapi.errors import ApiError

ALL_METHODS = "*"


class HasId(Protocol):
    """A person, group or channel."""

    @property
    def id(self) -> int:
        """Its chat id."""
        ...


class Wire(Enum):
    """What becomes of the answer on its way to the bot."""

    WHOLE = auto()
    HALF = auto()
    NOTHING = auto()
    DROPPED = auto()
    GARBLED = auto()


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes wrong.

    Args:
        name: how the record of calls names it.
        error: refused with this instead of being done.
        wire: what the bot receives.
        worked: whether the work is done before the answer is lost.
        delay_s: real seconds by which the answer is late.
        migrates: the group becomes a supergroup just before the call.
    """

    name: str
    error: ApiError | None = None
    wire: Wire = Wire.WHOLE
    worked: bool = True
    delay_s: float = 0.0
    migrates: bool = False


def blocked() -> Effect:
    """403, as from someone who blocked the bot."""
    return Effect("blocked", error=errors.forbidden("bot was blocked by the user"))


def refused(code: int, description: str) -> Effect:
    """Any error with its full description."""
    return Effect(f"refused {code}", error=ApiError(code, description))


def conflict() -> Effect:
    """409, as when a second instance polls."""
    return Effect(
        "conflict",
        error=errors.conflict(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        ),
    )


def too_many_requests(retry_after_s: int) -> Effect:
    """429 with the seconds to wait."""
    return Effect("too many requests", error=errors.too_many_requests(retry_after_s))


def server_error(code: int = 500) -> Effect:
    """A failure of Telegram's: 500 comes as JSON, 502 and 504 as the page of a proxy."""
    words = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
    wire = Wire.WHOLE if code == 500 else Wire.GARBLED
    return Effect(f"server error {code}", error=ApiError(code, words.get(code, "Error")), wire=wire)


def no_answer(worked: bool = False) -> Effect:
    """Silence until the bot gives up; with `worked`, although the work was done."""
    return Effect("no answer", wire=Wire.NOTHING, worked=worked)


def slow(delay_s: float) -> Effect:
    """The right answer, so many real seconds late."""
    return Effect("slow", delay_s=delay_s)


def half_answer() -> Effect:
    """The work is done, the connection breaks in the middle of the answer."""
    return Effect("half answer", wire=Wire.HALF)


def dropped(worked: bool = True) -> Effect:
    """The connection breaks before any answer; with `worked`, after the work was done."""
    return Effect("dropped", wire=Wire.DROPPED, worked=worked)


def migrated() -> Effect:
    """The group becomes a supergroup at that moment; the call is refused with the new id."""
    return Effect("migrated", migrates=True)


@dataclass(slots=True)
class Fault:
    """An effect with its rule; `struck` counts how often it was played."""

    effect: Effect
    method: str
    chat_id: int | None
    times: int | None
    skip: int
    probability: float
    struck: int = 0

    @property
    def spent(self) -> bool:
        """Whether it will not strike again."""
        return self.times is not None and self.struck >= self.times


class Faults:
    """The faults in force. The first that fits a call strikes it.

    Args:
        random_source: decides where a probability is given; seeded.
    """

    def __init__(self, random_source: random.Random) -> None:
        self._random = random_source
        self._faults: list[Fault] = []

    def add(
        self,
        effect: Effect,
        *,
        method: str = ALL_METHODS,
        chat: HasId | int | None = None,
        times: int | None = 1,
        skip: int = 0,
        probability: float = 1.0,
    ) -> Fault:
        """Put a fault in force.

        Args:
            effect: what goes wrong.
            method: the method it strikes, "*" for any, "download" for the fetching of files.
            chat: only calls to this chat.
            times: how often it strikes; None for ever.
            skip: let so many fitting calls pass first.
            probability: of striking a fitting call, from 0 to 1.
        """
        chat_id = chat if chat is None or isinstance(chat, int) else chat.id
        fault = Fault(effect, method, chat_id, times, skip, probability)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """No more faults."""
        self._faults.clear()

    def strike(self, method: str, params: dict[str, Any]) -> Effect | None:
        """The effect this call suffers, if any."""
        for fault in self._faults:
            if fault.spent or fault.method not in {ALL_METHODS, method}:
                continue
            if fault.chat_id is not None and str(fault.chat_id) != str(params.get("chat_id")):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            fault.struck += 1
            return fault.effect
        return None
