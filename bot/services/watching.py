"""Watching over the bot itself: how it is, what is wrong with that, and telling the admins once.

A task of its own, so that it goes on when nothing else does. While the database cannot be written, and while Telegram
takes nothing, only the log tells; the admins hear of it afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.domain.alarms import DAY, Alarm, Streak, decide
from bot.domain.backups import BackupState
from bot.domain.errors import SendError, StoreBusy, StoreError, TokenRefused
from bot.domain.health import Finding, Trouble, Verdict, Vitals, examine, in_words
from bot.domain.models import Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.schedule import previous_slot
from bot.ports import Clock, Meter, Store
from bot.services.batch import KEEPS, Batch
from bot.services.context import Context
from bot.services.intake import settle
from bot.services.roles import admins

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sources:
    """What vitals are made of, beside the database.

    Attributes:
        ask_telegram: any harmless request, such as getMe. Raises SendError.
        backups: how they go.
        digest_times: local times of day in `timezone`.
        channel_id: where digests go; None: none are posted.
    """

    ask_telegram: Callable[[], Awaitable[object]]
    backups: Callable[[], BackupState]
    digest_times: Sequence[time]
    timezone: ZoneInfo
    channel_id: int | None


@dataclass(slots=True)
class Watch:
    """Looks, judges, tells.

    Attributes:
        context: look-ups and settings.
        sources: what it looks at, beside the database.
        after_commit: called when something may stand in the outbox.
        started_at: when the program began.
        findings: of the last look.
        standing: kinds of the alarms that stand, by the last look.
    """

    store: Store
    clock: Clock
    context: Context
    meter: Meter
    sources: Sources
    after_commit: Callable[[], None]
    started_at: datetime
    findings: Sequence[Finding] = ()
    standing: frozenset[str] = frozenset()
    _token_refused: bool = False
    _streaks: dict[Trouble, Streak] = field(default_factory=dict)
    _complained: str | None = None

    async def vitals(self) -> Vitals:
        """How things are now. Raises StoreBusy, StoreError."""
        now = self.clock.now()
        sources = self.sources
        stored = await self.store.stored(now, sources.channel_id)
        due_at = None if sources.channel_id is None else previous_slot(now, sources.digest_times, sources.timezone)
        return Vitals(now, self.started_at, stored, sources.backups(), due_at, self._token_refused)

    async def look(self) -> None:
        """Once: see how things are, and tell what has changed."""
        await self._ask_telegram()
        try:
            vitals = await self.vitals()
            self.findings = examine(vitals)
            await self._tell(self.findings, vitals.at)
        except (StoreBusy, StoreError) as error:
            seen = [finding.what.value for finding in self.findings if finding.verdict is Verdict.WRONG]
            if set(seen) - {Trouble.DISK} or isinstance(error, StoreError):  # of the database the store has told
                self._complain(
                    f"nobody can be told of alarms now ({error}); wrong: {', '.join(seen) or 'nothing else'}"
                )
        else:
            self._complained = None

    async def _ask_telegram(self) -> None:
        """Whether it knows the token. That it cannot be reached says nothing about that."""
        try:
            await self.sources.ask_telegram()
        except TokenRefused:
            self._token_refused = True
        except SendError as error:
            log.debug("Telegram does not say whether it knows the token: %s", error)
        else:
            self._token_refused = False

    async def _tell(self, findings: Sequence[Finding], now: datetime) -> None:
        known = await self.store.alarms(now - DAY)
        changed = []
        for finding in findings:
            streak = self._streaks[finding.what] = self._streaks.get(finding.what, Streak()).after(finding.verdict)
            alarm = decide(finding, streak, [each for each in known if each.what == finding.what], now)
            if alarm is not None:
                changed.append((finding, alarm))
        if changed:
            await self.store.put_alarms([alarm for _, alarm in changed], await self._messages(changed, now))
            self.after_commit()
        before = {alarm.what for alarm in known if alarm.over_at is None}
        for finding, alarm in changed:
            self._note(finding, alarm, is_new=alarm.what not in before)
        over = {alarm.what for _, alarm in changed if alarm.over_at is not None}
        self.standing = frozenset((before | {alarm.what for _, alarm in changed}) - over)

    async def _messages(self, changed: Sequence[tuple[Finding, Alarm]], now: datetime) -> Sequence[Outgoing]:
        """To each admin's private chat, each alarm in a slot of its own."""
        async with self.store.transaction() as tx:
            batch = Batch(await tx.counters())
            people: list[int] = []
            await settle(tx, batch, lambda: people.extend(admins(self.context, batch)))
        return [
            Outgoing(
                say_of(alarm),
                now,
                person_id=person_id,
                priority=Priority.ALERT,
                slot=f"alarm:{alarm.what}:{alarm.since.timestamp():.0f}",
                expires_at=now + KEEPS,
            )
            for person_id in people
            for _, alarm in changed
        ]

    def _note(self, finding: Finding, alarm: Alarm, *, is_new: bool) -> None:
        if alarm.over_at is not None:
            log.info("alarm over: %s", alarm.what)
        elif is_new:
            log.error("alarm: %s", in_words(finding))
            self.meter.add("alarms_raised", what=alarm.what)

    def _complain(self, line: str) -> None:
        """Once, until it says something else."""
        if line != self._complained:
            log.error(line)
        self._complained = line


def say_of(alarm: Alarm) -> Say:
    """What an admin reads of an alarm."""
    values = {
        **alarm.details,
        "what": f"alarm.what.{alarm.what}",
        "name": f"alarm.name.{alarm.what}",
        "since": alarm.since.isoformat(),
        "times": alarm.times if alarm.times > 1 else None,
    }
    if alarm.over_at is None:
        return Say("alarm.told", values)
    return Say("alarm.over", values | {"over": alarm.over_at.isoformat()})
