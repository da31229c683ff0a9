"""Every word a person reads, by id and language; nothing else in the program holds words for people.

The words are in id.toml and en.toml beside this file; how to write them stands atop id.toml.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.models import Cause, DepthLevel, Fault, IncidentState, Kind, Passability
from bot.texts.formats import FORMATS, Values, Voice
from bot.texts.template import Placeholder, Template, parse

LANGUAGES = ("id", "en")
DEFAULT_LANGUAGE = "id"

LABELS = "button."
"""Texts whose id begins so are labels of buttons."""

VOCABULARY: Mapping[type[StrEnum], str] = {
    DepthLevel: "depth.",
    Cause: "cause.",
    Passability: "passability.",
    Fault: "fault.",
    Kind: "kind.",
    IncidentState: "state.",
}
"""The domain's words -> where their texts are."""

_DEPTH_OF_NESTING = 4
_LABEL_WORD = re.compile(r"[\w&]+")
_TAG = re.compile(r"<[^<>]*>")


class Texts:
    """All texts in all languages, speaking in one time zone.

    Args:
        timezone: in which hours and dates are told.
        catalogs: language -> text id -> template; those of the TOML files where not given.

    Raises:
        ValueError: a template cannot be read, or has a placeholder of an unknown type.
    """

    def __init__(self, timezone: ZoneInfo, catalogs: Mapping[str, Mapping[str, str]] | None = None) -> None:
        if catalogs is None:
            catalogs = {language: read_catalog(language) for language in LANGUAGES}
        self._voices = {
            language: Voice({text_id: _checked(text_id, source) for text_id, source in catalog.items()}, timezone)
            for language, catalog in catalogs.items()
        }
        self._plain: dict[tuple[str, str], str] = {}
        self._labels = {
            _folded(self.plain(text_id, {}, language)): text_id
            for language, voice in self._voices.items()
            for text_id, template in voice.templates.items()
            if text_id.startswith(LABELS) and not any(template.placeholders())
        }

    def __contains__(self, text_id: str) -> bool:
        return text_id in self._voice(DEFAULT_LANGUAGE).templates

    def render(self, text_id: str, values: Values, language: str, now: datetime | None = None) -> str:
        """The text as Telegram HTML, its values escaped.

        Args:
            text_id: dotted id, e.g. "receipt.puddle".
            values: for its placeholders; a line that lacks one is left out.
            language: "id" or "en"; any other is answered in Indonesian.
            now: the reader's present, so that today's hours need no date; `values["now"]` where not given.

        Raises:
            KeyError: there is no such text.
            ValueError: a value is not of the kind its placeholder says.
        """
        voice = self._voice(language)
        moment = now if now is not None else values.get("now")
        return _fill(voice, text_id, values, None if moment is None else voice.local(moment))

    def plain(self, text_id: str, values: Values, language: str, now: datetime | None = None) -> str:
        """The same without markup: for labels, titles and answers to presses."""
        if values:
            return without_markup(self.render(text_id, values, language, now))
        key = text_id, language
        if key not in self._plain:  # most buttons: they read the same at each message
            self._plain[key] = without_markup(self.render(text_id, values, language, now))
        return self._plain[key]

    def label_ids(self, text: str) -> str | None:
        """The id of the label that reads like this in any language: some clients send a button's label as text."""
        return self._labels.get(_folded(text))

    def _voice(self, language: str) -> Voice:
        return self._voices.get(language) or self._voices[DEFAULT_LANGUAGE]


def word_id(word: StrEnum) -> str:
    """The id of the text that names a word of the domain: Cause.RAIN -> "cause.rain"."""
    return VOCABULARY[type(word)] + word.value


@cache
def read_catalog(language: str) -> Mapping[str, str]:
    """text id -> template, as in the language's TOML file."""
    source = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(source), ""))


def without_markup(markup: str) -> str:
    """What a reader sees of Telegram HTML: tags gone, entities resolved."""
    return html.unescape(_TAG.sub("", markup))


def escape(text: str) -> str:
    """Make text that people typed safe inside Telegram HTML, in attributes too."""
    # JSON can carry half of a surrogate pair, which no message can
    whole = text.encode("utf-8", "replace").decode()
    return html.escape(whole, quote=False).replace('"', "&quot;")


def _fill(voice: Voice, text_id: str, values: Values, now: datetime | None, nested: int = 0) -> str:
    if nested > _DEPTH_OF_NESTING:
        raise ValueError(f"{text_id} is nested in itself")

    def show(place: Placeholder) -> str | None:
        if place.name not in values:
            return None
        value = values[place.name]
        # the one type for which None says something: asked, and not known
        if value is None and place.type != "depth":
            return None
        if place.type == "raw":
            return str(value) or None
        if place.type == "id":
            ids = value if isinstance(value, list | tuple) else (value,)
            texts = (_fill(voice, str(each), values, now, nested + 1) for each in ids)
            return ", ".join(text for text in texts if text) or None
        if place.type in ("texts", "lines"):
            inner = value if isinstance(value, list | tuple) else ()
            filled = (_fill(voice, str(each["text"]), each["values"], now, nested + 1) for each in inner)
            between = "\n\n" if place.type == "texts" else "\n"
            return between.join(text for text in filled if text) or None
        try:
            words = FORMATS[place.type](voice, value, place, now)
        except (ValueError, TypeError, KeyError) as error:
            # names the place only: the value may be something a person wrote
            raise ValueError(f"{text_id}: no {place.type} in {{{place.name}}} ({type(error).__name__})") from None
        return None if words is None else escape(words)

    return voice.templates[text_id].fill(show)


def _checked(text_id: str, source: str) -> Template:
    try:
        template = parse(source)
    except ValueError as error:
        raise ValueError(f"text {text_id}: {error}") from None
    for place in template.placeholders():
        if place.type not in FORMATS and place.type not in ("id", "raw", "texts", "lines"):
            raise ValueError(f"text {text_id}: {{{place.name}:{place.type}}} is of no known type")
    return template


def _flat(tables: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Nested tables and arrays -> dotted ids."""
    for key, value in tables.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            inner = value if isinstance(value, Mapping) else {str(i): item for i, item in enumerate(value)}
            yield from _flat(inner, f"{prefix}{key}.")


def _folded(label: str) -> str:
    """Its words only: who types a label leaves out its sign."""
    return " ".join(_LABEL_WORD.findall(label.casefold()))
