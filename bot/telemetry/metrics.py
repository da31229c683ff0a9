"""Metrics for Prometheus, each App's own: a registry of ours, nothing global."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.domain.health import AnswerTimes
from bot.telemetry.catalog import COUNTERS, GAUGES, HISTOGRAMS, PREFIX
from bot.telemetry.recent import LastHour

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each of ours that says nothing of use

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts and measures what happens. Names and labels are those of the catalog, never anybody's data.

    Args:
        now: the clock's, by which "the last hour" is told.

    Raises:
        KeyError: the catalog has no such metric.
        ValueError: it has other labels.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._answers = LastHour()
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._counters = {n: Counter(PREFIX + n, k.about, k.labels, registry=registry) for n, k in COUNTERS.items()}
        self._histograms = {
            name: Histogram(PREFIX + name, kind.about, kind.labels, buckets=kind.buckets, registry=registry)
            for name, kind in HISTOGRAMS.items()
        }
        self._gauges = {n: Gauge(PREFIX + n, k.about, k.labels, registry=registry) for n, k in GAUGES.items()}
        # looking a child up by its labels costs prometheus_client more than counting does
        self._counting: dict[tuple[str, Labels], Counter] = {}
        self._observing: dict[tuple[str, Labels], Histogram] = {}

    def add(self, name: str, n: int = 1, **labels: str) -> None:
        """Count `n` more, e.g. `add("sent", priority="answer", how="new")`."""
        key = (name, tuple(labels.items()))
        child = self._counting.get(key)
        if child is None:
            metric = self._counters[name]
            child = self._counting[key] = metric.labels(**labels) if labels else metric
        child.inc(n)

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One more measurement, in the unit that the name ends with."""
        key = (name, tuple(labels.items()))
        child = self._observing.get(key)
        if child is None:
            metric = self._histograms[name]
            child = self._observing[key] = metric.labels(**labels) if labels else metric
        child.observe(value)
        if name == "answer_seconds":
            self._answers.add(value, self._now())

    def answer_times(self) -> AnswerTimes | None:
        """How long answers took within the last hour; None: there were none."""
        n, found = self._answers.within((0.5, 0.99), self._now())
        return AnswerTimes(n, *found) if n else None

    def put(self, name: str, value: float, **labels: str) -> None:
        """How something stands now."""
        metric = self._gauges[name]
        (metric.labels(**labels) if labels else metric).set(value)

    def put_all(self, name: str, label: str, values: Mapping[str, float]) -> None:
        """How something stands now by one label; what is not named any more goes."""
        metric = self._gauges[name]
        metric.clear()
        for key, value in values.items():
            metric.labels(**{label: key}).set(value)

    def exposed(self) -> bytes:
        """All of it, as Prometheus reads it (CONTENT_TYPE)."""
        return generate_latest(self._registry)

    def snapshot(self) -> Mapping[str, float]:
        """What was counted: 'sent{priority="answer",how="new"}' -> 17, for tests and the demo."""
        found: dict[str, float] = {}
        for name, metric in self._counters.items():
            for family in metric.collect():
                for sample in family.samples:
                    if sample.name.endswith("_total"):
                        labels = ",".join(f"{label}={value}" for label, value in sorted(sample.labels.items()))
                        found[f"{name}{{{labels}}}" if labels else name] = sample.value
        return found
