"""How the bot is, as gauges."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bot.domain.health import Trouble, Vitals
from bot.domain.outgoing import Priority
from bot.telemetry.metrics import Metrics


def put_vitals(metrics: Metrics, vitals: Vitals, standing: Iterable[str], version: str) -> None:
    """Put what is known into the gauges.

    Args:
        metrics: whose gauges.
        vitals: of the present moment.
        standing: kinds of the alarms that stand.
        version: of the program.
    """
    stored, backup = vitals.stored, vitals.backup
    outbox = {priority: stored.outbox.get(priority) for priority in Priority}
    queues = {"inbox": stored.inbox, "work": stored.work}
    queues |= {f"outbox_{priority.name.lower()}": queue for priority, queue in outbox.items() if queue is not None}
    empty = {f"outbox_{priority.name.lower()}": 0.0 for priority in Priority}
    metrics.put_all("queue_rows", "queue", empty | {name: queue.rows for name, queue in queues.items()})
    metrics.put_all("queue_age_seconds", "queue", empty | {name: queue.age_s for name, queue in queues.items()})
    metrics.put("failed_rows", stored.failed_rows)
    metrics.put("dead_rows", stored.dead_rows)
    metrics.put_all("incidents_open", "state", dict(stored.open_incidents))
    digest_at = stored.last_digest_at
    metrics.put("last_digest_timestamp_seconds", 0 if digest_at is None else digest_at.timestamp())
    age_s = math.nan if backup.last_at is None else (vitals.at - backup.last_at).total_seconds()
    metrics.put("backup_age_seconds", age_s)
    metrics.put("backup_failing", backup.failing_since is not None)
    metrics.put("disk_free_bytes", stored.disk_free_bytes)
    metrics.put("database_bytes", stored.database_bytes)
    metrics.put("wal_bytes", stored.wal_bytes)
    metrics.put("telegram_token_refused", vitals.token_refused)
    standing = frozenset(standing)
    metrics.put_all("alarm", "what", {what.value: what.value in standing for what in Trouble})
    metrics.put("build_info", 1, version=version, schema=str(stored.schema))
