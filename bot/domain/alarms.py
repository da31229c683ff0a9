"""Alarms: when admins are told that something is wrong, and that it is over. Pure.

A look is one judgement every half minute. What is wrong in two looks running is told; what is well in eight is over.
What comes again within half an hour, or for the sixth time in a day, is no new message: the last one is changed back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.health import Finding, Verdict

LOOK_S = 30.0
"""Seconds between two looks."""

WRONG_LOOKS = 2
WELL_LOOKS = 8

AGAIN = timedelta(minutes=30)
MOST_A_DAY = 5
DAY = timedelta(days=1)

CHANGED_AFTER = timedelta(minutes=10)
"""So often at most an alarm's message is changed because its figures are others."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that admins were told of.

    Attributes:
        what: a Trouble's value (one that another version knew stays as it was).
        since: when it was found first; with `what` its key.
        told_at: when its message was last written.
        over_at: when it was found to be over; None: it is not.
        details: values for its text.
        times: how often it has come, where it came again.
    """

    what: str
    since: datetime
    told_at: datetime
    over_at: datetime | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    times: int = 1


@dataclass(frozen=True, slots=True)
class Streak:
    """For how many looks running something was wrong, or well."""

    wrong: int = 0
    well: int = 0

    def after(self, verdict: Verdict) -> Streak:
        """With one more look."""
        match verdict:
            case Verdict.WRONG:
                return Streak(wrong=self.wrong + 1)
            case Verdict.WELL:
                return Streak(well=self.well + 1)
        return Streak()


def decide(finding: Finding, streak: Streak, known: Sequence[Alarm], now: datetime) -> Alarm | None:
    """The alarm that is to be told or changed now; None: nothing is.

    Args:
        finding: of this look.
        streak: with this look.
        known: the alarms of this kind, open ones and those that began or ended within DAY.
        now: the present.
    """
    standing = next((alarm for alarm in known if alarm.over_at is None), None)
    if standing is not None:
        return _go_on(standing, finding, streak, now)
    if streak.wrong < WRONG_LOOKS:
        return None
    last = max(known, key=lambda alarm: alarm.since, default=None)
    if last is not None and last.over_at is not None:
        # a clock that was set back makes a short while negative, which is short too
        soon = now - last.over_at < AGAIN
        often = sum(now - alarm.since < DAY for alarm in known) >= MOST_A_DAY
        if soon or often:
            return replace(last, told_at=now, over_at=None, details=finding.values, times=last.times + 1)
    return Alarm(finding.what.value, now, now, None, finding.values)


def _go_on(standing: Alarm, finding: Finding, streak: Streak, now: datetime) -> Alarm | None:
    if streak.well >= WELL_LOOKS:
        return replace(standing, over_at=now)
    changed = finding.verdict is Verdict.WRONG and dict(finding.values) != dict(standing.details)
    if changed and not timedelta(0) <= now - standing.told_at < CHANGED_AFTER:
        return replace(standing, told_at=now, details=finding.values)
    return None
