"""Telegram's limits are kept, and no more is waited than they ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.services.pacing import MINUTE, SECOND, UNLIMITED, Limits, Pacing
from tests.helpers.clock import EVENING

PEOPLE = st.integers(1, 40)
GROUPS = st.integers(-3, -1)


def most_within(moments: list[datetime], span: timedelta) -> int:
    """The most moments in any half-open window of this length."""
    return max((sum(start <= at < start + span for at in moments) for start in moments), default=0)


def send_all(pacing: Pacing, wanted: list[int], steps: list[float]) -> list[tuple[int, datetime]]:
    """Send to these chats as soon as each may, in order, time moving on in these steps (seconds), then as needed."""
    now, sent, waiting, moves = EVENING, [], list(wanted), iter(steps)
    while waiting:
        room = pacing.room(now)
        busy = pacing.busy(now)
        ready = [chat for chat in dict.fromkeys(waiting) if chat not in busy][:room]
        for chat in ready:
            pacing.sent(chat, chat > 0, now)
            sent.append((chat, now))
            waiting.remove(chat)
        change = pacing.next_change(now)
        step = next(moves, None)
        if step is not None:
            now += timedelta(seconds=step)
        elif waiting:
            assert change is not None and change > now, "chats wait for nothing"
            now = change
    return sent


@given(st.lists(st.one_of(PEOPLE, GROUPS), max_size=150), st.lists(st.floats(0, 2), max_size=50))
def test_telegrams_limits_hold_in_every_window(wanted: list[int], steps: list[float]) -> None:
    sent = send_all(Pacing(), wanted, steps)
    assert sorted(chat for chat, _ in sent) == sorted(wanted)
    assert most_within([at for _, at in sent], SECOND) <= 30
    for chat in set(wanted):
        moments = [at for to, at in sent if to == chat]
        assert most_within(moments, SECOND) <= 1
        if chat < 0:
            assert most_within(moments, MINUTE) <= 20


def test_thirty_go_out_at_once_and_the_next_a_second_later() -> None:
    pacing = Pacing()
    for chat in range(1, 31):
        assert pacing.room(EVENING) == 31 - chat
        pacing.sent(chat, True, EVENING)
    assert pacing.room(EVENING) == 0
    assert pacing.next_change(EVENING) == EVENING + SECOND
    assert pacing.room(EVENING + SECOND) == 30
    assert pacing.busy(EVENING + SECOND) == frozenset()


def test_a_person_gets_one_message_a_second() -> None:
    pacing = Pacing()
    pacing.sent(1, True, EVENING)
    assert pacing.busy(EVENING + 0.99 * SECOND) == {1}
    assert pacing.busy(EVENING + SECOND) == frozenset()
    assert pacing.next_change(EVENING + SECOND) is None


def test_a_group_gets_twenty_a_minute() -> None:
    sent = send_all(Pacing(), [-1] * 21, [])
    assert [(at - EVENING).total_seconds() for _, at in sent] == [*range(20), 60]


def test_limits_can_be_raised_and_lifted() -> None:
    pacing = Pacing(UNLIMITED)
    for _ in range(100):
        pacing.sent(-1, False, EVENING)
    assert (pacing.room(EVENING), pacing.busy(EVENING), pacing.next_change(EVENING)) == (None, frozenset(), None)
    sent = send_all(Pacing(Limits(per_second=100, chat_gap=SECOND / 10, per_minute=None)), [-1] * 10, [])
    assert sent[-1][1] - EVENING == 0.9 * SECOND


def test_a_clock_that_is_set_back_silences_nobody() -> None:
    pacing = Pacing()
    for _ in range(20):
        pacing.sent(-1, False, EVENING)
    assert pacing.busy(EVENING - timedelta(hours=1)) == frozenset()


@given(st.lists(st.tuples(PEOPLE, st.floats(0, 300)), max_size=80))
def test_nothing_is_remembered_longer_than_it_matters(sends: list[tuple[int, float]]) -> None:
    pacing = Pacing()
    now = EVENING
    for chat, step in sends:
        now += timedelta(seconds=step)
        pacing.sent(chat, True, now)
    later = now + MINUTE
    assert (pacing.room(later), pacing.busy(later), pacing.next_change(later)) == (30, frozenset(), None)
