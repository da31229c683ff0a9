"""All metrics there are: names, labels, what they say. docs/watching.md tells the same (a test compares them).

No label holds anything of a person: their values are words of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANSWER_BUCKETS_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
LAG_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

PREFIX = "genangan_"


@dataclass(frozen=True, slots=True)
class Kind:
    """A metric.

    Attributes:
        about: what it says.
        labels: by what it is told apart.
        buckets: of a histogram, upper bounds.
    """

    about: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = field(default=(), repr=False)


COUNTERS: Mapping[str, Kind] = {
    "updates_received": Kind("Updates of Telegram that were new and are on disk"),
    "updates_handled": Kind("Inbox rows that intake is done with, failed ones too"),
    "updates_failed": Kind("Inbox rows that could not be handled: unreadable, mistake, constraint", ("kind",)),
    "sent": Kind("Messages that Telegram took, new ones and edits", ("priority", "how")),
    "send_failures": Kind(
        "Attempts to send that failed, and what became of the message: postponed, moved, unreachable, dead",
        ("priority", "error", "outcome"),
    ),
    "incident_changes": Kind("What happened to cases: opened, joined, taken, receded, …", ("what",)),
    "alarms_raised": Kind("Alarms that the admins were told of", ("what",)),
}

HISTOGRAMS: Mapping[str, Kind] = {
    "answer_seconds": Kind(
        "From an update's receipt to its answer being sent, as a new message or an edit", ("how",), ANSWER_BUCKETS_S
    ),
    "loop_lag_seconds": Kind("How late the event loop comes to what is due", (), LAG_BUCKETS_S),
}

GAUGES: Mapping[str, Kind] = {
    "queue_rows": Kind("How much waits: inbox, outbox by priority, work", ("queue",)),
    "queue_age_seconds": Kind("How long the oldest that is due has waited", ("queue",)),
    "failed_rows": Kind("Inbox rows kept because they failed (at most 30 days)"),
    "dead_rows": Kind("Messages that will never be sent, those to people who blocked the bot too (30 days)"),
    "incidents_open": Kind("Open cases", ("state",)),
    "last_digest_timestamp_seconds": Kind("The hour for which the last digest was made; 0: there was none"),
    "backup_age_seconds": Kind("Since the newest verified backup was made; NaN: there is none"),
    "backup_failing": Kind("1: the last attempt to make a backup failed"),
    "disk_free_bytes": Kind("Free where the database lies"),
    "database_bytes": Kind("Size of the database's file"),
    "wal_bytes": Kind("Size of its write-ahead log"),
    "telegram_token_refused": Kind("1: Telegram refuses BOT_TOKEN"),
    "alarm": Kind("1: the admins have been told of it, and it is not over", ("what",)),
    "vitals_read": Kind("1: the database could be read for this scrape; 0: what comes from it is as it was before"),
    "build_info": Kind("Always 1", ("version", "schema")),
}
