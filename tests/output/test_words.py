"""Words of residents on officers' cards and in the channel: nobody's telephone number, in any length of text."""

from __future__ import annotations

import pytest

from bot.output.words import without_contacts


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hub 0812-3456-7890 ya", "hub … ya"),
        ("tulis ke siti.rw05@contoh.id saja", "tulis ke … saja"),
        ("0812 345 678-siti@contoh.id", "……"),
        ("tanya @sitirw05", "tanya …"),
        ("t.me/siti", "…"),
        ("rumah 12, tinggi 40 cm", "rumah 12, tinggi 40 cm"),
        ("a" * 4000, "a" * 4000),
        (None, None),
    ],
)
def test_contacts_are_left_out(typed: str | None, shown: str | None) -> None:
    assert without_contacts(typed) == shown
