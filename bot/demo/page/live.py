"""Everything that the page shows, as it changes: Server-Sent Events.

Each event is a JSON object with what is new since the one before; the first one has everything:

    clock     {"now": ms, "speed": …, "skipping_to": ms | null}, always
    begun     which evening this is; another one: forget all that was told before
    profile   what the bot says of itself on the chosen phone: {"about", "menu"}
    people    [{"key", "name", "messages"}], the visitor first
    phone     the chat on the chosen phone: {"messages": [changed ones], "ids": [all], "keyboard"}
    channel   the Sudin's channel: {"title", "messages", "ids"}
    offices   [{"key", "title", "messages"}]: groups of units
    office    the chat of one of them: {"key", "messages", "ids"}; the chosen one, else whose case is watched now
    known     {"incidents": […], "counts": {…}}

A browser that lost its connection asks again by itself and gets everything anew.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.demo.botapi import BotApi, Participant, Person, Room
from bot.demo.page import office, telling
from bot.demo.page.inputs import Refused
from bot.demo.page.stage import Stage, stage_of
from bot.demo.page.telling import Json, millis
from bot.demo.world import DemoWorld

PACE_S = 0.15
"""Real seconds between two events at least, however much happens."""

HEARTBEAT_S = 10.0
"""Real seconds after which the clock is told again, and a connection found to be dead."""

RETRY_MS = 1000
"""How soon a browser that lost its connection tries again."""

YOU = "you"


async def stream(request: Request) -> Response:
    """The stream of one page that looks at one phone, and at the chat of one office."""
    stage = stage_of(request)
    looks_at = LooksAt(request.query_params.get("phone", YOU), request.query_params.get("office") or None)
    if owner_of(stage.world, looks_at.phone) is None:
        raise Refused("nobody", 404)
    if looks_at.office is not None and looks_at.office not in office.rooms(stage.world):
        raise Refused("nobody", 404)
    return StreamingResponse(_events(stage, looks_at), media_type="text/event-stream")


def phones(world: DemoWorld) -> dict[str, Person]:
    """All phones by key: the visitor's, then the residents'."""
    residents = {f"r{number}": each.person for number, each in enumerate(world.residents, start=1)}
    return {YOU: world.you, **residents}


def owner_of(world: DemoWorld, key: str) -> Person | None:
    """Whose phone it is."""
    return phones(world).get(key)


@dataclass(frozen=True, slots=True)
class LooksAt:
    """What one page looks at: keys. No office: the one whose case is watched, whichever it is."""

    phone: str
    office: str | None = None


@dataclass(slots=True)
class Told:
    """What one page has been told.

    Attributes:
        office: key of the office whose chat it shows.
    """

    office: str | None = None
    begun: str | None = None
    version: int = 0
    rest: dict[str, str] = field(default_factory=dict)


async def _events(stage: Stage, looks_at: LooksAt) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    told = Told()
    while True:
        controls = stage.changes.version
        async with stage.steady:
            api, version = stage.world.api, stage.world.api.version
            event = await news(stage, looks_at, told)
        yield f"data: {json.dumps(event, separators=(',', ':'))}\n\n"
        await asyncio.sleep(PACE_S)
        await _something_new(stage, api, version, controls)


async def _something_new(stage: Stage, api: BotApi, version: int, controls: int) -> None:
    """Wait until a chat or the clock's course changes, at most until the next heartbeat."""
    waits = [
        asyncio.ensure_future(api.changed(version)),
        asyncio.ensure_future(stage.changes.after(controls)),
    ]
    try:
        await asyncio.wait(waits, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def news(stage: Stage, looks_at: LooksAt, told: Told) -> Json:
    """What is new to a page, which is then told."""
    world = stage.world
    clock: Json = {"now": millis(world.clock.now()), "speed": stage.speed, "skipping_to": None}
    if stage.skipping_to is not None:
        clock["skipping_to"] = millis(stage.skipping_to)
    event: Json = {"clock": clock}
    begun = f"{stage.name} {world.generation}"
    if told.begun != begun:
        told.begun, told.version, told.rest, told.office = begun, 0, {}, None
        event["begun"] = begun
    version, since, told.version = world.api.version, told.version, world.api.version
    owner = owner_of(world, looks_at.phone)
    first = not told.rest
    parts: Json = {
        "people": _people(world),
        "profile": None if owner is None else _profile(world, owner),
        "phone": None if owner is None else _phone(world, owner, since, first),
        "channel": _channel(world, world.channel, since, first),
        "offices": [_office(key, room) for key, room in office.rooms(world).items()],
    }
    if first or version != since:
        parts["known"] = await _known(world)
        parts["office"] = await _office_chat(world, looks_at, told, since)
    for name, part in parts.items():
        written = json.dumps(part)
        if part is not None and told.rest.get(name) != written:
            told.rest[name] = written
            event[name] = part
    return event


def _people(world: DemoWorld) -> list[Json]:
    return [
        {"key": key, "name": person.user["first_name"], "messages": len(person.info.messages)}
        for key, person in phones(world).items()
    ]


def _phone(world: DemoWorld, owner: Person, since: int, first: bool) -> Json | None:
    if not first and world.api.world.changes.of(owner.id) <= since:
        return None
    return {**_chat(owner, since), "keyboard": [[telling.button(each) for each in row] for row in owner.keyboard]}


def _profile(world: DemoWorld, owner: Person) -> Json:
    language = str(owner.user.get("language_code", ""))
    descriptions = world.api.world.profile.descriptions
    return {"menu": owner.menu, "about": descriptions.get(language) or descriptions.get("", "")}


def _channel(world: DemoWorld, channel: Room, since: int, first: bool) -> Json | None:
    if not first and world.api.world.changes.of(channel.id) <= since:
        return None
    return {"title": channel.title, **_chat(channel, since)}


def _office(key: str, room: Room) -> Json:
    return {"key": key, "title": room.title, "messages": len(room.info.messages)}


async def _office_chat(world: DemoWorld, looks_at: LooksAt, told: Told, since: int) -> Json | None:
    rooms = office.rooms(world)
    watched = None if looks_at.office is not None else await office.watched(world)
    key = looks_at.office or next((key for key, room in rooms.items() if room is watched), None)
    if key is None or key not in rooms:
        return None
    anew, told.office = told.office != key, key
    room = rooms[key]
    if not anew and world.api.world.changes.of(room.id) <= since:
        return None
    return {"key": key, **_chat(world.you.at(room), 0 if anew else since)}


def _chat(chat: Participant | Room, since: int) -> Json:
    shown = chat.chat
    return {
        "messages": [telling.message(each) for each in shown if each.version > since],
        "ids": [each.message_id for each in shown],
    }


async def _known(world: DemoWorld) -> Json:
    tally = await world.store.tally(world.start, world.clock.now())
    return {
        "incidents": [telling.incident(each) for each in await world.incidents()],
        "counts": telling.counts(tally),
    }
