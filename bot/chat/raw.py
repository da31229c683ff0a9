"""Strict access to fields of a raw update: the right type, or UnreadableUpdate naming the field, not its value."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from bot.domain.errors import UnreadableUpdate

Json: TypeAlias = Mapping[str, object]
"""An object of the Bot API, as it came."""

MAX_INT = 2**63 - 1
"""What the database can hold. Telegram's ids have at most 52 significant bits (Bot API, User and Chat)."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse(payload: str) -> Json:
    """The object that a payload holds."""
    try:
        found: object = json.loads(payload)
    except (ValueError, RecursionError):  # no JSON, or a number or nesting beyond what Python reads
        raise UnreadableUpdate("not JSON") from None
    if not isinstance(found, dict):
        raise UnreadableUpdate("not a JSON object")
    return found


def maybe_obj(of: Json, key: str) -> Json | None:
    """An object, None where the field is absent."""
    value = of.get(key)
    if value is None or isinstance(value, dict):
        return value
    raise UnreadableUpdate(f"{key} is not an object")


def obj(of: Json, key: str) -> Json:
    """An object that has to be there."""
    return cast(Json, _there(maybe_obj(of, key), key))


def objs(of: Json, key: str) -> Sequence[Json]:
    """A list of objects, empty where the field is absent."""
    value = of.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise UnreadableUpdate(f"{key} is not a list of objects")
    return value


def maybe_int(of: Json, key: str) -> int | None:
    """A whole number that the database can hold, None where the field is absent."""
    value = of.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not -MAX_INT <= value <= MAX_INT:
        raise UnreadableUpdate(f"{key} is not a whole number of 64 bits")
    return value


def integer(of: Json, key: str) -> int:
    """A whole number that has to be there."""
    return cast(int, _there(maybe_int(of, key), key))


def maybe_float(of: Json, key: str) -> float | None:
    """A finite number, None where the field is absent."""
    value = of.get(key)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_INT:
        number = float(value)
        if math.isfinite(number):
            return number
    raise UnreadableUpdate(f"{key} is not a number")


def degrees(of: Json, key: str, limit: float) -> float:
    """An angle within ±limit degrees that has to be there."""
    value = cast(float, _there(maybe_float(of, key), key))
    if abs(value) > limit:
        raise UnreadableUpdate(f"{key} is beyond {limit:g} degrees")
    return value


def flag(of: Json, key: str) -> bool:
    """A boolean, False where the field is absent."""
    value = of.get(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise UnreadableUpdate(f"{key} is not true or false")


def words(of: Json, key: str, limit: int) -> str:
    """What a person typed, "" where the field is absent: cut at `limit`, without what no database can store."""
    value = of.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableUpdate(f"{key} is not text")
    return _UNSTORABLE.sub("", value)[:limit]


def maybe_name(of: Json, key: str) -> str | None:
    """One of Telegram's own names (of a file, a press, a type), None where the field is absent."""
    value = of.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[!-~]{1,512}", value):
        raise UnreadableUpdate(f"{key} is not a name of Telegram's")
    return value


def name(of: Json, key: str) -> str:
    """One of Telegram's own names that has to be there."""
    return cast(str, _there(maybe_name(of, key), key))


def _there(value: object, key: str) -> object:
    if value is None:
        raise UnreadableUpdate(f"{key} is missing")
    return value
