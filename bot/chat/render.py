"""Say -> a message: its text as Telegram HTML in the reader's language, and its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from urllib.parse import quote

from bot.chat.callback import encode
from bot.domain.models import Choice, Say
from bot.texts import Texts, without_markup

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ANSWER = 200
"""Telegram's limits in UTF-16 units, counted after the markup is read."""

Markup: TypeAlias = Mapping[str, object]
"""InlineKeyboardMarkup, ReplyKeyboardMarkup or ReplyKeyboardRemove as plain JSON: the library's objects cost much."""

INLINE = "inline_keyboard"
"""The field of a markup whose buttons stand under the message."""

_TAG = re.compile(r"<(/?)([a-z-]+)[^<>]*>")
_MARK = re.compile(r"(<[^<>]*>|&[^;<>]*;)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it goes out.

    Attributes:
        html: the text, or the caption when there is an attachment.
        markup: inline buttons under it, or what becomes of the keyboard at the bottom; None: neither.
        pin: (lat, lon) of a map pin that carries the text instead.
        attachment: a file goes with it.
        photo: Telegram's file id of a photo that carries the text.
        quiet: no sound.
    """

    html: str
    markup: Markup | None = None
    pin: tuple[float, float] | None = None
    attachment: bool = False
    photo: str | None = None
    quiet: bool = False

    @property
    def lines(self) -> list[str]:
        """The text without markup, line by line."""
        return [line for line in without_markup(self.html).split("\n") if line]


def render(say: Say, language: str, texts: Texts, now: datetime) -> Rendered:
    """Make words of it.

    Args:
        say: what to say.
        language: the reader's.
        texts: all words.
        now: the reader's present, so that today's hours need no date.

    Raises:
        KeyError, ValueError: a text or value is not as it should be: a mistake of ours.
    """
    html = texts.render(say.text, say.values, language, now)
    return Rendered(
        html=shortened(html, MAX_CAPTION if say.attachment or say.photo else MAX_TEXT),
        markup=_markup(say, language, texts, now),
        pin=say.pin,
        attachment=say.attachment is not None,
        photo=say.photo,
        quiet=say.quiet,
    )


def utf16_units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(html: str, limit: int) -> str:
    """The text, cut at the end of a line and marked "…" where it is too long.

    A guard, so that nothing is sent broken: who makes long texts splits them.
    """
    if 2 * len(html) <= limit or utf16_units(without_markup(html)) <= limit:  # no character counts for more than two
        return html
    kept = ""
    for line in html.split("\n"):
        longer = f"{kept}\n{line}" if kept else line
        if utf16_units(without_markup(longer)) + 2 > limit:
            break
        kept = longer
    return _closed(f"{kept}\n…" if kept else f"{_cut_line(html, limit - 1)}…")


def _markup(say: Say, language: str, texts: Texts, now: datetime) -> Markup | None:
    if say.keyboard == "remove":
        return {"remove_keyboard": True}

    def label(choice: Choice) -> str:
        return texts.plain(choice.label, choice.values, language, now)

    rows = [row for row in say.choices if row]
    if not rows:
        return None
    if say.keyboard == "ask":
        return {"keyboard": [[_key(label(choice), choice) for choice in row] for row in rows], "resize_keyboard": True}

    def button(choice: Choice) -> Mapping[str, str]:
        shared = texts.plain(choice.shares, choice.values, language, now) if choice.shares is not None else ""
        return _button(label(choice), choice, shared)

    return {INLINE: [[button(choice) for choice in row] for row in rows]}


def _key(label: str, choice: Choice) -> Mapping[str, object]:
    return {"text": label, "request_location": True} if choice.sends == "location" else {"text": label}


def _button(label: str, choice: Choice, shared: str) -> Mapping[str, str]:
    if choice.url is not None:
        return {"text": label, "url": choice.url + (f"&text={quote(shared)}" if shared else "")}
    return {"text": label, "callback_data": encode(choice.act, choice.args)}


def _cut_line(html: str, limit: int) -> str:
    """As much of one overlong line as fits, whole tags and entities kept."""
    kept: list[str] = []
    left = limit
    for i, part in enumerate(_MARK.split(html.split("\n", maxsplit=1)[0])):
        atoms = [part] if i % 2 else list(part)
        for atom in atoms:
            left -= utf16_units(without_markup(atom))
            if left < 0:
                return "".join(kept)
            kept.append(atom)
    return "".join(kept)


def _closed(html: str) -> str:
    """Close the tags that a cut left open."""
    open_tags: list[str] = []
    for closing, name in _TAG.findall(html):
        if not closing:
            open_tags.append(name)
        elif open_tags:
            open_tags.pop()
    return html + "".join(f"</{name}>" for name in reversed(open_tags))
