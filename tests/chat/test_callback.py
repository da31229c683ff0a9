"""What buttons give back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.callback import MAX_BYTES, decode, encode


def test_it_is_as_short_as_it_can_be() -> None:
    assert encode("depth", ("1204", "knee")) == "depth:1204:knee"
    assert encode("cancel") == "cancel"


@given(
    st.from_regex(r"[a-z][a-z0-9_.-]{0,9}", fullmatch=True),
    st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=3),
)
def test_a_press_gives_back_what_the_button_was_made_of(act: str, args: list[str]) -> None:
    data = encode(act, args)
    assert len(data.encode()) <= MAX_BYTES
    assert decode(data) == (act, tuple(args))


def test_empty_arguments_are_told_from_none() -> None:
    assert decode(encode("a", ("",))) == ("a", ("",))
    assert decode(encode("a")) == ("a", ())


def test_what_does_not_fit_is_refused_when_the_button_is_made() -> None:
    encode("a", ("x" * 62,))
    with pytest.raises(ValueError, match="65 bytes"):
        encode("a", ("x" * 63,))
    with pytest.raises(ValueError, match="bytes"):
        encode("a", ("é" * 32,))
    with pytest.raises(ValueError, match="identifier"):
        encode("")


@given(st.text(st.characters(), max_size=80))
def test_hostile_data_never_raises(data: str) -> None:
    decoded = decode(data)
    assert decoded is None or encode(*decoded)


@pytest.mark.parametrize("data", [None, "", ":", "%", "a:%zz", "A", "a" * 65, "\ud800", "{}", " a"])
def test_what_is_not_ours_is_nothing(data: str | None) -> None:
    assert decode(data) is None
