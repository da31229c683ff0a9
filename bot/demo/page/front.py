"""The page itself, in the visitor's language, and its map."""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.demo.page.outline import outline
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES

_GAP = re.compile(r"\{\{(\w+)\}\}")


def routes() -> list[Route]:
    """All of it."""
    return [Route("/", _page), Route("/map.json", _map)]


@cache
def words(language: str) -> Mapping[str, str]:
    """The page's own words (the bot's are in bot.texts)."""
    source = resources.files(__package__).joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(source).items()}


@cache
def page_in(language: str) -> str:
    """The page's HTML.

    Raises:
        KeyError: a word is missing.
    """
    known = words(language)
    # a data block inside a script ends at "</", whatever it holds
    data = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    gaps = {"words": data, "language": language, **{key: html.escape(text) for key, text in known.items()}}
    source = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return _GAP.sub(lambda gap: gaps[gap[1]], source)


def language_of(request: Request) -> str:
    """The language a visitor asks for."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


async def _page(request: Request) -> Response:
    return HTMLResponse(page_in(language_of(request)))


async def _map(_request: Request) -> Response:
    return JSONResponse(outline())
