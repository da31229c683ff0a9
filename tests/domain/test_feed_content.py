"""What feeds said: kept as JSON, relied on while fresh."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.feed_content import Missing, forecasts_of, gates_of, known_feeds, nowcasts_of, to_content
from bot.domain.feed_states import answered, failed
from bot.domain.weather import FeedState, Forecast, Gate, Nowcast, Rain
from tests.helpers.clock import EVENING

STEP = Forecast("31.72.01.1001", EVENING, EVENING + timedelta(hours=3), Rain.HEAVY)
WARNING = Nowcast("a", EVENING, EVENING, EVENING + timedelta(hours=3), "Hujan", "…", ("31.72.03",), ("b",))
GATE = Gate("Manggarai", 750.5, 3, EVENING, -6.2, 106.8)
ALL = frozenset({"forecast", "nowcast", "gates"})
HOUR = timedelta(hours=1)


def states() -> list[FeedState]:
    return [
        answered(None, "forecast:31.72.01.1001", EVENING, to_content([STEP]), None, None),
        answered(None, "nowcast", EVENING, to_content([WARNING]), None, None),
        answered(None, "gates", EVENING, to_content([GATE]), None, None),
    ]


def test_records_come_back_as_they_were() -> None:
    assert forecasts_of(to_content([STEP])) == [STEP]
    assert nowcasts_of(to_content([WARNING])) == [WARNING]
    assert gates_of(to_content([GATE])) == [GATE]


@pytest.mark.parametrize("content", [None, "", "{", "7", '{"a": 1}', '[{"name": "x"}]', "[[1]]", '[{"at": 5}]'])
def test_what_cannot_be_read_any_more_is_nothing(content: str | None) -> None:
    assert [list(read(content)) for read in (forecasts_of, nowcasts_of, gates_of)] == [[], [], []]


def test_fresh_words_are_known() -> None:
    known = known_feeds(states(), ALL, EVENING + HOUR)
    assert (list(known.forecasts), list(known.nowcasts), list(known.gates)) == ([STEP], [WARNING], [GATE])
    assert list(known.missing) == []


def test_stale_words_count_as_missing_since_they_were_read() -> None:
    known = known_feeds(states(), ALL, EVENING + 3 * HOUR)
    assert list(known.gates) == []
    assert list(known.missing) == [Missing("nowcast", EVENING), Missing("gates", EVENING)]
    assert [each.kind for each in known_feeds(states(), ALL, EVENING + 19 * HOUR).missing] == [
        "forecast",
        "nowcast",
        "gates",
    ]


def test_a_short_failure_is_not_worth_a_word() -> None:
    broken = [failed(each, each.name, EVENING, "HTTP 500") for each in states()]
    assert list(known_feeds(broken, ALL, EVENING + HOUR).missing) == []


def test_what_never_answered_is_missing_since_it_was_first_asked() -> None:
    state = failed(None, "gates", EVENING, "HTTP 500")
    assert list(known_feeds([state], {"gates"}, EVENING + HOUR).missing) == [Missing("gates", EVENING)]
    assert list(known_feeds([], {"gates"}, EVENING).missing) == [Missing("gates", None)]


def test_a_feed_that_is_switched_off_is_neither_known_nor_missed() -> None:
    known = known_feeds(states(), frozenset(), EVENING)
    assert (list(known.forecasts), list(known.gates), list(known.missing)) == ([], [], [])


def test_a_gauge_that_stands_still_is_not_believed() -> None:
    old = Gate("Manggarai", 750.5, 3, EVENING - 3 * HOUR)
    known = known_feeds([answered(None, "gates", EVENING, to_content([old]), None, None)], {"gates"}, EVENING)
    assert (list(known.gates), [each.kind for each in known.missing]) == ([], ["gates"])
