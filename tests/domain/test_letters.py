"""A letter's number and the day to ask again, as officers type them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.letters import letter_in

TODAY = date(2026, 1, 18)


@pytest.mark.parametrize(
    ("text", "number", "day"),
    [
        ("123/SDA/2026, 25/1", "123/SDA/2026", date(2026, 1, 25)),
        ("Surat nomor 123/SDA/2026 tgl 30-01-2026", "123/SDA/2026", date(2026, 1, 30)),
        ("No. 45-A tanggal 2.2.26", "45-A", date(2026, 2, 2)),
        ("123/SDA/2026", "123/SDA/2026", date(2026, 1, 25)),  # no date: a week from today
        ("25/1", None, date(2026, 1, 25)),
        ("77, 10/1", "77", date(2027, 1, 10)),  # that day is over this year
        ("77, 31-12-9999", "77, 31-12-9999", date(2026, 1, 25)),  # years ahead
        ("77, 31/2", "77, 31/2", date(2026, 1, 25)),  # no such day
        ("belum ada nomornya, 30/1", None, date(2026, 1, 30)),
        ("", None, date(2026, 1, 25)),
        ("no. " * 1000 + "7", None, date(2026, 1, 25)),  # only its beginning is looked at
    ],
)
def test_what_is_understood(text: str, number: str | None, day: date) -> None:
    assert letter_in(text, TODAY) == (number, day)
