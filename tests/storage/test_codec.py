"""What is stored as text or a number is read back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Choice, Say
from storage.codec import from_us, say_from_json, say_to_json, to_us

_ZONES = st.timedeltas(timedelta(hours=-12), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_VALUES = st.dictionaries(_TEXT, _JSON, max_size=3)
_CHOICES = st.builds(
    Choice, _TEXT, _TEXT, st.lists(_TEXT, max_size=2).map(tuple), _VALUES, st.none() | _TEXT, st.none() | _TEXT
)
_SAYS = st.builds(
    Say,
    _TEXT,
    _VALUES,
    st.lists(st.lists(_CHOICES, max_size=2).map(tuple), max_size=2).map(tuple),
    st.none() | _TEXT,
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.none() | _TEXT,
    photo=st.none() | _TEXT,
    quiet=st.booleans(),
)


@given(st.datetimes(datetime(1000, 1, 1), datetime(3000, 1, 1), timezones=_ZONES))  # noqa: DTZ001
def test_an_instant_is_kept_to_the_microsecond(at: datetime) -> None:
    assert from_us(to_us(at)) == at
    assert from_us(to_us(at)).tzinfo is UTC


@given(st.datetimes(timezones=_ZONES), st.datetimes(timezones=_ZONES))
def test_instants_keep_their_order(one: datetime, other: datetime) -> None:
    assert (to_us(one) < to_us(other)) == (one < other)


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_us(datetime(2026, 1, 18, 19, 42))  # noqa: DTZ001


@given(_SAYS)
def test_a_message_is_kept_whatever_is_in_it(say: Say) -> None:
    assert say_from_json(say_to_json(say)) == say


def test_what_is_not_said_takes_no_room() -> None:
    assert say_to_json(Say("hello")) == '{"text":"hello"}'
