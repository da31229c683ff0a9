"""What is wrong, by thresholds, and that nothing hovers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.backups import BackupState
from bot.domain.health import Mishaps, Stored, Trouble, Verdict, Vitals, Waiting, examine, in_words, wrong
from bot.domain.outgoing import Priority
from tests.helpers.clock import EVENING

GB = 1_000_000_000
WELL = Vitals(EVENING, EVENING - timedelta(days=9), Stored(disk_free_bytes=50 * GB), BackupState(wanted=False))


def with_stored(**changes: object) -> Vitals:
    return replace(WELL, stored=replace(WELL.stored, **changes))  # type: ignore[arg-type]


def verdict(vitals: Vitals, what: Trouble) -> Verdict:
    (found,) = [finding.verdict for finding in examine(vitals) if finding.what is what]
    return found


def test_all_is_well_where_nothing_is_wrong() -> None:
    assert wrong(WELL) == []
    assert {finding.verdict for finding in examine(WELL)} == {Verdict.WELL}
    assert [finding.what for finding in examine(WELL)] == list(Trouble)


@pytest.mark.parametrize(
    ("what", "age_s", "expected"),
    [
        (Trouble.INBOX, 9, Verdict.WELL),
        (Trouble.INBOX, 60, Verdict.BETWEEN),
        (Trouble.INBOX, 61, Verdict.WRONG),
        (Trouble.ANSWERS, 59, Verdict.WELL),
        (Trouble.ANSWERS, 300, Verdict.BETWEEN),
        (Trouble.ANSWERS, 301, Verdict.WRONG),
        (Trouble.WORK, 299, Verdict.WELL),
        (Trouble.WORK, 900, Verdict.BETWEEN),
        (Trouble.WORK, 901, Verdict.WRONG),
    ],
)
def test_a_queue_that_grows_old(what: Trouble, age_s: int, expected: Verdict) -> None:
    queue = Waiting(3, age_s)
    by_kind = {
        Trouble.INBOX: with_stored(inbox=queue),
        Trouble.ANSWERS: with_stored(outbox={Priority.ANSWER: queue, Priority.BROADCAST: Waiting(9, 99_999)}),
        Trouble.WORK: with_stored(work=queue),
    }
    assert verdict(by_kind[what], what) is expected


def test_old_announcements_alone_are_no_trouble() -> None:
    assert wrong(with_stored(outbox={Priority.BROADCAST: Waiting(9000, 7200)})) == []


def test_a_refused_token_is_one_trouble_and_not_two() -> None:
    waiting = with_stored(outbox={Priority.ANSWER: Waiting(40, 4000)})
    assert [finding.what for finding in wrong(replace(waiting, token_refused=True))] == [Trouble.TOKEN]


@pytest.mark.parametrize(
    ("free_gb", "database_gb", "expected"),
    [
        (0.99, 0, Verdict.WRONG),
        (1.1, 0, Verdict.BETWEEN),
        (1.2, 0, Verdict.WELL),
        (5.9, 3, Verdict.WRONG),
        (7.3, 3, Verdict.WELL),
    ],
)
def test_a_disk_holds_two_more_databases(free_gb: float, database_gb: float, expected: Verdict) -> None:
    sizes = with_stored(disk_free_bytes=round(free_gb * GB), database_bytes=round(database_gb * GB))
    assert verdict(sizes, Trouble.DISK) is expected


MORNING = EVENING.replace(hour=6, minute=0)


@pytest.mark.parametrize(
    ("now", "last_at", "started_at", "expected"),
    [
        (MORNING + timedelta(minutes=15), None, MORNING, Verdict.WELL),
        (MORNING + timedelta(minutes=16), None, MORNING - timedelta(hours=1), Verdict.WRONG),
        (MORNING + timedelta(hours=9), None, MORNING + timedelta(hours=1), Verdict.WELL),  # newly set up
        (MORNING + timedelta(hours=9), MORNING - timedelta(days=1), MORNING - timedelta(days=2), Verdict.WRONG),
        (MORNING + timedelta(hours=9), MORNING, MORNING - timedelta(days=2), Verdict.WELL),
        # started again after a stop: it gets its time to make up for it
        (MORNING + timedelta(hours=9), MORNING - timedelta(days=1), MORNING + timedelta(hours=9), Verdict.WELL),
    ],
)
def test_a_digest_is_overdue(now: datetime, last_at: datetime | None, started_at: datetime, expected: Verdict) -> None:
    vitals = replace(with_stored(last_digest_at=last_at), at=now, started_at=started_at, digest_due_at=MORNING)
    assert verdict(vitals, Trouble.DIGEST) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (BackupState(wanted=True, last_at=EVENING - timedelta(days=2)), Verdict.WELL),
        (BackupState(wanted=True, last_at=EVENING - timedelta(days=2, minutes=1)), Verdict.WRONG),
        (BackupState(wanted=True, last_at=EVENING, failing_since=EVENING, why="no space"), Verdict.WRONG),
        (BackupState(wanted=True), Verdict.WRONG),  # nine days and never one
        (BackupState(wanted=False, last_at=EVENING - timedelta(days=90)), Verdict.WELL),
    ],
)
def test_backups_fail_or_grow_old(state: BackupState, expected: Verdict) -> None:
    assert verdict(replace(WELL, backup=state), Trouble.BACKUP) is expected


def test_who_has_just_begun_needs_no_backup_yet() -> None:
    begun = replace(WELL, started_at=EVENING - timedelta(hours=1), backup=BackupState(wanted=True))
    assert wrong(begun) == []


def test_mishaps_are_told_with_how_many_and_the_first() -> None:
    lost = with_stored(failed=Mishaps(3, "KeyError", EVENING), dead=Mishaps(1, "Can't parse entities", EVENING))
    failed, dead = wrong(lost)
    assert (failed.values["n"], failed.values["first"]) == (3, "KeyError")
    assert in_words(dead) == "1 messages were given up within a day, the first: Can't parse entities"


def test_everything_has_its_line() -> None:
    lines = [in_words(finding) for finding in examine(replace(WELL, digest_due_at=MORNING))]
    assert len(set(lines)) == len(Trouble)
    assert not [line for line in lines if "\n" in line]
