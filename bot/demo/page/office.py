"""The groups of the offices: the visitor is a member of each, and works there like any officer who presses a button.

POST /office/press    {"office": key, "message": number, "data": …} -> {"toast": … | null}

What needs words or a photo opens the visitor's own phone, as it would an officer's.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo.botapi import Room
from bot.demo.page.inputs import Refused, read_json
from bot.demo.page.phone import pressed
from bot.demo.page.stage import stage_of
from bot.demo.world import DemoWorld


def routes() -> list[Route]:
    """All of it."""
    return [Route("/office/press", _press, methods=["POST"])]


def rooms(world: DemoWorld) -> Mapping[str, Room]:
    """The offices' groups by key."""
    return {f"o{number}": room for number, room in enumerate(world.offices, start=1)}


async def _press(request: Request) -> Response:
    world = stage_of(request).world
    asked = await read_json(request)
    key = asked.get("office")
    room = rooms(world).get(key) if isinstance(key, str) else None
    if room is None:
        raise Refused("nonsense")
    return await pressed(world.you.at(room), asked)
