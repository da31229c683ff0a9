"""When a feed is asked again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feed_states import EVERY, LONGEST_ASKED, LONGEST_PAUSE, answered, failed, failed_alike
from bot.domain.weather import FeedState
from tests.helpers.clock import EVENING


def after_failures(name: str, times: int) -> FeedState:
    state = None
    for _ in range(times):
        state = failed(state, name, EVENING, "HTTP 500")
    assert state is not None
    return state


def test_what_answers_is_asked_at_its_own_pace() -> None:
    state = answered(None, "nowcast", EVENING, "[]", '"1"', None)
    assert (state.next_at - EVENING, state.why, state.etag) == (EVERY["nowcast"], None, '"1"')


def test_not_modified_keeps_what_was_said() -> None:
    before = answered(None, "gates", EVENING, "[1]", '"1"', "then")
    later = answered(before, "gates", EVENING + timedelta(minutes=5), None, None, None)
    assert (later.content, later.etag, later.modified) == ("[1]", '"1"', "then")
    assert later.fetched_at == EVENING + timedelta(minutes=5)


def test_new_words_have_new_validators() -> None:
    before = answered(None, "gates", EVENING, "[1]", '"1"', "then")
    assert answered(before, "gates", EVENING, "[2]", None, None).etag is None


def test_pauses_double_up_to_hours() -> None:
    waits = [after_failures("gates", times).next_at - EVENING for times in (1, 2, 3, 4, 99)]
    assert waits == [*(timedelta(minutes=each) for each in (5, 10, 20, 40)), LONGEST_PAUSE]


def test_a_forecast_that_failed_is_asked_again_before_its_six_hours() -> None:
    assert after_failures("forecast:31.72.01.1001", 1).next_at - EVENING == timedelta(minutes=5)


def test_it_remembers_since_when_it_fails_and_what_it_said_before() -> None:
    before = answered(None, "gates", EVENING, "[1]", None, None)
    once = failed(before, "gates", EVENING + timedelta(minutes=5), "HTTP 500")
    twice = failed(once, "gates", EVENING + timedelta(minutes=10), "HTTP 503")
    assert (twice.failing_since, twice.why, twice.content) == (EVENING + timedelta(minutes=5), "HTTP 503", "[1]")
    healed = answered(twice, "gates", EVENING + timedelta(hours=1), "[2]", None, None)
    assert (healed.failures, healed.failing_since, healed.why) == (0, None, None)


@given(st.floats(0, 1e12), st.floats(0, 1), st.integers(1, 40))
def test_what_the_server_asks_for_is_honoured_within_a_day(asked_s: float, chance: float, times: int) -> None:
    before = after_failures("gates", times)
    wait = failed(before, "gates", EVENING, "HTTP 429", asked_s, chance=chance).next_at - EVENING
    assert min(timedelta(seconds=asked_s), LONGEST_ASKED) <= wait <= max(LONGEST_ASKED, LONGEST_PAUSE * 1.25)


def test_the_other_pages_of_a_server_that_is_down_wait_too() -> None:
    failure = after_failures("forecast:a", 3)
    other = failed_alike(None, "forecast:b", failure)
    assert (other.next_at, other.failures, other.failing_since) == (failure.next_at, 3, EVENING)
    assert failed(other, "forecast:b", EVENING, "HTTP 500").next_at > failure.next_at
