"""Which update is being dealt with, so that log lines of one update are found from its coming to its last message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("request", default=None)


@contextmanager
def request(seq: int | None) -> Iterator[None]:
    """What is logged inside belongs to the inbox row of this number; None: to none."""
    token = _current.set(None if seq is None else f"u{seq}")
    try:
        yield
    finally:
        _current.reset(token)


def current_request() -> str | None:
    """The request that is being dealt with: "u" and the number of its inbox row. It names nobody."""
    return _current.get()
