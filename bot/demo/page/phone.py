"""What the visitor does with their phone.

POST /phone/start     {"language": "id" | "en", "payload": ""}
POST /phone/text      {"text": …}
POST /phone/location  {"lat": …, "lon": …, "accuracy_m": … | null}
POST /phone/photo     a JPEG or PNG
POST /phone/press     {"message": number, "data": …} -> {"toast": … | null}
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.demo.botapi import Participant, Person
from bot.demo.botapi.files import MAX_PHOTO_BYTES, picture_size
from bot.demo.botapi.limits import MAX_TEXT
from bot.demo.page.inputs import Refused, number_in, read_body, read_json, text_in
from bot.demo.page.stage import stage_of
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES

MOST_ACCURACY_M = 1500
"""Telegram's own limit of a location's accuracy."""

ANSWER_WITHIN_S = 10.0
"""The bot answers a press at once; if it does not, its button is let go."""

MOST_PAYLOAD = 64
"""Telegram's limit of what a deep link carries."""


def routes() -> list[Route]:
    """All of it."""
    acts = {"start": _start, "text": _text, "location": _location, "photo": _photo, "press": _press}
    return [Route(f"/phone/{name}", act, methods=["POST"]) for name, act in acts.items()]


async def _start(request: Request) -> Response:
    you = stage_of(request).world.you
    asked = await read_json(request)
    payload = asked.get("payload") or ""
    if not isinstance(payload, str) or len(payload) > MOST_PAYLOAD:
        raise Refused("nonsense")
    if not you.chat:  # the phone speaks the visitor's language from the first word on
        language = asked.get("language")
        you.user["language_code"] = language if language in LANGUAGES else DEFAULT_LANGUAGE
    you.start(payload)
    return JSONResponse({})


async def _text(request: Request) -> Response:
    you = _started(request)
    you.send_text(text_in(await read_json(request), "text", MAX_TEXT))
    return JSONResponse({})


async def _location(request: Request) -> Response:
    you = _started(request)
    asked = await read_json(request)
    lat, lon = number_in(asked, "lat", -90, 90), number_in(asked, "lon", -180, 180)
    accuracy_m = None if asked.get("accuracy_m") is None else number_in(asked, "accuracy_m", 0, MOST_ACCURACY_M)
    you.send_location(lat, lon, horizontal_accuracy=accuracy_m)
    return JSONResponse({})


async def _photo(request: Request) -> Response:
    you = _started(request)
    content = await read_body(request, MAX_PHOTO_BYTES)
    if picture_size(content) is None:
        raise Refused("no_picture", 415)
    you.send_photo(content)
    return JSONResponse({})


async def _press(request: Request) -> Response:
    return await pressed(_started(request), await read_json(request))


async def pressed(you: Participant, asked: Mapping[str, object]) -> Response:
    """Press a button in a chat, and wait for what the bot says to it. Raises Refused where it is not there any more."""
    shown = next((each for each in you.chat if each.message_id == asked.get("message")), None)
    data = asked.get("data")
    if shown is None or not isinstance(data, str) or data not in {each.callback_data for each in shown.all_buttons()}:
        raise Refused("gone", 409)
    press = you.press_data(data, shown)
    try:
        await you.wait_for_answer(press, ANSWER_WITHIN_S)
    except TimeoutError:
        return JSONResponse({"toast": None})
    return JSONResponse({"toast": press.text})


def _started(request: Request) -> Person:
    you = stage_of(request).world.you
    if not you.chat:
        raise Refused("not_started", 409)
    return you
