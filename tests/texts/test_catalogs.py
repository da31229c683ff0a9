"""The words themselves: both languages complete, well formed, and all of them used."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from pathlib import Path

import pytest

import bot
from bot.texts import LABELS, LANGUAGES, VOCABULARY, Texts, read_catalog, word_id
from bot.texts.template import parse
from tests.helpers.clock import WIB

INDONESIAN, ENGLISH = (read_catalog(language) for language in LANGUAGES)
ALL = [(language, text_id, text) for language in LANGUAGES for text_id, text in read_catalog(language).items()]
LABEL_CHARACTERS = 64
TELEGRAM_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}


def places(source: str) -> set[tuple[str, str]]:
    """(name, type) of the placeholders; plurals are a matter of each language."""
    return {(place.name, place.type) for place in parse(source).placeholders() if place.type != "plural"}


def test_all_templates_can_be_read() -> None:
    Texts(WIB)


def test_both_languages_have_the_same_texts() -> None:
    assert set(INDONESIAN) ^ set(ENGLISH) == set()


def test_both_languages_use_the_same_values() -> None:
    differing = {
        text_id: (places(INDONESIAN[text_id]), places(ENGLISH[text_id]))
        for text_id in INDONESIAN.keys() & ENGLISH.keys()
        if places(INDONESIAN[text_id]) != places(ENGLISH[text_id])
    }
    assert differing == {}


def test_labels_fit_on_a_button() -> None:
    labels = [(language, text_id, text) for language, text_id, text in ALL if text_id.startswith(LABELS)]
    assert [label for label in labels if len(label[2]) > LABEL_CHARACTERS or "\n" in label[2].strip()] == []


def test_a_label_means_one_thing() -> None:
    # a label that comes back as text has to lead to one button
    twice = {
        (language, text): count
        for language in LANGUAGES
        for text, count in Counter(t for i, t in read_catalog(language).items() if i.startswith(LABELS)).items()
        if count > 1
    }
    assert twice == {}


def test_tags_are_telegrams_and_close_on_their_line() -> None:
    wrong = []
    for language, text_id, text in ALL:
        for line in text.split("\n"):
            open_tags: list[str] = []
            for closing, name in re.findall(r"<(/?)([a-z-]+)[^>]*>", line):
                if not closing:
                    open_tags.append(name)
                elif not open_tags or open_tags.pop() != name:
                    wrong.append((language, text_id, line))
                if name not in TELEGRAM_TAGS:
                    wrong.append((language, text_id, name))
            if open_tags or re.search(r"&(?!(amp|lt|gt|quot);)|<(?![a-z/])", line):
                wrong.append((language, text_id, line))
    assert wrong == []


@pytest.mark.parametrize("vocabulary", VOCABULARY)
def test_every_word_of_the_domain_has_its_text(vocabulary: type[StrEnum]) -> None:
    assert {word_id(word) for word in vocabulary} <= set(INDONESIAN)


def test_every_text_that_is_said_is_there() -> None:
    """What is named in full where a message or a button is made."""
    root = Path(bot.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py")))
    named = set(re.findall(r"""\b(?:Say|Choice)\(\s*"([^"{}]+)\"""", source))
    assert len(named) > 100
    assert sorted(named - set(INDONESIAN)) == []


def test_no_text_is_left_over() -> None:
    """Each id, or a prefix of it that ends with a dot, stands quoted in the source."""
    root = Path(bot.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py")))
    quoted = set(re.findall(r"""["']([a-z0-9_]+(?:\.[a-z0-9_]+)*\.?)(?=["'{])""", source))

    def used(text_id: str) -> bool:
        parts = text_id.split(".")
        return text_id in quoted or any(".".join(parts[:n]) + "." in quoted for n in range(1, len(parts)))

    assert [text_id for text_id in INDONESIAN if not used(text_id)] == []
