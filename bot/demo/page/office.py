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


async def watched(world: DemoWorld) -> Room | None:
    """Where the case that is watched is worked on now: its owner's chat, else the first office's."""
    if not world.offices:
        return None
    found = (
        each.incident for each in await world.incidents() if world.case and world.case in (each.incident.name or "")
    )
    case = next(found, None)
    owner = None if case is None else case.handling.owner
    chat_id = next((link.chat_id for link in await world.store.unit_links() if link.unit == owner), None)
    return next((room for room in world.offices if room.id == chat_id), world.offices[0])


async def _press(request: Request) -> Response:
    world = stage_of(request).world
    asked = await read_json(request)
    key = asked.get("office")
    room = rooms(world).get(key) if isinstance(key, str) else None
    if room is None:
        raise Refused("nonsense")
    return await pressed(world.you.at(room), asked)
