"""`genangan demo`: the evening at 60 times real speed, with a page to watch it and take part."""

from __future__ import annotations

import asyncio
import logging
import signal

from starlette.routing import Mount

from bot.demo import evening
from bot.demo.page import page
from bot.demo.world import DemoWorld
from bot.domain.errors import OperatorError
from bot.web.server import WebServer

HOST = "127.0.0.1"
SPEED = 60.0

PORTS_TRIED = 20
"""The wanted port, and those after it."""


async def show_evening(port: int, seed: int) -> int:
    """Serve until Ctrl-C. Returns the exit status.

    Raises:
        OperatorError: no port is free.
    """
    # at the end it tells of pages that were still open, which is no trouble
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with DemoWorld(evening.cast, evening.START, before=evening.before, speed=SPEED, seed=seed) as world:
        server = await _serve(world, port)
        try:
            _say(f"A rainy evening in Jakarta Utara, {SPEED:.0f} times as fast. Watch it and take part:")
            _say(f"\n    http://{HOST}:{server.port}/\n\nCtrl-C ends it; nothing is kept.")
            await _until_stopped(stop, world)
        finally:
            await server.stop()
    return 0


async def _serve(world: DemoWorld, wanted: int) -> WebServer:
    """The page on the wanted port, or on the next that is free."""
    routes = [Mount("/", page(world))]
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        server = WebServer(routes, HOST, port)
        try:
            await server.start()
        except OperatorError:
            continue
        if port != wanted:
            _say(f"Port {wanted} is taken; it is {port} this time.")
        return server
    raise OperatorError(f"no port from {wanted} on is free on {HOST}: name another one with --port")


async def _until_stopped(stop: asyncio.Event, world: DemoWorld) -> None:
    """Until Ctrl-C; what stops the bot before is raised."""
    stopping = asyncio.create_task(stop.wait())
    failing = asyncio.create_task(world.until_it_fails())
    try:
        await asyncio.wait([stopping, failing], return_when=asyncio.FIRST_COMPLETED)
        if failing.done():
            failing.result()
    finally:
        stopping.cancel()
        failing.cancel()
        await asyncio.gather(stopping, failing, return_exceptions=True)


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201
