"""A conversation on the terminal."""

from __future__ import annotations

import pytest

from bot.demo.transcript import columns, wrapped


@pytest.mark.parametrize(("line", "taken"), [("Lapor", 5), ("📍 di sini", 10), ("✍️", 1), ("", 0)])
def test_what_takes_two_columns_counts_as_two(line: str, taken: int) -> None:
    assert sum(map(columns, line)) == taken


def test_lines_are_broken_between_words_and_keep_their_width() -> None:
    parts = wrapped("📍 Kel. Sungai Bambu, Jl. Gaya Motor 2, depan pos satpam, selutut (±50 cm)", 30)
    assert " ".join(parts) == "📍 Kel. Sungai Bambu, Jl. Gaya Motor 2, depan pos satpam, selutut (±50 cm)"
    assert all(sum(map(columns, part)) <= 30 for part in parts)


def test_an_empty_line_stays_one() -> None:
    assert wrapped("", 30) == [""]
