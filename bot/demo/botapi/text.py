"""Texts as Telegram reads them: HTML to entities, entities found by themselves, lengths in UTF-16."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.demo.botapi.errors import ApiError, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_MARKUP = re.compile(r"[<&]")
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
_TAG_NAME = re.compile(r"[^\s>/=]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>\"'/]+)\s*(?:=\s*(\"[^\"]*\"|'[^']*'|[a-zA-Z0-9.\-]+))?")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w@/]))"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31}\b)"
    r"|(?P<url>(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]']"
    r"|(?<![\w@./])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|id|me|app|gl|io)(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]'])?(?![\w.]))"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d_]\w*)"
)
_MAY_HOLD_ENTITY = re.compile(r"[/@#.]")


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text with its entities (`MessageEntity` objects, offsets and lengths in UTF-16 units)."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()

    @property
    def length(self) -> int:
        """Length in UTF-16 code units, the unit of Telegram's limits."""
        return utf16_length(self.text)


def utf16_length(text: str) -> int:
    """UTF-16 code units in `text`."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_text(text: str, parse_mode: str | None, entities: list[Any] | None) -> FormattedText:
    """The text a message will have.

    Args:
        text: as sent by the bot.
        parse_mode: "HTML" or nothing; this server does not read Markdown.
        entities: `MessageEntity` objects given instead of a parse mode.

    Raises:
        ApiError: 400, for markup Telegram cannot parse.
    """
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        formatted = parse_html(text)
    else:
        formatted = FormattedText(text, tuple(_given_entity(entity) for entity in entities or ()))
    return with_found_entities(trimmed(formatted))


def parse_html(source: str) -> FormattedText:
    """Read Telegram's HTML.

    Raises:
        ApiError: 400 "can't parse entities: …" with the byte offset of the fault.
    """
    return _HtmlReader(source).read()


def trimmed(formatted: FormattedText) -> FormattedText:
    """Without blanks at both ends, as Telegram stores it; entities move and shrink along."""
    text = formatted.text
    if text == text.strip():
        return formatted
    left = len(text) - len(text.lstrip())
    kept = text.strip()
    total = utf16_length(kept)
    entities = []
    for entity in formatted.entities:
        offset = entity["offset"] - left
        end = min(offset + entity["length"], total)
        offset = max(0, offset)
        if end > offset:
            entities.append({**entity, "offset": offset, "length": end - offset})
    return FormattedText(kept, tuple(entities))


def with_found_entities(formatted: FormattedText) -> FormattedText:
    """Commands, mentions, links and hashtags marked, where no other entity is."""
    text = formatted.text
    if not _MAY_HOLD_ENTITY.search(text):
        return formatted
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in formatted.entities]
    found = []
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        if not any(offset < end and start < offset + length for start, end in taken):
            found.append({"offset": offset, "length": length, "type": match.lastgroup})
    if not found:
        return formatted
    entities = sorted((*formatted.entities, *found), key=lambda e: (e["offset"], -e["length"]))
    return FormattedText(text, tuple(entities))


def _given_entity(entity: Any) -> dict[str, Any]:
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for name, kind, word in (("type", str, "String"), ("offset", int, "Number"), ("length", int, "Number")):
        if not isinstance(entity.get(name), kind):
            raise bad_request(f'can\'t parse MessageEntity: Field "{name}" must be of type {word}')
    return dict(entity)


class _HtmlReader:
    """One pass over a text, with the tags that are open and the entities that are closed."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._length = 0
        self._open: list[tuple[str, int, dict[str, Any]]] = []
        self._entities: list[dict[str, Any]] = []

    def read(self) -> FormattedText:
        source, position = self._source, 0
        while match := _MARKUP.search(source, position):
            start = match.start()
            self._append(source[position:start])
            if match.group() == "&":
                position = self._character(start)
            elif source.startswith("</", start):
                position = self._end_tag(start)
            else:
                position = self._start_tag(start)
        self._append(source[position:])
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        self._entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return FormattedText("".join(self._parts), tuple(_without_doubles(self._entities)))

    def _append(self, piece: str) -> None:
        self._parts.append(piece)
        self._length += utf16_length(piece)

    def _character(self, start: int) -> int:
        """A character written as `&lt;` or `&#60;`; anything else is an ampersand."""
        match = _CHARACTER.match(self._source, start)
        character = _decoded(match) if match else None
        self._append(character or "&")
        return match.end() if match and character else start + 1

    def _start_tag(self, start: int) -> int:
        source = self._source
        name_match = _TAG_NAME.match(source, start + 1)
        name = name_match.group().lower() if name_match else ""
        position = start + 1 + len(name)
        if position >= len(source):
            raise self._fault(start, "Unclosed start tag")
        if name not in TAGS:
            raise self._fault(start, f'Unsupported start tag "{name}"')
        attributes: dict[str, str] = {}
        while position < len(source) and source[position] != ">":
            match = _ATTRIBUTE.match(source, position)
            if match is None:
                position += 1
                continue
            attributes[match.group(1).lower()] = _unquoted(match.group(2) or "")
            position = match.end()
        if position >= len(source):
            raise self._fault(start, "Unclosed start tag")
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._fault(start, 'Tag "span" must have class "tg-spoiler"')
        self._open.append((name, self._length, _extra(name, attributes)))
        return position + 1

    def _end_tag(self, start: int) -> int:
        end = self._source.find(">", start)
        if end < 0:
            raise self._fault(start, "Unclosed end tag")
        if not self._open:
            raise self._fault(start, "Unexpected end tag")
        name, offset, extra = self._open.pop()
        found = self._source[start + 2 : end].strip().lower()
        if found and found != name:
            raise self._fault(start, "Unmatched end tag", f', expected "</{name}>", found "</{found}>"')
        entity = {"offset": offset, "length": self._length - offset, "type": TAGS[name], **extra}
        is_dead_link = entity["type"] == "text_link" and not _is_link(entity["url"])
        if entity["length"] > 0 and not is_dead_link:
            self._entities.append(entity)
        return end + 1

    def _fault(self, position: int, reason: str, rest: str = "") -> ApiError:
        offset = len(self._source[:position].encode("utf-8", "surrogatepass"))
        return _unparsable(f"{reason} at byte offset {offset}{rest}")


def _decoded(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return NAMED_CHARACTERS.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    valid = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if valid else None


def _extra(name: str, attributes: dict[str, str]) -> dict[str, Any]:
    """What the entity of a tag carries besides its place."""
    if name == "a":
        return {"url": attributes.get("href", "")}
    if name == "code" and attributes.get("class", "").startswith("language-"):
        return {"language": attributes["class"].removeprefix("language-")}
    if name == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    if name == "tg-emoji":
        return {"custom_emoji_id": attributes.get("emoji-id", "")}
    return {}


def _without_doubles(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``<pre><code class=…>`` is one `pre` with a language; a language without `pre` is plain code."""
    pres = {(e["offset"], e["length"]): e for e in entities if e["type"] == "pre"}
    kept = []
    for entity in entities:
        pre = pres.get((entity["offset"], entity["length"])) if entity["type"] == "code" else None
        if pre is not None:
            if "language" in entity:
                pre["language"] = entity["language"]
            continue
        if entity["type"] == "code":
            entity.pop("language", None)
        kept.append(entity)
    return kept


def _is_link(url: str) -> bool:
    return bool(re.match(r"(?:https?|tg|mailto|tel):|[\w-]+(?:\.[\w-]+)+", url))


def _unquoted(value: str) -> str:
    if value[:1] in {'"', "'"}:
        value = value[1:-1]
    for name, character in NAMED_CHARACTERS.items():
        value = value.replace(f"&{name};", character)
    return value


def _unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
