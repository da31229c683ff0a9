"""The page to watch the demo and take part in it: a phone, offices, the channel, what the bot knows, the clock.

`page(world)` is an ASGI application. It is made for one person at their own machine: serve it on loopback only.

    GET  /                      the page (?lang=en: in English)
    GET  /map.json              the map that it draws
    GET  /live?phone=you&office=o1    everything that is shown, as it changes (Server-Sent Events; see `live`)
    GET  /file/ID               a photo or document from a chat
    GET  /sample/CM.png         a picture of a street under so much water
    POST /phone/…               what the visitor does with their phone (see `phone`)
    POST /office/press          the visitor as an officer (see `office`)
    POST /clock/…               what the visitor does with the clock (see `clock`)
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.demo.page import clock, files, front, live, office, phone
from bot.demo.page.guard import Guard
from bot.demo.page.inputs import Refused, refusal
from bot.demo.page.stage import Stage
from bot.demo.world import DemoWorld


def page(world: DemoWorld) -> Starlette:
    """The page of a running world."""
    app = Starlette(
        routes=[
            *front.routes(),
            Mount("/static", StaticFiles(packages=[(__name__, "static")])),
            Route("/live", live.stream),
            *files.routes(),
            *phone.routes(),
            *office.routes(),
            *clock.routes(),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={Refused: refusal},
    )
    app.state.stage = Stage(world)
    return app
