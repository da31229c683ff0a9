"""How making backups goes, for whoever watches over it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
