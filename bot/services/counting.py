"""What a commit brought about, counted and told in the log."""

from __future__ import annotations

import logging
from collections import Counter

from bot.domain.records import Changes
from bot.ports import Meter
from bot.services.request import request

log = logging.getLogger(__name__)

UNREADABLE = "unreadable"
"""What the error of a row begins with that could not be turned into an event."""


def note_changes(meter: Meter, changes: Changes) -> None:
    """Count what was committed, and say in the log that its rows are done with."""
    if changes.handled:
        meter.add("updates_handled", len(changes.handled))
    for handled in changes.handled:
        if handled.error is not None:
            meter.add("updates_failed", kind=_kind(handled.error))
        if log.isEnabledFor(logging.DEBUG):
            with request(handled.seq):
                log.debug("handled" if handled.error is None else "kept as failed")
    for what, n in Counter(event.what for event in changes.events).items():
        meter.add("incident_changes", n, what=what)


def _kind(error: str) -> str:
    return "unreadable" if error.startswith(UNREADABLE) else "mistake"
