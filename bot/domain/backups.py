"""Backups: what is known of them, what they are called, when one is due and which ones go. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

AT = time(2, 30)
"""Local time of day from which the night's backup is due: people are asleep, and the digest is hours away."""

RETRY = timedelta(hours=1)
"""How long after a failure it is tried again."""

UPGRADES_KEPT = 2
"""So many copies made before upgrades are kept."""

_MOMENT = r"(?P<at>\d{4}-\d\d-\d\d-\d{4})(?:-(?P<nth>\d{1,3}))?\.db"
_FORM = "%Y-%m-%d-%H%M"
NIGHTLY = re.compile(rf"genangan-{_MOMENT}")
UPGRADE = re.compile(rf"genangan-before-schema-\d+-{_MOMENT}")
KEPT_ASIDE = re.compile(rf"genangan-before-restore-{_MOMENT}")


@dataclass(frozen=True, slots=True)
class BackupState:
    """What is known of the backups.

    Attributes:
        wanted: they are made at all (BACKUP_KEEP is not 0).
        last_at: when the newest one that was verified was made; None: there is none.
        failing_since: none could be made since then; None: the last attempt went well, or there was none yet.
        why: what went wrong then, in words for the operator.
    """

    wanted: bool
    last_at: datetime | None = None
    failing_since: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of the database that was made and verified.

    Attributes:
        path: where it is.
        size_bytes: how large.
        took_s: seconds.
        reports: how many are in it.
        until: when the last of them was made; None: there is none.
        schema: version of its schema.
    """

    path: Path
    size_bytes: int
    took_s: float
    reports: int
    until: datetime | None
    schema: int


@dataclass(frozen=True, slots=True)
class Room:
    """Whether there is room for a copy.

    Attributes:
        folder: where it is to go.
        needed_bytes, free_bytes: for one copy, and on that disk.
    """

    folder: Path
    needed_bytes: int
    free_bytes: int

    @property
    def missing_bytes(self) -> int:
        """How much has to be freed first; 0: nothing."""
        return max(0, self.needed_bytes - self.free_bytes)


@dataclass(frozen=True, slots=True)
class Lost:
    """What a database has and the backup that is to replace it has not.

    Attributes:
        after: the backup goes up to then; None: there is nothing in it.
        reports, cases: made since.
        steps: what happened to cases since.
    """

    after: datetime | None
    reports: int
    cases: int
    steps: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did, or would do.

    Attributes:
        copy: what is, or would be, in place.
        schema_before: version of the schema in the file, before it was brought up to date.
        present: whether there was a database before.
        lost: what it had besides; None: there was none, or it cannot be read.
        kept_as: where the database that was there is now.
        forgotten: people erased since, who were erased again.
    """

    copy: Copied
    schema_before: int
    present: bool
    lost: Lost | None
    kept_as: Path | None = None
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade of the schema did, or would do (tried on a copy).

    Attributes:
        before, after: version of the schema.
        took_s: seconds that migrating took, without the copy.
        copy: the copy made before; None: there was nothing to do, or it was only tried.
        room: for the copy that the real upgrade makes; None: it was not asked.
    """

    before: int
    after: int
    took_s: float = 0.0
    copy: Copied | None = None
    room: Room | None = None


def size(size_bytes: int) -> str:
    """A size, for a person."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{max(size_bytes / 1e6, 0.1):.1f} MB"


def name_of(at: datetime, taken: Iterable[str] = (), kind: str = "") -> str:
    """What a backup is called.

    Args:
        at: the moment, in local time.
        taken: names that are not free.
        kind: what it was made before, e.g. "before-restore-"; empty: an ordinary one.
    """
    stem, occupied = f"genangan-{kind}{at.strftime(_FORM)}", frozenset(taken)
    names = (f"{stem}{f'-{nth}' if nth > 1 else ''}.db" for nth in range(1, 1000))
    return next(name for name in names if name not in occupied)


def made_at(name: str, timezone: ZoneInfo, pattern: re.Pattern[str] = NIGHTLY) -> datetime | None:
    """When a file of this name was made; None: it is none of ours."""
    read = _read(name, pattern)
    return None if read is None else read[0].replace(tzinfo=timezone)


def in_order(names: Iterable[str], pattern: re.Pattern[str] = NIGHTLY) -> Sequence[str]:
    """The names that are ours, the oldest first; others are left out."""
    ours = [(read, name) for name in names if (read := _read(name, pattern)) is not None]
    return [name for _, name in sorted(ours)]


def _read(name: str, pattern: re.Pattern[str]) -> tuple[datetime, int] | None:
    """When it was made by local time, and as which of that minute."""
    found = pattern.fullmatch(name)
    if found is None:
        return None
    try:
        at = datetime.strptime(found["at"], _FORM)  # noqa: DTZ007  # whose time it is, the caller knows
    except ValueError:  # looks like one of ours, but there is no such day
        return None
    return at, int(found["nth"] or 1)


def due_since(now: datetime, timezone: ZoneInfo) -> datetime:
    """The last moment at which a night's backup became due."""
    local = now.astimezone(timezone)
    tonight = datetime.combine(local.date(), AT, timezone)
    return tonight if tonight <= local else datetime.combine(local.date() - timedelta(days=1), AT, timezone)


def is_due(now: datetime, last_at: datetime | None, failed_at: datetime | None, timezone: ZoneInfo) -> bool:
    """Whether to make one now: none since the last night's moment, and the last failure is an hour ago.

    A clock that was set back does not count as a failure just now, or it would be waited for.
    """
    if failed_at is not None and timedelta(0) <= now - failed_at < RETRY:
        return False
    return last_at is None or last_at < due_since(now, timezone)


def outlived(names: Iterable[str], keep: int, now: datetime, timezone: ZoneInfo) -> Sequence[str]:
    """The files to be deleted; only of our own naming.

    Nightly ones by number, the newest stay. Copies made before an upgrade or a restore hold erased data like any other
    backup, so that they go after as many days as nightly ones are kept; of those before upgrades two stay at most.

    Args:
        names: what is in the folder.
        keep: BACKUP_KEEP.
        now: the present.
        timezone: the one that names are told in.
    """
    known = list(names)
    nightly = in_order(known)
    upgrades = in_order(known, UPGRADE)
    gone = [*nightly[: max(0, len(nightly) - max(keep, 1))], *upgrades[:-UPGRADES_KEPT]]
    for pattern in (UPGRADE, KEPT_ASIDE):
        dated = ((name, made_at(name, timezone, pattern)) for name in known)
        gone += [name for name, at in dated if at is not None and now - at > timedelta(days=max(keep, 1))]
    return list(dict.fromkeys(gone))
