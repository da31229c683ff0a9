"""Reading what a browser sends, and refusing what makes no sense."""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MAX_JSON_BYTES = 64_000


class Refused(Exception):
    """Not possible now, or nonsense.

    Args:
        why: a word that the page has a sentence for ("refused_" + why).
        status: of the answer.
    """

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


def refusal(_request: Request, error: Exception) -> Response:
    """The answer to a Refused."""
    if not isinstance(error, Refused):
        raise error
    return JSONResponse({"refused": error.why}, error.status)


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The whole body. Raises Refused where it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise Refused("too_long", 413)
    return bytes(body)


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object that a request carries. Raises Refused for anything else."""
    try:
        found = json.loads(await read_body(request, MAX_JSON_BYTES))
    except (ValueError, RecursionError):
        raise Refused("nonsense") from None
    if not isinstance(found, dict):
        raise Refused("nonsense")
    return found


def number_in(found: dict[str, Any], key: str, low: float, high: float) -> float:
    """A finite number between two others. Raises Refused."""
    value = found.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused("nonsense")
    if not low <= value <= high:
        raise Refused("nonsense")
    return float(value)


def text_in(found: dict[str, Any], key: str, most_units: int) -> str:
    """Text that is not blank, up to so many UTF-16 units. Raises Refused."""
    value = found.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Refused("nonsense")
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > most_units:
        raise Refused("too_long")
    return value
