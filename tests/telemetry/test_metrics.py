"""Metrics: each App's own, and as Prometheus reads them."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.backups import BackupState
from bot.domain.health import AnswerTimes, Stored, Vitals, Waiting
from bot.domain.outgoing import Priority
from bot.telemetry import Metrics
from bot.telemetry.gauges import put_vitals
from bot.telemetry.recent import LastHour
from tests.helpers.clock import EVENING


def samples(metrics: Metrics) -> dict[str, float]:
    """'name{label=value}' -> value."""
    found = {}
    for family in text_string_to_metric_families(metrics.exposed().decode()):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_what_is_counted_is_exposed_and_each_has_its_own() -> None:
    one, other = Metrics(), Metrics()
    one.add("updates_received", 3)
    one.add("sent", priority="answer", how="new")
    one.add("sent", how="new", priority="answer")
    assert samples(one)["genangan_updates_received_total"] == 3
    assert samples(one)["genangan_sent_total{how=new,priority=answer}"] == 2
    assert samples(other)["genangan_updates_received_total"] == 0
    assert one.snapshot()["sent{how=new,priority=answer}"] == 2


def test_what_the_catalog_does_not_name_is_refused() -> None:
    with pytest.raises(KeyError):
        Metrics().add("typo")
    with pytest.raises(ValueError, match="label"):
        Metrics().add("sent", person="1")


def test_time_to_answer_is_a_histogram_and_known_for_the_last_hour() -> None:
    now = [EVENING]
    metrics = Metrics(lambda: now[0])
    assert metrics.answer_times() is None
    for _ in range(98):
        metrics.observe("answer_seconds", 0.15, how="new")
    metrics.observe("answer_seconds", 4.0, how="edit")
    metrics.observe("answer_seconds", 4000.0, how="edit")
    assert metrics.answer_times() == AnswerTimes(100, 0.2, 5)
    assert samples(metrics)["genangan_answer_seconds_bucket{how=new,le=0.25}"] == 98
    now[0] += timedelta(minutes=61)
    assert metrics.answer_times() is None


def test_the_last_hour_moves_and_does_not_grow() -> None:
    hour = LastHour()
    for minute in range(300):
        for _ in range(3):
            hour.add(1.0 if minute < 290 else 40.0, EVENING + timedelta(minutes=minute))
    n, (half_s, most_s) = hour.within((0.5, 0.99), EVENING + timedelta(minutes=299))
    assert (n, half_s, most_s) == (180, 1, 45)
    hour.add(1.0, EVENING)  # the clock was set back
    assert hour.within((0.5,), EVENING) == (1, [1])


def test_how_the_bot_is_stands_in_gauges() -> None:
    metrics = Metrics()
    stored = Stored(
        inbox=Waiting(2, 5),
        outbox={Priority.ANSWER: Waiting(7, 1)},
        open_incidents={"waiting": 4, "process": 1},
        last_digest_at=EVENING,
        database_bytes=10,
        wal_bytes=20,
        disk_free_bytes=30,
        schema=4,
    )
    put_vitals(metrics, Vitals(EVENING, EVENING, stored, BackupState(wanted=True)), {"disk"}, "0.1.0")
    found = samples(metrics)
    assert found["genangan_queue_rows{queue=inbox}"] == 2
    assert found["genangan_queue_rows{queue=outbox_answer}"] == 7
    assert found["genangan_queue_rows{queue=outbox_broadcast}"] == 0
    assert found["genangan_queue_age_seconds{queue=inbox}"] == 5
    assert found["genangan_incidents_open{state=waiting}"] == 4
    assert found["genangan_alarm{what=disk}"] == 1
    assert found["genangan_alarm{what=token}"] == 0
    assert math.isnan(found["genangan_backup_age_seconds"])
    assert found["genangan_build_info{schema=4,version=0.1.0}"] == 1
    later = Vitals(EVENING + timedelta(hours=2), EVENING, Stored(), BackupState(wanted=True, last_at=EVENING))
    put_vitals(metrics, later, (), "0.1.0")
    found = samples(metrics)
    assert found["genangan_backup_age_seconds"] == 7200
    assert "genangan_incidents_open{state=waiting}" not in found  # none is open any more
