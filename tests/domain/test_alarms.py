"""When admins are told: once, not for a blink, and not again and again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alarms import DAY, LOOK_S, MOST_A_DAY, WELL_LOOKS, Alarm, Streak, decide
from bot.domain.health import Finding, Trouble, Verdict
from tests.helpers.clock import EVENING

W, B, O = Verdict.WRONG, Verdict.BETWEEN, Verdict.WELL  # noqa: E741  # right as pictures of a run


class Run:
    """Looks at one trouble, half a minute apart; `told` has a line for each time something was written."""

    def __init__(self) -> None:
        self.now = EVENING
        self.streak = Streak()
        self.alarms: dict[object, Alarm] = {}
        self.told: list[str] = []

    def look(self, *verdicts: Verdict, n: int = 1) -> Run:
        for verdict in verdicts:
            self.now += timedelta(seconds=LOOK_S)
            finding = Finding(Trouble.INBOX, verdict, {"n": n})
            self.streak = self.streak.after(verdict)
            known = [
                alarm
                for alarm in self.alarms.values()
                if alarm.over_at is None or max(alarm.over_at, alarm.since) > self.now - DAY
            ]
            alarm = decide(finding, self.streak, known, self.now)
            if alarm is None:
                continue
            before = self.alarms.get(alarm.since)
            self.alarms[alarm.since] = alarm
            if before is None:
                self.told.append("new")
            elif alarm.over_at is not None:
                self.told.append("over")
            else:
                self.told.append("again" if before.over_at is not None else "changed")
        return self

    def wait(self, **span: float) -> Run:
        self.now += timedelta(**span)
        return self


def times(verdict: Verdict, n: int) -> Iterable[Verdict]:
    return [verdict] * n


def test_a_blink_is_not_told() -> None:
    assert Run().look(W, O, W, B, W, O).told == []


def test_what_lasts_is_told_once_and_its_end_once() -> None:
    assert Run().look(*times(W, 50), *times(O, 50)).told == ["new", "over"]


def test_in_between_it_stays_what_it_was() -> None:
    assert Run().look(*times(B, 20), W, W, *times(B, 50)).told == ["new"]
    assert Run().look(W, W, *times(O, WELL_LOOKS - 1), B, *times(O, WELL_LOOKS - 1)).told == ["new"]


def test_what_comes_again_at_once_changes_the_last_message() -> None:
    run = Run().look(W, W, *times(O, WELL_LOOKS), W, W)
    assert run.told == ["new", "over", "again"]
    assert [alarm.times for alarm in run.alarms.values()] == [2]


def test_what_comes_again_later_is_told_anew() -> None:
    assert Run().look(W, W, *times(O, WELL_LOOKS)).wait(hours=1).look(W, W).told == ["new", "over", "new"]


def test_a_day_has_a_handful_of_messages_of_a_kind() -> None:
    run = Run()
    for _ in range(20):
        run.look(W, W, *times(O, WELL_LOOKS)).wait(hours=1)
    assert run.told.count("new") == MOST_A_DAY
    assert run.look(*times(O, 5)).wait(days=1).look(W, W).told[-1] == "new"


def test_other_figures_change_the_message_now_and_then() -> None:
    run = Run().look(W, W)
    for n in range(59):  # half an hour, all but a look
        run.look(W, n=n + 2)
    assert run.told == ["new", "changed", "changed"]


def test_a_clock_that_is_set_back_makes_no_storm() -> None:
    run = Run().look(W, W, *times(O, WELL_LOOKS)).wait(hours=-5)
    run.look(*times(W, 20), *times(O, 20))
    assert run.told == ["new", "over", "again", "over"]


@given(st.lists(st.sampled_from([W, B, O]), max_size=400))
def test_whatever_happens_messages_alternate_and_are_few(verdicts: list[Verdict]) -> None:
    run = Run().look(*verdicts)
    turns = [line for line in run.told if line != "changed"]
    assert all((line == "over") == (nth % 2 == 1) for nth, line in enumerate(turns))
    assert run.told.count("new") <= MOST_A_DAY
    assert sum(alarm.over_at is None for alarm in run.alarms.values()) <= 1
