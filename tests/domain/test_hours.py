"""Hours as officers type them after /rekap."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import MOST_HOURS, HoursProblem, means_off, parse_hours


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jam 06.00 15.00", [(6, 0), (15, 0)]),
        ("6:00", [(6, 0)]),
        ("jam 6", [(6, 0)]),
        ("06.00 dan 15.00", [(6, 0), (15, 0)]),
        ("6", [(6, 0)]),
        ("15.30, 06.15;12:00 / 18", [(6, 15), (12, 0), (15, 30), (18, 0)]),
        ("pukul 06.00 WIB dan pukul 15.00 WIB.", [(6, 0), (15, 0)]),
        ("setiap hari jam 6 pagi, 12 siang, 3 sore dan 9 malam", [(6, 0), (12, 0), (15, 0), (21, 0)]),
        ("1 siang", [(13, 0)]),
        ("12 malam", [(0, 0)]),
        ("2 malam", [(2, 0)]),
        ("6am 6pm", [(6, 0), (18, 0)]),
        ("0600 1500", [(6, 0), (15, 0)]),
        ("06,00", [(6, 0)]),
        ("6,15", [(6, 0), (15, 0)]),
        ("06.00 06:00 6", [(6, 0)]),
        ("00.00", [(0, 0)]),
        ("23:59", [(23, 59)]),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, expected: list[tuple[int, int]]) -> None:
    assert parse_hours(typed) == tuple(time(hour, minute) for hour, minute in expected)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "jam",
        "24.00",
        "25",
        "06.60",
        "besok",
        "6 orang",
        "06.00x",
        "6.00.00",
        "123",
        "06:00:00",
        "-6",
        "6 pagi sekali",
    ],
)
def test_anything_else_is_said_to_be_unreadable(typed: str) -> None:
    assert parse_hours(typed) is HoursProblem.UNREADABLE


def test_there_is_a_most() -> None:
    assert parse_hours("6 9 12 15") == tuple(map(time, (6, 9, 12, 15)))
    assert parse_hours("6 9 12 15 18") is HoursProblem.TOO_MANY


@pytest.mark.parametrize("typed", ["berhenti", "Berhenti.", " stop ", "OFF"])
def test_off(typed: str) -> None:
    assert means_off(typed)
    assert parse_hours(typed) is HoursProblem.UNREADABLE


@given(
    st.sets(st.times().map(lambda t: time(t.hour, t.minute)), min_size=1, max_size=MOST_HOURS), st.sampled_from(".:")
)
def test_what_is_written_out_is_read_back(times: set[time], mark: str) -> None:
    typed = " dan ".join(f"{at:%H}{mark}{at:%M}" for at in times)
    assert parse_hours(typed) == tuple(sorted(times))


@given(st.text(max_size=60))
def test_whatever_is_typed_has_an_answer(typed: str) -> None:
    found = parse_hours(typed)
    assert isinstance(found, HoursProblem) or 1 <= len(found) <= MOST_HOURS
