"""Backups: what they are called, when one is due, and which ones go."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.backups import due_since, in_order, is_due, made_at, name_of, outlived, size
from tests.helpers.clock import WIB

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=WIB)


def test_names_say_when_and_are_never_taken_twice() -> None:
    first = name_of(NIGHT)
    second = name_of(NIGHT, [first])
    assert (first, second) == ("genangan-2026-11-24-0230.db", "genangan-2026-11-24-0230-2.db")
    assert made_at(second, WIB) == NIGHT
    assert in_order([name_of(NIGHT + timedelta(minutes=1)), second, "notes.db", first]) == [
        first,
        second,
        "genangan-2026-11-24-0231.db",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "genangan.db",
            "genangan-2026-11-24-0230.db.gz",
            "genangan-2026-13-24-0230.db",
            "my-genangan-2026-11-24-0230.db",
        ),
        *("genangan-before-schema-4-2026-11-24-0230.db", ".genangan-2026-11-24-0230.db.part", "genangan-24-11-2026.db"),
    ],
)
def test_what_is_not_called_as_nightly_ones_are_is_none(name: str) -> None:
    assert made_at(name, WIB) is None


@pytest.mark.parametrize(
    ("now", "last", "failed", "due"),
    [
        (NIGHT, None, None, True),
        (NIGHT - timedelta(minutes=1), NIGHT - timedelta(days=1), None, False),
        (NIGHT, NIGHT - timedelta(days=1), None, True),
        (NIGHT + timedelta(hours=20), NIGHT, None, False),
        (NIGHT + timedelta(hours=9), NIGHT - timedelta(days=3), None, True),  # missed nights are made up for by one
        (NIGHT + timedelta(minutes=59), NIGHT - timedelta(days=1), NIGHT, False),
        (NIGHT + timedelta(minutes=60), NIGHT - timedelta(days=1), NIGHT, True),
        (NIGHT, NIGHT - timedelta(days=1), NIGHT + timedelta(hours=5), True),  # the clock was set back
    ],
)
def test_when_one_is_due(now: datetime, last: datetime | None, failed: datetime | None, due: bool) -> None:
    assert is_due(now, last, failed, WIB) is due


def test_the_night_is_the_one_before_until_half_past_two() -> None:
    assert due_since(NIGHT - timedelta(minutes=1), WIB) == NIGHT - timedelta(days=1)
    assert due_since(NIGHT + timedelta(hours=23), WIB) == NIGHT


def test_the_newest_stay_and_nothing_else_is_ever_dropped() -> None:
    nightly = [name_of(NIGHT - timedelta(days=day)) for day in range(5)]
    others = ["notes.txt", "genangan.db", "genangan-2026-11-01-0230.db.bak", "genangan-old.db"]
    assert set(outlived([*nightly, *others], 3, NIGHT, WIB)) == set(nightly[3:])
    assert outlived(others, 1, NIGHT, WIB) == []


def test_what_was_kept_before_an_upgrade_or_a_restore_goes_after_as_many_days() -> None:
    upgrades = [name_of(NIGHT - timedelta(days=day), kind="before-schema-4-") for day in (1, 2, 3, 8)]
    aside = [name_of(NIGHT - timedelta(days=day), kind="before-restore-") for day in (1, 2, 3, 8)]
    assert set(outlived([*upgrades, *aside], 7, NIGHT, WIB)) == {*upgrades[2:], aside[3]}


def test_sizes_are_told_as_people_read_them() -> None:
    assert [size(each) for each in (0, 2_240_000, 1_300_000_000)] == ["0.1 MB", "2.2 MB", "1.3 GB"]
