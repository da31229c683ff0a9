"""Pictures and documents: from the chats, and samples to send."""

from __future__ import annotations

import random

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo.botapi.files import picture_size
from bot.demo.page.stage import stage_of
from bot.demo.pictures import street_under_water

PNG = b"\x89PNG"

SAMPLE_DEPTHS_CM = (10, 30, 50, 90)


def routes() -> list[Route]:
    """All of it."""
    return [Route("/file/{file_id}", _file), Route("/sample/{depth_cm:int}.png", _sample)]


async def _file(request: Request) -> Response:
    """Only pictures are shown; whatever else somebody sent is downloaded, never opened in our name."""
    try:
        content = stage_of(request).world.api.file_content(request.path_params["file_id"])
    except KeyError:
        return Response(status_code=404)
    if picture_size(content) is None:
        attached = {"Content-Disposition": "attachment"}
        return Response(content, media_type="application/octet-stream", headers=attached)
    return Response(content, media_type="image/png" if content.startswith(PNG) else "image/jpeg")


async def _sample(request: Request) -> Response:
    depth_cm: int = request.path_params["depth_cm"]
    if depth_cm not in SAMPLE_DEPTHS_CM:
        return Response(status_code=404)
    return Response(street_under_water(random.Random(depth_cm), depth_cm), media_type="image/png")
