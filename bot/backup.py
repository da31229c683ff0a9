"""`genangan backup | restore | migrate`: what they do is storage's; here is what the operator is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.backups import Copied, Restored, Room, Upgraded, size
from bot.domain.errors import StoreTaken
from bot.ports import Clock
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """How it is done; bot.app gives its own ways. All of them raise OperatorError.

    Attributes:
        clock: the present.
        lock: takes the serving lock of a database. Raises StoreTaken, too.
        make: makes a backup: in a file, or where backups lie; whether a file may be written over.
        restore: puts a file in the place of the database; whether only to look; whether to force it.
        try_upgrade: migrates a copy.
        upgrade: makes a copy and migrates the database.
    """

    clock: Clock
    lock: Callable[[str], AbstractContextManager[object]]
    make: Callable[[Settings, datetime, Path | None, bool], Coroutine[object, object, Copied]]
    restore: Callable[[Settings, Path, datetime, bool, bool], Restored]
    try_upgrade: Callable[[Settings], Upgraded]
    upgrade: Callable[[Settings, datetime], Upgraded]


def back_up(settings: Settings, tools: Tools, out: Path | None, *, force: bool) -> Sequence[str]:
    """Make a backup, also while the bot serves. Raises OperatorError."""
    made = asyncio.run(tools.make(settings, tools.clock.now(), out, force))
    told = f"{made.path}: {size(made.size_bytes)}, made and looked through in {made.took_s:.1f} s"
    return [f"{told}; {_reports(settings, made)}"]


def put_back(settings: Settings, tools: Tools, file: Path, *, dry_run: bool, force: bool) -> Sequence[str]:
    """Put a backup in the place of the database, or say what that would do. Raises OperatorError."""
    now = tools.clock.now()
    if dry_run:
        done = tools.restore(settings, file, now, True, force)
        return [*_found(settings, file, done), *_lost(settings, done, "would be"), "nothing was changed"]
    try:
        with tools.lock(settings.database_url):
            done = tools.restore(settings, file, now, False, force)
    except StoreTaken as error:
        raise StoreTaken(f"{error}; to look only, add --dry-run") from None
    lines = [*_found(settings, file, done), *_lost(settings, done, "are")]
    if done.copy.schema != done.schema_before:
        lines.append(f"it was brought up to date: schema {done.schema_before} → {done.copy.schema}")
    if done.forgotten:
        lines.append(f"people who were forgotten since, and are again: {done.forgotten}")
    if done.kept_as is not None:
        days = _many(max(settings.backup_keep, 1), "day")
        lines.append(f"the database that was there is kept for {days} as {done.kept_as}")
    return [*lines, f"{done.copy.path} is in place: start the bot"]


def migrate(settings: Settings, tools: Tools, *, check: bool) -> Sequence[str]:
    """Bring the schema up to date, or try it on a copy. Raises OperatorError."""
    if check:
        tried = tools.try_upgrade(settings)
        if tried.before == tried.after:
            return [f"schema {tried.before}: nothing to do"]
        needs = "" if tried.room is None else f" and {_needs(tried.room)}"
        return [
            f"schema {tried.before} → {tried.after}: a copy was migrated in {tried.took_s:.1f} s and is well",
            f"for the real run stop the bot{needs}, then `genangan migrate`, or just start the new version",
        ]
    with tools.lock(settings.database_url):
        done = tools.upgrade(settings, tools.clock.now())
    if done.copy is None:
        return [f"schema {done.before}: nothing to do"]
    return [
        f"schema {done.before} → {done.after}: migrated in {done.took_s:.1f} s and looked through",
        f"the copy made before is {done.copy.path}: with an older version, `genangan restore` it",
    ]


def _needs(room: Room) -> str:
    missing = room.missing_bytes
    free = f"make room for {size(missing)} more" if missing else f"{size(room.free_bytes)} are free"
    return f"have {size(room.needed_bytes)} for the copy in {room.folder} ({free})"


def _found(settings: Settings, file: Path, done: Restored) -> Sequence[str]:
    return [f"{file}: whole, schema {done.schema_before}, {_reports(settings, done.copy)}"]


def _reports(settings: Settings, copy: Copied) -> str:
    return "no reports" if copy.until is None else f"{_many(copy.reports, 'report')} up to {_at(settings, copy.until)}"


def _lost(settings: Settings, done: Restored, verb: str) -> Sequence[str]:
    if not done.present:
        return ["there is no database yet, so that nothing is lost"]
    if done.lost is None:
        return ["the database that is there cannot be read: what it has besides is not known"]
    lost = done.lost
    after = "all" if lost.after is None else f"after {_at(settings, lost.after)}"
    return [f"{verb} lost, {after}: reports {lost.reports}, cases {lost.cases}, steps of cases {lost.steps}"]


def _at(settings: Settings, moment: datetime) -> str:
    local = moment.astimezone(settings.timezone)
    return f"{local.day} {local:%b %Y, %H.%M} {local.tzname()}"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
