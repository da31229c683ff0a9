"""/kesehatan: how the bot is, in one short message. What is wrong comes first, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.alarms import DAY, Alarm
from bot.domain.health import AnswerTimes, Finding, Trouble, Vitals, wrong
from bot.domain.models import Say
from bot.domain.records import WorkRow
from bot.services.watching import Watch
from bot.services.work import Doer, result_of

WORK = "health"

MINUTE_S = 60


def show_health(watch: Watch, answer_times: Callable[[], AnswerTimes | None], version: str) -> Doer:
    """Work "health": the page.

    Args:
        watch: knows how things are.
        answer_times: of the last hour; None: nobody was answered.
        version: of the program.
    """

    async def do(_row: WorkRow) -> Mapping[str, object]:
        vitals = await watch.vitals()
        standing = [alarm for alarm in await watch.store.alarms(vitals.at - DAY) if alarm.over_at is None]
        return result_of(page(vitals, standing, answer_times(), version))

    return do


def page(vitals: Vitals, standing: Sequence[Alarm], answers: AnswerTimes | None, version: str) -> Say:
    """The message."""
    stored = vitals.stored
    items = _items(wrong(vitals), standing)
    backup = vitals.backup
    return Say(
        "health.page",
        {
            "head": "health.trouble" if items else "health.well",
            "n_wrong": len(items),
            "wrong": items or None,
            "inbox": stored.inbox.rows,
            "outbox": sum(queue.rows for queue in stored.outbox.values()),
            "work": stored.work.rows,
            **_answers(answers),
            "digest": None if stored.last_digest_at is None else stored.last_digest_at.isoformat(),
            "backup": None if backup.last_at is None else backup.last_at.isoformat(),
            "no_backup": _no_backup(vitals),
            "free_gb": round(stored.disk_free_bytes / 1e9, 1),
            "data_mb": round((stored.database_bytes + stored.wal_bytes) / 1e6, 1),
            "version": version,
            "since": vitals.started_at.isoformat(),
            "up_s": max(0, int((vitals.at - vitals.started_at).total_seconds())),
        },
    )


def _items(found: Sequence[Finding], standing: Sequence[Alarm]) -> list[dict[str, object]]:
    """What is wrong now, and what admins were told of and is not over yet."""
    values = {alarm.what: alarm.details for alarm in standing} | {each.what.value: each.values for each in found}
    return [{"text": f"alarm.what.{what}", "values": dict(values[what])} for what in Trouble if what in values]


def _answers(times: AnswerTimes | None) -> dict[str, object]:
    if times is None:
        return {"no_answers": "health.no_answers"}
    return {"answers": times.n, "half": [_span(times.half_s)], "most": [_span(times.most_s)]}


def _span(seconds: float) -> dict[str, object]:
    return {"text": "health.seconds" if seconds < MINUTE_S else "health.minutes", "values": {"s": seconds}}


def _no_backup(vitals: Vitals) -> str | None:
    if vitals.backup.last_at is not None:
        return None
    return "health.no_backup" if vitals.backup.wanted else "health.backups_off"
