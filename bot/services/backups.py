"""The nightly backup: made beside everything else, tried again an hour after it failed."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.backups import RETRY, BackupState, is_due
from bot.domain.errors import OperatorError
from bot.ports import Vault

log = logging.getLogger(__name__)


class Backups:
    """Has backups made, one at a time, and knows how that goes.

    Args:
        vault: where they lie.
        timezone: where the nights are.
        keep: BACKUP_KEEP; 0: none are made.
    """

    def __init__(self, vault: Vault, timezone: ZoneInfo, keep: int) -> None:
        self._vault = vault
        self._timezone = timezone
        self._wanted = keep > 0
        self._last_at: datetime | None = None
        self._failing_since: datetime | None = None
        self._failed_at: datetime | None = None
        self._why: str | None = None
        self._making: asyncio.Task[None] | None = None

    def state(self) -> BackupState:
        """What is known of them, as of the last look into their folder."""
        return BackupState(self._wanted, self._last_at, self._failing_since, self._why)

    def look(self) -> None:
        """Look into the folder now, for what `state` says before the first of them is due."""
        with suppress(OperatorError):  # which the first beat finds, too
            self._last_at = self._vault.newest() if self._wanted else None

    def begin_due(self, now: datetime) -> None:
        """Look into the folder and begin one where it is due. Returns at once; what comes of it is in `state`."""
        if self._wanted and (self._making is None or self._making.done()):
            self._making = asyncio.create_task(self._make_due(now), name="backup")

    async def done(self) -> None:
        """Wait for the one that is being made."""
        if self._making is not None:
            await asyncio.wait([self._making])

    async def stop(self) -> None:
        """Give up the one that is being made; it leaves nothing behind."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.wait([self._making])

    async def _make_due(self, now: datetime) -> None:
        try:
            self._seen(await asyncio.to_thread(self._vault.newest))
            if not is_due(now, self._last_at, self._failed_at, self._timezone):
                return
            made = await self._vault.make(now)
        except OperatorError as error:
            self._failed(now, str(error))
        except Exception:
            log.exception("a mistake of the program's own in making a backup")
            self._failed(now, "a mistake of the program's own; the log says more")
        else:
            self._last_at = now
            self._failing_since = self._failed_at = self._why = None
            log.info("backup: %s, %.1f MB, took %.1f s", made.path, made.size_bytes / 1e6, made.took_s)

    def _seen(self, newest: datetime | None) -> None:
        """There is one of then; where it was made since the last failure, by hand for example, all is well again."""
        self._last_at = newest
        if newest is not None and self._failed_at is not None and newest >= self._failed_at:
            self._failing_since = self._failed_at = self._why = None

    def _failed(self, now: datetime, why: str) -> None:
        if self._failed_at is None or not timedelta(0) <= now - self._failed_at < RETRY:  # else it is known
            log.warning("no backup was made, tried again in an hour: %s", why)
            self._failed_at = now
        self._failing_since = self._failing_since or now
        self._why = why
