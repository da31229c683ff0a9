"""Pieces -> messages: what stays together, where a line stays free, which headings come again."""

from __future__ import annotations

from bot.output.digest_pages import Heading, Piece, pages, units

FIRST, SECOND = Heading("FIRST", "FIRST again"), Heading("SECOND", "SECOND again")
PART = Heading("part", "part again")


def title(part: int | None, parts: int | None) -> str:
    return "T" if part is None else f"T {part}/{parts}"


def test_lines_stand_close_and_what_takes_several_lines_apart() -> None:
    pieces = [
        Piece("head"),
        Piece("a", (FIRST,)),
        Piece("b", (FIRST,)),
        Piece("c\nc", (FIRST,)),
        Piece("d", (FIRST, PART)),
        Piece("e", (FIRST,)),
        Piece("f", (SECOND, PART)),
        Piece("foot"),
        Piece("more"),
    ]
    assert pages(pieces, title) == [
        "T\n\nhead\n\nFIRST\na\nb\n\nc\nc\n\npart\nd\n\ne\n\nSECOND\npart\nf\n\nfoot\n\nmore"
    ]


def test_a_message_goes_on_under_the_headings_it_was_left_under() -> None:
    long = "x" * 2000
    assert pages([Piece(long, (FIRST, PART)), Piece("y" * 2100, (FIRST, PART)), Piece("z" * 200, (FIRST,))], title) == [
        f"T 1/2\n\nFIRST\npart\n{long}",
        f"T 2/2\n\nFIRST again\npart again\n{'y' * 2100}\n\n{'z' * 200}",
    ]


def test_a_heading_that_is_new_on_a_later_message_is_told_in_full() -> None:
    parts = pages([Piece("x" * 4000, (FIRST,)), Piece("y" * 200, (FIRST, PART))], title)
    assert parts[1] == f"T 2/2\n\nFIRST again\npart\n{'y' * 200}"


def test_lengths_are_those_of_telegram() -> None:
    assert units("<b>a</b> &amp; 🌊") == 6
    assert len(pages([Piece("🌊" * 2000), Piece("🌊" * 40)], title)) == 1
    assert len(pages([Piece("🌊" * 2000), Piece("🌊" * 60)], title)) == 2
