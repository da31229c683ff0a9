"""The classes of depth that the map and the charts share."""

from __future__ import annotations

import pytest

from bot.domain.depth_classes import CLASS_COUNT, UNKNOWN_CLASS, class_words, depth_class
from bot.texts import LANGUAGES, read_catalog


@pytest.mark.parametrize(
    ("depth_cm", "expected"),
    [(1, 0), (29, 0), (30, 1), (69, 1), (70, 2), (149, 2), (150, 3), (500, 3), (None, UNKNOWN_CLASS)],
)
def test_a_depth_has_its_class(depth_cm: int | None, expected: int) -> None:
    assert depth_class(depth_cm) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_has_its_words(language: str) -> None:
    words = [read_catalog(language)[class_words(index)] for index in range(CLASS_COUNT)]
    assert len(set(words)) == CLASS_COUNT
