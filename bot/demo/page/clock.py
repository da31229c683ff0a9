"""What the visitor does with the clock.

POST /clock/speed    {"speed": 0 | 1 | 60 | 600}
POST /clock/skip     to shortly before the next digest; answered when it is there
POST /clock/restart  the evening anew; answered when it begins
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.demo.page.inputs import Refused, number_in, read_json
from bot.demo.page.stage import SPEEDS, Stage, stage_of
from bot.demo.world import DemoError


def routes() -> list[Route]:
    """All of it."""
    return [
        Route("/clock/speed", _speed, methods=["POST"]),
        Route("/clock/skip", _skip, methods=["POST"]),
        Route("/clock/restart", _restart, methods=["POST"]),
    ]


async def _speed(request: Request) -> Response:
    stage = _resting(request)
    speed = number_in(await read_json(request), "speed", min(SPEEDS), max(SPEEDS))
    if speed not in SPEEDS:
        raise Refused("nonsense")
    stage.set_speed(speed)
    return JSONResponse({})


async def _skip(request: Request) -> Response:
    try:
        await _resting(request).skip_to_digest()
    except DemoError:
        raise Refused("stopped", 503) from None
    return JSONResponse({})


async def _restart(request: Request) -> Response:
    await _resting(request).restart()
    return JSONResponse({})


def _resting(request: Request) -> Stage:
    """The stage, unless it is on its way to another hour."""
    stage = stage_of(request)
    if stage.skipping_to is not None:
        raise Refused("skipping", 409)
    return stage
