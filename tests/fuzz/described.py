"""Objects of the Bot API at random, from its machine-readable description."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from tests.fuzz import nasty

Grounded = Mapping[str, Callable[[], Any]]
"""Type -> what makes one that exists: "User", "Chat"."""

KINDS = (
    *("message", "message", "message", "edited_message", "callback_query", "my_chat_member"),
    *("channel_post", "edited_channel_post"),
)
"""Kinds of updates that are made more often than the others."""

NAMED = ("private", "group", "supergroup", "channel", "member", "left", "kicked", "restricted", "image/jpeg", "id")


class Described:
    """Makes objects.

    Args:
        types: of the description.
        rng: what decides.
        grounded: makers of objects that have to be of this world, used nine times in ten.
    """

    def __init__(self, types: Mapping[str, Any], rng: random.Random, grounded: Grounded) -> None:
        self._types = types
        self._rng = rng
        self._grounded = grounded
        self._kinds = {field["name"]: field["types"][0] for field in types["Update"]["fields"]}
        del self._kinds["update_id"]

    def update(self) -> dict[str, Any]:
        """An update of any kind, without an id."""
        rng = self._rng
        kind = rng.choice(KINDS) if rng.random() < 0.8 else rng.choice(list(self._kinds))
        return {kind: self.value(self._kinds[kind], 3)}

    def value(self, kind: str, depth: int) -> Any:
        """A value of a type, with optional fields as long as there is depth left."""
        rng = self._rng
        if kind.startswith("Array of "):
            return [self.value(kind.removeprefix("Array of "), depth - 1) for _ in range(rng.randint(0, 2))]
        if kind in self._grounded and rng.random() < 0.9:
            return self._grounded[kind]()
        match kind:
            case "Integer":
                return rng.choice(
                    (rng.randrange(0, 100), rng.randrange(-(2**52), 2**52), rng.choice(nasty.NUMBERS[:16]))
                )
            case "Float":
                return rng.choice((rng.uniform(-7, -5), rng.uniform(106, 108), nasty.number(rng)))
            case "String":
                return rng.choice(NAMED) if rng.random() < 0.4 else nasty.words(rng)
            case "Boolean":
                return rng.random() < 0.5
            case "True":
                return True
        described = self._types.get(kind, {})
        if subtypes := described.get("subtypes"):
            return self.value(rng.choice(subtypes), depth)
        return {
            field["name"]: self.value(rng.choice(field["types"]), depth - 1)
            for field in described.get("fields", [])
            if field["required"] or (depth > 0 and rng.random() < 0.12)
        }
