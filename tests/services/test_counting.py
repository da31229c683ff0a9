"""What intake does is counted, and each line of the log says which request it is of."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.records import RawUpdate
from bot.services import intake
from bot.services.intake import Intake
from bot.services.request import current_request
from bot.telemetry import Metrics
from tests.helpers.desk import Desk

ANI = 71


class Lines(logging.Handler):
    """(request, message) of each line, as it is written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.all: list[tuple[str | None, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.all.append((current_request(), record.getMessage()))

    def of(self, request: str) -> list[str]:
        return [message for each, message in self.all if each == request]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def metrics(desk: Desk) -> Metrics:
    """What the desk's intake counts into."""
    metrics = Metrics()
    context = replace(desk.context, meter=metrics)
    desk.intake = Intake(desk.store, desk.intake._reader, desk.clock, context, desk.toasts.extend)
    return metrics


async def test_an_update_is_followed_by_its_request(desk: Desk, metrics: Metrics, lines: Lines) -> None:
    await desk.text(ANI, "/start")
    await desk.text(ANI, "/bantuan")
    for request in ("u1", "u2"):
        first, *_, last = lines.of(request)
        assert first.startswith("received as update ")
        assert last == "handled"
    assert metrics.snapshot()["updates_handled"] == 2
    assert current_request() is None


async def test_what_fails_is_counted_by_kind_and_its_lines_name_its_request(
    desk: Desk, metrics: Metrics, lines: Lines
) -> None:
    await desk.store.receive(900, [RawUpdate(90_000, json.dumps(["nothing"]))], desk.clock.now())
    await desk.take()

    def broken(*_: object) -> None:
        raise RuntimeError("oh")

    with patch.object(intake, "handle", broken):
        await desk.text(ANI, "/start")
    assert lines.of("u1") == ["inbox row 1 cannot be read: not a JSON object", "kept as failed"]
    assert lines.of("u2")[1:] == ["inbox row 2 failed", "kept as failed"]
    counted = metrics.snapshot()
    assert (counted["updates_failed{kind=unreadable}"], counted["updates_failed{kind=mistake}"]) == (1, 1)
    assert counted["updates_handled"] == 2


async def test_a_row_that_breaks_a_constraint_names_its_request_too(desk: Desk, metrics: Metrics, lines: Lines) -> None:
    async with desk.store.transaction() as tx:
        cls: Any = type(tx)
    true = cls.flush

    async def flush(self: Any, changes: Any) -> None:
        if any(handled.error is None for handled in changes.handled):
            raise BrokenConstraint("two of one")
        await true(self, changes)

    with patch.object(cls, "flush", flush):
        await desk.text(ANI, "/start")
    assert "inbox row 1 broke a constraint and is kept as failed" in lines.of("u1")
    assert metrics.snapshot()["updates_failed{kind=mistake}"] == 1
