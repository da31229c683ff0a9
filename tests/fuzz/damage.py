"""Real updates made wrong, and wrong ones made small."""

from __future__ import annotations

import copy
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from tests.fuzz import nasty

LEAVES_FOLLOWED = 400
"""Places of an update that are looked at, so that a deep one costs no more than another."""


def places(of: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside, the outer ones first."""
    found: list[tuple[Any, Any]] = []
    waiting = [of]
    while waiting and len(found) < LEAVES_FOLLOWED:
        container = waiting.pop(0)
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], dict | list):
                waiting.append(container[key])
    return found


def damaged(update: dict[str, Any], others: list[dict[str, Any]], rng: random.Random) -> dict[str, Any]:
    """A copy with one to four things wrong: what is there taken away, changed, doubled, or come from another update."""
    update = copy.deepcopy(update)
    for _ in range(rng.choice((1, 1, 2, 4))):
        _damage(update, others, rng)
    return update


def _damage(update: dict[str, Any], others: list[dict[str, Any]], rng: random.Random) -> None:
    found = [(container, key) for container, key in places(update) if container is not update or key != "update_id"]
    if not found:
        return
    container, key = rng.choice(found)
    value = container[key]
    match rng.randrange(7):
        case 0:
            del container[key]
        case 1:
            container[key] = nasty.junk(rng)
        case 2 if isinstance(container, dict):
            container[rng.choice(("extra", "sender_chat", "migrate_to_chat_id", "forward_origin", "\ud800"))] = value
        case 3:
            donor = rng.choice(places(rng.choice(others)) or [({"x": 1}, "x")])
            container[key] = copy.deepcopy(donor[0][donor[1]])
        case 4 if isinstance(value, str):
            container[key] = nasty.words(rng)
        case 4 if isinstance(value, int | float):
            container[key] = nasty.number(rng)
        case 5 if isinstance(container, dict):
            same = [(c, k) for other in rng.choices(others, k=3) for c, k in places(other) if k == key]
            if same:
                donor = rng.choice(same)
                container[key] = copy.deepcopy(donor[0][donor[1]])
        case _:
            container[key] = nasty.words(rng) if isinstance(value, str) else nasty.junk(rng)


async def shrunk(update: dict[str, Any], fails: Callable[[dict[str, Any]], Awaitable[bool]], tries: int = 150) -> Any:
    """The smallest update found that still fails: parts are left out, texts halved, as long as it does."""
    smallest, again = update, True
    while again and tries > 0:
        again = False
        for smaller in _smaller(smallest):
            tries -= 1
            if tries < 0:
                break
            if await fails(smaller):
                smallest, again = smaller, True
                break
    return smallest


def _smaller(update: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for index, (container, key) in enumerate(places(update)):
        if key == "update_id":
            continue
        for change in ("leave out", "halve"):
            copied = copy.deepcopy(update)
            of, at = places(copied)[index]
            if change == "leave out":
                del of[at]
            elif isinstance(container[key], str) and len(container[key]) > 1:
                of[at] = container[key][: len(container[key]) // 2]
            else:
                continue
            yield copied
